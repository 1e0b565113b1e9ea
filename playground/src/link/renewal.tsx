import { useState, type FormEvent } from 'react';
import { currentSecret, useSession } from '../session';
import { call, useAction, type UserError } from './call';
import { Card, Done, Problems, values } from './parts';

const ASK =
  'mutation LinkRequestAccessRenewal($input: RequestAccessRenewalInput!) { requestAccessRenewal(input: $input) { errors { code message path } } }';

/** A member's access ends soon: they ask for more time. */
export function AskForTime({ membershipId }: { membershipId: string }) {
  const { status, identity } = useSession();
  const { busy, problems, run } = useAction();
  const [isDone, setDone] = useState(false);
  const isSignedIn = status === 'known' && identity?.kind === 'session';
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const message = values(event.currentTarget)('message').trim();
    const input = { membershipId, ...(message ? { message } : {}) };
    if (await run(() => call<{ errors: UserError[] }>(ASK, { input }, currentSecret()))) setDone(true);
  }
  if (isDone) {
    return (
      <Card title="Ask for more time">
        <Done>Your request is on its way. You get a mail when it is decided.</Done>
      </Card>
    );
  }
  return (
    <Card title="Ask for more time">
      <p>{isSignedIn ? 'An administrator decides. You may say why you need more time.' : 'Sign in above first: only you can ask for it.'}</p>
      <form className="cc-form" onSubmit={submit}>
        <label className="cc-field">
          <span>Message (not needed)</span>
          <textarea name="message" rows={4} maxLength={2000} />
        </label>
        <div className="cc-row">
          <button type="submit" className="cc-button cc-primary" disabled={busy || !isSignedIn}>
            Ask for more time
          </button>
        </div>
      </form>
      <Problems problems={problems} />
    </Card>
  );
}
