//! What Concierge does without being asked: a runner for each job, started with the server and
//! stopped with it.
//!
//! A job must be right on any number of nodes at once; its lease only spares the others the work.
//! What fails is logged and tried again at the next round. Must not decide who may do what, and
//! nothing that is refused or granted may hang on it. To add one: a file with a type that is a
//! [`Job`], its interval in [`JobOptions`], its line in [`Jobs::start`].

pub mod member_words;
pub mod outbox;
pub mod pruning;
pub mod reminder;
pub mod sweeper;
pub mod warner;

use std::time::Duration;

use tokio::{sync::watch, task::JoinHandle};
use uuid::Uuid;

use crate::service::{Deps, Failure, lease};

/// Something done again and again, by one node at a time.
pub trait Job: Send + Sync + 'static {
    /// The name of its lease, and in the log.
    const NAME: &'static str;

    /// From the end of one round to the next.
    fn every(&self) -> Duration;

    /// Does what there is to do; answers how many rows that were. Stops at the next good moment
    /// when told to.
    fn round(
        &self,
        deps: &Deps,
        stop: &Stop,
    ) -> impl Future<Output = Result<usize, Failure>> + Send;
}

/// How often jobs run.
#[derive(Debug, Clone, Copy)]
pub struct JobOptions {
    /// From the end of one round of the sweeper, of the warner, and of the reminder, to the next.
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
    running: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Starts them, side by side; mails are sent if there is a server for them.
    pub fn start(deps: &Deps, options: JobOptions) -> Self {
        let (stop, told) = watch::channel(false);
        let mut running = vec![
            spawn(
                deps,
                sweeper::Sweeper {
                    every: options.sweep_every,
                },
                &told,
            ),
            spawn(
                deps,
                pruning::Pruning {
                    every: options.prune_every,
                },
                &told,
            ),
            spawn(
                deps,
                warner::Warner {
                    every: options.sweep_every,
                },
                &told,
            ),
            spawn(
                deps,
                member_words::MemberWords {
                    every: options.sweep_every,
                },
                &told,
            ),
            spawn(
                deps,
                reminder::Reminder {
                    every: options.sweep_every,
                },
                &told,
            ),
        ];
        if deps.mailer.sends() {
            running.push(spawn(
                deps,
                outbox::Outbox {
                    every: options.send_every,
                },
                &told,
            ));
        }
        Self { stop, running }
    }

    /// Lets what is under way end, a batch at most, and starts nothing more.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for job in self.running {
            if let Err(error) = job.await {
                tracing::error!(%error, "a job panicked");
            }
        }
    }
}

fn spawn<J: Job>(deps: &Deps, job: J, told: &watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(run(deps.clone(), job, Stop(told.clone())))
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

/// One round of a job, if no other node has its lease.
async fn round<J: Job>(deps: &Deps, job: &J, holder: Uuid, stop: &Stop) -> Result<(), Failure> {
    // Whoever has it keeps it from round to round, and is replaced when it misses two.
    if lease::claim(deps, J::NAME, holder, job.every() * 3).await? {
        let rows = job.round(deps, stop).await?;
        if rows > 0 {
            tracing::info!(job = J::NAME, rows, "finished a round");
        }
    }
    Ok(())
}
