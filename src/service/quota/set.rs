//! `setQuotas`: values of one scope and subject over intervals (QUOTA-1, TIME-8, PERM-6, PERM-7).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::plan::{NewQuota, Table};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::{
            self,
            escalation::{self, Change, Target},
        },
        audit::{self, FieldChange},
        error_code::{ErrorCode, Fault},
        id::{GroupId, MembershipId, WorkspaceId},
        interval::Interval,
        limit::{LimitKind, ReachedLimit},
        permission::Permission,
        quota::{LimitError, MAX_LIMIT, check_limit, may_raise, member_period},
        timeline,
        vocabulary::{MembershipState, QuotaType},
    },
    service::{
        Access, Caller, Deps, Failure, UserError, bulk,
        write::{
            self, Affects, CallOptions, Committed, Event, MOST_COUNTED, Transaction, UseCase,
            Verdict,
        },
    },
    store::quota::{self as quotas, value as rows},
    words::message,
};

pub use crate::store::quota::value::{SetFor, ValueRow};

/// The most values of one call.
pub const MOST_VALUES: usize = 100;

/// The most values of one type, scope and subject that count now or later.
const MOST_AHEAD: usize = 100;

/// One value as it is asked for.
#[derive(Debug, Clone)]
pub struct AskedValue {
    /// The quota that is limited.
    pub quota_type: QuotaType,
    /// The limit; `None` removes what is there.
    pub limit: Option<i64>,
    /// From when; absent: now.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when; absent: without end. What was there before resumes then (TIME-8).
    pub ends_at: Option<DateTime<Utc>>,
}

/// The input of `setQuotas`.
#[derive(Debug, Clone)]
pub struct SetQuotas {
    /// The workspace that the values are set in.
    pub workspace_id: WorkspaceId,
    /// For whom: DEFAULT, GROUP or MEMBER.
    pub set_for: SetFor,
    /// The values, at most one of a type at a time.
    pub values: Vec<AskedValue>,
}

/// Sets quota values (EWP).
pub async fn set(
    deps: &Deps,
    caller: &Caller,
    input: SetQuotas,
    options: CallOptions,
) -> Result<Committed<()>, Failure> {
    check_count(input.values.len())?;
    match input.set_for {
        SetFor::License => {
            return Err(Failure::bad_input(message::license_is_set_elsewhere()));
        }
        SetFor::WorkspaceCap => {
            return Err(Failure::bad_input(message::caps_are_set_elsewhere()));
        }
        SetFor::Default | SetFor::Group(_) | SetFor::Member(_) => {}
    }
    write::run(deps, caller, input.workspace_id, &options, &input).await
}

/// Refuses an empty or over-long list of values.
pub(crate) fn check_count(count: usize) -> Result<(), Failure> {
    if count == 0 || count > MOST_VALUES {
        return Err(Failure::bad_input(message::items("values", 1, MOST_VALUES)));
    }
    Ok(())
}

/// The values of one scope and subject that count now or later, as they are after the last commit.
pub async fn ahead(
    deps: &Deps,
    access: &Access,
    set_for: SetFor,
) -> Result<Vec<ValueRow>, Failure> {
    Ok(rows::ahead(deps.db.latest(), access.workspace.id, set_for, access.now).await?)
}

/// How the record names what values are set for: the workspace itself for its own scopes.
fn subject(set_for: SetFor, workspace: WorkspaceId) -> String {
    match set_for {
        SetFor::License | SetFor::WorkspaceCap | SetFor::Default => workspace.to_string(),
        SetFor::Group(id) => id.to_string(),
        SetFor::Member(id) => id.to_string(),
    }
}

/// Reads a limit of the item at `path`; adds what is wrong about it.
pub(crate) fn limit(
    quota_type: QuotaType,
    limit: Option<i64>,
    path: &str,
    errors: &mut Vec<UserError>,
) -> Option<u64> {
    match check_limit(quota_type, limit?) {
        Ok(limit) => Some(limit),
        Err(wrong) => {
            let fault = match wrong {
                LimitError::OutOfRange => {
                    Fault::out_of_range(0, i64::try_from(MAX_LIMIT).unwrap_or(i64::MAX))
                }
                LimitError::NotInThousands => ErrorCode::NotAMultiple.into(),
            };
            errors.push(UserError::at(fault, path));
            None
        }
    }
}

impl UseCase for SetQuotas {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::QUOTAS;
    type Output = ();

    fn mutation(&self) -> &'static str {
        "setQuotas"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        access.require(caller, Permission::EditWorkspaceProperties)?;
        let newcomer = Target::Newcomer;
        escalation::may_change(
            access.facts(),
            access.subject(),
            newcomer,
            Change::Quotas,
            access.now,
        )
        .map_err(bulk::refusal)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<()>, Failure> {
        let mut errors: Vec<UserError> = match self.set_for {
            SetFor::Member(id) => check_member(tx, id).await?,
            SetFor::Group(id) => check_group(tx, id),
            SetFor::License | SetFor::WorkspaceCap | SetFor::Default => None,
        }
        .into_iter()
        .collect();
        let quotas = self.new_quotas(tx.now, &mut errors);
        if !errors.is_empty() {
            return Err(Failure::Invalid(errors));
        }
        let mut table = Table::load(tx, self.set_for).await?;
        if let SetFor::Group(id) = self.set_for {
            may_change_group(&tx.access, id, &quotas, &table)?;
        }
        let before = QuotaType::ALL
            .iter()
            .map(|quota_type| table.count(*quota_type))
            .collect::<Vec<_>>();
        let limit_now = |quota_type: &QuotaType| {
            let counts = table
                .limits(*quota_type)
                .into_iter()
                .find(|(interval, _)| interval.contains(tx.now))?;
            Some((*quota_type, counts.1))
        };
        let was: HashMap<QuotaType, u64> = QuotaType::ALL.iter().filter_map(limit_now).collect();
        let by = tx.caller.account_id();
        for quota in &quotas {
            let was = table.shown_at(quota.quota_type, quota.interval.starts_at);
            if table.set(quota, by, || tx.deps.ids.uuid(tx.now)) {
                tx.record(self.event(quota, was));
            }
        }
        let grown = |(quota_type, before): (&QuotaType, &usize)| {
            table.count(*quota_type) > MOST_AHEAD.max(*before)
        };
        if QuotaType::ALL.iter().zip(&before).any(grown) {
            let most = i64::try_from(MOST_AHEAD).unwrap_or(i64::MAX);
            let limit = ReachedLimit::of(LimitKind::QuotaValues, most);
            return Err(Failure::Invalid(vec![UserError::limited(
                ErrorCode::LimitReached,
                "values",
                limit,
            )]));
        }
        table.write(tx).await?;
        if quotas.iter().any(|quota| quota.interval.contains(tx.now)) {
            touch(tx, self.set_for, was).await?;
        }
        Ok(Verdict::keep(()))
    }
}

/// PERM-6 and PERM-7 for one member; a refusal is of the whole call.
async fn check_member(
    tx: &mut Transaction<'_>,
    id: MembershipId,
) -> Result<Option<UserError>, Failure> {
    let members = tx.members(&[id]).await?;
    let Some(member) = members.get(&id) else {
        return Ok(Some(UserError::at(ErrorCode::NotFound, "subjectId")));
    };
    if access::state(member, tx.now) == MembershipState::Ended {
        return Ok(Some(UserError::at(ErrorCode::NotActive, "subjectId")));
    }
    let (facts, actor) = (tx.access.facts(), tx.access.subject());
    escalation::may_change(facts, actor, Target::Member(member), Change::Quotas, tx.now)
        .map_err(bulk::refusal)?;
    Ok(None)
}

/// Says whose limits may have changed: the member's, who had `was`, or those of all in the group or
/// the workspace, as far as effects name them.
async fn touch(
    tx: &mut Transaction<'_>,
    set_for: SetFor,
    was: HashMap<QuotaType, u64>,
) -> Result<(), Failure> {
    match set_for {
        SetFor::Member(id) => tx.had_limits(id, was),
        SetFor::License | SetFor::WorkspaceCap | SetFor::Default | SetFor::Group(_) => {
            tx.touch_shared()
        }
    }
    let members =
        quotas::concerned(tx.db(), tx.workspace_id(), set_for, tx.now, MOST_COUNTED).await?;
    tx.touch_all(members).await
}

fn check_group(tx: &Transaction<'_>, id: GroupId) -> Option<UserError> {
    let counts = tx
        .access
        .facts()
        .groups
        .get(&id)
        .is_some_and(|group| group.interval.contains(tx.now));
    (!counts).then(|| UserError::at(ErrorCode::NotFound, "subjectId"))
}

/// PERM-7 for a group: nobody but an administrator raises what a group gives that they are in.
fn may_change_group(
    access: &Access,
    id: GroupId,
    quotas: &[NewQuota],
    table: &Table,
) -> Result<(), Failure> {
    let Some(group) = access.facts().groups.get(&id) else {
        return Err(Failure::NotFound);
    };
    let raises =
        |quota: &NewQuota| may_raise(table.limits(quota.quota_type), quota.limit, quota.interval);
    let change = if quotas.iter().any(raises) {
        Change::Quotas
    } else {
        Change::Nothing
    };
    escalation::may_change(
        access.facts(),
        access.subject(),
        Target::Group(group),
        change,
        access.now,
    )
    .map_err(bulk::refusal)
}

impl SetQuotas {
    /// The values with their intervals; adds what is wrong about them.
    fn new_quotas(&self, now: DateTime<Utc>, errors: &mut Vec<UserError>) -> Vec<NewQuota> {
        let mut quotas: Vec<NewQuota> = Vec::with_capacity(self.values.len());
        for (index, value) in self.values.iter().enumerate() {
            let path = |field: &str| format!("values.{index}.{field}");
            let limit = limit(value.quota_type, value.limit, &path("limit"), errors);
            let interval = match timeline::requested_interval(value.starts_at, value.ends_at, now) {
                Ok(interval) => interval,
                Err(wrong) => {
                    errors.extend(bulk::period_errors(
                        wrong,
                        &path("startsAt"),
                        &path("endsAt"),
                    ));
                    Interval::new(now, now)
                }
            };
            let meets = |other: &NewQuota| {
                other.quota_type == value.quota_type
                    && !other.interval.intersect(&interval).is_empty()
            };
            if quotas.iter().any(meets) {
                errors.push(UserError::at(
                    ErrorCode::Duplicate,
                    &format!("values.{index}"),
                ));
            }
            quotas.push(NewQuota {
                quota_type: value.quota_type,
                limit,
                period: member_period(value.quota_type),
                interval,
            });
        }
        quotas
    }

    fn event(&self, quota: &NewQuota, was: Value) -> Event {
        let kind = if quota.limit.is_some() {
            AuditEventKind::QuotaSet
        } else {
            AuditEventKind::QuotaRemoved
        };
        // The value is shown also where only its interval changes: it names the type.
        let mut changes = vec![FieldChange::plain("quota", was, quota.shown())];
        changes.push(FieldChange::plain(
            "startsAt",
            Value::Null,
            audit::instant(quota.interval.starts_at),
        ));
        changes.extend(
            quota
                .interval
                .end()
                .map(|end| FieldChange::plain("endsAt", Value::Null, audit::instant(end))),
        );
        Event::new(kind, subject(self.set_for, self.workspace_id), changes)
            .effective(quota.interval.starts_at)
    }
}
