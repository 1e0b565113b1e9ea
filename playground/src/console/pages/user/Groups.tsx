import { Button } from 'react-aria-components';
import { useChoices } from '../../ui/choices';
import { Time } from '../../ui/Time';
import { useWords } from '../../words';
import type { TabProps } from './User';

/** The groups that the person is in, since and until when, and what each gives. */
export function Groups({ workspace, user, onAct }: TabProps) {
  const { t, list } = useWords();
  const { permissionLabel } = useChoices(workspace);
  return (
    <>
      {user.groups.length === 0 ? (
        <p className="empty">{t('groups-none')}</p>
      ) : (
        <ul className="cards">
          {user.groups.map(({ id, group, startsAt, endsAt }) => (
            <li key={id} className="card">
              <h2>
                <bdi>{group.title}</bdi>
              </h2>
              <p className="quiet">
                {t('why-since')} <Time at={startsAt} />
                {endsAt && (
                  <>
                    {' '}
                    {t('why-until')} <Time at={endsAt} />
                  </>
                )}
              </p>
              <p>{group.permissions.length > 0 ? t('groups-gives', { permissions: list(group.permissions.map(permissionLabel)) }) : t('groups-gives-nothing')}</p>
              {user.mayRemoveFromGroup && (
                <Button className="button" aria-label={t('groups-leave-name', { name: group.title })} onPress={() => onAct({ kind: 'leave-group', value: group.id })}>
                  {t('groups-leave')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {user.mayAddToGroup && user.state !== 'ENDED' && (
        <Button className="button" onPress={() => onAct({ kind: 'join-group' })}>
          {t('action-join-group')}
        </Button>
      )}
    </>
  );
}
