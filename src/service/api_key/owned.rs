//! The key that its owner changes or rotates (KEY-4, KEY-10): the member whose key it is, and for
//! keys of the workspace its administrators. By session alone (KEY-5).

use crate::{
    domain::{
        error_code::ErrorCode,
        id::{ApiKeyId, WorkspaceId},
        permission::Permission,
        timeline,
    },
    service::{Access, Caller, Deps, Failure, UserError, bulk, write::Transaction},
    store::{
        key_list::{self, KeyRow},
        naming::Named,
    },
    words::message,
};

use super::refuse_keys;

/// The key with this id before the lock, and its workspace. Whose a key is never changes.
pub(super) async fn find(
    deps: &Deps,
    caller: &Caller,
    id: ApiKeyId,
) -> Result<(WorkspaceId, KeyRow), Failure> {
    refuse_keys(caller)?;
    let workspace = bulk::named_workspace(deps, caller, Named::ApiKey, vec![id.0]).await?;
    let rows = key_list::by_ids(deps.db.reader(), workspace, &[id], caller.now).await?;
    let key = rows.into_iter().next().ok_or(Failure::NotFound)?;
    Ok((workspace, key))
}

/// Refuses everybody but the owner. To whoever may not see the key it does not exist.
pub(super) fn require_owner(access: &Access, caller: &Caller, key: &KeyRow) -> Result<(), Failure> {
    refuse_keys(caller)?;
    bulk::require_member(access)?;
    let sees_all = access.can(Permission::EditWorkspaceProperties);
    if key.facts.kind.is_of_workspace() {
        return match (access.is_administrator(), sees_all) {
            (true, _) => Ok(()),
            (false, true) => Err(Failure::forbidden(message::requires_administrator())),
            (false, false) => Err(Failure::NotFound),
        };
    }
    let is_own = access
        .member
        .as_ref()
        .is_some_and(|member| member.id == key.membership_id);
    match (is_own, sees_all) {
        (true, _) => Ok(()),
        (false, true) => Err(Failure::forbidden(message::own_api_keys_only())),
        (false, false) => Err(Failure::NotFound),
    }
}

/// The key as it stands under the lock; NOT_ACTIVE if it was revoked or has expired.
pub(super) async fn under_lock(tx: &Transaction<'_>, id: ApiKeyId) -> Result<KeyRow, Failure> {
    let rows = key_list::by_ids(tx.db(), tx.workspace_id(), &[id], tx.now).await?;
    let key = rows.into_iter().next().ok_or(Failure::NotFound)?;
    if timeline::is_ahead(key.facts.interval, tx.now) {
        Ok(key)
    } else {
        Err(Failure::Invalid(vec![UserError::at(
            ErrorCode::NotActive,
            "id",
        )]))
    }
}
