import { useEffect, useState, type FormEvent } from 'react';
import { currentSecret, useSession } from '../session';
import { send } from '../transport';
import { useWords } from '../words';
import { call, useAction, type UserError } from './call';
import { Card, Continue, Done, Facts, Problems, SignInFirst, useTimes, values } from './parts';

const LOOK = `query LinkMembership($id: ID!) {
  node(id: $id) { ... on Membership { state accessEndsAt endedAt accessSecondsRemaining viewerIs: account { id } workspace { name slug } } }
  viewer { account { id } }
}`;
const ASK =
  'mutation LinkRequestAccessRenewal($input: RequestAccessRenewalInput!) { requestAccessRenewal(input: $input) { errors { code message path } } }';

interface Membership {
  state: 'SCHEDULED' | 'ACTIVE' | 'DISABLED' | 'ENDED';
  accessEndsAt: string | null;
  endedAt: string | null;
  accessSecondsRemaining: number | null;
  viewerIs: { id: string };
  workspace: { name: string; slug: string };
}
interface Looked {
  node: Membership | null;
  viewer: { account: { id: string } | null };
}

/** undefined: not known yet; null: not one of the viewer's. */
function useMembership(id: string): Membership | null | undefined {
  const { epoch, status } = useSession();
  const [membership, setMembership] = useState<Membership | null | undefined>(undefined);
  useEffect(() => {
    if (status !== 'known') return;
    let isCurrent = true;
    void send<Looked>({ query: LOOK, variables: { id } }, currentSecret()).then(({ answer }) => {
      const { node, viewer } = answer.data ?? {};
      if (isCurrent) setMembership(node && node.viewerIs?.id === viewer?.account?.id ? node : null);
    });
    return () => {
      isCurrent = false;
    };
  }, [id, epoch, status]);
  return membership;
}

function Ask({ membershipId, onDone }: { membershipId: string; onDone: () => void }) {
  const { renewal: words } = useWords();
  const { busy, problems, run } = useAction();
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const message = values(event.currentTarget)('message').trim();
    const input = { membershipId, ...(message ? { message } : {}) };
    if (await run(() => call<{ errors: UserError[] }>(ASK, { input }, currentSecret()))) onDone();
  }
  return (
    <>
      <p>{words.about}</p>
      <form className="cc-form" onSubmit={submit}>
        <label className="cc-field">
          <span>{words.message}</span>
          <textarea name="message" rows={4} maxLength={2000} />
        </label>
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

function Signed({ membershipId, membership }: { membershipId: string; membership: Membership }) {
  const { renewal: words, continueTo } = useWords();
  const { instant, duration } = useTimes();
  const [isDone, setDone] = useState(false);
  const { workspace, accessEndsAt, accessSecondsRemaining, endedAt, state } = membership;
  const isOver = state === 'ENDED';
  const end = isOver ? (endedAt ?? accessEndsAt) : accessEndsAt;
  // Whole days, unless there is less than one.
  const left = accessSecondsRemaining !== null && accessSecondsRemaining >= 86_400 ? Math.floor(accessSecondsRemaining / 86_400) * 86_400 : accessSecondsRemaining;
  return (
    <>
      <Facts
        facts={[
          [words.workspace, workspace.name],
          [isOver ? words.ended : words.ends, end && (!isOver && left ? `${instant(end)} (${duration(left)})` : instant(end))],
        ]}
      />
      {isDone ? (
        <>
          <Done>{words.done}</Done>
          <Continue to={`?example=15-my-access&workspace=${workspace.slug}`} label={continueTo(workspace.name)} />
        </>
      ) : isOver ? (
        <p>{words.over}</p>
      ) : accessEndsAt === null ? (
        <p>{words.noEnd}</p>
      ) : (
        <Ask membershipId={membershipId} onDone={() => setDone(true)} />
      )}
    </>
  );
}

/** A member's access ends soon: they ask for more time. */
export function AskForTime({ membershipId }: { membershipId: string }) {
  const { renewal: words, lookingUp } = useWords();
  const { status } = useSession();
  const membership = useMembership(membershipId);
  const name = status === 'known' ? membership?.workspace.name : undefined;
  return (
    <Card title={name ? words.titleFor(name) : words.title}>
      <SignInFirst why={words.signInFirst}>
        {membership === undefined ? (
          <p role="status">{lookingUp}</p>
        ) : membership === null ? (
          <p>{words.notYours}</p>
        ) : (
          <Signed membershipId={membershipId} membership={membership} />
        )}
      </SignInFirst>
    </Card>
  );
}
