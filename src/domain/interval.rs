//! TIME: access is an interval. A row counts at `t` iff `starts_at <= t < ends_at`.

use chrono::{DateTime, Utc};

use super::access::Shown;

/// The open end as stored: 9999-12-31T00:00:00Z.
pub const OPEN_END: DateTime<Utc> = match DateTime::from_timestamp(253_402_214_400, 0) {
    Some(end) => end,
    None => DateTime::<Utc>::MAX_UTC,
};

/// When a row counts: from `starts_at` until before `ends_at` (TIME-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    /// The first instant at which the row counts.
    pub starts_at: DateTime<Utc>,
    /// The first instant at which it no longer counts. [`OPEN_END`] means never.
    pub ends_at: DateTime<Utc>,
}

impl Interval {
    /// From `starts_at` until before `ends_at`.
    pub const fn new(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Self {
        Self { starts_at, ends_at }
    }

    /// From `starts_at`, without an end.
    pub const fn from(starts_at: DateTime<Utc>) -> Self {
        Self {
            starts_at,
            ends_at: OPEN_END,
        }
    }

    /// Whether the row counts at `t` (TIME-1).
    pub fn contains(&self, t: DateTime<Utc>) -> bool {
        self.starts_at <= t && t < self.ends_at
    }

    /// Whether the row never counts: it was ended before it began (TIME-2).
    pub fn is_empty(&self) -> bool {
        self.ends_at <= self.starts_at
    }

    /// Whether the row is listed (MEM-1): until it ends, also before it begins unless `shown` asks
    /// only for rows that have begun.
    pub fn is_listed(&self, shown: Shown) -> bool {
        let begun = !shown.only_begun || self.contains(shown.at);
        self.ends_at > shown.at && !self.is_empty() && begun
    }

    /// The end as shown to people. `None` for the open end.
    pub fn end(&self) -> Option<DateTime<Utc>> {
        (self.ends_at < OPEN_END).then_some(self.ends_at)
    }

    /// The instants in both; may be empty.
    pub fn intersect(&self, other: &Self) -> Self {
        Self {
            starts_at: self.starts_at.max(other.starts_at),
            ends_at: self.ends_at.min(other.ends_at),
        }
    }

    /// Whether every instant of `other` lies in `self`. True for an empty interval.
    pub fn covers(&self, other: &Self) -> bool {
        other.is_empty() || (self.starts_at <= other.starts_at && other.ends_at <= self.ends_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_open_end_is_what_the_rule_says() {
        assert_eq!(OPEN_END.to_rfc3339(), "9999-12-31T00:00:00+00:00");
    }

    #[test]
    fn a_row_counts_from_its_start_to_before_its_end() {
        let at = |s| DateTime::from_timestamp(s, 0).unwrap_or_default();
        let row = Interval::new(at(10), at(20));
        assert!(
            !row.contains(at(9))
                && row.contains(at(10))
                && row.contains(at(19))
                && !row.contains(at(20))
        );
        assert!(Interval::new(at(5), at(5)).is_empty());
    }
}
