//! When access ends, as it is asked for and offered (MEM-2, JOIN-7). Owns the range of durations and
//! what an end comes to once it is known when access begins.

use std::ops::RangeInclusive;

use chrono::{DateTime, Duration, Utc};

use super::{error_code::Fault, interval::OPEN_END};

/// How many seconds access can last: at most 100 years of 365 days.
pub const SECONDS: RangeInclusive<i64> = 1..=100 * 365 * 24 * 60 * 60;

/// When access ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccessEnd {
    /// At this instant.
    At(DateTime<Utc>),
    /// So many seconds after it begins.
    After(i64),
    /// Never.
    #[default]
    Never,
}

impl AccessEnd {
    /// What a row says that has a column for each; an instant goes before a duration.
    pub const fn of_columns(ends_at: Option<DateTime<Utc>>, seconds: Option<i64>) -> Self {
        match (ends_at, seconds) {
            (Some(at), _) => Self::At(at),
            (None, Some(seconds)) => Self::After(seconds),
            (None, None) => Self::Never,
        }
    }

    /// The instant, if it is known before access begins.
    pub const fn at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::At(at) => Some(at),
            Self::After(_) | Self::Never => None,
        }
    }

    /// How many seconds access lasts, if that is what was said.
    pub const fn seconds(self) -> Option<i64> {
        match self {
            Self::After(seconds) => Some(seconds),
            Self::At(_) | Self::Never => None,
        }
    }

    /// OUT_OF_RANGE for a duration that nobody can have; instants are judged beside their start, by
    /// [`timeline::requested_interval`](super::timeline::requested_interval).
    pub fn fault(self) -> Option<Fault> {
        self.seconds()
            .filter(|seconds| !SECONDS.contains(seconds))
            .map(|_| Fault::out_of_range(*SECONDS.start(), *SECONDS.end()))
    }

    /// When access ends that begins at `from`: at [`OPEN_END`] at the latest. `None` if a duration
    /// would not be over by then.
    pub fn counted_from(self, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::At(at) => Some(at.min(OPEN_END)),
            Self::Never => Some(OPEN_END),
            Self::After(seconds) => Duration::try_seconds(seconds)
                .and_then(|lasts| from.checked_add_signed(lasts))
                .filter(|end| *end < OPEN_END),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).expect("a small number")
    }

    #[test]
    fn mem_2_durations_range_from_a_second_to_100_years() {
        assert_eq!(SECONDS, 1..=3_153_600_000);
        for (seconds, fits) in [
            (0, false),
            (1, true),
            (3_153_600_000, true),
            (3_153_600_001, false),
            (-1, false),
        ] {
            assert_eq!(
                AccessEnd::After(seconds).fault().is_none(),
                fits,
                "{seconds}"
            );
        }
        let fault = Fault::out_of_range(1, 3_153_600_000);
        assert_eq!(AccessEnd::After(0).fault(), Some(fault));
        assert_eq!(
            (AccessEnd::Never.fault(), AccessEnd::At(at(-1)).fault()),
            (None, None)
        );
    }

    #[test]
    fn a_duration_that_outlasts_the_open_end_has_no_instant() {
        let before = OPEN_END - Duration::seconds(10);
        assert_eq!(
            AccessEnd::After(9).counted_from(before),
            Some(OPEN_END - Duration::seconds(1))
        );
        assert_eq!(AccessEnd::After(10).counted_from(before), None);
        assert_eq!(AccessEnd::After(i64::MAX).counted_from(before), None);
        assert_eq!(
            AccessEnd::At(DateTime::<Utc>::MAX_UTC).counted_from(before),
            Some(OPEN_END)
        );
        assert_eq!(AccessEnd::Never.counted_from(before), Some(OPEN_END));
    }

    #[test]
    fn an_instant_goes_before_a_duration() {
        assert_eq!(
            AccessEnd::of_columns(Some(at(5)), Some(7)),
            AccessEnd::At(at(5))
        );
        assert_eq!(AccessEnd::of_columns(None, Some(7)), AccessEnd::After(7));
        assert_eq!(AccessEnd::of_columns(None, None), AccessEnd::default());
    }

    fn ends() -> impl Strategy<Value = AccessEnd> {
        prop_oneof![
            (0..9_000_000_000_i64).prop_map(|second| AccessEnd::At(at(second))),
            SECONDS.prop_map(AccessEnd::After),
            Just(AccessEnd::Never),
        ]
    }

    proptest! {
        #[test]
        fn the_end_follows_the_start_by_what_was_said(end in ends(), from in 0..9_000_000_000_i64, later in 0..1_000_000_i64) {
            let (first, second) = (end.counted_from(at(from)), end.counted_from(at(from + later)));
            let moved = first.zip(second).map(|(first, second)| second - first);
            match end {
                AccessEnd::At(at) => prop_assert_eq!((first, second), (Some(at), Some(at))),
                AccessEnd::Never => prop_assert_eq!((first, second), (Some(OPEN_END), Some(OPEN_END))),
                AccessEnd::After(seconds) => {
                    prop_assert_eq!(first, Some(at(from + seconds)));
                    prop_assert_eq!(moved, Some(Duration::seconds(later)));
                }
            }
            prop_assert_eq!(AccessEnd::of_columns(end.at(), end.seconds()), end, "columns hold it");
            prop_assert_eq!(end.fault(), None);
        }
    }
}
