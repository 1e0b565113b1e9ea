//! Warnings before access ends (MEM-8): how many days before, and which one is due at an instant.

use chrono::{DateTime, Duration, Utc};

/// Stands for "no warning sent yet": more days than any warning can be set to.
pub const NOT_WARNED: i32 = 9_999;

/// The maximum number of days between a warning and the end.
pub const MOST_DAYS: u16 = 365;

/// The maximum number of warnings for one end.
pub const MOST_WARNINGS: usize = 5;

/// How many days before the end warnings are sent: each once, the shortest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarningDays(Vec<u16>);

impl WarningDays {
    /// Sorts a list of days. `None` if a number is out of range, repeated, or there are too many.
    /// An empty list means no warnings.
    pub fn of(mut days: Vec<u16>) -> Option<Self> {
        days.sort_unstable();
        let distinct = days
            .windows(2)
            .all(|pair| matches!(pair, [one, other] if one != other));
        let within = days.iter().all(|days| (1..=MOST_DAYS).contains(days));
        (distinct && within && days.len() <= MOST_WARNINGS).then_some(Self(days))
    }

    /// The windows in which each warning is due. They do not overlap: a member with little time
    /// left gets only the nearest warning.
    pub fn windows(&self, now: DateTime<Utc>) -> Vec<Window> {
        let mut after = now;
        let window = |days: &u16| {
            let until = now + Duration::days(i64::from(*days));
            Window {
                days: *days,
                after: std::mem::replace(&mut after, until),
                until,
            }
        };
        self.0.iter().map(window).collect()
    }
}

impl Default for WarningDays {
    /// 7 days and 1 day.
    fn default() -> Self {
        Self(vec![1, 7])
    }
}

/// The ends for which one warning is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many days before the end it is sent.
    pub days: u16,
    /// Only ends after this instant.
    pub after: DateTime<Utc>,
    /// Only ends at or before this instant.
    pub until: DateTime<Utc>,
}

/// The days until something ends, rounded up.
pub fn days_left(now: DateTime<Utc>, ends_at: DateTime<Utc>) -> i64 {
    const DAY: i64 = 24 * 60 * 60;
    let left = (ends_at - now).max(Duration::zero());
    let seconds = left.num_seconds() + i64::from(left.subsec_nanos() > 0);
    (seconds + DAY - 1).div_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn mem_8_days_are_distinct_and_in_range() {
        assert_eq!(WarningDays::of(vec![7, 1]), Some(WarningDays::default()));
        assert_eq!(WarningDays::of(vec![]), Some(WarningDays(vec![])));
        assert!(WarningDays::of(vec![365, 1, 2, 3, 4]).is_some());
        for wrong in [vec![0], vec![366], vec![3, 3], vec![1, 2, 3, 4, 5, 6]] {
            assert_eq!(WarningDays::of(wrong), None);
        }
    }

    #[test]
    fn mem_8_each_end_lies_in_one_window_at_most() {
        let now = at("2026-03-02T09:00:00Z");
        let windows = WarningDays::of(vec![14, 1, 7]).unwrap().windows(now);
        let days = |ends: &str| -> Vec<u16> {
            let ends = at(ends);
            windows
                .iter()
                .filter(|window| window.after < ends && ends <= window.until)
                .map(|window| window.days)
                .collect()
        };
        assert!(days("2026-03-02T09:00:00Z").is_empty());
        assert_eq!(days("2026-03-02T09:00:00.000001Z"), [1]);
        assert_eq!(days("2026-03-03T09:00:00Z"), [1]);
        assert_eq!(days("2026-03-03T09:00:00.000001Z"), [7]);
        assert_eq!(days("2026-03-09T09:00:00Z"), [7]);
        assert_eq!(days("2026-03-16T09:00:00Z"), [14]);
        assert!(days("2026-03-16T09:00:00.000001Z").is_empty());
    }

    #[test]
    fn days_that_have_begun_count() {
        let now = at("2026-03-02T09:00:00Z");
        for (ends, days) in [
            ("2026-03-02T08:00:00Z", 0),
            ("2026-03-02T09:00:00Z", 0),
            ("2026-03-02T09:00:00.000001Z", 1),
            ("2026-03-03T09:00:00Z", 1),
            ("2026-03-03T09:00:00.000001Z", 2),
            ("2026-03-09T08:59:00Z", 7),
        ] {
            assert_eq!(days_left(now, at(ends)), days, "{ends}");
        }
    }
}
