import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { reauthenticate } from '../api/session';
import { useWords } from '../words';

export function needsStepUp(errors: readonly { code: string }[]): boolean {
  return errors.some(({ code }) => code === 'REAUTHENTICATION_REQUIRED');
}

/** Asks for the password, or for a code if the account has a second factor, and goes on (UI-85). */
export function StepUp({ onDone }: { onDone(): void }) {
  const { t } = useWords();
  const [byCode, setByCode] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isBusy) return;
    const secret = String(new FormData(event.currentTarget).get('secret') ?? '');
    setIsBusy(true);
    try {
      const error = await reauthenticate(byCode ? { code: secret } : { password: secret });
      if (!error) onDone();
      else if (error.code === 'SECOND_FACTOR_REQUIRED') {
        setByCode(true);
        setProblem(null);
      } else setProblem(error.message);
    } catch (error) {
      setProblem((error as Error).message || t('problem-network'));
    } finally {
      setIsBusy(false);
    }
  }
  return (
    <form className="stack note info" onSubmit={(event) => void submit(event)}>
      <p>{t('step-up')}</p>
      {problem && (
        <p role="alert" className="note error">
          {problem}
        </p>
      )}
      <label className="field">
        <span className="label">{t(byCode ? 'sign-in-code' : 'sign-in-password')}</span>
        <input key={byCode ? 'code' : 'password'} className="input" name="secret" type={byCode ? 'text' : 'password'} autoComplete={byCode ? 'one-time-code' : 'current-password'} required />
      </label>
      <Button type="submit" className="button" data-busy={isBusy || undefined}>
        {t('step-up-confirm')}
      </Button>
    </form>
  );
}
