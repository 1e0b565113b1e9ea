//! The mails about a policy (MFA-10): to each member whom it concerns and who has no second factor,
//! once for each policy, a batch under each lock.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Concerned, rows};
use crate::{
    domain::{audit, id::WorkspaceId, mail::MailKind},
    service::{
        Access, Caller, Deps, Failure,
        write::{self, CallOptions, Transaction, UseCase, Verdict},
    },
    store::outbox::{self, NewMail, Receiver},
};

/// The most members that are looked at under one lock.
pub const BATCH: usize = 500;

/// The workspaces with a policy about which mails are still to be queued.
pub async fn workspaces(deps: &Deps) -> Result<Vec<WorkspaceId>, Failure> {
    Ok(rows::workspaces_to_mail(deps.db.latest()).await?)
}

/// Queues mails to those of at most [`BATCH`] members whom the policy concerns. Answers whether there
/// may be more.
pub async fn batch(deps: &Deps, workspace: WorkspaceId) -> Result<bool, Failure> {
    let now = deps.clock.now();
    let caller = Caller::system(&deps.ids.uuid(now).to_string(), now);
    let options = CallOptions::default();
    let done = write::run(deps, &caller, workspace, &options, &MailConcerned).await?;
    Ok(done.output)
}

struct MailConcerned;

impl UseCase for MailConcerned {
    const CHANGES_ACCESS: bool = false;
    type Output = bool;

    fn mutation(&self) -> &'static str {
        "mailConcerned"
    }

    fn authorize(&self, _: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_system()
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<bool>, Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let Some(unmailed) = rows::unmailed(tx.db(), workspace).await? else {
            return Ok(Verdict::keep(false));
        };
        let concerned = Concerned {
            workspace,
            facts: tx.access.facts(),
            policy: unmailed.policy,
            now,
            t: unmailed.from.max(now),
        };
        let (found, last) = concerned.page(tx.db(), unmailed.up_to, BATCH).await?;
        let mails = found
            .iter()
            .map(|(id, account)| {
                let kind = MailKind::SecondFactorRequired;
                NewMail::new(tx.deps.ids.uuid(now), kind, Receiver::Account(*account))
                    .of(workspace)
                    .about(*id)
                    .saying(says(unmailed.from))
            })
            .collect();
        outbox::queue(tx.db(), mails, now).await?;
        rows::mailed(tx.db(), workspace, last, now).await?;
        Ok(Verdict::keep(last.is_some()))
    }
}

fn says(from: DateTime<Utc>) -> serde_json::Value {
    json!({ "requiredFrom": audit::instant(from) })
}
