//! `updateWorkspace`: what a workspace says of itself, and who may enter (JOIN-1).

use chrono::{DateTime, Utc};

use super::checked_name;
use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        calendar::TimeZone,
        error_code::ErrorCode,
        id::WorkspaceId,
        permission::Permission,
        text,
        vocabulary::AccessMode,
    },
    service::{
        Access, Caller, Deps, Failure, UserError, bulk,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::workspace::properties::{self as rows, Properties},
};

/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 1_000;

/// What is asked for; `None` leaves what is there.
#[derive(Debug, Clone)]
pub struct UpdateWorkspace {
    /// The workspace to change.
    pub id: WorkspaceId,
    /// The new name.
    pub name: Option<String>,
    /// What it is; the inner `None` clears.
    pub description: Option<Option<String>>,
    /// Who may enter from now on.
    pub access_mode: Option<AccessMode>,
    /// Whether a portal should ask visitors to sign in.
    pub sign_in_suggested: Option<bool>,
    /// The IANA name of its time zone from now on (WS-13).
    pub time_zone: Option<String>,
}

/// Changes what a workspace says of itself: EWP. Its answer is the workspace's id; none if it was
/// refused.
pub async fn update(
    deps: &Deps,
    caller: &Caller,
    input: UpdateWorkspace,
    options: CallOptions,
) -> Result<Committed<Option<WorkspaceId>>, Failure> {
    write::run(deps, caller, input.id, &options, &input).await
}

impl UseCase for UpdateWorkspace {
    const CHANGES_ACCESS: bool = true;
    type Output = Option<WorkspaceId>;

    fn mutation(&self) -> &'static str {
        "updateWorkspace"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        access.require(caller, Permission::EditWorkspaceProperties)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Option<WorkspaceId>>, Failure> {
        let id = tx.workspace_id();
        let workspace = std::sync::Arc::clone(&tx.access.workspace);
        let before = Properties::of(&workspace);
        let after = self.after(&before, tx.now)?;
        if after != before {
            let changes = changes(&before, &after);
            rows::update(tx.db(), id, after).await?;
            tx.record(Event {
                personal_of: tx.caller.account_id(),
                ..Event::new(AuditEventKind::WorkspaceUpdated, id, changes)
            });
        }
        Ok(Verdict::keep(Some(id)))
    }
}

impl UpdateWorkspace {
    /// What the workspace says of itself after the call, or what is wrong.
    pub(super) fn after(
        &self,
        before: &Properties,
        now: DateTime<Utc>,
    ) -> Result<Properties, Vec<UserError>> {
        let (mut after, mut errors) = (before.clone(), Vec::new());
        match self.name.as_deref().map(checked_name) {
            Some(Ok(name)) => after.name = name,
            Some(Err(error)) => errors.push(error),
            None => {}
        }
        if let Some(description) = &self.description {
            match bulk::optional_lines(description.as_deref(), LONGEST_DESCRIPTION, "description") {
                Ok(description) => after.description = description,
                Err(error) => errors.push(error),
            }
        }
        after.access_mode = self.access_mode.unwrap_or(before.access_mode);
        after.sign_in_suggested = self.sign_in_suggested.unwrap_or(before.sign_in_suggested);
        let time_zone = self.time_zone.as_deref().map(text::line);
        match time_zone.as_deref().map(str::parse::<TimeZone>) {
            Some(Ok(zone)) if zone != before.calendar.zone() => {
                after.calendar = before.calendar.with_time_zone(zone, now);
            }
            Some(Err(_)) => errors.push(UserError::at(ErrorCode::UnknownTimeZone, "timeZone")),
            Some(Ok(_)) | None => {}
        }
        if errors.is_empty() {
            Ok(after)
        } else {
            Err(errors)
        }
    }
}

pub(super) fn changes(before: &Properties, after: &Properties) -> Vec<FieldChange> {
    let mut changes = vec![
        FieldChange::plain("name", before.name.as_str(), after.name.as_str()),
        FieldChange::personal(
            "description",
            before.description.clone(),
            after.description.clone(),
        ),
        FieldChange::plain(
            "accessMode",
            before.access_mode.as_str(),
            after.access_mode.as_str(),
        ),
        FieldChange::plain(
            "signInSuggested",
            before.sign_in_suggested,
            after.sign_in_suggested,
        ),
        FieldChange::plain(
            "timeZone",
            before.calendar.zone().name(),
            after.calendar.zone().name(),
        ),
    ];
    changes.retain(|change| change.before != change.after);
    changes
}
