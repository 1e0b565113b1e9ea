//! Mutations of workspaces: making them, and what they say and set.

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, FormErrors, Nullable, Options, Report, WorkspaceError,
    invitation::invitation,
    quota::{LicenseValueInput, license_values},
    refusable, signed_in_scope,
};
use crate::{
    domain::{id::WorkspaceId, permission::Permission, vocabulary::AccessMode},
    graphql::{
        guard::{self, RequiredRole},
        object::{invitation::Invitation, workspace::Workspace},
        scalar::{EmailAddress, Id},
    },
    service::{
        Failure,
        workspace::{
            self as service, CreateWorkspace, License, SetDefaultPermissions, UpdateWorkspace,
        },
        write::Committed,
    },
};

/// The license of the new workspace.
#[derive(Debug, InputObject)]
pub struct CreateWorkspaceLicenseInput {
    /// The number of seats, from 1, because the invitation takes one (OUT_OF_RANGE). Default, also
    /// for null: unlimited.
    pub seats: Option<i32>,
    /// Whether secondary workspaces are allowed. Default: false.
    pub secondary_workspaces_enabled: Option<bool>,
    /// The maximum number of secondary workspaces, from 0 (OUT_OF_RANGE). Default, also for null:
    /// no maximum.
    pub max_secondary_workspaces: Option<i32>,
    /// The limits, at most 100. Default: none.
    pub values: Option<Vec<LicenseValueInput>>,
}

/// The workspace to create.
#[derive(Debug, InputObject)]
pub struct CreateWorkspaceInput {
    /// The name: 1 to 100 characters, not counting spaces around it (TOO_SHORT, TOO_LONG,
    /// INVALID_CHARACTERS, CONTAINS_LINK).
    pub name: String,
    /// The slug: 3 to 27 characters of a-z, 0-9 and -, not starting or ending with -
    /// (INVALID_SLUG). It must not be a reserved one (RESERVED), or one that any workspace has or
    /// had (TAKEN). It cannot be changed.
    pub slug: String,
    /// The address of the first administrator, who is invited, with or without an account.
    /// FORBIDDEN_EMAIL if the installation sends no mail to it, LIMIT_REACHED if it got the maximum
    /// number of invitations in 24 hours.
    pub administrator_email: EmailAddress,
    /// The license. Default: no limits and no secondary workspaces.
    pub license: Option<CreateWorkspaceLicenseInput>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The changes to a workspace. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct UpdateWorkspaceInput {
    /// The workspace.
    pub id: Id<WorkspaceId>,
    /// The name: 1 to 100 characters, not counting spaces around it (TOO_SHORT, TOO_LONG,
    /// INVALID_CHARACTERS, CONTAINS_LINK). Null leaves it unchanged.
    pub name: Option<String>,
    /// The description, at most 1,000 characters (TOO_LONG, INVALID_CHARACTERS). Null or an empty
    /// text removes it.
    pub description: MaybeUndefined<String>,
    /// Who can see the content. Null leaves it unchanged.
    pub access_mode: Option<AccessMode>,
    /// Whether a portal should ask visitors to sign in. Null leaves it unchanged.
    pub sign_in_suggested: Option<bool>,
    /// The time zone by its IANA name, such as `Europe/Amsterdam` (UNKNOWN_TIME_ZONE). The day and
    /// the month under way then last until the first midnight of the new time zone that is not
    /// before their own end. Null leaves it unchanged.
    pub time_zone: Option<String>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The permissions that every new member gets.
#[derive(Debug, InputObject)]
pub struct SetDefaultPermissionsInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// All default permissions; an empty list for none.
    pub permissions: Vec<Permission>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct CreateWorkspacePayload {
    /// The new workspace; null if `errors` has any, and with `dryRun`.
    pub workspace: Option<Workspace>,
    /// The invitation of the administrator; null if `errors` has any, and with `dryRun`.
    pub invitation: Option<Invitation>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateWorkspacePayload {
    /// The workspace after the call; null if `errors` has any.
    pub workspace: Option<Workspace>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct SetDefaultPermissionsPayload {
    /// The workspace after the call; null if `errors` has any.
    pub workspace: Option<Workspace>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

impl TryFrom<CreateWorkspaceLicenseInput> for License {
    type Error = Failure;

    fn try_from(input: CreateWorkspaceLicenseInput) -> Result<Self, Failure> {
        Ok(Self {
            seats: input.seats,
            secondary_workspaces_enabled: input.secondary_workspaces_enabled.unwrap_or_default(),
            max_secondary_workspaces: input.max_secondary_workspaces,
            values: license_values(input.values)?,
        })
    }
}

/// Mutations of workspaces.
#[derive(Debug, Default)]
pub struct WorkspaceMutation;

/// Mutations of workspaces.
#[Object]
impl WorkspaceMutation {
    /// Creates a PRIVATE main workspace with the five preset roles and without sign-ups, and
    /// invites its first administrator. For operators only, by session, in which the strongest
    /// factor was shown in the last 10 minutes (REAUTHENTICATION_REQUIRED). `effects` is always empty
    /// because the workspace has no members yet.
    #[graphql(directive = guard::requires::apply(RequiredRole::Operator), directive = guard::step_up::apply())]
    async fn create_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace to create.")] input: CreateWorkspaceInput,
    ) -> Nullable<CreateWorkspacePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = CreateWorkspace {
                name: input.name,
                slug: input.slug,
                administrator_email: input.administrator_email.0,
                license: input
                    .license
                    .map(License::try_from)
                    .transpose()?
                    .unwrap_or_default(),
            };
            let mut committed =
                service::create(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let invitation = invitation(
                ctx,
                &after,
                committed.output.map(|created| created.invitation_id),
            )
            .await?;
            Ok(CreateWorkspacePayload {
                workspace: after
                    .view
                    .filter(|_| committed.output.is_some())
                    .map(|view| Workspace::of(view.access)),
                invitation,
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Updates the name, the description, the access mode, the sign-in suggestion and the time zone
    /// of a workspace. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn update_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes to a workspace.")] input: UpdateWorkspaceInput,
    ) -> Nullable<UpdateWorkspacePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = UpdateWorkspace {
                id: input.id.0,
                name: input.name,
                description: input.description.into(),
                access_mode: input.access_mode,
                sign_in_suggested: input.sign_in_suggested,
                time_zone: input.time_zone,
            };
            let mut committed =
                service::update(&scope.deps, &scope.caller, command, options).await?;
            let (workspace, after) = workspace_after(ctx, &mut committed).await?;
            Ok(UpdateWorkspacePayload {
                workspace,
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Sets the permissions that memberships start with when they begin by invitation, sign-up or
    /// approval. It applies from now on; current members do not change. Requires
    /// EDIT_WORKSPACE_PROPERTIES. Unless you are an administrator, you must hold without end what
    /// you add; removing permissions is always allowed.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_default_permissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The permissions that every new member gets.")]
        input: SetDefaultPermissionsInput,
    ) -> Nullable<SetDefaultPermissionsPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = SetDefaultPermissions {
                workspace_id: input.workspace_id.0,
                permissions: input.permissions,
            };
            let mut committed =
                service::set_default_permissions(&scope.deps, &scope.caller, command, options)
                    .await?;
            let (workspace, after) = workspace_after(ctx, &mut committed).await?;
            Ok(SetDefaultPermissionsPayload {
                workspace,
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }
}

/// Loads the workspace again after the commit, unless the call was refused.
pub(super) async fn workspace_after(
    ctx: &Context<'_>,
    committed: &mut Committed<Option<WorkspaceId>>,
) -> async_graphql::Result<(Option<Workspace>, AfterCommit)> {
    let after = AfterCommit::of(ctx, committed, Vec::new()).await?;
    let workspace = after
        .view
        .clone()
        .filter(|_| committed.output.is_some())
        .map(|view| Workspace::of(view.access));
    Ok((workspace, after))
}
