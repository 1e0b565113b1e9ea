import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { onSignedOut, send, sendWithoutSession } from './send';
import {
  CompleteSignInDocument,
  ReauthenticateDocument,
  SetLanguageDocument,
  SignInDocument,
  SignOutDocument,
  type CompleteSignInMutation,
  type Locale,
  type SignInMutation,
} from './gql/graphql';

/** Whose pages are shown, and whether the session behind them ended. One for all parts of a tab; tabs tell each other. */
interface State {
  account: string | null;
  isSignedOut: boolean;
}

let state: State = { account: null, isSignedOut: false };
const listeners = new Set<() => void>();
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('concierge:session');

function update(change: Partial<State>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

export function useSession(): State {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Empties the cache when another person signs in or this one signs out, in this tab or another one. */
export function watchSession(queries: QueryClient): void {
  onSignedOut(() => {
    if (state.account) update({ isSignedOut: true });
  });
  // A new document has an empty cache, and nothing of the other person on the page.
  channel?.addEventListener('message', ({ data }: MessageEvent<{ account: string | null }>) => {
    if (data.account !== null && data.account !== state.account) location.reload();
    else if (data.account === null && state.account !== null) location.replace(`/console/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`);
    else enter(queries, data.account!, false);
  });
}

/** The API answered for this account. */
export function know(account: string): void {
  if (state.account !== account || state.isSignedOut) update({ account, isSignedOut: false });
}

function enter(queries: QueryClient, account: string, tell: boolean): void {
  // Signed in again, what is on the page stays; anybody else begins with nothing.
  const isSame = state.account === account;
  update({ account, isSignedOut: false });
  if (isSame) void queries.invalidateQueries();
  else {
    queries.removeQueries({ type: 'inactive' });
    void queries.resetQueries();
  }
  if (tell) channel?.postMessage({ account });
}

/** What signing in needs next, or what is wrong. */
export type SignInAnswer =
  | { kind: 'done' }
  | { kind: 'code'; challenge: string }
  | { kind: 'refused'; code: string; message: string };

function read(payload: SignInMutation['signIn'] | CompleteSignInMutation['completeSignIn'], queries: QueryClient): SignInAnswer {
  const error = payload?.errors[0];
  if (payload && 'challenge' in payload && payload.challenge) return { kind: 'code', challenge: payload.challenge };
  if (error) return { kind: 'refused', code: error.code, message: error.message };
  if (payload?.account) enter(queries, payload.account.id, true);
  return { kind: 'done' };
}

export async function signIn(queries: QueryClient, email: string, password: string): Promise<SignInAnswer> {
  const { signIn } = await sendWithoutSession(SignInDocument, { input: { email, password, transport: 'COOKIE' } });
  return read(signIn, queries);
}

export async function completeSignIn(queries: QueryClient, challenge: string, code: string): Promise<SignInAnswer> {
  const { completeSignIn } = await sendWithoutSession(CompleteSignInDocument, { input: { challenge, code, transport: 'COOKIE' } });
  return read(completeSignIn, queries);
}

export async function signOut(queries: QueryClient): Promise<void> {
  await send(SignOutDocument, {});
  update({ account: null, isSignedOut: false });
  channel?.postMessage({ account: null });
  queries.clear();
}

export async function setProfileLocale(locale: Locale): Promise<void> {
  await send(SetLanguageDocument, { locale });
}

/** Null, or what is wrong. */
export async function reauthenticate(input: { password?: string; code?: string }): Promise<{ code: string; message: string } | null> {
  const { reauthenticate } = await send(ReauthenticateDocument, { input });
  return reauthenticate?.errors[0] ?? null;
}
