//! `setSignInPolicy`: of whom a second factor is asked for, and from when on (MFA-10).

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Concerned, SecondFactorPolicy, SignInPolicy, rows};
use crate::{
    domain::{
        access::session_obstacle,
        audit::{self, AuditEventKind, FieldChange},
        error_code::{ErrorCode, Fault},
        id::{MembershipId, WorkspaceId},
    },
    service::{
        Access, Actor, Caller, Deps, Failure, UserError,
        write::{self, CallOptions, Committed, Event, InformedUseCase, Transaction, Verdict},
    },
    store::workspace::WorkspaceRef,
    words::message,
};

/// The shortest and the longest time between the call and the policy, in days.
const GRACE_DAYS: std::ops::RangeInclusive<i32> = 0..=90;

/// The time if none is given, in days.
const DEFAULT_GRACE_DAYS: i32 = 14;

/// The most members that the answer names.
const MOST_NAMED: usize = 100;

/// So many members are looked at with one statement.
const CHUNK: usize = 500;

/// Sets the policy of a workspace.
#[derive(Debug, Clone)]
pub struct SetSignInPolicy {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Of whom a second factor is asked for; `None` leaves it.
    pub second_factor: Option<SecondFactorPolicy>,
    /// In how many days, where it is asked of people.
    pub grace_days: Option<i32>,
}

/// Whom the policy concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySet {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Of whom a second factor is asked for, by its name.
    pub second_factor: String,
    /// From when on; none if of nobody.
    pub second_factor_from: Option<DateTime<Utc>>,
    /// Members without a second factor of whom one is asked: the first ones by id.
    pub concerned: Vec<MembershipId>,
    /// How many there are.
    pub concerned_count: i64,
}

impl PolicySet {
    /// Of whom a second factor is asked for.
    pub fn policy(&self) -> SecondFactorPolicy {
        SecondFactorPolicy::parse(&self.second_factor).unwrap_or(SecondFactorPolicy::Optional)
    }
}

/// Sets the policy (administrators, by session). Nothing if the input was refused.
pub async fn set(
    deps: &Deps,
    caller: &Caller,
    command: SetSignInPolicy,
    options: CallOptions,
) -> Result<Committed<Option<PolicySet>>, Failure> {
    by_session(caller)?;
    let workspace = command.workspace_id;
    let access = Access::open(deps, caller, &WorkspaceRef::Id(workspace))
        .await?
        .ok_or(Failure::NotFound)?;
    access.require_administrator(caller)?;
    let before = command.concerned(deps, &access).await?;
    write::run(deps, caller, workspace, &options, &(command, before)).await
}

fn by_session(caller: &Caller) -> Result<(), Failure> {
    match &caller.actor {
        Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
        Actor::Key(_) => Err(Failure::forbidden(message::not_by_key())),
        Actor::Session(_) => Ok(()),
    }
}

/// Members without a second factor of whom one is asked, and how many there are.
pub struct Named(Vec<MembershipId>, i64);

impl SetSignInPolicy {
    /// The policy after the call. The date stays if nothing else is asked for, and if the days lead
    /// to a date less than a day from it: the same call, sent again.
    fn changed(&self, policy: &SignInPolicy, now: DateTime<Utc>) -> SignInPolicy {
        let Some(wanted) = self.second_factor else {
            return *policy;
        };
        let is_in_force = policy.second_factor_from.is_none_or(|from| from <= now);
        if wanted == policy.second_factor && (is_in_force || self.grace_days.is_none()) {
            return *policy;
        }
        let days = self.grace_days.unwrap_or(DEFAULT_GRACE_DAYS);
        let date = now + Duration::days(days.into());
        let is_as_before = policy
            .second_factor_from
            .is_some_and(|from| (date - from).abs() < Duration::days(1));
        if wanted == policy.second_factor && is_as_before && days > 0 {
            return *policy;
        }
        policy.changed(wanted, now, date)
    }

    /// Whom the policy concerns, read before the lock: there may be very many.
    async fn concerned(&self, deps: &Deps, access: &Access) -> Result<Named, Failure> {
        let mut named = Named(Vec::new(), 0);
        let is_valid = self
            .grace_days
            .is_none_or(|days| GRACE_DAYS.contains(&days));
        let policy = self.changed(&access.snapshot.sign_in, access.now);
        if !is_valid || policy.second_factor == SecondFactorPolicy::Optional {
            return Ok(named);
        }
        let concerned = Concerned {
            workspace: access.workspace.id,
            facts: access.facts(),
            policy: policy.second_factor,
            now: access.now,
            t: policy
                .second_factor_from
                .map_or(access.now, |from| from.max(access.now)),
        };
        let mut after = None;
        loop {
            let (found, last) = concerned.page(deps.db.reader(), after, CHUNK).await?;
            named.1 += i64::try_from(found.len()).unwrap_or_default();
            let room = MOST_NAMED.saturating_sub(named.0.len());
            named.0.extend(found.iter().take(room).map(|(id, _)| *id));
            if last.is_none() {
                return Ok(named);
            }
            after = last;
        }
    }
}

impl InformedUseCase for SetSignInPolicy {
    const CHANGES_ACCESS: bool = true;
    type Output = Option<PolicySet>;
    type Before = Named;

    fn mutation(&self) -> &'static str {
        "setSignInPolicy"
    }

    fn authorize(&self, _: &Named, access: &Access, caller: &Caller) -> Result<(), Failure> {
        by_session(caller)?;
        access.require_administrator(caller)
    }

    fn needs_step_up(&self) -> bool {
        true
    }

    async fn run(
        &self,
        before: &Named,
        tx: &mut Transaction<'_>,
    ) -> Result<Verdict<Option<PolicySet>>, Failure> {
        if self
            .grace_days
            .is_some_and(|days| !GRACE_DAYS.contains(&days))
        {
            let (least, most) = (*GRACE_DAYS.start(), *GRACE_DAYS.end());
            let fault = Fault::out_of_range(least.into(), most.into());
            return Err(UserError::at(fault, "graceDays").into());
        }
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let old = tx.access.snapshot.sign_in;
        let new = self.changed(&old, now);
        // Whoever would be kept out by their own call sets up a factor first.
        if let (Some(member), Some(session)) = (&tx.access.member, tx.caller.session_facts())
            && session_obstacle(&new, session, tx.access.facts(), member, now).is_some()
        {
            return Err(UserError::at(ErrorCode::NoSecondFactor, "graceDays").into());
        }
        if new != old {
            let is_stricter = new.second_factor > new.second_factor_at(now)
                || new.second_factor > old.second_factor_at(now);
            rows::set(tx.db(), workspace, new, is_stricter, now).await?;
            tx.record(Event::new(
                AuditEventKind::SignInPolicyUpdated,
                workspace,
                changes(&old, &new),
            ));
        }
        let Named(concerned, concerned_count) = before;
        Ok(Verdict::keep(Some(PolicySet {
            workspace_id: workspace,
            second_factor: new.second_factor.as_str().to_owned(),
            second_factor_from: new.asked_from(),
            concerned: concerned.clone(),
            concerned_count: *concerned_count,
        })))
    }
}

fn changes(old: &SignInPolicy, new: &SignInPolicy) -> Vec<FieldChange> {
    let from = |policy: &SignInPolicy| -> Value {
        policy
            .asked_from()
            .map_or(Value::Null, |from| json!(audit::instant(from)))
    };
    let mut changes = Vec::new();
    if old.second_factor != new.second_factor {
        let (before, after) = (old.second_factor.as_str(), new.second_factor.as_str());
        changes.push(FieldChange::plain("secondFactor", before, after));
    }
    if from(old) != from(new) {
        changes.push(FieldChange::plain("secondFactorFrom", from(old), from(new)));
    }
    changes
}
