//! Workspaces: which ones there are for the caller, what one of them sets, and how they are made
//! and changed.

mod create;
mod defaults;
mod secondary;
mod update;

use std::sync::Arc;

use super::{Access, Caller, Deps, Failure, UserError, bulk};
use crate::{
    domain::{
        id::QuotaValueId,
        name,
        permission::{Permission, PermissionSet},
    },
    store::{
        access::QuotaValueFacts,
        page::{Page, PageRequest},
        quota::{self, MemberValues},
        workspace::{self as rows, Listing},
    },
};

pub use crate::store::access::WorkspaceSnapshot;
pub use crate::store::workspace::{Family, ListOrder, Workspace, WorkspaceFilter, WorkspaceRef};
pub use create::{CreateWorkspace, Created, License, create};
pub use defaults::{SetDefaultPermissions, set_default_permissions};
pub(in crate::service) use secondary::family;
pub use secondary::{
    CreateSecondaryWorkspace, DeleteSecondaryWorkspace, SetWorkspaceCaps, UpdateSecondaryWorkspace,
    create_secondary, delete_secondary, may_read_caps, secondary_after, set_caps, update_secondary,
};
pub use update::{UpdateWorkspace, update};

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

/// A workspace's name as it is kept, or what is wrong about it.
fn checked_name(name: &str) -> Result<String, UserError> {
    let name = bulk::required_line(name, LONGEST_NAME, "name")?;
    name::fault(&name, LONGEST_NAME)
        .map_or_else(|| Ok(name.clone()), |code| Err(UserError::at(code, "name")))
}

/// One page of the workspaces that the caller may know of: PUBLIC ones and their own, for operators
/// all; for a key its own.
pub async fn page(
    deps: &Deps,
    caller: &Caller,
    family: Family,
    filter: &WorkspaceFilter,
    order: (ListOrder, bool),
    page: &PageRequest,
) -> Result<Page<Access>, Failure> {
    let listing = listing(caller, family, filter);
    let workspaces = rows::page(deps.db.reader(), &listing, order, page, caller.now).await?;
    let mut accesses = Vec::with_capacity(workspaces.rows.len());
    for (workspace, member) in workspaces.rows {
        accesses
            .push(Access::of(deps, deps.db.reader(), caller, Arc::new(workspace), member).await?);
    }
    Ok(Page {
        rows: accesses,
        has_next: workspaces.has_next,
        has_previous: workspaces.has_previous,
    })
}

/// Refuses whoever may not list the secondary workspaces of this one: all but holders of
/// MANAGE_SECONDARY_WORKSPACES or EDIT_WORKSPACE_PROPERTIES, members' keys too (WS-9).
pub fn require_secondaries(access: &Access, caller: &Caller) -> Result<(), Failure> {
    if access.can(Permission::ManageSecondaryWorkspaces) {
        return Ok(());
    }
    access.require(caller, Permission::EditWorkspaceProperties)
}

/// How many workspaces [`page`] has over all pages.
pub async fn count(
    deps: &Deps,
    caller: &Caller,
    family: Family,
    filter: &WorkspaceFilter,
) -> Result<i64, Failure> {
    Ok(rows::count(
        deps.db.reader(),
        &listing(caller, family, filter),
        caller.now,
    )
    .await?)
}

fn listing<'a>(caller: &Caller, family: Family, filter: &'a WorkspaceFilter) -> Listing<'a> {
    // A key lists its own workspace, or the secondary ones of it, in which it is nobody (WS-9).
    let key = caller.key();
    let only = key
        .filter(|_| family == Family::All)
        .map(|key| key.workspace.id);
    let account = match (key, family) {
        (Some(_), Family::SecondaryOf(_)) => None,
        _ => caller.account_id(),
    };
    Listing {
        account,
        all: caller.is_operator(),
        only,
        family,
        filter,
    }
}

/// The permissions that new members get now.
pub async fn default_permissions(deps: &Deps, access: &Access) -> Result<PermissionSet, Failure> {
    Ok(rows::default_permissions(deps.db.reader(), access.workspace.id, access.now).await?)
}

/// One page of the MEMBER values that count now, by id.
pub async fn member_quota_values(
    deps: &Deps,
    access: &Access,
    page: &PageRequest,
) -> Result<Page<QuotaValueFacts>, Failure> {
    let values = MemberValues {
        workspace: access.workspace.id,
        now: access.now,
    };
    Ok(page.page(values.page(deps.db.reader(), page).await?))
}

/// How many MEMBER values count now.
pub async fn count_member_quota_values(deps: &Deps, access: &Access) -> Result<i64, Failure> {
    let values = MemberValues {
        workspace: access.workspace.id,
        now: access.now,
    };
    Ok(values.count(deps.db.reader()).await?)
}

/// The MEMBER value with this id that has not ended.
pub async fn member_quota_value(
    deps: &Deps,
    access: &Access,
    id: QuotaValueId,
) -> Result<Option<QuotaValueFacts>, Failure> {
    Ok(quota::member_value(deps.db.reader(), access.workspace.id, id, access.now).await?)
}
