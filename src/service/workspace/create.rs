//! `createWorkspace`: an operator makes a main workspace, with its license, and invites its first
//! administrator (WS-1).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::checked_name;
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::FieldChange,
        email::EmailAddress,
        error_code::{ErrorCode, Fault},
        id::{InvitationId, RoleId, WorkspaceId},
        permission::Preset,
        text,
        vocabulary::AccessMode,
        workspace_slug,
    },
    service::{
        Access, Actor, Caller, Deps, Failure, UserError, invitation,
        license::{AskedLimit, new_limits},
        quota::{
            plan::{NewQuota, Table},
            set::check_count,
        },
        write::{self, CallOptions, Committed, Event, InformedUseCase, Transaction, Verdict},
    },
    store::{
        StoreError,
        quota::value::SetFor,
        role::{self, NewRole},
        workspace::first::{self, NewWorkspace},
    },
    words::message,
};

/// The input of `createWorkspace`.
#[derive(Debug, Clone)]
pub struct CreateWorkspace {
    /// What it is called.
    pub name: String,
    /// Its slug, which cannot be changed later.
    pub slug: String,
    /// Who is to be its first administrator: invited, with an account or without.
    pub administrator_email: String,
    /// What it may; nothing is limited without one, and there are no secondary workspaces.
    pub license: License,
}

/// What an operator allows a main workspace.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct License {
    /// How many seats; `None` = unlimited.
    pub seats: Option<i32>,
    /// Whether there may be secondary workspaces.
    pub secondary_workspaces_enabled: bool,
    /// How many; `None` = any number.
    pub max_secondary_workspaces: Option<i32>,
    /// The limits, one of each type at most.
    pub values: Vec<AskedLimit>,
}

/// The new workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// The key of its row.
    pub workspace_id: WorkspaceId,
    /// The invitation of its administrator.
    pub invitation_id: InvitationId,
}

/// Makes a main workspace: operators, by session. Its answer is none if it was refused.
pub async fn create(
    deps: &Deps,
    caller: &Caller,
    mut input: CreateWorkspace,
    options: CallOptions,
) -> Result<Committed<Option<Created>>, Failure> {
    input.slug = text::line(&input.slug);
    may_create(caller, caller.is_operator())?;
    let email = EmailAddress::parse(&input.administrator_email).map_err(Failure::bad_input)?;
    if !input.license.values.is_empty() {
        check_count(input.license.values.len())?;
    }
    write::found(deps, caller, &options, &(input, email)).await
}

fn may_create(caller: &Caller, is_operator: bool) -> Result<(), Failure> {
    match &caller.actor {
        Actor::Anonymous => Err(Failure::Unauthenticated),
        Actor::Session(_) if is_operator => Ok(()),
        Actor::Session(_) | Actor::Key(_) | Actor::System => {
            Err(Failure::forbidden(message::requires_operator_session()))
        }
    }
}

/// The input, checked.
struct CheckedInput {
    name: String,
    limits: Vec<NewQuota>,
}

impl InformedUseCase for CreateWorkspace {
    const CHANGES_ACCESS: bool = true;
    type Output = Option<Created>;
    /// The address of the first administrator, parsed.
    type Before = EmailAddress;

    fn mutation(&self) -> &'static str {
        "createWorkspace"
    }

    fn authorize(&self, _: &EmailAddress, access: &Access, caller: &Caller) -> Result<(), Failure> {
        may_create(caller, access.is_operator)
    }

    fn needs_step_up(&self) -> bool {
        true
    }

    async fn run(
        &self,
        email: &EmailAddress,
        tx: &mut Transaction<'_>,
    ) -> Result<Verdict<Option<Created>>, Failure> {
        let checked = self.check(tx).await?;
        match first::insert(tx.db(), self.row(tx, checked.name.clone())).await {
            Ok(()) => {}
            // Another call made one with this slug meanwhile.
            Err(StoreError::Duplicate) => {
                return Err(UserError::at(ErrorCode::Taken, "slug").into());
            }
            Err(other) => return Err(other.into()),
        }
        first::close_sign_up(tx.db(), tx.workspace_id()).await?;
        let mut limits = Table::load(tx, SetFor::License).await?;
        for quota in &checked.limits {
            limits.set(quota, tx.caller.account_id(), || tx.deps.ids.uuid(tx.now));
        }
        limits.write(tx).await?;
        self.record_workspace(tx, &checked);
        let administrator = make_roles(tx).await?;
        let path = "administratorEmail";
        let invitation_id =
            invitation::invite_administrator(tx, email, administrator, path).await?;
        Ok(Verdict::keep(Some(Created {
            workspace_id: tx.workspace_id(),
            invitation_id,
        })))
    }
}

impl CreateWorkspace {
    async fn check(&self, tx: &Transaction<'_>) -> Result<CheckedInput, Failure> {
        let mut errors = Vec::new();
        let name = checked_name(&self.name).unwrap_or_else(|error| {
            errors.push(error);
            String::new()
        });
        errors.extend(check_slug(tx, &self.slug).await?);
        let limits = self.limits(tx, &mut errors);
        if errors.is_empty() {
            Ok(CheckedInput { name, limits })
        } else {
            Err(errors.into())
        }
    }

    /// The limits of the license, and what is wrong about it. The invitation of its administrator
    /// takes one seat.
    fn limits(&self, tx: &Transaction<'_>, errors: &mut Vec<UserError>) -> Vec<NewQuota> {
        let license = &self.license;
        if license.seats.is_some_and(|seats| seats < 1) {
            errors.push(UserError::at(
                Fault::out_of_range(1, i64::from(i32::MAX)),
                "license.seats",
            ));
        }
        if license
            .max_secondary_workspaces
            .is_some_and(|most| most < 0)
        {
            errors.push(UserError::at(
                Fault::out_of_range(0, i64::from(i32::MAX)),
                "license.maxSecondaryWorkspaces",
            ));
        }
        new_limits(&license.values, "license.values", tx.now, errors)
    }

    fn row(&self, tx: &Transaction<'_>, name: String) -> NewWorkspace {
        NewWorkspace {
            id: tx.workspace_id(),
            slug: self.slug.clone(),
            name,
            access_mode: AccessMode::Private,
            parent_id: None,
            seats: self.license.seats,
            secondary_workspaces_enabled: self.license.secondary_workspaces_enabled,
            max_secondary_workspaces: self.license.max_secondary_workspaces,
            created_at: tx.now,
        }
    }

    fn record_workspace(&self, tx: &mut Transaction<'_>, checked: &CheckedInput) {
        let license = &self.license;
        let limits: Vec<Value> = checked
            .limits
            .iter()
            .filter(|quota| quota.limit.is_some())
            .map(NewQuota::shown)
            .collect();
        let mut changes = vec![
            FieldChange::plain("slug", Value::Null, self.slug.as_str()),
            FieldChange::plain("name", Value::Null, checked.name.as_str()),
            FieldChange::plain("accessMode", Value::Null, AccessMode::Private.as_str()),
            FieldChange::plain("seats", Value::Null, license.seats),
            FieldChange::plain(
                "secondaryWorkspacesEnabled",
                Value::Null,
                license.secondary_workspaces_enabled,
            ),
            FieldChange::plain(
                "maxSecondaryWorkspaces",
                Value::Null,
                license.max_secondary_workspaces,
            ),
            FieldChange::plain("limits", Value::Null, limits),
        ];
        changes.retain(|change| change.before != change.after);
        tx.record(Event::new(
            AuditEventKind::WorkspaceCreated,
            tx.workspace_id(),
            changes,
        ));
    }
}

/// What is wrong about the slug of a new workspace: never one that a workspace has or had.
pub(super) async fn check_slug(
    tx: &Transaction<'_>,
    slug: &str,
) -> Result<Option<UserError>, Failure> {
    let wrong = match workspace_slug::check(slug) {
        Err(error) => Some(error.code()),
        Ok(()) => first::is_slug_known(tx.db(), slug)
            .await?
            .then_some(ErrorCode::Taken),
    };
    Ok(wrong.map(|code| UserError::at(code, "slug")))
}

/// Makes the presets; answers which role is ADMINISTRATOR.
pub(super) async fn make_roles(tx: &Transaction<'_>) -> Result<RoleId, Failure> {
    let role = |preset: &Preset| NewRole {
        id: RoleId(tx.deps.ids.uuid(tx.now)),
        name: preset.title().to_owned(),
        preset: Some(*preset),
        starts_at: tx.now,
        granted_by: None,
    };
    let roles: Vec<NewRole> = Preset::ALL.iter().map(role).collect();
    let administrator = roles
        .iter()
        .find(|role| role.preset == Some(Preset::Administrator))
        .map(|role| role.id);
    role::insert(tx.db(), tx.workspace_id(), roles).await?;
    administrator.ok_or_else(|| Failure::Internal("there is no ADMINISTRATOR preset".to_owned()))
}
