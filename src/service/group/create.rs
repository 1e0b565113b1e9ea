//! `createGroup` (GRP-1).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::text;
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::escalation::{self, Change, Target},
        audit::FieldChange,
        error_code::ErrorCode,
        fold,
        id::{GroupId, WorkspaceId},
        limit::{LimitKind, ReachedLimit},
        slug,
    },
    service::{
        Access, Caller, Deps, Failure, UserError, bulk,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::group::write::{self as rows, NewGroup},
};

/// The most groups of one workspace (GRP-1).
pub(crate) const MOST_GROUPS: i64 = 1_000;

/// What a group is called in addresses if its title has no letter for them.
const NAMELESS: &str = "group";

/// The input of `createGroup`.
#[derive(Debug, Clone)]
pub struct CreateGroup {
    /// The workspace that gets the group.
    pub workspace_id: WorkspaceId,
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
}

/// The new group.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Created {
    /// The group; `None` if the input was refused.
    pub group_id: Option<GroupId>,
}

/// Makes a group without members and rights: EWP.
pub async fn create(
    deps: &Deps,
    caller: &Caller,
    input: CreateGroup,
    options: CallOptions,
) -> Result<Committed<Created>, Failure> {
    caller.require_credential()?;
    write::run(deps, caller, input.workspace_id, &options, &input).await
}

impl UseCase for CreateGroup {
    const CHANGES_ACCESS: bool = true;
    type Output = Created;

    fn mutation(&self) -> &'static str {
        "createGroup"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_credential()?;
        escalation::may_change(
            access.facts(),
            access.subject(),
            Target::Newcomer,
            Change::Nothing,
            access.now,
        )
        .map_err(bulk::refusal)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Created>, Failure> {
        let mut errors = Vec::new();
        let (facts, now) = (tx.access.facts(), tx.now);
        let groups = facts
            .groups
            .values()
            .filter(|group| group.interval.contains(now))
            .count();
        if i64::try_from(groups).unwrap_or(i64::MAX) >= MOST_GROUPS {
            let limit = ReachedLimit::of(LimitKind::Groups, MOST_GROUPS);
            errors.push(UserError::limited(
                ErrorCode::LimitReached,
                "workspaceId",
                limit,
            ));
        }
        let title = text::title(&tx.access, &self.title, None).map_err(|error| errors.push(error));
        let description =
            text::description(self.description.as_deref()).map_err(|error| errors.push(error));
        let (Ok(title), Ok(description), true) = (title, description, errors.is_empty()) else {
            return Err(Failure::Invalid(errors));
        };
        let id = GroupId(tx.deps.ids.uuid(now));
        add(tx, id, title, description).await?;
        Ok(Verdict::keep(Created { group_id: Some(id) }))
    }
}

/// Adds a group with a title and a description that were checked, and its event.
pub(crate) async fn add(
    tx: &mut Transaction<'_>,
    id: GroupId,
    title: String,
    description: Option<String>,
) -> Result<(), Failure> {
    let (workspace, now) = (tx.workspace_id(), tx.now);
    let base = slug::from_title(&title, NAMELESS);
    let slug = slug::first_free(&base, &rows::slugs_like(tx.db(), workspace, &base).await?);
    let mut changes = vec![
        FieldChange::plain("title", Value::Null, title.as_str()),
        FieldChange::plain("slug", Value::Null, slug.as_str()),
        FieldChange::personal("description", Value::Null, json!(description)),
    ];
    changes.retain(|change| change.before != change.after);
    let by = tx.caller.account_id();
    let group = NewGroup {
        id,
        slug,
        title_folded: fold::unique_form(&title),
        title,
        description,
        by,
    };
    rows::insert(tx.db(), workspace, group, now).await?;
    tx.touch_shared();
    tx.record(Event::new(AuditEventKind::GroupCreated, id, changes));
    Ok(())
}
