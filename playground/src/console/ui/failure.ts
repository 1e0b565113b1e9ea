import { Refusal } from '../api/send';
import { useWords } from '../words';

/** Why a call was not answered, in a sentence. */
export function useFailure(error: Error | null): string | null {
  const { t, span } = useWords();
  if (!error) return null;
  if (!(error instanceof Refusal)) return t('problem-internal');
  switch (error.code) {
    case 'SIGNED_OUT':
      return null;
    case 'NETWORK':
      return t('problem-network');
    case 'UNAVAILABLE':
    case 'TIMEOUT':
      return t('problem-unavailable');
    case 'RATE_LIMITED':
      return t('problem-wait', { span: span(error.details.retryAfter ?? 60) });
    default:
      return error.message || t('problem-internal');
  }
}
