import type { TypedDocumentString } from './gql/graphql';

/** What the API says about a request that it did not answer. */
export class Refusal extends Error {
  constructor(
    /** As the API names it; NETWORK and SIGNED_OUT besides. */
    readonly code: string,
    message: string,
    readonly details: { requestId?: string; retryAfter?: number; requiredPermission?: string } = {},
  ) {
    super(message);
  }
}

interface GraphqlError {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; requestId?: string; retryAfter?: number; requiredPermission?: string };
}

interface Answer<T> {
  data?: T | null;
  errors?: GraphqlError[];
}

export interface Reply<T> {
  data: T;
  /** By path ("workspace.member"), what was refused while the rest was answered. */
  refused: ReadonlyMap<string, Refusal>;
}

const signedOutListeners = new Set<() => void>();

/** Calls back whenever the API no longer knows the session. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** Tells the page that nobody is signed in, and gives up. */
export function refuseSignedOut(): never {
  for (const listener of signedOutListeners) listener();
  throw new Refusal('SIGNED_OUT', '');
}

function refusal(error: GraphqlError, response: Response): Refusal {
  const { code = 'INTERNAL', ...details } = error.extensions ?? {};
  const requestId = details.requestId ?? response.headers.get('x-request-id') ?? undefined;
  const retryAfter = details.retryAfter ?? (Number(response.headers.get('retry-after')) || undefined);
  const signedOut = response.status === 401 || code === 'UNAUTHENTICATED';
  return new Refusal(signedOut ? 'SIGNED_OUT' : code, error.message, { ...details, requestId, retryAfter });
}

async function post<T, V>(document: TypedDocumentString<T, V>, variables: V, signal?: AbortSignal): Promise<[Response, Answer<T>]> {
  const { documentId } = (document as unknown as { __meta__: { documentId: string } }).__meta__;
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      signal,
      headers: {
        Accept: 'application/graphql-response+json',
        'Accept-Language': globalThis.document.documentElement.lang,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ documentId, variables }),
    });
    const answer = (await response.json().catch(() => ({}))) as Answer<T>;
    return [response, answer];
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal('NETWORK', '');
  }
}

/** Sends a document by its id. Throws the refusal if nothing, or the only root field, was answered. */
export async function ask<T, V>(document: TypedDocumentString<T, V>, variables: V, signal?: AbortSignal): Promise<Reply<T>> {
  const [response, { data, errors = [] }] = await post(document, variables, signal);
  const refusals = errors.map((error) => [error.path?.join('.') ?? '', refusal(error, response)] as const);
  const first = refusals[0]?.[1];
  if (refusals.some(([, { code }]) => code === 'SIGNED_OUT') || response.status === 401) {
    for (const listener of signedOutListeners) listener();
    throw first ?? new Refusal('SIGNED_OUT', '');
  }
  if (!data || Object.values(data).every((value) => value === null)) {
    if (first) throw first;
    if (!data) throw new Refusal(response.status >= 500 ? 'UNAVAILABLE' : 'INTERNAL', '', { requestId: response.headers.get('x-request-id') ?? undefined });
  }
  return { data: data as T, refused: new Map(refusals) };
}

/** Sends a document of which all has to be answered. */
export async function send<T, V>(document: TypedDocumentString<T, V>, variables: V, signal?: AbortSignal): Promise<T> {
  const { data, refused } = await ask(document, variables, signal);
  const first = [...refused.values()][0];
  if (first) throw first;
  return data;
}

/** Signs in. A cookie of a session that ended is refused once and deleted by the answer: then once more. */
export async function sendWithoutSession<T, V>(document: TypedDocumentString<T, V>, variables: V): Promise<T> {
  let [response, answer] = await post(document, variables);
  if (response.status === 401) [response, answer] = await post(document, variables);
  const first = answer.errors?.[0];
  if (first) throw refusal(first, response);
  if (!answer.data) throw new Refusal('UNAVAILABLE', '');
  return answer.data;
}
