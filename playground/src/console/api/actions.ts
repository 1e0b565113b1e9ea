import type { Permission, QuotaType } from './gql/graphql';

/** What can be done to people; `people` are ids of memberships. */
export type Action = { people: readonly string[] } & (
  | { kind: 'disable' | 'enable' | 'revoke' | 'restore' | 'send-reset' }
  | { kind: 'role'; role: string | null }
  | { kind: 'period'; endsAt?: string; durationSeconds?: number; unlimited?: true }
  | { kind: 'grant'; permissions: readonly Permission[] }
  | { kind: 'ungrant'; permissions: readonly Permission[] }
  /** Grants by their ids; of `people`, to name them. */
  | { kind: 'ungrant-ids'; grants: readonly string[] }
  | { kind: 'join-group' | 'leave-group'; group: string }
  | { kind: 'quota'; workspaceId: string; values: readonly { type: QuotaType; limit: number | null }[] }
  | { kind: 'reset-usage'; type: QuotaType }
  /** All keys of one person, or these. */
  | { kind: 'revoke-keys'; keys?: readonly string[] }
);
export type ActionKind = Action['kind'];

/** The actions that end or take something. */
export const DESTRUCTIVE: ReadonlySet<ActionKind> = new Set(['disable', 'revoke', 'ungrant', 'ungrant-ids', 'leave-group', 'revoke-keys']);
/** The actions whose reason the audit log keeps. */
export const WITH_REASON: ReadonlySet<ActionKind> = new Set(['disable', 'enable', 'revoke', 'revoke-keys', 'reset-usage']);
/** The actions that the API cannot take back. */
export const WITHOUT_UNDO: ReadonlySet<ActionKind> = new Set(['send-reset', 'reset-usage', 'revoke-keys']);

/** The names that `viewerCan` has in the documents. */
export const MAY = {
  disable: 'mayDisable',
  enable: 'mayEnable',
  revoke: 'mayRevoke',
  restore: 'mayRestore',
  'send-reset': 'maySendPasswordReset',
  role: 'maySetRole',
  period: 'maySetAccessPeriod',
  grant: 'mayGrant',
  ungrant: 'mayRevokeGrant',
  'ungrant-ids': 'mayRevokeGrant',
  'join-group': 'mayAddToGroup',
  'leave-group': 'mayRemoveFromGroup',
  quota: 'maySetQuotas',
  'reset-usage': 'maySetQuotas',
  'revoke-keys': 'mayRevokeApiKeys',
} as const satisfies Record<ActionKind, string>;
