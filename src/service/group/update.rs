//! `updateGroup` (GRP-1): the slug never changes.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{live, text};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::escalation::{self, Change, Target},
        audit::FieldChange,
        fold,
        id::GroupId,
    },
    service::{
        Access, Caller, Deps, Failure, bulk,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        group::write::{self as rows, Text},
        naming::Named,
    },
};

/// The input of `updateGroup`.
#[derive(Debug, Clone)]
pub struct UpdateGroup {
    /// The group to change.
    pub id: GroupId,
    /// What it is called from now on; absent: as before.
    pub title: Option<String>,
    /// What it is for; absent: as before, `Some(None)`: nothing is said.
    pub description: Option<Option<String>>,
}

/// Which group was changed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Updated {
    /// The group; none if the call was refused.
    pub group_id: Option<GroupId>,
}

/// Changes what a group is called, and what for: EWP.
pub async fn update(
    deps: &Deps,
    caller: &Caller,
    input: UpdateGroup,
    options: CallOptions,
) -> Result<Committed<Updated>, Failure> {
    let workspace = bulk::named_workspace(deps, caller, Named::Group, vec![input.id.0]).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

impl UseCase for UpdateGroup {
    const CHANGES_ACCESS: bool = true;
    type Output = Updated;

    fn mutation(&self) -> &'static str {
        "updateGroup"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Updated>, Failure> {
        let access = tx.access.clone();
        let group = live(&access, self.id)?;
        escalation::may_change(
            access.facts(),
            access.subject(),
            Target::Group(group),
            Change::Nothing,
            tx.now,
        )
        .map_err(bulk::refusal)?;
        let mut errors = Vec::new();
        let before = access
            .snapshot
            .group_details
            .get(&group.id)
            .and_then(|details| details.description.clone());
        let title = match &self.title {
            Some(title) => {
                text::title(&access, title, Some(group.id)).map_err(|error| errors.push(error))
            }
            None => Ok(group.title.to_string()),
        };
        let description = match &self.description {
            Some(description) => {
                text::description(description.as_deref()).map_err(|error| errors.push(error))
            }
            None => Ok(before.clone()),
        };
        let output = Updated {
            group_id: Some(group.id),
        };
        let (Ok(title), Ok(description)) = (title, description) else {
            return Err(Failure::Invalid(errors));
        };
        let mut changes = vec![
            FieldChange::plain("title", &*group.title, title.as_str()),
            FieldChange::personal("description", json!(before), json!(description)),
        ];
        changes.retain(|change| change.before != change.after);
        if changes.is_empty() {
            return Ok(Verdict::keep(output));
        }
        let text = Text {
            title_folded: fold::unique_form(&title),
            title,
            description,
        };
        rows::set_text(
            tx.db(),
            tx.workspace_id(),
            group.id,
            text,
            (tx.now, tx.caller.account_id()),
        )
        .await?;
        tx.touch_shared();
        tx.record(Event::new(AuditEventKind::GroupUpdated, group.id, changes));
        Ok(Verdict::keep(output))
    }
}
