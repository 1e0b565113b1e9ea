//! Mutations of workspaces: making them, and what they say and set.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

use super::{
    Aftermath, Nullable, WorkspaceError, id,
    invitation::invitation,
    payload::{input, payload},
    quota::{LicenseValueInput, license_values},
    refusable, signed_in,
};
use crate::{
    domain::{id::WorkspaceId, permission::Permission, vocabulary::AccessMode},
    graphql::{
        guard::{self, RequiredRole},
        object::{invitation::Invitation, workspace::Workspace},
        scalar::EmailAddress,
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

input! {
    /// The workspace that is to be made.
    CreateWorkspaceInput {
        /// Its name, 1 to 100 characters without what surrounds them (TOO_SHORT, TOO_LONG,
        /// INVALID_CHARACTERS, CONTAINS_LINK).
        name: String,
        /// Its slug: 3 to 27 of a-z, 0-9 and -, not beginning or ending with - (INVALID_SLUG), none
        /// of the reserved ones (RESERVED), and none that any workspace has or had (TAKEN). Fixed
        /// for good.
        slug: String,
        /// The address of its first administrator, who is invited, with an account or without. Not
        /// where the installation sends nothing (FORBIDDEN_EMAIL), or to whom as many invitations
        /// went in 24 hours as may (LIMIT_REACHED).
        administrator_email: EmailAddress,
        /// What it may. Absent: nothing is limited, and there are no secondary workspaces.
        license: Option<CreateWorkspaceLicenseInput>,
    }
}

input! {
    /// What a workspace is to become. What is absent stays.
    UpdateWorkspaceInput {
        /// Which workspace.
        id: ID,
        /// Its name, 1 to 100 characters without what surrounds them (TOO_SHORT, TOO_LONG,
        /// INVALID_CHARACTERS, CONTAINS_LINK); null: stays.
        name: Option<String>,
        /// What it is, at most 1,000 characters (TOO_LONG, INVALID_CHARACTERS); null or empty
        /// clears it.
        description: MaybeUndefined<String>,
        /// Who may see what is inside; null: stays.
        access_mode: Option<AccessMode>,
        /// Whether a portal should ask visitors to sign in; null: stays.
        sign_in_suggested: Option<bool>,
    }
}

input! {
    /// What every new member is to get.
    SetDefaultPermissionsInput {
        /// Where.
        workspace_id: ID,
        /// All of them; none, if empty.
        permissions: Vec<Permission>,
    }
}

payload! {
    /// What became of the call.
    CreateWorkspacePayload, WorkspaceError {
        /// The workspace; null if `errors` has any, and on a dry run.
        workspace: Option<Workspace>,
        /// The invitation of its administrator; null if `errors` has any, and on a dry run.
        invitation: Option<Invitation>,
    }
}

payload! {
    /// What became of the call.
    UpdateWorkspacePayload, WorkspaceError {
        /// The workspace as it is now; null if `errors` has any.
        workspace: Option<Workspace>,
    }
}

payload! {
    /// What became of the call.
    SetDefaultPermissionsPayload, WorkspaceError {
        /// The workspace as it is now; null if `errors` has any.
        workspace: Option<Workspace>,
    }
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
            let options = input.options();
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
            let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
            let invitation =
                invitation(ctx, &after, committed.output.map(|made| made.invitation_id)).await?;
            Ok(CreateWorkspacePayload {
                workspace: after
                    .place
                    .filter(|_| committed.output.is_some())
                    .map(|place| Workspace::of(place.access)),
                invitation,
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
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
            let options = input.options();
            let asked = UpdateWorkspace {
                id: id("id", &input.id, WorkspaceId::parse)?,
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
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
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
            let options = input.options();
            let asked = SetDefaultPermissions {
                workspace_id: id("workspaceId", &input.workspace_id, WorkspaceId::parse)?,
                permissions: input.permissions,
            };
            let mut committed =
                service::set_default_permissions(&scope.deps, &scope.caller, asked, options)
                    .await?;
            let (workspace, after) = workspace_after(ctx, &mut committed).await?;
            Ok(SetDefaultPermissionsPayload {
                workspace,
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
            })
        })
        .await
    }
}

/// Looks again after the commit: the workspace as it is now, unless the call was refused.
pub(super) async fn workspace_after(
    ctx: &Context<'_>,
    committed: &mut Committed<Option<WorkspaceId>>,
) -> async_graphql::Result<(Option<Workspace>, Aftermath)> {
    let after = Aftermath::of(ctx, committed, Vec::new()).await?;
    let workspace = after
        .place
        .clone()
        .filter(|_| committed.output.is_some())
        .map(|place| Workspace::of(place.access));
    Ok((workspace, after))
}
