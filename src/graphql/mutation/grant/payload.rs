//! What the mutations of grants take and answer.

use async_graphql::{Enum, ID, InputObject, SimpleObject};

use crate::{
    domain::{
        permission::{Permission, PermissionGroup},
        vocabulary::ResourceAccess,
    },
    graphql::{
        mutation::{Changes, Effects, GrantError},
        object::{grant::PermissionGrant, group::Group, membership::Membership},
        scalar::Instant,
    },
    service::grant::{GrantOutcome, RevokeOutcome},
};

/// What is to be given to whom, from when until when. Exactly one of `membershipIds` and `groupId`;
/// either `permissions` and `permissionGroups` (at least one of the two), or `resourceId` with
/// `access`.
#[derive(Debug, InputObject)]
pub struct GrantPermissionsInput {
    /// To whom: 1 to 1,000 members of one workspace, that of the first id that you may see.
    pub membership_ids: Option<Vec<ID>>,
    /// To which group: each member has it while in the group.
    pub group_id: Option<ID>,
    /// Permissions in the whole workspace.
    pub permissions: Option<Vec<Permission>>,
    /// All permissions that these groups hold now.
    pub permission_groups: Option<Vec<PermissionGroup>>,
    /// A dataset or a page to give access to.
    pub resource_id: Option<ID>,
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
    /// Whether one failed item undoes all; absent: no, failed items are skipped.
    pub atomic: Option<bool>,
    /// Do everything but keep it: the answer says what would change.
    pub dry_run: Option<bool>,
    /// Your name for this call, 1 to 255 characters: the same call again within 24 hours is
    /// answered as the first was.
    pub idempotency_key: Option<String>,
}

/// Whether something was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "GrantOutcome")]
pub enum GrantPermissionsOutcome {
    /// At least one of the rights was given.
    Granted,
    /// Grants that exist give all of it already, over the whole interval.
    AlreadyGranted,
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
    /// What changed, or with `dryRun` would change.
    #[graphql(flatten)]
    pub changes: Changes,
    /// Whose permissions changed, or would change, as of now. Access to items is not among them.
    #[graphql(flatten)]
    pub effects: Effects,
    /// Whether this is the answer to an earlier call with the same `idempotencyKey`.
    pub replayed: bool,
}

/// What is to be taken from whom. Exactly one of `grantIds`, `membershipIds` and `groupId`; with
/// members or a group also what: `permissions` and `permissionGroups`, or `resourceId` with
/// `access`.
#[derive(Debug, InputObject)]
pub struct RevokePermissionsInput {
    /// Exactly these grants: 1 to 1,000 of one workspace, that of the first id that you may see.
    pub grant_ids: Option<Vec<ID>>,
    /// From whom: 1 to 1,000 members of one workspace, that of the first id that you may see. What
    /// they have through a role or a group stays.
    pub membership_ids: Option<Vec<ID>>,
    /// From which group.
    pub group_id: Option<ID>,
    /// Permissions in the whole workspace: every grant of them that has not ended, also those that
    /// have not begun.
    pub permissions: Option<Vec<Permission>>,
    /// All permissions that these groups hold now.
    pub permission_groups: Option<Vec<PermissionGroup>>,
    /// A dataset or a page to take access to.
    pub resource_id: Option<ID>,
    /// Which access to it, whatever the record filter.
    pub access: Option<Vec<ResourceAccess>>,
    /// Whether one failed item undoes all; absent: no, failed items are skipped.
    pub atomic: Option<bool>,
    /// Do everything but keep it: the answer says what would change.
    pub dry_run: Option<bool>,
    /// Your name for this call, 1 to 255 characters: the same call again within 24 hours is
    /// answered as the first was.
    pub idempotency_key: Option<String>,
}

/// Whether something was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "RevokeOutcome")]
pub enum RevokePermissionsOutcome {
    /// At least one grant was ended.
    Revoked,
    /// There was none that had not ended.
    NotGranted,
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
    /// What changed, or with `dryRun` would change.
    #[graphql(flatten)]
    pub changes: Changes,
    /// Whose permissions changed, or would change, as of now. Access to items is not among them.
    #[graphql(flatten)]
    pub effects: Effects,
    /// Whether this is the answer to an earlier call with the same `idempotencyKey`.
    pub replayed: bool,
}
