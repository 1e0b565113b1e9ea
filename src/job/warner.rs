//! Processes the workspaces with members to warn about their end, in batches (MEM-8).
//! `service::ending_soon` decides who is warned, and how.

use std::time::Duration;

use super::{Job, Stop};
use crate::service::{Deps, Failure, ending_soon};

#[derive(Debug)]
pub struct Warner {
    /// From the end of one round to the next.
    pub every: Duration,
}

impl Job for Warner {
    const NAME: &'static str = "warner";

    fn every(&self) -> Duration {
        self.every
    }

    async fn round(&self, deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
        warn_until(deps, stop).await
    }
}

/// Warns every member whose warning is due; returns how many.
pub async fn warn(deps: &Deps) -> Result<usize, Failure> {
    warn_until(deps, &Stop::never()).await
}

/// The same, until told to stop. A failure in one workspace is logged and waits for the next round;
/// the other workspaces continue.
async fn warn_until(deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
    let mut warned = 0;
    loop {
        let due = ending_soon::due(deps).await?;
        let due_count: usize = due.values().map(Vec::len).sum();
        let before = warned;
        for (workspace, members) in due {
            for batch in members.chunks(ending_soon::BATCH) {
                if stop.is_set() {
                    return Ok(warned);
                }
                match ending_soon::batch(deps, workspace, batch).await {
                    Ok(members) => warned += members,
                    Err(failure) => {
                        tracing::warn!(%workspace, %failure, "could not warn members, will retry in the next round");
                        break;
                    }
                }
            }
        }
        // There may be more, unless another node does it or nothing can be done.
        if due_count < ending_soon::LOOKED_UP || warned == before {
            return Ok(warned);
        }
    }
}
