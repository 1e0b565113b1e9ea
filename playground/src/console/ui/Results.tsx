import { Button } from 'react-aria-components';
import { useState } from 'react';
import type { Item, Outcome } from '../api/rehearse';
import { useWords, type Translate } from '../words';

/** Why an item stays as it is: the API's sentence, or ours for what is so already. */
function reasonOf({ message, outcome }: Item, t: Translate): string {
  return message ?? (outcome ? t(`outcome-${outcome}`) : '');
}

/** Who stays as they are, and why. */
export function Unchanged({ outcome, isDone }: { outcome: Outcome; isDone: boolean }) {
  const { t } = useWords();
  const unchanged = outcome.items.filter(({ changes }) => !changes);
  // What failed comes first.
  unchanged.sort((a, b) => Number(b.code !== null) - Number(a.code !== null));
  if (unchanged.length === 0) return null;
  return (
    <details open={unchanged.length <= 8}>
      <summary>{t(isDone ? 'results-unchanged' : 'rehearsal-unchanged', { count: unchanged.length })}</summary>
      <ul className="results">
        {unchanged.map((item) => (
          <li key={item.id} className={item.code ? 'failed' : undefined}>
            <bdi>{item.name ?? item.id}</bdi>: {reasonOf(item, t)}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Copies one line for each item; chooses those that failed. */
export function ResultActions({ outcome, onSelectFailed }: { outcome: Outcome; onSelectFailed?(ids: string[]): void }) {
  const { t } = useWords();
  const [isCopied, setIsCopied] = useState(false);
  const failed = outcome.items.filter(({ code }) => code).map(({ id }) => id);
  if (outcome.items.length < 2) return null;
  const text = outcome.items.map((item) => `${item.name ?? item.id}\t${item.changes ? t('results-changed') : reasonOf(item, t)}`).join('\n');
  return (
    <p className="row">
      <Button
        className="button link"
        onPress={() => {
          void navigator.clipboard?.writeText(text).then(() => setIsCopied(true));
        }}
      >
        {t(isCopied ? 'results-copied' : 'results-copy')}
      </Button>
      {failed.length > 0 && onSelectFailed && (
        <Button className="button link" onPress={() => onSelectFailed(failed)}>
          {t('results-select-failed', { count: failed.length })}
        </Button>
      )}
    </p>
  );
}
