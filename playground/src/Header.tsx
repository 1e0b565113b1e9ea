import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Mark } from './Mark';
import { dismissMessage, signIn, signInWithKey, signOut, useSession, type Identity } from './session';

type Method = 'password' | 'key';

function SignInForm({ takeFocus }: { takeFocus: boolean }) {
  const { needsSecondFactor, message } = useSession();
  const [method, setMethod] = useState<Method>('password');
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const code = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (takeFocus) first.current?.focus();
  }, [takeFocus]);
  useEffect(() => {
    if (needsSecondFactor) code.current?.focus();
  }, [needsSecondFactor]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = new FormData(event.currentTarget);
    const value = (name: string) => String(form.get(name) ?? '');
    setBusy(true);
    const done =
      method === 'key'
        ? await signInWithKey(value('key'))
        : await signIn(value('email').trim(), value('password'), value('code').trim());
    // Once signed in the form is gone.
    if (!done) setBusy(false);
  }

  const invalid = message?.tone === 'error' || undefined;
  const field = {
    required: true,
    spellCheck: false,
    autoCapitalize: 'off',
    'aria-invalid': invalid,
    'aria-describedby': 'cc-message',
  } as const;

  return (
    <form className="cc-signin" onSubmit={submit} aria-label="Sign in">
      <fieldset className="cc-method">
        <legend>Sign in with</legend>
        {(
          [
            ['password', 'E-mail'],
            ['key', 'API key'],
          ] as const
        ).map(([value, label]) => (
          <label key={value}>
            <input
              type="radio"
              name="method"
              value={value}
              checked={method === value}
              onChange={() => {
                setMethod(value);
                dismissMessage();
              }}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      {method === 'password' ? (
        <>
          <label className="cc-field" key="email">
            <span>E-mail address</span>
            <input ref={first} type="email" name="email" autoComplete="username" {...field} />
          </label>
          <label className="cc-field" key="password">
            <span>Password</span>
            <input type="password" name="password" autoComplete="current-password" {...field} />
          </label>
          {needsSecondFactor && (
            <label className="cc-field cc-field-short" key="code">
              <span>Code</span>
              <input ref={code} type="text" name="code" inputMode="numeric" autoComplete="one-time-code" {...field} />
            </label>
          )}
        </>
      ) : (
        <label className="cc-field cc-field-long" key="key">
          <span>API key</span>
          <input type="password" name="key" placeholder="cck_…" autoComplete="off" {...field} />
        </label>
      )}
      <button type="submit" className="cc-button cc-primary" disabled={busy}>
        {busy ? 'Signing in…' : method === 'key' ? 'Use key' : 'Sign in'}
      </button>
    </form>
  );
}

function SignedIn({ identity, takeFocus }: { identity: Identity; takeFocus: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (takeFocus) button.current?.focus();
  }, [takeFocus]);
  return (
    <div className="cc-identity">
      <p>
        <span className="cc-quiet">{identity.kind === 'key' ? 'Using API key' : 'Signed in as'}</span>
        <strong>{identity.name}</strong>
        {identity.detail && <span className="cc-quiet cc-detail">{identity.detail}</span>}
      </p>
      <button
        ref={button}
        type="button"
        className="cc-button"
        disabled={busy}
        onClick={() => {
          setBusy(true);
          void signOut();
        }}
      >
        Sign out
      </button>
    </div>
  );
}

export function Header({ title = 'GraphQL playground' }: { title?: string }) {
  const { status, identity, message, epoch } = useSession();
  // Focus follows only what the person did here, not the page load.
  const takeFocus = epoch > 0;
  return (
    <header className="cc-header">
      <div className="cc-bar">
        <div className="cc-brand">
          <Mark />
          <h1>
            Concierge <span>{title}</span>
          </h1>
        </div>
        {status === 'known' && identity ? (
          <SignedIn key={`in-${epoch}`} identity={identity} takeFocus={takeFocus} />
        ) : status === 'checking' ? (
          <p className="cc-quiet">Checking who is signed in…</p>
        ) : (
          <SignInForm key={`out-${epoch}`} takeFocus={takeFocus} />
        )}
      </div>
      <div id="cc-message" className="cc-message" aria-live="polite" aria-atomic="true">
        {message && (
          <div data-tone={message.tone}>
            <span>{message.text}</span>
            {message.tone !== 'spoken' && (
              <button type="button" className="cc-dismiss" aria-label="Dismiss message" onClick={dismissMessage}>
                ×
              </button>
            )}
          </div>
        )}
      </div>
    </header>
  );
}
