//! The secondary workspaces of a write that is about their main one (WS-8): they are locked before
//! it, and each has its own events. A write is at one workspace at a time: what it records and
//! changes there is of that one.

use std::{collections::BTreeMap, sync::Arc};

use super::{Transaction, chain::ChainEnd, record::Event};
use crate::{
    domain::{audit::GENESIS, id::WorkspaceId},
    service::{Access, Failure},
    store::{
        DatabaseTransaction,
        access::WorkspaceSnapshot,
        workspace::{self, Locked, Workspace},
    },
};

/// The workspaces that a write holds besides the one that it is at.
pub(super) type Secondaries = BTreeMap<WorkspaceId, Held>;

/// A workspace that a write holds.
pub(super) struct Held {
    access: Access,
    chain_end: ChainEnd,
    events: Vec<Event>,
}

/// Locks the rows of `ids`, in their order, and returns those that are secondary workspaces of
/// `main` and were not deleted.
pub(super) async fn lock_all(
    db: &DatabaseTransaction,
    main: WorkspaceId,
    ids: &[WorkspaceId],
) -> Result<Vec<Locked>, Failure> {
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let row = workspace::lock(db, *id).await?;
        rows.extend(row.filter(|row| row.workspace.parent_id == Some(main)));
    }
    Ok(rows)
}

impl Transaction<'_> {
    /// Takes over the rows that are locked.
    pub(super) fn add_locked(&mut self, rows: Vec<Locked>) {
        for row in rows {
            let end = ChainEnd {
                sequence: row.audit_sequence,
                hash: row.audit_hash,
            };
            self.add_held(row.workspace, end);
        }
    }

    /// Takes over a secondary workspace that the write makes: its row stands in the table, and it
    /// has no events yet.
    pub(crate) fn add_secondary(&mut self, workspace: Workspace) {
        let end = ChainEnd {
            sequence: 0,
            hash: GENESIS.to_vec(),
        };
        self.add_held(workspace, end);
    }

    fn add_held(&mut self, workspace: Workspace, chain_end: ChainEnd) {
        let id = workspace.id;
        // Whoever writes here is nobody in the secondary workspace: what its members share decides
        // nothing, and is not loaded.
        let snapshot = WorkspaceSnapshot::empty(id, workspace.access_mode);
        let access = Access::new(
            Arc::new(workspace),
            Arc::new(snapshot),
            None,
            (None, self.caller.session_facts()),
            self.now,
            self.access.is_operator,
        );
        let held = Held {
            access,
            chain_end,
            events: Vec::new(),
        };
        self.secondaries.insert(id, held);
    }

    /// The row of a secondary workspace that the write holds; `None` if it is not one, or is gone.
    pub(crate) fn secondary(&self, id: WorkspaceId) -> Option<&Workspace> {
        let held = self.secondaries.get(&id)?;
        Some(&held.access.workspace)
    }

    /// The ids of the secondary workspaces that the write holds, while it is at its own.
    pub(super) fn secondary_ids(&self) -> Vec<WorkspaceId> {
        self.secondaries.keys().copied().collect()
    }

    /// Goes to a workspace that the write holds: `db()` stays, and `access`, `workspace_id()` and the
    /// events are those of that workspace until [`Self::return_to_main`].
    pub(crate) fn enter_secondary(&mut self, id: WorkspaceId) {
        let Some(next) = self.secondaries.remove(&id) else {
            return;
        };
        let here = self.workspace_id();
        let before = Held {
            access: std::mem::replace(&mut self.access, next.access),
            chain_end: std::mem::replace(&mut self.chain_end, next.chain_end),
            events: std::mem::replace(&mut self.events, next.events),
        };
        self.secondaries.insert(here, before);
    }

    /// Goes back to the workspace that the write is about.
    pub(crate) fn return_to_main(&mut self) {
        self.enter_secondary(self.home);
    }
}
