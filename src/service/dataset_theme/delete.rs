//! `deleteDatasetTheme` (THEME-2): the datasets that have it get another one, or none, in the same
//! write.

use std::collections::HashSet;

use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{DatasetThemeRow, form, require_manager};
use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        distribution::{MOST_COPIES, MOST_PAIRS},
        error_code::ErrorCode,
        id::{DatasetThemeId, WorkspaceId},
        limit::{LimitKind, ReachedLimit},
    },
    service::{
        Access, Caller, Deps, Failure, UserError, bulk, item,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        dataset_theme as rows,
        distribution::{self, Distribution},
        item_write::{self, NewValue},
        naming::Named,
    },
};

/// The input of `deleteDatasetTheme`.
#[derive(Debug, Clone, Copy)]
pub struct DeleteDatasetTheme {
    /// The theme to delete.
    pub id: DatasetThemeId,
    /// What its datasets get instead; absent: nobody said, `Some(None)`: nothing.
    pub replacement: Option<Option<DatasetThemeId>>,
}

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Deleted {
    /// The theme; none if the call was refused.
    pub id: Option<DatasetThemeId>,
    /// How many datasets had it.
    pub changed_datasets: u64,
}

/// Deletes a theme: MANAGE_WORKSPACE_THEME or EWP. One event says what its datasets got instead and
/// how many changed: it names none of them, so that nobody learns of one that they may not browse.
pub async fn delete(
    deps: &Deps,
    caller: &Caller,
    input: DeleteDatasetTheme,
    options: CallOptions,
) -> Result<Committed<Deleted>, Failure> {
    let workspace =
        bulk::named_workspace(deps, caller, Named::DatasetTheme, vec![input.id.0]).await?;
    let latest = deps.db.latest();
    let themes = rows::all(latest, workspace).await?;
    let secondaries = match themes.iter().find(|theme| theme.id == input.id) {
        Some(theme) => following(latest, workspace, &theme.slug).await?,
        None => Vec::new(),
    };
    let secondaries = secondaries.iter().map(|copy| copy.workspace).collect();
    write::run_over(deps, caller, workspace, secondaries, &options, &input).await
}

/// The copies in secondary workspaces that have the theme because their originals do (DIST-2). Too
/// many for one write are refused: somebody has to change the originals first.
async fn following(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    slug: &str,
) -> Result<Vec<Distribution>, Failure> {
    let most = MOST_PAIRS as u64;
    let copies = distribution::with_theme(db, workspace, slug, most + 1).await?;
    let workspaces: HashSet<WorkspaceId> = copies.iter().map(|copy| copy.workspace).collect();
    if copies.len() <= MOST_PAIRS && workspaces.len() <= MOST_COPIES {
        return Ok(copies);
    }
    let most = i64::try_from(MOST_PAIRS).unwrap_or(i64::MAX);
    let limit = ReachedLimit::of(LimitKind::Copies, most);
    Err(UserError::limited(ErrorCode::LimitReached, "id", limit).into())
}

impl UseCase for DeleteDatasetTheme {
    const CHANGES_ACCESS: bool = false;
    type Output = Deleted;

    fn mutation(&self) -> &'static str {
        "deleteDatasetTheme"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_credential()?;
        bulk::require_member(access)?;
        require_manager(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Deleted>, Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let themes = rows::all(tx.db(), workspace).await?;
        let theme = themes
            .iter()
            .find(|theme| theme.id == self.id)
            .ok_or(Failure::NotFound)?;
        let replacement = self.replacement(&themes)?;
        if self.replacement.is_none()
            && item_write::is_theme_used(tx.db(), workspace, &theme.slug).await?
        {
            return Err(refused(ErrorCode::ReplacementRequired));
        }
        let (slug, new_slug) = (
            theme.slug.as_str(),
            replacement.map(|new| new.slug.as_str()),
        );
        let copies = following(tx.db(), workspace, slug).await?;
        if copies
            .iter()
            .any(|copy| tx.secondary(copy.workspace).is_none())
        {
            return Err(Failure::Conflict);
        }
        if new_slug.is_some() {
            // Chosen here, so that the theme of an original does not replace it.
            distribution::own_theme(tx.db(), workspace, slug).await?;
        }
        let datasets = item_write::replace_theme(tx.db(), workspace, slug, new_slug, now).await?;
        let theme_of_copies = NewValue::Theme(new_slug.map(str::to_owned));
        item::carry(tx, &copies, &[theme_of_copies]).await?;
        rows::delete(tx.db(), workspace, self.id, now).await?;
        rows::shift(tx.db(), workspace, theme.place + 1..=i32::MAX, -1).await?;
        let mut changes = form::changes(Some(theme), None);
        if let Some(new) = replacement {
            let replacement = new.id.to_string();
            changes.push(FieldChange::plain("replacement", Value::Null, replacement));
        }
        if datasets > 0 {
            changes.push(FieldChange::plain("changedDatasets", Value::Null, datasets));
        }
        tx.record(Event::new(
            AuditEventKind::DatasetThemeDeleted,
            self.id,
            changes,
        ));
        Ok(Verdict::keep(Deleted {
            id: Some(self.id),
            changed_datasets: datasets,
        }))
    }
}

impl DeleteDatasetTheme {
    /// The theme that datasets get instead; none if they get none, or nobody said.
    fn replacement<'a>(
        &self,
        themes: &'a [DatasetThemeRow],
    ) -> Result<Option<&'a DatasetThemeRow>, Failure> {
        let Some(Some(id)) = self.replacement else {
            return Ok(None);
        };
        if id == self.id {
            return Err(refused(ErrorCode::Duplicate));
        }
        match themes.iter().find(|theme| theme.id == id) {
            Some(theme) => Ok(Some(theme)),
            None => Err(refused(ErrorCode::NotFound)),
        }
    }
}

fn refused(code: ErrorCode) -> Failure {
    UserError::at(code, "replacement").into()
}
