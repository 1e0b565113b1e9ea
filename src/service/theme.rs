//! The theme of a workspace: reading it here, changing it in the file below (THEME-1).

mod update;

use super::{Access, Caller, Deps, Failure, item};
use crate::{domain::id::WorkspaceId, store::theme as rows};

pub use crate::domain::theme::{MOST_COLORS, Theme, ThemeColor};
pub use update::{UpdateTheme, update};

/// The theme of the workspace, for whoever may enter it (JOIN-1).
pub async fn read(deps: &Deps, access: &Access, caller: &Caller) -> Result<Theme, Failure> {
    item::require_entry(access, caller)?;
    Ok(rows::find(deps.db.reader(), access.workspace.id).await?)
}

/// The theme of a workspace after a write.
pub async fn latest(deps: &Deps, workspace: WorkspaceId) -> Result<Theme, Failure> {
    Ok(rows::find(deps.db.latest(), workspace).await?)
}
