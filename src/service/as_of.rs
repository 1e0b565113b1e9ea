//! A workspace at another instant (TIME-3): the facts of then, seen by who asks now. Decides nothing: the engine judges the
//! rows of then as it judges those of now.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Access, Deps, Failure, member};

/// The workspace as it was, or will be if nobody acts, at `at`. Refuses instants before it was made.
pub async fn view(deps: &Deps, access: &Arc<Access>, at: DateTime<Utc>) -> Result<Access, Failure> {
    if at < access.workspace.created_at {
        return Err(Failure::bad_input("asOf lies before the workspace was made"));
    }
    let current = access.current();
    let snapshot = if at < current.now {
        Arc::new(member::snapshot_since(deps, &current, at).await?)
    } else {
        Arc::clone(&current.snapshot)
    };
    Ok(current.as_of(at, snapshot))
}
