//! `createRole`: a custom role, with permissions of its own or those of another role (PERM-10).

use super::{MOST_ROLES, changes, check_permissions, checked_name, give};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access,
        error_code::ErrorCode,
        id::{RoleId, WorkspaceId},
        limit::{LimitKind, ReachedLimit},
        permission::{Permission, PermissionSet},
        timeline,
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::role::{self as rows, NewRole},
    words::message,
};

/// The input of `createRole`.
#[derive(Debug, Clone)]
pub struct CreateRole {
    /// The workspace that gets the role.
    pub workspace_id: WorkspaceId,
    /// What it is called.
    pub name: String,
    /// Whose permissions it starts with, if none are given.
    pub based_on_role_id: Option<RoleId>,
    /// What it holds; wins over the other role's.
    pub permissions: Option<Vec<Permission>>,
}

/// Makes a role. Its answer is the role's id; none if it was refused.
pub async fn create(
    deps: &Deps,
    caller: &Caller,
    input: CreateRole,
    options: CallOptions,
) -> Result<Committed<Option<RoleId>>, Failure> {
    check_permissions(deps, input.permissions.as_deref())?;
    if input.permissions.is_none() && input.based_on_role_id.is_none() {
        return Err(Failure::bad_input(message::permissions_or_role()));
    }
    write::run(deps, caller, input.workspace_id, &options, &input).await
}

impl UseCase for CreateRole {
    const CHANGES_ACCESS: bool = true;
    type Output = Option<RoleId>;

    fn mutation(&self) -> &'static str {
        "createRole"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        access.require_administrator(caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Option<RoleId>>, Failure> {
        let (name, permissions) = self.check(&tx.access)?;
        let id = RoleId(tx.deps.ids.uuid(tx.now));
        let role = NewRole {
            id,
            name: name.clone(),
            preset: None,
            starts_at: tx.now,
            granted_by: tx.caller.account_id(),
        };
        rows::insert(tx.db(), tx.workspace_id(), vec![role]).await?;
        give(tx, id, permissions).await?;
        tx.touch_shared();
        tx.record(Event::new(
            AuditEventKind::RoleCreated,
            id,
            changes(None, Some((&name, permissions))),
        ));
        Ok(Verdict::keep(Some(id)))
    }
}

impl CreateRole {
    /// The name and the permissions, or what is wrong about the input.
    fn check(&self, access: &Access) -> Result<(String, PermissionSet), Vec<UserError>> {
        let (roles, now) = (&access.facts().roles, access.now);
        let mut errors = Vec::new();
        let custom = roles
            .values()
            .filter(|role| role.preset.is_none() && timeline::is_ahead(role.interval, now))
            .count();
        if custom >= MOST_ROLES {
            let limit = ReachedLimit::of(
                LimitKind::Roles,
                i64::try_from(MOST_ROLES).unwrap_or(i64::MAX),
            );
            errors.push(UserError::limited(
                ErrorCode::LimitReached,
                "workspaceId",
                limit,
            ));
        }
        let base = self
            .based_on_role_id
            .map(|id| roles.get(&id).filter(|role| role.interval.contains(now)));
        if matches!(base, Some(None)) {
            errors.push(UserError::at(ErrorCode::NotFound, "basedOnRoleId"));
        }
        let own = self
            .permissions
            .as_ref()
            .map(|list| list.iter().copied().collect());
        let permissions = own.or_else(|| {
            base.flatten()
                .map(|role| access::permissions_of_role(role, now))
        });
        match checked_name(access, &self.name, None) {
            Ok(name) if errors.is_empty() => return Ok((name, permissions.unwrap_or_default())),
            Ok(_) => {}
            Err(error) => errors.push(error),
        }
        Err(errors)
    }
}
