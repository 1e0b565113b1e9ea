//! `sendPasswordResets`: mails members a link to set a new password (ACC-7). Whoever sends it never
//! sees the link, nor sets a password.

use crate::domain::error_code::ErrorCode;
use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::domain::audit::AuditEventKind;
use crate::domain::{
    access::{self, escalation},
    audit::FieldChange,
    id::{AccountId, MembershipId},
    outcome::SendPasswordResetsOutcome,
    vocabulary::MembershipState,
};
use crate::service::{
    Access, Caller, Deps, Failure,
    account::reset::{self, QueueOutcome},
    bulk::{self, Item},
    write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
};

/// The input of `sendPasswordResets`.
#[derive(Debug, Clone)]
pub struct SendPasswordResets {
    /// To whom, in order.
    pub membership_ids: Vec<MembershipId>,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// The results, in order.
pub type Output = Vec<Item<MembershipId, SendPasswordResetsOutcome>>;

/// Sends them (EWP). Only an administrator sends one to an administrator (PERM-6).
pub async fn send(
    deps: &Deps,
    caller: &Caller,
    input: SendPasswordResets,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    let workspace = bulk::workspace_of_members(deps, caller, &input.membership_ids).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

impl UseCase for SendPasswordResets {
    const CHANGES_ACCESS: bool = false;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        "sendPasswordResets"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        let access = tx.access.clone();
        let members = tx.members(&self.membership_ids).await?;
        // In the order of their ids: that is how accounts are locked.
        let mut receivers: BTreeMap<AccountId, MembershipId> = BTreeMap::new();
        let mut results = bulk::each_member(&self.membership_ids, &members, |member| {
            escalation::may_touch(access.facts(), access.subject(), member, access.now)
                .map_err(|_| ErrorCode::Forbidden)?;
            if access::state(member, access.now) == MembershipState::Ended {
                return Err(ErrorCode::NotActive);
            }
            receivers.insert(member.account_id, member.id);
            Ok(SendPasswordResetsOutcome::Sent)
        });
        let mut queued = HashMap::with_capacity(receivers.len());
        for (account, member) in receivers {
            queued.insert(
                member,
                reset::queue(tx.deps, tx.caller, tx.db(), account).await?,
            );
        }
        for item in results.iter_mut().filter(|item| item.outcome.is_some()) {
            match queued.get(&item.id) {
                Some(QueueOutcome::Sent) => {
                    let changes = vec![FieldChange::plain("passwordReset", Value::Null, "SENT")];
                    tx.record(Event::new(
                        AuditEventKind::PasswordResetSent,
                        item.id,
                        changes,
                    ));
                }
                Some(QueueOutcome::TooSoon) => {
                    item.outcome = Some(SendPasswordResetsOutcome::AlreadySent)
                }
                Some(QueueOutcome::NoAccount) | None => {
                    *item = Item::new(item.id, Err(ErrorCode::NotActive))
                }
            }
        }
        Ok(bulk::settle(results, self.atomic))
    }
}
