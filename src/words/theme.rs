//! What is said of themes.

use std::borrow::Cow;

use super::{Values, text};
use crate::domain::{theme::LEAST_CONTRAST, vocabulary::Locale};

/// That text of this contrast is hard to read.
pub fn hard_to_read(contrast: f64, locale: Locale) -> String {
    let values = Values::from([
        (Cow::Borrowed("contrast"), decimal(contrast, locale).into()),
        (
            Cow::Borrowed("least"),
            decimal(LEAST_CONTRAST, locale).into(),
        ),
    ]);
    text(locale, "theme-hard-to-read", &values)
}

/// A number as the language writes it.
fn decimal(number: f64, locale: Locale) -> String {
    match locale {
        Locale::En => number.to_string(),
        Locale::Fr | Locale::Nl => number.to_string().replace('.', ","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn theme_1_the_warning_names_both_ratios() {
        for (locale, contrast, least) in [
            (Locale::En, "3.99", "4.5"),
            (Locale::Fr, "3,99", "4,5"),
            (Locale::Nl, "3,99", "4,5"),
        ] {
            let warning = hard_to_read(3.99, locale);
            assert!(
                warning.contains(contrast) && warning.contains(least) && warning.ends_with('.'),
                "{warning}"
            );
        }
    }
}
