//! `[sessions]`: how long sessions live (ACC-6) and how their cookie is marked.

use std::time::Duration;

use serde::Deserialize;

use super::value::{between, days};

/// How long sessions live and how their cookie is marked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sessions {
    /// The lifetime without use.
    #[serde(rename = "idle_days", deserialize_with = "days::<1, 365, _>")]
    pub idle: Duration,
    /// The lifetime, however much it is used.
    #[serde(rename = "absolute_days", deserialize_with = "days::<1, 730, _>")]
    pub absolute: Duration,
    /// The maximum number per account.
    #[serde(deserialize_with = "between::<1, 1_000, _, _>")]
    pub max_per_account: u32,
    /// Whether cookies are marked `Secure`. [`super::Settings::secure_cookies`] decides.
    pub cookie_secure: CookieSecure,
}

/// Whether cookies are marked `Secure`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CookieSecure {
    /// If the public address is https.
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}
