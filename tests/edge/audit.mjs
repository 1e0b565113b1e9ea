// Runs all audits of graphql-http against a URL; fails unless each is passed, none with a warning or a notice.
//   node audit.mjs http://127.0.0.1:8080/graphql
import { auditServer } from 'graphql-http';

const url = process.argv[2];
if (!url) {
  console.error('usage: node audit.mjs <url of /graphql>');
  process.exit(2);
}

const results = await auditServer({ url });
const passed = results.filter((result) => result.status === 'ok');
for (const result of results) {
  if (result.status !== 'ok') {
    console.log(`${result.status.toUpperCase()} ${result.id} ${result.name}: ${result.reason}`);
  }
}
console.log(`${passed.length} of ${results.length} audits passed`);
process.exit(passed.length === results.length && results.length >= 61 ? 0 : 1);
