// Validates src/examples/*.graphql, the *.ids.graphql that find ids for them, and what the pages themselves ask, against
// ../schema.graphql or the schema file given as argument.
// Usage: npm run check:examples [-- path/to/schema.graphql]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kind, buildASTSchema, parse, validate, visit } from 'graphql';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const generated = join(root, '..', 'schema.graphql');
const schemaFile = process.argv[2] ?? (existsSync(generated) ? generated : undefined);
if (!schemaFile) {
  console.error('No ../schema.graphql yet: give a schema file as argument.');
  process.exit(2);
}

/** An excerpt of a schema names types that it does not define: stand-ins let the rest be checked. */
function completed(document) {
  const defined = new Set(['Int', 'Float', 'String', 'Boolean', 'ID']);
  const unionMembers = new Set();
  const named = new Set();
  visit(document, {
    enter(node) {
      if (node.kind.endsWith('TypeDefinition') && node.name) defined.add(node.name.value);
      if (node.kind === Kind.UNION_TYPE_DEFINITION) for (const type of node.types ?? []) unionMembers.add(type.name.value);
      if (node.kind === Kind.NAMED_TYPE) named.add(node.name.value);
    },
  });
  const missing = [...named].filter((name) => !defined.has(name));
  if (missing.length === 0) return document;
  const standIn = (name) => {
    const node = name.replace(/Connection$/, '');
    if (node !== name && defined.has(node)) {
      const edge = `type ${node}Edge { cursor: String! node: ${node}! }`;
      return `type ${name} { edges: [${node}Edge!]! nodes: [${node}!]! pageInfo: PageInfo! totalCount: Int! } ${edge}`;
    }
    return unionMembers.has(name) ? `type ${name} { id: ID! }` : `scalar ${name}`;
  };
  const text = missing.map(standIn);
  console.log(`${missing.length} types without a definition stand in as they can.`);
  return { ...document, definitions: [...document.definitions, ...parse(text.join('\n')).definitions] };
}

const schema = buildASTSchema(completed(parse(readFileSync(schemaFile, 'utf8'))), { assumeValidSDL: true });
const folder = join(root, 'src', 'examples');
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.graphql'))
  .sort();
/** The names under which a query answers: what it finds goes into the variables of these names. */
function answered(document) {
  const names = new Set();
  visit(document, { Field: (field) => void (field.selectionSet ?? names.add(field.alias?.value ?? field.name.value)) });
  return names;
}
let failed = 0;
for (const file of files) {
  const source = readFileSync(join(folder, file), 'utf8');
  const [title = '', audience = ''] = source.split('\n');
  const problems = [];
  const isForIds = file.endsWith('.ids.graphql');
  const idsFile = file.replace(/(\.ids)?\.graphql$/, '.ids.graphql');
  if (!isForIds && !/^# \S/.test(title)) problems.push('the first line is no "# title"');
  if (!isForIds && !/^# Who may run it: \S/.test(audience)) problems.push('the second line is no "# Who may run it: …"');
  try {
    const document = parse(source);
    problems.push(...validate(schema, document).map(({ message }) => message));
    const found = files.includes(idsFile) ? answered(parse(readFileSync(join(folder, idsFile), 'utf8'))) : new Set();
    for (const definition of document.definitions) {
      for (const variable of definition.variableDefinitions ?? []) {
        const name = variable.variable.name.value;
        if (!variable.defaultValue && !found.has(name)) problems.push(`$${name} has no default value, and ${idsFile} does not find it`);
      }
    }
  } catch (error) {
    problems.push(error.message);
  }
  if (problems.length > 0) failed += 1;
  console.log(`${problems.length > 0 ? 'FAILED' : 'ok    '} ${file}`);
  for (const problem of problems) console.log(`       ${problem}`);
}

// What the pages themselves ask: documents in their sources, each with a name that begins with Link or Playground.
let documents = 0;
for (const file of readdirSync(join(root, 'src'), { recursive: true }).filter((file) => /\.tsx?$/.test(file))) {
  for (const [, , text] of readFileSync(join(root, 'src', file), 'utf8').matchAll(/(['`])((?:query|mutation) (?:Link|Playground)\w+[^'`]*)\1/g)) {
    documents += 1;
    const problems = validate(schema, parse(text)).map(({ message }) => message);
    if (problems.length > 0) failed += 1;
    console.log(`${problems.length > 0 ? 'FAILED' : 'ok    '} ${file}: ${/\w+ (\w+)/.exec(text)[1]}`);
    for (const problem of problems) console.log(`       ${problem}`);
  }
}
console.log(`${files.length + documents - failed} passed, ${failed} failed`);
process.exit(failed > 0 || files.length === 0 ? 1 : 0);
