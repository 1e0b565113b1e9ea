import { useEffect } from 'react';
import { useWords } from '../words';

/** Names the page in the window's title. */
export function useTitle(...parts: readonly (string | undefined)[]): void {
  const { t } = useWords();
  const title = [...parts.filter(Boolean), t('app-name')].join(' – ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
