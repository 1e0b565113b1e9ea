import { useQuery } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { userKeysQuery } from '../../api/queries';
import { Loading, Problem } from '../../ui/states';
import { Ago, Time } from '../../ui/Time';
import { useWords } from '../../words';
import type { TabProps } from './User';

/** The person's API keys. Keys are made by their owners alone. */
export function Keys({ workspace, user, onAct }: TabProps) {
  const { t, list } = useWords();
  const query = useQuery(userKeysQuery(workspace, user.id));
  const keys = query.data?.workspace?.member?.apiKeys?.nodes;
  if (query.error) return <Problem error={query.error} what={t('keys-failed')} workspace={workspace} retry={() => void query.refetch()} />;
  if (!keys) return <Loading />;
  if (keys.length === 0) return <p className="empty">{t('keys-none')}</p>;
  const active = keys.filter(({ state }) => state === 'ACTIVE' || state === 'SUSPENDED');
  return (
    <>
      <ul className="cards">
        {keys.map(({ id, name, prefix, state, allowedNetworks, createdAt, expiresAt, lastUsedAt, lastUsedFrom }) => (
          <li key={id} className="card">
            <h2>
              <bdi>{name}</bdi> <span className={`badge key-${state.toLowerCase()}`}>{t(`key-state-${state}`)}</span>
            </h2>
            <p className="sub">
              <code>{prefix}…</code> · {t('keys-created')} <Time at={createdAt} />
            </p>
            <p className="sub">
              {expiresAt ? (
                <>
                  {t('why-until')} <Time at={expiresAt} />
                </>
              ) : (
                t('keys-no-end')
              )}
              {' · '}
              {lastUsedAt ? (
                <>
                  {t('keys-used')} <Ago at={lastUsedAt} />
                  {lastUsedFrom && <> ({lastUsedFrom})</>}
                </>
              ) : (
                t('keys-never-used')
              )}
            </p>
            {allowedNetworks.length > 0 && <p className="sub">{t('keys-networks', { networks: list(allowedNetworks) })}</p>}
            {user.mayRevokeApiKeys && (state === 'ACTIVE' || state === 'SUSPENDED') && (
              <Button className="button" aria-label={t('keys-revoke-name', { name })} onPress={() => onAct({ kind: 'revoke-keys', value: id })}>
                {t('keys-revoke')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {user.mayRevokeApiKeys && active.length > 1 && (
        <Button className="button danger" onPress={() => onAct({ kind: 'revoke-keys' })}>
          {t('action-revoke-keys')}
        </Button>
      )}
    </>
  );
}
