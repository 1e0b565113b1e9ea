import { parse, type OperationDefinitionNode, type TypeNode } from 'graphql';

/** One file an example: the comment lines at its top are title, `Who may run it: …`, and what there is to know. */
export interface Example {
  file: string;
  title: string;
  audience: string;
  about: string;
  source: string;
  operation: OperationDefinitionNode;
  /** A query that finds ids for the variables; what it finds is named as the variable that takes it. */
  ids: string | null;
}

const files = import.meta.glob<string>('./examples/*.graphql', { query: '?raw', import: 'default', eager: true });
const IDS = '.ids.graphql';

function read(path: string, raw: string): Example[] {
  const source = raw.trim();
  const operation = parse(source).definitions.find((definition) => definition.kind === 'OperationDefinition');
  if (!operation) return [];
  const comments: string[] = [];
  for (const line of source.split('\n')) {
    if (!line.startsWith('#')) break;
    comments.push(line.replace(/^#\s?/, '').trim());
  }
  const [title = path, ...rest] = comments;
  const audience = rest.find((line) => line.startsWith('Who may run it:'));
  return [
    {
      file: path.replace(/^.*\//, ''),
      title,
      audience: audience?.replace('Who may run it:', '').trim() ?? '',
      about: rest.filter((line) => line !== audience).join(' '),
      source,
      operation,
      ids: files[path.replace(/\.graphql$/, IDS)] ?? null,
    },
  ];
}

export const EXAMPLES: readonly Example[] = Object.entries(files)
  .filter(([path]) => !path.endsWith(IDS))
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .flatMap(([path, raw]) => read(path, raw));

/** The variables of an example, filled with what its query for ids answered. */
export function variablesFrom({ operation }: Example, data: unknown): Record<string, unknown> {
  const found = new Map<string, unknown>();
  const look = (value: unknown, name = '') => {
    if (Array.isArray(value)) for (const item of value) look(item, name);
    else if (value !== null && typeof value === 'object') for (const [key, inner] of Object.entries(value)) look(inner, key);
    else if (value !== null && !found.has(name)) found.set(name, value);
  };
  look(data);
  const isList = (type: TypeNode): boolean => (type.kind === 'NonNullType' ? isList(type.type) : type.kind === 'ListType');
  const variables: Record<string, unknown> = {};
  for (const { variable, type } of operation.variableDefinitions ?? []) {
    const value = found.get(variable.name.value);
    if (value !== undefined) variables[variable.name.value] = isList(type) ? [value] : value;
  }
  return variables;
}
