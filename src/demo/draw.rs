//! Randomness and time of the demo: everything random is drawn here, from one seed, so that it is
//! always the same.

use chrono::{DateTime, Datelike, Days, Duration, NaiveTime, SubsecRound, Utc, Weekday};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use crate::domain::id::IdSource;

/// The demo's seed. Another one generates another town.
const SEED: u64 = 0x0052_4956_4552_544f;

/// A deterministic source of choices, instants and ids.
pub struct Draw {
    rng: StdRng,
    ids: IdSource,
    /// The instant of the seeding. The demo is life-like relative to it.
    pub now: DateTime<Utc>,
}

impl Draw {
    /// A source that is always the same for the same `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            rng: StdRng::seed_from_u64(SEED),
            ids: IdSource::seeded(SEED),
            now: now.trunc_subsecs(6),
        }
    }

    /// An id generated at `at`.
    pub fn id(&self, at: DateTime<Utc>) -> Uuid {
        self.ids.uuid(at)
    }

    /// A number below `bound`; 0 if `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            0
        } else {
            self.rng.random_range(0..bound)
        }
    }

    /// An index into a list of `length`.
    pub fn index(&mut self, length: usize) -> usize {
        if length == 0 {
            0
        } else {
            self.rng.random_range(0..length)
        }
    }

    /// True in `cases` of a hundred cases.
    pub fn percent(&mut self, cases: u64) -> bool {
        self.below(100) < cases
    }

    /// One of `from`.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let index = self.index(from.len());
        from.get(index)
    }

    /// One of `from`; an empty text if there is none.
    pub fn text(&mut self, from: &[&'static str]) -> &'static str {
        self.pick(from).copied().unwrap_or_default()
    }

    /// An instant from `from` until before `to`; `from` if there is none.
    pub fn between(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
        let span = (to - from)
            .num_microseconds()
            .unwrap_or_default()
            .max(0)
            .unsigned_abs();
        let into = i64::try_from(self.below(span)).unwrap_or_default();
        from + Duration::microseconds(into)
    }

    /// An instant from `from` until before `to`, on a working day if one fits.
    pub fn at_work(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
        let any = self.between(from, to);
        let early = match any.weekday() {
            Weekday::Sat => 1,
            Weekday::Sun => 2,
            _ => 0,
        };
        let seconds = u32::try_from(self.below(10 * 3_600)).unwrap_or_default();
        let micros = i64::try_from(self.below(1_000_000)).unwrap_or_default();
        let day = any
            .date_naive()
            .checked_sub_days(Days::new(early))
            .unwrap_or_else(|| any.date_naive());
        let opening = NaiveTime::from_hms_opt(7, 30, 0).unwrap_or_default();
        let at = day.and_time(opening).and_utc()
            + Duration::seconds(i64::from(seconds))
            + Duration::microseconds(micros);
        if from <= at && at < to { at } else { any }
    }

    /// The instant `days` before now.
    pub fn days_ago(&self, days: i64) -> DateTime<Utc> {
        self.now - Duration::days(days)
    }

    /// An instant of the day that many days before now: when somebody did something.
    pub fn day(&mut self, days: i64) -> DateTime<Utc> {
        let from = self.days_ago(days);
        self.at_work(from, from + Duration::hours(20))
    }

    /// The midnight after that many days from now: how people plan ends.
    pub fn in_days(&self, days: i64) -> DateTime<Utc> {
        let day = self.now.date_naive() + Duration::days(days + 1);
        day.and_time(NaiveTime::MIN).and_utc()
    }

    /// The start of the quarter of an hour that many hours from now.
    pub fn in_hours(&self, hours: i64) -> DateTime<Utc> {
        let at = self.now + Duration::hours(hours);
        let into = at.timestamp().rem_euclid(900);
        at.trunc_subsecs(0) - Duration::seconds(into)
    }

    /// Midnight at the start of this day.
    pub fn today(&self) -> DateTime<Utc> {
        self.now.date_naive().and_time(NaiveTime::MIN).and_utc()
    }

    /// That many characters of base 62.
    pub fn characters(&mut self, count: usize) -> String {
        const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        (0..count)
            .filter_map(|_| self.pick(DIGITS).copied())
            .map(char::from)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_stay_in_their_bounds() {
        let mut draw = Draw::new(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
        for days in 1..500 {
            let (from, to) = (draw.days_ago(days), draw.now);
            let at = draw.at_work(from, to);
            assert!(from <= at && at < to);
        }
        for hours in 1..50 {
            assert!(draw.in_hours(hours) > draw.now);
        }
        assert!(draw.in_days(0) > draw.now);
        assert_eq!(draw.between(draw.now, draw.now), draw.now);
    }

    #[test]
    fn it_repeats_itself() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let take = || {
            let mut draw = Draw::new(now);
            (
                draw.characters(8),
                draw.id(now),
                draw.between(DateTime::UNIX_EPOCH, now),
            )
        };
        assert_eq!(take(), take());
    }
}
