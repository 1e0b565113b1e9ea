//! Decides whether API calls are within their limits and when to send a warning (QUOTA-4, QUOTA-7,
//! QUOTA-8).
//!
//! Owns the order of limits and the answer to a call. Must not count: callers pass in the counters.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::vocabulary::{QuotaLimiter, QuotaPeriod};

/// How many calls one request may count.
pub const AMOUNTS: RangeInclusive<i64> = 1..=1_000_000;

/// The percentages of a limit at which a warning is sent (QUOTA-8).
pub const THRESHOLDS: [u64; 2] = [80, 100];

/// A counter that counts the calls, with its limit, if any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter {
    /// The limit and where it is set.
    pub limit: Option<(QuotaLimiter, u64)>,
    /// The period after which it restarts.
    pub period: QuotaPeriod,
    /// The counter before these calls.
    pub used: u64,
    /// When it restarts.
    pub resets_at: DateTime<Utc>,
}

impl Counter {
    /// Whether `amount` more calls are within the limit.
    pub fn admits(&self, amount: u64) -> bool {
        self.limit
            .is_none_or(|(_, limit)| self.used.saturating_add(amount) <= limit)
    }
}

/// The answer of `consumeQuota`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Whether the calls were within every limit. If so, every counter counts them; otherwise none
    /// does.
    pub allowed: bool,
    /// The counter now: that of the member or the client address, or of the limit that refused.
    pub used: u64,
    /// The lowest limit with the same period as the member's or address's counter, or the limit
    /// that refused. `None` means unlimited.
    pub limit: Option<u64>,
    /// The least that any limit leaves now, whatever its period. `None` means unlimited.
    pub remaining: Option<u64>,
    /// When that counter restarts.
    pub resets_at: DateTime<Utc>,
    /// The limit that refused: the nearest of those that would be exceeded.
    pub refused_by: Option<QuotaLimiter>,
}

/// Decides whether `amount` calls at `t` are within the limits of `counters`. They are ordered from
/// near to far; the first is that of the member or the client address.
pub fn decide(counters: &[Counter], amount: u64, t: DateTime<Utc>) -> Decision {
    let refusing = counters.iter().find(|counter| !counter.admits(amount));
    let counted = if refusing.is_some() { 0 } else { amount };
    let left = |counter: &Counter| {
        let (_, limit) = counter.limit?;
        Some(limit.saturating_sub(counter.used.saturating_add(counted)))
    };
    let own = counters.first();
    let period = refusing
        .or(own)
        .map_or(QuotaPeriod::Day, |counter| counter.period);
    let of_period = counters.iter().filter(|counter| counter.period == period);
    let limit = match refusing {
        Some(counter) => counter.limit.map(|(_, limit)| limit),
        None => of_period
            .filter_map(|counter| counter.limit.map(|(_, limit)| limit))
            .min(),
    };
    Decision {
        allowed: refusing.is_none(),
        used: refusing
            .or(own)
            .map_or(0, |counter| counter.used.saturating_add(counted)),
        limit,
        remaining: counters.iter().filter_map(left).min(),
        resets_at: refusing.or(own).map_or(t, |counter| counter.resets_at),
        refused_by: refusing
            .and_then(|counter| counter.limit)
            .map(|(limiter, _)| limiter),
    }
}

/// The thresholds that a counter has reached.
pub fn reached(limit: u64, used: u64) -> impl Iterator<Item = u64> {
    let is_reached =
        move |percent: &u64| u128::from(used) * 100 >= u128::from(limit) * u128::from(*percent);
    THRESHOLDS.into_iter().filter(is_reached)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn counter(limiter: QuotaLimiter, limit: u64, period: QuotaPeriod, used: u64) -> Counter {
        let resets_at = match period {
            QuotaPeriod::Day => at("2026-04-01T00:00:00Z"),
            QuotaPeriod::Month => at("2026-04-02T15:00:00Z"),
        };
        Counter {
            limit: Some((limiter, limit)),
            period,
            used,
            resets_at,
        }
    }

    #[test]
    fn quota_4_the_own_limit_refuses_before_the_workspaces() {
        use QuotaLimiter as L;
        use QuotaPeriod::{Day, Month};
        let t = at("2026-03-31T12:00:00Z");
        let decide_with = |own, license| {
            decide(
                &[
                    counter(L::Group, own, Day, 5),
                    counter(L::License, license, Month, 40),
                ],
                2,
                t,
            )
        };
        let both = decide_with(6, 41);
        assert_eq!(
            (both.refused_by, both.used, both.limit, both.remaining),
            (Some(L::Group), 5, Some(6), Some(1))
        );
        assert_eq!(both.resets_at, at("2026-04-01T00:00:00Z"));
        let far = decide_with(7, 41);
        assert_eq!(far.resets_at, at("2026-04-02T15:00:00Z"));
        assert_eq!(
            (far.refused_by, far.used, far.limit, far.remaining),
            (Some(L::License), 40, Some(41), Some(1))
        );
        let none = decide_with(7, 42);
        assert_eq!(
            (none.allowed, none.used, none.limit, none.remaining),
            (true, 7, Some(7), Some(0))
        );
        let open = decide(
            &[Counter {
                limit: None,
                period: Day,
                used: 3,
                resets_at: t,
            }],
            2,
            t,
        );
        assert_eq!(
            (open.allowed, open.used, open.limit, open.remaining),
            (true, 5, None, None)
        );
    }

    #[test]
    fn quota_8_thresholds_are_reached_from_80_and_100_percent_on() {
        let thresholds = |limit, used| reached(limit, used).collect::<Vec<_>>();
        assert_eq!(thresholds(10, 7), [0_u64; 0]);
        assert_eq!(thresholds(10, 8), [80]);
        assert_eq!(thresholds(10, 10), [80, 100]);
        assert_eq!(thresholds(1, 1), [80, 100]);
        assert_eq!(
            thresholds(
                crate::domain::quota::MAX_LIMIT,
                crate::domain::quota::MAX_LIMIT - 1
            ),
            [80]
        );
    }

    proptest! {
        #[test]
        fn quota_4_what_is_allowed_passes_no_limit(
            pairs in proptest::collection::vec((proptest::option::of(0_u64..50), 0_u64..60), 1..5),
            amount in 1_u64..20,
        ) {
            let counter = |(limit, used): &(Option<u64>, u64)| Counter {
                limit: limit.map(|limit| (QuotaLimiter::License, limit)),
                period: QuotaPeriod::Day,
                used: *used,
                resets_at: at("2026-04-01T00:00:00Z"),
            };
            let counters: Vec<Counter> = pairs.iter().map(counter).collect();
            let decision = decide(&counters, amount, at("2026-03-31T12:00:00Z"));
            let within = pairs.iter().all(|(limit, used)| limit.is_none_or(|limit| used + amount <= limit));
            prop_assert_eq!(decision.allowed, within);
            let counted = if within { amount } else { 0 };
            let left = pairs.iter().filter_map(|(limit, used)| Some((*limit)?.saturating_sub(used + counted))).min();
            prop_assert_eq!(decision.remaining, left);
        }
    }
}
