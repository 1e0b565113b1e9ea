//! `[invitations]`: how many may be sent, to whom none, and how long one waits for its answer
//! (JOIN-6, JOIN-8).

use std::time::Duration;

use serde::Deserialize;

use super::value::{between, days};

/// What invitations may be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitations {
    /// From being sent to being too old.
    #[serde(rename = "term_days", deserialize_with = "days::<1, 365, _>")]
    pub term: Duration,
    /// How many a workspace sends in 24 hours.
    #[serde(deserialize_with = "between::<1, 1_000_000, _, _>")]
    pub per_workspace_and_day: u32,
    /// How many an address is sent in 24 hours.
    #[serde(deserialize_with = "between::<1, 1_000, _, _>")]
    pub mails_per_address_and_day: u32,
    /// Days before the lapse at which the invited are reminded; 0: never.
    #[serde(deserialize_with = "between::<0, 30, _, _>")]
    pub reminder_days: u32,
    /// Minutes for which answers are gathered before whoever invited is told.
    #[serde(deserialize_with = "between::<1, 1_440, _, _>")]
    pub answers_after_minutes: u32,
    /// Addresses and domains that are sent none.
    pub blocked: Vec<String>,
}
