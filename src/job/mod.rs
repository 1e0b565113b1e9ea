//! What Concierge does without being asked: a runner for each job, started with the server and stopped with it.
//!
//! A job must be right on any number of nodes at once; its lease only spares the others the work. What fails is logged and
//! tried again at the next round. Must not decide who may do what, and nothing that is refused or granted may hang on it.

pub mod sweeper;

use std::time::Duration;

use tokio::{sync::watch, task::JoinHandle};
use uuid::Uuid;

use crate::service::{Deps, Failure, lease};

/// How often jobs run.
#[derive(Debug, Clone, Copy)]
pub struct JobOptions {
    /// From the end of one round of the sweeper to the next.
    pub sweep_every: Duration,
}

impl Default for JobOptions {
    fn default() -> Self {
        Self { sweep_every: Duration::from_secs(60) }
    }
}

/// Says that jobs shall stop.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Never says so.
    pub fn never() -> Self {
        Self(watch::channel(false).1)
    }

    /// Whether to stop at the next good moment.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for `time`, or until told to stop.
    async fn sleep(&mut self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            _ = self.0.wait_for(|stop| *stop) => {}
        }
    }
}

/// The running jobs.
#[derive(Debug)]
pub struct Jobs {
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Jobs {
    /// Starts them.
    pub fn start(deps: Deps, options: JobOptions) -> Self {
        let (stop, told) = watch::channel(false);
        Self { stop, running: tokio::spawn(run(deps, options, Stop(told))) }
    }

    /// Lets what is under way end, a batch at most, and starts nothing more.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        if let Err(error) = self.running.await {
            tracing::error!(%error, "the jobs ended badly");
        }
    }
}

async fn run(deps: Deps, options: JobOptions, mut stop: Stop) {
    let holder = deps.ids.uuid(deps.clock.now());
    while !stop.is_set() {
        if let Err(failure) = round(&deps, options, holder, &stop).await {
            tracing::warn!(job = sweeper::NAME, %failure, "a job failed; it is tried again at the next round");
        }
        stop.sleep(options.sweep_every).await;
    }
    if let Err(failure) = lease::release(&deps, sweeper::NAME, holder).await {
        tracing::warn!(job = sweeper::NAME, %failure, "the lease was not given back; it runs out by itself");
    }
}

/// One round of the sweeper, if no other node has its lease.
async fn round(deps: &Deps, options: JobOptions, holder: Uuid, stop: &Stop) -> Result<(), Failure> {
    // Whoever has it keeps it from round to round, and is replaced when it misses two.
    if lease::claim(deps, sweeper::NAME, holder, options.sweep_every * 3).await? {
        let swept = sweeper::sweep_until(deps, stop).await?;
        if swept > 0 {
            tracing::info!(rows = swept, "ends by time were recorded");
        }
    }
    Ok(())
}
