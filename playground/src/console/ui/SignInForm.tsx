import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Refusal } from '../api/send';
import { completeSignIn, signIn, type SignInAnswer } from '../api/session';
import { useWords } from '../words';
import { useFailure } from './failure';

/** Seconds; whoever has to wait longer is told so, and tries again. */
const LONGEST_WAIT = 10;

/** Address and password, then a code if the account asks for one. */
export function SignInForm({ onDone }: { onDone?(): void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [challenge, setChallenge] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const failure = useFailure(error);

  function take(answer: SignInAnswer) {
    if (answer.kind === 'code') setChallenge(answer.challenge);
    else if (answer.kind === 'done') onDone?.();
    else setProblem(answer.code === 'INVALID_CREDENTIALS' && !challenge ? t('sign-in-wrong') : answer.message);
  }
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isBusy) return;
    const form = new FormData(event.currentTarget);
    const value = (name: string) => String(form.get(name) ?? '').trim();
    setIsBusy(true);
    setProblem(null);
    setError(null);
    const [email, password, code] = [value('email'), String(form.get('password') ?? ''), value('code')];
    for (let tries = 1; ; tries += 1) {
      try {
        take(challenge ? await completeSignIn(queries, challenge, code) : await signIn(queries, email, password));
        setError(null);
        break;
      } catch (thrown) {
        setError(thrown as Error);
        const seconds = thrown instanceof Refusal && thrown.code === 'RATE_LIMITED' ? thrown.details.retryAfter : undefined;
        if (!seconds || seconds > LONGEST_WAIT || tries === 4) break;
        // Attempts that follow each other closely are slowed down: this one goes on by itself.
        await new Promise((resolve) => setTimeout(resolve, seconds * 1_000 + 100));
      }
    }
    setIsBusy(false);
  }
  const said = problem ?? failure;
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      {said && (
        <p role="alert" className="note error" id="sign-in-problem">
          {said}
        </p>
      )}
      {challenge ? (
        <>
          <p>{t('sign-in-code-help')}</p>
          <label className="field">
            <span className="label">{t('sign-in-code')}</span>
            <input className="input" name="code" autoComplete="one-time-code" required autoFocus spellCheck={false} />
          </label>
        </>
      ) : (
        <>
          <label className="field">
            <span className="label">{t('sign-in-email')}</span>
            <input className="input" name="email" type="email" autoComplete="username" required autoFocus aria-describedby={said ? 'sign-in-problem' : undefined} />
          </label>
          <label className="field">
            <span className="label">{t('sign-in-password')}</span>
            <input className="input" name="password" type="password" autoComplete="current-password" required />
          </label>
        </>
      )}
      <button type="submit" className="button primary" data-busy={isBusy || undefined}>
        {t('sign-in')}
      </button>
    </form>
  );
}
