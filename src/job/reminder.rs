//! The reminder: goes through the invitations that lapse soon, workspace by workspace (JOIN-15).
//! Who is reminded, and how, stands in `service::invitation::reminding`.

use std::time::Duration;

use super::{Job, Stop};
use crate::service::{Deps, Failure, invitation::reminding};

/// The job.
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

/// Deals with every invitation that lapses soon; answers how many that were.
pub async fn remind(deps: &Deps) -> Result<usize, Failure> {
    remind_until(deps, &Stop::never()).await
}

/// The same, until told to stop. What fails in one workspace is logged, and waits for the next
/// round; the others are gone through.
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
                    tracing::warn!(%workspace, %failure, "could not remind the invited, will retry in the next round");
                    break;
                }
            }
        }
    }
    Ok(reminded)
}
