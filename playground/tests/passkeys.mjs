// Registers and shows passkeys in a real browser with its virtual authenticator, against a running server at a
// loopback address (MFA-3, MFA-4).
//   node tests/passkeys.mjs --url http://localhost:8080 --email … --password …
// The browser is CHROMIUM or /usr/bin/chromium; none is downloaded. The account must have no second factor, and has
// none afterwards.
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { assert, check, finish, requireOptions } from './checks.mjs';

const { values: options } = parseArgs({
  options: { url: { type: 'string' }, email: { type: 'string' }, password: { type: 'string' } },
});
requireOptions(options, ['url', 'email', 'password']);
// Browsers bind passkeys to names alone.
const origin = new URL(options.url).origin.replace('127.0.0.1', 'localhost');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
await page.goto(`${origin}/playground/`);
const devtools = await page.context().newCDPSession(page);
await devtools.send('WebAuthn.enable');

/** Asks the API from the page; the payload. */
function ask(query, input, token) {
  return page.evaluate(
    async ({ query, input, token }) => {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify({ query, variables: { input } }),
      });
      const { data, errors } = await response.json();
      if (errors) throw new Error(JSON.stringify(errors));
      return Object.values(data)[0];
    },
    { query, input, token },
  );
}
const codes = (payload) => payload.errors.map((error) => error.code).join(' ');

/** What the browser makes of the options; an error's name if it refuses. */
function inBrowser(kind, options) {
  return page.evaluate(
    async ({ kind, options }) => {
      try {
        const credential =
          kind === 'create'
            ? await navigator.credentials.create({
                publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
              })
            : await navigator.credentials.get({
                publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
              });
        return { credential: credential.toJSON() };
      } catch (error) {
        return { refused: error.name };
      }
    },
    { kind, options },
  );
}

async function authenticator(change) {
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...change,
    },
  });
  return authenticatorId;
}
const take = (authenticatorId) => devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });

const SIGN_IN = `mutation($input: SignInInput!) { signIn(input: $input) { token challenge errors { code } } }`;
const START = `mutation { startPasskeyRegistration { ceremony options errors { code } } }`;
const FINISH = `mutation($input: FinishPasskeyRegistrationInput!) {
  finishPasskeyRegistration(input: $input) { secondFactor { id name isSynced } recoveryCodes errors { code } } }`;
const ASK = `mutation($input: StartPasskeySignInInput) { startPasskeySignIn(input: $input) { ceremony options errors { code } } }`;
const SHOW = `mutation($input: SignInWithPasskeyInput!) { signInWithPasskey(input: $input) { token errors { code } } }`;
const COMPLETE = `mutation($input: CompleteSignInInput!) { completeSignIn(input: $input) { token errors { code } } }`;
const REMOVE = `mutation($input: RemovePasskeyInput!) { removePasskey(input: $input) { errors { code } } }`;

const password = { email: options.email, password: options.password };

async function register(token, name) {
  const begun = await ask(START, undefined, token);
  assert(codes(begun) === '', codes(begun));
  const { credential, refused } = await inBrowser('create', begun.options);
  assert(credential, `the browser says ${refused}`);
  return ask(FINISH, { ceremony: begun.ceremony, credential, name }, token);
}

/** Signs in with no address typed. */
async function show() {
  const begun = await ask(ASK, {});
  const { credential, refused } = await inBrowser('get', begun.options);
  assert(credential, `the browser says ${refused}`);
  return ask(SHOW, { ceremony: begun.ceremony, credential });
}

for (const [transport, hasResidentKey] of [
  ['internal', true],
  ['usb', true],
  ['usb', false],
]) {
  const kind = `${transport}, ${hasResidentKey ? 'resident' : 'not resident'}`;
  await check(`a passkey is registered, shown and removed: ${kind}`, async () => {
    const id = await authenticator({ transport, hasResidentKey });
    try {
      const { token } = await ask(SIGN_IN, password);
      assert(token, 'the account has a second factor');
      const registered = await register(token, kind);
      assert(codes(registered) === '', codes(registered));
      assert(registered.recoveryCodes.length === 10, 'ten recovery codes');
      const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId: id });
      assert(credentials[0].isResidentCredential === hasResidentKey, 'the key knows its user, if it can');
      if (hasResidentKey) {
        const shown = await show();
        assert(shown.token, codes(shown));
      }
      const waits = await ask(SIGN_IN, password);
      assert(codes(waits) === 'SECOND_FACTOR_REQUIRED', codes(waits));
      const begun = await ask(ASK, { challenge: waits.challenge });
      const { credential, refused } = await inBrowser('get', begun.options);
      assert(credential, `the browser says ${refused}`);
      const passkey = { ceremony: begun.ceremony, credential };
      const done = await ask(COMPLETE, { challenge: waits.challenge, passkey });
      assert(done.token, codes(done));
      const removed = await ask(REMOVE, { id: registered.secondFactor.id }, token);
      assert(codes(removed) === '', codes(removed));
    } finally {
      await take(id);
    }
  });
}

/** Signs in and out by the box in the page's bar. */
async function byTheBox(label, fill) {
  await page.reload();
  await fill?.();
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('button', { name: /^(Sign out|Se déconnecter|Afmelden)$/ }).click();
  await page.getByRole('button', { name: label }).waitFor();
}

await check('the sign-in box takes a passkey alone, and as the second factor', async () => {
  const id = await authenticator({});
  try {
    const { token } = await ask(SIGN_IN, password);
    const registered = await register(token, 'box');
    assert(codes(registered) === '', codes(registered));
    try {
      await byTheBox('Sign in with a passkey');
      await byTheBox('Sign in with a passkey', async () => {
        await page.getByLabel('E-mail address').fill(options.email);
        await page.getByLabel('Password').fill(options.password);
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        await page.getByLabel('Code').waitFor();
      });
    } finally {
      const removed = await ask(REMOVE, { id: registered.secondFactor.id }, token);
      assert(codes(removed) === '', codes(removed));
    }
  } finally {
    await take(id);
  }
});

await check('the box says so where no passkey is shown', async () => {
  const id = await authenticator({ isUserVerified: false });
  try {
    await page.reload();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('No passkey was shown.').waitFor();
  } finally {
    await take(id);
  }
});

await check('a copy whose counter was set back is refused', async () => {
  const id = await authenticator({});
  try {
    const { token } = await ask(SIGN_IN, password);
    const registered = await register(token, 'copied');
    for (let uses = 0; uses < 3; uses += 1) assert((await show()).token, 'it counts on');
    const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId: id });
    await devtools.send('WebAuthn.clearCredentials', { authenticatorId: id });
    const credential = { ...credentials[0], signCount: 1 };
    await devtools.send('WebAuthn.addCredential', { authenticatorId: id, credential });
    assert(codes(await show()) === 'INVALID_PASSKEY', 'the counter went back');
    const removed = await ask(REMOVE, { id: registered.secondFactor.id }, token);
    assert(codes(removed) === '', codes(removed));
  } finally {
    await take(id);
  }
});

await check('a user who is not verified registers nothing', async () => {
  const id = await authenticator({ isUserVerified: false });
  try {
    const { token } = await ask(SIGN_IN, password);
    const begun = await ask(START, undefined, token);
    const { refused } = await inBrowser('create', begun.options);
    assert(refused === 'NotAllowedError', `the browser says ${refused}`);
  } finally {
    await take(id);
  }
});

await browser.close();
finish();
