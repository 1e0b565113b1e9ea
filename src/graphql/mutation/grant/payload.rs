//! What the mutations of grants take and answer.

use async_graphql::{InputObject, SimpleObject};

use crate::{
    domain::{
        id::{GrantId, GroupId, ItemId, MembershipId},
        outcome::{GrantPermissionsOutcome, RevokePermissionsOutcome},
        permission::{Permission, PermissionGroup},
        vocabulary::ResourceAccess,
    },
    graphql::{
        mutation::{BulkCommand, BulkOptions, GrantError},
        object::{grant::PermissionGrant, group::Group, membership::Membership},
        scalar::{Id, Instant},
    },
    service::grant::{GrantPermissions, RevokePermissions},
};

/// What to grant, to whom and when. Exactly one of `membershipIds` and `groupId`; either
/// `permissions` and `permissionGroups` (at least one of the two), or `resourceId` with `access`.
#[derive(Debug, InputObject)]
pub struct GrantPermissionsInput {
    /// The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    pub membership_ids: Option<Vec<Id<MembershipId>>>,
    /// The group. Each member has the grant while they are in the group.
    pub group_id: Option<Id<GroupId>>,
    /// Permissions in the whole workspace.
    pub permissions: Option<Vec<Permission>>,
    /// Permission groups: all permissions that they contain now.
    pub permission_groups: Option<Vec<PermissionGroup>>,
    /// The dataset or page to give access to.
    pub resource_id: Option<Id<ItemId>>,
    /// The kinds of access: BROWSE, EDIT, PUBLISH or MANAGE_SECURITY for a dataset; BROWSE, EDIT or
    /// MANAGE_SECURITY for a page.
    pub access: Option<Vec<ResourceAccess>>,
    /// Which records can be seen, as text that the portal interprets, at most 10,000 characters.
    /// Only for BROWSE alone on a dataset. Default: all records.
    pub record_filter: Option<String>,
    /// When it starts. Default: now. A time up to one minute ago counts as now; an earlier one is
    /// STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    /// When it ends. Default: never. ENDS_IN_PAST if it is not in the future, ENDS_BEFORE_START if
    /// it is not after `startsAt`.
    pub ends_at: Option<Instant>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The member or group of an item.
#[derive(Debug, Default, SimpleObject)]
pub struct GranteeAfter {
    /// The member after the call; null for a group, or if you may not see it.
    pub membership: Option<Membership>,
    /// The group after the call; null for a member.
    pub group: Option<Group>,
}

/// What an item gave, and to whom.
#[derive(Debug, SimpleObject)]
pub struct GrantedAfter {
    #[graphql(flatten)]
    pub grantee: GranteeAfter,
    /// The grants that give what was asked for, both new and existing ones. Null if the item
    /// failed, and with `dryRun`.
    pub grants: Option<Vec<PermissionGrant>>,
}

impl BulkCommand for GrantPermissions {
    type Outcome = GrantPermissionsOutcome;
    type Error = GrantError;
    type After = GrantedAfter;
}

impl BulkCommand for RevokePermissions {
    type Outcome = RevokePermissionsOutcome;
    type Error = GrantError;
    type After = GranteeAfter;
}

/// What to revoke, and from whom. Exactly one of `grantIds`, `membershipIds` and `groupId`; with
/// members or a group also what to revoke: `permissions` and `permissionGroups`, or `resourceId`
/// with `access`.
#[derive(Debug, InputObject)]
pub struct RevokePermissionsInput {
    /// Only these grants, 1 to 1,000. All must belong to the workspace of the first id that you may
    /// see.
    pub grant_ids: Option<Vec<Id<GrantId>>>,
    /// The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    /// What they have through a role or a group does not change.
    pub membership_ids: Option<Vec<Id<MembershipId>>>,
    /// The group.
    pub group_id: Option<Id<GroupId>>,
    /// Permissions in the whole workspace. All grants of them that have not ended are ended,
    /// including those that have not begun.
    pub permissions: Option<Vec<Permission>>,
    /// Permission groups: all permissions that they contain now.
    pub permission_groups: Option<Vec<PermissionGroup>>,
    /// The dataset or page to remove access to.
    pub resource_id: Option<Id<ItemId>>,
    /// The kinds of access to remove, whatever the record filter.
    pub access: Option<Vec<ResourceAccess>>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}
