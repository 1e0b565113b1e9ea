//! Mutations of secondary workspaces, as their main workspace manages them (WS-8 to WS-12).

pub mod caps;

use std::sync::Arc;

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, FormErrors, Nullable, Options, Report, WorkspaceError,
    quota::{LicenseValueInput, license_values},
    refusable, signed_in_scope,
};
use crate::{
    domain::{
        id::{InvitationId, WorkspaceId},
        permission::Permission,
    },
    graphql::{
        guard,
        object::{invitation::Invitation, workspace::Workspace},
        scalar::{EmailAddress, Id},
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure, invitation as invitations,
        workspace::{
            self as service, CreateSecondaryWorkspace, DeleteSecondaryWorkspace,
            UpdateSecondaryWorkspace,
        },
        write::Committed,
    },
};

/// The secondary workspace to create.
#[derive(Debug, InputObject)]
pub struct CreateSecondaryWorkspaceInput {
    /// The main workspace. A secondary workspace has no secondary workspaces: SECONDARY_WORKSPACE.
    /// SECONDARY_WORKSPACES_DISABLED if its license does not allow them,
    /// SECONDARY_WORKSPACES_EXCEEDED if it allows no more.
    pub parent_id: Id<WorkspaceId>,
    /// The name: 1 to 100 characters, not counting spaces around it (TOO_SHORT, TOO_LONG,
    /// INVALID_CHARACTERS, CONTAINS_LINK).
    pub name: String,
    /// The slug: 3 to 27 characters of a-z, 0-9 and -, not starting or ending with -
    /// (INVALID_SLUG). It must not be a reserved one (RESERVED), or one that any workspace has or
    /// had (TAKEN). It cannot be changed.
    pub slug: String,
    /// The address of the first administrator, who is invited, with or without an account. The
    /// invitation takes one seat of the license (SEATS_EXCEEDED). FORBIDDEN_EMAIL if the installation
    /// sends no mail to it, LIMIT_REACHED if it got the maximum number of invitations in 24 hours.
    pub administrator_email: EmailAddress,
    /// The caps: limits of this workspace inside of the license, at most 100. LICENSE_EXCEEDED if
    /// one is above the license's limit of the same period. Default: none.
    pub caps: Option<Vec<LicenseValueInput>>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The changes to a secondary workspace. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct UpdateSecondaryWorkspaceInput {
    /// The secondary workspace; MAIN_WORKSPACE if it is none.
    pub id: Id<WorkspaceId>,
    /// The name: 1 to 100 characters, not counting spaces around it (TOO_SHORT, TOO_LONG,
    /// INVALID_CHARACTERS, CONTAINS_LINK). Null leaves it unchanged.
    pub name: Option<String>,
    /// The description, at most 1,000 characters (TOO_LONG, INVALID_CHARACTERS). Null or an empty
    /// text removes it.
    pub description: MaybeUndefined<String>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The secondary workspace to delete.
#[derive(Debug, InputObject)]
pub struct DeleteSecondaryWorkspaceInput {
    /// The secondary workspace; MAIN_WORKSPACE if it is none.
    pub id: Id<WorkspaceId>,
    /// The slug of the workspace, typed again (SLUG_MISMATCH).
    pub slug: String,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct CreateSecondaryWorkspacePayload {
    /// The new workspace; null if `errors` has any, and with `dryRun`.
    pub workspace: Option<Workspace>,
    /// The invitation of the administrator; null if `errors` has any, with `dryRun`, and for API
    /// keys.
    pub invitation: Option<Invitation>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateSecondaryWorkspacePayload {
    /// The workspace after the call; null if `errors` has any.
    pub workspace: Option<Workspace>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct DeleteSecondaryWorkspacePayload {
    /// What the deleted workspace says of itself; null if `errors` has any.
    pub workspace: Option<Workspace>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// Mutations of secondary workspaces.
#[derive(Debug, Default)]
pub struct SecondaryWorkspaceMutation;

/// Mutations of secondary workspaces.
#[Object]
impl SecondaryWorkspaceMutation {
    /// Creates a PRIVATE secondary workspace with the five preset roles, without sign-ups and default
    /// permissions, sets its caps, and invites its first administrator. Requires
    /// MANAGE_SECONDARY_WORKSPACES in the main workspace: by session, in which the strongest factor
    /// was shown in the last 10 minutes (REAUTHENTICATION_REQUIRED), or by the API key of a member.
    /// `effects` is always empty because the workspace has no members yet.
    #[graphql(directive = guard::requires::apply(Permission::ManageSecondaryWorkspaces), directive = guard::step_up::apply())]
    async fn create_secondary_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The secondary workspace to create.")]
        input: CreateSecondaryWorkspaceInput,
    ) -> Nullable<CreateSecondaryWorkspacePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = CreateSecondaryWorkspace {
                parent_id: input.parent_id.0,
                name: input.name,
                slug: input.slug,
                administrator_email: input.administrator_email.0,
                caps: license_values(input.caps)?,
            };
            let mut committed =
                service::create_secondary(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let (mut workspace, mut invitation) = (None, None);
            if let Some(created) = committed.output
                && let Some(view) = view_after(ctx, created.workspace_id).await?
            {
                invitation = invitation_after(ctx, &view, created.invitation_id).await?;
                workspace = Some(Workspace::of(view.access));
            }
            Ok(CreateSecondaryWorkspacePayload {
                workspace,
                invitation,
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Updates the name and the description of a secondary workspace. Requires
    /// MANAGE_SECONDARY_WORKSPACES in its main workspace. Refused to API keys.
    #[graphql(directive = guard::requires::apply(Permission::ManageSecondaryWorkspaces))]
    async fn update_secondary_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes to a secondary workspace.")]
        input: UpdateSecondaryWorkspaceInput,
    ) -> Nullable<UpdateSecondaryWorkspacePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = UpdateSecondaryWorkspace {
                id: input.id.0,
                name: input.name,
                description: input.description.into(),
            };
            let mut committed =
                service::update_secondary(&scope.deps, &scope.caller, command, options).await?;
            let (workspace, after) = secondary_after(ctx, &mut committed).await?;
            Ok(UpdateSecondaryWorkspacePayload {
                workspace,
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Permanently deletes a secondary workspace. From that instant, its memberships, API keys and
    /// invitations are no longer valid, and its seats are free. What it used this month still
    /// counts on the main workspace, and its slug stays taken. Its audit log can then be read by
    /// operators, and by holders of EDIT_WORKSPACE_PROPERTIES in the main workspace. Requires
    /// MANAGE_SECONDARY_WORKSPACES in the main workspace, in a session in which the strongest factor
    /// was shown in the last 10 minutes (REAUTHENTICATION_REQUIRED). Refused to API keys. `effects`
    /// is always empty because members of a secondary workspace are shown to its own administrators
    /// only.
    #[graphql(directive = guard::requires::apply(Permission::ManageSecondaryWorkspaces), directive = guard::step_up::apply())]
    async fn delete_secondary_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The secondary workspace to delete.")]
        input: DeleteSecondaryWorkspaceInput,
    ) -> Nullable<DeleteSecondaryWorkspacePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = DeleteSecondaryWorkspace {
                id: input.id.0,
                slug: input.slug,
            };
            let mut committed =
                service::delete_secondary(&scope.deps, &scope.caller, command, options).await?;
            let (workspace, after) = secondary_after(ctx, &mut committed).await?;
            Ok(DeleteSecondaryWorkspacePayload {
                workspace,
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }
}

/// A secondary workspace after the call, as the caller sees it.
async fn view_after(ctx: &Context<'_>, id: WorkspaceId) -> Result<Option<WorkspaceView>, Failure> {
    let scope = Scope::of(ctx)?;
    let access = service::secondary_after(&scope.deps, &scope.caller, id).await?;
    Ok(access.map(|access| Arc::new(access).into()))
}

/// The workspace that a call changed, unless it was refused.
async fn secondary_after(
    ctx: &Context<'_>,
    committed: &mut Committed<Option<WorkspaceId>>,
) -> async_graphql::Result<(Option<Workspace>, AfterCommit)> {
    let after = AfterCommit::of(ctx, committed, Vec::new()).await?;
    let view = match committed.output {
        Some(id) => view_after(ctx, id).await?,
        None => None,
    };
    Ok((view.map(|view| Workspace::of(view.access)), after))
}

/// The invitation of the first administrator, if the caller may see it.
async fn invitation_after(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    id: InvitationId,
) -> Result<Option<Invitation>, Failure> {
    if !ctx.look_ahead().field("invitation").exists() {
        return Ok(None);
    }
    let scope = Scope::of(ctx)?;
    let Some(row) = invitations::latest(&scope.deps, &[id]).await?.pop() else {
        return Ok(None);
    };
    let is_seen = invitations::may_see(&scope.deps, &view.access, &scope.caller, &row).await?;
    Ok(is_seen.then(|| Invitation::new(view, row)))
}
