//! `[accounts]`: how people get an account (ACC-2), and how much mail they can have sent without
//! one.

use std::time::Duration;

use serde::Deserialize;

use super::value::{between, hours};

/// How people get an account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// How long a registration can be confirmed.
    #[serde(rename = "registration_hours", deserialize_with = "hours::<1, 168, _>")]
    pub registration: Duration,
    /// Mails of one purpose to one address in 24 hours, requested from one network.
    #[serde(deserialize_with = "between::<1, 100, _, _>")]
    pub mails_per_network_and_day: u32,
    /// The same from all networks.
    #[serde(deserialize_with = "between::<1, 1_000, _, _>")]
    pub mails_per_address_and_day: u32,
    /// Calls that send mail to any typed address, from one client, before they are slowed down.
    #[serde(deserialize_with = "between::<1, 10_000, _, _>")]
    pub mail_requests: u32,
}
