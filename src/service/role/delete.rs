//! `deleteRole`: a custom role that nobody has, will have or is offered (PERM-10).

use super::{changeable, changes, require_of_role, workspace_of};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{access, error_code::ErrorCode, id::RoleId},
    service::{
        Access, Caller, Deps, Failure, UserError,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        dated::{self, Dated, Ending},
        role::{self as rows, DELETED},
    },
};

/// The input of `deleteRole`.
#[derive(Debug, Clone, Copy)]
pub struct DeleteRole {
    /// The role to delete.
    pub id: RoleId,
}

/// Deletes a role. Its answer is the role's id; none if it was refused.
pub async fn delete(
    deps: &Deps,
    caller: &Caller,
    input: DeleteRole,
    options: CallOptions,
) -> Result<Committed<Option<RoleId>>, Failure> {
    let workspace = workspace_of(deps, caller, input.id).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

impl UseCase for DeleteRole {
    const CHANGES_ACCESS: bool = true;
    type Output = Option<RoleId>;

    fn mutation(&self) -> &'static str {
        "deleteRole"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        require_of_role(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Option<RoleId>>, Failure> {
        let access = tx.access.clone();
        let role = changeable(&access, self.id)?;
        let code = if role.preset.is_some() {
            Some(ErrorCode::PresetRole)
        } else {
            rows::is_in_use(tx.db(), tx.workspace_id(), role.id, tx.now)
                .await?
                .then_some(ErrorCode::InUse)
        };
        if let Some(code) = code {
            return Err(Failure::Invalid(vec![UserError::at(code, "id")]));
        }
        let ending = Ending {
            by: tx.caller.account_id(),
            reason: DELETED,
        };
        dated::end(
            tx.db(),
            Dated::Role,
            tx.workspace_id(),
            &[role.id.0],
            tx.now,
            ending,
        )
        .await?;
        tx.touch_shared();
        let held = access::permissions_of_role(role, tx.now);
        tx.record(Event::new(
            AuditEventKind::RoleDeleted,
            role.id,
            changes(Some((&role.name, held)), None),
        ));
        Ok(Verdict::keep(Some(role.id)))
    }
}
