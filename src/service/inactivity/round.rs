//! Mails members who have not been active and disables them (MEM-12), one workspace at a time, a
//! batch under each lock. `domain::inactivity` says what is due when.

use serde_json::json;

use crate::{
    domain::{
        access::{assigned_administrator_now_or_later, facts::MemberFacts, state},
        audit,
        id::{MembershipId, WorkspaceId},
        inactivity::{self as policy, Due, Notice},
        mail::MailKind,
        vocabulary::MembershipState,
    },
    service::{
        Access, Caller, Deps, Failure,
        member::disable::{self, Reason},
        write::{self, Affects, CallOptions, Transaction, UseCase, Verdict},
    },
    store::{
        inactivity::{self as rows, Candidate, Sought},
        outbox::{self, NewMail, Receiver},
    },
};

/// The most members that are processed under one lock.
pub const BATCH: usize = 500;

/// The workspaces with a policy.
pub async fn workspaces(deps: &Deps) -> Result<Vec<WorkspaceId>, Failure> {
    Ok(rows::workspaces(deps.db.latest()).await?)
}

/// Processes at most [`BATCH`] members of a workspace for whom something is due. Returns how many.
pub async fn batch(deps: &Deps, workspace: WorkspaceId) -> Result<usize, Failure> {
    let now = deps.clock.now();
    // Most rounds find nobody: they take no lock.
    if due(deps.db.latest(), workspace, now, 1).await?.is_empty() {
        return Ok(0);
    }
    let caller = Caller::system(&deps.ids.uuid(now).to_string(), now);
    let options = CallOptions::default();
    let done = write::run(deps, &caller, workspace, &options, &DisableInactive).await?;
    Ok(done.output)
}

/// The members for whom something is due, with what it is.
async fn due(
    db: &impl sea_orm::ConnectionTrait,
    workspace: WorkspaceId,
    now: chrono::DateTime<chrono::Utc>,
    most: usize,
) -> Result<Vec<(Candidate, Due, i32)>, Failure> {
    let Some(set) = rows::policy(db, workspace).await? else {
        return Ok(Vec::new());
    };
    let days = set.disable_after_days;
    let found = rows::candidates(db, workspace, days, Sought::Due, now, most).await?;
    let step = |one: Candidate| {
        let due = policy::due(one.inactive_since, days, one.notice, now);
        (due != Due::Nothing).then_some((one, due, days))
    };
    Ok(found.into_iter().filter_map(step).collect())
}

struct DisableInactive;

impl UseCase for DisableInactive {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS_AND_KEYS;
    type Output = usize;

    fn mutation(&self) -> &'static str {
        "disableInactive"
    }

    fn authorize(&self, _: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_system()
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<usize>, Failure> {
        let (access, workspace, now) = (tx.access.clone(), tx.workspace_id(), tx.now);
        let due = due(tx.db(), workspace, now, BATCH).await?;
        let ids: Vec<MembershipId> = due.iter().map(|(one, ..)| one.membership_id).collect();
        let members = tx.members(&ids).await?;
        let (mut notices, mut mails) = (Vec::new(), Vec::new());
        let mut disabled: Vec<MemberFacts> = Vec::new();
        for (candidate, step, days) in &due {
            let Some(member) = members.get(&candidate.membership_id) else {
                continue;
            };
            let is_administrator = assigned_administrator_now_or_later(access.facts(), member, now);
            if is_administrator || state(member, now) != MembershipState::Active {
                continue;
            }
            let first = Notice {
                inactive_since: candidate.inactive_since,
                disable_after_days: *days,
                first_mail_at: now,
                second_mail_at: None,
            };
            let (notice, disabled_at) = match (step, candidate.notice) {
                (Due::FirstMail(at), _) => (first, *at),
                (Due::SecondMail(at), Some(sent)) => (
                    Notice {
                        second_mail_at: Some(now),
                        ..sent
                    },
                    *at,
                ),
                (Due::Disable, _) => {
                    disabled.push(MemberFacts::clone(member));
                    continue;
                }
                (Due::SecondMail(_), None) | (Due::Nothing, _) => continue,
            };
            notices.push((member.id, notice));
            let mail = NewMail::new(
                tx.deps.ids.uuid(now),
                MailKind::InactivityWarning,
                Receiver::Account(candidate.account_id),
            );
            let says = json!({
                "disabledAt": audit::instant(disabled_at),
                "inactiveSince": audit::instant(candidate.inactive_since),
            });
            mails.push(mail.of(workspace).about(member.id).saying(says));
        }
        rows::note(tx.db(), workspace, &notices).await?;
        outbox::queue(tx.db(), mails, now).await?;
        let processed = notices.len() + disabled.len();
        disable::disable_members(tx, &disabled, Reason::Inactive).await?;
        Ok(Verdict::keep(processed))
    }
}
