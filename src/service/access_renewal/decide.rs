//! `decideAccessRenewals`: grants members more time, or does not (MEM-8). What approving does to
//! the end is what `setAccessPeriod` does to it, by the same rules (PERM-6, PERM-7).

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::{
            escalation::{self, Change, Target},
            facts::MemberFacts,
            state,
        },
        access_end::AccessEnd,
        audit::{self, FieldChange},
        error_code::ErrorCode,
        id::{AccessRenewalId, MembershipId},
        interval::Interval,
        mail::MailKind,
        outcome::DecideAccessRenewalsOutcome,
        vocabulary::{AccessRenewalState, MembershipState},
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        bulk::{self, Firsts, Item},
        known_items::KnownItems,
        member::period::{self, RequestedPeriod},
        write::{self, Affects, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        access_renewal::{self as rows, AccessRenewalRow, Decision},
        naming::Named,
        outbox::{self, NewMail, Receiver},
    },
    words::message,
};

/// The input of `decideAccessRenewals`.
#[derive(Debug, Clone)]
pub struct DecideAccessRenewals {
    /// Which, in order.
    pub ids: Vec<AccessRenewalId>,
    /// Grant more time?
    pub approve: bool,
    /// Until when.
    pub ends_at: Option<DateTime<Utc>>,
    /// Why, for the member.
    pub reason: Option<String>,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// The results, in order.
pub type Output = Vec<Item<AccessRenewalId, DecideAccessRenewalsOutcome>>;

/// Decides (EWP).
pub async fn decide(
    deps: &Deps,
    caller: &Caller,
    mut input: DecideAccessRenewals,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    bulk::check_list(deps, "ids", &input.ids)?;
    if !input.approve && input.ends_at.is_some() {
        return Err(Failure::bad_input(message::ends_at_with_approve()));
    }
    input.reason = bulk::prepared_reason(input.reason.as_deref());
    let ids = input.ids.iter().map(|id| id.0).collect();
    let workspace = bulk::named_workspace(deps, caller, Named::AccessRenewal, ids).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

/// One that is decided: whose, and the access period that they are to have.
type DecidedRenewal = (AccessRenewalRow, Arc<MemberFacts>, Option<Interval>);

impl UseCase for DecideAccessRenewals {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS_AND_KEYS;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        "decideAccessRenewals"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        let requested = self.ends_at.map(|at| RequestedPeriod {
            end: AccessEnd::At(at),
            starts_at: None,
        });
        let errors = self.errors(requested.as_ref(), tx.now);
        if !errors.is_empty() {
            return Err(Failure::Invalid(errors));
        }
        let (access, workspace) = (tx.access.clone(), tx.workspace_id());
        let rows = rows::by_ids(tx.db(), &self.ids, tx.now).await?.into_iter();
        let by_id: HashMap<_, _> = rows
            .filter(|row| row.workspace_id == workspace)
            .map(|row| (row.id, row))
            .collect();
        let members: Vec<MembershipId> = by_id.values().map(|row| row.membership_id).collect();
        let members = tx.members(&members).await?;
        let items = match &requested {
            Some(requested) => requested.items(tx, &access, &members).await?,
            None => KnownItems::default(),
        };
        let mut decided: Vec<DecidedRenewal> = Vec::new();
        let mut firsts = Firsts::default();
        let mut one = |id: &AccessRenewalId| {
            firsts.admit(*id)?;
            let row = by_id.get(id).ok_or(ErrorCode::NotFound)?;
            let member = members.get(&row.membership_id).ok_or(ErrorCode::NotFound)?;
            let period = period(&access, row, member, requested.as_ref(), &items)?;
            decided.push((row.clone(), Arc::clone(member), period));
            Ok(if period.is_some() {
                DecideAccessRenewalsOutcome::Approved
            } else {
                DecideAccessRenewalsOutcome::Rejected
            })
        };
        let results = self.ids.iter().map(|id| Item::new(*id, one(id))).collect();
        self.apply(tx, decided).await?;
        Ok(bulk::settle(results, self.atomic))
    }
}

/// The access period that the member is to have, `None` if the end stays; or why it cannot be
/// decided so.
fn period(
    access: &Access,
    row: &AccessRenewalRow,
    member: &MemberFacts,
    requested: Option<&RequestedPeriod>,
    items: &KnownItems,
) -> Result<Option<Interval>, ErrorCode> {
    escalation::may_change(
        access.facts(),
        access.subject(),
        Target::Member(member),
        Change::Period,
        access.now,
    )
    .map_err(|_| ErrorCode::Forbidden)?;
    match row.state {
        AccessRenewalState::Approved | AccessRenewalState::Rejected => {
            return Err(ErrorCode::AlreadyDecided);
        }
        AccessRenewalState::Closed if member.interval.end().is_none() => {
            return Err(ErrorCode::NoAccessEnd);
        }
        AccessRenewalState::Closed if state(member, access.now) == MembershipState::Ended => {
            return Err(ErrorCode::NotActive);
        }
        AccessRenewalState::Closed => return Err(ErrorCode::AlreadyDecided),
        AccessRenewalState::Pending => {}
    }
    let Some(requested) = requested else {
        return Ok(None);
    };
    let period = requested.decide(access, member, items)?;
    if period.ends_at <= member.interval.ends_at {
        Err(ErrorCode::NotLonger)
    } else {
        Ok(Some(period))
    }
}

impl DecideAccessRenewals {
    /// What is wrong about the input whoever it is for.
    fn errors(&self, requested: Option<&RequestedPeriod>, now: DateTime<Utc>) -> Vec<UserError> {
        let mut errors: Vec<UserError> = bulk::check_reason(self.reason.as_deref())
            .into_iter()
            .collect();
        match requested {
            Some(requested) => errors.extend(requested.errors(now)),
            None if self.approve => {
                errors.push(UserError::at(ErrorCode::AccessEndRequired, "endsAt"))
            }
            None => {}
        }
        errors
    }

    async fn apply(
        &self,
        tx: &mut Transaction<'_>,
        decided: Vec<DecidedRenewal>,
    ) -> Result<(), Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let decision = Decision {
            ends_at: self.ends_at,
            at: now,
            by: tx.caller.account_id(),
            reason: self.reason.clone(),
        };
        let ids: Vec<AccessRenewalId> = decided.iter().map(|(row, ..)| row.id).collect();
        rows::decide(tx.db(), workspace, &ids, &decision).await?;
        let (kind, mail) = match decision.state() {
            AccessRenewalState::Approved => (
                AuditEventKind::AccessRenewalApproved,
                MailKind::AccessRenewalApproved,
            ),
            AccessRenewalState::Rejected
            | AccessRenewalState::Pending
            | AccessRenewalState::Closed => (
                AuditEventKind::AccessRenewalRejected,
                MailKind::AccessRenewalRejected,
            ),
        };
        let mut mails = Vec::with_capacity(decided.len());
        let mut changed = Vec::new();
        for (row, member, period) in decided {
            let mut changes = vec![FieldChange::plain(
                "state",
                row.state.as_str(),
                decision.state().as_str(),
            )];
            if let Some(period) = period {
                changes.push(FieldChange::plain(
                    "endsAt",
                    Value::Null,
                    period.end().map(audit::instant),
                ));
                changed.push((Arc::clone(&member), period));
            }
            if let Some(reason) = &decision.reason {
                changes.push(FieldChange::personal(
                    "reason",
                    Value::Null,
                    reason.as_str(),
                ));
            }
            tx.record(Event {
                personal_of: Some(member.account_id),
                ..Event::new(kind, row.id, changes)
            });
            let new = NewMail::new(
                tx.deps.ids.uuid(now),
                mail,
                Receiver::Account(member.account_id),
            );
            mails.push(new.of(workspace).about(row.id));
        }
        period::apply(tx, changed).await?;
        outbox::queue(tx.db(), mails, now).await?;
        Ok(())
    }
}
