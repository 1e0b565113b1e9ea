//! Mails members who have not been active for a long time, and disables them, one workspace at a
//! time (MEM-12). `service::inactivity` does the work.

use std::time::Duration;

use super::{Job, Stop};
use crate::service::{Deps, Failure, inactivity};

#[derive(Debug)]
pub struct Inactivity {
    /// From the end of one round to the next.
    pub every: Duration,
}

impl Job for Inactivity {
    const NAME: &'static str = "inactivity";

    fn every(&self) -> Duration {
        self.every
    }

    async fn round(&self, deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
        process_until(deps, stop).await
    }
}

/// Processes every member for whom something is due. Returns how many.
pub async fn process(deps: &Deps) -> Result<usize, Failure> {
    process_until(deps, &Stop::never()).await
}

/// The same, until told to stop. A failure in one workspace is logged and waits for the next round;
/// the other workspaces continue.
async fn process_until(deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
    let mut processed = 0;
    for workspace in inactivity::workspaces(deps).await? {
        while !stop.is_set() {
            match inactivity::batch(deps, workspace).await {
                Ok(members) => {
                    processed += members;
                    if members < inactivity::BATCH {
                        break;
                    }
                }
                Err(failure) => {
                    tracing::warn!(%workspace, %failure, "could not process inactive members, will retry in the next round");
                    break;
                }
            }
        }
    }
    Ok(processed)
}
