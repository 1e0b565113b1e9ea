//! Sends the mails in the outbox that are due, in batches (MAIL-1). `service::outbox` sends each.

use std::time::Duration;

use super::{Job, Stop};
use crate::service::{Deps, Failure, outbox};

#[derive(Debug)]
pub struct Outbox {
    /// From the end of one round to the next.
    pub every: Duration,
}

impl Job for Outbox {
    const NAME: &'static str = "outbox";

    fn every(&self) -> Duration {
        self.every
    }

    async fn round(&self, deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
        deliver_until(deps, stop).await
    }
}

/// Sends every mail that is due. Returns how many were sent. Does nothing without a mail server.
pub async fn deliver(deps: &Deps) -> Result<usize, Failure> {
    deliver_until(deps, &Stop::never()).await
}

/// The same, until told to stop. If the mail server cannot be used, the rest waits for the next
/// round.
pub async fn deliver_until(deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
    let mut sent = 0;
    if !deps.mailer.sends() {
        return Ok(sent);
    }
    outbox::give_up(deps).await?;
    while !stop.is_set() {
        let batch = outbox::batch(deps).await?;
        sent += batch.sent;
        if batch.claimed == 0 || batch.is_down {
            break;
        }
    }
    Ok(sent)
}
