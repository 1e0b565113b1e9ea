import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Action } from '../../api/actions';
import { quotaPreviewQuery, userQuotasQuery, type UserQuota } from '../../api/queries';
import { ActionDialog } from '../../ui/LazyActionDialog';
import { useChoices } from '../../ui/choices';
import { useDebounced } from '../../ui/rehearsal';
import { Loading, Problem } from '../../ui/states';
import { Time } from '../../ui/Time';
import { useWords } from '../../words';
import type { TabProps } from './User';

/** What counts, which value decided, and a calculator: nothing is saved until Save (UI-50). */
export function Quotas({ workspace, user, onAct }: TabProps) {
  const { t } = useWords();
  const query = useQuery(userQuotasQuery(workspace, user.id));
  const quotas = query.data?.workspace?.member?.effectiveQuotas;
  if (query.error && !quotas) return <Problem error={query.error} what={t('quotas-failed')} workspace={workspace} retry={() => void query.refetch()} />;
  if (!quotas) return <Loading rows={3} />;
  return (
    <div className="quotas">
      {quotas.map((quota) => (
        // Saved: the calculator begins anew.
        <Calculator key={`${quota.type}-${quota.memberLimit}`} workspace={workspace} user={user} onAct={onAct} saved={quota} />
      ))}
    </div>
  );
}

const parse = (text: string): number | null | undefined => (text.trim() === '' ? null : /^\d{1,15}$/.test(text.trim()) ? Number(text.trim()) : undefined);

function Calculator({ workspace, user, onAct, saved }: TabProps & { saved: UserQuota }) {
  const { t, number } = useWords();
  const { workspaceId } = useChoices(workspace);
  const [typed, setTyped] = useState(saved.memberLimit == null ? '' : String(saved.memberLimit));
  const settled = useDebounced(typed, 250);
  const limit = parse(settled);
  const isChanged = limit !== (saved.memberLimit ?? null);
  const [action, setAction] = useState<Action | null>(null);
  const { type } = saved;
  const preview = useQuery({
    ...quotaPreviewQuery(workspace, { type, membershipId: user.id, memberLimit: limit ?? null }),
    enabled: isChanged && limit !== undefined,
  });
  const shown = (isChanged ? preview.data?.workspace?.quotaPreview : null) ?? saved;
  const save = () => workspaceId && limit !== undefined && setAction({ kind: 'quota', people: [user.id], workspaceId, values: [{ type, limit }] });
  return (
    <section className="card" aria-labelledby={`quota-${type}`}>
      <h2 id={`quota-${type}`}>{t(`quota-type-${type}`)}</h2>
      <p className="big" aria-live="polite">
        {shown.limit == null ? t('quota-unlimited') : number(shown.limit)} <span className="quiet">{t(`quota-decided-${shown.decidedBy ?? 'none'}`)}</span>
      </p>
      <Used quota={shown} />
      <table className="calculator">
        <caption>{t('quota-calculator')}</caption>
        <tbody>
          <Line label={t('quota-license')} limit={saved.license?.limit} wins={shown.decidedBy === 'LICENSE'} />
          {saved.workspaceCap && <Line label={t('quota-cap')} limit={saved.workspaceCap.limit} wins={shown.decidedBy === 'WORKSPACE_CAP'} />}
          <Line label={t('quota-default')} limit={saved.defaultLimit} wins={shown.decidedBy === 'DEFAULT'} />
          {saved.groupLimits.map(({ group, limit }) => (
            <Line key={group.id} label={t('source-group', { name: group.title })} limit={limit} wins={shown.decidedBy === 'GROUP' && limit === Math.max(...saved.groupLimits.map(({ limit }) => limit))} />
          ))}
          <tr className={shown.decidedBy === 'MEMBER' ? 'wins' : undefined}>
            <th scope="row">
              <label htmlFor={`own-${type}`}>{t('quota-own')}</label>
            </th>
            <td>
              <input
                id={`own-${type}`}
                className="input"
                inputMode="numeric"
                autoComplete="off"
                placeholder={t('quota-not-set')}
                disabled={!user.maySetQuotas}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                aria-invalid={parse(typed) === undefined}
                aria-describedby={`help-${type}`}
              />
            </td>
          </tr>
        </tbody>
      </table>
      <p id={`help-${type}`} className="help">
        {parse(typed) === undefined ? t('quota-wrong') : t('quota-help')}
      </p>
      {user.maySetQuotas ? (
        <div className="row">
          <Button className="button primary" isDisabled={!isChanged || limit === undefined || typed !== settled} onPress={save}>
            {t('quota-save')}
          </Button>
          {isChanged && (
            <Button className="button" onPress={() => setTyped(saved.memberLimit == null ? '' : String(saved.memberLimit))}>
              {t('dialog-cancel')}
            </Button>
          )}
          {saved.used > 0 && type === 'API_CALLS' && (
            <Button className="button" onPress={() => onAct({ kind: 'reset-usage', value: type })}>
              {t('action-reset-usage')}
            </Button>
          )}
        </div>
      ) : (
        <p className="quiet">{t('cannot-right')}</p>
      )}
      {action && <ActionDialog workspace={workspace} draft={{ actions: [action] }} people={new Map([[user.id, user.account.displayName]])} onClose={() => setAction(null)} />}
    </section>
  );
}

function Used({ quota: { limit, used, remaining, resetsAt, type } }: { quota: UserQuota }) {
  const { t, number } = useWords();
  const text = limit == null ? t('quota-used', { used: number(used) }) : t('quota-used-of', { used: number(used), limit: number(limit), remaining: number(remaining ?? 0) });
  return (
    <>
      {limit != null && <meter min={0} max={Math.max(limit, 1)} high={limit * 0.8} value={Math.min(used, limit)} aria-label={t(`quota-type-${type}`)} />}
      <p className="quiet">
        {text}
        {resetsAt && (
          <>
            {' · '}
            {t('quota-resets')} <Time long at={resetsAt} />
          </>
        )}
      </p>
    </>
  );
}

function Line({ label, limit, wins }: { label: string; limit: number | null | undefined; wins: boolean }) {
  const { t, number } = useWords();
  return (
    <tr className={wins ? 'wins' : undefined}>
      <th scope="row">{label}</th>
      <td>
        {limit == null ? <span className="quiet">{t('quota-not-set')}</span> : number(limit)}
        {wins && <span className="sub">{t('quota-wins')}</span>}
      </td>
    </tr>
  );
}
