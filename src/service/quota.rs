//! Quotas as they stand: facts from the store, the calculation from `domain::quota` (QUOTA-2, QUOTA-3).

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{Access, Caller, Deps, Failure};
use crate::{
    domain::{
        access::facts::MemberFacts,
        id::{AccountId, GroupId, MembershipId},
        quota::{self, Bound, EffectiveQuota, QuotaFacts, period_start},
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
    },
    store::{
        access::{QuotaValueFacts, Wanted},
        quota::{self as rows, MemberQuota},
    },
};

/// What is set above the member for one quota type: the same for all members of the workspace.
#[derive(Debug, Clone)]
pub struct Shared {
    license: Option<Bound>,
    cap: Option<Bound>,
    default: Option<u64>,
    groups: HashMap<GroupId, u64>,
}

fn counting(access: &Access, scope: QuotaScope, quota_type: QuotaType) -> impl Iterator<Item = &QuotaValueFacts> {
    let now = access.now;
    access
        .snapshot
        .quotas
        .iter()
        .filter(move |value| value.scope == scope && value.quota_type == quota_type && value.interval.contains(now))
}

/// What is set above the member for `quota_type` at the instant of `access`; counts the use of license and cap.
pub async fn shared(deps: &Deps, access: &Access, quota_type: QuotaType) -> Result<Shared, Failure> {
    let now = access.now;
    let of = |scope| counting(access, scope, quota_type).next();
    let bound = async |value: Option<&QuotaValueFacts>, whole_license: bool| match value {
        None => Ok::<_, Failure>(None),
        Some(value) => {
            let start = period_start(value.period.unwrap_or(QuotaPeriod::Day), now);
            let used = if whole_license {
                rows::used_by_license(deps.db.reader(), access.workspace.main_id(), quota_type, start).await?
            } else {
                rows::used_by_workspace(deps.db.reader(), access.workspace.id, quota_type, start).await?
            };
            Ok(Some(Bound { limit: value.limit, period: value.period, used }))
        }
    };
    Ok(Shared {
        license: bound(of(QuotaScope::License), true).await?,
        cap: bound(of(QuotaScope::WorkspaceCap), false).await?,
        default: of(QuotaScope::Default).map(|value| value.limit),
        groups: counting(access, QuotaScope::Group, quota_type)
            .filter_map(|value| Some((GroupId(value.subject?), value.limit)))
            .collect(),
    })
}

/// The groups whose rows count for `member` at `now` (TIME-7).
pub fn counting_groups(access: &Access, member: &MemberFacts, now: DateTime<Utc>) -> Vec<GroupId> {
    if !member.interval.contains(now) {
        return Vec::new();
    }
    let counts = |id: &GroupId| access.facts().groups.get(id).is_some_and(|group| group.interval.contains(now));
    let mut groups: Vec<GroupId> =
        member.groups.iter().filter(|row| row.interval.contains(now)).map(|row| row.group_id).filter(counts).collect();
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
    let ids: Vec<(MembershipId, AccountId)> = members.iter().map(|member| (member.id, member.account_id)).collect();
    let own =
        rows::of_members(deps.db.reader(), access.workspace.id, &ids, types, period_start(QuotaPeriod::Day, now), now).await?;
    let mut above = Vec::with_capacity(types.len());
    for quota_type in types {
        above.push((*quota_type, shared(deps, access, *quota_type).await?));
    }
    let of = |member: &&MemberFacts| {
        let groups = counting_groups(access, member, now);
        let counts = member.interval.contains(now);
        let quotas = above.iter().map(|(quota_type, shared)| {
            let MemberQuota { limit, used } = own.get(&(member.id, *quota_type)).copied().unwrap_or_default();
            let limit = limit.filter(|_| counts);
            calculate(*quota_type, shared, counts, &groups, limit, used, now)
        });
        (member.id, quotas.collect())
    };
    Ok(members.iter().map(of).collect())
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
        groups: groups.iter().filter_map(|id| Some((*id, *shared.groups.get(id)?))).collect(),
        member,
        used,
    };
    quota::effective(quota_type, &facts, now)
}

/// The limit of a member, or of nobody in particular, with groups or the member's value tried out: `groups` `None` = as stored;
/// `tried` `None` = as stored, `Some(None)` = as if none were set (QUOTA-3).
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
    let above = shared(deps, access, quota_type).await?;
    let Some(id) = member else {
        let limit = tried.unwrap_or_default();
        return Ok(calculate(quota_type, &above, true, &groups.unwrap_or_default(), limit, 0, now));
    };
    let row = super::member::by_id(deps, access, caller, id).await?.ok_or(Failure::NotFound)?;
    let wanted = Wanted { groups: true, ..Wanted::NOTHING };
    let facts = super::member::facts_of(deps, access, &[&row], wanted).await?.remove(&id).ok_or(Failure::NotFound)?;
    let day = period_start(QuotaPeriod::Day, now);
    let own = rows::of_members(deps.db.reader(), access.workspace.id, &[(id, row.account_id)], &[quota_type], day, now).await?;
    let MemberQuota { limit, used } = own.get(&(id, quota_type)).copied().unwrap_or_default();
    let counts = facts.interval.contains(now);
    let groups = groups.unwrap_or_else(|| counting_groups(access, &facts, now));
    Ok(calculate(quota_type, &above, counts, &groups, tried.unwrap_or(limit.filter(|_| counts)), used, now))
}
