//! `updateRole`: another name, other permissions, for everybody who has the role, at once
//! (PERM-10).

use super::{
    changeable, changes, check_permissions, checked_name, give, require_of_role, workspace_of,
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        error_code::ErrorCode,
        id::RoleId,
        permission::{Permission, PermissionSet},
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        write::{self, CallOptions, Committed, Event, MOST_COUNTED, Transaction, UseCase, Verdict},
    },
    store::{
        dated::{self, Dated, Ending},
        role::{self as rows, PermissionRow},
        role_assignment::{self, REMOVED},
    },
};

/// The input of `updateRole`.
#[derive(Debug, Clone)]
pub struct UpdateRole {
    /// The role to change.
    pub id: RoleId,
    /// Its new name; `None` leaves it.
    pub name: Option<String>,
    /// All that it is to hold; `None` leaves it.
    pub permissions: Option<Vec<Permission>>,
}

/// Changes a role. Its answer is the role's id; none if it was refused.
pub async fn update(
    deps: &Deps,
    caller: &Caller,
    input: UpdateRole,
    options: CallOptions,
) -> Result<Committed<Option<RoleId>>, Failure> {
    check_permissions(deps, input.permissions.as_deref())?;
    let workspace = workspace_of(deps, caller, input.id).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

impl UseCase for UpdateRole {
    const CHANGES_ACCESS: bool = true;
    type Output = Option<RoleId>;

    fn mutation(&self) -> &'static str {
        "updateRole"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        require_of_role(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Option<RoleId>>, Failure> {
        let access = tx.access.clone();
        let role = changeable(&access, self.id)?;
        if role.preset.is_some() {
            return Err(Failure::Invalid(vec![UserError::at(
                ErrorCode::PresetRole,
                "id",
            )]));
        }
        let name = match &self.name {
            None => role.name.to_string(),
            Some(name) => match checked_name(&access, name, Some(role.id)) {
                Ok(name) => name,
                Err(error) => return Err(Failure::Invalid(vec![error])),
            },
        };
        let rows = rows::permissions(tx.db(), tx.workspace_id(), role.id, tx.now).await?;
        let before: PermissionSet = rows.iter().map(|row| row.permission).collect();
        let after = self
            .permissions
            .as_ref()
            .map_or(before, |list| list.iter().copied().collect());
        if *name != *role.name {
            rows::rename(tx.db(), tx.workspace_id(), role.id, &name).await?;
        }
        if before != after {
            replace(tx, role.id, &rows, after).await?;
        }
        let changes = changes(Some((&role.name, before)), Some((&name, after)));
        if !changes.is_empty() {
            tx.touch_shared();
            tx.record(Event::new(AuditEventKind::RoleUpdated, role.id, changes));
        }
        Ok(Verdict::keep(Some(role.id)))
    }
}

/// Ends what the role is no longer to hold, adds what is new, and says whose permissions may have
/// changed.
async fn replace(
    tx: &mut Transaction<'_>,
    role: RoleId,
    rows: &[PermissionRow],
    after: PermissionSet,
) -> Result<(), Failure> {
    let holders =
        role_assignment::holders(tx.db(), tx.workspace_id(), &[role], tx.now, MOST_COUNTED).await?;
    tx.touch_all(holders).await?;
    let gone: Vec<_> = rows
        .iter()
        .filter(|row| !after.contains(row.permission))
        .map(|row| row.id)
        .collect();
    let ending = Ending {
        by: tx.caller.account_id(),
        reason: REMOVED,
    };
    dated::end(
        tx.db(),
        Dated::RolePermission,
        tx.workspace_id(),
        &gone,
        tx.now,
        ending,
    )
    .await?;
    let before = rows.iter().map(|row| row.permission).collect();
    give(tx, role, after.difference(before)).await?;
    Ok(())
}
