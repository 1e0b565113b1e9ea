// Generates types with graphql-codegen from the schema and the playground's examples, compiles an application over them strictly,
// and runs it.
//   node codegen.mjs <url of /graphql> <schema.graphql> <API key>
// Needs the playground's packages, for their TypeScript.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescript from '@graphql-codegen/typescript';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { buildSchema, parse, printSchema } from 'graphql';

const [url, schemaFile, key] = process.argv.slice(2);
if (!key) {
  console.error('usage: node codegen.mjs <url of /graphql> <schema.graphql> <API key>');
  process.exit(2);
}
const here = dirname(fileURLToPath(import.meta.url));
const playground = join(here, '..', '..', 'playground');
const folder = mkdtempSync(join(here, '.codegen-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const schema = buildSchema(readFileSync(schemaFile, 'utf8'), { assumeValidSDL: true });
const examples = join(playground, 'src', 'examples');
const documents = readdirSync(examples)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => ({ location: file, document: parse(readFileSync(join(examples, file), 'utf8')) }));
const scalars = { DateTime: 'string', EmailAddress: 'string', JSON: 'unknown', Long: 'number' };
const config = { strictScalars: true, scalars, enumsAsTypes: true, useTypeImports: true };
const source = { schema: parse(printSchema(schema)), schemaAst: schema, documents, config };
/** One file by some of the plugins. */
async function generate(name, pluginMap) {
  const plugins = Object.keys(pluginMap).map((plugin) => ({ [plugin]: {} }));
  writeFileSync(join(folder, name), await codegen({ ...source, filename: join(folder, name), plugins, pluginMap }));
}
await generate('schema.ts', { typescript });
await generate('operations.ts', { typescriptOperations, typedDocumentNode });
writeFileSync(
  join(folder, 'app.ts'),
  `import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { MembersDocument } from './operations.js';
import type { AccessSourceKind } from './schema.js';

async function ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
  const response = await fetch(${JSON.stringify(url)}, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: ${JSON.stringify(`Bearer ${key}`)} },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

const { workspace } = await ask(MembersDocument, { workspace: 'riverton' });
const members = workspace?.members?.nodes ?? [];
for (const member of members) {
  const used: number = member.effectiveQuotas.reduce((sum, quota) => sum + quota.used, 0);
  const kinds: AccessSourceKind[] = member.effectivePermissions.flatMap(({ sources }) => sources.map(({ kind }) => kind));
  if (used < 0 || kinds.length < 0) throw new Error(member.id);
}
if (members.length === 0) throw new Error('no members');
console.log(\`graphql-codegen: \${members.length} members of \${workspace?.name}\`);
`,
);
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'));
const options = ['--strict', '--noEmitOnError', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom'];
execFileSync(join(playground, 'node_modules', '.bin', 'tsc'), [...options, join(folder, 'app.ts')], { stdio: 'inherit' });
execFileSync(process.execPath, [join(folder, 'app.js')], { stdio: 'inherit' });
