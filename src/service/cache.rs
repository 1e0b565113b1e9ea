//! Facts kept on this node under the versions that they were read at: a write advances the version, so that what was read
//! before counts no more on any node, without a message between them.

use std::sync::Arc;

use moka::sync::Cache;
use sea_orm::ConnectionTrait;

use super::Failure;
use crate::{
    domain::{access::facts::MemberFacts, id::MembershipId, id::WorkspaceId},
    store::{
        access::{self, Wanted, WorkspaceSnapshot},
        workspace::Workspace,
    },
};

/// The versions that facts of a workspace were read at: its own, and its parent's, which holds the license.
type Version = (WorkspaceId, i64, i64);

/// Facts by version.
#[derive(Debug)]
pub struct AccessCache {
    workspaces: Cache<Version, Arc<WorkspaceSnapshot>>,
    members: Cache<(MembershipId, Version), Arc<MemberFacts>>,
}

impl Default for AccessCache {
    fn default() -> Self {
        Self { workspaces: Cache::builder().max_capacity(256).build(), members: Cache::builder().max_capacity(4_096).build() }
    }
}

fn version(workspace: &Workspace) -> Version {
    (workspace.id, workspace.access_version, workspace.parent_version)
}

impl AccessCache {
    /// What the members of `workspace` share, as of its version. Rows that ended before the last write are left out: every
    /// read is at or after it (TIME-5).
    pub async fn workspace(&self, db: &impl ConnectionTrait, workspace: &Workspace) -> Result<Arc<WorkspaceSnapshot>, Failure> {
        let version = version(workspace);
        if let Some(found) = self.workspaces.get(&version) {
            return Ok(found);
        }
        let snapshot =
            access::workspace_snapshot(db, workspace.id, workspace.main_id(), workspace.access_mode, workspace.last_write_at)
                .await?;
        let snapshot = Arc::new(snapshot);
        self.workspaces.insert(version, Arc::clone(&snapshot));
        Ok(snapshot)
    }

    /// One member's facts, as of the workspace's version.
    pub async fn member(
        &self,
        db: &impl ConnectionTrait,
        workspace: &Workspace,
        member: MembershipId,
    ) -> Result<Option<Arc<MemberFacts>>, Failure> {
        let key = (member, version(workspace));
        if let Some(found) = self.members.get(&key) {
            return Ok(Some(found));
        }
        let mut found = access::members(db, workspace.id, &[member], Wanted::ALL, workspace.last_write_at).await?;
        Ok(found.remove(&member).map(|facts| {
            let facts = Arc::new(facts);
            self.members.insert(key, Arc::clone(&facts));
            facts
        }))
    }
}
