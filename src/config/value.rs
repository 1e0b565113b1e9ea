//! Parsers of single values: numbers in a range, durations, lists, optional values. The range is at
//! the field, and an error names key and place.

use std::{fmt::Display, path::PathBuf, str::FromStr, time::Duration};

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de::Error};

/// An integer from `MIN` to `MAX`.
pub(super) fn between<'de, const MIN: u64, const MAX: u64, N, D>(
    deserializer: D,
) -> Result<N, D::Error>
where
    N: TryFrom<u64>,
    D: Deserializer<'de>,
{
    let number = i64::deserialize(deserializer)?;
    u64::try_from(number)
        .ok()
        .filter(|number| (MIN..=MAX).contains(number))
        .and_then(|number| N::try_from(number).ok())
        .ok_or_else(|| {
            Error::custom(format!(
                "{number} is not a whole number from {MIN} to {MAX}"
            ))
        })
}

fn span<'de, const MIN: u64, const MAX: u64, D: Deserializer<'de>>(
    deserializer: D,
    unit: u64,
) -> Result<Duration, D::Error> {
    let count: u64 = between::<MIN, MAX, u64, D>(deserializer)?;
    Ok(Duration::from_secs(count.saturating_mul(unit)))
}

/// From `MIN` to `MAX` seconds.
pub(super) fn seconds<'de, const MIN: u64, const MAX: u64, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    span::<MIN, MAX, D>(deserializer, 1)
}

/// From `MIN` to `MAX` minutes.
pub(super) fn minutes<'de, const MIN: u64, const MAX: u64, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    span::<MIN, MAX, D>(deserializer, 60)
}

/// From `MIN` to `MAX` hours.
pub(super) fn hours<'de, const MIN: u64, const MAX: u64, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    span::<MIN, MAX, D>(deserializer, 60 * 60)
}

/// From `MIN` to `MAX` days.
pub(super) fn days<'de, const MIN: u64, const MAX: u64, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    span::<MIN, MAX, D>(deserializer, 24 * 60 * 60)
}

/// A text that has to be parsed. The error says what was expected.
pub(super) fn parsed<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr,
    T::Err: Display,
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|error| Error::custom(format!("`{text}`: {error}")))
}

/// A folder's path, not empty.
pub(super) fn folder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    optional_folder(deserializer)?.ok_or_else(|| Error::custom("a folder is needed"))
}

/// A folder's path. An empty text means none.
pub(super) fn optional_folder<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<PathBuf>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(Some(text)
        .filter(|text| !text.is_empty())
        .map(PathBuf::from))
}

/// A text that is never printed. An empty text means none.
pub(super) fn optional_secret<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SecretString>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(Some(text)
        .filter(|text| !text.is_empty())
        .map(SecretString::from))
}

/// A web address without a path, in the browsers' form of an `Origin`: scheme, host in lower case,
/// port if it is not the scheme's default.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let fault = || format!("`{text}` is not of the form https://host or https://host:port");
    let lower = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
    let uri: http::Uri = lower.parse().map_err(|_| fault())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(fault());
    };
    let default_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return Err(fault()),
    };
    let host_and_port = authority.as_str();
    if lower != format!("{scheme}://{host_and_port}")
        || host_and_port.contains(['@', '*'])
        || authority.host().is_empty()
    {
        return Err(fault());
    }
    Ok(format!(
        "{scheme}://{}",
        host_and_port
            .strip_suffix(default_port)
            .unwrap_or(host_and_port)
    ))
}
