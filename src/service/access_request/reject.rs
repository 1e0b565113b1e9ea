//! `rejectAccessRequests`: many at once, with a word to those who asked (JOIN-3, BULK-1).

use super::{ended, rows, under_lock, waiting};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        id::{AccessRequestId, AccountId},
        mail::MailKind,
        outcome::RejectAccessRequestsOutcome,
        vocabulary::AccessRequestState,
    },
    service::{
        Access, Caller, Deps, Failure,
        bulk::{self, Item},
        sign_up,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::naming::Named,
};

/// The input of `rejectAccessRequests`.
#[derive(Debug, Clone)]
pub struct RejectAccessRequests {
    /// Which requests, in order.
    pub ids: Vec<AccessRequestId>,
    /// What to tell those who asked.
    pub reason: Option<String>,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// The results, in order.
type Output = Vec<Item<AccessRequestId, RejectAccessRequestsOutcome>>;

/// Rejects access requests (EWP).
pub async fn reject(
    deps: &Deps,
    caller: &Caller,
    mut input: RejectAccessRequests,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    bulk::check_list(deps, "ids", &input.ids)?;
    input.reason = bulk::prepared_reason(input.reason.as_deref());
    let ids = input.ids.iter().map(|id| id.0).collect();
    let workspace = bulk::named_workspace(deps, caller, Named::AccessRequest, ids).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

impl UseCase for RejectAccessRequests {
    const CHANGES_ACCESS: bool = false;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        "rejectAccessRequests"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        let reason = self.reason.as_deref();
        if let Some(error) = bulk::check_reason(reason) {
            return Err(Failure::Invalid(vec![error]));
        }
        let requests = under_lock(tx, &self.ids).await?;
        let (mut items, mut events) = (Vec::with_capacity(self.ids.len()), Vec::<Event>::new());
        let mut applicants: Vec<(AccountId, AccessRequestId)> = Vec::new();
        for (id, row) in waiting(&self.ids, &requests) {
            if let Ok(row) = row {
                events.push(ended(
                    AuditEventKind::AccessRequestRejected,
                    row,
                    AccessRequestState::Rejected,
                    reason,
                ));
                applicants.push((row.account_id, row.id));
            }
            items.push(Item::new(
                id,
                row.map(|_| RejectAccessRequestsOutcome::Rejected),
            ));
        }
        let rejected: Vec<AccessRequestId> = applicants.iter().map(|(_, id)| *id).collect();
        let decided = (tx.now, tx.caller.account_id());
        rows::decide(
            tx.db(),
            tx.workspace_id(),
            &rejected,
            (AccessRequestState::Rejected, reason),
            decided,
        )
        .await?;
        sign_up::tell_applicant(tx, MailKind::AccessRequestRejected, applicants).await?;
        tx.record_all(events);
        Ok(bulk::settle(items, self.atomic))
    }
}
