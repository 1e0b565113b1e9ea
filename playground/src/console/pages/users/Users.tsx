import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Permission } from '../../api/gql/graphql';
import { userCountQuery, usersQuery, type UserRow } from '../../api/queries';
import { Refusal } from '../../api/send';
import { ActionDialog } from '../../ui/LazyActionDialog';
import { ActionMenu } from '../../ui/ActionMenu';
import { useChoices } from '../../ui/choices';
import { DataTable } from '../../ui/DataTable';
import { formatDraft, parseDraft } from '../../ui/draft';
import { Icon } from '../../ui/Icon';
import { offersFor } from '../../ui/offers';
import { Loading, Problem } from '../../ui/states';
import { useTitle } from '../../ui/title';
import { useWords } from '../../words';
import { useColumns } from './columns';
import { Filters } from './Filters';
import { Pager } from './Pager';
import { filterOf, isFiltered, pageOf, type UsersSearch } from './search';
import { lastOpened, useSelection } from './selection';
import { SelectionBar } from './SelectionBar';

const keyOf = ({ id }: UserRow) => id;
const nameOf = ({ account }: UserRow) => account.displayName;

export function Users() {
  const { workspace } = useParams({ from: '/$workspace/users' });
  const search = useSearch({ from: '/$workspace/users' });
  const navigate = useNavigate({ from: '/$workspace/users' });
  const { t } = useWords();
  const { viewerMembership } = useChoices(workspace);
  useTitle(t('users-title'));

  const page = useMemo(() => pageOf(search), [search]);
  const query = useQuery(usersQuery(workspace, page));
  const connection = query.data?.workspace?.members;
  const rows = connection?.nodes ?? [];
  // Counting is the slow half of a long list: it comes by itself, after the rows.
  const filter = useMemo(() => filterOf(search), [search]);
  const [isCounting, setIsCounting] = useState(true);
  const count = useQuery({ ...userCountQuery(workspace, filter), enabled: query.data !== undefined && isCounting });
  const total = count.data;

  const set = useCallback(
    (change: Partial<UsersSearch>, isTyping = false) => void navigate({ search: (old) => ({ ...old, after: undefined, before: undefined, ...change }), replace: isTyping }),
    [navigate],
  );
  const open = useCallback((change: Pick<UsersSearch, 'do' | 'of'>) => void navigate({ search: (old) => ({ ...old, ...change }) }), [navigate]);

  const [selected, select] = useSelection(workspace);
  const selectedIds = useMemo(() => new Set(selected.keys()), [selected]);
  const onSelect = useCallback(
    (ids: readonly string[], isOn: boolean) => {
      const next = new Map(selected);
      for (const row of rows) if (ids.includes(row.id)) isOn ? next.set(row.id, nameOf(row)) : next.delete(row.id);
      select(next);
    },
    [rows, selected, select],
  );

  const trigger = useRef<HTMLElement | null>(null);
  const [menuRow, setMenuRow] = useState<UserRow | null>(null);
  const onMenu = useCallback((row: UserRow, opener: HTMLElement) => {
    trigger.current = opener;
    setMenuRow(row);
  }, []);

  const refetch = query.refetch;
  const columns = useColumns(
    workspace,
    query.dataUpdatedAt,
    useCallback(() => void refetch(), [refetch]),
  );
  useFocusOnOpened(rows);

  const draft = parseDraft(search.do);
  const target = search.of ? rows.find(({ id }) => id === search.of) : undefined;
  const people = useMemo(() => (target ? new Map([[target.id, nameOf(target)]]) : search.of ? new Map<string, string>() : selected), [target, search.of, selected]);
  const close = () => void navigate({ search: (old) => ({ ...old, do: undefined, of: undefined }), replace: true });

  if (query.error instanceof Refusal && query.error.code === 'FORBIDDEN') {
    return (
      <>
        <h1 tabIndex={-1}>{t('users-title')}</h1>
        <Problem error={query.error} what={t('users-failed')} workspace={workspace} retry={() => void query.refetch()} />
        {viewerMembership && (
          <p>
            <Link to="/$workspace/why" params={{ workspace }} search={{ who: viewerMembership.id, may: query.error.details.requiredPermission as Permission | undefined }}>
              {t('refused-why')}
            </Link>
          </p>
        )}
      </>
    );
  }
  return (
    <>
      <div className="head">
        <h1 tabIndex={-1}>{t('users-title')}</h1>
        <p className="quiet" aria-live="polite">
          {total !== undefined ? (
            t('users-count', { count: total })
          ) : isCounting && count.isFetching ? (
            <>
              {t('users-counting')}{' '}
              <Button className="button link" onPress={() => setIsCounting(false)}>
                {t('rehearsal-stop')}
              </Button>
            </>
          ) : null}
        </p>
        <span className="grow" />
        <a className="button" href={exportAddress(workspace, page)} download>
          <Icon name="download" /> {t('users-export')}
        </a>
      </div>
      <Filters workspace={workspace} search={search} onChange={set} onClear={() => void navigate({ search: {} })} />
      {selected.size > 0 && (
        <SelectionBar workspace={workspace} filter={filter} selected={selected} onSelect={select} total={total} onAction={(kind) => open({ do: kind, of: undefined })} />
      )}
      {query.error && !query.data ? (
        <Problem error={query.error} what={t('users-failed')} workspace={workspace} retry={() => void query.refetch()} />
      ) : (
        <>
          {query.error && <Problem error={query.error} what={t('users-failed')} workspace={workspace} retry={() => void query.refetch()} />}
          {query.isPending ? (
            <Loading rows={10} />
          ) : rows.length === 0 ? (
            <Nothing search={search} onClear={() => void navigate({ search: {} })} onShowAll={() => set({ all: '1' })} workspace={workspace} />
          ) : (
            <div className={query.isPlaceholderData ? 'table-frame stale' : 'table-frame'} role="region" aria-label={t('users-title')} tabIndex={0}>
              <DataTable
                label={t('users-title')}
                columns={columns}
                rows={rows}
                keyOf={keyOf}
                nameOf={nameOf}
                selected={selectedIds}
                onSelect={onSelect}
                sort={{ id: page.orderBy.field, isDescending: search.desc === '1' }}
                onSort={(id) =>
                  set({
                    sort: id === 'NAME' ? undefined : (id as UsersSearch['sort']),
                    desc: page.orderBy.field === id && !search.desc ? '1' : undefined,
                  })
                }
                onMenu={onMenu}
                isBusy={query.isPlaceholderData}
              />
            </div>
          )}
          <Pager
            search={search}
            shown={rows.length}
            total={total}
            info={connection?.pageInfo}
            onPage={(change) => set(change)}
            onSize={(size) => set({ size: size === '50' ? undefined : (size as UsersSearch['size']) })}
          />
        </>
      )}
      <ActionMenu
        label={menuRow ? nameOf(menuRow) : ''}
        offers={menuRow ? offersFor(menuRow, viewerMembership) : []}
        isOpen={menuRow !== null}
        onOpenChange={(isOpen) => !isOpen && setMenuRow(null)}
        trigger={trigger}
        onAction={(kind) => menuRow && open({ do: formatDraft({ kind }), of: menuRow.id })}
      />
      {draft && people.size > 0 && (
        <ActionDialog
          workspace={workspace}
          draft={draft}
          people={people}
          onClose={close}
          onSelectFailed={(ids) => select(new Map(ids.map((id) => [id, people.get(id) ?? ''])))}
        />
      )}
    </>
  );
}

/** Exactly what is listed, as a file. */
function exportAddress(workspace: string, { filter, orderBy }: ReturnType<typeof pageOf>): string {
  const separator = document.documentElement.lang === 'en' ? 'comma' : 'semicolon';
  return `/export/members.csv?${new URLSearchParams({ workspace, filter: JSON.stringify(filter), orderBy: JSON.stringify(orderBy), separator, bom: 'true' })}`;
}

function Nothing({ search, onClear, onShowAll, workspace }: { search: UsersSearch; onClear(): void; onShowAll(): void; workspace: string }) {
  const { t } = useWords();
  const others = useQuery({ ...userCountQuery(workspace, { ...filterOf(search), signedUpOnly: 'ONLY' }), enabled: !search.all });
  if (!isFiltered(search)) return <p className="empty">{t('users-none')}</p>;
  return (
    <div className="empty stack">
      <p>{t('users-no-match')}</p>
      {(others.data ?? 0) > 0 && (
        <Button className="button" onPress={onShowAll}>
          {t('users-only-signed-up', { count: others.data! })}
        </Button>
      )}
      <Button className="button" onPress={onClear}>
        {t('filter-clear')}
      </Button>
    </div>
  );
}

/** Coming back from a user's page, the focus is where it was. */
function useFocusOnOpened(rows: readonly UserRow[]): void {
  useEffect(() => {
    if (!lastOpened.id || !rows.some(({ id }) => id === lastOpened.id)) return;
    const link = document.querySelector<HTMLElement>(`tr[data-id="${CSS.escape(lastOpened.id)}"] a`);
    lastOpened.id = null;
    link?.scrollIntoView({ block: 'center' });
    link?.focus();
  }, [rows]);
}
