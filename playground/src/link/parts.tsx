import type { InputHTMLAttributes, ReactNode } from 'react';
import type { UserError } from './call';

export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="cc-card" aria-labelledby="cc-card-title">
      <h2 id="cc-card-title">{title}</h2>
      {children}
    </section>
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
export function NewPassword({ label = 'Password' }: { label?: string }) {
  return (
    <Field
      label={label}
      type="password"
      name="password"
      autoComplete="new-password"
      required
      minLength={8}
      hint="8 to 256 characters of any kind; 15 or more are better."
    />
  );
}

/** The values of a form's fields, by name. */
export function values(form: HTMLFormElement): (name: string) => string {
  const data = new FormData(form);
  return (name) => String(data.get(name) ?? '');
}
