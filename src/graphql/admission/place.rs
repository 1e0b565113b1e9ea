//! The place of a request among those that take much processor time.
//!
//! Owns what counts as much. Small requests, such as a sign-in, never wait here. As many of the others
//! run as there are cores, and clients take turns (A5): what is small waits for a step of theirs at
//! most. Waiting counts as time of the request.

use std::future::Future;

use async_graphql::ServerError;
use chrono::{DateTime, Utc};
use tokio::time::{Instant, timeout_at};

use super::{Admission, Refused};
use crate::service::turns::{Turn, Turns};

/// Requests up to this many bytes are read without waiting: about half a millisecond.
const SMALL_BYTES: usize = 4_096;

/// Queries up to this cost run without waiting: about 2 ms.
const LIGHT_COST: u64 = 100;

/// How many requests of one client may wait.
const LINE: usize = 64;

/// A request's turn at being read and checked, if it needs one, and when its time is over.
#[derive(Debug)]
pub struct Place {
    pub(super) deadline: Instant,
    _turn: Option<Turn>,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlace {
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
    Turns::new(at_once, LINE)
}

impl Admission {
    /// Waits for the turn of a request of so many bytes, before anything of it is read. Whoever has
    /// no budget left need not wait for being told so.
    pub async fn place(
        &self,
        key: &str,
        now: DateTime<Utc>,
        bytes: usize,
    ) -> Result<Place, NoPlace> {
        let deadline = Instant::now() + self.options.limits.timeout;
        let turn = if bytes <= SMALL_BYTES || self.may_begin(key, now).is_err() {
            None
        } else {
            let waiting = self.turns.queue(0, key).map_err(|_| NoPlace::Full)?;
            let turn = timeout_at(deadline, waiting).await;
            Some(
                turn.map_err(|_| NoPlace::Late)?
                    .map_err(|_| NoPlace::Full)?,
            )
        };
        Ok(Place {
            deadline,
            _turn: turn,
        })
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
        let done = if cost > LIGHT_COST {
            let work = self.turns.step_by_step(key, work);
            let work = work.map_err(|_| Refused::too_many_at_once())?;
            timeout_at(deadline, work).await
        } else {
            timeout_at(deadline, work).await
        };
        match done {
            Ok(done) => done.map(Some).map_err(Refused::documents),
            Err(_) => Ok(None),
        }
    }
}
