//! What the product says to people, in English, French and Dutch: one folder a language, one key a
//! text.
//!
//! Owns the texts (`words/{en,fr,nl}/*.ftl`) and how values are put into them. Must not decide what
//! is said, to whom, or in which language: that comes with the call. Logs and the command line are
//! English; they stand where they are written.

pub mod catalogue;
pub mod explanation;
pub mod message;
pub mod theme;
pub mod user_error;

use std::{borrow::Cow, collections::HashMap};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use fluent_templates::{LanguageIdentifier, fluent_bundle::FluentValue, langid, static_loader};

pub use message::Message;

use crate::domain::{calendar::TimeZone, vocabulary::Locale};

static_loader! {
    static TEXTS = {
        locales: "./src/words",
        fallback_language: "en",
        // Mails escape whole sentences, and marks around what is put in would show in some clients.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const ENGLISH: LanguageIdentifier = langid!("en");
const FRENCH: LanguageIdentifier = langid!("fr");
const DUTCH: LanguageIdentifier = langid!("nl");

/// What is put into a text, by name.
pub(crate) type Values<'a> = HashMap<Cow<'static, str>, FluentValue<'a>>;

/// The text of `key` with these values; `None` if there is none.
pub(crate) fn find(locale: Locale, key: &str, values: &Values<'_>) -> Option<String> {
    let language = match locale {
        Locale::En => &ENGLISH,
        Locale::Fr => &FRENCH,
        Locale::Nl => &DUTCH,
    };
    TEXTS
        .lookup_single_language(language, key, Some(values))
        .ok()
}

/// The text of `key` with these values. The tests hold that there is one; without one, the key.
pub(crate) fn text(locale: Locale, key: &str, values: &Values<'_>) -> String {
    find(locale, key, values).unwrap_or_else(|| key.to_owned())
}

/// The text of `key`, which takes no values.
pub(crate) fn plain(locale: Locale, key: &str) -> String {
    text(locale, key, &Values::new())
}

/// A name of the API as it stands in keys: `NOT_FOUND` is `not-found`.
fn in_key(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

/// A day, as the language writes it.
pub(crate) fn date(locale: Locale, day: NaiveDate) -> String {
    let values = Values::from([
        (Cow::Borrowed("day"), i64::from(day.day()).into()),
        (Cow::Borrowed("month"), i64::from(day.month()).into()),
        (Cow::Borrowed("year"), day.year().to_string().into()),
    ]);
    text(locale, "date", &values)
}

/// An instant to the minute, in this time zone, as the language writes it.
pub(crate) fn instant(locale: Locale, zone: TimeZone, at: DateTime<Utc>) -> String {
    let (local, called) = zone.local(at);
    let values = Values::from([
        (Cow::Borrowed("date"), date(locale, local.date()).into()),
        (
            Cow::Borrowed("time"),
            local.format("%H:%M").to_string().into(),
        ),
        (Cow::Borrowed("zone"), called.into()),
    ]);
    text(locale, "instant", &values)
}

/// Digits in groups of three, as the language writes them.
pub(crate) fn number(locale: Locale, number: i64) -> String {
    let mark = match locale {
        Locale::En => ',',
        Locale::Fr => '\u{202f}',
        Locale::Nl => '.',
    };
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digit.is_ascii_digit() && (digits.len() - index).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
