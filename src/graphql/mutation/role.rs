//! Mutations of custom roles.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, FormErrors, Nullable, Options, Report, RoleError, refusable, signed_in_scope,
};
use crate::{
    domain::{
        id::{RoleId, WorkspaceId},
        permission::Permission,
    },
    graphql::{
        guard::{self, RequiredRole},
        object::role::Role,
        scalar::Id,
        scope::Scope,
    },
    service::{
        role::{self as service, CreateRole, DeleteRole, UpdateRole},
        write::Committed,
    },
};

/// The role to create. At least one of `basedOnRoleId` and `permissions` is required, otherwise
/// BAD_USER_INPUT.
#[derive(Debug, InputObject)]
pub struct CreateRoleInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// The name: 1 to 35 characters without spaces at the start and the end (TOO_SHORT, TOO_LONG,
    /// INVALID_CHARACTERS). It must be unique regardless of case, and must not look like the name
    /// of a preset (TAKEN).
    pub name: String,
    /// A role of the workspace, preset or custom. Its current permissions are copied if
    /// `permissions` is absent.
    pub based_on_role_id: Option<Id<RoleId>>,
    /// The permissions of the role; can be empty. Takes precedence over `basedOnRoleId`. A role
    /// with all fourteen permissions is not the ADMINISTRATOR role.
    pub permissions: Option<Vec<Permission>>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The changes to a role.
#[derive(Debug, InputObject)]
pub struct UpdateRoleInput {
    /// The role. A deleted role is NOT_FOUND, like one that never existed.
    pub id: Id<RoleId>,
    /// The name: 1 to 35 characters, with the rules of `createRole`. Default, also for null: unchanged.
    pub name: Option<String>,
    /// All permissions of the role; can be empty. Default, also for null: unchanged.
    pub permissions: Option<Vec<Permission>>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The role to delete.
#[derive(Debug, InputObject)]
pub struct DeleteRoleInput {
    /// The role. A deleted role is NOT_FOUND, like one that never existed.
    pub id: Id<RoleId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct CreateRolePayload {
    /// The new role; null if `errors` has any, and with `dryRun`.
    pub role: Option<Role>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<RoleError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateRolePayload {
    /// The role after the call; null if `errors` has any.
    pub role: Option<Role>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<RoleError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct DeleteRolePayload {
    /// The id of the role that was deleted, or would be deleted with `dryRun`; null if `errors` has
    /// any.
    pub deleted_role_id: Option<ID>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<RoleError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// Mutations of custom roles.
#[derive(Debug, Default)]
pub struct RoleMutation;

/// Mutations of custom roles.
#[Object]
impl RoleMutation {
    /// Creates a custom role; at most 100 in a workspace (LIMIT_REACHED). Requires the
    /// ADMINISTRATOR role.
    #[graphql(directive = guard::requires::apply(RequiredRole::Administrator))]
    async fn create_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role to create.")] input: CreateRoleInput,
    ) -> Nullable<CreateRolePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = CreateRole {
                workspace_id: input.workspace_id.0,
                name: input.name,
                based_on_role_id: input.based_on_role_id.map(|id| id.0),
                permissions: input.permissions,
            };
            let mut committed =
                service::create(&scope.deps, &scope.caller, command, options).await?;
            let (role, after) = role_after(ctx, &mut committed).await?;
            Ok(CreateRolePayload {
                role,
                errors: RoleError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Updates a custom role, for everybody who has it, at once. Presets cannot be updated
    /// (PRESET_ROLE). Requires the ADMINISTRATOR role.
    #[graphql(directive = guard::requires::apply(RequiredRole::Administrator))]
    async fn update_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes to a role.")] input: UpdateRoleInput,
    ) -> Nullable<UpdateRolePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = UpdateRole {
                id: input.id.0,
                name: input.name,
                permissions: input.permissions,
            };
            let mut committed =
                service::update(&scope.deps, &scope.caller, command, options).await?;
            let (role, after) = role_after(ctx, &mut committed).await?;
            Ok(UpdateRolePayload {
                role,
                errors: RoleError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Deletes a custom role. The role must not belong to a member, now or later, or to a pending
    /// invitation (IN_USE). Presets cannot be deleted (PRESET_ROLE). The name can be used again.
    /// Requires the ADMINISTRATOR role.
    #[graphql(directive = guard::requires::apply(RequiredRole::Administrator))]
    async fn delete_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role to delete.")] input: DeleteRoleInput,
    ) -> Nullable<DeleteRolePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = DeleteRole { id: input.id.0 };
            let mut committed =
                service::delete(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            Ok(DeleteRolePayload {
                deleted_role_id: committed.output.map(|id| ID(id.to_string())),
                errors: RoleError::all(committed.errors, Scope::of(ctx)?.caller.locale()),
                report: after.report,
            })
        })
        .await
    }
}

/// Loads the role that the answer names after the commit.
async fn role_after(
    ctx: &Context<'_>,
    committed: &mut Committed<Option<RoleId>>,
) -> async_graphql::Result<(Option<Role>, AfterCommit)> {
    let after = AfterCommit::of(ctx, committed, Vec::new()).await?;
    let role = committed
        .output
        .and_then(|id| Role::find(after.view.as_ref()?, id));
    Ok((role, after))
}
