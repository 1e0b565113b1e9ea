//! Quotas as they stand: facts from the store, the calculation from `domain::quota` (QUOTA-2,
//! QUOTA-3). Setting them is in the modules below.

mod anonymous;
pub(crate) mod plan;
pub(crate) mod set;

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{Access, Caller, Deps, Failure};
use crate::store::access::WorkspaceSnapshot;
use crate::{
    domain::{
        access::facts::{MemberFacts, WorkspaceFacts},
        calendar::{Calendar, Calendars},
        id::{AccountId, GroupId, MembershipId, QuotaValueId},
        permission::Permission,
        quota::{self, Bound, EffectiveQuota, QuotaFacts},
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
    },
    store::{
        access::Wanted,
        quota::{self as rows, Counter, MemberQuota},
    },
};

pub use crate::store::access::QuotaValueFacts;
pub use anonymous::{AnonymousQuotas, SetAnonymousQuotas, of as anonymous, set as set_anonymous};
pub use set::{AskedValue, MOST_VALUES, SetFor, SetQuotas, ahead, set};

/// The values of one scope above the members that count at `t`, of groups those of groups that
/// exist then.
pub fn of_scope(
    snapshot: &WorkspaceSnapshot,
    scope: QuotaScope,
    t: DateTime<Utc>,
) -> Vec<QuotaValueFacts> {
    let of_scope = snapshot.quotas.iter().filter(|value| value.scope == scope);
    let counting =
        of_scope.filter(|value| value.interval.contains(t) && has_subject(snapshot, value, t));
    counting.cloned().collect()
}

/// The values that a group gives its members at `t`.
pub fn of_group(
    snapshot: &WorkspaceSnapshot,
    group: GroupId,
    t: DateTime<Utc>,
) -> impl Iterator<Item = &QuotaValueFacts> {
    snapshot.quotas.iter().filter(move |value| {
        value.scope == QuotaScope::Group
            && value.subject == Some(group.0)
            && value.interval.contains(t)
    })
}

/// The value with this id that is listed at the instant of `access`: it has not ended, and may not
/// have begun; nothing without EDIT_WORKSPACE_PROPERTIES.
pub async fn visible_value(
    deps: &Deps,
    access: &Access,
    id: QuotaValueId,
) -> Result<Option<QuotaValueFacts>, Failure> {
    if !access.can(Permission::EditWorkspaceProperties) {
        return Ok(None);
    }
    let snapshot = &access.snapshot;
    let value = match snapshot.quotas.iter().find(|value| value.id == id.0) {
        Some(value) => Some(value.clone()),
        None => super::workspace::member_quota_value(deps, access, id).await?,
    };
    Ok(value.filter(|value| {
        value.interval.is_listed(access.shown()) && has_subject(snapshot, value, access.now)
    }))
}

/// Whether the group that a value is set for exists at `t`; true where it is set for none.
fn has_subject(snapshot: &WorkspaceSnapshot, value: &QuotaValueFacts, t: DateTime<Utc>) -> bool {
    match (value.scope, value.subject) {
        (QuotaScope::Group, Some(id)) => snapshot.facts.group_at(GroupId(id), t).is_some(),
        _ => true,
    }
}

/// What is set above the member for one quota type: the same for all members of the workspace.
#[derive(Debug, Clone)]
pub struct Shared {
    license: Option<Bound>,
    cap: Option<Bound>,
    default: Option<u64>,
    groups: HashMap<GroupId, u64>,
    calendars: Calendars,
}

pub(crate) fn counting(
    access: &Access,
    scope: QuotaScope,
    quota_type: QuotaType,
) -> impl Iterator<Item = &QuotaValueFacts> {
    let now = access.now;
    access.snapshot.quotas.iter().filter(move |value| {
        value.scope == scope && value.quota_type == quota_type && value.interval.contains(now)
    })
}

/// What is set above the member for each of `types` at the instant of `access`; the use of license
/// and caps, which is today's whatever instant is asked about, is counted in one statement, and in
/// none where there is neither.
pub async fn shared(
    deps: &Deps,
    access: &Access,
    types: &[QuotaType],
) -> Result<Vec<(QuotaType, Shared)>, Failure> {
    let (clock, calendars) = (access.clock(), access.workspace.calendars());
    let mut counters = Vec::new();
    let mut above: Vec<(QuotaType, Shared)> = Vec::with_capacity(types.len());
    for quota_type in types.iter().copied() {
        let mut bound = |scope, counter, calendar: Calendar| {
            let value = counting(access, scope, quota_type).next()?;
            counters.push((
                counter,
                quota_type,
                calendar.start(value.period.unwrap_or(QuotaPeriod::Day), clock),
            ));
            Some(Bound {
                limit: value.limit,
                period: value.period,
                used: 0,
            })
        };
        let shared = Shared {
            license: bound(
                QuotaScope::License,
                Counter::License(access.workspace.main_id()),
                calendars.main,
            ),
            cap: bound(
                QuotaScope::WorkspaceCap,
                Counter::Workspace(access.workspace.id),
                calendars.own,
            ),
            default: counting(access, QuotaScope::Default, quota_type)
                .next()
                .map(|value| value.limit),
            groups: counting(access, QuotaScope::Group, quota_type)
                .filter_map(|value| Some((GroupId(value.subject?), value.limit)))
                .collect(),
            calendars,
        };
        above.push((quota_type, shared));
    }
    // In the order in which the bounds were met: each type's license, then its cap.
    let mut used = rows::used(deps.db.reader(), &counters).await?.into_iter();
    for (_, shared) in &mut above {
        for bound in [&mut shared.license, &mut shared.cap].into_iter().flatten() {
            bound.used = used.next().unwrap_or_default();
        }
    }
    Ok(above)
}

/// The groups whose rows count for `member` at `now` (TIME-7).
pub fn counting_groups(access: &Access, member: &MemberFacts, now: DateTime<Utc>) -> Vec<GroupId> {
    groups_of(access.facts(), member, now)
}

/// The same, from these facts of the workspace.
pub fn groups_of(facts: &WorkspaceFacts, member: &MemberFacts, now: DateTime<Utc>) -> Vec<GroupId> {
    if !member.interval.contains(now) {
        return Vec::new();
    }
    let counts = |id: &GroupId| {
        facts
            .groups
            .get(id)
            .is_some_and(|group| group.interval.contains(now))
    };
    let mut groups: Vec<GroupId> = member
        .groups
        .iter()
        .filter(|row| row.interval.contains(now))
        .map(|row| row.group_id)
        .filter(counts)
        .collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// The quotas of `members` for each of `types`, in that order.
pub async fn of_members(
    deps: &Deps,
    access: &Access,
    members: &[&MemberFacts],
    types: &[QuotaType],
) -> Result<HashMap<MembershipId, Vec<EffectiveQuota>>, Failure> {
    let now = access.now;
    let ids: Vec<(MembershipId, AccountId)> = members
        .iter()
        .map(|member| (member.id, member.account_id))
        .collect();
    let day = access
        .workspace
        .calendar
        .start(QuotaPeriod::Day, access.clock());
    let own =
        rows::of_members(deps.db.reader(), access.workspace.id, &ids, types, day, now).await?;
    let above = shared(deps, access, types).await?;
    let quotas_of = |member: &&MemberFacts| {
        let groups = counting_groups(access, member, now);
        let counts = member.interval.contains(now);
        let quotas = above.iter().map(|(quota_type, shared)| {
            let MemberQuota { limit, used } = own
                .get(&(member.id, *quota_type))
                .copied()
                .unwrap_or_default();
            let limit = limit.filter(|_| counts);
            calculate(
                *quota_type,
                shared,
                counts,
                &groups,
                limit,
                used,
                access.clock(),
            )
        });
        (member.id, quotas.collect())
    };
    Ok(members.iter().map(quotas_of).collect())
}

/// QUOTA-2 over what is set above and what the member has.
pub fn calculate(
    quota_type: QuotaType,
    shared: &Shared,
    is_member: bool,
    groups: &[GroupId],
    member: Option<u64>,
    used: u64,
    now: DateTime<Utc>,
) -> EffectiveQuota {
    let facts = QuotaFacts {
        license: shared.license,
        cap: shared.cap,
        default: shared.default.filter(|_| is_member),
        groups: groups
            .iter()
            .filter_map(|id| Some((*id, *shared.groups.get(id)?)))
            .collect(),
        member,
        used,
    };
    quota::effective(quota_type, &facts, &shared.calendars, now)
}

/// Refuses whoever may not try out the quotas of `member`, or of nobody in particular: active
/// members try their own, EWP holders all (QUOTA-3).
pub fn require_preview(
    access: &Access,
    caller: &Caller,
    member: Option<MembershipId>,
) -> Result<(), Failure> {
    let is_own = member.is_some()
        && access.is_active_member()
        && access.member.as_ref().map(|own| own.id) == member;
    if is_own {
        Ok(())
    } else {
        access.require(caller, Permission::EditWorkspaceProperties)
    }
}

/// The limit of a member, or of nobody in particular, with groups or the member's value tried out:
/// `groups` `None` = as stored; `tried` `None` = as stored, `Some(None)` = as if none were set
/// (QUOTA-3).
pub async fn preview(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    quota_type: QuotaType,
    member: Option<MembershipId>,
    groups: Option<Vec<GroupId>>,
    tried: Option<Option<u64>>,
) -> Result<EffectiveQuota, Failure> {
    let now = access.now;
    let mut above = shared(deps, access, &[quota_type]).await?;
    let Some((_, above)) = above.pop() else {
        return Err(Failure::Internal("a quota type without values".to_owned()));
    };
    let Some(id) = member else {
        let limit = tried.unwrap_or_default();
        return Ok(calculate(
            quota_type,
            &above,
            true,
            &groups.unwrap_or_default(),
            limit,
            0,
            access.clock(),
        ));
    };
    let row = super::member::by_id(deps, access, caller, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let wanted = Wanted {
        groups: true,
        ..Wanted::NOTHING
    };
    let facts = super::member::facts_of(deps, access, &[&row], wanted)
        .await?
        .remove(&id)
        .ok_or(Failure::NotFound)?;
    let own_groups = counting_groups(access, &facts, now);
    let groups = match groups {
        None => own_groups,
        // Members try their own groups; what others give is for EWP holders to see.
        Some(groups)
            if !access.can(Permission::EditWorkspaceProperties)
                && groups.iter().any(|id| !own_groups.contains(id)) =>
        {
            return Err(Failure::NotFound);
        }
        Some(groups) => groups,
    };
    let day = access
        .workspace
        .calendar
        .start(QuotaPeriod::Day, access.clock());
    let own = rows::of_members(
        deps.db.reader(),
        access.workspace.id,
        &[(id, row.account_id)],
        &[quota_type],
        day,
        now,
    )
    .await?;
    let MemberQuota { limit, used } = own.get(&(id, quota_type)).copied().unwrap_or_default();
    let counts = facts.interval.contains(now);
    Ok(calculate(
        quota_type,
        &above,
        counts,
        &groups,
        tried.unwrap_or(limit.filter(|_| counts)),
        used,
        access.clock(),
    ))
}
