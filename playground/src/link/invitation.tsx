import { useCallback, useEffect, useState, type FormEvent } from 'react';
import { currentSecret, useSession } from '../session';
import { send } from '../transport';
import { call, useAction, type UserError } from './call';
import { Entry, filledIn, type SignUp } from './entry';
import { Card, Done, Field, NewPassword, Problems, values } from './parts';

const LOOK = `query LinkInvitation($token: String!) {
  invitationByToken(token: $token) {
    email state note expiresAt accessStartsAt accessEndsAt accountExists locale
    workspace { name signUp { terms termsVersion formForInvited fields { key label kind choices required } } }
    role { name } invitedBy { displayName }
  }
}`;
const ACCEPT =
  'mutation LinkAcceptInvitation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { membership { id } errors { code message path } } }';
const DECLINE =
  'mutation LinkDeclineInvitation($input: DeclineInvitationInput!) { declineInvitation(input: $input) { errors { code message path } } }';
const CREATE =
  'mutation LinkCreateAccount($input: CreateAccountInput!) { createAccount(input: $input) { membership { id } errors { code message path } } }';

export interface SignUpField {
  key: string;
  label: string;
  kind: 'TEXT' | 'CHOICE' | 'CHECKBOX';
  choices: string[];
  required: boolean;
}
export interface SignUpAnswer {
  key: string;
  value: string;
}
interface Invitation {
  email: string;
  state: 'PENDING' | 'ACCEPTED' | 'DECLINED' | 'CANCELLED' | 'EXPIRED';
  note: string | null;
  expiresAt: string;
  accessStartsAt: string | null;
  accessEndsAt: string | null;
  accountExists: boolean | null;
  locale: 'EN' | 'FR' | 'NL';
  workspace: { name: string; signUp: SignUp };
  role: { name: string } | null;
  invitedBy: { displayName: string } | null;
}
interface Payload {
  membership?: { id: string } | null;
  errors: UserError[];
}

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });
const day = (text: string) => DAY.format(new Date(text));

/** undefined: not known yet. */
function useInvitation(token: string): { invitation: Invitation | null | undefined; look: () => Promise<void> } {
  const [invitation, setInvitation] = useState<Invitation | null | undefined>(undefined);
  const look = useCallback(async () => {
    const reply = await send<{ invitationByToken: Invitation | null }>({ query: LOOK, variables: { token } }, null);
    setInvitation(reply.answer.data?.invitationByToken ?? null);
  }, [token]);
  useEffect(() => void look(), [look]);
  return { invitation, look };
}

function NewAccount({ invitation, token, onDone }: { invitation: Invitation; token: string; onDone: () => void }) {
  const { busy, problems, run } = useAction();
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const value = values(event.currentTarget);
    const input = {
      email: invitation.email,
      password: value('password'),
      givenName: value('givenName').trim(),
      familyName: value('familyName').trim(),
      locale: value('locale'),
      invitationToken: token,
      ...filledIn(invitation.workspace.signUp, value),
    };
    if (await run(() => call<Payload>(CREATE, { input }, null))) onDone();
  }
  return (
    <form className="cc-form" onSubmit={submit} aria-label="Make an account and accept">
      <p>Make your account, and you are in.</p>
      <Field label="E-mail address" type="email" name="email" autoComplete="username" value={invitation.email} readOnly />
      <Field label="Given name" name="givenName" autoComplete="given-name" maxLength={100} />
      <Field label="Family name" name="familyName" autoComplete="family-name" maxLength={100} />
      <label className="cc-field">
        <span>Language of mails</span>
        <select name="locale" defaultValue={invitation.locale}>
          <option value="EN">English</option>
          <option value="FR">Français</option>
          <option value="NL">Nederlands</option>
        </select>
      </label>
      <NewPassword />
      <Entry signUp={invitation.workspace.signUp} />
      <div className="cc-row">
        <button type="submit" className="cc-button cc-primary" disabled={busy}>
          Make the account and accept
        </button>
      </div>
      <Problems problems={problems} />
    </form>
  );
}

function Accept({ invitation, token, onDone }: { invitation: Invitation; token: string; onDone: () => void }) {
  const { status, identity } = useSession();
  const { busy, problems, run } = useAction();
  const isSignedIn = status === 'known' && identity?.kind === 'session';
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = { token, ...filledIn(invitation.workspace.signUp, values(event.currentTarget)) };
    if (await run(() => call<Payload>(ACCEPT, { input }, currentSecret()))) onDone();
  }
  return (
    <form className="cc-form" onSubmit={submit} aria-label="Accept the invitation">
      <p>
        {isSignedIn
          ? `You are signed in as ${identity.name}.`
          : `There is an account with the address ${invitation.email}: sign in with it above, then accept.`}
      </p>
      {isSignedIn && <Entry signUp={invitation.workspace.signUp} />}
      <div className="cc-row">
        <button type="submit" className="cc-button cc-primary" disabled={busy || !isSignedIn}>
          Accept the invitation
        </button>
      </div>
      <Problems problems={problems} />
    </form>
  );
}

/** Says no, or only refuses further mail where the invitation is over. */
function Decline({ token, over, onDone, onFailed }: { token: string; over: boolean; onDone: (said: string) => void; onFailed: () => void }) {
  const { busy, problems, run } = useAction();
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const refuseFurtherMail = over || values(event.currentTarget)('refuse') !== '';
    if (await run(() => call<Payload>(DECLINE, { input: { token, refuseFurtherMail } }, null))) {
      onDone(`${over ? '' : 'You declined the invitation. '}${refuseFurtherMail ? 'You get no more mail about invitations from there.' : ''}`.trim());
    } else onFailed();
  }
  return (
    <form className="cc-form" onSubmit={submit} aria-label={over ? 'Refuse further mail' : 'Decline'}>
      {!over && (
        <label className="cc-check">
          <input type="checkbox" name="refuse" value="yes" /> and send no more mail about invitations to this address
        </label>
      )}
      <div className="cc-row">
        <button type="submit" className="cc-button" disabled={busy}>
          {over ? 'Refuse further mail about invitations' : 'Decline'}
        </button>
      </div>
      <Problems problems={problems} />
    </form>
  );
}

export function InvitationCard({ token }: { token: string }) {
  const { invitation, look } = useInvitation(token);
  const [done, setDone] = useState<string | null>(null);
  if (invitation === undefined) {
    return (
      <Card title="Invitation">
        <p role="status">Looking it up…</p>
      </Card>
    );
  }
  if (invitation === null || invitation.state !== 'PENDING') {
    return (
      <Card title="This invitation is no longer open">
        <p>It was answered, taken back or replaced, or its time is over. Ask whoever invited you for a new one.</p>
        {done ? <Done>{done}</Done> : <Decline token={token} over onDone={setDone} onFailed={() => undefined} />}
      </Card>
    );
  }
  const { workspace, invitedBy, role, note } = invitation;
  return (
    <Card title={`Join ${workspace.name}`}>
      <p>
        {invitedBy ? `${invitedBy.displayName} invites ${invitation.email}` : `${invitation.email} is invited`} to become a member of{' '}
        {workspace.name}
        {role ? ` with the role ${role.name}` : ''}.
        {invitation.accessEndsAt ? ` Access ends on ${day(invitation.accessEndsAt)}.` : ''} The invitation is open until{' '}
        {day(invitation.expiresAt)}.
      </p>
      {note && <blockquote>{note}</blockquote>}
      {done ? (
        <>
          <Done>{done}</Done>
          <p>
            <a href="../">Go to the playground</a>
          </p>
        </>
      ) : (
        <>
          {invitation.accountExists ? (
            <Accept invitation={invitation} token={token} onDone={() => setDone(`You are a member of ${workspace.name}.`)} />
          ) : (
            <NewAccount
              invitation={invitation}
              token={token}
              onDone={() => setDone(`Your account is ready, and you are a member of ${workspace.name}. Sign in to begin.`)}
            />
          )}
          <Decline token={token} over={false} onDone={setDone} onFailed={() => void look()} />
        </>
      )}
    </Card>
  );
}
