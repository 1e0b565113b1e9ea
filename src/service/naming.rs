//! Which workspace an id belongs to, before anything of it is shown.

use uuid::Uuid;

use super::{Caller, Deps, Failure};
use crate::{
    domain::id::{QuotaValueId, WorkspaceId},
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

/// The same for a quota value, which nobody is shown who acts for no account.
pub async fn workspace_of_value(
    deps: &Deps,
    caller: &Caller,
    id: QuotaValueId,
) -> Result<Option<WorkspaceId>, Failure> {
    let workspace = workspace_of(deps, caller, Named::QuotaValue, id.0).await?;
    Ok(workspace.filter(|_| caller.account_id().is_some()))
}

/// The secondary workspaces of a main one in which the caller has a membership: there too a value
/// of the license is shown. By key none, which is of its own workspace alone (KEY-5).
pub async fn secondaries_of(
    deps: &Deps,
    caller: &Caller,
    main: WorkspaceId,
) -> Result<Vec<WorkspaceId>, Failure> {
    match (caller.key(), caller.account_id()) {
        (None, Some(account)) => {
            Ok(rows::secondaries_of_account(deps.db.reader(), main, account).await?)
        }
        (Some(_), _) | (None, None) => Ok(Vec::new()),
    }
}
