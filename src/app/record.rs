//! Verifies the chains of the audit log for operators.

use super::{StartError, connect};
use crate::{
    config::Settings,
    domain::{
        audit::verify::Break,
        clock::{Clock, SystemClock},
        id::WorkspaceId,
    },
    service::audit::verify,
    store::{
        Database,
        audit::Chain,
        workspace::{self, WorkspaceRef},
    },
};

/// The result of walking the chains.
#[derive(Debug, Clone, Default)]
pub struct RecordState {
    /// The number of workspaces' chains.
    pub workspaces: u64,
    /// The number of accounts' chains.
    pub accounts: u64,
    /// The number of verified events.
    pub events: u64,
    /// How many of their personal values are erased.
    pub redacted: u64,
    /// The number of broken chains.
    pub broken: u64,
    /// The first of them, in words.
    pub breaks: Vec<String>,
}

/// Walks every chain, or that of one workspace, named by slug or id.
pub async fn examine_record(
    settings: &Settings,
    workspace: Option<&str>,
) -> Result<RecordState, StartError> {
    examine(&connect(settings).await?, workspace).await
}

/// The same, over a connected database.
pub async fn examine(db: &Database, workspace: Option<&str>) -> Result<RecordState, StartError> {
    let only = match workspace {
        Some(name) => Some(named(db, name).await?),
        None => None,
    };
    let result = verify::examine(db, only)
        .await
        .map_err(|failure| StartError::Refused(failure.to_string()))?;
    let in_words = |(chain, Break { sequence, kind }): (Chain, Break)| {
        let whose = match chain {
            Chain::Workspace(id) => format!("workspace {id}"),
            Chain::Account(id) => format!("account {id}"),
        };
        format!("{whose}: {kind} at event {sequence}")
    };
    Ok(RecordState {
        workspaces: result.workspaces,
        accounts: result.accounts,
        events: result.events,
        redacted: result.redacted,
        broken: result.broken,
        breaks: result.breaks.into_iter().map(in_words).collect(),
    })
}

async fn named(db: &Database, name: &str) -> Result<WorkspaceId, StartError> {
    // A slug has no underscore.
    let reference = match name.contains('_') {
        true => WorkspaceRef::Id(
            WorkspaceId::parse(name).map_err(|error| StartError::Refused(error.to_string()))?,
        ),
        false => WorkspaceRef::Slug(name.to_owned()),
    };
    match workspace::find(db.reader(), &reference, None, SystemClock.now()).await? {
        Some((workspace, _)) => Ok(workspace.id),
        None => Err(StartError::Refused(format!("there is no workspace {name}"))),
    }
}
