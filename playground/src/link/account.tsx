import { useState, type FormEvent } from 'react';
import { call, useAction, type UserError } from './call';
import { Card, Done, Field, NewPassword, Problems, values } from './parts';

interface Payload {
  errors: UserError[];
}

const VERIFY = 'mutation LinkVerifyEmail($input: VerifyEmailInput!) { verifyEmail(input: $input) { account { id } errors { code message path } } }';
const RESET = 'mutation LinkResetPassword($input: ResetPasswordInput!) { resetPassword(input: $input) { errors { code message path } } }';
const CONFIRM =
  'mutation LinkConfirmEmailChange($input: ConfirmEmailChangeInput!) { confirmEmailChange(input: $input) { errors { code message path } } }';
const UNDO =
  'mutation LinkUndoEmailChange($input: UndoEmailChangeInput!) { undoEmailChange(input: $input) { errors { code message path } } }';

/** A card with one thing to do, and what came of it. */
function Once({
  title,
  about,
  action,
  done,
  fields,
  input,
  query,
}: {
  title: string;
  about: string;
  action: string;
  done: string;
  fields?: React.ReactNode;
  input: (value: (name: string) => string) => Record<string, unknown>;
  query: string;
}) {
  const { busy, problems, run } = useAction();
  const [isDone, setDone] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = input(values(event.currentTarget));
    if (await run(() => call<Payload>(query, { input: given }, null))) setDone(true);
  }
  return (
    <Card title={title}>
      {isDone ? (
        <>
          <Done>{done}</Done>
          <p>
            <a href="../">Go to the playground</a>
          </p>
        </>
      ) : (
        <>
          <p>{about}</p>
          <form className="cc-form" onSubmit={submit}>
            {fields}
            <div className="cc-row">
              <button type="submit" className="cc-button cc-primary" disabled={busy}>
                {action}
              </button>
            </div>
          </form>
          <Problems problems={problems} />
        </>
      )}
    </Card>
  );
}

export function ConfirmRegistration({ token }: { token: string }) {
  return (
    <Once
      title="Confirm your address"
      about="Enter the password that you chose when you registered: it shows that the account is yours."
      action="Confirm the address"
      done="Your account is ready: sign in with your address and password."
      fields={<Field label="Password" type="password" name="password" autoComplete="current-password" required />}
      input={(value) => ({ token, password: value('password') })}
      query={VERIFY}
    />
  );
}

export function SetPassword({ token }: { token: string }) {
  return (
    <Once
      title="Set a new password"
      about="All sessions of the account end, and the link works once."
      action="Set the password"
      done="The password is set: sign in with it."
      fields={<NewPassword label="New password" />}
      input={(value) => ({ token, newPassword: value('password') })}
      query={RESET}
    />
  );
}

export function ConfirmAddress({ token }: { token: string }) {
  return (
    <Once
      title="Confirm your new address"
      about="From then on you sign in with the address that this mail came to. The one before is told, and can take it back for 72 hours."
      action="Confirm the address"
      done="The account has this address now."
      input={() => ({ token })}
      query={CONFIRM}
    />
  );
}

export function UndoChange({ token }: { token: string }) {
  return (
    <Once
      title="Take the change back"
      about="The account gets the address back that this mail came to. If it was not you who changed it, set a new password then."
      action="Take the change back"
      done="The account has its former address again. Set a new password if it was not you who changed it."
      input={() => ({ token })}
      query={UNDO}
    />
  );
}
