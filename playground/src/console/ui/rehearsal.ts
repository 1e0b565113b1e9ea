import { useEffect, useState } from 'react';
import type { Outcome } from '../api/rehearse';

/** The value once it has stayed the same for so long; the first one at once. */
export function useDebounced<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}

/** Tells two outcomes apart by who gains and loses what. */
export function outcomeKey({ effects }: Outcome): string {
  return JSON.stringify(
    effects
      .map(({ membership, gained, lost, gainedAccessCount, lostAccessCount, quotas, stoppedApiKeyCount }) => [
        membership.id,
        [...gained].sort(),
        [...lost].sort(),
        gainedAccessCount,
        lostAccessCount,
        quotas.map(({ type, before, after }) => [type, before, after]),
        stoppedApiKeyCount,
      ])
      .sort(),
  );
}
