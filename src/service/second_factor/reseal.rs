//! `concierge rekey` (BASE-3): seals anew what is sealed under the secret before.

use uuid::Uuid;

use super::{place_of_seed, rows};
use crate::{
    domain::id::SecondFactorId,
    service::{Deps, Failure, sealing::SealedUnder},
};

/// Rows that are read at a time.
const BATCH: u64 = 500;

/// What was sealed anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resealed {
    /// Values under the secret of today, now or before.
    pub current: u64,
    /// Of them, those that were sealed anew.
    pub anew: u64,
    /// Values that open under neither secret.
    pub unreadable: u64,
}

/// Seals every value anew that is sealed under the secret before. Run again, it changes nothing;
/// cut off, it goes on. Values that open under neither secret stay as they are and are counted.
pub async fn reseal(deps: &Deps) -> Result<Resealed, Failure> {
    let db = deps.db.writer();
    let (mut done, mut after) = (Resealed::default(), Uuid::nil());
    loop {
        let batch = rows::seeds_after(db, after, BATCH).await?;
        let Some((last, _)) = batch.last() else {
            return Ok(done);
        };
        after = *last;
        for (id, sealed) in batch {
            let place = place_of_seed(SecondFactorId(id));
            match deps.secret.open(&place, &sealed) {
                Ok((_, SealedUnder::Current)) => done.current += 1,
                Ok((plain, SealedUnder::Previous)) => {
                    let anew = deps.secret.seal(&deps.ids, &place, &plain)?;
                    // A row that was removed meanwhile needs no other seal.
                    if rows::reseal(db, id, (&sealed, anew)).await? {
                        done.anew += 1;
                        done.current += 1;
                    }
                }
                Err(_) => done.unreadable += 1,
            }
        }
    }
}
