//! Custom roles: `createRole`, `updateRole`, `deleteRole` (PERM-10), for administrators alone.
//!
//! Owns what the three share: what a name must be, which role may be changed, and what a role
//! holds. Presets are fixed, here and everywhere.

mod create;
mod delete;
mod update;

use serde_json::json;

use super::{
    Access, Caller, Deps, Failure, UserError, administrators,
    bulk::{self},
    write::Transaction,
};
use crate::{
    domain::{
        access::facts::RoleFacts,
        audit::FieldChange,
        error_code::ErrorCode,
        fold,
        id::{RoleId, WorkspaceId},
        interval::Interval,
        permission::{Permission, PermissionSet, Preset},
    },
    store::{
        naming::Named,
        role::{self as rows, PermissionRow},
    },
    words::message,
};

pub use create::{CreateRole, create};
pub use delete::{DeleteRole, delete};
pub use update::{UpdateRole, update};

/// The longest name, in characters.
const LONGEST_NAME: usize = 35;

/// The most custom roles of one workspace.
const MOST_ROLES: usize = 100;

/// The workspace of a role, for somebody who is an active member there.
async fn workspace_of(deps: &Deps, caller: &Caller, role: RoleId) -> Result<WorkspaceId, Failure> {
    bulk::named_workspace(deps, caller, Named::Role, vec![role.0]).await
}

/// Lets administrators pass who name a role: to all who are no active members there is none.
fn require_of_role(access: &Access, caller: &Caller) -> Result<(), Failure> {
    caller.require_credential()?;
    bulk::require_member(access)?;
    access.require_administrator(caller)
}

/// The custom role to change; one that was deleted is none.
fn changeable(access: &Access, id: RoleId) -> Result<&RoleFacts, Failure> {
    access
        .facts()
        .roles
        .get(&id)
        .filter(|role| role.interval.contains(access.now))
        .ok_or(Failure::NotFound)
}

/// The name as it is kept, or what is wrong about it; `own` is the role that may have it already. A
/// name that looks like a preset's is TAKEN (TEXT-2).
fn checked_name(access: &Access, name: &str, own: Option<RoleId>) -> Result<String, UserError> {
    let name = bulk::required_line(name, LONGEST_NAME, "name")?;
    let (folded, look) = (fold::unique_form(&name), fold::look(&name));
    let mut others = access
        .facts()
        .roles
        .values()
        .filter(|role| Some(role.id) != own && role.interval.contains(access.now));
    let is_preset = Preset::ALL
        .iter()
        .any(|preset| fold::look(preset.title()) == look);
    if is_preset || others.any(|role| fold::unique_form(&role.name) == folded) {
        return Err(UserError::at(ErrorCode::Taken, "name"));
    }
    Ok(name)
}

/// Refuses a list that nobody writes.
fn check_permissions(deps: &Deps, permissions: Option<&[Permission]>) -> Result<(), Failure> {
    let most = deps.limits.batch_items;
    if permissions.is_some_and(|list| list.len() > most) {
        return Err(Failure::bad_input(message::items_at_most(
            "permissions",
            most,
        )));
    }
    Ok(())
}

/// Gives a role these permissions from now on.
async fn give(
    tx: &Transaction<'_>,
    role: RoleId,
    permissions: PermissionSet,
) -> Result<(), Failure> {
    let (ids, interval) = (&tx.deps.ids, Interval::from(tx.now));
    let row = |permission| PermissionRow {
        id: ids.uuid(tx.now),
        permission,
        interval,
    };
    let rows: Vec<PermissionRow> = permissions.iter().map(row).collect();
    Ok(rows::insert_permissions(
        tx.db(),
        tx.workspace_id(),
        role,
        &rows,
        tx.caller.account_id(),
    )
    .await?)
}

/// What the record says of a role's name and permissions; `None` = there was or is no such role.
fn changes(
    before: Option<(&str, PermissionSet)>,
    after: Option<(&str, PermissionSet)>,
) -> Vec<FieldChange> {
    let name = |state: Option<(&str, PermissionSet)>| json!(state.map(|(name, _)| name));
    let held =
        |state: Option<(&str, PermissionSet)>| json!(state.map(|(_, permissions)| permissions));
    let mut changes = vec![
        FieldChange::plain("name", name(before), name(after)),
        FieldChange::plain("permissions", held(before), held(after)),
    ];
    changes.retain(|change| change.before != change.after);
    changes
}

/// Whether the caller may see the role: active members any; ADMINISTRATOR also those who may give
/// the workspace its first administrator (MEM-5).
pub async fn is_visible(
    deps: &Deps,
    caller: &Caller,
    access: &Access,
    id: RoleId,
) -> Result<bool, Failure> {
    let Some(role) = access.role(id) else {
        return Ok(false);
    };
    Ok(access.is_active_member()
        || (role.is_administrator()
            && administrators::may_give_the_first(deps, caller, access).await?))
}

/// The roles that the caller may see, in no order.
pub async fn visible<'a>(
    deps: &Deps,
    caller: &Caller,
    access: &'a Access,
) -> Result<Vec<&'a RoleFacts>, Failure> {
    let roles = access.facts().roles_at(access.now);
    if access.is_active_member() {
        return Ok(roles.collect());
    }
    if !administrators::may_give_the_first(deps, caller, access).await? {
        return Err(if caller.is_anonymous() {
            Failure::Unauthenticated
        } else {
            Failure::forbidden(message::requires_active_member())
        });
    }
    Ok(roles.filter(|role| role.is_administrator()).collect())
}
