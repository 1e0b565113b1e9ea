//! The facts that access is decided from: rows as they were loaded, every one with its interval.
//!
//! Owns the shapes that the store fills and the engine reads. Must not decide anything: whether a
//! row counts at an instant is said by the functions beside this file, from the intervals alone
//! (TIME-1), never by which rows were loaded. Rows that have not begun belong in here too; rows
//! that have ended may be left out.

use std::{collections::HashMap, sync::Arc};

use uuid::Uuid;

use crate::domain::{
    id::{AccountId, ApiKeyId, GrantId, GroupId, ItemId, MembershipId, RoleId, WorkspaceId},
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::{AccessMode, ApiKeyKind, MembershipEndReason, ResourceAccess, Security},
};

/// A role of the workspace (PERM-10).
#[derive(Debug, Clone)]
pub struct RoleFacts {
    /// Its id.
    pub id: RoleId,
    /// Its name as people read it.
    pub name: Arc<str>,
    /// Which preset it is: its permissions then come from [`Preset::permissions`] and `permissions`
    /// is empty.
    pub preset: Option<Preset>,
    /// When the role exists.
    pub interval: Interval,
    /// The permissions of a custom role, each while its row counts.
    pub permissions: Vec<(Permission, Interval)>,
}

/// What a grant gives (PERM-3, PERM-4); a *right* in the sense of PERM-6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// A permission in the whole workspace.
    Workspace(Permission),
    /// A kind of access to one dataset or page.
    Item(ItemId, ResourceAccess),
}

/// A grant to a membership or to a group (PERM-3, PERM-4).
#[derive(Debug, Clone)]
pub struct GrantFacts {
    /// Its id.
    pub id: GrantId,
    /// What it gives.
    pub right: Right,
    /// Which records it opens, for BROWSE on a dataset; `None` = all of them.
    pub record_filter: Option<Arc<str>>,
    /// When it counts, so far as the row itself says.
    pub interval: Interval,
    /// Who gave it; `None` = the workspace (a default) or the system.
    pub granted_by: Option<AccountId>,
}

/// A group of the workspace and what it carries (GRP-1).
#[derive(Debug, Clone)]
pub struct GroupFacts {
    /// Its id.
    pub id: GroupId,
    /// Its slug.
    pub slug: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// When the group exists.
    pub interval: Interval,
    /// Its grants: the workspace-wide ones are its permissions.
    pub grants: Vec<GrantFacts>,
}

/// What all members of one workspace share.
#[derive(Debug, Clone)]
pub struct WorkspaceFacts {
    /// Its id.
    pub id: WorkspaceId,
    /// Who may enter (JOIN-1); not dated.
    pub access_mode: AccessMode,
    /// Its roles: presets and custom ones.
    pub roles: HashMap<RoleId, RoleFacts>,
    /// Its groups.
    pub groups: HashMap<GroupId, GroupFacts>,
}

/// A role given to a membership; at most one counts at a time (TIME-8).
#[derive(Debug, Clone)]
pub struct RoleAssignmentFacts {
    /// The key of its row.
    pub id: Uuid,
    /// Which role.
    pub role_id: RoleId,
    /// When it counts, so far as the row itself says.
    pub interval: Interval,
    /// Who gave it.
    pub granted_by: Option<AccountId>,
}

/// A membership's place in a group; several may overlap (TIME-8).
#[derive(Debug, Clone)]
pub struct GroupMembershipFacts {
    /// The key of its row.
    pub id: Uuid,
    /// Which group.
    pub group_id: GroupId,
    /// When it counts, so far as the row itself says.
    pub interval: Interval,
    /// Who added the member.
    pub granted_by: Option<AccountId>,
}

/// One membership and everything that hangs on it (MEM-1).
#[derive(Debug, Clone)]
pub struct MemberFacts {
    /// Its id.
    pub id: MembershipId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The access period.
    pub interval: Interval,
    /// Why it ended, if it has.
    pub end_reason: Option<MembershipEndReason>,
    /// The spells in which it is disabled (MEM-4).
    pub disabled: Vec<Interval>,
    /// Its roles over time.
    pub roles: Vec<RoleAssignmentFacts>,
    /// Its groups over time.
    pub groups: Vec<GroupMembershipFacts>,
    /// Its own grants.
    pub grants: Vec<GrantFacts>,
    /// Whether the account waits for its deletion: it then counts as no administrator (MEM-5).
    pub deletion_scheduled: bool,
}

/// An API key of a membership (KEY-1).
#[derive(Debug, Clone)]
pub struct KeyFacts {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub kind: ApiKeyKind,
    /// When it works.
    pub interval: Interval,
    /// Its list of permissions, each while its row counts; `None` = all of its member's, empty =
    /// identity only.
    pub scope: Option<Vec<(Permission, Interval)>>,
    /// Whether its end, once reached, is a revocation and not an expiry (KEY-6).
    pub revoked: bool,
}

/// A dataset or page, as far as access to it depends on it (PERM-5). Not dated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemFacts {
    /// Which one.
    pub id: ItemId,
    /// The account that owns it; `None` after an erasure.
    pub owner: Option<AccountId>,
    /// Whether it is published.
    pub published: bool,
    /// Whether all who may enter may browse it once it is published.
    pub security: Security,
}

/// Who asks, or is asked about, in one workspace. Accounts without a membership there are anonymous
/// (JOIN-1).
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// Nobody the workspace knows.
    Anonymous,
    /// A member, by session.
    Member(&'a MemberFacts),
    /// A member, by one of their keys.
    Key(&'a MemberFacts, &'a KeyFacts),
}
