import { useState, type ReactNode } from 'react';
import { useWords } from '../words';

/** What has far-reaching effects is confirmed by typing the number of people (UI-24). */
export function useConfirmation({ count, isNeeded }: { count: number; isNeeded: boolean }): { field: ReactNode; isGiven: boolean } {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  if (!isNeeded) return { field: null, isGiven: true };
  return {
    isGiven: typed.replace(/\D/g, '') === String(count),
    field: (
      <label className="field short">
        <span className="label">{t('form-type-number', { count })}</span>
        <input className="input" inputMode="numeric" autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </label>
    ),
  };
}
