import { useState, type FormEvent, type InputHTMLAttributes, type ReactNode } from 'react';
import { PasskeyButton, PasswordFields, signInFrom } from '../Header';
import { useSession } from '../session';
import { useLocale, useWords } from '../words';
import type { UserError } from './call';

export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="cc-card" aria-labelledby="cc-card-title">
      <h2 id="cc-card-title">{title}</h2>
      {children}
    </section>
  );
}

/** Names and what stands for them, as a list. What is null is left out. */
export function Facts({ facts }: { facts: [name: string, value: ReactNode][] }) {
  return (
    <dl className="cc-facts">
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

export function Problems({ problems }: { problems: UserError[] }) {
  return (
    <div role="alert">
      {problems.map(({ code, message }) => (
        <p key={`${code} ${message}`} className="cc-problem">
          {message}
        </p>
      ))}
    </div>
  );
}

export function Done({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="cc-done">
      {children}
    </p>
  );
}

/** Where it goes on: the playground, at `to`. */
export function Continue({ to = '', label }: { to?: string; label?: string }) {
  const words = useWords();
  return (
    <div className="cc-row">
      <a className="cc-button cc-primary cc-link-button" href={`../${to}`}>
        {label ?? words.skip}
      </a>
    </div>
  );
}

export function Field({ label, hint, ...input }: { label: string; hint?: string } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className="cc-field">
      <span>{label}</span>
      <input {...input} />
      {hint && <small>{hint}</small>}
    </label>
  );
}

/** For a password that is chosen here. */
export function NewPassword({ label }: { label?: string }) {
  const { password } = useWords();
  return (
    <Field
      label={label ?? password.label}
      type="password"
      name="password"
      autoComplete="new-password"
      required
      minLength={8}
      hint={password.hint}
    />
  );
}

/** For what only somebody who is signed in can do: the form to do so, until then. */
export function SignInFirst({ why, email, children }: { why: string; email?: string; children: ReactNode }) {
  const { status, identity } = useSession();
  const words = useWords();
  const [busy, setBusy] = useState(false);
  if (status === 'checking') return <p role="status">{words.checking}</p>;
  if (status === 'known') return identity?.kind === 'session' ? children : <p>{words.signIn.keyIsNoPerson}</p>;
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    if (!(await signInFrom(event.currentTarget))) setBusy(false);
  }
  return (
    <>
      <p>{why}</p>
      <form className="cc-form" onSubmit={submit} aria-label={words.signIn.title}>
        <PasswordFields email={email} />
        <div className="cc-row">
          <button type="submit" className="cc-button cc-primary" disabled={busy}>
            {busy ? words.signIn.busy : words.signIn.action}
          </button>
          <PasskeyButton />
        </div>
      </form>
    </>
  );
}

/** The values of a form's fields, by name. */
export function values(form: HTMLFormElement): (name: string) => string {
  const data = new FormData(form);
  return (name) => String(data.get(name) ?? '');
}

/** An instant with its time of day, and a length of time, in the page's language. */
export function useTimes(): { instant: (text: string) => string; duration: (seconds: number) => string } {
  const locale = useLocale().toLowerCase();
  const instants = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
  const UNITS = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const;
  return {
    instant: (text) => instants.format(new Date(text)),
    duration(seconds) {
      const parts: string[] = [];
      let rest = seconds;
      for (const [unit, length] of UNITS) {
        const count = Math.floor(rest / length);
        rest -= count * length;
        if (count > 0) parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count));
      }
      if (parts.length === 0) parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(rest));
      return new Intl.ListFormat(locale).format(parts);
    },
  };
}
