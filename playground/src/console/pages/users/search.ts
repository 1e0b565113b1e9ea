import type { MembershipFilter, MembershipOrderField, MembershipState, Permission } from '../../api/gql/graphql';
import type { UsersPage } from '../../api/queries';
import { text } from '../search';

/** What the address of the users page says. */
export interface UsersSearch {
  q?: string;
  state?: MembershipState;
  /** An id, or "none". */
  role?: string;
  group?: string;
  may?: Permission;
  /** Whether those are shown who only signed up. */
  all?: '1';
  sort?: MembershipOrderField;
  desc?: '1';
  size?: '25' | '100';
  after?: string;
  before?: string;
  /** The open dialog, and of whom if not of the selection. */
  do?: string;
  of?: string;
}

export const STATES = ['ACTIVE', 'SCHEDULED', 'DISABLED', 'ENDED'] as const satisfies readonly MembershipState[];
const SORTS: readonly string[] = ['EMAIL', 'JOINED_AT', 'LAST_ACTIVE_AT', 'ACCESS_ENDS_AT', 'ROLE', 'STATE'] satisfies MembershipOrderField[];
const PERMISSION = /^[A-Z_]{3,60}$/;

/** What makes no sense falls away. */
export function validateUsers(search: Record<string, unknown>): UsersSearch {
  const state = STATES.find((one) => one === search.state);
  const sort = text(search.sort);
  const may = text(search.may);
  return {
    q: text(search.q),
    state,
    role: text(search.role),
    group: text(search.group),
    may: may && PERMISSION.test(may) ? (may as Permission) : undefined,
    all: search.all === '1' ? '1' : undefined,
    sort: sort && SORTS.includes(sort) ? (sort as MembershipOrderField) : undefined,
    desc: search.desc === '1' ? '1' : undefined,
    size: search.size === '25' || search.size === '100' ? search.size : undefined,
    after: text(search.after),
    before: text(search.before),
    do: text(search.do),
    of: text(search.of),
  };
}

export function filterOf({ q, state, role, group, may, all }: UsersSearch): MembershipFilter {
  return {
    ...(q && { search: q }),
    ...(state && { states: [state] }),
    ...(role === 'none' ? { hasRole: false } : role && { roleIds: [role] }),
    ...(group && { groupIds: [group] }),
    ...(may && { permissions: [may] }),
    signedUpOnly: all ? 'INCLUDE' : 'EXCLUDE',
  };
}

export const isFiltered = ({ q, state, role, group, may, all }: UsersSearch) => Boolean(q || state || role || group || may || all);

export function pageOf(search: UsersSearch): UsersPage {
  const { sort, desc, size, after, before } = search;
  return {
    filter: filterOf(search),
    orderBy: { field: sort ?? 'NAME', direction: desc ? 'DESC' : 'ASC' },
    size: Number(size ?? 50),
    after,
    before,
  };
}
