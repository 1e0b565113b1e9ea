//! Deletes accounts whose deletion is due, resumes interrupted runs, and reminds their owners in
//! advance (ERASE). `service::erasure` does the work.

use std::time::Duration;

use super::{Job, Stop};
use crate::service::{
    Deps, Failure,
    erasure::{self, Step},
};

#[derive(Debug)]
pub struct Erasure {
    /// From the end of one round to the next.
    pub every: Duration,
}

impl Job for Erasure {
    const NAME: &'static str = "erasure";

    fn every(&self) -> Duration {
        self.every
    }

    async fn round(&self, deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
        erase_until(deps, stop).await
    }
}

/// Does everything that is due. Returns how many runs ended.
pub async fn erase(deps: &Deps) -> Result<usize, Failure> {
    erase_until(deps, &Stop::never()).await
}

/// The same, until told to stop. A failure of one run is logged and waits for the next round; the
/// others continue.
async fn erase_until(deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
    erasure::remind(deps).await?;
    let mut erased = 0;
    for account in erasure::due(deps).await? {
        if stop.is_set() {
            break;
        }
        match erasure::run(deps, account).await {
            Ok(last) => erased += usize::from(last == Step::Finished),
            Err(failure) => {
                tracing::warn!(%account, %failure, "could not delete an account, will retry in the next round");
            }
        }
    }
    Ok(erased)
}
