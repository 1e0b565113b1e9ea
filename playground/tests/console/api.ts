// The API by the demo administrator's key, to prepare what a flow needs and to look at what it did.
const ADDRESS = process.env.CONSOLE_URL ?? 'http://127.0.0.1:8080';

export interface Demo {
  workspace: string;
  email: string;
  password: string;
  apiKey: string;
}

export async function demo(): Promise<Demo> {
  return ((await (await fetch(`${ADDRESS}/console/demo.json`)).json()) as { demo: Demo }).demo;
}

/** The only field of the answer. */
export async function ask<T = any>(query: string, variables: object = {}, isVisitor = false): Promise<T> {
  const credential = isVisitor ? {} : { Authorization: `Apikey ${(await demo()).apiKey}` };
  const response = await fetch(`${ADDRESS}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...credential },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  const { code, retryAfter } = errors?.[0]?.extensions ?? {};
  if (code === 'RATE_LIMITED') {
    // Sign-ins that follow each other closely are slowed down.
    await new Promise((resolve) => setTimeout(resolve, retryAfter * 1_000 + 100));
    return ask(query, variables, isVisitor);
  }
  if (errors) throw new Error(JSON.stringify(errors));
  const value = Object.values(data)[0] as { errors?: unknown[] };
  if (value?.errors?.length) throw new Error(JSON.stringify(value.errors));
  return value as T;
}

/** Calls a mutation of which the payload has `errors`. */
export const change = (name: string, input: object, isVisitor = false) =>
  ask(`mutation($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { errors { code message } } }`, { input }, isVisitor);

export async function member(search: string): Promise<{ id: string; state: string; role: { name: string } | null; accessEndsAt: string | null; account: { displayName: string; email: string } }> {
  const { members } = await ask(
    'query($search: String) { workspace(slug: "riverton") { members(first: 1, filter: { search: $search, signedUpOnly: INCLUDE }) { nodes { id state accessEndsAt role { name } account { displayName email } } } } }',
    { search },
  );
  return members.nodes[0];
}

export async function workspace(): Promise<{ id: string; roles: { id: string; name: string }[]; groups: { nodes: { id: string; title: string }[] } }> {
  return ask('{ workspace(slug: "riverton") { id roles { id name } groups(first: 100) { nodes { id title } } } }');
}

export async function eventKinds(subject: string): Promise<string[]> {
  const { auditEvents } = await ask('query($id: ID!) { workspace(slug: "riverton") { auditEvents(first: 50, filter: { subjectId: $id }) { nodes { kind } } } }', { id: subject });
  return auditEvents.nodes.map(({ kind }: { kind: string }) => kind);
}

/** Gives somebody a password by the link that the server would send. */
export async function withPassword(search: string, password: string): Promise<{ id: string; email: string; name: string }> {
  const { id, account } = await member(search);
  const person = { id, email: account.email, name: account.displayName };
  // From an earlier run against the same server.
  if (await change('signIn', { email: account.email, password, transport: 'TOKEN' }, true).catch(() => null)) return person;
  await change('sendPasswordResets', { membershipIds: [id] });
  for (let tries = 0; tries < 50; tries += 1) {
    const { mails } = await (await fetch(`${ADDRESS}/playground/outbox.json`)).json();
    const token = mails.filter(({ to }: { to: string }) => to === account.email).map(({ text }: { text?: string }) => text?.match(/link\/#(ccl_[\w-]+)/)?.[1]).find(Boolean);
    if (token) {
      await change('resetPassword', { token, newPassword: password }, true);
      return person;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`no mail to ${account.email}`);
}

export async function inEnglish(email: string, password: string): Promise<void> {
  const { token } = await ask('mutation($input: SignInInput!) { signIn(input: $input) { token } }', { input: { email, password, transport: 'TOKEN' } }, true);
  await fetch(`${ADDRESS}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: 'mutation { updateAccount(input: { locale: EN }) { errors { code } } }' }),
  });
}

/** The value of the session cookie. */
export async function session(email: string, password: string): Promise<string> {
  const query = 'mutation($input: SignInInput!) { signIn(input: $input) { errors { code } } }';
  for (let tries = 0; tries < 10; tries += 1) {
    const response = await fetch(`${ADDRESS}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query, variables: { input: { email, password, transport: 'COOKIE' } } }),
    });
    const cookie = response.headers.getSetCookie().map((text) => text.match(/^session=([^;]+)/)?.[1]).find(Boolean);
    if (cookie) return cookie;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
  }
  throw new Error(`${email} cannot sign in`);
}
