//! The days and months of a workspace (WS-13, QUOTA-5): they begin at midnight of its time zone, and
//! a change of the zone never gives a second allowance.
//!
//! Owns midnights and periods. Must not count and must not read the clock: callers pass the instant.

use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _,
    Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::vocabulary::QuotaPeriod;

/// A time zone by its IANA name, such as `Europe/Amsterdam`. Default: `UTC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeZone(Tz);

impl Default for TimeZone {
    fn default() -> Self {
        Self(Tz::UTC)
    }
}

/// The text is not the name of a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an IANA time zone")]
pub struct UnknownTimeZone;

impl FromStr for TimeZone {
    type Err = UnknownTimeZone;

    fn from_str(name: &str) -> Result<Self, UnknownTimeZone> {
        name.parse().map(Self).map_err(|_| UnknownTimeZone)
    }
}

impl TryFrom<String> for TimeZone {
    type Error = UnknownTimeZone;

    fn try_from(name: String) -> Result<Self, UnknownTimeZone> {
        name.parse()
    }
}

impl From<TimeZone> for String {
    fn from(zone: TimeZone) -> Self {
        zone.name().to_owned()
    }
}

/// The steps in which the end of a missing hour is looked for: clocks are put forward by multiples
/// of it.
const QUARTER: Duration = Duration::minutes(15);

/// The most quarters that can be missing: one day and its hours, as on Samoa on 30 December 2011.
const MOST_QUARTERS: i32 = 4 * 26;

/// From the start of a day to about its noon.
const HALF_A_DAY: Duration = Duration::hours(12);

/// What is left of a month after a change of the time zone is a month by itself from this length on.
/// Zones are at most 26 hours apart, so a shorter rest is a day or two.
const SHORTEST_MONTH: Duration = Duration::days(3);

impl TimeZone {
    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The day that it is there at `t`.
    pub fn date(self, t: DateTime<Utc>) -> NaiveDate {
        t.with_timezone(&self.0).date_naive()
    }

    /// The local date and time at `t`, and what the zone is called then: `CEST`, or `UTC+05:45` where
    /// it has no name.
    pub fn local(self, t: DateTime<Utc>) -> (NaiveDateTime, String) {
        let local = t.with_timezone(&self.0);
        let name = local.format("%Z").to_string();
        let has_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let called = if has_name {
            name
        } else {
            local.format("UTC%:z").to_string()
        };
        (local.naive_local(), called)
    }

    /// The days from the date at `t` to the date at `end`, as people count them there.
    pub fn days_until(self, t: DateTime<Utc>, end: DateTime<Utc>) -> i64 {
        (self.date(end) - self.date(t)).num_days()
    }

    /// The first instant of `date`: midnight, or the end of the hour that is missing there. Where
    /// midnight comes twice, it is the first one.
    fn begin(self, date: NaiveDate) -> DateTime<Utc> {
        let midnight = date.and_time(NaiveTime::MIN);
        (0..=MOST_QUARTERS)
            .find_map(|quarters| {
                self.0
                    .from_local_datetime(&(midnight + QUARTER * quarters))
                    .earliest()
            })
            .map_or_else(|| midnight.and_utc(), |begin| begin.to_utc())
    }

    /// The first midnight that is not before `t`.
    fn midnight_from(self, t: DateTime<Utc>) -> DateTime<Utc> {
        let date = self.date(t);
        let today = self.begin(date);
        if today >= t {
            today
        } else {
            self.begin(next_day(date))
        }
    }

    fn period(self, period: QuotaPeriod, t: DateTime<Utc>) -> Span {
        let date = self.date(t);
        let (first, next) = match period {
            QuotaPeriod::Day => (date, next_day(date)),
            QuotaPeriod::Month => {
                let first = date.with_day(1).unwrap_or(date);
                let next = first.checked_add_months(Months::new(1));
                (first, next.unwrap_or(NaiveDate::MAX))
            }
        };
        Span {
            start: self.begin(first),
            end: self.begin(next),
        }
    }
}

fn next_day(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1))
        .unwrap_or(NaiveDate::MAX)
}

/// A day or a month: `[start, end)`. A counter is named by its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first instant.
    pub start: DateTime<Utc>,
    /// The instant from which the next one counts.
    pub end: DateTime<Utc>,
}

/// The day or the month that was current when the time zone changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct ExtendedPeriod {
    start: DateTime<Utc>,
    /// When it would have ended without a change.
    original_end: DateTime<Utc>,
    /// When it ends.
    end: DateTime<Utc>,
}

/// The calendars that the counters of a workspace run by (QUOTA-5).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calendars {
    /// Its own: members, visitors, and the cap of a secondary workspace.
    pub own: Calendar,
    /// That of its main workspace, which has the license. A main workspace has the same twice.
    pub main: Calendar,
}

/// The days and months of a workspace, as stored with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    zone: TimeZone,
    /// The day and the month that were current when the time zone last changed.
    #[serde(default)]
    extended: Option<(ExtendedPeriod, ExtendedPeriod)>,
}

impl Calendar {
    /// The workspace's time zone.
    pub const fn zone(&self) -> TimeZone {
        self.zone
    }

    /// The period that contains `t`.
    pub fn period(&self, period: QuotaPeriod, t: DateTime<Utc>) -> Span {
        let natural = self.zone.period(period, t);
        let Some(extended) = self.extended(period) else {
            return natural;
        };
        if t < extended.start {
            Span {
                end: natural.end.min(extended.start),
                ..natural
            }
        } else if t < extended.end {
            Span {
                start: extended.start,
                end: extended.end,
            }
        } else {
            Span {
                start: natural.start.max(extended.end),
                ..natural
            }
        }
    }

    /// The first instant of the period that contains `t`.
    pub fn start(&self, period: QuotaPeriod, t: DateTime<Utc>) -> DateTime<Utc> {
        self.period(period, t).start
    }

    /// The end of the period that contains `t`, when its counter restarts.
    pub fn resets_at(&self, period: QuotaPeriod, t: DateTime<Utc>) -> DateTime<Utc> {
        self.period(period, t).end
    }

    /// The date of the day that contains `t`, for people to read: the one that it is there twelve
    /// hours after the day's start, which an earlier time zone may have set. Not a key: two days may
    /// share a date after a change of the time zone.
    pub fn day_name(&self, t: DateTime<Utc>) -> String {
        let noon = self.start(QuotaPeriod::Day, t) + HALF_A_DAY;
        self.zone.date(noon).to_string()
    }

    const fn extended(&self, period: QuotaPeriod) -> Option<ExtendedPeriod> {
        match (self.extended, period) {
            (Some((day, _)), QuotaPeriod::Day) => Some(day),
            (Some((_, month)), QuotaPeriod::Month) => Some(month),
            (None, _) => None,
        }
    }

    /// The calendar after the time zone changes at `t`. The current day and month last until the
    /// first midnight of the new zone at or after their original end, so that nobody gets a second
    /// allowance. If only a few days of a month are left then, they belong to the current one.
    #[must_use]
    pub fn with_time_zone(&self, zone: TimeZone, t: DateTime<Utc>) -> Self {
        let extend = |period| {
            let current = self.period(period, t);
            let original_end = match self.extended(period) {
                Some(extended) if current.start == extended.start => extended.original_end,
                _ => current.end,
            };
            let midnight = zone.midnight_from(original_end.max(t));
            let rest = zone.period(period, midnight);
            let joins = period == QuotaPeriod::Month && rest.end - midnight < SHORTEST_MONTH;
            ExtendedPeriod {
                start: current.start,
                original_end,
                end: if joins { rest.end } else { midnight },
            }
        };
        Self {
            zone,
            extended: Some((extend(QuotaPeriod::Day), extend(QuotaPeriod::Month))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use QuotaPeriod::{Day, Month};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn zone(name: &str) -> TimeZone {
        name.parse().expect("a time zone")
    }

    fn span(start: &str, end: &str) -> Span {
        Span {
            start: at(start),
            end: at(end),
        }
    }

    fn of(name: &str) -> Calendar {
        Calendar {
            zone: zone(name),
            extended: None,
        }
    }

    #[test]
    fn ws_13_names_are_ianas() {
        for name in ["UTC", "Europe/Amsterdam", "Asia/Kathmandu", "Etc/GMT+5"] {
            assert_eq!(zone(name).name(), name);
        }
        for name in [
            "",
            "Europe/Atlantis",
            "europe/amsterdam",
            "CEST+1",
            " UTC",
            "+02:00",
        ] {
            assert_eq!(name.parse::<TimeZone>(), Err(UnknownTimeZone), "{name}");
        }
        assert_eq!(Calendar::default(), of("UTC"));
        let json = serde_json::to_string(&of("Europe/Paris")).unwrap();
        assert_eq!(
            serde_json::from_str::<Calendar>(&json).unwrap(),
            of("Europe/Paris")
        );
        assert!(serde_json::from_str::<Calendar>(r#"{"zone":"Mars/Base"}"#).is_err());
    }

    #[test]
    fn quota_5_periods_begin_at_midnight_and_on_the_first() {
        let utc = Calendar::default();
        let t = at("2028-02-29T23:59:59.999999Z");
        assert_eq!(
            utc.period(Day, t),
            span("2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z")
        );
        assert_eq!(utc.start(Month, t), at("2028-02-01T00:00:00Z"));
        assert_eq!(
            utc.resets_at(Month, at("2027-12-01T00:00:00Z")),
            at("2028-01-01T00:00:00Z")
        );
        let next = utc.resets_at(Day, t);
        assert_eq!(utc.start(Day, next), next);
    }

    #[test]
    fn ws_13_days_have_23_and_25_hours_where_clocks_change() {
        let paris = of("Europe/Paris");
        let short = paris.period(Day, at("2026-03-29T12:00:00Z"));
        assert_eq!(short, span("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"));
        let long = paris.period(Day, at("2026-10-25T12:00:00Z"));
        assert_eq!(long, span("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"));
        let march = paris.period(Month, at("2026-03-15T00:00:00Z"));
        assert_eq!(march, span("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"));
        // Clocks are put back at midnight, and a day is missing.
        let cairo = of("Africa/Cairo").period(Day, at("2026-04-24T12:00:00Z"));
        assert_eq!(cairo, span("2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z"));
        let apia = of("Pacific/Apia").period(Day, at("2011-12-30T09:59:59Z"));
        assert_eq!(apia, span("2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"));
    }

    #[test]
    fn ws_13_zones_may_have_half_hours_and_quarters() {
        let kathmandu = of("Asia/Kathmandu").period(Day, at("2026-03-02T12:00:00Z"));
        assert_eq!(
            kathmandu,
            span("2026-03-01T18:15:00Z", "2026-03-02T18:15:00Z")
        );
        let howe = of("Australia/Lord_Howe").period(Day, at("2026-04-04T20:00:00Z"));
        assert_eq!(howe, span("2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z"));
    }

    #[test]
    fn ws_13_after_a_change_what_is_under_way_lasts_until_a_midnight_of_the_new_zone() {
        let noon = at("2026-03-31T12:00:00Z");
        // To the east: the new midnight of 1 April has passed when the UTC day ends.
        let tokyo = Calendar::default().with_time_zone(zone("Asia/Tokyo"), noon);
        assert_eq!(
            tokyo.period(Day, noon),
            span("2026-03-31T00:00:00Z", "2026-04-01T15:00:00Z")
        );
        assert_eq!(
            tokyo.period(Month, noon),
            span("2026-03-01T00:00:00Z", "2026-04-01T15:00:00Z")
        );
        let after = at("2026-04-01T15:00:00Z");
        assert_eq!(
            tokyo.period(Day, after),
            span("2026-04-01T15:00:00Z", "2026-04-02T15:00:00Z")
        );
        assert_eq!(
            tokyo.period(Month, after),
            span("2026-04-01T15:00:00Z", "2026-04-30T15:00:00Z")
        );
        // To the west: a few hours more.
        let lima = Calendar::default().with_time_zone(zone("America/Lima"), noon);
        assert_eq!(lima.period(Day, noon).end, at("2026-04-01T05:00:00Z"));
        assert_eq!(lima.period(Month, noon).end, at("2026-04-01T05:00:00Z"));
        // A mistake that is put right at once leaves the day as it was.
        let back = tokyo.with_time_zone(TimeZone::default(), noon);
        assert_eq!(
            back.period(Day, noon),
            Calendar::default().period(Day, noon)
        );
        assert_eq!(
            back.period(Month, noon),
            Calendar::default().period(Month, noon)
        );
        // Put right after the day's own end: until the next midnight.
        let late = tokyo.with_time_zone(TimeZone::default(), at("2026-04-01T10:00:00Z"));
        assert_eq!(
            late.period(Day, noon),
            span("2026-03-31T00:00:00Z", "2026-04-02T00:00:00Z")
        );
    }

    #[test]
    fn ws_13_a_last_day_of_a_month_is_no_month() {
        // The month ends on the first of April in the east, which is the 31st of March in the west.
        let east = of("Pacific/Kiritimati");
        let noon = at("2026-03-20T12:00:00Z");
        let west = east.with_time_zone(zone("Pacific/Pago_Pago"), noon);
        assert_eq!(
            west.period(Month, noon),
            span("2026-02-28T10:00:00Z", "2026-04-01T11:00:00Z")
        );
        assert_eq!(
            west.period(Month, at("2026-04-01T11:00:00Z")),
            span("2026-04-01T11:00:00Z", "2026-05-01T11:00:00Z")
        );
    }

    #[test]
    fn ws_13_a_day_bears_the_date_of_its_noon() {
        let noon = at("2026-03-31T12:00:00Z");
        assert_eq!(of("Asia/Tokyo").day_name(noon), "2026-03-31");
        assert_eq!(of("America/Lima").day_name(noon), "2026-03-31");
        let lima = Calendar::default().with_time_zone(zone("America/Lima"), noon);
        assert_eq!(lima.day_name(noon), "2026-03-31", "begun at midnight UTC");
        assert_eq!(lima.day_name(at("2026-04-01T05:00:00Z")), "2026-04-01");
    }

    const ZONES: [&str; 10] = [
        "UTC",
        "Europe/Amsterdam",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "America/Santiago",
        "Asia/Beirut",
    ];

    proptest! {
        /// Whatever is changed when: periods follow each other without gap or overlap, contain the
        /// instant asked for, and never become shorter than the shortest day by a change.
        #[test]
        fn ws_13_periods_tile_time_and_no_change_gives_a_second_allowance(
            first in 0_usize..10,
            changes in prop::collection::vec((0_usize..10, 0_i64..60 * 50), 0..4),
            begin in 0_i64..900,
        ) {
            let mut t = at("2026-01-01T00:00:00Z") + Duration::hours(begin * 9);
            let mut calendar = of(ZONES[first]);
            for (to, minutes) in changes {
                t += Duration::minutes(minutes);
                let before = [Day, Month].map(|period| calendar.period(period, t));
                calendar = calendar.with_time_zone(zone(ZONES[to]), t);
                for (index, period) in [Day, Month].into_iter().enumerate() {
                    let now = calendar.period(period, t);
                    prop_assert_eq!(now.start, before[index].start, "the counter goes on");
                    prop_assert!(now.end > t);
                    let least = calendar.extended(period).unwrap().original_end;
                    let most = match period {
                        Day => Duration::hours(26),
                        Month => Duration::hours(26) + SHORTEST_MONTH,
                    };
                    prop_assert!(now.end >= least && now.end < least.max(t) + most);
                }
            }
            for period in [Day, Month] {
                let mut span = calendar.period(period, t);
                for _ in 0..40 {
                    prop_assert!(span.start < span.end);
                    let last = span.end - Duration::microseconds(1);
                    prop_assert_eq!(calendar.period(period, last), span);
                    prop_assert_eq!(calendar.period(period, span.start), span);
                    let next = calendar.period(period, span.end);
                    prop_assert_eq!(next.start, span.end);
                    let shortest = match period {
                        Day => Duration::hours(23),
                        Month => Duration::days(25),
                    };
                    prop_assert!(next.end - next.start >= shortest, "{next:?}");
                    span = next;
                }
            }
        }
    }
}
