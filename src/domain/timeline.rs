//! Dated rows in a write: the requested interval, and what happens to rows that make room for it
//! (TIME-2, TIME-4, TIME-8).
//!
//! Owns the arithmetic of requested intervals and of cutting. Must not know what the rows are
//! about.

use chrono::{DateTime, Duration, Utc};

use super::error_code::ErrorCode;
use super::interval::{Interval, OPEN_END};

/// How far before the write a `startsAt` still counts as now.
pub const GRACE: Duration = Duration::seconds(60);

/// Why a requested interval is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeriodError {
    /// It would begin before now (TIME-2).
    StartsInPast,
    /// It would end now or earlier (TIME-2).
    EndsInPast,
    /// It would end when it begins or earlier.
    EndsBeforeStart,
}

impl PeriodError {
    /// Its code in the API.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::StartsInPast => ErrorCode::StartsInPast,
            Self::EndsInPast => ErrorCode::EndsInPast,
            Self::EndsBeforeStart => ErrorCode::EndsBeforeStart,
        }
    }

    /// Whether the start is wrong, not the end.
    pub const fn is_about_start(self) -> bool {
        matches!(self, Self::StartsInPast)
    }
}

/// The requested interval at `now`: from `starts_at` (default: now; up to a minute ago counts as
/// now) until before `ends_at` (default: never). A start in the future is allowed (TIME-4).
pub fn requested_interval(
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Interval, Vec<PeriodError>> {
    let from = starts_at.unwrap_or(now).max(now);
    let until = ends_at.unwrap_or(OPEN_END).min(OPEN_END);
    let late = starts_at
        .is_some_and(|at| at < now - GRACE)
        .then_some(PeriodError::StartsInPast);
    let end = if until <= now {
        Some(PeriodError::EndsInPast)
    } else if until <= from {
        Some(PeriodError::EndsBeforeStart)
    } else {
        None
    };
    let wrong: Vec<PeriodError> = late.into_iter().chain(end).collect();
    if wrong.is_empty() {
        Ok(Interval::new(from, until))
    } else {
        Err(wrong)
    }
}

/// How a row changes when an interval is cut out of it (TIME-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// The row's new end: the start of the hole, or the row's own start if that is inside the hole,
    /// so that the row never counts (TIME-2).
    pub ends_at: DateTime<Utc>,
    /// What resumes after the hole, as a new row.
    pub resumes: Option<Interval>,
}

/// Cuts `hole`, which begins now or later, out of `row`. `None` means the row does not change.
pub fn cut(row: Interval, hole: Interval) -> Option<Cut> {
    if hole.is_empty() || row.intersect(&hole).is_empty() || row.is_empty() {
        return None;
    }
    let resumes = (hole.ends_at < row.ends_at).then(|| Interval::new(hole.ends_at, row.ends_at));
    Some(Cut {
        ends_at: row.starts_at.max(hole.starts_at),
        resumes,
    })
}

/// Whether a row can still be ended at `now`: it counts now or will count.
pub fn is_ahead(row: Interval, now: DateTime<Utc>) -> bool {
    !row.is_empty() && now < row.ends_at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).expect("a small number")
    }

    /// The rows of something exclusive, with their values.
    type Table = Vec<(Interval, u8)>;

    /// What `setMemberRole` does with its rows: cut, resume, add.
    fn give(table: &mut Table, hole: Interval, value: Option<u8>) {
        let mut added = Vec::new();
        for (row, old) in table.iter_mut() {
            if let Some(cut) = cut(*row, hole) {
                row.ends_at = cut.ends_at;
                added.extend(cut.resumes.map(|rest| (rest, *old)));
            }
        }
        table.extend(added);
        table.extend(value.map(|value| (hole, value)));
    }

    fn value_at(table: &Table, t: DateTime<Utc>) -> Vec<u8> {
        table
            .iter()
            .filter(|(row, _)| row.contains(t))
            .map(|(_, value)| *value)
            .collect()
    }

    /// Steps of a history: how much later, how far ahead it starts, how long it lasts (0: without
    /// end), what is given.
    fn steps() -> impl Strategy<Value = Vec<(i64, i64, i64, Option<u8>)>> {
        proptest::collection::vec(
            (0..6_i64, 0..8_i64, 0..8_i64, proptest::option::of(0..4_u8)),
            1..12,
        )
    }

    proptest! {
        #[test]
        fn time_8_what_is_given_cuts_and_what_was_there_resumes(steps in steps()) {
            let (mut table, mut now) = (Table::new(), 0);
            for (later, ahead, lasts, value) in steps {
                now += later;
                let from = now + ahead;
                let until = if lasts == 0 { OPEN_END } else { at(from + lasts) };
                let hole = requested_interval((ahead > 0).then(|| at(from)), (lasts > 0).then_some(until), at(now)).expect("now or later");
                prop_assert_eq!(hole, Interval::new(at(from), until));
                let before = table.clone();
                give(&mut table, hole, value);
                for second in 0..120 {
                    let (old, new) = (value_at(&before, at(second)), value_at(&table, at(second)));
                    prop_assert!(new.len() <= 1, "two at {second}: {table:?}");
                    if hole.contains(at(second)) {
                        prop_assert_eq!(new, value.into_iter().collect::<Vec<_>>(), "at {}", second);
                    } else {
                        prop_assert_eq!(new, old, "at {}", second);
                    }
                }
                for ((old, _), (new, _)) in before.iter().zip(&table) {
                    prop_assert_eq!(old.starts_at, new.starts_at, "a start never moves");
                    prop_assert!(old.ends_at > at(now) || old == new, "an end in the past never moves");
                    prop_assert!(old == new || new.ends_at >= at(now) || new.ends_at == new.starts_at);
                    prop_assert!(new.ends_at <= old.ends_at, "a row is never prolonged");
                }
            }
        }
    }

    #[test]
    fn time_2_a_row_that_has_not_begun_ends_as_it_starts() {
        let planned = Interval::from(at(20));
        assert_eq!(
            cut(planned, Interval::from(at(10))),
            Some(Cut {
                ends_at: at(20),
                resumes: None
            })
        );
        assert_eq!(cut(planned, Interval::new(at(10), at(20))), None);
        assert_eq!(
            cut(planned, Interval::new(at(10), at(30))),
            Some(Cut {
                ends_at: at(20),
                resumes: Some(Interval::from(at(30)))
            })
        );
        assert!(!is_ahead(Interval::new(at(20), at(20)), at(10)) && is_ahead(planned, at(10)));
        assert!(!is_ahead(Interval::new(at(5), at(10)), at(10)));
    }

    #[test]
    fn time_4_a_start_may_lie_ahead_and_a_minute_back_is_now() {
        let now = at(1_000);
        assert_eq!(requested_interval(None, None, now), Ok(Interval::from(now)));
        assert_eq!(
            requested_interval(Some(at(940)), None, now),
            Ok(Interval::from(now))
        );
        assert_eq!(
            requested_interval(Some(at(2_000)), Some(at(3_000)), now),
            Ok(Interval::new(at(2_000), at(3_000)))
        );
        assert_eq!(
            requested_interval(Some(at(939)), None, now),
            Err(vec![PeriodError::StartsInPast])
        );
        assert_eq!(
            requested_interval(None, Some(now), now),
            Err(vec![PeriodError::EndsInPast])
        );
        assert_eq!(
            requested_interval(Some(at(2_000)), Some(at(2_000)), now),
            Err(vec![PeriodError::EndsBeforeStart])
        );
        assert_eq!(
            requested_interval(Some(at(1)), Some(at(2)), now),
            Err(vec![PeriodError::StartsInPast, PeriodError::EndsInPast])
        );
    }
}
