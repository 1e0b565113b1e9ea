import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { DESTRUCTIVE, WITHOUT_UNDO, WITH_REASON, type Action } from '../api/actions';
import { perform, type Outcome } from '../api/rehearse';
import { undoOf } from '../api/undo';
import { useWords } from '../words';
import { ActionForm } from './ActionForm';
import { useChoices } from './choices';
import { actionOf, initialChoice, type Draft } from './draft';
import { Effects, LeftOutList } from './Effects';
import { ResultActions, Unchanged } from './Results';
import { keepFocus, showDone } from './status';
import { useConfirmation } from './confirmation';
import { useFailure } from './failure';
import { needsStepUp, StepUp } from './StepUp';
import { outcomeKey, useDebounced } from './rehearsal';

interface Props {
  workspace: string;
  /** What is done to whom: still to be chosen in part, or all of it. */
  draft: Draft | { actions: readonly Action[]; isUndo?: true };
  /** Names by id. */
  people: ReadonlyMap<string, string>;
  onClose(): void;
  onSelectFailed?(ids: string[]): void;
}

/** Nothing is done here that was not shown before: the same call, first as a dry run (UI-20). */
export function ActionDialog({ workspace, draft: given, people, onClose, onSelectFailed }: Props) {
  const [undoing, setUndoing] = useState<readonly Action[] | null>(null);
  const draft = undoing ? { actions: undoing, isUndo: true as const } : given;
  const [isBusy, setIsBusy] = useState(false);
  const close = () => {
    onClose();
    keepFocus();
  };
  return (
    <ModalOverlay isOpen onOpenChange={(isOpen) => !isOpen && close()} className="overlay" isDismissable={false} isKeyboardDismissDisabled={isBusy}>
      <Modal className="modal">
        <Dialog className="dialog">
          <Rehearsal
            key={undoing ? 'undo' : 'do'}
            workspace={workspace}
            draft={draft}
            people={people}
            onClose={close}
            onUndo={setUndoing}
            onBusy={setIsBusy}
            onSelectFailed={onSelectFailed}
          />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface RehearsalProps extends Props {
  onUndo(actions: readonly Action[]): void;
  onBusy(isBusy: boolean): void;
}

function Rehearsal({ workspace, draft, people, onClose, onUndo, onBusy, onSelectFailed }: RehearsalProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const { batchSize, roles, viewerMembership } = useChoices(workspace);
  const isFixed = 'actions' in draft;
  const [choice, setChoice] = useState(() => initialChoice(isFixed ? { kind: 'enable' } : draft));
  const [reason, setReason] = useState('');
  const [progress, setProgress] = useState(0);
  const key = useRef(crypto.randomUUID());
  const stop = useRef<AbortController | null>(null);
  const ids = useMemo(() => [...people.keys()], [people]);
  const actions = useMemo<readonly Action[]>(() => {
    if (isFixed) return draft.actions;
    const action = actionOf(draft, choice, ids);
    return action ? [action] : [];
  }, [isFixed, draft, choice, ids]);
  const rehearsed = useDebounced(actions, 400);
  const kind = actions[0]?.kind ?? (isFixed ? 'enable' : draft.kind);
  const isReasonNeeded = kind === 'reset-usage';
  const dry = useQuery({
    queryKey: ['rehearsal', rehearsed],
    enabled: rehearsed.length > 0,
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    queryFn: () => performAll(rehearsed, { dryRun: true, size: batchSize, reason: isReasonNeeded ? '-' : undefined }),
  });
  const act = useMutation({
    mutationFn: async () => {
      stop.current = new AbortController();
      return performAll(rehearsed, { dryRun: false, size: batchSize, reason: reason.trim(), idempotencyKey: key.current, signal: stop.current.signal, onProgress: setProgress });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [workspace] }),
  });
  useEffect(() => onBusy(act.isPending), [act.isPending, onBusy]);
  const isCurrent = rehearsed === actions;
  const done = act.data && act.data.errors.length === 0 ? act.data : null;
  const shown: Outcome | undefined = done ?? (isCurrent ? dry.data : undefined);
  const changing = shown?.items.filter(({ changes }) => changes).length ?? 0;
  const changesLimits = kind === 'quota' && (dry.data?.changes.length ?? 0) > 0;
  const total = new Set(actions.flatMap((action) => action.people)).size || people.size;
  const isDangerous = !isFixed && DESTRUCTIVE.has(kind);
  const givesAdministrator = actions.some((action) => action.kind === 'role' && roles.some(({ id, isPreset, name }) => id === action.role && isPreset && name === 'Administrator'));
  const confirmation = useConfirmation({ count: total, isNeeded: !isFixed && (total > 100 || givesAdministrator) });
  const failure = useFailure(act.error ?? dry.error);
  const problems = [...(act.data?.errors ?? []), ...(!act.data ? (dry.data?.errors ?? []) : [])];
  const undo = done && !(isFixed && draft.isUndo) ? actions.flatMap((action) => undoOf(action, done)) : [];
  const undoIsPossible = undo.length > 0;
  const name = people.size === 1 ? [...people.values()][0]! : '';
  const title = isFixed && draft.isUndo ? t('undo-title') : t(`action-title-${kind}`, { count: people.size, name });
  const differs = done && dry.data && outcomeKey(done) !== outcomeKey(dry.data);
  const hasSelf = viewerMembership && people.has(viewerMembership.id);

  const changedName = done?.items.find(({ changes }) => changes)?.name ?? name;
  const doneText = changing === 0 && !changesLimits ? t('results-count', { count: 0 }) : isFixed && draft.isUndo ? t('undo-done') : t(`action-done-${kind}`, { count: changing || 1, name: changedName });
  useEffect(() => {
    if (done) showDone(changing > 0 || changesLimits ? { text: doneText, undo, names: people } : null);
  }, [done]); // eslint-disable-line react-hooks/exhaustive-deps

  return (
    <>
      <Heading slot="title" className="dialog-title">
        {done ? doneText : title}
      </Heading>
      {!isFixed && !done && <ActionForm workspace={workspace} draft={draft} choice={choice} onChange={(change) => setChoice((old) => ({ ...old, ...change }))} />}
      {hasSelf && !done && <p className="note warning">{t('rehearsal-self')}</p>}
      {problems.length > 0 && !needsStepUp(problems) && (
        <ul role="alert" className="note error">
          {problems.map(({ code, message }) => (
            <li key={code + message}>{message}</li>
          ))}
        </ul>
      )}
      {failure && (
        <p role="alert" className="note error">
          {failure}
        </p>
      )}
      {needsStepUp(problems) && (
        <StepUp
          onDone={() => {
            if (act.data) {
              key.current = crypto.randomUUID();
              act.mutate();
            } else void dry.refetch();
          }}
        />
      )}
      {!shown && rehearsed.length > 0 && !failure && <p role="status">{t('rehearsal-pending')}</p>}
      {shown && !needsStepUp(problems) && (
        <section aria-label={t(done ? 'results-title' : 'rehearsal-title')} aria-live="polite" className="stack">
          {(shown.items.length > 1 || (shown.items.length === 1 && changing === 0)) && <p className="tally">{t(done ? 'results-count' : 'rehearsal-count', { count: changing })}</p>}
          {differs && <p className="note warning">{t('results-differ')}</p>}
          <Unchanged outcome={shown} isDone={!!done} />
          <Effects outcome={shown} workspace={workspace} />
          {differs && (
            <details>
              <summary>{t('results-rehearsed')}</summary>
              <Effects outcome={dry.data!} workspace={workspace} />
            </details>
          )}
          {changing > 0 && shown.effects.length === 0 && <p className="quiet">{t('rehearsal-no-effect')}</p>}
          <LeftOutList outcome={shown} workspace={workspace} />
          {done && <ResultActions outcome={done} onSelectFailed={onSelectFailed && ((failed) => (onSelectFailed(failed), onClose()))} />}
        </section>
      )}
      {!done && WITH_REASON.has(kind) && !(isFixed && draft.isUndo) && (
        <label className="field">
          <span className="label">{t(isReasonNeeded ? 'form-reason-needed' : 'form-reason')}</span>
          <input className="input" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        </label>
      )}
      {!done && WITHOUT_UNDO.has(kind) && <p className="quiet">{t('rehearsal-no-undo')}</p>}
      {!done && confirmation.field}
      {act.isPending && total > batchSize && (
        <p className="row">
          <progress max={total} value={progress} aria-label={t('rehearsal-progress')} />
          <Button className="button" onPress={() => stop.current?.abort()}>
            {t('rehearsal-stop')}
          </Button>
        </p>
      )}
      <div className="buttons">
        <Button className="button" onPress={() => !act.isPending && onClose()} autoFocus={!!done}>
          {t(done ? 'dialog-close' : 'dialog-cancel')}
        </Button>
        {done && undoIsPossible && (
          <Button className="button primary" onPress={() => onUndo(undo)}>
            {t('undo')}
          </Button>
        )}
        {!done && (
          <Button
            className={isDangerous ? 'button primary danger' : 'button primary'}
            isDisabled={!isCurrent || !dry.data || problems.length > 0 || (changing === 0 && !changesLimits) || !confirmation.isGiven || (isReasonNeeded && !reason.trim())}
            data-busy={act.isPending || undefined}
            onPress={() => !act.isPending && act.mutate()}
          >
            {isFixed && draft.isUndo ? t('undo-confirm') : t(`action-confirm-${kind}`)}
          </Button>
        )}
      </div>
    </>
  );
}

async function performAll(actions: readonly Action[], options: Parameters<typeof perform>[1]): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const [index, action] of actions.entries()) {
    const idempotencyKey = options.idempotencyKey && `${options.idempotencyKey}.${index}`;
    outcomes.push(await perform(action, { ...options, idempotencyKey }));
  }
  return {
    items: outcomes.flatMap(({ items }) => items),
    effects: outcomes.flatMap(({ effects }) => effects),
    effectCount: outcomes.reduce((sum, { effectCount }) => sum + effectCount, 0),
    changes: outcomes.flatMap(({ changes }) => changes),
    errors: outcomes.flatMap(({ errors }) => errors),
    replayed: outcomes.some(({ replayed }) => replayed),
  };
}
