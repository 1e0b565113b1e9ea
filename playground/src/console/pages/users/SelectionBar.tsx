import { useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { ActionKind } from '../../api/actions';
import { walkUserIds } from '../../api/queries';
import { ActionMenu } from '../../ui/ActionMenu';
import { BULK } from '../../ui/offers';
import { Icon } from '../../ui/Icon';
import { announce } from '../../ui/status';
import { useWords } from '../../words';
import type { MembershipFilter } from '../../api/gql/graphql';

/** More are not chosen in a browser. */
const MOST = 5_000;

interface Props {
  workspace: string;
  filter: MembershipFilter;
  selected: ReadonlyMap<string, string>;
  onSelect(people: ReadonlyMap<string, string>): void;
  total: number | undefined;
  onAction(kind: ActionKind): void;
}

/** What can be done to the selected people. */
export function SelectionBar({ workspace, filter, selected, onSelect, total, onAction }: Props) {
  const { t } = useWords();
  const trigger = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const [walk, setWalk] = useState<AbortController | null>(null);
  const [walked, setWalked] = useState(0);
  async function selectAll() {
    const controller = new AbortController();
    setWalk(controller);
    try {
      await walkUserIds(
        workspace,
        filter,
        MOST,
        (people) => {
          setWalked(people.size);
          onSelect(new Map([...selected, ...people]));
        },
        controller.signal,
      );
      announce(t('selection-done'));
    } catch {
      // Stopped, or no answer: what was selected until then stays, and the bar says how many.
    } finally {
      setWalk(null);
    }
  }
  return (
    <div className="selection" role="region" aria-label={t('selection')}>
      <b>{t('selection-count', { count: selected.size })}</b>
      {walk ? (
        <>
          <progress max={Math.min(total ?? MOST, MOST)} value={walked} aria-label={t('selection-progress')} />
          <Button className="button" onPress={() => walk.abort()}>
            {t('rehearsal-stop')}
          </Button>
        </>
      ) : (
        total !== undefined &&
        total > selected.size && (
          <Button className="button link" onPress={() => void selectAll()}>
            {total > MOST ? t('selection-first', { count: MOST }) : t('selection-all', { count: total })}
          </Button>
        )
      )}
      <span className="grow" />
      <Button ref={trigger} className="button primary" aria-haspopup="menu" aria-expanded={isOpen} onPress={() => setIsOpen(true)}>
        {t('selection-actions')} <Icon name="chevron" />
      </Button>
      <ActionMenu
        label={t('selection-count', { count: selected.size })}
        offers={BULK.map((kind) => ({ kind, reason: null }))}
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        trigger={trigger}
        onAction={onAction}
      />
      <Button className="button link" onPress={() => onSelect(new Map())}>
        {t('selection-clear')}
      </Button>
    </div>
  );
}
