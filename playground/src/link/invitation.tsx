import { useCallback, useEffect, useState, type FormEvent } from 'react';
import { currentSecret, signInWithToken } from '../session';
import { send } from '../transport';
import { followSubject, LOCALE_NAMES, LOCALES, useWords, type Locale } from '../words';
import { call, useAction, type UserError } from './call';
import { Entry, filledIn, type SignUp } from './entry';
import { Card, Continue, Done, Facts, Field, NewPassword, Problems, SignInFirst, useTimes, values } from './parts';

const LOOK = `query LinkInvitation($token: String!) {
  invitationByToken(token: $token) {
    email givenName familyName state note expiresAt accessStartsAt accessEndsAt accessDurationSeconds accountExists locale
    workspace { name slug signUp { terms termsVersion formForInvited fields { key label kind choices required } } }
    role { name } invitedBy { displayName }
  }
}`;
const ACCEPT =
  'mutation LinkAcceptInvitation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { membership { id } errors { code message path } } }';
const DECLINE =
  'mutation LinkDeclineInvitation($input: DeclineInvitationInput!) { declineInvitation(input: $input) { errors { code message path } } }';
const CREATE =
  'mutation LinkCreateAccount($input: CreateAccountInput!) { createAccount(input: $input) { token membership { id } errors { code message path } } }';

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
  givenName: string | null;
  familyName: string | null;
  state: 'PENDING' | 'ACCEPTED' | 'DECLINED' | 'CANCELLED' | 'EXPIRED';
  note: string | null;
  expiresAt: string;
  accessStartsAt: string | null;
  accessEndsAt: string | null;
  accessDurationSeconds: number | null;
  accountExists: boolean | null;
  locale: Locale;
  workspace: { name: string; slug: string; signUp: SignUp };
  role: { name: string } | null;
  invitedBy: { displayName: string } | null;
}
interface Payload {
  token?: string | null;
  membership?: { id: string } | null;
  errors: UserError[];
}

/** undefined: not known yet. */
function useInvitation(token: string): { invitation: Invitation | null | undefined; look: () => Promise<void> } {
  const [invitation, setInvitation] = useState<Invitation | null | undefined>(undefined);
  const look = useCallback(async () => {
    const reply = await send<{ invitationByToken: Invitation | null }>({ query: LOOK, variables: { token } }, null);
    const found = reply.answer.data?.invitationByToken ?? null;
    if (found) followSubject(found.locale);
    setInvitation(found);
  }, [token]);
  useEffect(() => void look(), [look]);
  return { invitation, look };
}

function NewAccount({ invitation, token, onDone }: { invitation: Invitation; token: string; onDone: () => void }) {
  const { invitation: words, signIn: signInWords } = useWords();
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
    const created = await run(() => call<Payload>(CREATE, { input }, null));
    if (!created) return;
    if (created.token) await signInWithToken(created.token);
    onDone();
  }
  return (
    <form className="cc-form" onSubmit={submit} aria-label={words.create}>
      <p>{words.newAccount}</p>
      <Field label={signInWords.email} type="email" name="email" autoComplete="username" value={invitation.email} readOnly />
      <Field
        label={words.givenName}
        name="givenName"
        autoComplete="given-name"
        maxLength={100}
        defaultValue={invitation.givenName ?? ''}
      />
      <Field
        label={words.familyName}
        name="familyName"
        autoComplete="family-name"
        maxLength={100}
        defaultValue={invitation.familyName ?? ''}
      />
      <label className="cc-field">
        <span>{words.mailLanguage}</span>
        <select name="locale" defaultValue={invitation.locale}>
          {LOCALES.map((locale) => (
            <option key={locale} value={locale} lang={locale.toLowerCase()}>
              {LOCALE_NAMES[locale]}
            </option>
          ))}
        </select>
      </label>
      <NewPassword />
      <Entry signUp={invitation.workspace.signUp} />
      <div className="cc-row">
        <button type="submit" className="cc-button cc-primary" disabled={busy}>
          {words.create}
        </button>
      </div>
      <Problems problems={problems} />
    </form>
  );
}

function Accept({ invitation, token, onDone }: { invitation: Invitation; token: string; onDone: () => void }) {
  const { invitation: words } = useWords();
  const { busy, problems, run } = useAction();
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = { token, ...filledIn(invitation.workspace.signUp, values(event.currentTarget)) };
    if (await run(() => call<Payload>(ACCEPT, { input }, currentSecret()))) onDone();
  }
  return (
    <form className="cc-form" onSubmit={submit} aria-label={words.accept}>
      <Entry signUp={invitation.workspace.signUp} />
      <div className="cc-row">
        <button type="submit" className="cc-button cc-primary" disabled={busy}>
          {words.accept}
        </button>
      </div>
      <Problems problems={problems} />
    </form>
  );
}

/** Says no, or only refuses further mail where the invitation is over. */
function Decline({ token, over, onDone, onFailed }: { token: string; over: boolean; onDone: (said: string) => void; onFailed: () => void }) {
  const { invitation: words } = useWords();
  const { busy, problems, run } = useAction();
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const refuseFurtherMail = over || values(event.currentTarget)('refuse') !== '';
    if (await run(() => call<Payload>(DECLINE, { input: { token, refuseFurtherMail } }, null))) {
      onDone([over ? '' : words.declined, refuseFurtherMail ? words.refused : ''].join(' ').trim());
    } else onFailed();
  }
  return (
    <form className="cc-form" onSubmit={submit} aria-label={over ? words.refuseFurther : words.decline}>
      {!over && (
        <label className="cc-check">
          <input type="checkbox" name="refuse" value="yes" /> {words.refuse}
        </label>
      )}
      <div className="cc-row">
        <button type="submit" className="cc-button" disabled={busy}>
          {over ? words.refuseFurther : words.decline}
        </button>
      </div>
      <Problems problems={problems} />
    </form>
  );
}

/** When access begins, how long it lasts, when it ends: whatever the offer says of it. */
function useAccess({ accessStartsAt, accessEndsAt, accessDurationSeconds }: Invitation): string {
  const { invitation: words } = useWords();
  const { instant, duration } = useTimes();
  const start = accessStartsAt && instant(accessStartsAt);
  if (accessDurationSeconds !== null) {
    const time = duration(accessDurationSeconds);
    return start ? words.durationFrom(time, start) : words.durationFromAcceptance(time);
  }
  const end = accessEndsAt && instant(accessEndsAt);
  if (start && end) return words.fromUntil(start, end);
  if (start) return words.from(start);
  return end ? words.until(end) : words.noEnd;
}

function Open({ invitation, token, look }: { invitation: Invitation; token: string; look: () => Promise<void> }) {
  const { invitation: words, continueTo } = useWords();
  const { instant } = useTimes();
  const access = useAccess(invitation);
  const [declines, setDeclines] = useState(false);
  const [done, setDone] = useState<{ said: string; isMember: boolean } | null>(null);
  const { workspace, invitedBy, role, note } = invitation;
  if (declines && !done) {
    return (
      <Card title={words.declineTitle(workspace.name)}>
        <Decline
          token={token}
          over={false}
          onDone={(said) => setDone({ said, isMember: false })}
          onFailed={() => void look()}
        />
        <button type="button" className="cc-text-button" onClick={() => setDeclines(false)}>
          {words.back}
        </button>
      </Card>
    );
  }
  return (
    <Card title={words.join(workspace.name)}>
      {done ? (
        <>
          <Done>{done.said}</Done>
          {done.isMember ? (
            <Continue to={`?example=15-my-access&workspace=${workspace.slug}`} label={continueTo(workspace.name)} />
          ) : (
            <Continue />
          )}
        </>
      ) : (
        <>
          <Facts
            facts={[
              [words.for, invitation.email],
              [words.by, invitedBy && invitedBy.displayName],
              [words.role, role && role.name],
              [words.access, access],
              [words.openUntil, instant(invitation.expiresAt)],
            ]}
          />
          {note && <blockquote>{note}</blockquote>}
          {invitation.accountExists ? (
            <SignInFirst why={words.signInFirst} email={invitation.email}>
              <Accept
                invitation={invitation}
                token={token}
                onDone={() => setDone({ said: words.accepted(workspace.name), isMember: true })}
              />
            </SignInFirst>
          ) : (
            <NewAccount
              invitation={invitation}
              token={token}
              onDone={() => setDone({ said: words.created(workspace.name), isMember: true })}
            />
          )}
          <button type="button" className="cc-text-button" onClick={() => setDeclines(true)}>
            {words.declineInstead}
          </button>
        </>
      )}
    </Card>
  );
}

export function InvitationCard({ token }: { token: string }) {
  const { invitation, look } = useInvitation(token);
  const { invitation: words, lookingUp } = useWords();
  const [refused, setRefused] = useState<string | null>(null);
  if (invitation === undefined) {
    return (
      <Card title={words.title}>
        <p role="status">{lookingUp}</p>
      </Card>
    );
  }
  if (invitation === null || invitation.state !== 'PENDING') {
    return (
      <Card title={words.closed}>
        <p>{words.closedAbout}</p>
        {refused ? (
          <>
            <Done>{refused}</Done>
            <Continue />
          </>
        ) : (
          <Decline token={token} over onDone={setRefused} onFailed={() => undefined} />
        )}
      </Card>
    );
  }
  return <Open invitation={invitation} token={token} look={look} />;
}
