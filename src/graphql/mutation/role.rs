//! Mutations of custom roles.

use async_graphql::{Context, ID, Object};

use super::{
    Aftermath, Nullable, RoleError, id, optional_id,
    payload::{input, payload},
    refusable, signed_in,
};
use crate::{
    domain::{
        id::{RoleId, WorkspaceId},
        permission::Permission,
    },
    graphql::{
        guard::{self, RequiredRole},
        object::role::Role,
        scope::Scope,
    },
    service::{
        role::{self as service, CreateRole, DeleteRole, UpdateRole},
        write::Committed,
    },
};

input! {
    /// The role that is to be made. At least one of `basedOnRoleId` and `permissions` is given,
    /// else BAD_USER_INPUT.
    CreateRoleInput {
        /// Where.
        workspace_id: ID,
        /// Its name, 1 to 35 characters without blanks around them (TOO_SHORT, TOO_LONG,
        /// INVALID_CHARACTERS). No other role has it, whatever the case, and it does not look like
        /// that of a preset (TAKEN).
        name: String,
        /// A role of the workspace, preset or not, whose permissions of now it starts with if
        /// `permissions` is absent.
        based_on_role_id: Option<ID>,
        /// What it holds, may be empty; wins over `basedOnRoleId`. All fourteen are not the
        /// ADMINISTRATOR role.
        permissions: Option<Vec<Permission>>,
    }
}

input! {
    /// What a role is to become.
    UpdateRoleInput {
        /// Which role. One that was deleted is NOT_FOUND, like one that never was.
        id: ID,
        /// Its name, as in CreateRoleInput; absent or null: stays.
        name: Option<String>,
        /// All that it is to hold, may be empty; absent or null: stays.
        permissions: Option<Vec<Permission>>,
    }
}

input! {
    /// Which role is to go.
    DeleteRoleInput {
        /// Which role. One that was deleted is NOT_FOUND, like one that never was.
        id: ID,
    }
}

payload! {
    /// What became of the call.
    CreateRolePayload, RoleError {
        /// The role; null if `errors` has any, and on a dry run.
        role: Option<Role>,
    }
}

payload! {
    /// What became of the call.
    UpdateRolePayload, RoleError {
        /// The role as it is now; null if `errors` has any.
        role: Option<Role>,
    }
}

payload! {
    /// What became of the call.
    DeleteRolePayload, RoleError {
        /// The role that is gone, or on a dry run would be; null if `errors` has any.
        deleted_role_id: Option<ID>,
    }
}

/// Mutations of custom roles.
#[derive(Debug, Default)]
pub struct RoleMutation;

/// Mutations of custom roles.
#[Object]
impl RoleMutation {
    /// Makes a custom role; at most 100 in a workspace (LIMIT_REACHED). Requires the ADMINISTRATOR
    /// role.
    #[graphql(directive = guard::requires::apply(RequiredRole::Administrator))]
    async fn create_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role that is to be made.")] input: CreateRoleInput,
    ) -> Nullable<CreateRolePayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options();
            let asked = CreateRole {
                workspace_id: id("workspaceId", &input.workspace_id, WorkspaceId::parse)?,
                name: input.name,
                based_on_role_id: optional_id(
                    "basedOnRoleId",
                    input.based_on_role_id,
                    RoleId::parse,
                )?,
                permissions: input.permissions,
            };
            let mut committed = service::create(&scope.deps, &scope.caller, asked, options).await?;
            let (role, after) = role_after(ctx, &mut committed).await?;
            Ok(CreateRolePayload {
                role,
                errors: RoleError::all(committed.errors, scope.caller.locale()),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
            })
        })
        .await
    }

    /// Changes a custom role, for everybody who has it, at once. Presets stay as they are
    /// (PRESET_ROLE). Requires the ADMINISTRATOR role.
    #[graphql(directive = guard::requires::apply(RequiredRole::Administrator))]
    async fn update_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What a role is to become.")] input: UpdateRoleInput,
    ) -> Nullable<UpdateRolePayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options();
            let asked = UpdateRole {
                id: id("id", &input.id, RoleId::parse)?,
                name: input.name,
                permissions: input.permissions,
            };
            let mut committed = service::update(&scope.deps, &scope.caller, asked, options).await?;
            let (role, after) = role_after(ctx, &mut committed).await?;
            Ok(UpdateRolePayload {
                role,
                errors: RoleError::all(committed.errors, scope.caller.locale()),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
            })
        })
        .await
    }

    /// Deletes a custom role that no member has, now or later, and no pending invitation brings
    /// (IN_USE). Presets stay (PRESET_ROLE). Its name is free again. Requires the ADMINISTRATOR
    /// role.
    #[graphql(directive = guard::requires::apply(RequiredRole::Administrator))]
    async fn delete_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which role is to go.")] input: DeleteRoleInput,
    ) -> Nullable<DeleteRolePayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options();
            let asked = DeleteRole {
                id: id("id", &input.id, RoleId::parse)?,
            };
            let mut committed = service::delete(&scope.deps, &scope.caller, asked, options).await?;
            let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
            Ok(DeleteRolePayload {
                deleted_role_id: committed.output.map(|id| ID(id.to_string())),
                errors: RoleError::all(committed.errors, Scope::of(ctx)?.caller.locale()),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
            })
        })
        .await
    }
}

/// Looks again after the commit: the role that the answer names.
async fn role_after(
    ctx: &Context<'_>,
    committed: &mut Committed<Option<RoleId>>,
) -> async_graphql::Result<(Option<Role>, Aftermath)> {
    let after = Aftermath::of(ctx, committed, Vec::new()).await?;
    let role = committed
        .output
        .and_then(|id| Role::find(after.place.as_ref()?, id));
    Ok((role, after))
}
