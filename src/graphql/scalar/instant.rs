//! `DateTime`: RFC 3339; in: any offset and up to nine digits of a second, cut to six; out: UTC and
//! always six digits.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, Datelike, SubsecRound, Utc};

use crate::{domain::audit::instant, words::message};

/// An instant in the API's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub DateTime<Utc>);

impl Instant {
    /// Reads the API's form; `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.split_once('.').map_or(0, |(_, tail)| {
            tail.bytes().take_while(u8::is_ascii_digit).count()
        });
        if !text.is_ascii()
            || text.ends_with('z')
            || text.as_bytes().get(10) != Some(&b'T')
            || digits > 9
        {
            return None;
        }
        let at = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
        let at = at.trunc_subsecs(6);
        // A leap second has no instant of its own.
        (at.timestamp_subsec_nanos() < 1_000_000_000 && (1970..9999).contains(&at.year()))
            .then_some(Self(at))
    }
}

/// An instant in RFC 3339 format. Input may have any offset and up to 9 fractional digits of a
/// second (cut to 6); its year in UTC is 1970 to 9998. Output is in UTC and always has 6 fractional
/// digits.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339"
)]
impl ScalarType for Instant {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => {
                Self::read(text).ok_or_else(|| InputValueError::custom(message::date_time_form()))
            }
            _ => Err(InputValueError::custom(message::date_time_form())),
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
    fn any_offset_and_up_to_nine_digits() {
        for (good, read) in [
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"),
            ("2026-01-31T12:00:00.1Z", "2026-01-31T12:00:00.100000Z"),
            ("1970-01-01T00:00:00.000000Z", "1970-01-01T00:00:00.000000Z"),
            (
                "9998-12-31T23:59:59.999999999Z",
                "9998-12-31T23:59:59.999999Z",
            ),
            ("2026-01-31T12:00:00+00:00", "2026-01-31T12:00:00.000000Z"),
            (
                "2026-01-31T00:30:00.123456789+02:00",
                "2026-01-30T22:30:00.123456Z",
            ),
            (
                "2026-01-31T12:00:00.1234567-05:30",
                "2026-01-31T17:30:00.123456Z",
            ),
        ] {
            assert_eq!(
                Instant::read(good).map(|at| instant(at.0)).as_deref(),
                Some(read),
                "{good}"
            );
        }
        for bad in [
            "2026-01-31T12:00:00.1234567890Z",
            "2026-01-31T12:00:00",
            "2026-01-31T12:00:00z",
            "2026-01-31T12:00:00+2",
            "2026-01-31T12:00:00+24:00",
            "1970-01-01T00:00:00+01:00",
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
