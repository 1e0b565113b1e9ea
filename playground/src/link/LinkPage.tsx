import { useEffect, useState } from 'react';
import { Header } from '../Header';
import { ConfirmAddress, ConfirmRegistration, SetPassword, UndoChange } from './account';
import { InvitationCard } from './invitation';
import { Card } from './parts';
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

const ELSEWHERE: [string, string][] = [
  ['request', 'an access request that waits for a decision'],
  ['renewal', 'a member who asks for more time'],
  ['member', 'a member of your workspace'],
  ['workspace', 'your workspace'],
];

function Content({ token, ids }: Brought) {
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
    case 'und':
      return <UndoChange token={token} />;
  }
  const membership = ids.get('membership');
  if (membership) return <AskForTime membershipId={membership} />;
  const found = ELSEWHERE.find(([name]) => ids.get(name));
  if (found) {
    const [name, what] = found;
    return (
      <Card title="In your portal">
        <p>
          This link is about {what}: <code>{ids.get(name)}</code>. A portal shows it on a page of its own; here, sign in and look it up in
          the <a href="../">playground</a> with <code>node(id: …)</code>.
        </p>
      </Card>
    );
  }
  return (
    <Card title="This link is not complete">
      <p>Open the link in the mail again, or copy all of it into the address bar: the part behind the # is missing here.</p>
    </Card>
  );
}

export function LinkPage() {
  const [brought, setBrought] = useState(read);
  useEffect(() => {
    const again = () => {
      if (window.location.hash.length > 1) setBrought(read());
    };
    window.addEventListener('hashchange', again);
    return () => window.removeEventListener('hashchange', again);
  }, []);
  return (
    <div className="cc-page">
      <Header title="Link" />
      <main className="cc-link">
        <Content key={brought.token} {...brought} />
      </main>
    </div>
  );
}
