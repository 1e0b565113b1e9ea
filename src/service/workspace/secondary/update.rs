//! `updateSecondaryWorkspace`: the name and the description of a secondary workspace (WS-11).

use crate::{
    domain::{audit::AuditEventKind, error_code::ErrorCode, id::WorkspaceId},
    service::{
        Access, Caller, Deps, Failure, UserError,
        workspace::update::{UpdateWorkspace, changes},
        write::{CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::workspace::properties::{self as rows, Properties},
};

/// What is asked for; `None` leaves what is there.
#[derive(Debug, Clone)]
pub struct UpdateSecondaryWorkspace {
    /// The workspace to change.
    pub id: WorkspaceId,
    /// The new name.
    pub name: Option<String>,
    /// What it is; the inner `None` clears.
    pub description: Option<Option<String>>,
}

/// Changes what a secondary workspace says of itself: holders of MANAGE_SECONDARY_WORKSPACES in its
/// main one, by session. Its answer is the workspace's id; none if it was refused.
pub async fn update_secondary(
    deps: &Deps,
    caller: &Caller,
    input: UpdateSecondaryWorkspace,
    options: CallOptions,
) -> Result<Committed<Option<WorkspaceId>>, Failure> {
    super::run_on(deps, caller, input.id, &options, &input).await
}

impl UseCase for UpdateSecondaryWorkspace {
    const CHANGES_ACCESS: bool = true;
    type Output = Option<WorkspaceId>;

    fn mutation(&self) -> &'static str {
        "updateSecondaryWorkspace"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        super::require_manager(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Option<WorkspaceId>>, Failure> {
        let id = self.id;
        if id == tx.workspace_id() {
            return Err(UserError::at(ErrorCode::MainWorkspace, "id").into());
        }
        let before = Properties::of(tx.secondary(id).ok_or(Failure::NotFound)?);
        let asked = UpdateWorkspace {
            id,
            name: self.name.clone(),
            description: self.description.clone(),
            access_mode: None,
            sign_in_suggested: None,
            time_zone: None,
        };
        let after = asked.after(&before, tx.now)?;
        if after != before {
            let changes = changes(&before, &after);
            rows::update(tx.db(), id, after).await?;
            let event = |kind| Event {
                personal_of: tx.caller.account_id(),
                ..Event::new(kind, id, changes.clone())
            };
            let there = event(AuditEventKind::WorkspaceUpdated);
            let here = event(AuditEventKind::SecondaryWorkspaceUpdated);
            tx.record(here);
            tx.enter_secondary(id);
            tx.record(there);
            tx.return_to_main();
        }
        Ok(Verdict::keep(Some(id)))
    }
}
