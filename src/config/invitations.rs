//! `[invitations]`: how many may be sent, which addresses get none, and how long they are valid
//! (JOIN-6, JOIN-8).

use std::time::Duration;

use serde::Deserialize;

use super::value::{between, days};

/// Limits of invitations.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitations {
    /// How long an invitation is valid after sending.
    #[serde(rename = "term_days", deserialize_with = "days::<1, 365, _>")]
    pub term: Duration,
    /// The maximum number that a workspace sends in 24 hours.
    #[serde(deserialize_with = "between::<1, 1_000_000, _, _>")]
    pub per_workspace_and_day: u32,
    /// The maximum number that an address receives in 24 hours.
    #[serde(deserialize_with = "between::<1, 1_000, _, _>")]
    pub mails_per_address_and_day: u32,
    /// The maximum number that an import sends in an hour.
    #[serde(deserialize_with = "between::<1, 1_000_000, _, _>")]
    pub import_mails_per_hour: u32,
    /// How many days before its end the receiver is reminded. 0 means never.
    #[serde(deserialize_with = "between::<0, 30, _, _>")]
    pub reminder_days: u32,
    /// How many minutes of answers one mail to the inviter collects.
    #[serde(deserialize_with = "between::<1, 1_440, _, _>")]
    pub answers_after_minutes: u32,
    /// Addresses and domains that receive none.
    pub blocked: Vec<String>,
}
