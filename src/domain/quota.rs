//! How much somebody may use: the one function that evaluates quota values, and the periods of
//! counters (QUOTA).
//!
//! Owns what a limit is and which scope decides it (QUOTA-2, QUOTA-5). Must not count: callers pass
//! in what is used.

use chrono::{DateTime, Utc};

use super::{
    access::Spans,
    calendar::{Calendar, Calendars},
    id::GroupId,
    interval::Interval,
    vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
};

/// The highest possible limit: 2^53 − 1, the largest integer that JSON numbers hold exactly.
pub const MAX_LIMIT: u64 = (1 << 53) - 1;

/// A limit of RECORDS_PER_DATASET is a multiple of this.
pub const RECORDS_STEP: u64 = 1_000;

/// A limit on a workspace, with its own counter: the license or a cap (QUOTA-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// The most that its counter may reach.
    pub limit: u64,
    /// The period of its counter, for API_CALLS. `None` for the other types.
    pub period: Option<QuotaPeriod>,
    /// Its counter: what the workspace or workspaces have used in the period.
    pub used: u64,
}

/// The values of one quota type that apply to one member at an instant. Unset is not zero.
#[derive(Debug, Clone, Default)]
pub struct QuotaFacts {
    /// The license: in a secondary workspace, that of the main workspace.
    pub license: Option<Bound>,
    /// The cap of a secondary workspace.
    pub cap: Option<Bound>,
    /// The value for each active member.
    pub default: Option<u64>,
    /// The member's groups that have a value.
    pub groups: Vec<(GroupId, u64)>,
    /// The value set for the member.
    pub member: Option<u64>,
    /// What the member has used: API calls today, or existing items. 0 without a member.
    pub used: u64,
}

/// A bound as shown in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundView {
    /// The most that its counter may reach.
    pub limit: u64,
    /// The period of its counter.
    pub period: Option<QuotaPeriod>,
    /// What its counter says.
    pub used: u64,
    /// What it still leaves.
    pub remaining: u64,
    /// When its counter restarts.
    pub resets_at: Option<DateTime<Utc>>,
}

/// What a member may use of one quota type, and why (QUOTA-2, QUOTA-3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveQuota {
    /// What is limited.
    pub quota_type: QuotaType,
    /// The limit. `None` means unlimited.
    pub limit: Option<u64>,
    /// The period of the member's counter: a day for API_CALLS.
    pub period: Option<QuotaPeriod>,
    /// What the member has used in the period.
    pub used: u64,
    /// The least that member, cap and license leave, whatever their period. `None` means unlimited.
    pub remaining: Option<u64>,
    /// When the member's counter restarts.
    pub resets_at: Option<DateTime<Utc>>,
    /// The scope whose value is the limit. `None` if no value is set.
    pub decided_by: Option<QuotaScope>,
    /// The license, if it has a value.
    pub license: Option<BoundView>,
    /// The cap, if it has a value.
    pub cap: Option<BoundView>,
    /// The value for each active member.
    pub default_limit: Option<u64>,
    /// Every group of the member with a value, highest first, then by id.
    pub group_limits: Vec<(GroupId, u64)>,
    /// The value set for the member.
    pub member_limit: Option<u64>,
}

/// Evaluates `facts` at `t` (QUOTA-2): the member's value, else the highest of the groups, else the
/// default, then bounded by a cap and license of the same period. Of equal values the nearer one
/// decides. A bound with another period does not change the limit, only what remains.
pub fn effective(
    quota_type: QuotaType,
    facts: &QuotaFacts,
    calendars: &Calendars,
    t: DateTime<Utc>,
) -> EffectiveQuota {
    let period = member_period(quota_type);
    let (license, cap) = (
        (facts.license.as_ref()).map(|bound| BoundView::of(quota_type, bound, &calendars.main, t)),
        (facts.cap.as_ref()).map(|bound| BoundView::of(quota_type, bound, &calendars.own, t)),
    );
    let bound = |view: Option<BoundView>, scope| {
        view.filter(|view| view.period == period)
            .map(|view| (view.limit, scope))
    };

    let member_limit = (facts.member.map(|limit| (limit, QuotaScope::Member)))
        .or_else(|| {
            facts
                .groups
                .iter()
                .map(|(_, limit)| (*limit, QuotaScope::Group))
                .max()
        })
        .or_else(|| facts.default.map(|limit| (limit, QuotaScope::Default)));
    // From near to far: `min_by_key` keeps the first of equals.
    let scopes = [
        member_limit,
        bound(cap, QuotaScope::WorkspaceCap),
        bound(license, QuotaScope::License),
    ];
    let decided = scopes.into_iter().flatten().min_by_key(|(limit, _)| *limit);

    let left = decided.map(|(limit, _)| limit.saturating_sub(facts.used));
    let bounds_leave = [cap, license]
        .into_iter()
        .flatten()
        .map(|view| view.remaining);
    let mut group_limits = facts.groups.clone();
    group_limits.sort_unstable_by_key(|(group, limit)| (std::cmp::Reverse(*limit), *group));
    EffectiveQuota {
        quota_type,
        limit: decided.map(|(limit, _)| limit),
        period,
        used: facts.used,
        remaining: left.into_iter().chain(bounds_leave).min(),
        resets_at: period.map(|period| calendars.own.resets_at(period, t)),
        decided_by: decided.map(|(_, scope)| scope),
        license,
        cap,
        default_limit: facts.default,
        group_limits,
        member_limit: facts.member,
    }
}

impl BoundView {
    /// The state of `bound` at `t`.
    pub fn of(quota_type: QuotaType, bound: &Bound, calendar: &Calendar, t: DateTime<Utc>) -> Self {
        // Only API_CALLS have a period, whatever the row says.
        let period = member_period(quota_type).map(|day| bound.period.unwrap_or(day));
        Self {
            limit: bound.limit,
            period,
            used: bound.used,
            remaining: bound.limit.saturating_sub(bound.used),
            resets_at: period.map(|period| calendar.resets_at(period, t)),
        }
    }
}

/// The period of members' values: a day for API_CALLS, none for other types.
pub const fn member_period(quota_type: QuotaType) -> Option<QuotaPeriod> {
    match quota_type {
        QuotaType::ApiCalls => Some(QuotaPeriod::Day),
        QuotaType::Datasets | QuotaType::RecordsPerDataset => None,
    }
}

/// Why a number is not a valid limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// Below 0 or above [`MAX_LIMIT`].
    #[error("a limit is a whole number from 0 to 9007199254740991")]
    OutOfRange,
    /// RECORDS_PER_DATASET takes multiples of [`RECORDS_STEP`].
    #[error("a limit of records is 0 or a multiple of 1000")]
    NotInThousands,
}

/// Checks a limit of that type: from 0 to 2^53 − 1; for RECORDS_PER_DATASET, 0 or a multiple of
/// 1,000.
pub fn check_limit(quota_type: QuotaType, value: i64) -> Result<u64, LimitError> {
    let limit = u64::try_from(value)
        .ok()
        .filter(|limit| *limit <= MAX_LIMIT)
        .ok_or(LimitError::OutOfRange)?;
    if quota_type == QuotaType::RecordsPerDataset && !limit.is_multiple_of(RECORDS_STEP) {
        return Err(LimitError::NotInThousands);
    }
    Ok(limit)
}

/// Whether giving a group `limit` during an interval may give one of its members more at some
/// instant, whatever else is set then or later (PERM-7). `values` are the group's values of that
/// type. A limit that is nowhere above the current values does not raise, nor does 0. Removing a
/// value may raise, because a default or no limit applies instead. So may setting one where there
/// is none, because it precedes the default and competes with other groups' values.
pub fn may_raise(
    values: impl IntoIterator<Item = (Interval, u64)>,
    limit: Option<u64>,
    during: Interval,
) -> bool {
    match limit {
        None => values
            .into_iter()
            .any(|(interval, _)| !interval.intersect(&during).is_empty()),
        Some(0) => false,
        Some(limit) => {
            let as_high = values
                .into_iter()
                .filter(|(_, value)| *value >= limit)
                .map(|(interval, _)| interval);
            !as_high.collect::<Spans>().covers(&during)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn perm_7_lower_is_lower_at_every_instant() {
        let span = |from: &str, until: &str| Interval::new(at(from), at(until));
        let year = |number: i32| format!("{number}-01-01T00:00:00Z");
        let values = [
            (span(&year(2026), &year(2028)), 10),
            (span(&year(2028), &year(2030)), 5),
        ];
        let raises = |limit, from, until| may_raise(values, limit, span(&year(from), &year(until)));
        assert!(
            !raises(Some(10), 2026, 2028)
                && !raises(Some(5), 2026, 2030)
                && !raises(Some(0), 2026, 2040)
        );
        assert!(
            raises(Some(11), 2026, 2027) && raises(Some(6), 2027, 2029),
            "higher at some instant"
        );
        assert!(raises(Some(5), 2027, 2031), "beyond the end there is none");
        assert!(
            raises(None, 2029, 2040) && !raises(None, 2031, 2040),
            "what is taken away bounds no more"
        );
    }

    #[test]
    fn quota_limits_are_whole_numbers_that_json_carries() {
        use QuotaType as Q;
        assert_eq!(check_limit(Q::Datasets, 0), Ok(0));
        assert_eq!(
            check_limit(Q::ApiCalls, 9_007_199_254_740_991),
            Ok(MAX_LIMIT)
        );
        assert_eq!(
            check_limit(Q::ApiCalls, 9_007_199_254_740_992),
            Err(LimitError::OutOfRange)
        );
        assert_eq!(check_limit(Q::Datasets, -1), Err(LimitError::OutOfRange));
        assert_eq!(check_limit(Q::RecordsPerDataset, 0), Ok(0));
        assert_eq!(check_limit(Q::RecordsPerDataset, 250_000), Ok(250_000));
        assert_eq!(
            check_limit(Q::RecordsPerDataset, 1_500),
            Err(LimitError::NotInThousands)
        );
    }
}
