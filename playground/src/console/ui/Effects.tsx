import type { ReactNode } from 'react';
import type { EffectFragment } from '../api/gql/graphql';
import type { LeftOut, Outcome } from '../api/rehearse';
import { useWords } from '../words';
import { useChoices, useRoleName } from './choices';

/** What people gain and lose, gathered by right: "24 lose See all datasets", opening to their names. */
export function Effects({ outcome, workspace }: { outcome: Outcome; workspace: string }) {
  const { t, number } = useWords();
  const { permissionLabel } = useChoices(workspace);
  const lines = [
    ...permissionLines(outcome.effects, 'lost').map(([permission, people]) => ({
      sign: '−' as const,
      text: t('effect-lose', { count: people.length, name: people[0] ?? '', permission: permissionLabel(permission) }),
      people,
    })),
    ...permissionLines(outcome.effects, 'gained').map(([permission, people]) => ({
      sign: '+' as const,
      text: t('effect-gain', { count: people.length, name: people[0] ?? '', permission: permissionLabel(permission) }),
      people,
    })),
    ...itemLines(outcome.effects, 'lostAccess').map(([title, people]) => ({ sign: '−' as const, text: t('effect-lose-item', { count: people.length, name: people[0] ?? '', item: title }), people })),
    ...itemLines(outcome.effects, 'gainedAccess').map(([title, people]) => ({ sign: '+' as const, text: t('effect-gain-item', { count: people.length, name: people[0] ?? '', item: title }), people })),
    ...limitLines(outcome.effects, (limit) => (limit === null ? t('quota-unlimited') : number(limit))).map(({ type, before, after, people, isMore }) => ({
      sign: isMore ? ('+' as const) : ('−' as const),
      text: t('effect-limit', { count: people.length, name: people[0] ?? '', limit: t(`quota-type-${type}`), before, after }),
      people,
    })),
    ...keyLines(outcome.effects).map(({ count, people }) => ({ sign: '−' as const, text: t('effect-keys', { count }), people })),
  ];
  const more = outcome.effectCount - outcome.effects.length;
  if (lines.length === 0 && more <= 0) return null;
  return (
    <ul className="effects">
      {lines.map(({ sign, text, people }) => (
        <Effect key={sign + text} sign={sign} people={people}>
          {text}
        </Effect>
      ))}
      {more > 0 && <li className="quiet">{t('effect-more', { count: more })}</li>}
    </ul>
  );
}

function Effect({ sign, people, children }: { sign: '+' | '−'; people: readonly string[]; children: ReactNode }) {
  const { list } = useWords();
  return (
    <li className={sign === '+' ? 'plus' : 'minus'}>
      {people.length === 1 ? (
        <>
          <span className="sign">{sign}</span> {children}
        </>
      ) : (
        <details>
          <summary>
            <span className="sign">{sign}</span> {children}
          </summary>
          <p className="quiet">
            <bdi>{list(people)}</bdi>
          </p>
        </details>
      )}
    </li>
  );
}

function gather<K>(effects: readonly EffectFragment[], keysOf: (effect: EffectFragment) => Iterable<K>): [K, string[]][] {
  const people = new Map<K, string[]>();
  for (const effect of effects) {
    for (const key of new Set(keysOf(effect))) people.set(key, [...(people.get(key) ?? []), effect.membership.account.displayName]);
  }
  return [...people].sort((a, b) => b[1].length - a[1].length);
}

const permissionLines = (effects: readonly EffectFragment[], which: 'gained' | 'lost') => gather<string>(effects, (effect) => effect[which]);

const itemLines = (effects: readonly EffectFragment[], which: 'gainedAccess' | 'lostAccess') =>
  gather<string>(effects, (effect) => effect[which].flatMap(({ resource }) => (resource ? [resource.title] : [])));

function limitLines(effects: readonly EffectFragment[], show: (limit: number | null) => string) {
  const lines = gather<string>(effects, ({ quotas }) => quotas.map(({ type, before, after }) => JSON.stringify([type, before ?? null, after ?? null])));
  return lines.map(([key, people]) => {
    const [type, before, after] = JSON.parse(key) as [string, number | null, number | null];
    return { type, before: show(before), after: show(after), people, isMore: after === null || (before !== null && after > before) };
  });
}

function keyLines(effects: readonly EffectFragment[]) {
  const owners = effects.filter(({ stoppedApiKeyCount }) => stoppedApiKeyCount > 0);
  if (owners.length === 0) return [];
  const count = owners.reduce((sum, { stoppedApiKeyCount }) => sum + stoppedApiKeyCount, 0);
  return [{ count, people: owners.map(({ membership }) => membership.account.displayName) }];
}

/** What a restored person does not get back, and why. */
export function LeftOutList({ outcome, workspace }: { outcome: Outcome; workspace: string }) {
  const { t } = useWords();
  const { permissionLabel } = useChoices(workspace);
  const roleName = useRoleName();
  const all = outcome.items.flatMap(({ id, name, leftOut }) => leftOut.map((entry, index) => ({ key: `${id}-${index}`, name, entry })));
  if (all.length === 0) return null;
  const called = ({ kind, role, permission, group, resource, quotaType }: LeftOut): string => {
    if (role) return roleName(role);
    if (group) return group.title;
    if (resource) return resource.title;
    if (permission) return permissionLabel(permission);
    return t(quotaType ? `quota-type-${quotaType}` : `left-out-${kind}`);
  };
  return (
    <>
      <h3>{t('left-out-title')}</h3>
      <ul className="results">
        {all.map(({ key, name, entry }) => (
          <li key={key}>{t('left-out-line', { name: name ?? '', what: called(entry), reason: t(`left-out-reason-${entry.reason}`) })}</li>
        ))}
      </ul>
    </>
  );
}
