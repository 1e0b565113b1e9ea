import { useEffect, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { Refusal } from '../api/send';
import { useWords } from '../words';
import { useChoices } from './choices';
import { useSecondsLeft } from './Countdown';
import type { MembershipState } from '../api/gql/graphql';

/** A skeleton, but only if it takes longer than 300 ms. */
export function Loading({ rows = 6 }: { rows?: number }) {
  const { t } = useWords();
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div aria-busy="true" className="loading">
      {isSlow && <span className="unseen">{t('state-loading')}</span>}
      {isSlow && Array.from({ length: rows }, (_, index) => <div key={index} className="skeleton" />)}
    </div>
  );
}

interface ProblemProps {
  error: Error;
  /** What was tried: "The users could not be loaded." */
  what: string;
  retry(): void;
  workspace?: string;
}

/** What stands in the way, in words, and what to do about it. */
export function Problem({ error, what, retry, workspace }: ProblemProps) {
  const { t } = useWords();
  const refusal = error instanceof Refusal ? error : new Refusal('INTERNAL', error.message);
  if (refusal.code === 'FORBIDDEN' && workspace) return <Refused refusal={refusal} workspace={workspace} />;
  if (refusal.code === 'SIGNED_OUT') return null;
  const { requestId, retryAfter } = refusal.details;
  return (
    <div role="alert" className="problem">
      <h2>{what}</h2>
      <p>{sentence(refusal, t)}</p>
      {refusal.code === 'RATE_LIMITED' && retryAfter ? (
        <Retrying seconds={retryAfter} retry={retry} />
      ) : (
        <Button className="button" onPress={retry}>
          {t('problem-retry')}
        </Button>
      )}
      {requestId && (
        <details className="quiet">
          <summary>{t('problem-details')}</summary>
          <p>
            {t('problem-request')} <code>{requestId}</code>
          </p>
        </details>
      )}
    </div>
  );
}

function sentence(refusal: Refusal, t: ReturnType<typeof useWords>['t']): string {
  switch (refusal.code) {
    case 'NETWORK':
      return t('problem-network');
    case 'UNAVAILABLE':
    case 'TIMEOUT':
      return t('problem-unavailable');
    case 'RATE_LIMITED':
      return t('problem-rate-limited');
    default:
      return refusal.message || t('problem-internal');
  }
}

function Retrying({ seconds, retry }: { seconds: number; retry(): void }) {
  const { t, span } = useWords();
  const [since] = useState(() => Date.now());
  const left = useSecondsLeft(seconds, since);
  useEffect(() => {
    if (left === 0) retry();
  }, [left]); // eslint-disable-line react-hooks/exhaustive-deps
  return <p>{t('problem-goes-on', { span: span(left ?? 0) })}</p>;
}

/** A page that the viewer may not see: what it needs, and whom to ask. */
export function Refused({ refusal, workspace, children }: { refusal: Refusal; workspace: string; children?: ReactNode }) {
  const { t } = useWords();
  const { permissionLabel, workspaceName } = useChoices(workspace);
  const { requiredPermission } = refusal.details;
  return (
    <div className="problem" role="alert">
      <h2>{t('refused-title')}</h2>
      <p>{requiredPermission ? t('refused-permission', { permission: permissionLabel(requiredPermission) }) : refusal.message}</p>
      <p>{t('refused-ask', { workspace: workspaceName })}</p>
      {children}
    </div>
  );
}

/** The state of a user, in words: colour alone says nothing. */
export function StateBadge({ state }: { state: MembershipState }) {
  const { t } = useWords();
  return <span className={`badge ${state.toLowerCase()}`}>{t(`user-state-${state.toLowerCase()}`)}</span>;
}
