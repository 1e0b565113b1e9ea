import { useCallback, useEffect, useState } from 'react';
import { Mark } from '../Mark';

const SOURCE = '/playground/outbox.json';

interface Mail {
  id: string;
  kind: string | null;
  to: string | null;
  createdAt: string;
  sendAfter: string;
  state: 'QUEUED' | 'SENT' | 'DEAD' | 'OBSOLETE';
  subject: string | null;
  text: string | null;
  html: string | null;
  link: string | null;
}
type Load = { mails: Mail[] } | { problem: string } | null;

const STATES: Record<Mail['state'], string> = {
  QUEUED: 'Queued',
  SENT: 'Sent',
  DEAD: 'Given up',
  OBSOLETE: 'Not sent: no longer valid',
};
const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const time = (text: string) => TIME.format(new Date(text));
const title = (mail: Mail) => mail.subject ?? mail.kind ?? 'Unknown mail';
const receiver = (mail: Mail) => mail.to ?? (mail.kind === 'QUOTA_DIGEST' ? 'everyone concerned' : '(no recipient)');

async function load(): Promise<Load> {
  try {
    const response = await fetch(SOURCE, { cache: 'no-store', credentials: 'omit' });
    if (!response.ok) return { problem: `The outbox could not be read (status ${response.status}).` };
    return (await response.json()) as { mails: Mail[] };
  } catch {
    return { problem: 'The server could not be reached.' };
  }
}

function Body({ mail }: { mail: Mail }) {
  const [view, setView] = useState<'html' | 'text'>('html');
  if (mail.html === null || mail.text === null) {
    return <p className="cc-note">There is nothing to show: what this mail was about is gone, or it is rendered for each receiver when it is sent.</p>;
  }
  return (
    <>
      <div className="cc-views">
        <fieldset className="cc-method">
          <legend>Show as</legend>
          {(['html', 'text'] as const).map((value) => (
            <label key={value}>
              <input type="radio" name="view" value={value} checked={view === value} onChange={() => setView(value)} />
              <span>{value === 'html' ? 'HTML' : 'Plain text'}</span>
            </label>
          ))}
        </fieldset>
        {mail.link && (
          <a className="cc-button cc-link-button" href={mail.link} target="_blank" rel="noopener noreferrer">
            Open its link
          </a>
        )}
      </div>
      {view === 'html' ? (
        <iframe key={mail.id} className="cc-mail-html" title={`The mail in HTML: ${title(mail)}`} sandbox="" srcDoc={mail.html} />
      ) : (
        <pre className="cc-mail-text" tabIndex={0} aria-label="The mail in plain text">
          {mail.text}
        </pre>
      )}
    </>
  );
}

function Details({ mail }: { mail: Mail }) {
  return (
    <article className="cc-mail" aria-labelledby="cc-mail-subject">
      <h2 id="cc-mail-subject">{title(mail)}</h2>
      <dl>
        <div>
          <dt>To</dt>
          <dd>{receiver(mail)}</dd>
        </div>
        <div>
          <dt>Queued</dt>
          <dd>{time(mail.createdAt)}</dd>
        </div>
        {mail.sendAfter !== mail.createdAt && (
          <div>
            <dt>To be sent from</dt>
            <dd>{time(mail.sendAfter)}</dd>
          </div>
        )}
        <div>
          <dt>State</dt>
          <dd>{STATES[mail.state]}</dd>
        </div>
        {mail.kind && (
          <div>
            <dt>Kind</dt>
            <dd>
              <code>{mail.kind}</code>
            </dd>
          </div>
        )}
      </dl>
      <Body mail={mail} />
    </article>
  );
}

export function Outbox() {
  const [loaded, setLoaded] = useState<Load>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const refresh = useCallback(async () => setLoaded(await load()), []);
  useEffect(() => {
    void refresh();
    window.addEventListener('focus', refresh);
    return () => window.removeEventListener('focus', refresh);
  }, [refresh]);

  const mails = loaded && 'mails' in loaded ? loaded.mails : [];
  const shown = mails.find(({ id }) => id === chosen) ?? mails[0];
  return (
    <div className="cc-page">
      <header className="cc-header">
        <div className="cc-bar">
          <div className="cc-brand">
            <Mark />
            <h1>
              Concierge <span>Outbox</span>
            </h1>
          </div>
          <div className="cc-actions">
            <a href="../">GraphQL playground</a>
            <button type="button" className="cc-button" onClick={() => void refresh()}>
              Refresh
            </button>
          </div>
        </div>
      </header>
      <main className="cc-outbox">
        <p className="cc-note">
          No mail server is set, so nothing is sent. These are the newest mails with their links, for development only.
        </p>
        <div aria-live="polite">
          {loaded && 'problem' in loaded && (
            <p role="alert" className="cc-problem">
              {loaded.problem}
            </p>
          )}
          {loaded && 'mails' in loaded && mails.length === 0 && <p className="cc-note">The outbox is empty.</p>}
        </div>
        {shown && (
          <div className="cc-panes">
            <nav aria-label="Mails">
              <ul className="cc-mails">
                {mails.map((mail) => (
                  <li key={mail.id}>
                    <button
                      type="button"
                      aria-current={mail.id === shown.id || undefined}
                      onClick={() => setChosen(mail.id)}
                    >
                      <span className="cc-mail-title">{title(mail)}</span>
                      <span className="cc-quiet">{receiver(mail)}</span>
                      <span className="cc-quiet">
                        {time(mail.createdAt)}
                        {mail.state !== 'QUEUED' && ` · ${STATES[mail.state]}`}
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
            </nav>
            <Details mail={shown} />
          </div>
        )}
      </main>
    </div>
  );
}
