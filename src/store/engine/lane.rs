//! Waiting in lanes, so that one queue does not block everybody. In each lane a few go on to wait
//! for a connection, and the others wait before they take anything. A lane with a limit refuses
//! further ones at once.
//!
//! Per node. Owns no connection and no clock.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// What work queues by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Writes of one workspace, which its row's lock serialises anyway.
    Workspace(Uuid),
    /// Writes about one account, which its row's lock serialises anyway.
    Account(Uuid),
    /// Counting the quota use of one workspace.
    Counters(Uuid),
    /// Writes by one actor, in any workspace.
    Writer(Arc<str>),
    /// Transactions by one asker that write no workspace and no account, or not yet.
    Begun(Arc<str>),
    /// Single statements of the requests that share connections ([`super::asked_by`]).
    Asker(Arc<str>),
}

/// All lanes in which somebody waits or has a turn.
#[derive(Debug, Default)]
pub(super) struct Lanes(Mutex<HashMap<Lane, Queue>>);

#[derive(Debug)]
struct Queue {
    turns: Arc<Semaphore>,
    inside: usize,
}

/// A place in a lane. Given up when dropped.
#[derive(Debug)]
pub(super) struct LaneSlot {
    lanes: Arc<Lanes>,
    lane: Lane,
    turns: Arc<Semaphore>,
}

/// A turn in a lane. The permit is dropped before the place, so that a lane without places has all
/// its turns.
#[derive(Debug)]
pub(super) struct Turn {
    _permit: OwnedSemaphorePermit,
    _place: LaneSlot,
}

impl Lanes {
    /// A place in `lane`, of which `width` have their turn at once. `None` if `most` are in it.
    pub(super) fn enter(
        self: &Arc<Self>,
        lane: Lane,
        width: usize,
        most: usize,
    ) -> Option<LaneSlot> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = lanes.entry(lane.clone()).or_insert_with(|| Queue {
            turns: Arc::new(Semaphore::new(width)),
            inside: 0,
        });
        if queue.inside >= most {
            return None;
        }
        queue.inside += 1;
        Some(LaneSlot {
            lanes: Arc::clone(self),
            lane,
            turns: Arc::clone(&queue.turns),
        })
    }

    /// Whether somebody waits in `lane` or has a turn there.
    pub(super) fn is_used(&self, lane: &Lane) -> bool {
        let lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.contains_key(lane)
    }
}

impl LaneSlot {
    /// Waits for a turn, first come first served.
    pub(super) async fn turn(self) -> Result<Turn, AcquireError> {
        let permit = Arc::clone(&self.turns).acquire_owned().await?;
        Ok(Turn {
            _permit: permit,
            _place: self,
        })
    }
}

impl Drop for LaneSlot {
    fn drop(&mut self) {
        let mut lanes = self.lanes.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = lanes.get_mut(&self.lane) {
            queue.inside -= 1;
            if queue.inside == 0 {
                lanes.remove(&self.lane);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn lane(number: u128) -> Lane {
        Lane::Workspace(Uuid::from_u128(number))
    }

    #[tokio::test]
    async fn a_lane_gives_turns_in_order_and_holds_so_many() {
        let lanes = Arc::new(Lanes::default());
        let first = lanes.enter(lane(1), 1, 2).unwrap().turn().await.unwrap();
        let second = lanes.enter(lane(1), 1, 2).unwrap();
        assert!(lanes.enter(lane(1), 1, 2).is_none(), "two are in it");
        assert!(
            lanes.enter(lane(2), 1, 2).is_some(),
            "another lane is another queue"
        );
        let mut waiting = std::pin::pin!(second.turn());
        assert!(waiting.as_mut().now_or_never().is_none());
        drop(first);
        let turn = waiting.await.unwrap();
        let third = lanes.enter(lane(1), 1, 2).unwrap();
        drop((turn, third));
        assert!(
            lanes.0.lock().unwrap().is_empty(),
            "nothing stays of an empty lane"
        );
    }

    #[tokio::test]
    async fn who_stops_waiting_leaves_the_lane() {
        let lanes = Arc::new(Lanes::default());
        let first = lanes.enter(lane(1), 1, 2).unwrap().turn().await.unwrap();
        {
            let mut waiting = std::pin::pin!(lanes.enter(lane(1), 1, 2).unwrap().turn());
            assert!(waiting.as_mut().now_or_never().is_none());
        }
        assert!(lanes.enter(lane(1), 1, 2).is_some());
        drop(first);
    }
}
