//! `approveReuses`, `rejectReuses`, `deleteReuses`: what holders of MANAGE_REUSES do with reuses, in
//! bulk (REUSE-1). A decision can be reversed; a deleted reuse is gone.

use std::{collections::HashMap, marker::PhantomData};

use serde_json::Value;

use super::rows;
use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        error_code::ErrorCode,
        id::ReuseId,
        mail::MailKind,
        outcome::DecideReusesOutcome,
        permission::Permission,
        vocabulary::ReuseState,
    },
    service::{
        Access, Caller, Deps, Failure,
        bulk::{self, Firsts, Item},
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        naming::Named,
        outbox::{self, NewMail, Receiver},
        reuse::{Decision, ReuseRow},
    },
};

/// What can be done with a reuse.
pub trait Verb: std::fmt::Debug + Send + Sync + 'static {
    /// The mutation's name in the API.
    const MUTATION: &'static str;
    /// The state that the reuse gets, with the mail to its submitter; `None` deletes it.
    const STATE: Option<(ReuseState, MailKind)>;
    /// The event.
    const EVENT: AuditEventKind;
    /// The result.
    const OUTCOME: DecideReusesOutcome;
}

/// Approves.
#[derive(Debug, Clone, Copy)]
pub struct Approve;

impl Verb for Approve {
    const MUTATION: &'static str = "approveReuses";
    const STATE: Option<(ReuseState, MailKind)> =
        Some((ReuseState::Approved, MailKind::ReuseApproved));
    const EVENT: AuditEventKind = AuditEventKind::ReuseApproved;
    const OUTCOME: DecideReusesOutcome = DecideReusesOutcome::Approved;
}

/// Rejects.
#[derive(Debug, Clone, Copy)]
pub struct Reject;

impl Verb for Reject {
    const MUTATION: &'static str = "rejectReuses";
    const STATE: Option<(ReuseState, MailKind)> =
        Some((ReuseState::Rejected, MailKind::ReuseRejected));
    const EVENT: AuditEventKind = AuditEventKind::ReuseRejected;
    const OUTCOME: DecideReusesOutcome = DecideReusesOutcome::Rejected;
}

/// Deletes.
#[derive(Debug, Clone, Copy)]
pub struct Delete;

impl Verb for Delete {
    const MUTATION: &'static str = "deleteReuses";
    const STATE: Option<(ReuseState, MailKind)> = None;
    const EVENT: AuditEventKind = AuditEventKind::ReuseDeleted;
    const OUTCOME: DecideReusesOutcome = DecideReusesOutcome::Deleted;
}

/// The input of the three mutations.
#[derive(Debug, Clone)]
pub struct DecideReuses<V> {
    /// Which, in order.
    pub ids: Vec<ReuseId>,
    /// Why.
    pub reason: Option<String>,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
    verb: PhantomData<V>,
}

/// The input of `approveReuses`.
pub type ApproveReuses = DecideReuses<Approve>;
/// The input of `rejectReuses`.
pub type RejectReuses = DecideReuses<Reject>;
/// The input of `deleteReuses`.
pub type DeleteReuses = DecideReuses<Delete>;

impl<V> DecideReuses<V> {
    /// The input, from its fields.
    pub const fn new(ids: Vec<ReuseId>, reason: Option<String>, atomic: bool) -> Self {
        Self {
            ids,
            reason,
            atomic,
            verb: PhantomData,
        }
    }
}

/// The results, in order.
pub type Output = Vec<Item<ReuseId, DecideReusesOutcome>>;

/// Decides, or deletes (MANAGE_REUSES).
pub async fn decide<V: Verb>(
    deps: &Deps,
    caller: &Caller,
    mut input: DecideReuses<V>,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    bulk::check_list(deps, "ids", &input.ids)?;
    input.reason = bulk::prepared_reason(input.reason.as_deref());
    let ids = input.ids.iter().map(|id| id.0).collect();
    let workspace = bulk::named_workspace(deps, caller, Named::Reuse, ids).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

impl<V: Verb> UseCase for DecideReuses<V> {
    const CHANGES_ACCESS: bool = false;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        V::MUTATION
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_credential()?;
        bulk::require_member(access)?;
        access.require(caller, Permission::ManageReuses)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        if let Some(error) = bulk::check_reason(self.reason.as_deref()) {
            return Err(error.into());
        }
        let workspace = tx.workspace_id();
        let rows = rows::with_deleted(tx.db(), &self.ids).await?.into_iter();
        let rows = rows.filter(|row| row.workspace_id == workspace && !row.deleted);
        let by_id: HashMap<ReuseId, ReuseRow> = rows.map(|row| (row.id, row)).collect();
        let (mut firsts, mut changed) = (Firsts::default(), Vec::new());
        let mut one = |id: &ReuseId| {
            firsts.admit(*id)?;
            let row = by_id.get(id).ok_or(ErrorCode::NotFound)?;
            if V::STATE.is_some_and(|(state, _)| state == row.state) {
                return Ok(DecideReusesOutcome::Unchanged);
            }
            changed.push(row);
            Ok(V::OUTCOME)
        };
        let results = self.ids.iter().map(|id| Item::new(*id, one(id))).collect();
        self.apply(tx, &changed).await?;
        Ok(bulk::settle(results, self.atomic))
    }
}

impl<V: Verb> DecideReuses<V> {
    async fn apply(&self, tx: &mut Transaction<'_>, changed: &[&ReuseRow]) -> Result<(), Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let ids: Vec<ReuseId> = changed.iter().map(|row| row.id).collect();
        for row in changed {
            tx.record(self.event(row));
        }
        let Some((state, mail)) = V::STATE else {
            rows::delete(tx.db(), workspace, &ids, now).await?;
            return Ok(());
        };
        let decision = Decision {
            state,
            at: now,
            by: tx.caller.account_id(),
            reason: self.reason.clone(),
        };
        rows::decide(tx.db(), workspace, &ids, decision).await?;
        // A decision that is reversed before its mail left is not told.
        let subjects: Vec<String> = ids.iter().map(ReuseId::to_string).collect();
        let kinds = [MailKind::ReuseApproved, MailKind::ReuseRejected];
        outbox::void(tx.db(), &kinds, workspace, &subjects, now).await?;
        let mails = changed.iter().map(|row| {
            let to = Receiver::Account(row.submitted_by);
            let new = NewMail::new(tx.deps.ids.uuid(now), mail, to);
            new.of(workspace).about(row.id)
        });
        let mails = mails.collect();
        Ok(outbox::queue(tx.db(), mails, now).await?)
    }

    fn event(&self, row: &ReuseRow) -> Event {
        let after = V::STATE.map(|(state, _)| state.as_str());
        let mut changes = vec![FieldChange::plain("state", row.state.as_str(), after)];
        if V::STATE.is_none() {
            changes.push(FieldChange::personal(
                "title",
                row.title.as_str(),
                Value::Null,
            ));
        }
        if let Some(reason) = &self.reason {
            let reason = reason.as_str();
            changes.push(FieldChange::personal("reason", Value::Null, reason));
        }
        Event {
            personal_of: Some(row.submitted_by),
            ..Event::new(V::EVENT, row.id, changes)
        }
    }
}
