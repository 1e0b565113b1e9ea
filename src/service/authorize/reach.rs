//! Workspaces of which a caller sees the face alone: deleted ones, whose record some may read (WS-11),
//! and for a key all but its own (WS-9).

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Access;
use crate::{
    domain::permission::Permission,
    service::{Caller, Deps, Failure},
    store::workspace::{self, Workspace, WorkspaceRef, secondary},
};

/// How much of a workspace there is for a caller, besides what their rights say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// What their rights and the access mode give.
    Whole,
    /// What outsiders see of a PRIVATE workspace (JOIN-1): to a key of another one (WS-9), and of a
    /// deleted one (WS-11).
    Face,
    /// That, and the audit log: of a deleted one.
    Record,
}

impl Access {
    /// A deleted secondary workspace, for those who may read its record: operators, and EWP holders of
    /// its main workspace, by session (WS-11). To all others there is none.
    pub(super) async fn open_deleted(
        deps: &Deps,
        caller: &Caller,
        reference: &WorkspaceRef,
    ) -> Result<Option<Self>, Failure> {
        if caller.session().is_none() {
            return Ok(None);
        }
        let row = secondary::find_deleted(deps.db.reader(), reference).await?;
        let Some(workspace) = row else {
            return Ok(None);
        };
        let access = Self::of_deleted(deps, caller, Arc::new(workspace)).await?;
        Ok(Some(access).filter(Self::may_read_record))
    }

    /// The caller's standing in a deleted workspace: they are nobody there.
    pub async fn of_deleted(
        deps: &Deps,
        caller: &Caller,
        workspace: Arc<Workspace>,
    ) -> Result<Self, Failure> {
        let mut access =
            Self::of(deps, deps.db.reader(), caller, Arc::clone(&workspace), None).await?;
        let reads_record = caller.is_operator() || edits_main(deps, caller, &workspace).await?;
        access.reach = match reads_record {
            true => Reach::Record,
            false => Reach::Face,
        };
        Ok(access)
    }

    /// Whether there is anything inside the workspace for the caller to ask about.
    pub fn may_look_inside(&self) -> bool {
        self.may_look_inside_at(self.clock())
    }

    /// The same about an instant: what was there before a workspace was deleted is still there then
    /// (TIME-3), for those to whom it is.
    pub fn may_look_inside_at(&self, at: DateTime<Utc>) -> bool {
        let was_there = || self.workspace.deleted_at.is_some_and(|end| at < end);
        self.reach == Reach::Whole || was_there()
    }

    /// Whether the caller may read the workspace's record: EWP holders (AUD-3), and those who may
    /// read that of a deleted one (WS-11).
    pub fn may_read_record(&self) -> bool {
        self.can(Permission::EditWorkspaceProperties) || self.reach == Reach::Record
    }

    /// Refuses whoever may not read the workspace's record.
    pub fn require_record(&self, caller: &Caller) -> Result<(), Failure> {
        match self.may_read_record() {
            true => Ok(()),
            false => self.require(caller, Permission::EditWorkspaceProperties),
        }
    }
}

/// Whether the caller is an EWP holder of the main workspace of this one, by session.
async fn edits_main(deps: &Deps, caller: &Caller, workspace: &Workspace) -> Result<bool, Failure> {
    let (Some(session), Some(main)) = (caller.session(), workspace.parent_id) else {
        return Ok(false);
    };
    let (db, account) = (deps.db.reader(), Some(session.account.id));
    match workspace::find(db, &WorkspaceRef::Id(main), account, caller.now).await? {
        Some((main, member)) => {
            let main = Access::of(deps, db, caller, Arc::new(main), member).await?;
            Ok(main.can(Permission::EditWorkspaceProperties))
        }
        None => Ok(false),
    }
}
