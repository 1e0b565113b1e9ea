import type { Permission } from '../../api/gql/graphql';
import { text } from '../search';

export const TABS = ['access', 'groups', 'items', 'quotas', 'keys', 'history'] as const;
export type Tab = (typeof TABS)[number];

/** What the address of a user's page says. */
export interface UserSearch {
  tab?: Exclude<Tab, 'access'>;
  /** The right whose explanation is open. */
  why?: Permission;
  /** The open dialog. */
  do?: string;
}

export function validateUser(search: Record<string, unknown>): UserSearch {
  const tab = TABS.find((one) => one === search.tab);
  return { tab: tab === 'access' ? undefined : tab, why: text(search.why) as Permission | undefined, do: text(search.do) };
}
