//! What Concierge does by itself: a runner for each job, started and stopped with the server.
//!
//! A job must be correct on any number of nodes at once; its lease only saves the other nodes the
//! work. A failure is logged, and the next round retries. Must not decide who may do what, and no
//! decision may depend on a job having run. To add a job: a file with a type that is a [`Job`], its
//! interval in [`JobOptions`], its line in [`Jobs::start`].

#![allow(
    missing_docs,
    reason = "an item has a comment only if its name leaves something open"
)]

pub mod erasure;
pub mod inactivity;
pub mod member_words;
pub mod outbox;
pub mod pruning;
pub mod reminder;
pub mod sign_in_policy;
pub mod sweeper;
pub mod warner;

use std::time::Duration;

use tokio::{sync::watch, task::JoinHandle};
use uuid::Uuid;

use crate::service::{Deps, Failure, lease};

/// Work that is repeated, by one node at a time.
pub trait Job: Send + Sync + 'static {
    /// The name of its lease, also used in the log.
    const NAME: &'static str;

    /// From the end of one round to the start of the next.
    fn every(&self) -> Duration;

    /// Does the outstanding work. Returns the number of rows. Stops at the next safe point when
    /// told to.
    fn round(
        &self,
        deps: &Deps,
        stop: &Stop,
    ) -> impl Future<Output = Result<usize, Failure>> + Send;
}

/// How often jobs run.
#[derive(Debug, Clone, Copy)]
pub struct JobOptions {
    /// From the end of one round of the sweeper, the warner, the reminder, the mails about sign-in
    /// policies, the work on inactive members and the deletion of accounts to the next.
    pub sweep_every: Duration,
    /// From the end of one round of pruning to the next.
    pub prune_every: Duration,
    /// From the end of one round of sending mails to the next.
    pub send_every: Duration,
}

impl Default for JobOptions {
    fn default() -> Self {
        let (sweep_every, prune_every) = (Duration::from_secs(60), Duration::from_secs(3_600));
        Self {
            sweep_every,
            prune_every,
            send_every: Duration::from_secs(5),
        }
    }
}

/// Tells jobs to stop.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Never stops.
    pub fn never() -> Self {
        Self(watch::channel(false).1)
    }

    /// Whether to stop at the next safe point.
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

#[derive(Debug)]
pub struct Jobs {
    stop: watch::Sender<bool>,
    running: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Starts the jobs in parallel. Sends mails only if there is a mail server.
    pub fn start(deps: &Deps, options: JobOptions) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut running = vec![
            spawn(
                deps,
                sweeper::Sweeper {
                    every: options.sweep_every,
                },
                &stopped,
            ),
            spawn(
                deps,
                pruning::Pruning {
                    every: options.prune_every,
                },
                &stopped,
            ),
            spawn(
                deps,
                warner::Warner {
                    every: options.sweep_every,
                },
                &stopped,
            ),
            spawn(
                deps,
                member_words::MemberWords {
                    every: options.sweep_every,
                },
                &stopped,
            ),
            spawn(
                deps,
                inactivity::Inactivity {
                    every: options.sweep_every,
                },
                &stopped,
            ),
            spawn(
                deps,
                erasure::Erasure {
                    every: options.sweep_every,
                },
                &stopped,
            ),
            spawn(
                deps,
                sign_in_policy::SignInPolicy {
                    every: options.sweep_every,
                },
                &stopped,
            ),
            spawn(
                deps,
                reminder::Reminder {
                    every: options.sweep_every,
                },
                &stopped,
            ),
        ];
        if deps.mailer.sends() {
            running.push(spawn(
                deps,
                outbox::Outbox {
                    every: options.send_every,
                },
                &stopped,
            ));
        }
        Self { stop, running }
    }

    /// Waits for the current batches to end, and starts nothing more.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for job in self.running {
            if let Err(error) = job.await {
                tracing::error!(%error, "a job panicked");
            }
        }
    }
}

fn spawn<J: Job>(deps: &Deps, job: J, stopped: &watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(run(deps.clone(), job, Stop(stopped.clone())))
}

async fn run<J: Job>(deps: Deps, job: J, mut stop: Stop) {
    let holder = deps.ids.uuid(deps.clock.now());
    while !stop.is_set() {
        if let Err(failure) = round(&deps, &job, holder, &stop).await {
            tracing::warn!(job = J::NAME, %failure, "a job failed, will retry in the next round");
        }
        stop.sleep(job.every()).await;
    }
    if let Err(failure) = lease::release(&deps, J::NAME, holder).await {
        tracing::warn!(job = J::NAME, %failure, "could not release a lease; it expires by itself");
    }
}

/// Runs a round of a job, unless another node holds its lease.
async fn round<J: Job>(deps: &Deps, job: &J, holder: Uuid, stop: &Stop) -> Result<(), Failure> {
    // The holder keeps the lease from round to round, and loses it after missing two.
    if lease::claim(deps, J::NAME, holder, job.every() * 3).await? {
        let rows = job.round(deps, stop).await?;
        if rows > 0 {
            tracing::info!(job = J::NAME, rows, "finished a round");
        }
    }
    Ok(())
}
