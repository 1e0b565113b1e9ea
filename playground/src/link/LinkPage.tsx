import { useEffect, useState } from 'react';
import { PlainHeader } from '../Header';
import { chooseLocale, LOCALE_NAMES, LOCALES, useLocale, useWords, type Locale } from '../words';
import { ConfirmAddress, ConfirmRegistration, KeepFactors, SetPassword, UndoChange } from './account';
import { InvitationCard } from './invitation';
import { Card, Continue } from './parts';
import { AskForTime } from './renewal';

/** What the address bar brought: a token behind `#`, or plain ids behind `?`. */
interface Brought {
  token: string;
  ids: URLSearchParams;
}

function read(): Brought {
  const brought = { token: window.location.hash.slice(1), ids: new URLSearchParams(window.location.search) };
  // Neither the history nor a bookmark keeps the token.
  if (brought.token) window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return brought;
}

/** What a portal has pages for, and the playground an example that shows it. */
const ELSEWHERE = [
  ['request', '11-who-waits'],
  ['renewal', '14-access-renewals'],
  ['member', '02-members'],
  ['workspace', '15-my-access'],
] as const;

function Content({ token, ids }: Brought) {
  const words = useWords();
  const [, kind] = /^ccl_([a-z]{3})_/.exec(token) ?? [];
  switch (kind) {
    case 'reg':
      return <ConfirmRegistration token={token} />;
    case 'inv':
      return <InvitationCard token={token} />;
    case 'rst':
      return <SetPassword token={token} />;
    case 'chg':
      return <ConfirmAddress token={token} />;
    case 'fac':
      return <KeepFactors token={token} />;
    case 'und':
      return <UndoChange token={token} />;
  }
  const membership = ids.get('membership');
  if (membership) return <AskForTime membershipId={membership} />;
  const subject = ELSEWHERE.find(([name]) => ids.get(name));
  if (subject) {
    const [name, example] = subject;
    return (
      <Card title={words.elsewhere.title}>
        <p>
          {words.elsewhere[name]} <code>{ids.get(name)}</code>
        </p>
        <p>{words.elsewhere.about}</p>
        <Continue to={`?example=${example}`} label={words.elsewhere.action} />
      </Card>
    );
  }
  return (
    <Card title={words.incomplete.title}>
      <p>{words.incomplete.about}</p>
    </Card>
  );
}

function Languages() {
  const words = useWords();
  const locale = useLocale();
  return (
    <footer className="cc-languages">
      <label>
        <span>{words.language}</span>{' '}
        <select value={locale} onChange={(event) => chooseLocale(event.target.value as Locale)}>
          {LOCALES.map((name) => (
            <option key={name} value={name} lang={name.toLowerCase()}>
              {LOCALE_NAMES[name]}
            </option>
          ))}
        </select>
      </label>
    </footer>
  );
}

export function LinkPage() {
  const [brought, setBrought] = useState(read);
  const words = useWords();
  useEffect(() => {
    document.title = `Concierge – ${words.linkTitle}`;
  }, [words]);
  useEffect(() => {
    const again = () => {
      if (window.location.hash.length > 1) setBrought(read());
    };
    window.addEventListener('hashchange', again);
    return () => window.removeEventListener('hashchange', again);
  }, []);
  return (
    <div className="cc-page">
      <PlainHeader />
      <main className="cc-link">
        <Content key={brought.token} {...brought} />
        <Languages />
      </main>
    </div>
  );
}
