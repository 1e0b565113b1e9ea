//! Seats of the license (JOIN-13): memberships that have not ended and pending invitations, counted
//! under the lock. A main workspace and its secondary ones share them, so that the main one's row
//! is locked too.

use crate::{
    domain::{
        error_code::ErrorCode,
        limit::{LimitKind, ReachedLimit},
    },
    service::{Failure, write::Transaction},
    store::{invitation, workspace},
};

/// How many seats are left, as a call goes; none = any number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seats {
    left: Option<i64>,
    /// How many the license has.
    seats: i64,
}

impl Seats {
    /// Counts them under the lock.
    pub(crate) async fn count(tx: &Transaction<'_>) -> Result<Self, Failure> {
        let workspace = &tx.access.workspace;
        let main = workspace.main_id();
        let seats = if main == workspace.id {
            workspace.seats
        } else {
            workspace::lock(tx.db(), main)
                .await?
                .and_then(|locked| locked.workspace.seats)
        };
        let Some(seats) = seats else {
            return Ok(Self {
                left: None,
                seats: 0,
            });
        };
        let used = invitation::seats_used(tx.db(), main, tx.now).await?;
        Ok(Self {
            left: Some(i64::from(seats) - used),
            seats: i64::from(seats),
        })
    }

    /// The limit that refuses with [`SEATS_EXCEEDED`] (JOIN-17).
    pub(crate) const fn limit(&self) -> ReachedLimit {
        ReachedLimit::of(LimitKind::Seats, self.seats)
    }

    /// Takes one, if there is one.
    pub(crate) fn take(&mut self) -> Result<(), ErrorCode> {
        match &mut self.left {
            None => Ok(()),
            Some(left) if *left > 0 => {
                *left -= 1;
                Ok(())
            }
            Some(_) => Err(ErrorCode::SeatsExceeded),
        }
    }

    /// Gives one back: an invitation that was pending gives its seat to the membership it becomes.
    pub(crate) fn give_back(&mut self) {
        if let Some(left) = &mut self.left {
            *left += 1;
        }
    }
}
