//! `[jobs]`: what the server does by itself, and how often.

use std::time::Duration;

use serde::Deserialize;

use super::value::seconds;

/// How often jobs run.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    /// From the end of one round of the sweeper to the next.
    #[serde(
        rename = "sweep_every_seconds",
        deserialize_with = "seconds::<1, 3_600, _>"
    )]
    pub sweep_every: Duration,
    /// From the end of one round of pruning to the next.
    #[serde(
        rename = "prune_every_seconds",
        deserialize_with = "seconds::<60, 86_400, _>"
    )]
    pub prune_every: Duration,
}
