//! `[access]`: warnings about the end of access.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, de::Error};

/// The maximum number of days between a warning and the end.
const MOST_DAYS: u16 = 365;

/// The maximum number of warnings about one end.
const MOST_WARNINGS: usize = 5;

/// Warnings about the end of access.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessEnds {
    /// How many days before the end members are warned (MEM-8): distinct numbers.
    #[serde(deserialize_with = "warning_days")]
    pub warning_days: Vec<u16>,
}

fn warning_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u16>, D::Error> {
    let fault = || {
        Error::custom(format!(
            "not at most {MOST_WARNINGS} different whole numbers from 1 to {MOST_DAYS}"
        ))
    };
    let days = Vec::<u16>::deserialize(deserializer).map_err(|_| fault())?;
    let different: BTreeSet<u16> = days.iter().copied().collect();
    let within = different.iter().all(|days| (1..=MOST_DAYS).contains(days));
    if within && different.len() == days.len() && days.len() <= MOST_WARNINGS {
        Ok(days)
    } else {
        Err(fault())
    }
}
