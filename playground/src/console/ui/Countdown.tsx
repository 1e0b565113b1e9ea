import { useEffect, useState } from 'react';
import { announce } from './status';
import { useWords } from '../words';

/** Seconds before the end at which screen readers are told. */
const TOLD = [3_600, 600, 0];

/** What is left of `seconds`, by the time since the answer, whatever this machine's clock says. */
export function useSecondsLeft(seconds: number | null | undefined, answeredAt: number): number | null {
  // The answer's instant in the time that only ever goes forward.
  const [answered, setAnswered] = useState(() => performance.now() - (Date.now() - answeredAt));
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    setAnswered(performance.now() - Math.max(0, Date.now() - answeredAt));
  }, [answeredAt]);
  useEffect(() => {
    if (seconds == null) return;
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return seconds == null ? null : Math.max(0, Math.round(seconds - (now - answered) / 1000));
}

interface Props {
  seconds: number;
  answeredAt: number;
  /** "Access ends in 3 hours" in place of "3 hours". */
  sentence?: boolean;
  onEnd?(): void;
}

export function Countdown({ seconds, answeredAt, sentence, onEnd }: Props) {
  const { t, span } = useWords();
  const left = useSecondsLeft(seconds, answeredAt) ?? 0;
  useEffect(() => {
    if (sentence && TOLD.includes(left)) announce(left === 0 ? t('countdown-ended') : t('countdown-ends-in', { span: span(left) }));
    if (left === 0) onEnd?.();
  }, [left]); // eslint-disable-line react-hooks/exhaustive-deps
  if (left === 0) return <span className="countdown over">{t('countdown-ended')}</span>;
  return (
    <span className="countdown" role="timer" aria-live="off">
      {sentence ? t('countdown-ends-in', { span: span(left) }) : span(left)}
    </span>
  );
}
