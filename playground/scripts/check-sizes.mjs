// Holds the built console to its budgets, in bytes of gzip. `npm run build` first.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/console/', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
const packed = new Map();
const size = (file) => packed.get(file) ?? packed.set(file, gzipSync(readFileSync(join(dist, file)), { level: 9 }).length).get(file);
const key = (end) => Object.keys(manifest).find((name) => name.endsWith(end)) ?? fail(`nothing built from ${end}`);
function fail(text) {
  throw new Error(text);
}

/** A chunk and all that it imports. */
function closure(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const other of manifest[name].imports ?? []) closure(other, found);
  return found;
}
const scripts = (...names) => [...new Set(names.flatMap((name) => [...closure(key(name))]))].reduce((sum, name) => sum + size(manifest[name].file), 0);

const LANGUAGES = ['en', 'fr', 'nl'].map((language) => `words/${language}.ftl?raw`);
const largest = LANGUAGES.reduce((a, b) => (size(manifest[key(a)].file) > size(manifest[key(b)].file) ? a : b));
const FRAME = ['index.html', largest];
const SHELL = [...FRAME, 'ui/Shell.tsx'];
const pages = ['pages/users/Users.tsx', 'pages/user/User.tsx', 'pages/why/WhyPage.tsx'];

const kilobytes = 1_000;
const rows = [
  ['sign-in', scripts(...FRAME, 'pages/sign-in/SignIn.tsx'), 140 * kilobytes],
  ['users page, cold', scripts(...SHELL, 'pages/users/Users.tsx'), 210 * kilobytes],
  ...pages.map((page) => [`${page}, cold`, scripts(...SHELL, page), 240 * kilobytes]),
  ...pages.slice(1).map((page) => [`${page}, after the users page`, scripts(...SHELL, 'pages/users/Users.tsx', page) - scripts(...SHELL, 'pages/users/Users.tsx'), 30 * kilobytes]),
  ['styles', (manifest[key('index.html')].css ?? []).reduce((sum, file) => sum + size(file), 0), 15 * kilobytes],
  ...LANGUAGES.map((language) => [language, size(manifest[key(language)].file), 25 * kilobytes]),
];
const whole = readdirSync(dist, { recursive: true, withFileTypes: true }).reduce((sum, entry) => sum + (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0), 0);
rows.push(['the binary grows by', whole, 3 * 1_048_576]);

let faults = 0;
for (const [what, bytes, budget] of rows) {
  const isOver = bytes > budget;
  faults += Number(isOver);
  console.log(`${isOver ? 'OVER ' : '     '}${what.padEnd(48)} ${(bytes / kilobytes).toFixed(1).padStart(8)} kB of ${(budget / kilobytes).toFixed(0)}`);
}
process.exit(faults > 0 ? 1 : 0);
