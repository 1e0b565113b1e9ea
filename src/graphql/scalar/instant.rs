//! `DateTime`: RFC 3339, in UTC, at most six digits of a second in, always six out.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, Datelike, Utc};

use crate::domain::audit::instant;

/// An instant in the API's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub DateTime<Utc>);

const FORM: &str = "a DateTime is RFC 3339 in UTC: it ends in Z, has at most 6 digits of a second, and a year from 1970 to 9998";

impl Instant {
    /// Reads the API's form; `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let fraction = text.split_once('.').map_or(0, |(_, tail)| tail.len().saturating_sub(1));
        if !text.is_ascii() || !text.ends_with('Z') || text.as_bytes().get(10) != Some(&b'T') || fraction > 6 {
            return None;
        }
        let at = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
        // A leap second has no instant of its own.
        (at.timestamp_subsec_nanos() < 1_000_000_000 && (1970..9999).contains(&at.year())).then_some(Self(at))
    }
}

/// An instant: RFC 3339 in UTC. In: ends in Z, at most 6 digits of a second, 1970 <= year < 9999. Out: always 6 digits.
#[Scalar(name = "DateTime", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for Instant {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Self::read(text).ok_or_else(|| InputValueError::custom(FORM)),
            _ => Err(InputValueError::custom(FORM)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(instant(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_utc_with_at_most_six_digits() {
        for good in
            ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.1Z", "1970-01-01T00:00:00.000000Z", "9998-12-31T23:59:59.999999Z"]
        {
            assert!(Instant::read(good).is_some(), "{good}");
        }
        for bad in [
            "2026-01-31T12:00:00+00:00",
            "2026-01-31T12:00:00.1234567Z",
            "2026-01-31 12:00:00Z",
            "2026-01-31t12:00:00Z",
            "1969-12-31T23:59:59Z",
            "9999-01-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-06-30T23:59:60Z",
            "2026-01-31",
            "",
            "Z",
        ] {
            assert!(Instant::read(bad).is_none(), "{bad}");
        }
    }
}
