//! `createSecondaryWorkspace`: a secondary workspace with its caps, and the invitation of its first
//! administrator (WS-2, WS-10).

use serde_json::{Value, json};

use super::caps::{self, shown_caps};
use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        email::EmailAddress,
        error_code::ErrorCode,
        id::{InvitationId, WorkspaceId},
        limit::{LimitKind, ReachedLimit},
        permission::Permission,
        text,
        vocabulary::AccessMode,
    },
    service::{
        Access, Caller, Deps, Failure, UserError, invitation,
        joining::Seats,
        license::AskedLimit,
        quota::{
            plan::{NewQuota, Table},
            set::check_count,
        },
        workspace::{
            Created, checked_name,
            create::{check_slug, make_roles},
        },
        write::{self, CallOptions, Committed, Event, InformedUseCase, Transaction, Verdict},
    },
    store::{
        StoreError,
        quota::value::SetFor,
        workspace::{
            Workspace,
            first::{self, NewWorkspace},
            secondary,
        },
    },
};

/// The input field that names the administrator.
const ADMINISTRATOR: &str = "administratorEmail";

/// The input of `createSecondaryWorkspace`.
#[derive(Debug, Clone)]
pub struct CreateSecondaryWorkspace {
    /// The main workspace that it belongs to.
    pub parent_id: WorkspaceId,
    /// What it is called.
    pub name: String,
    /// Its slug, which cannot be changed later.
    pub slug: String,
    /// Who is to be its first administrator: invited, with an account or without.
    pub administrator_email: String,
    /// Its caps, one of each type at most.
    pub caps: Vec<AskedLimit>,
}

/// Makes a secondary workspace: holders of MANAGE_SECONDARY_WORKSPACES in the main one, by session
/// or by a member's key (WS-9). Its answer is none if it was refused.
pub async fn create_secondary(
    deps: &Deps,
    caller: &Caller,
    mut input: CreateSecondaryWorkspace,
    options: CallOptions,
) -> Result<Committed<Option<Created>>, Failure> {
    if caller.is_anonymous() {
        return Err(Failure::Unauthenticated);
    }
    input.slug = text::line(&input.slug);
    let email = EmailAddress::parse(&input.administrator_email).map_err(Failure::bad_input)?;
    if !input.caps.is_empty() {
        check_count(input.caps.len())?;
    }
    let parent = input.parent_id;
    write::run(deps, caller, parent, &options, &(input, email)).await
}

/// The input, checked.
struct Checked {
    name: String,
    caps: Vec<NewQuota>,
}

impl InformedUseCase for CreateSecondaryWorkspace {
    const CHANGES_ACCESS: bool = true;
    type Output = Option<Created>;
    /// The address of the first administrator, parsed.
    type Before = EmailAddress;

    fn mutation(&self) -> &'static str {
        "createSecondaryWorkspace"
    }

    fn authorize(&self, _: &EmailAddress, access: &Access, caller: &Caller) -> Result<(), Failure> {
        access.require(caller, Permission::ManageSecondaryWorkspaces)
    }

    /// It offers somebody ADMINISTRATOR.
    fn needs_step_up(&self) -> bool {
        true
    }

    async fn run(
        &self,
        email: &EmailAddress,
        tx: &mut Transaction<'_>,
    ) -> Result<Verdict<Option<Created>>, Failure> {
        let main = tx.workspace_id();
        let checked = self.check(tx).await?;
        let id = self.insert(tx, &checked).await?;
        tx.enter_secondary(id);
        first::close_sign_up(tx.db(), id).await?;
        let mut table = Table::load(tx, SetFor::WorkspaceCap).await?;
        for cap in &checked.caps {
            table.set(cap, tx.caller.account_id(), || tx.deps.ids.uuid(tx.now));
        }
        table.write(tx).await?;
        let mut changes = self.changes(&checked);
        changes.push(FieldChange::plain("parentId", Value::Null, json!(main)));
        tx.record(Event::new(AuditEventKind::WorkspaceCreated, id, changes));
        let role = make_roles(tx).await?;
        let invitation_id =
            invitation::invite_administrator(tx, email, role, ADMINISTRATOR).await?;
        tx.return_to_main();
        self.record(tx, id, invitation_id, &checked);
        Ok(Verdict::keep(Some(Created {
            workspace_id: id,
            invitation_id,
        })))
    }
}

impl CreateSecondaryWorkspace {
    async fn check(&self, tx: &Transaction<'_>) -> Result<Checked, Failure> {
        let parent = &tx.access.workspace;
        if parent.parent_id.is_some() {
            return Err(UserError::at(ErrorCode::SecondaryWorkspace, "parentId").into());
        }
        if !parent.secondary_workspaces_enabled {
            let code = ErrorCode::SecondaryWorkspacesDisabled;
            return Err(UserError::at(code, "parentId").into());
        }
        let mut errors = Vec::new();
        if let Some(most) = parent.max_secondary_workspaces
            && secondary::count(tx.db(), parent.id).await? >= i64::from(most)
        {
            errors.push(UserError::limited(
                ErrorCode::SecondaryWorkspacesExceeded,
                "parentId",
                ReachedLimit::of(LimitKind::SecondaryWorkspaces, i64::from(most)),
            ));
        }
        let name = checked_name(&self.name).unwrap_or_else(|error| {
            errors.push(error);
            String::new()
        });
        errors.extend(check_slug(tx, &self.slug).await?);
        let caps = caps::checked(tx, &self.caps, "caps", &mut errors);
        let mut seats = Seats::count(tx).await?;
        if let Err(code) = seats.take() {
            errors.push(UserError::limited(code, ADMINISTRATOR, seats.limit()));
        }
        match errors.is_empty() {
            true => Ok(Checked { name, caps }),
            false => Err(errors.into()),
        }
    }

    /// Inserts the workspace's row; the write holds it from now on.
    async fn insert(
        &self,
        tx: &mut Transaction<'_>,
        checked: &Checked,
    ) -> Result<WorkspaceId, Failure> {
        let (main, now) = (tx.workspace_id(), tx.now);
        let id = WorkspaceId(tx.deps.ids.uuid(now));
        let row = NewWorkspace {
            id,
            slug: self.slug.clone(),
            name: checked.name.clone(),
            access_mode: AccessMode::Private,
            parent_id: Some(main),
            seats: None,
            secondary_workspaces_enabled: false,
            max_secondary_workspaces: None,
            created_at: now,
        };
        match first::insert(tx.db(), row).await {
            Ok(()) => {}
            // Another call made one with this slug meanwhile.
            Err(StoreError::Duplicate) => {
                return Err(UserError::at(ErrorCode::Taken, "slug").into());
            }
            Err(other) => return Err(other.into()),
        }
        tx.add_secondary(Workspace {
            slug: self.slug.as_str().into(),
            name: checked.name.as_str().into(),
            parent_id: Some(main),
            ..Workspace::unwritten(id, now)
        });
        Ok(id)
    }

    fn changes(&self, checked: &Checked) -> Vec<FieldChange> {
        let mut changes = vec![
            FieldChange::plain("slug", Value::Null, self.slug.as_str()),
            FieldChange::plain("name", Value::Null, checked.name.as_str()),
        ];
        let caps = shown_caps(&checked.caps);
        changes.extend(caps.map(|caps| FieldChange::plain("caps", Value::Null, caps)));
        changes
    }

    /// The main workspace's event. The invited address stands in the record of the new workspace
    /// alone, with its invitation.
    fn record(
        &self,
        tx: &mut Transaction<'_>,
        id: WorkspaceId,
        invitation: InvitationId,
        checked: &Checked,
    ) {
        let mut changes = self.changes(checked);
        changes.push(FieldChange::plain(
            "invitationId",
            Value::Null,
            json!(invitation),
        ));
        let kind = AuditEventKind::SecondaryWorkspaceCreated;
        tx.record(Event::new(kind, id, changes));
    }
}
