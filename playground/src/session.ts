import { useSyncExternalStore } from 'react';
import { storage } from './storage';
import { send, type Answer, type Reply } from './transport';
import { currentWords } from './words';

/** Only ever in session storage: closing the browser tab forgets it. */
const STORAGE_KEY = 'concierge:credential';

const VIEWER = 'query PlaygroundViewer { viewer { kind account { displayName } apiKey { name prefix } } }';
const SIGN_IN =
  'mutation PlaygroundSignIn($input: SignInInput!) { signIn(input: $input) { token challenge errors { code message path } } }';
const COMPLETE =
  'mutation PlaygroundCompleteSignIn($input: CompleteSignInInput!) { completeSignIn(input: $input) { token errors { code message path } } }';
const BEGIN_PASSKEY =
  'mutation PlaygroundStartPasskeySignIn($input: StartPasskeySignInInput) { startPasskeySignIn(input: $input) { ceremony options errors { code message path } } }';
const SIGN_IN_WITH_PASSKEY =
  'mutation PlaygroundSignInWithPasskey($input: SignInWithPasskeyInput!) { signInWithPasskey(input: $input) { token errors { code message path } } }';
const SIGN_OUT = 'mutation PlaygroundSignOut { signOut(input: {}) { endedSessionIds errors { code message } } }';

export interface Credential {
  kind: 'session' | 'key';
  secret: string;
}
export interface Identity {
  kind: 'session' | 'key';
  name: string;
  detail: string | null;
}
export interface Message {
  /** spoken: announced, but not shown, since the page shows it anyway. */
  tone: 'error' | 'info' | 'spoken';
  text: string;
}
export interface SessionState {
  /** checking: a credential is at hand, the server has not yet said whose. */
  status: 'anonymous' | 'checking' | 'known';
  identity: Identity | null;
  message: Message | null;
  needsSecondFactor: boolean;
  /** Grows whenever somebody else is asking. */
  epoch: number;
}

interface ViewerData {
  viewer: {
    kind: 'ANONYMOUS' | 'SESSION' | 'API_KEY';
    account: { displayName: string } | null;
    apiKey: { name: string; prefix: string } | null;
  };
}
interface UserError {
  code: string;
  message: string;
}

let credential: Credential | null = load();
let state: SessionState = {
  status: credential ? 'checking' : 'anonymous',
  identity: null,
  message: null,
  needsSecondFactor: false,
  epoch: 0,
};
const listeners = new Set<() => void>();

function update(change: Partial<SessionState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

function load(): Credential | null {
  try {
    const value: unknown = JSON.parse(storage.getItem(STORAGE_KEY) ?? 'null');
    if (value && typeof value === 'object' && 'secret' in value && 'kind' in value) {
      const { secret, kind } = value;
      if (typeof secret === 'string' && (kind === 'session' || kind === 'key')) return { secret, kind };
    }
  } catch {
    // Not ours: as if there were none.
  }
  return null;
}

function keep(next: Credential | null): void {
  credential = next;
  if (next) storage.setItem(STORAGE_KEY, JSON.stringify(next));
  else storage.removeItem(STORAGE_KEY);
}

function codeOf(answer: Answer): unknown {
  return answer.errors?.[0]?.extensions?.code;
}

export function explain(reply: Reply): string {
  const first = reply.answer.errors?.[0];
  switch (codeOf(reply.answer)) {
    case 'RATE_LIMITED': {
      const seconds = first?.extensions?.retryAfter;
      return currentWords().signIn.tooMany(typeof seconds === 'number' ? Math.max(1, Math.ceil(seconds)) : 60);
    }
    case 'UNAVAILABLE':
      return currentWords().signIn.busyServer;
    default:
      return first?.message ?? 'The server gave an answer that makes no sense here.';
  }
}

/** Who is it, as the server sees it. Null: no such credential, or no answer; the message says which. */
async function identify(candidate: Credential): Promise<Identity | { problem: string; refused: boolean }> {
  const reply = await send<ViewerData>({ query: VIEWER }, candidate.secret);
  if (reply.status === 401) {
    return {
      refused: true,
      problem:
        candidate.kind === 'key'
          ? 'This API key is not accepted: it is mistyped, expired, suspended or revoked.'
          : currentWords().signIn.ended,
    };
  }
  const viewer = reply.answer.data?.viewer;
  if (!viewer || viewer.kind === 'ANONYMOUS') return { refused: false, problem: explain(reply) };
  const person = viewer.account?.displayName ?? null;
  if (viewer.kind === 'API_KEY') {
    const key = viewer.apiKey;
    return {
      kind: 'key',
      name: key?.name ?? 'API key',
      detail: [key && `${key.prefix}…`, person && `of ${person}`].filter(Boolean).join(' ') || null,
    };
  }
  return { kind: 'session', name: person ?? 'your account', detail: null };
}

/** Nothing of the form is lost on failure; the credential is kept only once the server knows it. */
async function adopt(candidate: Credential): Promise<boolean> {
  const identity = await identify(candidate);
  if ('problem' in identity) {
    update({ message: { tone: 'error', text: identity.problem } });
    return false;
  }
  keep(candidate);
  update({
    status: 'known',
    identity,
    needsSecondFactor: false,
    epoch: state.epoch + 1,
    message: { tone: 'spoken', text: currentWords().signIn.you(identity.name) },
  });
  return true;
}

/** A sign-in that waits for its second factor: for five minutes, in this page. */
let waiting: { email: string; password: string; challenge: string } | null = null;

/** What a second factor is shown by. */
type Shown = { code: string } | { passkey: { ceremony: string; credential: unknown } };

/** Completes the sign-in that waits. Null: it does not wait any more, and has to begin anew. */
async function completeSignIn(challenge: string, shown: Shown): Promise<boolean | null> {
  const input = { challenge, ...shown, transport: 'TOKEN' };
  const reply = await send<{ completeSignIn: { token: string | null; errors: UserError[] } }>(
    { query: COMPLETE, variables: { input } },
    null,
  );
  const payload = reply.answer.data?.completeSignIn;
  const error = payload?.errors[0];
  if (error?.code === 'INVALID_CHALLENGE') {
    waiting = null;
    return null;
  }
  if (!payload?.token) {
    update({ message: { tone: 'error', text: error?.message ?? explain(reply) } });
    return false;
  }
  waiting = null;
  return adopt({ kind: 'session', secret: payload.token });
}

export async function signIn(email: string, password: string, secondFactor: string): Promise<boolean> {
  update({ message: null });
  if (secondFactor && waiting && waiting.email === email && waiting.password === password) {
    const done = await completeSignIn(waiting.challenge, { code: secondFactor });
    if (done !== null) return done;
  }
  const input = { email, password, transport: 'TOKEN', ...(secondFactor ? { secondFactor } : {}) };
  const reply = await send<{ signIn: { token: string | null; challenge: string | null; errors: UserError[] } }>(
    { query: SIGN_IN, variables: { input } },
    null,
  );
  const payload = reply.answer.data?.signIn;
  if (!payload) {
    update({ message: { tone: 'error', text: explain(reply) } });
    return false;
  }
  const error = payload.errors[0];
  if (error?.code === 'SECOND_FACTOR_REQUIRED') {
    waiting = payload.challenge ? { email, password, challenge: payload.challenge } : null;
    update({
      needsSecondFactor: true,
      message: { tone: 'info', text: currentWords().signIn.needsCode },
    });
    return false;
  }
  if (error || !payload.token) {
    const text =
      error?.code === 'INVALID_CREDENTIALS'
        ? secondFactor
          ? currentWords().signIn.wrongWithCode
          : currentWords().signIn.wrong
        : (error?.message ?? 'The server gave no session.');
    update({ message: { tone: 'error', text } });
    return false;
  }
  return adopt({ kind: 'session', secret: payload.token });
}

/** Whether this browser can show passkeys to a server that speaks their JSON form. */
export function knowsPasskeys(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function';
}

/** What the browser answers; null if nobody chose a passkey. */
async function chosenPasskey(options: PublicKeyCredentialRequestOptionsJSON): Promise<unknown> {
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const credential = await navigator.credentials.get({ publicKey });
    return credential instanceof PublicKeyCredential ? credential.toJSON() : null;
  } catch {
    return null;
  }
}

/** With a passkey alone and no address typed, or as the second factor of a sign-in that waits. */
export async function signInWithPasskey(): Promise<boolean> {
  update({ message: null });
  const challenge = waiting?.challenge ?? null;
  const fail = (text: string) => {
    update({ message: { tone: 'error', text } });
    return false;
  };
  const begun = await send<{
    startPasskeySignIn: { ceremony: string | null; options: PublicKeyCredentialRequestOptionsJSON | null; errors: UserError[] };
  }>({ query: BEGIN_PASSKEY, variables: { input: challenge ? { challenge } : {} } }, null);
  const ceremony = begun.answer.data?.startPasskeySignIn;
  if (!ceremony?.ceremony || !ceremony.options) {
    if (ceremony?.errors[0]?.code === 'INVALID_CHALLENGE') waiting = null;
    return fail(ceremony?.errors[0]?.message ?? explain(begun));
  }
  const credential = await chosenPasskey(ceremony.options);
  if (!credential) return fail(currentWords().signIn.noPasskey);
  const passkey = { ceremony: ceremony.ceremony, credential };
  if (challenge) {
    return (await completeSignIn(challenge, { passkey })) ?? fail(currentWords().signIn.ended);
  }
  const reply = await send<{ signInWithPasskey: { token: string | null; errors: UserError[] } }>(
    { query: SIGN_IN_WITH_PASSKEY, variables: { input: { ...passkey, transport: 'TOKEN' } } },
    null,
  );
  const payload = reply.answer.data?.signInWithPasskey;
  if (!payload?.token) return fail(payload?.errors[0]?.message ?? explain(reply));
  return adopt({ kind: 'session', secret: payload.token });
}

/** With the session that a call has begun, of an account that was made just now. */
export function signInWithToken(token: string): Promise<boolean> {
  return adopt({ kind: 'session', secret: token });
}

export async function signInWithKey(key: string): Promise<boolean> {
  update({ message: null });
  const secret = key.trim();
  if (!/^[\x21-\x7e]+$/.test(secret)) {
    update({ message: { tone: 'error', text: 'That is no API key: it has blanks or characters a key never has.' } });
    return false;
  }
  return adopt({ kind: 'key', secret });
}

function leave(message: Message): void {
  keep(null);
  update({ status: 'anonymous', identity: null, needsSecondFactor: false, epoch: state.epoch + 1, message });
}

export async function signOut(): Promise<void> {
  const old = credential;
  if (!old) return;
  if (old.kind === 'key') {
    leave({ tone: 'info', text: 'The API key is forgotten here. It stays valid elsewhere.' });
    return;
  }
  // Whoever leaves the page before the answer is here has signed out all the same.
  storage.removeItem(STORAGE_KEY);
  const reply = await send<{ signOut: { errors: UserError[] } | null }>({ query: SIGN_OUT }, old.secret);
  const ended = reply.status === 401 || reply.answer.data?.signOut?.errors.length === 0;
  leave(
    ended
      ? { tone: 'info', text: currentWords().signIn.signedOut }
      : { tone: 'error', text: `Signed out here, but the server did not confirm it: ${explain(reply)}` },
  );
}

/** The server answered 401 to something that was run: whoever asked is nobody any more. */
export function refused(secret: string): void {
  if (credential?.secret !== secret) return;
  leave({
    tone: 'error',
    text:
      credential.kind === 'key'
        ? 'The API key is no longer accepted: it expired, or was suspended or revoked.'
        : currentWords().signIn.ended,
  });
}

export function currentSecret(): string | null {
  return credential?.secret ?? null;
}

export function dismissMessage(): void {
  update({ message: null });
}

/** At page load: whose credential did this tab keep? */
export async function resume(): Promise<void> {
  const kept = credential;
  if (!kept) return;
  const identity = await identify(kept);
  if (credential !== kept) return;
  if (!('problem' in identity)) {
    update({ status: 'known', identity });
  } else if (identity.refused) {
    refused(kept.secret);
  } else {
    // No verdict: the credential may well be good.
    const name = kept.kind === 'key' ? 'API key' : 'your account';
    update({
      status: 'known',
      identity: { kind: kept.kind, name, detail: null },
      message: { tone: 'error', text: identity.problem },
    });
  }
}

export function useSession(): SessionState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
