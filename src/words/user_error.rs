//! What the codes of payload errors and of failed items mean; the code is what programs read.

use std::borrow::Cow;

use super::{Values, find, in_key, instant, text};
use crate::domain::{limit::ReachedLimit, vocabulary::Locale};

/// What `code` means, in the reader's language; the code itself if nothing is known of it.
pub fn of_code(code: &str, locale: Locale) -> String {
    find(locale, &code_key(code), &Values::new()).unwrap_or_else(|| code.to_owned())
}

/// Which limit refuses, how much it is, and until when, in the reader's language (JOIN-17).
pub fn of_limit(reached: &ReachedLimit, locale: Locale) -> String {
    let values = Values::from([(Cow::Borrowed("limit"), reached.limit.into())]);
    let which = text(locale, &limit_key(reached), &values);
    let Some(at) = reached.retry_at else {
        return which;
    };
    // To the next full minute: never said too early.
    let at = instant(locale, at + chrono::Duration::seconds(59));
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
    fn an_unknown_code_is_shown_as_it_is() {
        assert_eq!(of_code("NO_SUCH_CODE", Locale::Fr), "NO_SUCH_CODE");
        assert_eq!(
            of_code("FORBIDDEN", Locale::Fr),
            "Vous n'êtes pas autorisé à faire cela."
        );
    }
}
