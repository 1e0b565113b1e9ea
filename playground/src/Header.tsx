import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { loadDemo, type Demo } from './demo';
import { Mark } from './Mark';
import {
  dismissMessage,
  knowsPasskeys,
  signIn,
  signInWithKey,
  signInWithPasskey,
  signOut,
  useSession,
  type Identity,
} from './session';
import { useWords } from './words';

type Method = 'password' | 'key';

const FIELD = { required: true, spellCheck: false, autoCapitalize: 'off', 'aria-describedby': 'cc-message' } as const;

/** Address, password, and the code once the server asks for it. */
export function PasswordFields({ email, takeFocus }: { email?: string; takeFocus?: boolean }) {
  const { needsSecondFactor, message } = useSession();
  const { signIn: words } = useWords();
  const first = useRef<HTMLInputElement>(null);
  const code = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takeFocus) first.current?.focus();
  }, [takeFocus]);
  useEffect(() => {
    if (needsSecondFactor) code.current?.focus();
  }, [needsSecondFactor]);
  const field = { ...FIELD, 'aria-invalid': message?.tone === 'error' || undefined };
  return (
    <>
      <label className="cc-field">
        <span>{words.email}</span>
        <input ref={first} type="email" name="email" autoComplete="username" defaultValue={email} {...field} />
      </label>
      <label className="cc-field">
        <span>{words.password}</span>
        <input type="password" name="password" autoComplete="current-password" {...field} />
      </label>
      {needsSecondFactor && (
        <label className="cc-field cc-field-short">
          <span>{words.code}</span>
          <input ref={code} type="text" name="code" autoComplete="one-time-code" {...field} />
        </label>
      )}
    </>
  );
}

/** Signs in with what a form of `PasswordFields` holds. */
export function signInFrom(form: HTMLFormElement): Promise<boolean> {
  const data = new FormData(form);
  const value = (name: string) => String(data.get(name) ?? '');
  return signIn(value('email').trim(), value('password'), value('code').trim());
}

/** With nothing typed, or in place of the code that the server asks for. */
export function PasskeyButton() {
  const { signIn: words } = useWords();
  const [busy, setBusy] = useState(false);
  if (!knowsPasskeys()) return null;
  return (
    <button
      type="button"
      className="cc-button"
      disabled={busy}
      onClick={async () => {
        setBusy(true);
        // Once signed in the button is gone.
        if (!(await signInWithPasskey())) setBusy(false);
      }}
    >
      {busy ? words.busy : words.passkey}
    </button>
  );
}

function SignInForm({ takeFocus }: { takeFocus: boolean }) {
  const { message } = useSession();
  const [method, setMethod] = useState<Method>('password');
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    setBusy(true);
    const done =
      method === 'key' ? await signInWithKey(String(new FormData(form).get('key') ?? '')) : await signInFrom(form);
    // Once signed in the form is gone.
    if (!done) setBusy(false);
  }

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
        <PasswordFields takeFocus={takeFocus} />
      ) : (
        <label className="cc-field cc-field-long">
          <span>API key</span>
          <input
            type="password"
            name="key"
            placeholder="cck_…"
            autoComplete="off"
            {...FIELD}
            aria-invalid={message?.tone === 'error' || undefined}
          />
        </label>
      )}
      <button type="submit" className="cc-button cc-primary" disabled={busy}>
        {busy ? 'Signing in…' : method === 'key' ? 'Use key' : 'Sign in'}
      </button>
      {method === 'password' && <PasskeyButton />}
    </form>
  );
}

/** One click, where the server says that it shows the demo. */
function DemoSignIn() {
  const [demo, setDemo] = useState<Demo | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => void loadDemo().then(setDemo), []);
  if (!demo) return null;
  return (
    <button
      type="button"
      className="cc-button cc-primary"
      disabled={busy}
      onClick={async () => {
        setBusy(true);
        if (!(await signIn(demo.email, demo.password, ''))) setBusy(false);
      }}
    >
      {busy ? 'Signing in…' : 'Sign in as the demo administrator'}
    </button>
  );
}

function SignedIn({ identity, takeFocus }: { identity: Identity; takeFocus: boolean }) {
  const { signIn: words } = useWords();
  const button = useRef<HTMLButtonElement>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (takeFocus) button.current?.focus();
  }, [takeFocus]);
  return (
    <div className="cc-identity">
      <p>
        <span className="cc-quiet">{identity.kind === 'key' ? 'Using API key' : words.signedInAs}</span>
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
        {words.signOut}
      </button>
    </div>
  );
}

/** The bar at the top and, below it, what there is to say about signing in. `signedOut`: what stands in the bar for a visitor. */
function Bar({ title, signedOut, takesFocus }: { title?: string; signedOut: ReactNode; takesFocus: boolean }) {
  const { status, identity, message, epoch } = useSession();
  const words = useWords();
  return (
    <header className="cc-header">
      <div className="cc-bar">
        <div className="cc-brand">
          <Mark />
          <h1>
            Concierge {title && <span>{title}</span>}
          </h1>
        </div>
        {status === 'known' && identity ? (
          <SignedIn key={`in-${epoch}`} identity={identity} takeFocus={takesFocus && epoch > 0} />
        ) : status === 'checking' ? (
          <p className="cc-quiet">{words.checking}</p>
        ) : (
          signedOut
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

/** The playground's header: whoever is not signed in can do so here. */
export function Header() {
  const { epoch } = useSession();
  return (
    <Bar
      title="GraphQL playground"
      takesFocus
      signedOut={
        <div className="cc-ways">
          <DemoSignIn />
          {/* Focus follows only what the person did here, not the page load. */}
          <SignInForm key={`out-${epoch}`} takeFocus={epoch > 0} />
        </div>
      }
    />
  );
}

/** The header of a page that asks for signing in by itself, where it needs it. */
export function PlainHeader() {
  return <Bar takesFocus={false} signedOut={null} />;
}
