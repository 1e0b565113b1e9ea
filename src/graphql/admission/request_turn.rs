//! The turn of a request among those that take much processor time.
//!
//! Owns what counts as much. Small requests, such as a sign-in, never wait here. Of the others as many
//! run at once as there are cores, and clients take turns (A5), so that a small request waits at most
//! for one of their steps. Waiting counts towards the time limit of the request.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use async_graphql::ServerError;
use chrono::{DateTime, Utc};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::block_in_place,
    time::{Instant, timeout_at},
};

use super::{Admission, Refused};
use crate::service::turns::{StepByStep, Turn, Turns};

/// Requests up to this many bytes are read without waiting: about half a millisecond.
const SMALL_BYTES: usize = 4_096;

/// Queries up to this cost run without waiting: about 2 ms.
const LIGHT_COST: u64 = 100;

/// Queries over this cost can have single steps of many milliseconds, such as writing a large
/// answer: about 7 ms.
const LONG_COST: u64 = 10_000;

/// How many requests of one client may wait.
const MOST_WAITING: usize = 64;

/// A request's turn at being read and checked, if it needs one, and when its time is over.
#[derive(Debug)]
pub struct RequestTurn {
    pub(super) deadline: Instant,
    turn: Option<Turn>,
}

impl RequestTurn {
    /// Whether the request is large enough to need a turn.
    pub(super) const fn has_turn(&self) -> bool {
        self.turn.is_some()
    }
}

/// Work with long steps, run in a way that hands the worker's other tasks over first: a sign-in or a
/// new connection does not wait for the end of a step.
pub(super) struct LongSteps<F>(Pin<Box<F>>);

impl<F: Future> LongSteps<F> {
    pub(super) fn of(work: F) -> Self {
        Self(Box::pin(work))
    }
}

impl<F: Future> Future for LongSteps<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let mut step = || self.0.as_mut().poll(context);
        match Handle::try_current().map(|handle| handle.runtime_flavor()) {
            Ok(RuntimeFlavor::MultiThread) => block_in_place(step),
            _ => step(),
        }
    }
}

/// Why a request gets no turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTurn {
    /// Too many of this client wait already.
    Full,
    /// Its turn did not come in time.
    Late,
}

/// As many turns as the machine has cores.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

pub(super) fn turns(at_once: usize) -> Turns {
    Turns::new(at_once, MOST_WAITING)
}

impl Admission {
    /// Waits for the turn of a request of this many bytes, before anything of it is read. A client
    /// without budget is refused soon and does not wait.
    pub async fn wait_for_turn(
        &self,
        key: &str,
        now: DateTime<Utc>,
        bytes: usize,
    ) -> Result<RequestTurn, NoTurn> {
        let deadline = Instant::now() + self.options.limits.timeout;
        let turn = if bytes <= SMALL_BYTES || self.may_begin(key, now).is_err() {
            None
        } else {
            let waiting = self.turns.queue(0, key).map_err(|_| NoTurn::Full)?;
            let turn = timeout_at(deadline, waiting).await;
            Some(turn.map_err(|_| NoTurn::Late)?.map_err(|_| NoTurn::Full)?)
        };
        Ok(RequestTurn { deadline, turn })
    }

    /// Runs a query of this cost, an expensive one step by step, each in its turn; `None` if its time is
    /// over before. What mutations cost is mostly in the database and in hashes, which have lines of
    /// their own.
    pub(super) async fn in_time<T>(
        &self,
        key: &str,
        cost: u64,
        deadline: Instant,
        work: impl Future<Output = Result<T, Vec<ServerError>>>,
    ) -> Result<Option<T>, Refused> {
        let done = if cost <= LIGHT_COST {
            timeout_at(deadline, work).await
        } else if cost <= LONG_COST {
            timeout_at(deadline, self.in_turns(key, work)?).await
        } else {
            timeout_at(deadline, self.in_turns(key, LongSteps::of(work))?).await
        };
        match done {
            Ok(done) => done.map(Some).map_err(Refused::documents),
            Err(_) => Ok(None),
        }
    }

    fn in_turns<F: Future>(&self, key: &str, work: F) -> Result<StepByStep<F>, Refused> {
        let work = self.turns.step_by_step(key, work);
        work.map_err(|_| Refused::too_many_at_once())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// On one worker, a step that blocks until another task has run.
    #[test]
    fn a5_a_long_step_leaves_its_worker_to_others() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let (tell, told) = mpsc::channel();
        let step = async move {
            tokio::spawn(async move { tell.send(()).unwrap() });
            told.recv_timeout(std::time::Duration::from_secs(20))
        };
        let ran = runtime.block_on(runtime.spawn(LongSteps::of(step)));
        assert_eq!(ran.unwrap(), Ok(()), "the other task ran during the step");
    }
}
