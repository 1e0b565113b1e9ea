import type { Action, ActionKind } from '../api/actions';
import type { Permission, QuotaType } from '../api/gql/graphql';

/** What somebody is about to do: an action of which some is still to be chosen. In addresses "grant:CREATE_PAGES". */
export interface Draft {
  kind: ActionKind;
  value?: string;
}

const KINDS: ReadonlySet<string> = new Set<ActionKind>([
  'disable',
  'enable',
  'revoke',
  'restore',
  'send-reset',
  'role',
  'period',
  'grant',
  'ungrant',
  'ungrant-ids',
  'join-group',
  'leave-group',
  'reset-usage',
  'revoke-keys',
]);

export function parseDraft(text: string | undefined): Draft | null {
  const [kind, value] = (text ?? '').split(':', 2);
  return kind && KINDS.has(kind) ? { kind: kind as ActionKind, value: value || undefined } : null;
}

export function formatDraft({ kind, value }: Draft): string {
  return value ? `${kind}:${value}` : kind;
}

/** What a form has chosen. */
export interface Choice {
  role?: string;
  group?: string;
  permissions: readonly Permission[];
  period: 'hours' | 'days' | 'date' | 'unlimited';
  amount: number;
  date: string;
}

export function initialChoice({ kind, value }: Draft): Choice {
  return {
    role: kind === 'role' ? value : undefined,
    group: kind === 'join-group' || kind === 'leave-group' ? value : undefined,
    permissions: (kind === 'grant' || kind === 'ungrant') && value ? [value as Permission] : [],
    period: kind === 'period' && value === 'unlimited' ? 'unlimited' : 'hours',
    amount: 24,
    date: '',
  };
}

/** The action, or null while something is still to be chosen. */
export function actionOf(draft: Draft, choice: Choice, people: readonly string[]): Action | null {
  const { kind, value } = draft;
  switch (kind) {
    case 'role':
      return choice.role ? { kind, people, role: choice.role === 'none' ? null : choice.role } : null;
    case 'period':
      return periodOf(choice, people);
    case 'grant':
    case 'ungrant':
      return choice.permissions.length > 0 ? { kind, people, permissions: choice.permissions } : null;
    case 'ungrant-ids':
      return value ? { kind, people, grants: [value] } : null;
    case 'join-group':
    case 'leave-group':
      return choice.group ? { kind, people, group: choice.group } : null;
    case 'reset-usage':
      return value ? { kind, people, type: value as QuotaType } : null;
    case 'revoke-keys':
      return { kind, people, ...(value && { keys: [value] }) };
    case 'quota':
      return null;
    default:
      return { kind, people };
  }
}

function periodOf({ period, amount, date }: Choice, people: readonly string[]): Action | null {
  switch (period) {
    case 'unlimited':
      return { kind: 'period', people, unlimited: true };
    case 'date': {
      // The end of that day, where the browser is.
      const end = new Date(`${date}T23:59:59`);
      return Number.isNaN(end.getTime()) ? null : { kind: 'period', people, endsAt: end.toISOString() };
    }
    default:
      return amount > 0 ? { kind: 'period', people, durationSeconds: Math.round(amount * (period === 'hours' ? 3_600 : 86_400)) } : null;
  }
}
