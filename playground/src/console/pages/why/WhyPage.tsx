import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';
import type { ExplainAccessInput } from '../../api/gql/graphql';
import { findPeopleQuery, whyPersonQuery } from '../../api/queries';
import { ActionDialog } from '../../ui/LazyActionDialog';
import { useChoices } from '../../ui/choices';
import { formatDraft, parseDraft } from '../../ui/draft';
import { Icon } from '../../ui/Icon';
import { useDebounced } from '../../ui/rehearsal';
import { Select } from '../../ui/Select';
import { useTitle } from '../../ui/title';
import { Why } from '../../ui/Why';
import { useWords } from '../../words';
import { whoOf, type Who, type WhySearch } from './search';

function inputOf(who: Who, may: WhySearch['may'], at: string | undefined): ExplainAccessInput {
  const asked = { permission: may, asOf: at };
  switch (who.kind) {
    case 'anonymous':
      return { ...asked, anonymous: true };
    case 'key':
      return { ...asked, apiKeyId: who.value };
    case 'email':
      return { ...asked, email: who.value };
    case 'member':
      return { ...asked, membershipId: who.value };
  }
}

/** Explains any right of any person, key, address or visitor; the address of the answer can be passed on (UI-33). */
export function WhyPage() {
  const { workspace } = useParams({ from: '/$workspace/why' });
  const search = useSearch({ from: '/$workspace/why' });
  const navigate = useNavigate({ from: '/$workspace/why' });
  const { t, time } = useWords();
  const { categories, permissionLabel, viewerMembership } = useChoices(workspace);
  useTitle(t('why-title'));
  const set = (change: Partial<WhySearch>, replace = false) => void navigate({ search: (old) => ({ ...old, ...change }), replace });
  const who = whoOf(search.who);
  const isSelf = who?.kind === 'member' && who.value === viewerMembership?.id;
  const isPerson = who?.kind === 'member' || who?.kind === 'email';
  const person = useQuery({
    ...whyPersonQuery(workspace, who?.kind === 'member' ? { id: who.value } : { email: who?.kind === 'email' ? who.value : undefined }),
    enabled: isPerson && !isSelf,
    retry: false,
  });
  const found = person.data?.workspace?.member;
  const name = isSelf ? t('why-you') : who?.kind === 'anonymous' ? t('why-anonymous') : who?.kind === 'key' ? t('why-key') : (found?.account.displayName ?? (who?.kind === 'email' ? who.value : '…'));
  const people = useMemo(() => new Map(found ? [[found.id, found.account.displayName]] : []), [found]);
  const draft = parseDraft(search.do);
  return (
    <>
      <h1 tabIndex={-1}>{t('why-title')}</h1>
      <p className="quiet">{t('why-help')}</p>
      <div className="filters">
        <PersonPicker key={`${search.who} ${name}`} workspace={workspace} initial={who && name !== '…' ? name : ''} onPick={(id) => set({ who: id })} />
        <Select
          label={t('filter-permission')}
          value={search.may ?? ''}
          onChange={(may) => set({ may: (may || undefined) as WhySearch['may'] })}
          options={[
            ...(search.may ? [] : [{ id: '', text: t('form-choose') }]),
            ...categories.flatMap(({ permissions }) => permissions.map(({ permission, label }) => ({ id: permission, text: label }))),
          ]}
        />
        {viewerMembership && !isSelf && (
          <Button className="button link" onPress={() => set({ who: viewerMembership.id })}>
            {t('why-ask-self')}
          </Button>
        )}
        {who?.kind !== 'anonymous' && (
          <Button className="button link" onPress={() => set({ who: 'anonymous' })}>
            {t('why-ask-anonymous')}
          </Button>
        )}
      </div>
      {search.at && (
        <p className="note info">
          {t('why-at', { instant: time(search.at) })}{' '}
          <Button className="button link" onPress={() => set({ at: undefined })}>
            {t('why-now')}
          </Button>
        </p>
      )}
      {who && search.may && (
        <>
          <Why
            workspace={workspace}
            input={inputOf(who, search.may, search.at)}
            name={name}
            what={permissionLabel(search.may)}
            onAct={found && !search.at ? (next) => set({ do: formatDraft(next) }) : undefined}
          />
          {found && (
            <p>
              <Link to="/$workspace/users/$id" params={{ workspace, id: found.id }} search={{}}>
                {t('why-open-user', { name: found.account.displayName })}
              </Link>
            </p>
          )}
        </>
      )}
      {draft && people.size > 0 && <ActionDialog workspace={workspace} draft={draft} people={people} onClose={() => set({ do: undefined }, true)} />}
    </>
  );
}

/** Finds a person by name or address while one types. */
function PersonPicker({ workspace, initial, onPick }: { workspace: string; initial: string; onPick(id: string): void }) {
  const { t } = useWords();
  const [typed, setTyped] = useState(initial);
  const settled = useDebounced(typed.trim(), 250);
  const isSearching = settled.length > 0 && settled !== initial;
  const query = useQuery({ ...findPeopleQuery(workspace, settled), enabled: isSearching, retry: false });
  const found = isSearching ? (query.data?.workspace?.members?.nodes ?? []) : [];
  return (
    <ComboBox
      className="field search-field"
      items={found}
      inputValue={typed}
      onInputChange={setTyped}
      onSelectionChange={(key) => key !== null && onPick(String(key))}
      allowsEmptyCollection
      allowsCustomValue
      menuTrigger="input"
    >
      <Label className="label">{t('why-person')}</Label>
      <div className="combo">
        <Input className="input" />
        <Button className="button icon-button">
          <Icon name="chevron" />
        </Button>
      </div>
      <Popover className="popover">
        <ListBox className="listbox" renderEmptyState={() => <p className="option quiet">{t(isSearching && !query.isFetching ? 'why-nobody' : 'why-type')}</p>}>
          {({ id, account }: (typeof found)[number]) => (
            <ListBoxItem id={id} textValue={account.displayName} className="option">
              <Text slot="label">{account.displayName}</Text>
              {account.email && (
                <Text slot="description" className="sub">
                  {account.email}
                </Text>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
