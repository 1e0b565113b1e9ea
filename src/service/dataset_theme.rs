//! Dataset themes: reading them here; making, changing and deleting them in the files below
//! (THEME-2).

mod create;
mod delete;
mod form;
mod update;

use std::collections::HashMap;

use super::{Access, Caller, Deps, Failure, item};
use crate::{
    domain::{
        id::{DatasetThemeId, ItemKind, WorkspaceId},
        permission::Permission,
    },
    store::{dataset_theme as rows, item_list},
};

pub use crate::store::dataset_theme::DatasetThemeRow;
pub use create::{CreateDatasetTheme, create};
pub use delete::{DeleteDatasetTheme, Deleted, delete};
pub use update::{UpdateDatasetTheme, update};

/// Refuses whoever may not change themes: all but holders of MANAGE_WORKSPACE_THEME or
/// EDIT_WORKSPACE_PROPERTIES.
fn require_manager(access: &Access, caller: &Caller) -> Result<(), Failure> {
    if access.can(Permission::EditWorkspaceProperties) {
        return Ok(());
    }
    access.require(caller, Permission::ManageWorkspaceTheme)
}

/// The themes of the workspace in their order, for whoever may enter it (JOIN-1).
pub async fn all(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
) -> Result<Vec<DatasetThemeRow>, Failure> {
    item::require_entry(access, caller)?;
    Ok(rows::all(deps.db.reader(), access.workspace.id).await?)
}

/// A theme that whoever may enter its workspace is shown; none for all others.
pub async fn visible(
    deps: &Deps,
    access: &Access,
    id: DatasetThemeId,
) -> Result<Option<DatasetThemeRow>, Failure> {
    if !access.may_enter() {
        return Ok(None);
    }
    Ok(rows::find(deps.db.reader(), access.workspace.id, id, false).await?)
}

/// A theme after a write; a deleted one too.
pub async fn latest(
    deps: &Deps,
    workspace: WorkspaceId,
    id: DatasetThemeId,
) -> Result<Option<DatasetThemeRow>, Failure> {
    Ok(rows::find(deps.db.latest(), workspace, id, true).await?)
}

/// The themes with these slugs, in no order.
pub async fn by_slugs(
    deps: &Deps,
    workspace: WorkspaceId,
    slugs: &[&str],
) -> Result<Vec<DatasetThemeRow>, Failure> {
    Ok(rows::by_slugs(deps.db.reader(), workspace, slugs).await?)
}

/// How many of the datasets that the caller may browse have each theme, by slug.
pub async fn dataset_counts(deps: &Deps, access: &Access) -> Result<HashMap<String, i64>, Failure> {
    let shown = item::shown(deps, access, ItemKind::Dataset).await?;
    Ok(item_list::count_by_theme(deps.db.reader(), access.workspace.id, &shown).await?)
}
