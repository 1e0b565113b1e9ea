//! What the codes of payload errors and of failed items mean; the code is what programs read.

use std::borrow::Cow;

use fluent_templates::fluent_bundle::FluentValue;

use super::{Values, in_key, instant, number, text};
use crate::domain::{
    calendar::TimeZone,
    error_code::{Bound, ErrorCode},
    limit::ReachedLimit,
    quota,
    restore::RESTORABLE_FOR,
    secret::ApiKeySecret,
    sign_up,
    vocabulary::Locale,
    workspace_slug,
};

/// What a code means, in the reader's language, with the number that would have been accepted if
/// there is one.
pub fn of_code(code: ErrorCode, bound: Option<Bound>, locale: Locale) -> String {
    let Some(bound) = bound else {
        return text(locale, &code_key(code.as_str()), &limits(code, locale));
    };
    let (key, values) = match bound {
        Bound::AtLeast(1) => ("bound-not-empty", vec![]),
        Bound::AtLeast(least) => ("bound-at-least", vec![("least", least.into())]),
        Bound::AtMost(most) => ("bound-at-most", vec![("most", most.into())]),
        Bound::Line(line) => ("invalid-csv", vec![("line", line.into())]),
        Bound::Between(least, most) => (
            "bound-between",
            vec![("least", least.into()), ("most", most.into())],
        ),
    };
    let values = values
        .into_iter()
        .map(|(name, value): (_, FluentValue<'_>)| (Cow::Borrowed(name), value))
        .collect();
    text(locale, key, &values)
}

/// The fixed numbers that the text of a code names.
fn limits(code: ErrorCode, locale: Locale) -> Values<'static> {
    let step = i64::try_from(quota::RECORDS_STEP).unwrap_or_default();
    let values: Vec<(_, FluentValue<'static>)> = match code {
        ErrorCode::InvalidKey => vec![("most", sign_up::LONGEST_KEY.into())],
        ErrorCode::InvalidSecret => vec![
            ("prefix", ApiKeySecret::PREFIX.into()),
            ("length", ApiKeySecret::LENGTH.into()),
        ],
        ErrorCode::InvalidSlug => vec![
            ("least", workspace_slug::SHORTEST.into()),
            ("most", workspace_slug::LONGEST.into()),
        ],
        ErrorCode::NotAMultiple => vec![("step", number(locale, step).into())],
        ErrorCode::TooOld => vec![("days", RESTORABLE_FOR.num_days().into())],
        _ => Vec::new(),
    };
    let named = |(name, value)| (Cow::Borrowed(name), value);
    values.into_iter().map(named).collect()
}

/// Which limit refuses, how much it is, and until when, in the reader's language (JOIN-17).
pub fn of_limit(reached: &ReachedLimit, locale: Locale) -> String {
    let values = Values::from([(Cow::Borrowed("limit"), reached.limit.into())]);
    let which = text(locale, &limit_key(reached), &values);
    let Some(at) = reached.retry_at else {
        return which;
    };
    // To the next full minute: never said too early.
    let at = instant(
        locale,
        TimeZone::default(),
        at + chrono::Duration::seconds(59),
    );
    let values = Values::from([
        (Cow::Borrowed("which"), which.into()),
        (Cow::Borrowed("at"), at.into()),
    ]);
    text(locale, "limit-until", &values)
}

/// The key of a code's text.
pub(super) fn code_key(code: &str) -> String {
    format!("error-{}", in_key(code))
}

/// The key of a limit's text.
pub(super) fn limit_key(reached: &ReachedLimit) -> String {
    format!("limit-{}", in_key(reached.kind.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::limit::LimitKind;

    #[test]
    fn join_17_a_limit_says_which_how_much_and_until_when() {
        let at = chrono::DateTime::from_timestamp(1_790_000_001, 0).unwrap();
        let reached = ReachedLimit::until(LimitKind::InvitationsPerDay, 2_000, at);
        assert_eq!(
            of_limit(&reached, Locale::En),
            "This workspace has already sent the maximum of 2000 invitations in 24 hours. \
             Try again after 21 September 2026, 14:14 UTC."
        );
        for kind in LimitKind::ALL {
            for limit in [1, 4_711] {
                let texts = [Locale::En, Locale::Fr, Locale::Nl]
                    .map(|locale| of_limit(&ReachedLimit::of(*kind, limit), locale));
                assert!(
                    texts
                        .iter()
                        .all(|text| text.contains(&limit.to_string()) && text.ends_with('.')),
                    "{texts:?}"
                );
                assert!(texts[0] != texts[1] && texts[1] != texts[2], "{texts:?}");
            }
        }
    }

    #[test]
    fn a_bound_is_named_in_every_language() {
        for (bound, numbers) in [
            (Bound::AtLeast(8), &["8"][..]),
            (Bound::AtMost(80), &["80"]),
            (Bound::Between(1, 1_000), &["1", "1000"]),
        ] {
            for locale in Locale::ALL {
                let text = of_code(ErrorCode::TooLong, Some(bound), *locale);
                assert!(
                    numbers.iter().all(|number| text.contains(number)) && text.ends_with('.'),
                    "{text}"
                );
            }
        }
        assert_eq!(
            of_code(ErrorCode::TooShort, Some(Bound::AtLeast(1)), Locale::En),
            "This must not be empty."
        );
    }

    #[test]
    fn every_code_has_a_text_of_its_own_in_every_language() {
        for code in ErrorCode::ALL {
            let texts =
                [Locale::En, Locale::Fr, Locale::Nl].map(|locale| of_code(*code, None, locale));
            assert!(
                texts.iter().all(|text| text.ends_with('.'))
                    && texts[0] != texts[1]
                    && texts[1] != texts[2],
                "{texts:?}"
            );
        }
    }
}
