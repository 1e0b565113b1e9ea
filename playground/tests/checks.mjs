// What the tests in a browser share: their options, named checks that are counted, and how they end.
let passed = 0;
let failed = 0;

/** Runs one check. A failure is printed, and the next check runs. */
export async function check(name, run) {
  try {
    await run();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n        ${String(error?.message ?? error).split('\n').slice(0, 6).join('\n        ')}`);
  }
}

export function assert(condition, message) {
  if (!condition) throw new Error(message);
}

/** Ends the process if one of these options is missing. */
export function requireOptions(options, names) {
  const missing = names.filter((name) => !options[name]);
  if (missing.length > 0) {
    console.error(`Missing: ${missing.map((name) => `--${name}`).join(' ')}`);
    process.exit(2);
  }
}

/** Prints the result and ends the process. */
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}
