//! Which workspace a file is asked of, and whether it may be: lists are exported to EWP holders.

use super::{Access, Caller, Deps, Failure};
use crate::{
    domain::{id::WorkspaceId, permission::Permission},
    store::workspace::WorkspaceRef,
    words::message,
};

/// The longest name of a workspace in a URL, in characters.
const LONGEST_NAME: usize = 100;

/// The caller's standing in the workspace with this slug or id, whose lists they may export (EWP).
/// Anonymous callers are asked to sign in, whatever they name.
pub async fn open(deps: &Deps, caller: &Caller, workspace: &str) -> Result<Access, Failure> {
    let access = named(deps, caller, workspace).await?;
    access.require(caller, Permission::EditWorkspaceProperties)?;
    Ok(access)
}

/// The same for its record, also that of a deleted workspace (WS-11).
pub async fn open_record(deps: &Deps, caller: &Caller, workspace: &str) -> Result<Access, Failure> {
    let access = named(deps, caller, workspace).await?;
    access.require_record(caller)?;
    Ok(access)
}

async fn named(deps: &Deps, caller: &Caller, workspace: &str) -> Result<Access, Failure> {
    if caller.is_anonymous() {
        return Err(Failure::Unauthenticated);
    }
    if workspace.is_empty()
        || workspace.chars().count() > LONGEST_NAME
        || workspace.chars().any(char::is_control)
    {
        return Err(Failure::bad_input(message::workspace_reference()));
    }
    // No slug has an underscore.
    let reference = match workspace.contains('_') {
        true => WorkspaceRef::Id(WorkspaceId::parse(workspace)?),
        false => WorkspaceRef::Slug(workspace.to_owned()),
    };
    Access::open(deps, caller, &reference)
        .await?
        .ok_or(Failure::NotFound)
}
