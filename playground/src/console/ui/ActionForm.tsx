import { Input, Label, NumberField, Radio, RadioGroup } from 'react-aria-components';
import { useWords } from '../words';
import type { Permission } from '../api/gql/graphql';
import { useChoices, useRoleName } from './choices';
import type { Choice, Draft } from './draft';
import { Icon } from './Icon';
import { Select } from './Select';

interface Props {
  workspace: string;
  draft: Draft;
  choice: Choice;
  onChange(change: Partial<Choice>): void;
}

/** What has to be chosen before an action can be rehearsed. */
export function ActionForm({ workspace, draft, choice, onChange }: Props) {
  const { t } = useWords();
  const { roles, groups } = useChoices(workspace);
  const roleName = useRoleName();
  switch (draft.kind) {
    case 'role':
      return (
        <Select
          label={t('form-role')}
          value={choice.role ?? ''}
          onChange={(role) => onChange({ role })}
          options={[
            ...(choice.role ? [] : [{ id: '', text: t('form-choose') }]),
            ...roles.map((role) => ({ id: role.id, text: roleName(role) })),
            { id: 'none', text: t('user-no-role') },
          ]}
        />
      );
    case 'join-group':
    case 'leave-group':
      return (
        <Select
          label={t('form-group')}
          value={choice.group ?? ''}
          onChange={(group) => onChange({ group })}
          options={[...(choice.group ? [] : [{ id: '', text: t('form-choose') }]), ...groups.map(({ id, title }) => ({ id, text: title }))]}
        />
      );
    case 'grant':
    case 'ungrant':
      return <Permissions workspace={workspace} choice={choice} onChange={onChange} />;
    case 'period':
      return <Period choice={choice} onChange={onChange} />;
    default:
      return null;
  }
}

function Permissions({ workspace, choice, onChange }: Omit<Props, 'draft'>) {
  const { categories } = useChoices(workspace);
  const toggle = (permission: Permission, isOn: boolean) =>
    onChange({ permissions: isOn ? [...choice.permissions, permission] : choice.permissions.filter((other) => other !== permission) });
  return (
    <div className="permission-choices">
      {categories.map(({ group, label, icon, permissions }) => (
        <fieldset key={group} className={`category ${group.toLowerCase()}`}>
          <legend>
            <Icon name={icon} /> {label}
          </legend>
          {permissions.map(({ permission, label }) => (
            <label key={permission} className="tick">
              <input type="checkbox" checked={choice.permissions.includes(permission)} onChange={(event) => toggle(permission, event.target.checked)} />
              {label}
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}

function Period({ choice, onChange }: Pick<Props, 'choice' | 'onChange'>) {
  const { t } = useWords();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <div className="stack">
      <RadioGroup className="radios" value={choice.period} onChange={(period) => onChange({ period: period as Choice['period'] })}>
        <Label className="label">{t('form-period')}</Label>
        {(['hours', 'days', 'date', 'unlimited'] as const).map((period) => (
          <Radio key={period} value={period} className="radio">
            {t(`form-period-${period}`)}
          </Radio>
        ))}
      </RadioGroup>
      {(choice.period === 'hours' || choice.period === 'days') && (
        <NumberField className="field short" minValue={1} maxValue={choice.period === 'hours' ? 8_760 : 3_650} value={choice.amount} onChange={(amount) => onChange({ amount })}>
          <Label className="label">{t(`form-amount-${choice.period}`)}</Label>
          <Input className="input" />
        </NumberField>
      )}
      {choice.period === 'date' && (
        <label className="field short">
          <span className="label">{t('form-date')}</span>
          <input className="input" type="date" value={choice.date} onChange={(event) => onChange({ date: event.target.value })} />
          <span className="help">{t('form-date-help', { zone })}</span>
        </label>
      )}
    </div>
  );
}
