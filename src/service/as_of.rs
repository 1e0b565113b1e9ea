//! A workspace at another instant (TIME-3): the facts of then, seen by who asks now. Decides
//! nothing: the engine judges the rows of then as it judges those of now.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Access, Deps, Failure, member};
use crate::store::{
    StoreError,
    engine::{Lane, Turn},
    workspace,
};
use crate::words::message;

/// The workspace as it was, or will be if nobody acts, at `at`. Refuses instants before it was
/// made.
pub async fn view(deps: &Deps, access: &Arc<Access>, at: DateTime<Utc>) -> Result<Access, Failure> {
    let current = access.current();
    // Whoever is nobody here is refused by what is asked for, or sees what holds for everybody: no
    // write waits for them, and they are not told when the workspace was made.
    let is_somebody = current.is_active_member() || current.member.is_some();
    let at = match at.max(access.workspace.created_at) {
        earliest if at < earliest && is_somebody => {
            return Err(Failure::bad_input(message::as_of_too_early()));
        }
        at => at,
    };
    let is_past = (is_somebody && settle(deps, &current, at).await?) || at < current.now;
    let snapshot = match is_past {
        true => Arc::new(member::snapshot_since(deps, &current, at).await?),
        false => Arc::clone(&current.snapshot),
    };
    Ok(current.as_of(at, snapshot))
}

/// Waits until no write can have an instant up to `at` any more, so that what is read of it now is
/// what will always be read; true if there was anything to wait for.
///
/// A write takes its instant under the workspace's lock and commits later. So an instant that a
/// write under way may have is read behind the lock, and the workspace's last write moves up to it:
/// every write to come, on whatever node and by whatever clock, is later (TIME-5). Older instants
/// and those before the last write are settled already.
pub async fn settle(deps: &Deps, access: &Access, at: DateTime<Utc>) -> Result<bool, Failure> {
    let longest =
        chrono::Duration::from_std(deps.db.longest_write()).unwrap_or(chrono::Duration::MAX);
    if at > access.clock() || access.clock() - at > longest {
        return Ok(false);
    }
    let workspace = &access.workspace;
    let own = (workspace.last_write_at < at).then_some(workspace.id);
    let main = workspace
        .parent_id
        .filter(|_| workspace.parent_write_at.is_none_or(|last| last < at));
    // One after the other, the secondary one first: no lock is held while another is waited for.
    for id in own.into_iter().chain(main) {
        let turn = Turn {
            lane: Lane::Workspace(id.0),
            actor: None,
            bounded: true,
        };
        let db = deps.db.begin_in(turn).await?;
        workspace::settle(&db, id, at).await?;
        db.commit().await.map_err(StoreError::from)?;
    }
    Ok(own.is_some() || main.is_some())
}
