import { MAY, type ActionKind } from '../api/actions';
import type { MayDoFragment, MembershipState } from '../api/gql/graphql';

export interface Target extends MayDoFragment {
  id: string;
  state: MembershipState;
  role?: { name: string; isPreset: boolean } | null;
}

export interface Offer {
  kind: ActionKind;
  /** The text that says why it cannot be done; null if it can. */
  reason: 'cannot-self' | 'cannot-administrator' | 'cannot-right' | null;
}

const OF_MEMBERS: readonly ActionKind[] = ['role', 'period', 'grant', 'ungrant', 'join-group', 'leave-group', 'send-reset', 'revoke-keys'];

const BY_STATE: Record<MembershipState, readonly ActionKind[]> = {
  ACTIVE: [...OF_MEMBERS, 'disable', 'revoke'],
  SCHEDULED: [...OF_MEMBERS, 'disable', 'revoke'],
  DISABLED: ['enable', ...OF_MEMBERS, 'revoke'],
  ENDED: ['restore'],
};

const isAdministrator = (role: Target['role']) => role?.isPreset === true && role.name === 'Administrator';

/** What makes sense in the person's state; what the API refuses the viewer stays, with the reason (UI-3). */
export function offersFor(target: Target, viewer: { id: string; role?: Target['role'] } | null | undefined): Offer[] {
  return BY_STATE[target.state].map((kind) => {
    if (target[MAY[kind]]) return { kind, reason: null };
    if (target.id === viewer?.id) return { kind, reason: 'cannot-self' };
    if (isAdministrator(target.role) && !isAdministrator(viewer?.role)) return { kind, reason: 'cannot-administrator' };
    return { kind, reason: 'cannot-right' };
  });
}

/** What can be done to a selection of people: the API says for each of them whether it is refused. */
export const BULK: readonly ActionKind[] = ['role', 'period', 'grant', 'ungrant', 'join-group', 'leave-group', 'send-reset', 'disable', 'enable', 'revoke', 'restore'];
