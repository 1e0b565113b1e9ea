//! `setAccessPeriod`: sets, extends, shortens or removes the end of members' access, and moves a
//! start that lies ahead (MEM-2, MEM-5, PERM-6, PERM-7, TIME-2, TIME-4, TIME-7).

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};

use crate::domain::audit::AuditEventKind;
use crate::service::{
    Access, Caller, Deps, Failure, UserError,
    administrators::Administrators,
    bulk::{self, Item},
    known_items::KnownItems,
    write::{self, Affects, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
};
use crate::{
    domain::{
        access::{
            self,
            escalation::{self, Change, Target},
            facts::MemberFacts,
            rights_gained,
        },
        access_end::AccessEnd,
        audit::{self, FieldChange},
        error_code::ErrorCode,
        id::MembershipId,
        interval::Interval,
        outcome::SetAccessPeriodOutcome,
        timeline,
        vocabulary::MembershipState,
    },
    store::{access_renewal, membership},
    words::message::{self, all_of},
};

/// The input of `setAccessPeriod`.
#[derive(Debug, Clone)]
pub struct SetAccessPeriod {
    /// Whose access, in order.
    pub membership_ids: Vec<MembershipId>,
    /// Until when; a duration counts from the later of now and the start.
    pub end: AccessEnd,
    /// From when: for memberships that have not begun.
    pub starts_at: Option<DateTime<Utc>>,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// The results, in order.
pub type Output = Vec<Item<MembershipId, SetAccessPeriodOutcome>>;

/// What an input says of the end: exactly one of the three; `unlimited: false` says nothing.
pub fn end(
    ends_at: Option<DateTime<Utc>>,
    duration_seconds: Option<i64>,
    unlimited: Option<bool>,
) -> Result<AccessEnd, Failure> {
    match (ends_at, duration_seconds, unlimited.unwrap_or_default()) {
        (Some(at), None, false) => Ok(AccessEnd::At(at)),
        (None, Some(seconds), false) => Ok(AccessEnd::After(seconds)),
        (None, None, true) => Ok(AccessEnd::Never),
        _ => Err(Failure::bad_input(message::exactly_one_of(all_of(&[
            "endsAt",
            "durationSeconds",
            "unlimited: true",
        ])))),
    }
}

/// Sets the access period of members (EWP).
pub async fn set(
    deps: &Deps,
    caller: &Caller,
    input: SetAccessPeriod,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    let workspace = bulk::workspace_of_members(deps, caller, &input.membership_ids).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

/// The access period that somebody asks for, whoever it is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestedPeriod {
    /// Until when.
    pub(crate) end: AccessEnd,
    /// From when: for memberships that have not begun.
    pub(crate) starts_at: Option<DateTime<Utc>>,
}

impl UseCase for SetAccessPeriod {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS_QUOTAS_AND_KEYS;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        "setAccessPeriod"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        let requested = RequestedPeriod {
            end: self.end,
            starts_at: self.starts_at,
        };
        let errors = requested.errors(tx.now);
        if !errors.is_empty() {
            return Err(Failure::Invalid(errors));
        }
        let access = tx.access.clone();
        let mut administrators = Administrators::count(tx).await?;
        let members = tx.members(&self.membership_ids).await?;
        let items = requested.items(tx, &access, &members).await?;
        let mut changed: Vec<(Arc<MemberFacts>, Interval)> = Vec::new();
        let results = bulk::each_member(&self.membership_ids, &members, |member| {
            let period = requested.decide(&access, member, &items)?;
            if period == member.interval {
                return Ok(SetAccessPeriodOutcome::Unchanged);
            }
            let after = member.with_period(period);
            administrators.change(access.facts(), member, &after, access.now)?;
            changed.push((Arc::new(member.clone()), period));
            Ok(SetAccessPeriodOutcome::Changed)
        });
        apply(tx, changed).await?;
        Ok(bulk::settle(results, self.atomic))
    }
}

/// Gives members these access periods, and records it.
pub(crate) async fn apply(
    tx: &mut Transaction<'_>,
    changed: Vec<(Arc<MemberFacts>, Interval)>,
) -> Result<(), Failure> {
    let rows: Vec<_> = changed
        .iter()
        .map(|(member, period)| (member.id, *period))
        .collect();
    let moved = changed
        .iter()
        .filter(|(member, period)| member.interval.starts_at != period.starts_at);
    let moved: Vec<_> = moved
        .map(|(member, period)| (member.id, period.starts_at))
        .collect();
    membership::move_starts(tx.db(), tx.workspace_id(), &moved).await?;
    membership::set_periods(tx.db(), tx.workspace_id(), &rows).await?;
    let endless: Vec<_> = rows
        .iter()
        .filter(|(_, period)| period.end().is_none())
        .map(|(id, _)| *id)
        .collect();
    access_renewal::close(tx.db(), tx.workspace_id(), &endless).await?;
    for (member, period) in changed {
        tx.touch(member.id);
        tx.record(event(&member, period));
    }
    Ok(())
}

impl RequestedPeriod {
    /// What is wrong about the input whoever it is for.
    pub(crate) fn errors(&self, now: DateTime<Utc>) -> Vec<UserError> {
        let wrong = timeline::requested_interval(self.starts_at, self.end.at(), now)
            .err()
            .unwrap_or_default();
        let mut errors = bulk::period_errors(wrong, "startsAt", "endsAt");
        let fault = self.end.fault();
        errors.extend(fault.map(|fault| UserError::at(fault, "durationSeconds")));
        errors
    }

    /// The access period that the member is to have, or why there is none.
    fn period(&self, member: &MemberFacts, now: DateTime<Utc>) -> Result<Interval, ErrorCode> {
        if access::state(member, now) == MembershipState::Ended {
            return Err(ErrorCode::NotActive);
        }
        let old = member.interval.starts_at;
        let starts_at = match self.starts_at {
            Some(_) if old <= now => return Err(ErrorCode::AlreadyStarted),
            Some(at) => at.max(now),
            None => old,
        };
        let from = starts_at.max(now);
        let ends_at = self.end.counted_from(from).ok_or(ErrorCode::OutOfRange)?;
        if ends_at <= from {
            Err(ErrorCode::EndsBeforeStart)
        } else {
            Ok(Interval::new(starts_at, ends_at))
        }
    }

    /// The items that longer access would give access to.
    pub(crate) async fn items(
        &self,
        tx: &Transaction<'_>,
        access: &Access,
        members: &HashMap<MembershipId, Arc<MemberFacts>>,
    ) -> Result<KnownItems, Failure> {
        let periods = members
            .values()
            .filter_map(|member| Some((member, self.period(member, access.now).ok()?)));
        KnownItems::load(
            tx,
            periods.flat_map(|(member, period)| rights_gained(access.facts(), member, period)),
        )
        .await
    }

    /// The access period that the member is to have, if the caller may give it (PERM-6, PERM-7).
    pub(crate) fn decide(
        &self,
        access: &Access,
        member: &MemberFacts,
        items: &KnownItems,
    ) -> Result<Interval, ErrorCode> {
        let (facts, actor, now) = (access.facts(), access.subject(), access.now);
        escalation::may_change(facts, actor, Target::Member(member), Change::Period, now)
            .map_err(|_| ErrorCode::Forbidden)?;
        let period = self.period(member, now)?;
        let gained = rights_gained(facts, member, period);
        if !gained.is_empty() {
            escalation::may_give_back(facts, actor, member, now)
                .map_err(|_| ErrorCode::Forbidden)?;
        }
        escalation::may_pass_on(facts, actor, &gained, &|id| items.find(id), now)
            .map_err(|_| ErrorCode::Forbidden)?;
        Ok(period)
    }
}

fn event(member: &MemberFacts, period: Interval) -> Event {
    let (starts, ends) = (audit::instant, |period: Interval| {
        period.end().map(audit::instant)
    });
    let mut changes = vec![
        FieldChange::plain(
            "startsAt",
            starts(member.interval.starts_at),
            starts(period.starts_at),
        ),
        FieldChange::plain("endsAt", ends(member.interval), ends(period)),
    ];
    changes.retain(|change| change.before != change.after);
    Event::new(AuditEventKind::AccessPeriodChanged, member.id, changes)
}
