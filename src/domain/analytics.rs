//! What is counted in a workspace by day (STAT-1), and the days of a table of analytics.
//!
//! Owns the names of the counters and how long they are kept. Must not count.

use chrono::{DateTime, Duration, Months, Utc};

use super::{
    calendar::{Calendar, Span},
    vocabulary::{QuotaLimiter, QuotaPeriod},
};

/// A counter of a workspace. Its name is that in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Members who used the workspace.
    ActiveMembers,
    /// Sessions that used the workspace for the first time.
    Sessions,
    /// Memberships that were created.
    Joined,
    /// Memberships that ended.
    Ended,
    /// API calls that named no dataset or page.
    Calls,
    /// API calls that named a dataset or page.
    ResourceCalls,
    /// Calls that a limit refused.
    Refused(QuotaLimiter),
}

impl Measure {
    /// The name.
    pub fn name(self) -> String {
        match self {
            Self::ActiveMembers => "ACTIVE_MEMBERS".to_owned(),
            Self::Sessions => "SESSIONS".to_owned(),
            Self::Joined => "JOINED".to_owned(),
            Self::Ended => "ENDED".to_owned(),
            Self::Calls => "CALLS".to_owned(),
            Self::ResourceCalls => "RESOURCE_CALLS".to_owned(),
            Self::Refused(limiter) => format!("{REFUSED}{}", limiter.as_str()),
        }
    }

    /// The counter with this name; `None` if this release does not know it.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "ACTIVE_MEMBERS" => Self::ActiveMembers,
            "SESSIONS" => Self::Sessions,
            "JOINED" => Self::Joined,
            "ENDED" => Self::Ended,
            "CALLS" => Self::Calls,
            "RESOURCE_CALLS" => Self::ResourceCalls,
            _ => Self::Refused(QuotaLimiter::parse(name.strip_prefix(REFUSED)?)?),
        })
    }
}

const REFUSED: &str = "REFUSED_";

/// How long counters are kept: two years to compare, and the current month.
pub const KEPT: Months = Months::new(25);

/// The most days of one table: those of 25 months, and of the month under way.
pub const MOST_DAYS: usize = 800;

/// Why a range of days cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeFault {
    /// It does not end after it begins.
    Backwards,
    /// It has more days than [`MOST_DAYS`].
    TooLong,
}

/// The days of the workspace that overlap `[from, to)`, in order, up to the one that contains `now`.
pub fn days(
    calendar: &Calendar,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Span>, RangeFault> {
    if to <= from {
        return Err(RangeFault::Backwards);
    }
    if (to - from).num_days() >= i64::try_from(MOST_DAYS).unwrap_or(i64::MAX) {
        return Err(RangeFault::TooLong);
    }
    let mut days = Vec::new();
    let mut day = calendar.period(QuotaPeriod::Day, from);
    while day.start < to && day.start <= now {
        days.push(day);
        day = calendar.period(QuotaPeriod::Day, day.end);
    }
    Ok(days)
}

/// From the start of a day to its midday: half of the shortest day.
pub const MIDDAY: Duration = Duration::minutes(11 * 60 + 30);

/// Which of `days`, which follow each other, the day that began at `start` is: the one that contains
/// its midday. In another time zone, its day began at another hour.
pub fn day_of(days: &[Span], start: DateTime<Utc>) -> Option<usize> {
    let midday = start + MIDDAY;
    let index = days.partition_point(|day| day.end <= midday);
    days.get(index).filter(|day| day.start <= midday)?;
    Some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn in_zone(name: &str) -> Calendar {
        let long_ago = at("2020-01-01T00:00:00Z");
        Calendar::default().with_time_zone(name.parse().expect("a zone"), long_ago)
    }

    #[test]
    fn stat_1_every_counter_has_a_name_of_its_own() {
        let mut measures = vec![
            Measure::ActiveMembers,
            Measure::Sessions,
            Measure::Joined,
            Measure::Ended,
            Measure::Calls,
            Measure::ResourceCalls,
        ];
        measures.extend(QuotaLimiter::ALL.iter().copied().map(Measure::Refused));
        for measure in &measures {
            assert_eq!(Measure::parse(&measure.name()), Some(*measure));
        }
        assert_eq!(Measure::parse("REFUSED_"), None);
        assert_eq!(Measure::parse("calls"), None);
    }

    #[test]
    fn stat_1_days_overlap_the_range_and_end_with_today() {
        let paris = in_zone("Europe/Paris");
        let now = at("2026-03-30T12:00:00Z");
        let days = |from, to| super::days(&paris, at(from), at(to), now);
        let march = days("2026-03-28T00:00:00Z", "2026-04-10T00:00:00Z").unwrap();
        let starts: Vec<_> = march.iter().map(|day| day.start).collect();
        let expected = [
            "2026-03-27T23:00:00Z",
            "2026-03-28T23:00:00Z",
            "2026-03-29T22:00:00Z",
        ];
        assert_eq!(starts, expected.map(at));
        assert_eq!(
            days("2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z"),
            Ok(vec![])
        );
        let same = days("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z");
        assert_eq!(same, Err(RangeFault::Backwards));
        let years = days("2016-03-01T00:00:00Z", "2026-03-01T00:00:00Z");
        assert_eq!(years, Err(RangeFault::TooLong));
        let kept = at("2026-03-01T00:00:00Z").checked_sub_months(KEPT).unwrap();
        assert!(
            super::days(&paris, kept, now, now).is_ok(),
            "all that is kept"
        );
    }

    #[test]
    fn stat_1_a_day_of_another_zone_is_the_day_of_its_midday() {
        let days = days(
            &in_zone("Europe/Paris"),
            at("2026-03-28T12:00:00Z"),
            at("2026-03-31T12:00:00Z"),
            at("2026-04-30T12:00:00Z"),
        )
        .unwrap();
        assert_eq!(days.len(), 4);
        for (start, index) in [
            ("2026-03-27T23:00:00Z", Some(0)),
            ("2026-03-28T00:00:00Z", Some(0)),
            ("2026-03-28T15:00:00Z", Some(1)),
            ("2026-03-28T23:00:00Z", Some(1)),
            ("2026-03-29T22:00:00Z", Some(2)),
            ("2026-03-27T00:00:00Z", None),
            ("2026-04-01T00:00:00Z", None),
        ] {
            assert_eq!(day_of(&days, at(start)), index, "{start}");
        }
    }
}
