//! Mutations of custom roles.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{AfterCommit, FormErrors, Nullable, Options, Report, RoleError, refusable, signed_in};
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

/// The role that is to be made. At least one of `basedOnRoleId` and `permissions` is given,
/// else BAD_USER_INPUT.
#[derive(Debug, InputObject)]
pub struct CreateRoleInput {
    /// Where.
    pub workspace_id: Id<WorkspaceId>,
    /// Its name, 1 to 35 characters without blanks around them (TOO_SHORT, TOO_LONG,
    /// INVALID_CHARACTERS). No other role has it, whatever the case, and it does not look like
    /// that of a preset (TAKEN).
    pub name: String,
    /// A role of the workspace, preset or not, whose permissions of now it starts with if
    /// `permissions` is absent.
    pub based_on_role_id: Option<Id<RoleId>>,
    /// What it holds, may be empty; wins over `basedOnRoleId`. All fourteen are not the
    /// ADMINISTRATOR role.
    pub permissions: Option<Vec<Permission>>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What a role is to become.
#[derive(Debug, InputObject)]
pub struct UpdateRoleInput {
    /// Which role. One that was deleted is NOT_FOUND, like one that never was.
    pub id: Id<RoleId>,
    /// Its name, as in CreateRoleInput; absent or null: stays.
    pub name: Option<String>,
    /// All that it is to hold, may be empty; absent or null: stays.
    pub permissions: Option<Vec<Permission>>,
    #[graphql(flatten)]
    pub options: Options,
}

/// Which role is to go.
#[derive(Debug, InputObject)]
pub struct DeleteRoleInput {
    /// Which role. One that was deleted is NOT_FOUND, like one that never was.
    pub id: Id<RoleId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct CreateRolePayload {
    /// The role; null if `errors` has any, and on a dry run.
    pub role: Option<Role>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<RoleError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateRolePayload {
    /// The role as it is now; null if `errors` has any.
    pub role: Option<Role>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<RoleError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct DeleteRolePayload {
    /// The role that is gone, or on a dry run would be; null if `errors` has any.
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
            let options = input.options.read(ctx)?;
            let asked = CreateRole {
                workspace_id: input.workspace_id.0,
                name: input.name,
                based_on_role_id: input.based_on_role_id.map(|id| id.0),
                permissions: input.permissions,
            };
            let mut committed = service::create(&scope.deps, &scope.caller, asked, options).await?;
            let (role, after) = role_after(ctx, &mut committed).await?;
            Ok(CreateRolePayload {
                role,
                errors: RoleError::all(committed.errors, scope.caller.locale()),
                report: after.report,
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
            let options = input.options.read(ctx)?;
            let asked = UpdateRole {
                id: input.id.0,
                name: input.name,
                permissions: input.permissions,
            };
            let mut committed = service::update(&scope.deps, &scope.caller, asked, options).await?;
            let (role, after) = role_after(ctx, &mut committed).await?;
            Ok(UpdateRolePayload {
                role,
                errors: RoleError::all(committed.errors, scope.caller.locale()),
                report: after.report,
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
            let options = input.options.read(ctx)?;
            let asked = DeleteRole { id: input.id.0 };
            let mut committed = service::delete(&scope.deps, &scope.caller, asked, options).await?;
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

/// Looks again after the commit: the role that the answer names.
async fn role_after(
    ctx: &Context<'_>,
    committed: &mut Committed<Option<RoleId>>,
) -> async_graphql::Result<(Option<Role>, AfterCommit)> {
    let after = AfterCommit::of(ctx, committed, Vec::new()).await?;
    let role = committed
        .output
        .and_then(|id| Role::find(after.place.as_ref()?, id));
    Ok((role, after))
}
