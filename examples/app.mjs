// How an app calls Concierge. The README shows parts of this file. It is written for a browser, and
// as-a-browser.mjs lets Node do what a browser does with it: `examples/run` runs it, or, against a server
// that lists the app's origin (see there),
//
//     node --import ./examples/as-a-browser.mjs examples/app.mjs
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

// --- one function for all calls ----------------------------------------------------------------------

const url = 'http://localhost:8080/graphql';

/** Sends one operation and returns its data. Throws the first top-level error, with its code. */
async function ask(query, variables = {}, authorization) {
  const response = await fetch(url, {
    method: 'POST',
    credentials: authorization ? 'omit' : 'include', // either a key or token, or the session cookie
    headers: { 'Content-Type': 'application/json', ...(authorization && { Authorization: authorization }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw Object.assign(new Error(errors[0].message), errors[0].extensions);
  return data;
}

// --- sign in with a cookie ---------------------------------------------------------------------------

// The administrator of the demo.
const email = 'ines.lindqvist@riverton.example';
const password = 'lantern-nine-bridges-copper';

const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { account { displayName } token errors { code message } }
}`;
const { signIn } = await ask(SIGN_IN, { input: { email, password, transport: 'COOKIE' } });
const { viewer } = await ask('{ viewer { kind account { displayName } } }'); // the cookie is sent

assert.deepEqual(signIn, { account: { displayName: 'Inès Lindqvist' }, token: null, errors: [] });
assert.deepEqual(viewer, { kind: 'SESSION', account: signIn.account });
console.log('   signed in with a cookie');

// A wrong password can be corrected in the form: it is in the payload, and nothing is thrown.
const wrong = await ask(SIGN_IN, { input: { email, password: `not ${password}` } });
assert.equal(wrong.signIn.errors[0].code, 'INVALID_CREDENTIALS');

// --- an API key --------------------------------------------------------------------------------------

const asKey = 'Apikey cck_RivertonDemo0AdministratorKey00PUjsZ'; // of the same administrator
const { workspace } = await ask('{ workspace(slug: "riverton") { id name } }', {}, asKey);

assert.equal(workspace.name, 'Riverton Open Data');
assert.equal((await ask('{ viewer { kind } }', {}, asKey)).viewer.kind, 'API_KEY');
console.log('   signed in with a key');

// --- pages -------------------------------------------------------------------------------------------

const MEMBERS = `query ($after: String, $asOf: DateTime) {
  workspace(slug: "riverton") {
    members(first: 100, after: $after, asOf: $asOf) {
      nodes { id state account { displayName } }
      pageInfo { endCursor hasNextPage }
    }
  }
}`;

async function allMembers(asOf) {
  const members = [];
  let page = { hasNextPage: true };
  while (page.hasNextPage) {
    const { workspace } = await ask(MEMBERS, { after: page.endCursor, asOf }, asKey);
    members.push(...workspace.members.nodes);
    page = workspace.members.pageInfo;
  }
  return members;
}

const members = await allMembers();
assert.ok(members.length > 200, `${members.length} members`);
assert.equal(new Set(members.map(({ id }) => id)).size, members.length, 'nobody twice');
console.log(`   ${members.length} members over several pages`);

// --- the past ----------------------------------------------------------------------------------------

const aMonthAgo = new Date(Date.now() - 30 * 86_400_000).toISOString();
const membersThen = await allMembers(aMonthAgo);

assert.ok(membersThen.length > 0 && membersThen.every(({ id }) => id.includes('@')), 'the id carries the instant');
console.log(`   ${membersThen.length} members a month ago`);

// --- try a change, then make it ----------------------------------------------------------------------

const GRANT = `mutation ($input: GrantPermissionsInput!) {
  grantPermissions(input: $input) {
    results { targetId outcome code message }
    effects { membership { id } gained lost }
    errors { code path message }
    replayed
  }
}`;
const member = (await allMembers()).find(({ state }) => state === 'ACTIVE');
const input = {
  membershipIds: [member.id],
  permissions: ['MANAGE_REUSES'],
  endsAt: new Date(Date.now() + 30 * 86_400_000).toISOString(),
};

const preview = await ask(GRANT, { input: { ...input, dryRun: true } }, asKey); // changes nothing

const idempotencyKey = crypto.randomUUID(); // one for each change that the user makes
const granted = await ask(GRANT, { input: { ...input, idempotencyKey } }, asKey);
const repeated = await ask(GRANT, { input: { ...input, idempotencyKey } }, asKey); // after a lost answer

assert.deepEqual(preview.grantPermissions.errors, []);
assert.deepEqual(granted.grantPermissions.results[0], { targetId: member.id, outcome: 'GRANTED', code: null, message: null });
assert.deepEqual(granted.grantPermissions.effects, preview.grantPermissions.effects, 'the dry run said what would change');
assert.equal(granted.grantPermissions.replayed, false);
assert.equal(repeated.grantPermissions.replayed, true);
await assert.rejects(ask(GRANT, { input: { ...input, permissions: ['CREATE_PAGES'], idempotencyKey } }, asKey), {
  code: 'IDEMPOTENCY_CONFLICT',
});
console.log('   a dry run, a change, and the same change repeated');

// --- errors ------------------------------------------------------------------------------------------

const shown = [];
const { log } = console;
console.log = (...texts) => shown.push(texts.join(' '));

const CREATE_GROUP = `mutation ($input: CreateGroupInput!) {
  createGroup(input: $input) { group { id } errors { code path message } }
}`;

async function createGroup(title, authorization) {
  try {
    const variables = { input: { workspaceId: workspace.id, title } };
    const { createGroup } = await ask(CREATE_GROUP, variables, authorization);
    for (const { path, message } of createGroup.errors) console.log(path.join('.'), message); // show it at this field
    return createGroup.group;
  } catch (error) {
    if (error.code === 'UNAUTHENTICATED') console.log('Please sign in.');
    else if (error.retryAfter) console.log(`Please try again in ${error.retryAfter} seconds.`);
    else throw error; // FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, INTERNAL …
  }
}

assert.equal(await createGroup('', asKey), null);
assert.match(shown.pop(), /^title ./);
await createGroup('Anything', 'Bearer ccs_nothing');
assert.equal(shown.pop(), 'Please sign in.');
console.log = log;
console.log('   both places for errors');

// --- persisted documents -----------------------------------------------------------------------------

// The hash is known when the app is built. The server reads the same file from `graphql.documents_dir`.
const document = await readFile(new URL('documents/who-am-i.graphql', import.meta.url));
const documentId = `sha256:${createHash('sha256').update(document).digest('hex')}`;
const persisted = await fetch(url, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Authorization: asKey },
  body: JSON.stringify({ documentId }),
});
assert.equal((await persisted.json()).data.viewer.kind, 'API_KEY');
console.log('   a persisted document');

// --- sign out ----------------------------------------------------------------------------------------

await ask('mutation { signOut(input: {}) { endedSessionIds errors { code } } }');
assert.equal((await ask('{ viewer { kind } }')).viewer.kind, 'ANONYMOUS', 'the cookie is gone');
console.log('   signed out');

// What this run changed is taken back.
const REVOKE = `mutation ($input: RevokePermissionsInput!) {
  revokePermissions(input: $input) { results { outcome code } errors { code } }
}`;
await ask(REVOKE, { input: { membershipIds: [member.id], permissions: ['MANAGE_REUSES'] } }, asKey);
console.log('Done.');
