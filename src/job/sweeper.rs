//! Processes the workspaces in which something expired, in batches (TIME-6). `service::sweep`
//! processes each end.

use std::time::Duration;

use super::{Job, Stop};
use crate::service::{Deps, Failure, sweep as ends};

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
    let mut swept = 0;
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
