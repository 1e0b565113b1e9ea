import { useQuery } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { userItemsQuery, type UserGrant } from '../../api/queries';
import { Loading, Problem } from '../../ui/states';
import { Time } from '../../ui/Time';
import { useWords } from '../../words';
import type { TabProps } from './User';

/** Access to datasets and pages one by one, and what the person owns. */
export function Items({ workspace, user, onAct }: TabProps) {
  const { t } = useWords();
  const query = useQuery(userItemsQuery(workspace, user.id, user.account.id));
  const data = query.data?.data.workspace;
  if (query.error) return <Problem error={query.error} what={t('items-failed')} workspace={workspace} retry={() => void query.refetch()} />;
  if (!data) return <Loading />;
  const grants = (data.member?.grants.nodes ?? []).filter(({ resource, access }) => resource || access);
  const owned = [...(data.datasets?.nodes ?? []).map((item) => ({ ...item, kind: 'dataset' })), ...(data.pages?.nodes ?? []).map((item) => ({ ...item, kind: 'page' }))];
  const isCut = data.member?.grants.pageInfo.hasNextPage || data.datasets?.pageInfo.hasNextPage || data.pages?.pageInfo.hasNextPage;
  return (
    <>
      <h2>{t('items-grants')}</h2>
      {grants.length === 0 ? (
        <p className="quiet">{t('items-no-grants')}</p>
      ) : (
        <ul className="cards">
          {grants.map((grant) => (
            <Grant key={grant.id} grant={grant} onRemove={user.mayRevokeGrant ? () => onAct({ kind: 'ungrant-ids', value: grant.id }) : undefined} />
          ))}
        </ul>
      )}
      <h2>{t('items-owned')}</h2>
      {owned.length === 0 ? (
        <p className="quiet">{t('items-no-owned')}</p>
      ) : (
        <ul className="cards">
          {owned.map(({ id, title, kind, isPublished }) => (
            <li key={id} className="card">
              <bdi>{title}</bdi>
              <span className="sub">
                {t(`items-${kind}`)} · {t(isPublished ? 'items-published' : 'items-draft')}
              </span>
            </li>
          ))}
        </ul>
      )}
      {isCut && <p className="quiet">{t('items-cut')}</p>}
    </>
  );
}

function Grant({ grant: { resource, access, recordFilter, startsAt, endsAt, grantedBy }, onRemove }: { grant: UserGrant; onRemove?(): void }) {
  const { t } = useWords();
  const title = resource?.title ?? t('items-hidden');
  return (
    <li className="card">
      <b>
        <bdi>{title}</bdi>
      </b>
      <span className="sub">
        {access && t(`items-access-${access}`)}
        {recordFilter && ` · ${t('items-filter')}`} · {t('why-since')} <Time at={startsAt} />
        {endsAt && (
          <>
            {' '}
            {t('why-until')} <Time at={endsAt} />
          </>
        )}
        {grantedBy && (
          <>
            {' '}
            {t('why-by')} <bdi>{grantedBy.displayName}</bdi>
          </>
        )}
      </span>
      {onRemove && (
        <Button className="button" aria-label={t('items-remove-name', { name: title })} onPress={onRemove}>
          {t('why-close-DIRECT')}
        </Button>
      )}
    </li>
  );
}
