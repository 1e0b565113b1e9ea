//! Which workspace an id belongs to, before anything of it is shown.

use uuid::Uuid;

use super::{Caller, Deps, Failure};
use crate::{
    domain::id::{AccountId, WorkspaceId},
    store::naming as rows,
};

pub use crate::store::naming::Named;

/// Where to look for an id: by key in the key's workspace alone (KEY-5).
pub async fn workspace_of(
    deps: &Deps,
    caller: &Caller,
    named: Named,
    id: Uuid,
) -> Result<Option<WorkspaceId>, Failure> {
    if let Some(key) = caller.key() {
        return Ok(Some(key.workspace.id));
    }
    let workspaces = rows::workspaces(deps.db.reader(), named, &[id]).await?;
    Ok(workspaces.into_iter().next())
}

/// The secondary workspaces of a main one in which the account has a membership.
pub async fn secondaries_of_account(
    deps: &Deps,
    main: WorkspaceId,
    account: AccountId,
) -> Result<Vec<WorkspaceId>, Failure> {
    Ok(rows::secondaries_of_account(deps.db.reader(), main, account).await?)
}
