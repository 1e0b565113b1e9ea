//! Deletes rows that no longer count, in batches. `service::prune` says how long each kind is kept.

use std::time::Duration;

use super::{Job, Stop};
use crate::service::{
    Deps, Failure,
    prune::{self, Aged},
};

#[derive(Debug)]
pub struct Pruning {
    /// From the end of one round to the next.
    pub every: Duration,
}

impl Job for Pruning {
    const NAME: &'static str = "pruning";

    fn every(&self) -> Duration {
        self.every
    }

    async fn round(&self, deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
        let pruned = prune_until(deps, stop).await?;
        prune::analyze(deps).await?;
        Ok(pruned)
    }
}

/// Deletes everything that is old. Returns the number of rows.
pub async fn prune(deps: &Deps) -> Result<usize, Failure> {
    prune_until(deps, &Stop::never()).await
}

/// The same, until told to stop. A failure for one kind of rows is logged and waits for the next
/// round; the other kinds continue.
async fn prune_until(deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
    let mut pruned = 0;
    for aged in Aged::ALL {
        while !stop.is_set() {
            match prune::batch(deps, aged).await {
                Ok(rows) => {
                    pruned += usize::try_from(rows).unwrap_or(usize::MAX);
                    if rows < u64::from(prune::BATCH) {
                        break;
                    }
                }
                Err(failure) => {
                    tracing::warn!(?aged, %failure, "could not delete expired rows, will retry in the next round");
                    break;
                }
            }
        }
    }
    Ok(pruned)
}
