// Puts the answers of mutations into a real Relay store, and shows that it loses nothing: after each, the pages that were loaded before
// are still complete, and every record has the type that it had. Compiling the documents proves the schema to relay-compiler.
//   node relay.mjs <url of /graphql> <schema.graphql> <email> <password>
// The server must hold the demo's data: it is changed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSchema, getNamedType, isLeafType, isObjectType } from 'graphql';

const [url, schemaFile, email, password] = process.argv.slice(2);
if (!password) {
  console.error('usage: node relay.mjs <url of /graphql> <schema.graphql> <email> <password>');
  process.exit(2);
}
const here = dirname(fileURLToPath(import.meta.url));
const { Environment, Network, RecordSource, Store, commitMutation, createOperationDescriptor, fetchQuery } = createRequire(import.meta.url)('relay-runtime');
const schema = buildSchema(readFileSync(schemaFile, 'utf8'), { assumeValidSDL: true });
const mutations = schema.getMutationType().getFields();

// --- documents: of every mutation all fields without arguments, three objects deep -------------------------------------
const DEPTH = 3;
function selection(type, depth) {
  const fields = [];
  for (const field of Object.values(type.getFields())) {
    if (field.args.length > 0) continue;
    const inner = getNamedType(field.type);
    if (isLeafType(inner)) fields.push(field.name);
    else if (isObjectType(inner) && !inner.name.endsWith('Connection') && depth > 1) {
      const below = selection(inner, depth - 1);
      if (below) fields.push(`${field.name} { ${below} }`);
    }
  }
  return fields.join(' ');
}
const capital = (name) => name[0].toUpperCase() + name.slice(1);
function mutationText(name, field) {
  const inBrackets = (parts) => (parts.length > 0 ? `(${parts.join(', ')})` : '');
  const variables = inBrackets(field.args.map((argument) => `$${argument.name}: ${argument.type}`));
  const given = inBrackets(field.args.map((argument) => `${argument.name}: $${argument.name}`));
  return `mutation documents${capital(name)}Mutation${variables} { ${name}${given} { ${selection(getNamedType(field.type), DEPTH)} } }`;
}
const PAGES = `query documentsPagesQuery {
  workspace(slug: "riverton") {
    id name slug signUp { termsVersion }
    members(first: 20, orderBy: { field: NAME, direction: ASC }) {
      edges { node { id state accessEndsAt account { id displayName email } role { id name permissions } groups { group { id title } endsAt } } }
    }
    groups(first: 20) { edges { node { id slug title permissions } } }
    apiKeys(first: 20) { edges { node { id name state membership { id } } } }
    invitations(first: 20) { edges { node { id email state } } }
    accessRequests(first: 20) { edges { node { id state account { id displayName } } } }
    accessRenewals(first: 20) { edges { node { id state membership { id account { id } } } } }
    datasets(first: 20) { edges { node { id title isPublished security } } }
    pages(first: 20) { edges { node { id title } } }
  }
}`;

const folder = mkdtempSync(join(here, '.relay-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const texts = [PAGES, ...Object.entries(mutations).map(([name, field]) => mutationText(name, field))];
writeFileSync(join(folder, 'documents.js'), texts.map((text) => `graphql\`${text}\`;\n`).join(''));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
writeFileSync(
  join(folder, 'relay.config.json'),
  JSON.stringify({ src: '.', schema: resolve(schemaFile), language: 'javascript', eagerEsModules: true, noFutureProofEnums: true }),
);
execFileSync(join(here, 'node_modules', '.bin', 'relay-compiler'), [join(folder, 'relay.config.json')], { stdio: ['ignore', 'ignore', 'inherit'] });
const artifact = async (name) => (await import(pathToFileURL(join(folder, '__generated__', `${name}.graphql.js`)).href)).default;
console.log(`relay-compiler: ${Object.keys(mutations).length} mutations and a query compile`);

// --- the store --------------------------------------------------------------------------------------------------------
let token = null;
async function post(query, variables) {
  const headers = { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return response.json();
}
const complaints = [];
for (const level of ['warn', 'error']) console[level] = (...parts) => complaints.push(parts.join(' '));

const store = new Store(new RecordSource());
const network = Network.create(({ text }, variables) => post(text, variables));
const environment = new Environment({ network, store });
const pages = createOperationDescriptor(await artifact('documentsPagesQuery'), {});
environment.retain(pages);

let passed = 0;
let failed = 0;
function tell(name, problems) {
  if (problems.length === 0) passed += 1;
  else failed += 1;
  console.log(problems.length === 0 ? `ok      ${name}` : `FAILED  ${name}\n        ${problems.slice(0, 8).join('\n        ')}`);
}

/** Every record's type by its id: what must not change. */
const types = () => {
  const source = store.getSource();
  return new Map(source.getRecordIDs().map((id) => [id, source.get(id)?.__typename]));
};

/** Runs a mutation, and looks at what the store holds then. */
async function run(name, input, { refusable = false } = {}) {
  const before = types();
  complaints.length = 0;
  const mutation = await artifact(`documents${capital(name)}Mutation`);
  const answer = await new Promise((done) => {
    commitMutation(environment, {
      mutation,
      variables: input === undefined ? {} : { input },
      onCompleted: (data, errors) => done({ payload: data?.[name], errors: errors ?? [] }),
      onError: (error) => done({ payload: null, errors: [{ message: error.message }] }),
    });
  });
  const after = types();
  const problems = [...answer.errors.map(({ message }) => message), ...complaints];
  if (!refusable) problems.push(...(answer.payload?.errors ?? []).map(({ code, message }) => `${code}: ${message}`));
  for (const [id, type] of before) {
    if (after.get(id) !== type) problems.push(`${id} was ${type} and is ${after.get(id)}`);
  }
  const snapshot = environment.lookup(pages.fragment);
  if (snapshot.isMissingData) problems.push(`fields are missing: ${missing(snapshot)}`);
  tell(name, problems);
  return answer.payload ?? {};
}

/** Which objects of the pages have lost something. */
function missing(snapshot) {
  const places = [];
  const look = (value, path) => {
    if (value === undefined) places.push(path);
    else if (value && typeof value === 'object') for (const [key, inner] of Object.entries(value)) look(inner, `${path}.${key}`);
  };
  look(snapshot.data, '');
  return places.slice(0, 3).join(', ');
}

const signIn = await post('mutation($input: SignInInput!) { signIn(input: $input) { token errors { message } } }', { input: { email, password, transport: 'TOKEN' } });
token = signIn.data?.signIn?.token;
if (!token) {
  console.log(JSON.stringify(signIn));
  process.exit(1);
}
await fetchQuery(environment, pages.request.node, {}).toPromise();
const { workspace } = environment.lookup(pages.fragment).data;
const nodes = (connection) => connection.edges.map(({ node }) => node);
const members = nodes(workspace.members).filter((member) => member.state === 'ACTIVE' && !member.role && member.account.email !== email);
const ids = members.map(({ id }) => id);
tell('the pages are loaded', members.length < 6 ? [`only ${members.length} members to work with`] : complaints);

// --- every kind of mutation -------------------------------------------------------------------------------------------
const workspaceId = workspace.id;
const [one, two, three, leaver] = ids;
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();

const { role } = await run('createRole', { workspaceId, name: 'Keeper', permissions: ['MANAGE_REUSES'] });
await run('updateRole', { id: role.id, permissions: ['CREATE_PAGES'] });
await run('setMemberRole', { membershipIds: [one, two], roleId: role.id });
await run('setAccessPeriod', { membershipIds: [one], endsAt: inDays(30) });
await run('disableMembers', { membershipIds: [one, two], reason: 'Leave' });
await run('enableMembers', { membershipIds: [one, two] });
await run('sendPasswordResets', { membershipIds: [three] });
const { group } = await run('createGroup', { workspaceId, title: 'Tree wardens of the store' });
await run('updateGroup', { id: group.id, description: 'Trees' });
await run('addGroupMembers', { groupId: group.id, membershipIds: [one, two] });
await run('removeGroupMembers', { groupId: group.id, membershipIds: [two] });
await run('grantPermissions', { membershipIds: [one, three], permissions: ['BROWSE_ANALYTICS'] });
await run('revokePermissions', { membershipIds: [one, three], permissions: ['BROWSE_ANALYTICS'] });
await run('grantPermissions', { groupId: group.id, permissions: ['BROWSE_ANALYTICS'] });
await run('setQuotas', { workspaceId, scope: 'MEMBER', subjectId: one, values: [{ type: 'API_CALLS', limit: 5000 }] });
await run('consumeQuota', { workspaceId, type: 'API_CALLS', amount: 1 });
await run('resetQuotaUsage', { membershipIds: [one], type: 'API_CALLS', reason: 'a loop' });
await run('setAnonymousQuotas', { workspaceId, pool: 500 });
await run('setDefaultPermissions', { workspaceId, permissions: [] });
const { apiKey } = await run('createApiKey', { workspaceId, name: 'Harvester' });
await run('revokeApiKeys', { ids: [apiKey.id], reason: 'Lost' });
const invited = await run('inviteMembers', { workspaceId, invitees: [{ email: `store.${Date.now()}@example.org` }, { email: members[0].account.email }] });
const [invitation] = invited.results.map((result) => result.invitation?.id).filter(Boolean);
await run('updateInvitations', { ids: [invitation], note: 'Hello' });
await run('resendInvitations', { ids: [invitation] });
await run('cancelInvitations', { ids: [invitation] });

// Somebody new, whose access has an end, asks for more time.
const newcomer = { email: `new.${Date.now()}@example.org`, password: 'copper lantern nine bridges' };
await run('inviteMembers', { workspaceId, invitees: [{ email: newcomer.email }], accessDurationSeconds: 864_000 });
const { mails } = await (await fetch(new URL('/playground/outbox.json', url))).json();
const invitationToken = mails.filter(({ to }) => to === newcomer.email).map(({ text }) => /ccl_inv_\w+/.exec(text)?.[0]).find(Boolean);
const administrator = token;
token = null;
const created = await run('createAccount', { ...newcomer, invitationToken, acceptedTermsVersion: workspace.signUp.termsVersion });
const signedIn = await run('signIn', { ...newcomer, transport: 'TOKEN' });
token = signedIn.token;
const { accessRenewal } = await run('requestAccessRenewal', { membershipId: created.membership.id, message: 'Until summer' });
await run('updateAccount', { givenName: 'Nora' });
token = administrator;
await run('decideAccessRenewals', { ids: [accessRenewal.id], approve: true, endsAt: inDays(90) });

const { dataset } = await run('createDataset', { workspaceId, identifier: `store-${Date.now()}`, title: 'Trees' });
await run('updateDataset', { id: dataset.id, title: 'Oaks' });
await run('publishDataset', { id: dataset.id });
await run('followDataset', { datasetId: dataset.id });
await run('unfollowDataset', { datasetId: dataset.id });
const { reuse } = await run('submitReuse', { datasetId: dataset.id, title: 'Oak map', url: 'https://maps.example/oaks' });
await run('approveReuses', { ids: [reuse.id], reason: 'Well done' });
await run('rejectReuses', { ids: [reuse.id] });
await run('deleteReuses', { ids: [reuse.id] });
await run('setDatasetSecurity', { id: dataset.id, security: 'RESTRICTED' });
await run('grantPermissions', { membershipIds: [one], resourceId: dataset.id, access: ['BROWSE'] });
await run('transferOwnership', { ids: [dataset.id], membershipId: one });
await run('unpublishDataset', { id: dataset.id });
await run('deleteDataset', { id: dataset.id });
const { page } = await run('createPage', { workspaceId, slug: `store-${Date.now()}`, title: 'About' });
await run('updatePage', { id: page.id, title: 'Us' });
await run('setPageSecurity', { id: page.id, security: 'RESTRICTED' });
await run('deletePage', { id: page.id });
await run('updateWorkspace', { id: workspaceId, description: 'A town' });
await run('updateSignUpSettings', { workspaceId, notificationAddresses: ['desk@example.org'] });
const waiting = nodes(workspace.accessRequests).filter(({ state }) => state === 'PENDING');
await run('approveAccessRequests', { ids: waiting.slice(0, 1).map(({ id }) => id) });
await run('rejectAccessRequests', { ids: waiting.slice(1, 2).map(({ id }) => id), reason: 'No' });
await run('updateAccount', { givenName: 'Inès' });
await run('deleteGroup', { id: group.id });
await run('setMemberRole', { membershipIds: [one, two], roleId: null });
await run('deleteRole', { id: role.id });
await run('revokeMembers', { membershipIds: [leaver], reason: 'Moved' });
// What is refused tells ids as well.
await run('disableMembers', { membershipIds: [leaver, 'mem_00000000000000000000000000'] }, { refusable: true });
await run('endOtherSessions');

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
