import { useState, type FormEvent, type ReactNode } from 'react';
import { currentSecret } from '../session';
import { useWords } from '../words';
import { call, useAction, type UserError } from './call';
import { Card, Continue, Done, Field, NewPassword, Problems, SignInFirst, values } from './parts';

interface Payload {
  errors: UserError[];
  livingApiKeyCount?: number | null;
  livingApiKeys?: { name: string }[] | null;
}

const VERIFY = 'mutation LinkVerifyEmail($input: VerifyEmailInput!) { verifyEmail(input: $input) { account { id } errors { code message path } } }';
const RESET = 'mutation LinkResetPassword($input: ResetPasswordInput!) { resetPassword(input: $input) { livingApiKeyCount livingApiKeys { name } errors { code message path } } }';
const CONFIRM =
  'mutation LinkConfirmEmailChange($input: ConfirmEmailChangeInput!) { confirmEmailChange(input: $input) { errors { code message path } } }';
const KEEP =
  'mutation LinkCancelFactorRemoval($input: CancelFactorRemovalInput!) { cancelFactorRemoval(input: $input) { cancelled errors { code message path } } }';
const UNDO =
  'mutation LinkUndoEmailChange($input: UndoEmailChangeInput!) { undoEmailChange(input: $input) { errors { code message path } } }';

/** One thing to do, and what came of it. */
function Once({
  words,
  fields,
  input,
  query,
  bySession = false,
}: {
  words: { about: string; action: string; done: string };
  fields?: ReactNode;
  input: (value: (name: string) => string) => Record<string, unknown>;
  query: string;
  bySession?: boolean;
}) {
  const { busy, problems, run } = useAction();
  const [done, setDone] = useState<Payload | null>(null);
  const { reset } = useWords();
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = input(values(event.currentTarget));
    const payload = await run(() => call<Payload>(query, { input: given }, bySession ? currentSecret() : null));
    if (payload) setDone(payload);
  }
  if (done) {
    const keys = done.livingApiKeys?.map(({ name }) => name) ?? [];
    const more = (done.livingApiKeyCount ?? keys.length) - keys.length;
    return (
      <>
        <Done>{words.done}</Done>
        {keys.length > 0 && (
          <p>
            {reset.livingKeys} {keys.join(', ')}
            {more > 0 && ` (+ ${more})`}
          </p>
        )}
        <Continue />
      </>
    );
  }
  return (
    <>
      <p>{words.about}</p>
      <form className="cc-form" onSubmit={submit}>
        {fields}
        <div className="cc-row">
          <button type="submit" className="cc-button cc-primary" disabled={busy}>
            {words.action}
          </button>
        </div>
      </form>
      <Problems problems={problems} />
    </>
  );
}

export function ConfirmRegistration({ token }: { token: string }) {
  const { registration, password } = useWords();
  return (
    <Card title={registration.title}>
      <Once
        words={registration}
        fields={<Field label={password.label} type="password" name="password" autoComplete="current-password" required />}
        input={(value) => ({ token, password: value('password') })}
        query={VERIFY}
      />
    </Card>
  );
}

export function SetPassword({ token }: { token: string }) {
  const { reset, password } = useWords();
  return (
    <Card title={reset.title}>
      <Once
        words={reset}
        fields={
          <>
            <NewPassword label={password.new} />
            <label className="cc-check">
              <input type="checkbox" name="revoke" value="yes" /> {reset.revokeKeys}
            </label>
          </>
        }
        input={(value) => ({ token, newPassword: value('password'), revokeApiKeys: value('revoke') !== '' })}
        query={RESET}
      />
    </Card>
  );
}

/** By the account's own session: the token alone confirms nothing. */
export function ConfirmAddress({ token }: { token: string }) {
  const { change } = useWords();
  return (
    <Card title={change.title}>
      <SignInFirst why={change.signInFirst}>
        <Once words={change} input={() => ({ token })} query={CONFIRM} bySession />
      </SignInFirst>
    </Card>
  );
}

/** The second factors stay. */
export function KeepFactors({ token }: { token: string }) {
  const { keepFactors } = useWords();
  return (
    <Card title={keepFactors.title}>
      <Once words={keepFactors} input={() => ({ token })} query={KEEP} />
    </Card>
  );
}

export function UndoChange({ token }: { token: string }) {
  const { undo } = useWords();
  return (
    <Card title={undo.title}>
      <Once words={undo} input={() => ({ token })} query={UNDO} />
    </Card>
  );
}
