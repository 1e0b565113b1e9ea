//! Rewrites the words of members after a release that changed what a word is, in batches (MEM-7).
//! `service::member_words` does the work.

use std::time::Duration;

use super::{Job, Stop};
use crate::service::{Deps, Failure, member_words as words};

#[derive(Debug)]
pub struct MemberWords {
    /// From the end of one round to the next.
    pub every: Duration,
}

impl Job for MemberWords {
    const NAME: &'static str = "member_words";

    fn every(&self) -> Duration {
        self.every
    }

    async fn round(&self, deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
        rewrite_until(deps, stop).await
    }
}

/// Rewrites all words. Returns how many memberships have other words than before.
pub async fn rewrite(deps: &Deps) -> Result<usize, Failure> {
    rewrite_until(deps, &Stop::never()).await
}

async fn rewrite_until(deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
    let mut rewritten = 0;
    while !stop.is_set() {
        let batch = words::batch(deps).await?;
        rewritten += batch.rewritten;
        if batch.is_last {
            break;
        }
    }
    Ok(rewritten)
}
