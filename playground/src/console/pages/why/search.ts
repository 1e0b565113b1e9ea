import type { Permission } from '../../api/gql/graphql';
import { text } from '../search';

/** What the address of the explanation says. */
export interface WhySearch {
  /** A membership, a key, "anonymous", or an e-mail address. */
  who?: string;
  may?: Permission;
  at?: string;
  do?: string;
}

const PERMISSION = /^[A-Z_]{3,60}$/;

export function validateWhy(search: Record<string, unknown>): WhySearch {
  const may = text(search.may);
  const at = text(search.at);
  return {
    who: text(search.who),
    may: may && PERMISSION.test(may) ? (may as Permission) : undefined,
    at: at && !Number.isNaN(Date.parse(at)) ? at : undefined,
    do: text(search.do),
  };
}

export type Who = { kind: 'member' | 'key' | 'email'; value: string } | { kind: 'anonymous' };

export function whoOf(text: string | undefined): Who | null {
  if (!text) return null;
  if (text === 'anonymous') return { kind: 'anonymous' };
  if (text.startsWith('mem_')) return { kind: 'member', value: text };
  if (text.startsWith('key_')) return { kind: 'key', value: text };
  return text.includes('@') ? { kind: 'email', value: text } : null;
}
