import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { userHistoryQuery, type AuditEvent } from '../../api/queries';
import { useChoices } from '../../ui/choices';
import { Loading, Problem } from '../../ui/states';
import { Time } from '../../ui/Time';
import { useWords } from '../../words';
import type { TabProps } from './User';

/** What the audit log says about this person, newest first. */
export function History({ workspace, user }: TabProps) {
  const { t } = useWords();
  const query = useInfiniteQuery(userHistoryQuery(workspace, user.id));
  if (query.error && !query.data) return <Problem error={query.error} what={t('history-failed')} workspace={workspace} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const events = query.data.pages.flatMap((page) => page.workspace?.auditEvents?.nodes ?? []);
  if (events.length === 0) return <p className="empty">{t('history-none')}</p>;
  return (
    <>
      <ol className="history">
        {events.map((event) => (
          <Event key={event.id} event={event} workspace={workspace} subject={user.id} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button className="button" data-busy={query.isFetchingNextPage || undefined} onPress={() => !query.isFetchingNextPage && void query.fetchNextPage()}>
          {t('history-more')}
        </Button>
      )}
    </>
  );
}

function Event({ event, workspace, subject }: { event: AuditEvent; workspace: string; subject: string }) {
  const { t, has } = useWords();
  const show = useValue(workspace);
  const { kind, actor, at, changes, sequence, requestId, clientAddress } = event;
  const who = actor.account?.displayName ?? t(`history-actor-${actor.kind}`);
  const title = has(`event-${kind}`) ? t(`event-${kind}`) : t('event-other');
  const about = changes.filter(({ subjectId, field }) => subjectId === subject && has(`field-${field}`));
  return (
    <li>
      <p>
        <b>{title}</b> {t('why-by')} <bdi>{who}</bdi> · <Time long at={at} />
      </p>
      {about.length > 0 && (
        <ul className="changes">
          {about.map(({ field, before, after, redacted }) => (
            <li key={field}>
              {redacted ? t('history-redacted', { field: t(`field-${field}`) }) : t('history-change', { field: t(`field-${field}`), before: show(before), after: show(after) })}
            </li>
          ))}
        </ul>
      )}
      <details className="quiet">
        <summary>{t('problem-details')}</summary>
        <p>
          {t('history-number', { number: sequence })} · {t('problem-request')} <code>{requestId}</code>
          {clientAddress && (
            <>
              {' · '}
              {t('history-address')} {clientAddress}
            </>
          )}
        </p>
      </details>
    </li>
  );
}

const INSTANT = /^\d{4}-\d\d-\d\dT/;

/** A recorded value, as people say it. */
function useValue(workspace: string): (value: unknown) => string {
  const { t, has, time, number, list } = useWords();
  const { permissionLabel } = useChoices(workspace);
  const show = (value: unknown): string => {
    if (value === null || value === undefined) return t('history-nothing');
    if (typeof value === 'number') return number(value);
    if (typeof value === 'boolean') return t(value ? 'history-yes' : 'history-no');
    if (Array.isArray(value)) return value.length > 0 ? list(value.map(show)) : t('history-nothing');
    if (typeof value === 'object') {
      const { name, title, limit, type } = value as Record<string, unknown>;
      if (type !== undefined && limit !== undefined) return t('history-limit', { limit: show(limit), type: t(`quota-type-${String(type)}`) });
      return String(name ?? title ?? '…');
    }
    const text = String(value);
    if (INSTANT.test(text)) return time(text);
    if (has(`user-state-${text.toLowerCase()}`)) return t(`user-state-${text.toLowerCase()}`);
    const label = permissionLabel(text);
    return label === '…' ? text : label;
  };
  return show;
}
