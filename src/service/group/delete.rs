//! `deleteGroup` (GRP-3): one row ends, and with it all that came through it (TIME-7).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::live;
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::escalation::{self, Change, Target},
        audit::FieldChange,
        id::GroupId,
    },
    service::{
        Access, Caller, Deps, Failure, bulk,
        write::{
            self, Affects, CallOptions, Committed, Event, MOST_COUNTED, Transaction, UseCase,
            Verdict,
        },
    },
    store::{
        dated::{self, Dated, Ending},
        grant,
        group::write::DELETED,
        naming::Named,
    },
};

/// The input of `deleteGroup`.
#[derive(Debug, Clone, Copy)]
pub struct DeleteGroup {
    /// The group to delete.
    pub id: GroupId,
}

/// Which group is there no more.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Deleted {
    /// The group; none if the call was refused.
    pub group_id: Option<GroupId>,
}

/// Deletes a group: EWP; who is in it, now or later, only as an administrator (PERM-7: it changes
/// their own groups).
pub async fn delete(
    deps: &Deps,
    caller: &Caller,
    input: DeleteGroup,
    options: CallOptions,
) -> Result<Committed<Deleted>, Failure> {
    let workspace = bulk::named_workspace(deps, caller, Named::Group, vec![input.id.0]).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

impl UseCase for DeleteGroup {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS_AND_QUOTAS;
    type Output = Deleted;

    fn mutation(&self) -> &'static str {
        "deleteGroup"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Deleted>, Failure> {
        let access = tx.access.clone();
        let group = live(&access, self.id)?;
        escalation::may_change(
            access.facts(),
            access.subject(),
            Target::Group(group),
            Change::Groups,
            tx.now,
        )
        .map_err(bulk::refusal)?;
        let (workspace, id) = (tx.workspace_id(), group.id);
        let members =
            grant::members_of_groups(tx.db(), workspace, &[id], tx.now, MOST_COUNTED).await?;
        tx.touch_all(members).await?;
        let ending = Ending {
            by: tx.caller.account_id(),
            reason: DELETED,
        };
        dated::end(tx.db(), Dated::Group, workspace, &[id.0], tx.now, ending).await?;
        tx.touch_shared();
        let description = access
            .snapshot
            .group_details
            .get(&id)
            .and_then(|details| details.description.clone());
        let mut changes = vec![
            FieldChange::plain("title", &*group.title, Value::Null),
            FieldChange::plain("slug", &*group.slug, Value::Null),
            FieldChange::personal("description", json!(description), Value::Null),
        ];
        changes.retain(|change| change.before != change.after);
        tx.record(Event::new(AuditEventKind::GroupDeleted, id, changes));
        Ok(Verdict::keep(Deleted { group_id: Some(id) }))
    }
}
