//! The language that a client asks for (JOIN-16).
//!
//! Owns reading `Accept-Language` (RFC 9110, 12.5.4). Libraries for it drop the weights or
//! negotiate whole locales, while here three languages without regions are enough.
//! `service::Caller::locale` decides whether the language counts.

use http::{HeaderMap, header::ACCEPT_LANGUAGE};

use crate::domain::vocabulary::Locale;

/// The maximum number of ranges to read.
const MOST_RANGES: usize = 50;

/// The supported language with the highest weight; the first of equals. `None` if the client names
/// none.
pub(super) fn accepted(headers: &HeaderMap) -> Option<Locale> {
    let values = headers
        .get_all(ACCEPT_LANGUAGE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let ranges = values.flat_map(|value| value.split(',')).take(MOST_RANGES);
    let mut best: Option<(Locale, u16)> = None;
    for (locale, weight) in ranges.filter_map(range) {
        if weight > best.map_or(0, |(_, highest)| highest) {
            best = Some((locale, weight));
        }
    }
    best.map(|(locale, _)| locale)
}

/// The tag of a language (RFC 5646), for `Content-Language`.
pub(super) const fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "en",
        Locale::Fr => "fr",
        Locale::Nl => "nl",
    }
}

/// A range and its weight in thousandths: `fr-CA;q=0.8`. Ignores the region.
fn range(text: &str) -> Option<(Locale, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let tag = parts.next()?;
    let language = tag.split('-').next()?.to_ascii_uppercase();
    let mut weight = 1_000;
    for parameter in parts {
        let (name, value) = parameter.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("q") {
            weight = thousandths(value.trim())?;
        }
    }
    Some((Locale::parse(&language)?, weight))
}

/// Parses `0`, `0.8`, `1.000`.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let fraction: u16 = format!("{fraction:0<3}").parse().ok().filter(|_| digits)?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(values: &[&str]) -> Option<Locale> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT_LANGUAGE, value.parse().unwrap());
        }
        accepted(&headers)
    }

    #[test]
    fn join_16_the_highest_weight_wins_then_the_first() {
        for (header, wanted) in [
            ("fr", Some(Locale::Fr)),
            ("FR-ca", Some(Locale::Fr)),
            ("nl-BE, fr;q=0.9", Some(Locale::Nl)),
            ("en;q=0.5,nl;q=0.8, fr;q=0.8", Some(Locale::Nl)),
            ("de-CH,de;q=0.9,fr;q=0.8,en;q=0.7", Some(Locale::Fr)),
            ("zh-Hant-TW, nl ; q=0.001", Some(Locale::Nl)),
            ("fr;q=0, nl;q=0.1", Some(Locale::Nl)),
            ("fr;q=0", None),
            ("de, *;q=0.5", None),
            ("*", None),
            ("", None),
            (",;,q=1;;", None),
            ("french, nlx", None),
            ("fr;q=2, nl", Some(Locale::Nl)),
            ("fr;q=0.12345, nl;q=x, en;q=1.0", Some(Locale::En)),
        ] {
            assert_eq!(language(&[header]), wanted, "{header}");
        }
        assert_eq!(language(&["de", "nl;q=0.5, fr;q=0.6"]), Some(Locale::Fr));
        assert_eq!(language(&[]), None);
        assert_eq!(language(&[&"xx,".repeat(2_000)]), None);
    }
}
