import type { Action } from './actions';
import { Refusal, send } from './send';
import {
  AddGroupMembersDocument,
  DisableMembersDocument,
  EnableMembersDocument,
  GrantPermissionsDocument,
  RemoveGroupMembersDocument,
  ResetQuotaUsageDocument,
  RestoreMembersDocument,
  RevokeApiKeysDocument,
  RevokeMembersDocument,
  RevokePermissionsDocument,
  SendPasswordResetsDocument,
  SetAccessPeriodDocument,
  SetMemberRoleDocument,
  SetQuotasDocument,
  type ChangedFragment,
  type EffectFragment,
  type RestoreMembersMutation,
} from './gql/graphql';

export type LeftOut = NonNullable<NonNullable<RestoreMembersMutation['restoreMembers']>['results'][number]['leftOut']>[number];

/** One line of an outcome: what becomes, or became, of one person or key. */
export interface Item {
  id: string;
  name: string | null;
  /** Whether this item changes. */
  changes: boolean;
  code: string | null;
  message: string | null;
  outcome: string | null;
  grants: readonly string[];
  leftOut: readonly LeftOut[];
}

export interface Outcome {
  items: readonly Item[];
  effects: readonly EffectFragment[];
  effectCount: number;
  changes: readonly ChangedFragment[];
  /** What is wrong with the call as a whole. */
  errors: readonly { code: string; message: string; path: readonly string[] }[];
  replayed: boolean;
}

/** The outcomes of items that stay as they are. */
const UNCHANGED: ReadonlySet<string> = new Set([
  'ALREADY_DISABLED',
  'ALREADY_ENDED',
  'ALREADY_GRANTED',
  'ALREADY_IN',
  'ALREADY_REVOKED',
  'ALREADY_SENT',
  'NOTHING_USED',
  'NOT_DISABLED',
  'NOT_GRANTED',
  'NOT_IN',
  'UNCHANGED',
]);

interface Call {
  dryRun: boolean;
  idempotencyKey?: string;
  reason?: string;
}

interface Payload {
  results?: readonly {
    targetId?: string | null;
    outcome?: string | null;
    code?: string | null;
    message?: string | null;
    membership?: { id: string; account: { displayName: string } } | null;
    apiKey?: { id: string; name: string } | null;
    grants?: readonly { id: string }[] | null;
    leftOut?: readonly LeftOut[] | null;
  }[];
  errors: readonly { code: string; message: string; path: readonly string[] }[];
  changes: readonly ChangedFragment[];
  effects: readonly EffectFragment[];
  effectCount: number;
  replayed: boolean;
}

async function call(action: Action, { dryRun, idempotencyKey, reason }: Call): Promise<Payload | null | undefined> {
  const base = { dryRun, ...(idempotencyKey && { idempotencyKey }) };
  const membershipIds = [...action.people];
  const people = { ...base, membershipIds };
  const reasoned = { ...people, ...(reason && { reason }) };
  switch (action.kind) {
    case 'disable':
      return (await send(DisableMembersDocument, { input: reasoned })).disableMembers;
    case 'enable':
      return (await send(EnableMembersDocument, { input: reasoned })).enableMembers;
    case 'revoke':
      return (await send(RevokeMembersDocument, { input: reasoned })).revokeMembers;
    case 'restore':
      return (await send(RestoreMembersDocument, { input: people })).restoreMembers;
    case 'send-reset':
      return (await send(SendPasswordResetsDocument, { input: people })).sendPasswordResets;
    case 'role':
      return (await send(SetMemberRoleDocument, { input: { ...people, roleId: action.role } })).setMemberRole;
    case 'period': {
      const { endsAt, durationSeconds, unlimited } = action;
      return (await send(SetAccessPeriodDocument, { input: { ...people, endsAt, durationSeconds, unlimited } })).setAccessPeriod;
    }
    case 'grant':
      return (await send(GrantPermissionsDocument, { input: { ...people, permissions: [...action.permissions] } })).grantPermissions;
    case 'ungrant':
      return (await send(RevokePermissionsDocument, { input: { ...people, permissions: [...action.permissions] } })).revokePermissions;
    case 'ungrant-ids':
      return (await send(RevokePermissionsDocument, { input: { ...base, grantIds: [...action.grants] } })).revokePermissions;
    case 'join-group':
      return (await send(AddGroupMembersDocument, { input: { ...people, groupId: action.group } })).addGroupMembers;
    case 'leave-group':
      return (await send(RemoveGroupMembersDocument, { input: { ...people, groupId: action.group } })).removeGroupMembers;
    case 'quota': {
      const { workspaceId, values } = action;
      return (await send(SetQuotasDocument, { input: { ...base, workspaceId, scope: 'MEMBER', subjectId: membershipIds[0], values: [...values] } })).setQuotas;
    }
    case 'reset-usage':
      return (await send(ResetQuotaUsageDocument, { input: { ...reasoned, reason: reason ?? '', type: action.type } })).resetQuotaUsage;
    case 'revoke-keys': {
      const which = action.keys ? { ids: [...action.keys] } : { membershipId: membershipIds[0] };
      return (await send(RevokeApiKeysDocument, { input: { ...base, ...which, ...(reason && { reason }) } })).revokeApiKeys;
    }
  }
}

function read(payload: Payload): Outcome {
  const items = (payload.results ?? []).map(({ targetId, outcome, code, message, membership, apiKey, grants, leftOut }) => ({
    id: targetId ?? membership?.id ?? apiKey?.id ?? '',
    name: membership?.account.displayName ?? apiKey?.name ?? null,
    changes: !code && !UNCHANGED.has(outcome ?? ''),
    code: code ?? null,
    message: message ?? null,
    outcome: outcome ?? null,
    grants: grants?.map(({ id }) => id) ?? [],
    leftOut: leftOut ?? [],
  }));
  const { effects, effectCount, changes, errors, replayed } = payload;
  return { items, effects, effectCount, changes, errors, replayed };
}

const EMPTY: Outcome = { items: [], effects: [], effectCount: 0, changes: [], errors: [], replayed: false };

function join(a: Outcome, b: Outcome): Outcome {
  return {
    items: [...a.items, ...b.items],
    effects: [...a.effects, ...b.effects],
    effectCount: a.effectCount + b.effectCount,
    changes: [...a.changes, ...b.changes],
    errors: [...a.errors, ...b.errors],
    replayed: a.replayed || b.replayed,
  };
}

function pieces(action: Action, size: number): Action[] {
  if (action.people.length <= size) return [action];
  return Array.from({ length: Math.ceil(action.people.length / size) }, (_, index) => ({
    ...action,
    people: action.people.slice(index * size, (index + 1) * size),
  }));
}

/** How often a call is repeated whose answer did not arrive. */
const TRIES = 3;

/** Calls until an answer arrives: the key makes sure that the server acts once. */
async function persist(action: Action, options: Call): Promise<Outcome> {
  for (let tries = 1; ; tries += 1) {
    try {
      const payload = await call(action, options);
      return payload ? read(payload) : EMPTY;
    } catch (error) {
      const isLost = error instanceof Refusal && (error.code === 'NETWORK' || error.code === 'UNAVAILABLE');
      if (!isLost || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, tries * 800));
    }
  }
}

export interface Performance extends Call {
  /** The most items of one call. */
  size: number;
  onProgress?(done: number): void;
  signal?: AbortSignal;
}

/** Rehearses or does an action, in pieces if need be. A stop leaves what is done. */
export async function perform(action: Action, { size, onProgress, signal, ...options }: Performance): Promise<Outcome> {
  let whole = EMPTY;
  let done = 0;
  for (const [index, piece] of pieces(action, size).entries()) {
    if (signal?.aborted) break;
    const idempotencyKey = options.idempotencyKey && `${options.idempotencyKey}-${index}`;
    whole = join(whole, await persist(piece, { ...options, idempotencyKey }));
    done += piece.people.length;
    onProgress?.(done);
    if (whole.errors.length > 0) break;
  }
  return whole;
}
