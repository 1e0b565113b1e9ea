import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask, refuseSignedOut, send } from './send';
import {
  ChoicesDocument,
  FindPeopleDocument,
  MembershipsDocument,
  QuotaPreviewDocument,
  UserCountDocument,
  UserDocument,
  UserHistoryDocument,
  UserIdsDocument,
  UserItemsDocument,
  UserKeysDocument,
  UserQuotasDocument,
  UsersDocument,
  ViewerDocument,
  WhyDocument,
  WhyPersonDocument,
  type ChoicesQuery,
  type ExplainAccessInput,
  type Locale,
  type MembershipFilter,
  type MembershipOrder,
  type QuotaPreviewInput,
  type UserHistoryQuery,
  type UserItemsQuery,
  type UserKeysQuery,
  type UserQuery,
  type UserQuotasQuery,
  type UsersQuery,
  type WhyPersonQuery,
  type WhyQuery,
} from './gql/graphql';

// After a write everything of the workspace is asked anew: all keys begin with its slug.

type Member<T extends { workspace?: { member?: unknown } | null }> = NonNullable<NonNullable<T['workspace']>['member']>;
export type UserRow = NonNullable<NonNullable<UsersQuery['workspace']>['members']>['nodes'][number];
export type User = Member<UserQuery>;
export type UserQuota = Member<UserQuotasQuery>['effectiveQuotas'][number];
export type UserKey = NonNullable<Member<UserKeysQuery>['apiKeys']>['nodes'][number];
export type UserGrant = Member<UserItemsQuery>['grants']['nodes'][number];
export type AuditEvent = NonNullable<NonNullable<UserHistoryQuery['workspace']>['auditEvents']>['nodes'][number];
export type Explanation = NonNullable<NonNullable<WhyQuery['workspace']>['explainAccess']>;
export type Source = Explanation['sources'][number];
export type Suggestion = Explanation['suggestions'][number];
export type WhyPerson = Member<WhyPersonQuery>;
export type Role = NonNullable<NonNullable<ChoicesQuery['workspace']>['roles']>[number];
export type Category = ChoicesQuery['permissionCatalogue'][number];

export const viewerQuery = (workspace: string) =>
  queryOptions({
    queryKey: [workspace, 'viewer'],
    queryFn: async ({ signal }) => {
      const reply = await ask(ViewerDocument, { workspace }, signal);
      // What was shown of the person stays, until they signed in again.
      return reply.data.viewer.kind === 'ANONYMOUS' ? refuseSignedOut() : reply;
    },
  });

export const membershipsQuery = (after?: string) =>
  queryOptions({ queryKey: ['viewer', 'memberships', after], queryFn: ({ signal }) => send(MembershipsDocument, { first: 100, after }, signal) });

export const choicesQuery = (workspace: string, locale: Locale) =>
  queryOptions({
    queryKey: [workspace, 'choices', locale],
    staleTime: 300_000,
    queryFn: ({ signal }) => ask(ChoicesDocument, { workspace, locale }, signal),
  });

export interface UsersPage {
  filter: MembershipFilter;
  orderBy: MembershipOrder;
  size: number;
  after?: string;
  before?: string;
}

export const usersQuery = (workspace: string, page: UsersPage) =>
  queryOptions({
    queryKey: [workspace, 'users', page],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const { filter, orderBy, size, after, before } = page;
      return send(UsersDocument, { workspace, filter, orderBy, ...(before ? { last: size, before } : { first: size, after }) }, signal);
    },
  });

export const userCountQuery = (workspace: string, filter: MembershipFilter) =>
  queryOptions({
    queryKey: [workspace, 'user-count', filter],
    queryFn: async ({ signal }) => (await send(UserCountDocument, { workspace, filter }, signal)).workspace?.members?.totalCount ?? 0,
  });

/** Walks the ids of all users that match, up to `most`. */
export async function walkUserIds(
  workspace: string,
  filter: MembershipFilter,
  most: number,
  onProgress: (people: ReadonlyMap<string, string>) => void,
  signal: AbortSignal,
): Promise<void> {
  const people = new Map<string, string>();
  let after: string | null | undefined;
  do {
    const page = (await send(UserIdsDocument, { workspace, filter, after }, signal)).workspace?.members;
    for (const { id, account } of page?.nodes ?? []) people.set(id, account.displayName);
    onProgress(new Map(people));
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after && people.size < most);
}

export const userQuery = (workspace: string, id: string) =>
  queryOptions({
    queryKey: [workspace, 'user', id],
    queryFn: ({ signal }) => send(UserDocument, { workspace, id }, signal),
  });

export const userItemsQuery = (workspace: string, id: string, owner: string) =>
  queryOptions({ queryKey: [workspace, 'user-items', id, owner], queryFn: ({ signal }) => ask(UserItemsDocument, { workspace, id, owner }, signal) });

export const userQuotasQuery = (workspace: string, id: string) =>
  queryOptions({ queryKey: [workspace, 'user-quotas', id], queryFn: ({ signal }) => send(UserQuotasDocument, { workspace, id }, signal) });

export const quotaPreviewQuery = (workspace: string, input: QuotaPreviewInput) =>
  queryOptions({
    queryKey: [workspace, 'quota-preview', input],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => send(QuotaPreviewDocument, { workspace, input }, signal),
  });

export const userKeysQuery = (workspace: string, id: string) =>
  queryOptions({ queryKey: [workspace, 'user-keys', id], queryFn: ({ signal }) => send(UserKeysDocument, { workspace, id }, signal) });

export const userHistoryQuery = (workspace: string, id: string) => ({
  queryKey: [workspace, 'user-history', id],
  queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) => send(UserHistoryDocument, { workspace, id, after: pageParam }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: UserHistoryQuery) => {
    const info = last.workspace?.auditEvents?.pageInfo;
    return info?.hasNextPage ? (info.endCursor ?? undefined) : undefined;
  },
});

export const whyQuery = (workspace: string, input: ExplainAccessInput) =>
  queryOptions({ queryKey: [workspace, 'why', input], queryFn: ({ signal }) => send(WhyDocument, { workspace, input }, signal) });

export const whyPersonQuery = (workspace: string, who: { id?: string; email?: string }) =>
  queryOptions({ queryKey: [workspace, 'why-person', who], queryFn: ({ signal }) => send(WhyPersonDocument, { workspace, ...who }, signal) });

export const findPeopleQuery = (workspace: string, search: string) =>
  queryOptions({
    queryKey: [workspace, 'find-people', search],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => send(FindPeopleDocument, { workspace, filter: { search, signedUpOnly: 'INCLUDE' } }, signal),
  });
