//! The days of what is counted or told once a day: submitted reuses and their digest.
//!
//! Owns when a day begins and ends. Days are those of UTC; whoever gives workspaces a time zone
//! changes [`day_of`] alone.

use chrono::{DateTime, Utc};

use super::{
    interval::Interval,
    quota::{period_start, resets_at},
    vocabulary::QuotaPeriod,
};

/// The day that `t` is in.
pub fn day_of(t: DateTime<Utc>) -> Interval {
    Interval::new(
        period_start(QuotaPeriod::Day, t),
        resets_at(QuotaPeriod::Day, t),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reuse_1_a_day_ends_where_the_next_begins() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let day = day_of(at("2026-03-02T23:59:59.999999Z"));
        assert_eq!(day, day_of(at("2026-03-02T00:00:00Z")));
        assert_eq!(day.ends_at, at("2026-03-03T00:00:00Z"));
        assert_eq!(day_of(day.ends_at).starts_at, day.ends_at);
    }
}
