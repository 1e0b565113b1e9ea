// Checks that the console's policy admits exactly the one style that React Aria's scroll lock adds on iOS (UI-81).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const here = new URL('..', import.meta.url);
const read = (path) => readFileSync(new URL(path, here), 'utf8');

const lock = read('node_modules/react-aria/dist/private/overlays/usePreventScroll.mjs');
const style = lock.match(/style\.textContent = `([^`]*)`\.trim\(\)/)?.[1]?.trim();
const hash = style && `sha256-${createHash('sha256').update(style).digest('base64')}`;
const policy = read('../src/http/console.rs');
const admitted = [...policy.matchAll(/'(sha256-[^']+)'/g)].map(([, one]) => one);
const press = read('node_modules/react-aria/dist/private/interactions/usePress.mjs');

const faults = [];
if (!hash) faults.push('React Aria no longer adds the style of its scroll lock in the form that this script reads');
else if (admitted.length !== 1 || admitted[0] !== hash) faults.push(`src/http/console.rs admits ${admitted.join(', ') || 'no style'}, React Aria adds ${hash}`);
if (!press.includes('react-aria-pressable-style') || !read('console/index.html').includes('id="react-aria-pressable-style"'))
  faults.push('the element that keeps React Aria from adding its style for touch is not in console/index.html, or React Aria looks for another one');
if (/unsafe-/.test(policy)) faults.push('src/http/console.rs has an unsafe source');
for (const fault of faults) console.error(fault);
console.log(`the console's policy: ${faults.length} faults`);
process.exit(faults.length > 0 ? 1 : 0);
