import { useEffect, useState } from 'react';
import { Button, Input, Label, SearchField, Switch } from 'react-aria-components';
import { useChoices, useRoleName } from '../../ui/choices';
import { Icon } from '../../ui/Icon';
import { Select } from '../../ui/Select';
import { useDebounced } from '../../ui/rehearsal';
import { useWords } from '../../words';
import { isFiltered, STATES, type UsersSearch } from './search';

interface Props {
  workspace: string;
  search: UsersSearch;
  /** Typing replaces the address, choosing adds one to the history. */
  onChange(change: Partial<UsersSearch>, isTyping?: boolean): void;
  onClear(): void;
}

export function Filters({ workspace, search, onChange, onClear }: Props) {
  const { t } = useWords();
  const { roles, groups, categories } = useChoices(workspace);
  const roleName = useRoleName();
  const [typed, setTyped] = useState(search.q ?? '');
  const settled = useDebounced(typed, 250);
  useEffect(() => {
    if ((search.q ?? '') !== settled.trim()) onChange({ q: settled.trim() || undefined }, true);
  }, [settled]); // eslint-disable-line react-hooks/exhaustive-deps
  useEffect(() => {
    setTyped((old) => (old.trim() === (search.q ?? '') ? old : (search.q ?? '')));
  }, [search.q]);
  const any = { id: '', text: t('filter-any') };
  return (
    <div className="filters" role="search" aria-label={t('users-search')}>
      <SearchField value={typed} onChange={setTyped} className="field search-field">
        <Label className="label">{t('users-search-label')}</Label>
        <Input className="input" id="search" />
      </SearchField>
      <Select
        label={t('filter-state')}
        value={search.state ?? ''}
        onChange={(id) => onChange({ state: STATES.find((state) => state === id) })}
        options={[any, ...STATES.map((state) => ({ id: state, text: t(`user-state-${state.toLowerCase()}`) }))]}
      />
      <Select
        label={t('filter-role')}
        value={search.role ?? ''}
        onChange={(role) => onChange({ role: role || undefined })}
        options={[any, { id: 'none', text: t('user-no-role') }, ...roles.map((role) => ({ id: role.id, text: roleName(role) }))]}
      />
      <Select
        label={t('filter-group')}
        value={search.group ?? ''}
        onChange={(group) => onChange({ group: group || undefined })}
        options={[any, ...groups.map(({ id, title }) => ({ id, text: title }))]}
      />
      <Select
        label={t('filter-permission')}
        value={search.may ?? ''}
        onChange={(may) => onChange({ may: (may || undefined) as UsersSearch['may'] })}
        options={[{ id: '', text: t('filter-any-permission') }, ...categories.flatMap(({ permissions }) => permissions.map(({ permission, label }) => ({ id: permission, text: label })))]}
      />
      <Switch className="switch" isSelected={search.all === '1'} onChange={(isOn) => onChange({ all: isOn ? '1' : undefined })}>
        <span className="switch-track" aria-hidden="true" />
        {t('users-show-signed-up')}
      </Switch>
      {isFiltered(search) && (
        <Button
          className="button link"
          onPress={() => {
            setTyped('');
            onClear();
          }}
        >
          <Icon name="close" /> {t('filter-clear')}
        </Button>
      )}
    </div>
  );
}
