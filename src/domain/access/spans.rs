//! Sets of instants: the union of several intervals.
//!
//! Owns union, intersection and difference of intervals. Must know nothing of permissions.

use chrono::{DateTime, Utc};

use crate::domain::interval::{Interval, OPEN_END};

/// A set of instants: disjoint, non-empty, non-touching intervals in time order. Rows that follow
/// each other without a gap merge into one interval (TIME-1: an end is the next start).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spans(Vec<Interval>);

impl Spans {
    /// Every instant before the open end.
    pub fn always() -> Self {
        Self(vec![Interval::new(DateTime::<Utc>::MIN_UTC, OPEN_END)])
    }

    /// The intervals, in time order.
    pub fn pieces(&self) -> &[Interval] {
        &self.0
    }

    /// Like [`Spans::pieces`], by value.
    pub fn into_pieces(self) -> Vec<Interval> {
        self.0
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the set contains `t`.
    pub fn contains(&self, t: DateTime<Utc>) -> bool {
        self.piece_at(t).is_some()
    }

    /// The interval that contains `t`. Its end is when the right stops if nothing is changed
    /// (TIME-3).
    pub fn piece_at(&self, t: DateTime<Utc>) -> Option<&Interval> {
        self.0.iter().find(|piece| piece.contains(t))
    }

    /// Whether the set contains every instant of `interval`. True for an empty interval.
    pub fn covers(&self, interval: &Interval) -> bool {
        interval.is_empty() || self.0.iter().any(|piece| piece.covers(interval))
    }

    /// The instants in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.0.iter().chain(&other.0).copied().collect()
    }

    /// The instants in both sets.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        self.0
            .iter()
            .flat_map(|piece| other.0.iter().map(|theirs| piece.intersect(theirs)))
            .collect()
    }

    /// The instants in `self` and not in `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut rest = self.0.clone();
        for hole in &other.0 {
            rest = rest
                .into_iter()
                .flat_map(|piece| {
                    [
                        Interval::new(piece.starts_at, piece.ends_at.min(hole.starts_at)),
                        Interval::new(piece.starts_at.max(hole.ends_at), piece.ends_at),
                    ]
                })
                .filter(|piece| !piece.is_empty())
                .collect();
        }
        Self(rest)
    }
}

impl FromIterator<Interval> for Spans {
    fn from_iter<I: IntoIterator<Item = Interval>>(intervals: I) -> Self {
        let mut rows: Vec<Interval> = intervals
            .into_iter()
            .filter(|row| !row.is_empty())
            .collect();
        rows.sort_unstable();
        let mut merged: Vec<Interval> = Vec::with_capacity(rows.len());
        for row in rows {
            match merged.last_mut() {
                Some(last) if row.starts_at <= last.ends_at => {
                    last.ends_at = last.ends_at.max(row.ends_at)
                }
                _ => merged.push(row),
            }
        }
        Self(merged)
    }
}

impl From<Interval> for Spans {
    fn from(interval: Interval) -> Self {
        std::iter::once(interval).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(from: i64, to: i64) -> Interval {
        let at = |s| DateTime::from_timestamp(s, 0).unwrap_or_default();
        Interval::new(at(from), at(to))
    }

    fn spans(rows: &[(i64, i64)]) -> Spans {
        rows.iter().map(|(from, to)| row(*from, *to)).collect()
    }

    #[test]
    fn touching_and_overlapping_rows_make_one_piece() {
        assert_eq!(
            spans(&[(5, 9), (1, 3), (3, 6), (7, 7)]).pieces(),
            [row(1, 9)]
        );
        assert_eq!(spans(&[(1, 3), (4, 6)]).pieces(), [row(1, 3), row(4, 6)]);
    }

    #[test]
    fn difference_leaves_what_lies_around_the_holes() {
        assert_eq!(
            spans(&[(1, 10)]).difference(&spans(&[(3, 4), (6, 20)])),
            spans(&[(1, 3), (4, 6)])
        );
        assert_eq!(
            spans(&[(1, 10)]).difference(&spans(&[(0, 1), (10, 12)])),
            spans(&[(1, 10)])
        );
        assert!(spans(&[(1, 10)]).difference(&spans(&[(0, 12)])).is_empty());
    }

    #[test]
    fn intersection_and_cover() {
        assert_eq!(
            spans(&[(1, 5), (7, 9)]).intersect(&spans(&[(4, 8)])),
            spans(&[(4, 5), (7, 8)])
        );
        assert!(spans(&[(1, 5), (5, 9)]).covers(&row(2, 8)));
        assert!(!spans(&[(1, 5), (6, 9)]).covers(&row(2, 8)));
    }
}
