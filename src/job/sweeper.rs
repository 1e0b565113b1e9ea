//! Processes the workspaces in which something expired, in batches (TIME-6). `service::sweep`
//! processes each end; `service::second_factor::removal` those of second factors.

use std::time::Duration;

use super::{Job, Stop};
use crate::service::{Deps, Failure, second_factor::removal, sweep as ends};

#[derive(Debug)]
pub struct Sweeper {
    /// From the end of one round to the next.
    pub every: Duration,
}

impl Job for Sweeper {
    const NAME: &'static str = "sweeper";

    fn every(&self) -> Duration {
        self.every
    }

    async fn round(&self, deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
        sweep_until(deps, stop).await
    }
}

/// Processes every end that has come. Returns the number of rows.
pub async fn sweep(deps: &Deps) -> Result<usize, Failure> {
    sweep_until(deps, &Stop::never()).await
}

/// The same, until told to stop. A failure in one workspace is logged and waits for the next round;
/// the other workspaces continue.
pub async fn sweep_until(deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
    let mut swept = factors(deps, stop).await;
    for workspace in ends::due_workspaces(deps).await? {
        while !stop.is_set() {
            match ends::batch(deps, workspace).await {
                Ok(rows) => {
                    swept += rows;
                    if rows < ends::BATCH {
                        break;
                    }
                }
                Err(failure) => {
                    tracing::warn!(%workspace, %failure, "could not record expired access, will retry in the next round");
                    break;
                }
            }
        }
    }
    Ok(swept)
}

/// Records the second factors that operators had removed (MFA-9).
async fn factors(deps: &Deps, stop: &Stop) -> usize {
    let mut recorded = 0;
    while !stop.is_set() {
        match removal::record_ended(deps).await {
            Ok(0) => break,
            Ok(accounts) => recorded += accounts,
            Err(failure) => {
                tracing::warn!(%failure, "could not record removed second factors, will retry in the next round");
                break;
            }
        }
    }
    recorded
}
