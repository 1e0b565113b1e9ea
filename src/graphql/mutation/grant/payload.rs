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

/// What is to be given to whom, from when until when. Exactly one of `membershipIds` and `groupId`;
/// either `permissions` and `permissionGroups` (at least one of the two), or `resourceId` with
/// `access`.
#[derive(Debug, InputObject)]
pub struct GrantPermissionsInput {
    /// To whom: 1 to 1,000 members of one workspace, that of the first id that you may see.
    pub membership_ids: Option<Vec<Id<MembershipId>>>,
    /// To which group: each member has it while in the group.
    pub group_id: Option<Id<GroupId>>,
    /// Permissions in the whole workspace.
    pub permissions: Option<Vec<Permission>>,
    /// All permissions that these groups hold now.
    pub permission_groups: Option<Vec<PermissionGroup>>,
    /// A dataset or a page to give access to.
    pub resource_id: Option<Id<ItemId>>,
    /// Which access to it: on a dataset BROWSE, EDIT, PUBLISH, MANAGE_SECURITY; on a page BROWSE,
    /// EDIT, MANAGE_SECURITY.
    pub access: Option<Vec<ResourceAccess>>,
    /// Which records, with BROWSE on a dataset alone: text that the portal reads, at most 10,000
    /// characters. Absent: all.
    pub record_filter: Option<String>,
    /// From when; absent: now. Up to a minute ago counts as now, earlier is STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    /// Until when; absent: for good. Not after now: ENDS_IN_PAST; not after `startsAt`:
    /// ENDS_BEFORE_START.
    pub ends_at: Option<Instant>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// What became of one item.
#[derive(Debug, SimpleObject)]
pub struct GrantPermissionsResult {
    /// The item's place in `membershipIds`, from 0; 0 for a group.
    pub index: i32,
    /// The id of the member or group.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<GrantPermissionsOutcome>,
    /// Why it failed: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, yourself, a group that you are in, more or longer than you hold),
    /// ROLLED_BACK (atomic, and another item failed).
    pub code: Option<String>,
    /// The same for people, in your language.
    pub message: Option<String>,
    /// The member as it is now; null for a group and for what you may not see.
    pub membership: Option<Membership>,
    /// The group as it is now; null for a member.
    pub group: Option<Group>,
    /// The grants that give what was asked for: new ones, and those that did before. Null if the
    /// item failed or with `dryRun`.
    pub grants: Option<Vec<PermissionGrant>>,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct GrantPermissionsPayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<GrantPermissionsResult>,
    /// What is wrong about the input; nothing was changed then.
    pub errors: Vec<GrantError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What is to be taken from whom. Exactly one of `grantIds`, `membershipIds` and `groupId`; with
/// members or a group also what: `permissions` and `permissionGroups`, or `resourceId` with
/// `access`.
#[derive(Debug, InputObject)]
pub struct RevokePermissionsInput {
    /// Exactly these grants: 1 to 1,000 of one workspace, that of the first id that you may see.
    pub grant_ids: Option<Vec<Id<GrantId>>>,
    /// From whom: 1 to 1,000 members of one workspace, that of the first id that you may see. What
    /// they have through a role or a group stays.
    pub membership_ids: Option<Vec<Id<MembershipId>>>,
    /// From which group.
    pub group_id: Option<Id<GroupId>>,
    /// Permissions in the whole workspace: every grant of them that has not ended, also those that
    /// have not begun.
    pub permissions: Option<Vec<Permission>>,
    /// All permissions that these groups hold now.
    pub permission_groups: Option<Vec<PermissionGroup>>,
    /// A dataset or a page to take access to.
    pub resource_id: Option<Id<ItemId>>,
    /// Which access to it, whatever the record filter.
    pub access: Option<Vec<ResourceAccess>>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// What became of one item.
#[derive(Debug, SimpleObject)]
pub struct RevokePermissionsResult {
    /// The item's place in `grantIds` or `membershipIds`, from 0; 0 for a group.
    pub index: i32,
    /// The id of the grant, member or group, as it was named.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<RevokePermissionsOutcome>,
    /// Why it failed: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, yourself, an item that you do not manage), ROLLED_BACK (atomic, and another
    /// item failed).
    pub code: Option<String>,
    /// The same for people, in your language.
    pub message: Option<String>,
    /// The member as it is now; null for a group and for what you may not see.
    pub membership: Option<Membership>,
    /// The group as it is now; null for a member.
    pub group: Option<Group>,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct RevokePermissionsPayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<RevokePermissionsResult>,
    /// What is wrong about the input; nothing was changed then.
    pub errors: Vec<GrantError>,
    #[graphql(flatten)]
    pub report: Report,
}
