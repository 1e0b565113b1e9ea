import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { Button, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { userQuery, type User as UserData } from '../../api/queries';
import { Refusal } from '../../api/send';
import { ActionDialog } from '../../ui/LazyActionDialog';
import { ActionMenu } from '../../ui/ActionMenu';
import { useChoices, useRoleName } from '../../ui/choices';
import { Countdown } from '../../ui/Countdown';
import { formatDraft, parseDraft, type Draft } from '../../ui/draft';
import { Icon } from '../../ui/Icon';
import { offersFor } from '../../ui/offers';
import { Loading, Problem, StateBadge } from '../../ui/states';
import { Ago, Time } from '../../ui/Time';
import { useTitle } from '../../ui/title';
import { useWords } from '../../words';
import { Access } from './Access';
import { Groups } from './Groups';
import { History } from './History';
import { Items } from './Items';
import { Keys } from './Keys';
import { Quotas } from './Quotas';
import { TABS, type Tab as TabId, type UserSearch } from './search';

export interface TabProps {
  workspace: string;
  user: UserData;
  onAct(draft: Draft): void;
}

export function User() {
  const { workspace, id } = useParams({ from: '/$workspace/users/$id' });
  const search = useSearch({ from: '/$workspace/users/$id' });
  const navigate = useNavigate({ from: '/$workspace/users/$id' });
  const { t } = useWords();
  const query = useQuery(userQuery(workspace, id));
  const user = query.data?.workspace?.member;
  useTitle(user?.account.displayName ?? t('user-title'), t('users-title'));
  const set = (change: Partial<UserSearch>, replace = false) => void navigate({ search: (old) => ({ ...old, ...change }), replace });
  const onAct = (draft: Draft) => set({ do: formatDraft(draft) });
  const people = useMemo(() => new Map(user ? [[user.id, user.account.displayName]] : []), [user]);
  const draft = parseDraft(search.do);
  const back = (
    <p className="back">
      <Link to="/$workspace/users" params={{ workspace }} search={{}}>
        ‹ {t('users-title')}
      </Link>
    </p>
  );
  if (!user) {
    const isWrongId = query.error instanceof Refusal && (query.error.code === 'BAD_USER_INPUT' || query.error.code === 'NOT_FOUND');
    return (
      <>
        {back}
        <h1 tabIndex={-1}>{t('user-title')}</h1>
        {isWrongId || (query.isSuccess && !user) ? (
          <p className="empty">{t('user-not-found')}</p>
        ) : query.error ? (
          <Problem error={query.error} what={t('user-failed')} workspace={workspace} retry={() => void query.refetch()} />
        ) : (
          <Loading />
        )}
      </>
    );
  }
  const tab: TabId = search.tab ?? 'access';
  const props = { workspace, user, onAct };
  return (
    <>
      {back}
      <Head {...props} answeredAt={query.dataUpdatedAt} onEnd={() => void query.refetch()} />
      {query.error && <Problem error={query.error} what={t('user-failed')} workspace={workspace} retry={() => void query.refetch()} />}
      <Tabs selectedKey={tab} onSelectionChange={(key) => set({ tab: key === 'access' ? undefined : (key as UserSearch['tab']), why: undefined })}>
        <div className="tab-strip">
          <TabList className="tabs" aria-label={user.account.displayName}>
            {TABS.map((id) => (
              <Tab key={id} id={id} className="tab">
                {t(`user-tab-${id}`)}
              </Tab>
            ))}
          </TabList>
        </div>
        <TabPanel id="access">
          <Access {...props} why={search.why} onWhy={(why) => set({ why })} />
        </TabPanel>
        <TabPanel id="groups">
          <Groups {...props} />
        </TabPanel>
        <TabPanel id="items">
          <Items {...props} />
        </TabPanel>
        <TabPanel id="quotas">
          <Quotas {...props} />
        </TabPanel>
        <TabPanel id="keys">
          <Keys {...props} />
        </TabPanel>
        <TabPanel id="history">
          <History {...props} />
        </TabPanel>
      </Tabs>
      {draft && <ActionDialog workspace={workspace} draft={draft} people={people} onClose={() => set({ do: undefined }, true)} />}
    </>
  );
}

function Head({ workspace, user, onAct, answeredAt, onEnd }: TabProps & { answeredAt: number; onEnd(): void }) {
  const { t } = useWords();
  const { viewerMembership } = useChoices(workspace);
  const roleName = useRoleName();
  const trigger = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const { account, role, state, origin, joinedAt, accessStartsAt, accessEndsAt, accessSecondsRemaining, lastActiveAt, disabledAt, endedAt, endReason } = user;
  return (
    <>
      <div className="head">
        <div>
          <h1 tabIndex={-1}>
            <bdi>{account.displayName}</bdi>
          </h1>
          <p className="quiet">
            <bdi>{account.email ?? t('user-email-hidden')}</bdi>
          </p>
        </div>
        <StateBadge state={state} />
        {accessSecondsRemaining != null && state === 'ACTIVE' && <Countdown sentence seconds={accessSecondsRemaining} answeredAt={answeredAt} onEnd={onEnd} />}
        <span className="grow" />
        <Button ref={trigger} className="button primary" aria-haspopup="menu" aria-expanded={isOpen} onPress={() => setIsOpen(true)}>
          {t('user-actions')} <Icon name="chevron" />
        </Button>
        <ActionMenu
          label={account.displayName}
          offers={offersFor(user, viewerMembership)}
          isOpen={isOpen}
          onOpenChange={setIsOpen}
          trigger={trigger}
          onAction={(kind) => onAct({ kind })}
        />
      </div>
      <dl className="facts">
        <Fact term={t('column-role')}>{role ? <bdi>{roleName(role)}</bdi> : t('user-no-role')}</Fact>
        <Fact term={t('user-joined')}>
          <Time at={joinedAt} />
          <span className="sub">{t(`user-origin-${origin}`)}</span>
        </Fact>
        {state === 'SCHEDULED' && (
          <Fact term={t('user-starts')}>
            <Time long at={accessStartsAt} />
          </Fact>
        )}
        <Fact term={t('column-ends')}>{accessEndsAt ? <Time long at={accessEndsAt} /> : t('user-no-end')}</Fact>
        <Fact term={t('column-active')}>{lastActiveAt ? <Ago at={lastActiveAt} /> : t('user-never')}</Fact>
        {disabledAt && (
          <Fact term={t('user-disabled-at')}>
            <Time long at={disabledAt} />
          </Fact>
        )}
        {endedAt && (
          <Fact term={t('user-ended-at')}>
            <Time long at={endedAt} />
            {endReason && <span className="sub">{t(`user-end-${endReason}`)}</span>}
          </Fact>
        )}
      </dl>
    </>
  );
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
