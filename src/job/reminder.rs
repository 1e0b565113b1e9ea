//! Processes the invitations that expire soon, one workspace at a time (JOIN-15).
//! `service::invitation::reminding` decides who is reminded, and how.

use std::time::Duration;

use super::{Job, Stop};
use crate::service::{Deps, Failure, invitation::reminding};

#[derive(Debug)]
pub struct Reminder {
    /// From the end of one round to the next.
    pub every: Duration,
}

impl Job for Reminder {
    const NAME: &'static str = "reminder";

    fn every(&self) -> Duration {
        self.every
    }

    async fn round(&self, deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
        remind_until(deps, stop).await
    }
}

/// Processes every invitation that expires soon. Returns how many.
pub async fn remind(deps: &Deps) -> Result<usize, Failure> {
    remind_until(deps, &Stop::never()).await
}

/// The same, until told to stop. A failure in one workspace is logged and waits for the next round;
/// the other workspaces continue.
async fn remind_until(deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
    let mut reminded = 0;
    for (workspace, ids) in reminding::due(deps).await? {
        for batch in ids.chunks(reminding::BATCH) {
            if stop.is_set() {
                return Ok(reminded);
            }
            match reminding::batch(deps, workspace, batch).await {
                Ok(count) => reminded += count,
                Err(failure) => {
                    tracing::warn!(%workspace, %failure, "could not queue invitation reminders, will retry in the next round");
                    break;
                }
            }
        }
    }
    Ok(reminded)
}
