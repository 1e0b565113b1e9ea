//! Rewrites the words by which members are found (MEM-7) when a release has changed what a word is.
//! Members are found by their old words until their turn comes.

use super::{Deps, Failure};
use crate::store::{
    StoreError,
    member_words::{self as rows, Progress},
};

/// The most memberships of one transaction.
pub const BATCH: u32 = 500;

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// How many memberships have other words now.
    pub rewritten: usize,
    /// Whether none is left.
    pub is_last: bool,
}

/// Rewrites the words of at most [`BATCH`] memberships, from where the last batch ended.
pub async fn batch(deps: &Deps) -> Result<Batch, Failure> {
    if rows::progress(deps.db.latest()).await? == Progress::Done {
        return Ok(Batch {
            rewritten: 0,
            is_last: true,
        });
    }
    let db = deps.db.begin().await?;
    let Progress::UpTo(after) = rows::progress(&db).await? else {
        return Ok(Batch {
            rewritten: 0,
            is_last: true,
        });
    };
    let memberships = rows::next(&db, after, BATCH).await?;
    let rewritten = rows::rewrite(&db, &memberships).await?;
    let last = memberships
        .last()
        .filter(|_| memberships.len() == BATCH as usize);
    let progress = last.map_or(Progress::Done, |membership| Progress::UpTo(*membership));
    rows::set_progress(&db, progress, deps.clock.now()).await?;
    db.commit().await.map_err(StoreError::from)?;
    Ok(Batch {
        rewritten,
        is_last: last.is_none(),
    })
}
