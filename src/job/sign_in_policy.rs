//! Queues the mails about what workspaces ask of whoever signs in, one workspace at a time (MFA-10).
//! `service::sign_in_policy` does the work.

use std::time::Duration;

use super::{Job, Stop};
use crate::service::{Deps, Failure, sign_in_policy};

#[derive(Debug)]
pub struct SignInPolicy {
    /// From the end of one round to the next.
    pub every: Duration,
}

impl Job for SignInPolicy {
    const NAME: &'static str = "sign_in_policy";

    fn every(&self) -> Duration {
        self.every
    }

    async fn round(&self, deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
        mail_until(deps, stop).await
    }
}

/// Queues every mail that is due. Returns the number of workspaces.
pub async fn mail(deps: &Deps) -> Result<usize, Failure> {
    mail_until(deps, &Stop::never()).await
}

/// The same, until told to stop. A failure in one workspace is logged and waits for the next round;
/// the other workspaces continue.
async fn mail_until(deps: &Deps, stop: &Stop) -> Result<usize, Failure> {
    let mut workspaces = 0;
    for workspace in sign_in_policy::workspaces(deps).await? {
        let mut is_done = false;
        while !is_done && !stop.is_set() {
            match sign_in_policy::batch(deps, workspace).await {
                Ok(more) => is_done = !more,
                Err(failure) => {
                    tracing::warn!(%workspace, %failure, "could not queue mails about the sign-in policy, will retry in the next round");
                    break;
                }
            }
        }
        workspaces += usize::from(is_done);
    }
    Ok(workspaces)
}
