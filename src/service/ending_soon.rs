//! Warns members of an end that comes soon (MEM-8): a mail to each, queued once for each end and
//! number of days.
//!
//! A warning changes nothing about access: no event, and nobody's facts. Under the workspace's lock
//! no end moves while its warning is queued. If it never runs, access ends all the same.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    Access, Caller, Deps, Failure,
    write::{self, CallOptions, Transaction, UseCase, Verdict},
};
use crate::{
    domain::{
        audit,
        ending_soon::days_left,
        id::{MembershipId, WorkspaceId},
        mail::MailKind,
    },
    store::{
        ending_soon as rows,
        outbox::{self, NewMail, Receiver},
    },
};

/// The most members who are warned under one lock.
pub const BATCH: usize = 500;

/// How many members one look-up finds at most.
pub const LOOKED_UP: usize = 10_000;

/// The members to warn, by workspace: at most [`LOOKED_UP`], those whose access ends first.
pub async fn due(deps: &Deps) -> Result<BTreeMap<WorkspaceId, Vec<MembershipId>>, Failure> {
    let now = deps.clock.now();
    let windows = deps.limits.warning_days.windows(now);
    let mut due: BTreeMap<WorkspaceId, Vec<MembershipId>> = BTreeMap::new();
    for (workspace, member) in rows::members(deps.db.latest(), &windows, now, LOOKED_UP).await? {
        due.entry(workspace).or_default().push(member);
    }
    Ok(due)
}

/// Warns those of `members`, at most [`BATCH`], who are still to be warned; answers how many that
/// were.
pub async fn batch(
    deps: &Deps,
    workspace: WorkspaceId,
    members: &[MembershipId],
) -> Result<usize, Failure> {
    let now = deps.clock.now();
    let caller = Caller::system(&deps.ids.uuid(now).to_string(), now);
    Ok(write::run(
        deps,
        &caller,
        workspace,
        &CallOptions::default(),
        &WarnOfAccessEnd(members.to_vec()),
    )
    .await?
    .output)
}

struct WarnOfAccessEnd(Vec<MembershipId>);

impl UseCase for WarnOfAccessEnd {
    const CHANGES_ACCESS: bool = false;
    type Output = usize;

    fn mutation(&self) -> &'static str {
        "warn"
    }

    fn authorize(&self, _: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_system()
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<usize>, Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let windows = tx.deps.limits.warning_days.windows(now);
        let due = rows::of_workspace(tx.db(), workspace, &self.0, &windows, now).await?;
        let count = due.len();
        let warned = rows::mark(tx.db(), workspace, due).await?;
        let mail = |warning: rows::DueWarning| {
            let mail = NewMail::new(
                tx.deps.ids.uuid(now),
                MailKind::AccessEnding,
                Receiver::Account(warning.account_id),
            );
            // The days that are left, not those of the warning: an end may be set within its
            // window.
            let says = json!({ "endsAt": audit::instant(warning.ends_at), "daysBefore": days_left(now, warning.ends_at) });
            mail.of(workspace).about(warning.membership_id).saying(says)
        };
        outbox::queue(tx.db(), warned.into_iter().map(mail).collect(), now).await?;
        Ok(Verdict::keep(count))
    }
}
