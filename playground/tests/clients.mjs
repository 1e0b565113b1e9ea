// Sets second factors up and signs in with them as clients of others do: codes by otplib, passkeys by
// @simplewebauthn/browser in a real browser with its virtual authenticator, against a running server at a loopback
// address (MFA-1, MFA-3, MFA-4, MFA-5).
//   node tests/clients.mjs --url http://localhost:8080 --email … --password …
// The browser is CHROMIUM or /usr/bin/chromium; none is downloaded. The account must have no second factor, and has
// none afterwards.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { generate, generateURI, verify } from 'otplib';
import { chromium } from 'playwright-core';

const { values: options } = parseArgs({
  options: { url: { type: 'string' }, email: { type: 'string' }, password: { type: 'string' } },
});
const missing = ['url', 'email', 'password'].filter((name) => !options[name]);
if (missing.length > 0) {
  console.error(`Missing: ${missing.map((name) => `--${name}`).join(' ')}`);
  process.exit(2);
}
// Browsers bind passkeys to names alone.
const origin = new URL(options.url).origin.replace('127.0.0.1', 'localhost');

let passed = 0;
let failed = 0;
async function check(name, run) {
  try {
    await run();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n        ${String(error?.message ?? error).split('\n').slice(0, 6).join('\n        ')}`);
  }
}
function assert(condition, message) {
  if (!condition) throw new Error(message);
}

/** The payload of a mutation, whose selection is given without `errors`. */
async function ask(mutation, selection, input, token) {
  const type = `${mutation[0].toUpperCase()}${mutation.slice(1)}Input`;
  const [takes, gives] = input ? [`($input: ${type}${mutation === 'startPasskeySignIn' ? '' : '!'})`, '(input: $input)'] : ['', ''];
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({
      query: `mutation${takes} { ${mutation}${gives} { ${selection} errors { code } } }`,
      variables: { input },
    }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data[mutation];
}
const codes = (payload) => payload.errors.map((error) => error.code).join(' ');

const password = { email: options.email, password: options.password };
async function signIn() {
  const { token } = await ask('signIn', 'token', password);
  assert(token, 'the account has a second factor');
  return token;
}

await check('codes of otplib set up an authenticator app, and sign in once each', async () => {
  const token = await signIn();
  const { secret, url } = await ask('startTotpEnrolment', 'secret url', undefined, token);
  const parameters = (text) => {
    const of = new URL(text);
    const given = (name, usual) => of.searchParams.get(name) ?? usual;
    return [of.protocol, of.host, given('secret'), given('algorithm', 'SHA1'), given('digits', '6'), given('period', '30')].join(' ');
  };
  const theirs = generateURI({ issuer: 'Concierge', label: options.email, secret });
  assert(parameters(url) === parameters(theirs), `${url} is read as ${parameters(url)}, not ${parameters(theirs)}`);
  const now = Math.floor(Date.now() / 1000);
  const code = (epoch) => generate({ secret, epoch });
  const first = await code(now);
  assert((await verify({ secret, token: first, epochTolerance: 30 })).valid, 'otplib does not know its own code');
  const enrolled = await ask('confirmTotp', 'secondFactor { kind } recoveryCodes', { code: first }, token);
  assert(codes(enrolled) === '' && enrolled.secondFactor.kind === 'TOTP', codes(enrolled));
  try {
    const waits = await ask('signIn', 'token challenge secondFactors', password);
    assert(codes(waits) === 'SECOND_FACTOR_REQUIRED' && waits.token === null, codes(waits));
    const again = await ask('completeSignIn', 'token', { challenge: waits.challenge, code: first });
    assert(codes(again) === 'INVALID_CODE', 'a code works once');
    // The next one is accepted a step early.
    const next = await ask('completeSignIn', 'token', { challenge: waits.challenge, code: await code(now + 30) });
    assert(next.token, codes(next));
  } finally {
    const removed = await ask('disableTotp', 'secondFactor { kind }', undefined, token);
    assert(codes(removed) === '', codes(removed));
  }
});

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const page = await browser.newPage();
  await page.goto(`${origin}/playground/`);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const authenticator = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options: authenticator });
  const bundle = new URL('../node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js', import.meta.url);
  await page.evaluate(await readFile(bundle, 'utf8'));
  const client = (call, optionsJSON) =>
    page.evaluate(({ call, optionsJSON }) => globalThis.SimpleWebAuthnBrowser[call]({ optionsJSON }), { call, optionsJSON });

  await check('@simplewebauthn/browser registers a passkey and signs in with it', async () => {
    const token = await signIn();
    const begun = await ask('startPasskeyRegistration', 'ceremony options', undefined, token);
    const credential = await client('startRegistration', begun.options);
    const input = { ceremony: begun.ceremony, credential, name: 'simplewebauthn' };
    const registered = await ask('finishPasskeyRegistration', 'secondFactor { id }', input, token);
    assert(codes(registered) === '', codes(registered));
    try {
      const alone = await ask('startPasskeySignIn', 'ceremony options', {});
      const shown = await client('startAuthentication', alone.options);
      const done = await ask('signInWithPasskey', 'token', { ceremony: alone.ceremony, credential: shown });
      assert(done.token, codes(done));
      const waits = await ask('signIn', 'challenge', password);
      const begun = await ask('startPasskeySignIn', 'ceremony options', { challenge: waits.challenge });
      const passkey = { ceremony: begun.ceremony, credential: await client('startAuthentication', begun.options) };
      const completed = await ask('completeSignIn', 'token', { challenge: waits.challenge, passkey });
      assert(completed.token, codes(completed));
    } finally {
      const removed = await ask('removePasskey', 'secondFactor { id }', { id: registered.secondFactor.id }, token);
      assert(codes(removed) === '', codes(removed));
    }
  });
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
