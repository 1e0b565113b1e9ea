import type { Action } from './actions';
import type { Permission, QuotaType } from './gql/graphql';
import type { Outcome } from './rehearse';

/** Groups people by what they had before. */
function byBefore<T>(outcome: Outcome, field: string, read: (before: unknown) => T): Map<string, { value: T; people: string[] }> {
  const groups = new Map<string, { value: T; people: string[] }>();
  for (const change of outcome.changes) {
    if (change.field !== field || !change.subjectId.startsWith('mem_')) continue;
    const value = read(change.before);
    const key = JSON.stringify(value);
    const group = groups.get(key) ?? { value, people: [] };
    group.people.push(change.subjectId);
    groups.set(key, group);
  }
  return groups;
}

/** The actions that bring back what was before; none if the API has no inverse. */
export function undoOf(action: Action, outcome: Outcome): Action[] {
  const changed = outcome.items.filter(({ changes }) => changes);
  const people = changed.map(({ id }) => id);
  const inverse = (kind: 'enable' | 'disable' | 'restore' | 'revoke'): Action[] => (people.length > 0 ? [{ kind, people }] : []);
  switch (action.kind) {
    case 'disable':
      return inverse('enable');
    case 'enable':
      return inverse('disable');
    case 'revoke':
      return inverse('restore');
    case 'restore':
      return inverse('revoke');
    case 'role':
      return [...byBefore(outcome, 'role', (before) => (before as { id?: string } | null)?.id ?? null).values()].map(({ value, people }) => ({
        kind: 'role',
        role: value,
        people,
      }));
    case 'period':
      return [...byBefore(outcome, 'endsAt', (before) => before as string | null).values()]
        .filter(({ value }) => value === null || Date.parse(value) > Date.now())
        .map(({ value, people }) => ({ kind: 'period', people, ...(value === null ? { unlimited: true as const } : { endsAt: value }) }));
    case 'grant': {
      const grants = changed.flatMap(({ grants }) => grants);
      return grants.length > 0 ? [{ kind: 'ungrant-ids', people, grants }] : [];
    }
    case 'ungrant':
    case 'ungrant-ids':
      return [...byBefore(outcome, 'permissions', (before) => before as Permission[] | null).values()]
        .filter(({ value }) => value && value.length > 0)
        .map(({ value, people }) => ({ kind: 'grant', people, permissions: value! }));
    case 'join-group':
      return people.length > 0 ? [{ kind: 'leave-group', people, group: action.group }] : [];
    case 'leave-group':
      return people.length > 0 ? [{ kind: 'join-group', people, group: action.group }] : [];
    case 'quota': {
      const values = outcome.changes
        .filter(({ field }) => field === 'quota')
        .map(({ before, after }) => {
          const was = before as { type: QuotaType; limit: number } | null;
          return { type: was?.type ?? (after as { type: QuotaType }).type, limit: was?.limit ?? null };
        });
      return values.length > 0 ? [{ ...action, values }] : [];
    }
    case 'send-reset':
    case 'reset-usage':
    case 'revoke-keys':
      return [];
  }
}
