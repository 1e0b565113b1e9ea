import { useState } from 'react';
import { explain } from '../session';
import { send } from '../transport';

export interface UserError {
  code: string;
  message: string;
  path?: (string | number)[] | null;
}

/** What came of one mutation: its payload, or why not. */
export type Outcome<T> = { payload: T } | { problems: UserError[] };

/** Runs a document with one root field; its errors, and those of the request as a whole, are the problems. */
export async function call<T extends { errors?: UserError[] } | null>(
  query: string,
  variables: Record<string, unknown>,
  secret: string | null,
): Promise<Outcome<NonNullable<T>>> {
  const reply = await send<Record<string, T>>({ query, variables }, secret);
  const [payload] = Object.values(reply.answer.data ?? {});
  if (!payload) {
    const code = reply.answer.errors?.[0]?.extensions?.code;
    return { problems: [{ code: typeof code === 'string' ? code : 'UNKNOWN', message: explain(reply) }] };
  }
  if (payload.errors && payload.errors.length > 0) return { problems: payload.errors };
  return { payload };
}

/** One thing that is done once: while it runs nothing else is, and what went wrong is kept for showing. */
export function useAction(): {
  busy: boolean;
  problems: UserError[];
  run<T>(action: () => Promise<Outcome<T>>): Promise<T | null>;
} {
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<UserError[]>([]);
  return {
    busy,
    problems,
    async run<T>(action: () => Promise<Outcome<T>>) {
      if (busy) return null;
      setBusy(true);
      setProblems([]);
      const outcome = await action();
      setBusy(false);
      if ('payload' in outcome) return outcome.payload;
      setProblems(outcome.problems);
      return null;
    },
  };
}
