//! `[sign_in]`: how failed sign-ins are slowed down (ACC-5).

use std::time::Duration;

use serde::Deserialize;

use super::value::{between, minutes, seconds};

/// How failed sign-ins are slowed down.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The number of failures after which attempts have to wait.
    #[serde(deserialize_with = "between::<1, 100, _, _>")]
    pub failures: u32,
    /// The time in which failures count.
    #[serde(rename = "window_minutes", deserialize_with = "minutes::<1, 1_440, _>")]
    pub window: Duration,
    /// The longest wait.
    #[serde(
        rename = "max_delay_seconds",
        deserialize_with = "seconds::<1, 3_600, _>"
    )]
    pub max_delay: Duration,
}
