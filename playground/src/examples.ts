/** One file an example: the comment lines at its top are title, `Who may run it: …`, and what there is to know. */
export interface Example {
  file: string;
  title: string;
  audience: string;
  about: string;
  source: string;
}

const files = import.meta.glob<string>('./examples/*.graphql', { query: '?raw', import: 'default', eager: true });

export const EXAMPLES: readonly Example[] = Object.entries(files)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, raw]) => {
    const source = raw.trim();
    const comments: string[] = [];
    for (const line of source.split('\n')) {
      if (!line.startsWith('#')) break;
      comments.push(line.replace(/^#\s?/, '').trim());
    }
    const [title = path, ...rest] = comments;
    const audience = rest.find((line) => line.startsWith('Who may run it:'));
    return {
      file: path.replace(/^.*\//, ''),
      title,
      audience: audience?.replace('Who may run it:', '').trim() ?? '',
      about: rest.filter((line) => line !== audience).join(' '),
      source,
    };
  });
