//! `setDefaultPermissions`: what every membership starts with that starts by invitation, sign-up or
//! approval (PERM-7).

use serde_json::json;

use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::{Given, escalation},
        audit::FieldChange,
        id::WorkspaceId,
        interval::Interval,
        permission::{Permission, PermissionSet},
    },
    service::{
        Access, Caller, Deps, Failure, bulk,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        dated::{self, Dated, Ending},
        default_permission::{self as rows, DefaultRow},
        role_assignment::REMOVED,
    },
    words::message,
};

/// The input of `setDefaultPermissions`.
#[derive(Debug, Clone)]
pub struct SetDefaultPermissions {
    /// The workspace whose defaults they are.
    pub workspace_id: WorkspaceId,
    /// All of them.
    pub permissions: Vec<Permission>,
}

/// Sets what new members get. Needs EWP; a permission is added only by somebody who holds it
/// without an end (PERM-6). Members stay as they are. Its answer is the workspace's id.
pub async fn set_default_permissions(
    deps: &Deps,
    caller: &Caller,
    input: SetDefaultPermissions,
    options: CallOptions,
) -> Result<Committed<Option<WorkspaceId>>, Failure> {
    let most = deps.limits.batch_items;
    if input.permissions.len() > most {
        return Err(Failure::bad_input(message::items_at_most(
            "permissions",
            most,
        )));
    }
    write::run(deps, caller, input.workspace_id, &options, &input).await
}

impl UseCase for SetDefaultPermissions {
    const CHANGES_ACCESS: bool = false;
    type Output = Option<WorkspaceId>;

    fn mutation(&self) -> &'static str {
        "setDefaultPermissions"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        access.require(caller, Permission::EditWorkspaceProperties)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Option<WorkspaceId>>, Failure> {
        let (id, now, interval) = (tx.workspace_id(), tx.now, Interval::from(tx.now));
        let wanted: PermissionSet = self.permissions.iter().copied().collect();
        let current = rows::rows(tx.db(), id, now).await?;
        let before: PermissionSet = current.iter().map(|row| row.permission).collect();
        let added = wanted.difference(before);
        let rights: Vec<Given> = added
            .iter()
            .map(|permission| Given::permission(permission, interval))
            .collect();
        escalation::may_pass_on(
            tx.access.facts(),
            tx.access.subject(),
            &rights,
            &|_| None,
            now,
        )
        .map_err(bulk::refusal)?;
        let gone: Vec<_> = current
            .iter()
            .filter(|row| !wanted.contains(row.permission))
            .map(|row| row.id)
            .collect();
        let ending = Ending {
            by: tx.caller.account_id(),
            reason: REMOVED,
        };
        dated::end(tx.db(), Dated::DefaultPermission, id, &gone, now, ending).await?;
        let new = added.iter().map(|permission| DefaultRow {
            id: tx.deps.ids.uuid(now),
            permission,
            interval,
        });
        rows::insert(
            tx.db(),
            id,
            &new.collect::<Vec<_>>(),
            tx.caller.account_id(),
        )
        .await?;
        if before != wanted {
            let change = FieldChange::plain("defaultPermissions", json!(before), json!(wanted));
            tx.record(Event::new(
                AuditEventKind::DefaultPermissionsUpdated,
                id,
                vec![change],
            ));
        }
        Ok(Verdict::keep(Some(id)))
    }
}
