// Checks the console's texts: the same ids and variables in all languages, none missing, none unused (UI-72).
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, Visitor } from '@fluent/syntax';

const console_ = new URL('../src/console/', import.meta.url).pathname;
const faults = [];

class Variables extends Visitor {
  names = new Set();
  visitVariableReference({ id }) {
    this.names.add(id.name);
  }
}

function messages(language) {
  const text = readFileSync(join(console_, 'words', `${language}.ftl`), 'utf8');
  const found = new Map();
  for (const entry of parse(text, { withSpans: false }).body) {
    if (entry.type === 'Junk') faults.push(`${language}: cannot be read: ${entry.content.slice(0, 80)}`);
    if (entry.type !== 'Message') continue;
    if (found.has(entry.id.name)) faults.push(`${language}: ${entry.id.name} is there twice`);
    const variables = new Variables();
    variables.visit(entry.value);
    found.set(entry.id.name, [...variables.names].sort().join(' '));
  }
  return found;
}

const english = messages('en');
for (const language of ['fr', 'nl']) {
  const other = messages(language);
  for (const [id, variables] of english) {
    if (!other.has(id)) faults.push(`${language}: ${id} is missing`);
    else if (other.get(id) !== variables) faults.push(`${language}: ${id} has the variables "${other.get(id)}", not "${variables}"`);
  }
  for (const id of other.keys()) if (!english.has(id)) faults.push(`${language}: ${id} is not in English`);
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'gql' ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}
const code = sources(console_).join('\n');
// Texts in the code that look like an id, and the beginnings of those that are put together: t(`user-state-${…}`).
const named = new Set([...code.matchAll(/['"`]([a-z]+(?:-[\w-]+)?)['"`]/g)].map(([, id]) => id));
const beginnings = [...code.matchAll(/`([a-z][\w-]*-)\$\{/g)].map(([, beginning]) => beginning);
for (const id of english.keys()) {
  if (!named.has(id) && !beginnings.some((beginning) => id.startsWith(beginning))) faults.push(`${id} is not used`);
}
const called = [...code.matchAll(/\bt\(\s*'([\w-]+)'/g), ...code.matchAll(/\bt\([^()`']*\? '([\w-]+)' : '[\w-]+'/g), ...code.matchAll(/\bt\([^()`']*\? '[\w-]+' : '([\w-]+)'/g)];
for (const [, id] of called) if (!english.has(id)) faults.push(`${id} is used and in no language`);
const asked = [...code.matchAll(/\b(?:t|has)\([^()]*?`([a-z][\w-]*-)\$\{/g)].map(([, beginning]) => beginning);
for (const beginning of asked) if (![...english.keys()].some((id) => id.startsWith(beginning))) faults.push(`${beginning}… is used and in no language`);

// What is said of every kind of action.
const kinds = readFileSync(join(console_, 'api/actions.ts'), 'utf8').match(/export const MAY = \{\n(.*?)\n\}/s)[1];
for (const [, kind] of kinds.matchAll(/^ +'?([\w-]+)'?:/gm)) {
  for (const of of ['title', 'confirm', 'done']) if (!english.has(`action-${of}-${kind}`)) faults.push(`action-${of}-${kind} is missing`);
}

for (const fault of faults) console.error(fault);
console.log(`${english.size} messages in 3 languages, ${faults.length} faults`);
process.exit(faults.length > 0 ? 1 : 0);
