//! `deleteSecondaryWorkspace`: from one instant on nothing in the workspace counts, and its seats are
//! free (WS-2, WS-11). It cannot be undone, and what it says of itself and its record stay.

use serde_json::Value;

use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        error_code::ErrorCode,
        id::WorkspaceId,
        text,
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        write::{CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{distribution, workspace::secondary},
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct DeleteSecondaryWorkspace {
    /// The workspace to delete.
    pub id: WorkspaceId,
    /// Its slug, typed again.
    pub slug: String,
}

/// Deletes a secondary workspace: holders of MANAGE_SECONDARY_WORKSPACES in its main one, by
/// session. Its answer is the workspace's id; none if it was refused.
pub async fn delete_secondary(
    deps: &Deps,
    caller: &Caller,
    input: DeleteSecondaryWorkspace,
    options: CallOptions,
) -> Result<Committed<Option<WorkspaceId>>, Failure> {
    super::run_on(deps, caller, input.id, &options, &input).await
}

impl UseCase for DeleteSecondaryWorkspace {
    const CHANGES_ACCESS: bool = true;
    type Output = Option<WorkspaceId>;

    fn mutation(&self) -> &'static str {
        "deleteSecondaryWorkspace"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        super::require_manager(access, caller)
    }

    fn needs_step_up(&self) -> bool {
        true
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Option<WorkspaceId>>, Failure> {
        let id = self.id;
        if id == tx.workspace_id() {
            return Err(UserError::at(ErrorCode::MainWorkspace, "id").into());
        }
        let workspace = tx.secondary(id).ok_or(Failure::NotFound)?;
        if text::line(&self.slug) != *workspace.slug {
            return Err(UserError::at(ErrorCode::SlugMismatch, "slug").into());
        }
        let changes = vec![
            FieldChange::plain("slug", &*workspace.slug, Value::Null),
            FieldChange::plain("name", &*workspace.name, Value::Null),
        ];
        distribution::end_in(tx.db(), id, tx.now, tx.caller.account_id()).await?;
        secondary::delete(tx.db(), id, tx.now).await?;
        let kind = AuditEventKind::SecondaryWorkspaceDeleted;
        tx.record(Event::new(kind, id, changes.clone()));
        tx.enter_secondary(id);
        tx.record(Event::new(AuditEventKind::WorkspaceDeleted, id, changes));
        tx.return_to_main();
        Ok(Verdict::keep(Some(id)))
    }
}
