//! The one loop that reads chains to verify them: in batches, over one chain or over many that
//! follow each other by id.

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    domain::audit::{
        Recorded,
        verify::{Break, ChainEnd, Walk},
    },
    service::Failure,
    store::audit::chain::{self, EventRange},
};

/// How many events are in memory at once.
const BATCH: i64 = 500;

/// A chain that is being walked.
#[derive(Debug)]
pub(super) struct ChainWalk {
    /// Of this workspace or account.
    pub(super) id: Uuid,
    /// How it is said to end. What was written behind that since is left for another time.
    pub(super) end: ChainEnd,
    /// How far it holds.
    pub(super) walk: Walk,
    /// Where it does not.
    pub(super) broken: Option<Break>,
}

impl ChainWalk {
    fn take(&mut self, event: &Recorded) {
        if self.broken.is_none() && event.sequence <= self.end.recorded.sequence {
            self.broken = self.walk.take(event).err();
        }
    }
}

/// Walks `chains`, which are those of the stretch in the order of their ids.
pub(super) async fn walk(
    db: &impl ConnectionTrait,
    mut stretch: EventRange,
    chains: &mut [ChainWalk],
) -> Result<(), Failure> {
    loop {
        let batch = chain::events(db, stretch, BATCH).await?;
        for (id, event) in &batch {
            let index = chains.binary_search_by_key(id, |chain| chain.id);
            if let Some(chain) = index.ok().and_then(|index| chains.get_mut(index)) {
                chain.take(event);
            }
        }
        let Some((id, last)) = batch.last() else {
            return Ok(());
        };
        if i64::try_from(batch.len()).is_ok_and(|read| read < BATCH)
            || chains.iter().all(|chain| chain.broken.is_some())
        {
            return Ok(());
        }
        stretch.after = Some((*id, last.sequence));
    }
}
