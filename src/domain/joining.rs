//! The JSON in the rows about joining: the sign-up form and its answers, localized texts, quotas
//! that an invitation offers (JOIN-2, JOIN-3, JOIN-7). Owns the format; must not validate it.
//!
//! Networks, e-mail domains and addresses are plain arrays of strings. Permissions are a
//! [`PermissionSet`](super::permission::PermissionSet), groups an array of
//! [`GroupId`](super::id::GroupId).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    names::named_enum,
    vocabulary::{Locale, QuotaType},
};

named_enum! {
    /// How a field of the sign-up form is filled in (JOIN-2).
    pub enum SignUpFieldKind {
        /// With any text.
        Text = "TEXT",
        /// With one of the choices.
        Choice = "CHOICE",
        /// With `true` or `false`; required = it must be `true`.
        Checkbox = "CHECKBOX",
    }
}

/// A text in some of the product's languages: `{"EN": "…", "FR": "…"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalizedText(BTreeMap<Locale, String>);

impl LocalizedText {
    /// Builds it from its versions.
    pub fn new(versions: impl IntoIterator<Item = (Locale, String)>) -> Self {
        Self(versions.into_iter().collect())
    }

    /// The versions, by language.
    pub fn versions(&self) -> impl Iterator<Item = (Locale, &str)> {
        self.0.iter().map(|(locale, text)| (*locale, text.as_str()))
    }

    /// Whether there is no version.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The version in `locale`, else the English one, else any. `None` if there is none.
    pub fn get(&self, locale: Locale) -> Option<&str> {
        self.0
            .get(&locale)
            .or_else(|| self.0.get(&Locale::En))
            .or_else(|| self.0.values().next())
            .map(String::as_str)
    }
}

/// One extra field of the sign-up form (JOIN-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUpFieldSpec {
    /// The key of its answer.
    pub key: String,
    /// The label shown to people.
    pub label: LocalizedText,
    /// How it is filled in.
    pub kind: SignUpFieldKind,
    /// The choices of a CHOICE; empty for other kinds.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Whether an answer is required.
    pub required: bool,
}

/// The answer to one field (JOIN-3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The key of the field.
    pub key: String,
    /// The text; `true` or `false` for a CHECKBOX.
    pub value: String,
}

/// A quota value that an invitation offers (JOIN-7). API_CALLS are per day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedQuota {
    /// What is limited.
    #[serde(rename = "type")]
    pub quota_type: QuotaType,
    /// The most that the member may use.
    pub limit: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_2_fields_keep_their_form() {
        let text = r#"[{"key":"purpose","label":{"EN":"Purpose","FR":"But","NL":"Doel"},"kind":"CHOICE","choices":["Research","Press"],"required":true}]"#;
        let fields: Vec<SignUpFieldSpec> = serde_json::from_str(text).unwrap();
        assert_eq!(fields[0].label.get(Locale::Nl), Some("Doel"));
        assert_eq!(fields[0].kind, SignUpFieldKind::Choice);
        assert_eq!(serde_json::to_string(&fields).unwrap(), text);
    }

    #[test]
    fn join_2_a_missing_language_falls_back_to_english() {
        let text = LocalizedText::new([
            (Locale::En, "Hello".to_owned()),
            (Locale::Fr, "Bonjour".to_owned()),
        ]);
        assert_eq!(
            (text.get(Locale::Fr), text.get(Locale::Nl)),
            (Some("Bonjour"), Some("Hello"))
        );
        assert_eq!(LocalizedText::default().get(Locale::En), None);
    }

    #[test]
    fn join_7_offered_quotas_keep_their_form() {
        let text = r#"[{"type":"API_CALLS","limit":0}]"#;
        let quotas: Vec<OfferedQuota> = serde_json::from_str(text).unwrap();
        assert_eq!(
            quotas,
            [OfferedQuota {
                quota_type: QuotaType::ApiCalls,
                limit: 0
            }]
        );
        assert_eq!(serde_json::to_string(&quotas).unwrap(), text);
    }
}
