//! The facts that access is decided from: loaded rows, each with its interval.
//!
//! Owns the structs that the store fills and the engine reads. Must not decide anything: the
//! functions in the other files decide whether a row counts at an instant, from the intervals alone
//! (TIME-1), never from which rows were loaded. Include rows that start later; rows that have ended
//! may be left out.

#![allow(
    missing_docs,
    reason = "a field has a comment only if its name leaves something open"
)]

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
    pub id: RoleId,
    /// The name as shown to people.
    pub name: Arc<str>,
    /// The preset, if it is one. Its permissions then come from [`Preset::permissions`] and
    /// `permissions` is empty.
    pub preset: Option<Preset>,
    /// When the role exists.
    pub interval: Interval,
    /// The permissions of a custom role, each while its row counts.
    pub permissions: Vec<(Permission, Interval)>,
}

/// What a grant gives (PERM-3, PERM-4); a *right* in the terms of PERM-6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// A permission in the whole workspace.
    Workspace(Permission),
    /// A kind of access to one dataset or page.
    Item(ItemId, ResourceAccess),
}

impl Right {
    /// The permission, if it is one in the whole workspace.
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::Workspace(permission) => Some(permission),
            Self::Item(..) => None,
        }
    }

    /// The item, if it is access to one.
    pub const fn item(self) -> Option<ItemId> {
        match self {
            Self::Workspace(_) => None,
            Self::Item(item, _) => Some(item),
        }
    }

    /// Whether its grants can have a record filter: only BROWSE on a dataset (PERM-4).
    pub const fn takes_record_filter(self) -> bool {
        match self {
            Self::Workspace(_) | Self::Item(ItemId::Page(_), _) => false,
            Self::Item(ItemId::Dataset(_), access) => match access {
                ResourceAccess::Browse => true,
                ResourceAccess::Edit
                | ResourceAccess::Delete
                | ResourceAccess::Publish
                | ResourceAccess::ManageSecurity => false,
            },
        }
    }
}

/// A grant to a membership or to a group (PERM-3, PERM-4).
#[derive(Debug, Clone)]
pub struct GrantFacts {
    pub id: GrantId,
    pub right: Right,
    /// Limits BROWSE of a dataset to some records. `None` means all records.
    pub record_filter: Option<Arc<str>>,
    /// When the row itself counts, regardless of the rows it depends on.
    pub interval: Interval,
    /// Who gave it. `None` for the workspace (a default) or the system.
    pub granted_by: Option<AccountId>,
}

/// A group of the workspace and what it gives its members (GRP-1).
#[derive(Debug, Clone)]
pub struct GroupFacts {
    pub id: GroupId,
    pub slug: Arc<str>,
    pub title: Arc<str>,
    /// When the group exists.
    pub interval: Interval,
    /// The group's grants. The workspace-wide ones are its permissions.
    pub grants: Vec<GrantFacts>,
}

/// What all members of one workspace share.
#[derive(Debug, Clone)]
pub struct WorkspaceFacts {
    pub id: WorkspaceId,
    /// Who may enter (JOIN-1). Not dated.
    pub access_mode: AccessMode,
    /// Presets and custom roles.
    pub roles: HashMap<RoleId, RoleFacts>,
    pub groups: HashMap<GroupId, GroupFacts>,
}

/// A role given to a membership; at most one counts at a time (TIME-8).
#[derive(Debug, Clone)]
pub struct RoleAssignmentFacts {
    /// The row's primary key.
    pub id: Uuid,
    pub role_id: RoleId,
    /// When the row itself counts, regardless of the rows it depends on.
    pub interval: Interval,
    pub granted_by: Option<AccountId>,
}

/// A membership in a group. Several may overlap (TIME-8).
#[derive(Debug, Clone)]
pub struct GroupMembershipFacts {
    /// The row's primary key.
    pub id: Uuid,
    pub group_id: GroupId,
    /// When the row itself counts, regardless of the rows it depends on.
    pub interval: Interval,
    /// Who added the member.
    pub granted_by: Option<AccountId>,
}

/// A membership with everything that belongs to it (MEM-1).
#[derive(Debug, Clone)]
pub struct MemberFacts {
    pub id: MembershipId,
    pub account_id: AccountId,
    /// The access period.
    pub interval: Interval,
    /// Why it ended, if it has.
    pub end_reason: Option<MembershipEndReason>,
    /// The intervals in which it is disabled (MEM-4).
    pub disabled: Vec<Interval>,
    /// Role assignments over time.
    pub roles: Vec<RoleAssignmentFacts>,
    /// Group memberships over time.
    pub groups: Vec<GroupMembershipFacts>,
    /// Direct grants, without those of its groups.
    pub grants: Vec<GrantFacts>,
    /// Whether the account is scheduled for deletion. It then does not count as an administrator
    /// (MEM-5).
    pub deletion_scheduled: bool,
}

/// An API key of a membership (KEY-1).
#[derive(Debug, Clone)]
pub struct KeyFacts {
    pub id: ApiKeyId,
    pub kind: ApiKeyKind,
    /// When the key works.
    pub interval: Interval,
    /// The permission list, each entry while its row counts. `None` gives all of the member's
    /// permissions, an empty list only the identity.
    pub scope: Option<Vec<(Permission, Interval)>>,
    /// Whether its end, once reached, is a revocation and not an expiry (KEY-6).
    pub revoked: bool,
}

/// The properties of a dataset or page that access depends on (PERM-5). Not dated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemFacts {
    pub id: ItemId,
    /// The owner's account. `None` after an erasure.
    pub owner: Option<AccountId>,
    pub published: bool,
    /// Whether everybody who may enter may browse it while it is published.
    pub security: Security,
}

/// The subject of a decision in one workspace. Accounts without a membership in it are anonymous
/// (JOIN-1).
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// Nobody that the workspace knows.
    Anonymous,
    /// A member, signed in.
    Member(&'a MemberFacts),
    /// A member, acting through an API key.
    Key(&'a MemberFacts, &'a KeyFacts),
    /// A key of the workspace, which has no rights of a member (KEY-7, KEY-8).
    WorkspaceKey(&'a KeyFacts),
}

impl<'a> Subject<'a> {
    /// A key and the member who made it. Keys of the workspace stand for themselves.
    pub const fn of_key(member: &'a MemberFacts, key: &'a KeyFacts) -> Self {
        if key.kind.is_of_workspace() {
            Self::WorkspaceKey(key)
        } else {
            Self::Key(member, key)
        }
    }
}
