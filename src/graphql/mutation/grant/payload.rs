//! What the mutations of grants take and answer.

use async_graphql::{ID, InputObject, SimpleObject};

use crate::{
    domain::{
        id::{GrantId, GroupId, ItemId, MembershipId},
        outcome::{GrantPermissionsOutcome, RevokePermissionsOutcome},
        permission::{Permission, PermissionGroup},
        vocabulary::ResourceAccess,
    },
    graphql::{
        mutation::{BulkOptions, GrantError, Report},
        object::{grant::PermissionGrant, group::Group, membership::Membership},
        scalar::{Id, Instant},
    },
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

/// The result of one item.
#[derive(Debug, SimpleObject)]
pub struct GrantPermissionsResult {
    /// The position of the item in `membershipIds`, starting from 0; 0 for a group.
    pub index: i32,
    /// The id of the member or group.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<GrantPermissionsOutcome>,
    /// Why the item failed: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, yourself, a group that you are in, more or longer than you hold),
    /// ROLLED_BACK (atomic, and another item failed).
    pub code: Option<String>,
    /// Why the item failed, for people, in your language.
    pub message: Option<String>,
    /// The member after the call; null for a group, or if you may not see it.
    pub membership: Option<Membership>,
    /// The group after the call; null for a member.
    pub group: Option<Group>,
    /// The grants that give what was asked for, both new and existing ones. Null if the item
    /// failed, and with `dryRun`.
    pub grants: Option<Vec<PermissionGrant>>,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct GrantPermissionsPayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<GrantPermissionsResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<GrantError>,
    #[graphql(flatten)]
    pub report: Report,
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

/// The result of one item.
#[derive(Debug, SimpleObject)]
pub struct RevokePermissionsResult {
    /// The position of the item in `grantIds` or `membershipIds`, starting from 0; 0 for a group.
    pub index: i32,
    /// The id of the grant, member or group that you named.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<RevokePermissionsOutcome>,
    /// Why the item failed: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, yourself, an item that you do not manage), ROLLED_BACK (atomic, and another
    /// item failed).
    pub code: Option<String>,
    /// Why the item failed, for people, in your language.
    pub message: Option<String>,
    /// The member after the call; null for a group, or if you may not see it.
    pub membership: Option<Membership>,
    /// The group after the call; null for a member.
    pub group: Option<Group>,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct RevokePermissionsPayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<RevokePermissionsResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<GrantError>,
    #[graphql(flatten)]
    pub report: Report,
}
