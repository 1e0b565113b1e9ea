import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { UserRow } from '../../api/queries';
import { Countdown } from '../../ui/Countdown';
import type { Column } from '../../ui/DataTable';
import { StateBadge } from '../../ui/states';
import { Ago, Time } from '../../ui/Time';
import { useRoleName } from '../../ui/choices';
import { useWords } from '../../words';
import { lastOpened } from './selection';

/** Ends that are nearer are counted down. */
const SOON = 48 * 3_600;

export function useColumns(workspace: string, answeredAt: number, onEnd: () => void): readonly Column<UserRow>[] {
  const { t, number, list } = useWords();
  const roleName = useRoleName();
  return useMemo<readonly Column<UserRow>[]>(
    () => [
      {
        id: 'NAME',
        label: t('column-name'),
        isSortable: true,
        isHeader: true,
        cell: ({ id, account, isSignedUpOnly }) => (
          <>
            <Link className="name" to="/$workspace/users/$id" params={{ workspace, id }} search={{}} onClick={() => (lastOpened.id = id)}>
              <bdi>{account.displayName}</bdi>
            </Link>
            <span className="sub">
              <bdi>{account.email}</bdi>
            </span>
            {isSignedUpOnly && <span className="sub">{t('user-signed-up-only')}</span>}
          </>
        ),
      },
      {
        id: 'ROLE',
        label: t('column-role'),
        isSortable: true,
        isEssential: true,
        cell: ({ role }) => (role ? <bdi>{roleName(role)}</bdi> : <span className="quiet">{t('user-no-role')}</span>),
      },
      { id: 'STATE', label: t('column-state'), isSortable: true, isEssential: true, cell: ({ state }) => <StateBadge state={state} /> },
      {
        id: 'groups',
        label: t('column-groups'),
        cell: ({ groups }) =>
          groups.length === 0 ? (
            <span className="quiet">–</span>
          ) : (
            <span title={list(groups.map(({ group }) => group.title))}>
              <bdi>{groups[0]!.group.title}</bdi>
              {groups.length > 1 && <span className="quiet"> +{number(groups.length - 1)}</span>}
            </span>
          ),
      },
      {
        id: 'ACCESS_ENDS_AT',
        label: t('column-ends'),
        isSortable: true,
        cell: ({ state, accessEndsAt, accessSecondsRemaining }) => {
          if (!accessEndsAt) return <span className="quiet">{t('user-no-end')}</span>;
          if (state === 'ACTIVE' && accessSecondsRemaining != null && accessSecondsRemaining < SOON) {
            return <Countdown seconds={accessSecondsRemaining} answeredAt={answeredAt} onEnd={onEnd} />;
          }
          return <Time at={accessEndsAt} />;
        },
      },
      {
        id: 'LAST_ACTIVE_AT',
        label: t('column-active'),
        isSortable: true,
        cell: ({ lastActiveAt }) => (lastActiveAt ? <Ago at={lastActiveAt} /> : <span className="quiet">{t('user-never')}</span>),
      },
    ],
    [t, number, list, roleName, workspace, answeredAt, onEnd],
  );
}
