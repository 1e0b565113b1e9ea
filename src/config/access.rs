//! `[access]`: what members are told of the end of their access.

use serde::{Deserialize, Deserializer, de::Error};

use crate::domain::ending_soon::{MOST_DAYS, MOST_WARNINGS, WarningDays};

/// What members are told of the end of their access.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessEnds {
    /// How many days before the end they are warned (MEM-8).
    #[serde(deserialize_with = "warning_days")]
    pub warning_days: WarningDays,
}

fn warning_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<WarningDays, D::Error> {
    let fault = || Error::custom(format!("not at most {MOST_WARNINGS} different whole numbers from 1 to {MOST_DAYS}"));
    WarningDays::of(Vec::<u16>::deserialize(deserializer).map_err(|_| fault())?).ok_or_else(fault)
}
