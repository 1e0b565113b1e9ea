//! Reminds the invited of an invitation that lapses soon (JOIN-15): once in a term, and only where
//! its mail went out and lay there before. A reminder changes nothing about the invitation: no
//! event.

use std::collections::BTreeMap;

use chrono::Duration;

use super::sending::{Addressee, Sending};
use crate::{
    domain::{
        id::{InvitationId, WorkspaceId},
        vocabulary::DeliveryState,
    },
    service::{
        Access, Caller, Deps, Failure,
        write::{self, CallOptions, Transaction, UseCase, Verdict},
    },
    store::invitation::{InvitationRow, reminding as rows, write::known},
};

/// The most invitations that are dealt with under one lock.
pub const BATCH: usize = 500;

/// How many invitations one look-up finds at most.
pub const LOOKED_UP: i64 = 10_000;

/// The invitations that end soon, by workspace.
pub async fn due(deps: &Deps) -> Result<BTreeMap<WorkspaceId, Vec<InvitationId>>, Failure> {
    let now = deps.clock.now();
    let before = deps.limits.invitations.reminder;
    let mut due: BTreeMap<WorkspaceId, Vec<InvitationId>> = BTreeMap::new();
    if before > Duration::zero() {
        for (workspace, id) in rows::due(deps.db.latest(), now + before, now, LOOKED_UP).await? {
            due.entry(workspace).or_default().push(id);
        }
    }
    Ok(due)
}

/// Deals with those of `ids`, at most [`BATCH`], that are still due; answers how many that were.
pub async fn batch(
    deps: &Deps,
    workspace: WorkspaceId,
    ids: &[InvitationId],
) -> Result<usize, Failure> {
    let now = deps.clock.now();
    let caller = Caller::system(&deps.ids.uuid(now).to_string(), now);
    Ok(write::run(
        deps,
        &caller,
        workspace,
        &CallOptions::default(),
        &RemindInvited(ids.to_vec()),
    )
    .await?
    .output)
}

struct RemindInvited(Vec<InvitationId>);

impl UseCase for RemindInvited {
    const CHANGES_ACCESS: bool = false;
    type Output = usize;

    fn mutation(&self) -> &'static str {
        "remind"
    }

    fn authorize(&self, _: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_system()
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<usize>, Failure> {
        let (workspace, before) = (tx.workspace_id(), tx.deps.limits.invitations.reminder);
        let due = rows::still_due(tx.db(), workspace, &self.0, tx.now + before, tx.now).await?;
        if due.is_empty() {
            return Ok(Verdict::keep(0));
        }
        let ids: Vec<InvitationId> = due.iter().map(|row| row.id).collect();
        rows::mark(tx.db(), workspace, &ids).await?;
        let reminded: Vec<&InvitationRow> =
            due.iter().filter(|row| is_reminded(row, before)).collect();
        let addresses: Vec<&str> = reminded
            .iter()
            .map(|row| row.email_canonical.as_str())
            .collect();
        let accounts = known(tx.db(), workspace, &addresses, tx.now).await?;
        let mut sending = Sending::load(tx, &addresses).await?;
        for row in reminded {
            let account = accounts.get(&row.email_canonical);
            let to = Addressee {
                email: &row.email,
                canonical: &row.email_canonical,
                account,
                locale: row.offer.locale,
            };
            sending.remind(tx, row.id, row.generation, &to);
        }
        sending.queue(tx).await?;
        Ok(Verdict::keep(due.len()))
    }
}

/// Whether the invited had the mail before the time of the reminder: a term that was shorter from
/// the start needs none, and who was never reached is not reminded.
fn is_reminded(row: &InvitationRow, before: Duration) -> bool {
    let since = match row.delivery {
        Some(delivery) if matches!(delivery.state, DeliveryState::Sent | DeliveryState::Queued) => {
            delivery.at
        }
        Some(_) => return false,
        // Of before deliveries were kept.
        None => row.created_at,
    };
    since < row.expires_at - before
}
