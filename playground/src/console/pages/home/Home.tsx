import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Mark } from '../../../Mark';
import { membershipsQuery } from '../../api/queries';
import { Refusal } from '../../api/send';
import { know } from '../../api/session';
import { Loading, Problem, StateBadge } from '../../ui/states';
import { useTitle } from '../../ui/title';
import { useWords } from '../../words';

/** Chooses a workspace; whoever has one goes there. */
export function Home() {
  const { t } = useWords();
  const navigate = useNavigate();
  const query = useQuery(membershipsQuery());
  const viewer = query.data?.viewer;
  useTitle(t('home-title'));
  const isAnonymous = viewer?.kind === 'ANONYMOUS' || (query.error instanceof Refusal && query.error.code === 'SIGNED_OUT');
  const memberships = viewer?.profile?.memberships?.nodes.filter(({ state }) => state !== 'ENDED') ?? [];
  const only = memberships.length === 1 ? memberships[0]!.workspace.slug : null;
  useEffect(() => {
    if (viewer?.account) know(viewer.account.id);
    if (isAnonymous) void navigate({ to: '/sign-in', search: {}, replace: true });
    else if (only) void navigate({ to: '/$workspace/users', params: { workspace: only }, search: {}, replace: true });
  }, [viewer, isAnonymous, only, navigate]);
  if (isAnonymous || only) return null;
  return (
    <main className="sign-in">
      <h1>
        <Mark /> {t('home-title')}
      </h1>
      {query.error ? (
        <Problem error={query.error} what={t('home-failed')} retry={() => void query.refetch()} />
      ) : !viewer ? (
        <Loading rows={3} />
      ) : memberships.length === 0 ? (
        <p>{t('home-none')}</p>
      ) : (
        <ul className="choices">
          {memberships.map(({ id, state, workspace }) => (
            <li key={id}>
              <Link to="/$workspace/users" params={{ workspace: workspace.slug }} search={{}}>
                <bdi>{workspace.name}</bdi>
              </Link>
              {state !== 'ACTIVE' && <StateBadge state={state} />}
            </li>
          ))}
        </ul>
      )}
    </main>
  );
}
