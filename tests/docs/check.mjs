// Checks that the documents match what they describe: error codes, snippets, settings, jobs, metrics, test names and links. Reads files
// only, so it runs without a build.
// Usage: node tests/docs/check.mjs
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

process.chdir(new URL('../..', import.meta.url).pathname);
const read = (path) => readFileSync(path, 'utf8');
const faults = [];
const expect = (holds, fault) => holds || faults.push(fault);

/** All files below a folder that end in one of these. */
function files(folder, endings) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(node_modules|target|dist|test-results|\.git|data)$/.test(entry.name) ? [] : files(path, endings);
    return endings.some((ending) => entry.name.endsWith(ending)) ? [path] : [];
  });
}

// --- docs/errors.md has every code of the schema, each in all its places, and no other ----------------
const schema = read('schema.graphql');
/** The type's kind in the second column: "sign-up" for SignUpError, "item" for every result. */
const kind = (type) =>
  type.endsWith('Result') ? 'item' : type === 'ApiKeyError' ? 'API key' : type.replace(/Error$/, '').replace(/\B[A-Z]/g, '-$&').toLowerCase();
/** What a mutation says of the codes of its items. */
const ofItems = (mutation) => schema.match(new RegExp(`"""((?:(?!""")[^])*)"""\\s*${mutation}\\(`))?.[1].split('Codes of items:')[1] ?? '';
const inSchema = new Map();
for (const [, type, body] of schema.matchAll(/\ntype (\w+)[^{]*\{\n(.*?)\n\}/gs)) {
  const description = body.match(/"""((?:(?!""")[^])*)"""\s*code: String/)?.[1];
  if (description === undefined || !/(Error|Result)$/.test(type)) continue;
  // Text in parentheses explains a code. Results that several mutations share leave the codes to each of them.
  const mutation = type.replace(/Result$/, '').replace(/^./, (letter) => letter.toLowerCase());
  const listed = description.includes('the mutation lists') ? ofItems(mutation) : description;
  const codes = listed.replace(/\([^)]*\)/g, '').match(/\b[A-Z][A-Z_]{2,}\b/g) ?? [];
  expect(codes.length > 0, `schema.graphql: ${type}.code names no code`);
  for (const code of codes) inSchema.set(code, (inSchema.get(code) ?? new Set()).add(kind(type)));
}
const [topLevel, inPayloads] = read('docs/errors.md').split('## Codes of payloads and results');
/** The rows of a table, by the code in their first column. */
const rows = (text) => new Map([...text.matchAll(/^\| `([A-Z_]+)` \|(.*)\|$/gm)].map(([, code, rest]) => [code, rest.split('|')[0].trim()]));
const same = (what, told, known) => {
  for (const code of known) expect(told.has(code), `docs/errors.md: ${what} lacks ${code}`);
  for (const code of told.keys()) expect(known.includes(code), `docs/errors.md: ${what} has ${code}, which no longer exists`);
  expect(`${[...told.keys()]}` === `${[...told.keys()].sort()}`, `docs/errors.md: ${what} is not in order`);
};
const fault = read('src/graphql/admission/fault.rs').match(/\ncodes! \{\n(.*?)\n\}/s)[1];
same('the table of top-level codes', rows(topLevel), [...fault.matchAll(/^ +([A-Z_]+)$/gm)].map(([, code]) => code));
same('the table of payloads and results', rows(inPayloads), [...inSchema.keys()]);
for (const [code, where] of rows(inPayloads)) {
  const known = [...(inSchema.get(code) ?? [])].sort((a, b) => (a === 'item') - (b === 'item') || a.localeCompare(b, 'en', { sensitivity: 'base' }));
  expect(where === known.join(', '), `docs/errors.md: ${code} is in "${known.join(', ')}", not in "${where}"`);
}

// --- the README shows what examples/run runs ----------------------------------------------------------
const readme = read('README.md');
const blocks = (language) => [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text);
const shown = (language, ...sources) => {
  expect(blocks(language).length > 0, `README.md has no ${language}`);
  const run = sources.map(read);
  for (const block of blocks(language)) {
    expect(run.some((text) => text.includes(block)), `README.md: this is in none of ${sources.join(', ')}:\n${block}`);
  }
};
shown('js', 'examples/app.mjs');
shown('graphql', 'examples/create-workspace.graphql');
shown('json', 'examples/first-query.json');
shown('bash', 'examples/first-query.sh');
// Commands are compared line by line, because the lines around them differ.
const commands = blocks('sh').flatMap((block) => block.split('\n')).filter((line) => /^(concierge (?!serve)|export CONCIERGE_SECRET_KEY)/.test(line));
for (const line of commands) {
  const command = line.replace(/\s+#.*/, '');
  expect(read('examples/first-workspace.sh').includes(command), `README.md: examples/first-workspace.sh does not run: ${command}`);
}
expect(commands.length >= 3, 'README.md shows no commands');

// --- the tests that docs/security.md names exist ------------------------------------------------------
const tests = files('tests', ['.rs', '.mjs']).concat(files('src', ['.rs'])).map(read).join('\n');
const named = [...read('docs/security.md').matchAll(/`([a-z0-9]+(?:_[a-z0-9]+){2,})`/g)].map(([, name]) => name);
expect(named.length > 20, 'docs/security.md names few tests');
for (const name of named) expect(new RegExp(`\\b${name}\\b`).test(tests), `docs/security.md: there is no test ${name}`);

// --- docs/console.md says of every mutation where it is done, and the console sends those it names ------------------------
const mutations = [...schema.match(/\ntype Mutation \{\n(.*?)\n\}/s)[1].replace(/"""[^]*?"""/g, '').matchAll(/^\t(\w+)[(:]/gm)].map(([, name]) => name);
const console_ = new Map([...read('docs/console.md').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name, where]) => [name, where]));
for (const name of mutations) expect(console_.has(name), `docs/console.md: ${name} is missing`);
for (const name of console_.keys()) expect(mutations.includes(name), `docs/console.md: there is no mutation ${name}`);
const sent = files('playground/src/console/api/documents', ['.graphql']).map(read).join('\n');
for (const [name, where] of console_) {
  const isDone = !/^(not yet|no:|in the pages that links)/.test(where);
  expect(isDone === new RegExp(`^  ${name}\\(`, 'm').test(sent), `docs/console.md: ${name}: "${where}" is not what the console's documents say`);
}

// --- docs/operations.md has every job and every metric -------------------------------------------------
const operations = read('docs/operations.md');
const source = files('src', ['.rs']).map((path) => [path, read(path)]);
for (const [path, text] of source) {
  for (const [, metric] of text.matchAll(/metrics::\w+!\(\s*"(\w+)"/g)) expect(operations.includes(`\`${metric}\``), `docs/operations.md: no metric ${metric}`);
  const job = path.startsWith('src/job/') && text.match(/const NAME: &'static str = "(\w+)"/)?.[1];
  if (job) expect(operations.includes(`| ${job} |`), `docs/operations.md: no job ${job}`);
}

// --- every setting that a document names exists -------------------------------------------------------
const manual = read('src/config/default.toml');
const settings = new Set();
let section = '';
for (const line of manual.split('\n')) {
  section = line.match(/^\[(\w+)\]$/)?.[1] ?? section;
  const key = line.match(/^(\w+) = /)?.[1];
  if (key) settings.add(section ? `${section}.${key}` : key);
}
const sections = new Set([...settings].map((setting) => setting.split('.')[0]));
const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...['docs', 'examples', 'playground', 'benches', 'migrations'].flatMap((folder) => files(folder, ['.md']))];
for (const path of documents) {
  const text = read(path);
  for (const [, setting] of text.matchAll(/`([a-z_]+\.[a-z_]+)`/g)) {
    if (sections.has(setting.split('.')[0])) expect(settings.has(setting), `${path}: there is no setting ${setting}`);
  }
  for (const [variable] of text.matchAll(/\bCONCIERGE_[A-Z_]+\b/g)) {
    const setting = variable.slice('CONCIERGE_'.length).toLowerCase().replace('__', '.');
    expect(settings.has(setting) || /^(config|url|)$/.test(setting), `${path}: there is no setting for ${variable}`);
  }
}

// --- links lead somewhere, and no two sections have one title ------------------------------------------------
const anchor = (heading) => heading.trim().toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replace(/ /g, '-');
const headings = (text) => [...text.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
const places = new Map();
for (const path of documents) {
  const text = read(path);
  for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file, place] = target.split('#');
    const at = file ? normalize(join(dirname(path), file)) : path;
    expect(existsSync(at), `${path}: ${target} leads nowhere`);
    if (place && existsSync(at)) expect(headings(read(at)).some((heading) => anchor(heading) === place), `${path}: no heading for ${target}`);
  }
  if (path === 'CHANGELOG.md') continue;
  for (const heading of headings(text)) {
    expect(!places.has(heading), `${path}: "${heading}" is also a section of ${places.get(heading)}`);
    places.set(heading, path);
  }
}
expect(statSync('docs/playground.png').size <= 200_000, 'docs/playground.png is larger than 200 kB');

for (const fault of faults) console.error(`- ${fault}`);
if (faults.length > 0) process.exit(1);
console.log(`${documents.length} documents, ${inSchema.size} codes, ${blocks('js').length} snippets, ${named.length} tests: consistent`);
