//! Mutations of workspaces: making them, and what they say and set.

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, FormErrors, Nullable, Options, Report, WorkspaceError,
    invitation::invitation,
    quota::{LicenseValueInput, license_values},
    refusable, signed_in,
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

/// What the workspace may.
#[derive(Debug, InputObject)]
pub struct CreateWorkspaceLicenseInput {
    /// How many seats there are, from 1: the invitation takes one (OUT_OF_RANGE). Absent or null:
    /// unlimited.
    pub seats: Option<i32>,
    /// Whether there may be secondary workspaces; absent: no.
    pub secondary_workspaces_enabled: Option<bool>,
    /// How many secondary workspaces there may be, from 0 (OUT_OF_RANGE). Absent or null: any
    /// number.
    pub max_secondary_workspaces: Option<i32>,
    /// The limits, at most 100; absent: none.
    pub values: Option<Vec<LicenseValueInput>>,
}

/// The workspace that is to be made.
#[derive(Debug, InputObject)]
pub struct CreateWorkspaceInput {
    /// Its name, 1 to 100 characters without what surrounds them (TOO_SHORT, TOO_LONG,
    /// INVALID_CHARACTERS, CONTAINS_LINK).
    pub name: String,
    /// Its slug: 3 to 27 of a-z, 0-9 and -, not beginning or ending with - (INVALID_SLUG), none
    /// of the reserved ones (RESERVED), and none that any workspace has or had (TAKEN). Fixed
    /// for good.
    pub slug: String,
    /// The address of its first administrator, who is invited, with an account or without. Not
    /// where the installation sends nothing (FORBIDDEN_EMAIL), or to whom as many invitations
    /// went in 24 hours as may (LIMIT_REACHED).
    pub administrator_email: EmailAddress,
    /// What it may. Absent: nothing is limited, and there are no secondary workspaces.
    pub license: Option<CreateWorkspaceLicenseInput>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What a workspace is to become. What is absent stays.
#[derive(Debug, InputObject)]
pub struct UpdateWorkspaceInput {
    /// Which workspace.
    pub id: Id<WorkspaceId>,
    /// Its name, 1 to 100 characters without what surrounds them (TOO_SHORT, TOO_LONG,
    /// INVALID_CHARACTERS, CONTAINS_LINK); null: stays.
    pub name: Option<String>,
    /// What it is, at most 1,000 characters (TOO_LONG, INVALID_CHARACTERS); null or empty
    /// clears it.
    pub description: MaybeUndefined<String>,
    /// Who may see what is inside; null: stays.
    pub access_mode: Option<AccessMode>,
    /// Whether a portal should ask visitors to sign in; null: stays.
    pub sign_in_suggested: Option<bool>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What every new member is to get.
#[derive(Debug, InputObject)]
pub struct SetDefaultPermissionsInput {
    /// Where.
    pub workspace_id: Id<WorkspaceId>,
    /// All of them; none, if empty.
    pub permissions: Vec<Permission>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct CreateWorkspacePayload {
    /// The workspace; null if `errors` has any, and on a dry run.
    pub workspace: Option<Workspace>,
    /// The invitation of its administrator; null if `errors` has any, and on a dry run.
    pub invitation: Option<Invitation>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateWorkspacePayload {
    /// The workspace as it is now; null if `errors` has any.
    pub workspace: Option<Workspace>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct SetDefaultPermissionsPayload {
    /// The workspace as it is now; null if `errors` has any.
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
    /// Makes a main workspace: PRIVATE, with the five presets and closed to strangers, and invites
    /// its first administrator. For operators, by session. `effects` is always empty: nobody is in
    /// yet.
    #[graphql(directive = guard::requires::apply(RequiredRole::Operator))]
    async fn create_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace that is to be made.")] input: CreateWorkspaceInput,
    ) -> Nullable<CreateWorkspacePayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = CreateWorkspace {
                name: input.name,
                slug: input.slug,
                administrator_email: input.administrator_email.0,
                license: input
                    .license
                    .map(License::try_from)
                    .transpose()?
                    .unwrap_or_default(),
            };
            let mut committed = service::create(&scope.deps, &scope.caller, asked, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let invitation =
                invitation(ctx, &after, committed.output.map(|made| made.invitation_id)).await?;
            Ok(CreateWorkspacePayload {
                workspace: after
                    .place
                    .filter(|_| committed.output.is_some())
                    .map(|place| Workspace::of(place.access)),
                invitation,
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Changes what a workspace says of itself, and who may see what is inside. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn update_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What a workspace is to become.")] input: UpdateWorkspaceInput,
    ) -> Nullable<UpdateWorkspacePayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = UpdateWorkspace {
                id: input.id.0,
                name: input.name,
                description: input.description.into(),
                access_mode: input.access_mode,
                sign_in_suggested: input.sign_in_suggested,
            };
            let mut committed = service::update(&scope.deps, &scope.caller, asked, options).await?;
            let (workspace, after) = workspace_after(ctx, &mut committed).await?;
            Ok(UpdateWorkspacePayload {
                workspace,
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Says what every membership starts with that starts by invitation, sign-up or approval from
    /// now on; nobody who is in is changed. Requires EDIT_WORKSPACE_PROPERTIES, and unless you are
    /// an administrator that you hold what you add yourself, without end; taking away is free.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_default_permissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What every new member is to get.")] input: SetDefaultPermissionsInput,
    ) -> Nullable<SetDefaultPermissionsPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = SetDefaultPermissions {
                workspace_id: input.workspace_id.0,
                permissions: input.permissions,
            };
            let mut committed =
                service::set_default_permissions(&scope.deps, &scope.caller, asked, options)
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

/// Looks again after the commit: the workspace as it is now, unless the call was refused.
pub(super) async fn workspace_after(
    ctx: &Context<'_>,
    committed: &mut Committed<Option<WorkspaceId>>,
) -> async_graphql::Result<(Option<Workspace>, AfterCommit)> {
    let after = AfterCommit::of(ctx, committed, Vec::new()).await?;
    let workspace = after
        .place
        .clone()
        .filter(|_| committed.output.is_some())
        .map(|place| Workspace::of(place.access));
    Ok((workspace, after))
}
