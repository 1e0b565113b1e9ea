//! Dataset themes: the categories of a workspace's datasets (THEME-2).
//!
//! Owns the limits and what a theme says in each language. Must not know which themes exist.

use serde_json::{Value, json};

use super::vocabulary::Locale;

/// The most themes of a workspace. The migration that turned texts into themes knew no limit.
pub const MOST_THEMES: usize = 100;

/// The longest label, in characters.
pub const LONGEST_LABEL: usize = 100;

/// The colour of a theme for which none was chosen: readable as text on white.
pub const DEFAULT_COLOR: &str = "#4b5563";

/// The icon of a theme for which none was chosen.
pub const DEFAULT_ICON: &str = "folder";

/// A label in every language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// In English.
    pub en: String,
    /// In French.
    pub fr: String,
    /// In Dutch.
    pub nl: String,
}

impl Labels {
    /// The label in one language.
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::En => &self.en,
            Locale::Fr => &self.fr,
            Locale::Nl => &self.nl,
        }
    }

    /// Puts another label in one language.
    pub fn set(&mut self, locale: Locale, label: String) {
        match locale {
            Locale::En => self.en = label,
            Locale::Fr => self.fr = label,
            Locale::Nl => self.nl = label,
        }
    }

    /// As the audit log has it: the labels by language.
    pub fn value(&self) -> Value {
        json!({ "EN": self.en, "FR": self.fr, "NL": self.nl })
    }
}
