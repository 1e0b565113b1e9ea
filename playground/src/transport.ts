import type { Fetcher, FetcherParams } from '@graphiql/toolkit';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { currentLanguage } from './words';

export const ENDPOINT = '/graphql';
const STREAM_ENDPOINT = '/graphql/stream';
const MEDIA_TYPE = 'application/graphql-response+json';

export interface GraphQLErrorLike {
  message: string;
  path?: readonly (string | number)[];
  extensions?: Record<string, unknown>;
}
export interface Answer<T = unknown> {
  data?: T | null;
  errors?: GraphQLErrorLike[];
}
export interface Reply<T = unknown> {
  /** 0: no answer at all. */
  status: number;
  answer: Answer<T>;
}

function requestHeaders(accept: string, secret: string | null, extra?: Record<string, unknown>): Headers {
  const headers = new Headers({ Accept: accept, 'Content-Type': 'application/json' });
  if (secret) headers.set('Authorization', `Bearer ${secret}`);
  const language = currentLanguage();
  if (language) headers.set('Accept-Language', language);
  // What is typed into the editor's own headers pane wins.
  for (const [name, value] of Object.entries(extra ?? {})) headers.set(name, String(value));
  return headers;
}

function failure(status: number, message: string): Reply<never> {
  return { status, answer: { errors: [{ message }] } };
}

async function readReply<T>(response: Response): Promise<Reply<T>> {
  const type = response.headers.get('Content-Type') ?? '';
  if (/\bjson\b/.test(type)) {
    try {
      return { status: response.status, answer: (await response.json()) as Answer<T> };
    } catch {
      return failure(response.status, `The server's answer (status ${response.status}) could not be read.`);
    }
  }
  return failure(response.status, `The server answered with status ${response.status} and no GraphQL response.`);
}

/** One request; never throws. Cookies stay out of it, so that "signed out" here means anonymous. */
export async function send<T = unknown>(
  body: FetcherParams | { query: string; variables?: Record<string, unknown> },
  secret: string | null,
  extraHeaders?: Record<string, unknown>,
): Promise<Reply<T>> {
  let response: Response;
  try {
    response = await fetch(ENDPOINT, {
      method: 'POST',
      headers: requestHeaders(MEDIA_TYPE, secret, extraHeaders),
      body: JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
    });
  } catch {
    return failure(0, 'The server could not be reached.');
  }
  return readReply<T>(response);
}

/** A subscription over server-sent events, one connection each. */
async function* stream(
  body: FetcherParams,
  secret: string | null,
  extraHeaders: Record<string, unknown> | undefined,
  signal: AbortSignal,
  onReply: (reply: Reply) => void,
): AsyncGenerator<Answer, void, undefined> {
  try {
    const response = await fetch(STREAM_ENDPOINT, {
      method: 'POST',
      headers: requestHeaders('text/event-stream', secret, extraHeaders),
      body: JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
      signal,
    });
    const type = response.headers.get('Content-Type') ?? '';
    if (!response.ok || !type.startsWith('text/event-stream') || !response.body) {
      const reply = await readReply(response);
      onReply(reply);
      yield reply.answer;
      return;
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      // A lone CR at the end may be the first half of a CRLF: it waits for the next piece.
      const text = rest + value;
      const cut = text.endsWith('\r') ? text.length - 1 : text.length;
      const events = text.slice(0, cut).replace(/\r\n?/g, '\n').split('\n\n');
      rest = (events.pop() ?? '') + text.slice(cut);
      for (const event of events) {
        const lines = event.split('\n');
        const field = (name: string) =>
          lines
            .filter((line) => line.startsWith(`${name}:`))
            .map((line) => line.slice(name.length + 1).replace(/^ /, ''))
            .join('\n');
        if (field('event') === 'complete') return;
        const data = field('data');
        if (data) yield JSON.parse(data) as Answer;
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    yield { errors: [{ message: error instanceof SyntaxError ? 'An event could not be read.' : 'The event stream broke off.' }] };
  }
}

function isSubscription(document: DocumentNode | undefined, operationName: string | null | undefined): boolean {
  const operations = (document?.definitions ?? []).filter(
    (definition): definition is OperationDefinitionNode => definition.kind === 'OperationDefinition',
  );
  const chosen = operationName ? operations.find(({ name }) => name?.value === operationName) : operations[0];
  return chosen?.operation === 'subscription';
}

export interface FetcherHooks {
  secret(): string | null;
  /** The server refused the credential (401). */
  onRefused(secret: string, reply: Reply): void;
}

export function createFetcher({ secret, onRefused }: FetcherHooks): Fetcher {
  return (params, options) => {
    const used = secret();
    const check = (reply: Reply) => {
      if (reply.status === 401 && used) onRefused(used, reply);
    };
    if (isSubscription(options?.documentAST, params.operationName)) {
      const abort = new AbortController();
      const events = stream(params, used, options?.headers, abort.signal, check);
      return {
        next: () => events.next(),
        return: () => {
          abort.abort();
          return events.return();
        },
        throw: (error: unknown) => events.throw(error),
        [Symbol.asyncIterator]() {
          return this;
        },
      } as AsyncIterableIterator<never>;
    }
    return send(params, used, options?.headers).then((reply) => {
      check(reply);
      // The answer to a question somebody else asked is not shown. (Introspection comes without a document.)
      if (options?.documentAST && used !== secret() && reply.status !== 401) {
        return { errors: [{ message: 'You signed in or out while this was running. Run it again.' }] } as never;
      }
      return reply.answer as never;
    });
  };
}
