//! Mutations of grants.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};

use super::{AccessEffect, Aftermath, Change, GrantError, index, manner, optional_id, optional_ids, signed_in, told};
use crate::{
    domain::{
        access::facts::GrantFacts,
        id::{GrantId, GroupId, ItemId, MembershipId},
        permission::{Permission, PermissionGroup},
        vocabulary::ResourceAccess,
    },
    graphql::{
        guard,
        object::{grant::PermissionGrant, group::Group, membership::Membership},
        scalar::Instant,
        scope::Scope,
    },
    service::{
        Failure,
        bulk::Item,
        grant::{self as service, GrantOutcome, GrantPermissions, Granted, Grantee, Revocation, Revoked, RevokeOutcome, RevokePermissions},
        member as members,
    },
    store::access::Wanted,
};

/// What is to be given to whom, from when until when. Exactly one of `membershipIds` and `groupId`; either `permissions` and
/// `permissionGroups` (at least one of the two), or `resourceId` with `access`.
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
    /// Which access to it: on a dataset BROWSE, EDIT, PUBLISH, MANAGE_SECURITY; on a page BROWSE, EDIT, MANAGE_SECURITY.
    pub access: Option<Vec<ResourceAccess>>,
    /// Which records, with BROWSE on a dataset alone: text that the portal reads, at most 10,000 characters. Absent: all.
    pub record_filter: Option<String>,
    /// From when; absent: now. Up to a minute ago counts as now, earlier is STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    /// Until when; absent: for good. Not after now: ENDS_IN_PAST; not after `startsAt`: ENDS_BEFORE_START.
    pub ends_at: Option<Instant>,
    /// Whether one failed item undoes all; absent: no, failed items are skipped.
    pub atomic: Option<bool>,
    /// Do everything but keep it: the answer says what would change.
    pub dry_run: Option<bool>,
    /// Your name for this call, 1 to 255 characters: the same call again within 24 hours is answered as the first was.
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
    pub id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<GrantPermissionsOutcome>,
    /// Why it failed: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN (administrators, yourself, a group
    /// that you are in, more or longer than you hold), ROLLED_BACK (atomic, and another item failed).
    pub code: Option<String>,
    /// The same for people, in your language.
    pub message: Option<String>,
    /// The member as it is now; null for a group and for what you may not see.
    pub membership: Option<Membership>,
    /// The group as it is now; null for a member.
    pub group: Option<Group>,
    /// The grants that give what was asked for: new ones, and those that did before. Null if the item failed or with `dryRun`.
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
    pub changes: Vec<Change>,
    /// Whose permissions changed, or would change, as of now. Access to items is not among them.
    pub effects: Vec<AccessEffect>,
    /// Whether this is the answer to an earlier call with the same `idempotencyKey`.
    pub replayed: bool,
}

/// What is to be taken from whom. Exactly one of `grantIds`, `membershipIds` and `groupId`; with members or a group also what:
/// `permissions` and `permissionGroups`, or `resourceId` with `access`.
#[derive(Debug, InputObject)]
pub struct RevokePermissionsInput {
    /// Exactly these grants: 1 to 1,000 of one workspace, that of the first id that you may see.
    pub grant_ids: Option<Vec<ID>>,
    /// From whom: 1 to 1,000 members of one workspace, that of the first id that you may see. What they have through a role or
    /// a group stays.
    pub membership_ids: Option<Vec<ID>>,
    /// From which group.
    pub group_id: Option<ID>,
    /// Permissions in the whole workspace: every grant of them that has not ended, also those that have not begun.
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
    /// Your name for this call, 1 to 255 characters: the same call again within 24 hours is answered as the first was.
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
    pub id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<RevokePermissionsOutcome>,
    /// Why it failed: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN (administrators, yourself, an item
    /// that you do not manage), ROLLED_BACK (atomic, and another item failed).
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
    pub changes: Vec<Change>,
    /// Whose permissions changed, or would change, as of now. Access to items is not among them.
    pub effects: Vec<AccessEffect>,
    /// Whether this is the answer to an earlier call with the same `idempotencyKey`.
    pub replayed: bool,
}

/// Mutations of grants.
#[derive(Debug, Default)]
pub struct GrantMutation;

/// Mutations of grants.
#[Object]
impl GrantMutation {
    /// Gives members or a group permissions, or access to one dataset or page, over an interval. Permissions require
    /// EDIT_WORKSPACE_PROPERTIES, and that you hold them yourself at least as long unless you are an administrator; access to an
    /// item requires MANAGE_SECURITY of it. Grants may overlap: each counts by itself.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn grant_permissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be given to whom, from when until when.")] input: GrantPermissionsInput,
    ) -> async_graphql::Result<GrantPermissionsPayload> {
        let scope = signed_in(ctx)?;
        let asked = GrantPermissions {
            grantees: service::grantees(
                optional_ids("membershipIds", input.membership_ids, MembershipId::parse)?,
                optional_id("groupId", input.group_id, GroupId::parse)?,
            )?,
            rights: service::rights(
                input.permissions,
                input.permission_groups,
                optional_id("resourceId", input.resource_id, ItemId::parse)?,
                input.access,
            )?,
            record_filter: input.record_filter,
            starts_at: input.starts_at.map(|at| at.0),
            ends_at: input.ends_at.map(|at| at.0),
            atomic: input.atomic.unwrap_or_default(),
        };
        let manner = manner(input.dry_run, input.idempotency_key);
        let rehearsed = manner.dry_run;
        let mut done = service::give(&scope.deps, &scope.caller, asked, manner).await?;
        let shown = |item: &&Item<Grantee, Granted>| item.is_shown();
        let named = done.output.iter().filter(shown).filter_map(|item| member_of(item.id)).collect();
        let after = Aftermath::of(ctx, &mut done, named).await?;
        let grants = if rehearsed { HashMap::new() } else { grants(ctx, &after, &done.output).await? };
        let locale = scope.caller.locale();
        let result = |(place, item): (usize, Item<Grantee, Granted>)| {
            let (membership, group) = after.of_grantee(Some(item.id).filter(|_| item.is_shown()));
            let found = |granted: &Granted| granted.grants.iter().filter_map(|id| grants.get(id).cloned()).collect();
            let given = item.outcome.as_ref().filter(|_| !rehearsed).map(found);
            let (code, message) = told(item.code, locale);
            GrantPermissionsResult {
                index: index(place),
                id: Some(grantee_id(item.id)),
                outcome: item.outcome.map(|granted| granted.outcome.into()),
                code,
                message,
                membership,
                group,
                grants: given,
            }
        };
        Ok(GrantPermissionsPayload {
            results: done.output.into_iter().enumerate().map(result).collect(),
            errors: GrantError::all(done.errors, locale),
            changes: after.changes,
            effects: after.effects,
            replayed: after.replayed,
        })
    }

    /// Takes permissions, or access to one dataset or page, from members or a group: ends every grant of it that has not ended;
    /// or ends exactly the grants that are named. Requires EDIT_WORKSPACE_PROPERTIES; for access to an item MANAGE_SECURITY of it
    /// is enough.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn revoke_permissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be taken from whom.")] input: RevokePermissionsInput,
    ) -> async_graphql::Result<RevokePermissionsPayload> {
        let scope = signed_in(ctx)?;
        let manner = manner(input.dry_run, input.idempotency_key.clone());
        let asked = RevokePermissions { atomic: input.atomic.unwrap_or_default(), revocation: revocation(input)? };
        let mut done = service::revoke(&scope.deps, &scope.caller, asked, manner).await?;
        let shown = |item: &&Item<Revoked, RevokeOutcome>| item.is_shown();
        let named = done.output.iter().filter(shown).filter_map(|item| member_of(item.id.grantee?)).collect();
        let after = Aftermath::of(ctx, &mut done, named).await?;
        let locale = scope.caller.locale();
        let result = |(place, item): (usize, Item<Revoked, RevokeOutcome>)| {
            let (membership, group) = after.of_grantee(item.id.grantee.filter(|_| item.is_shown()));
            let (code, message) = told(item.code, locale);
            RevokePermissionsResult {
                index: index(place),
                id: item.id.grant.map(|id| ID(id.to_string())).or_else(|| item.id.grantee.map(grantee_id)),
                outcome: item.outcome.map(Into::into),
                code,
                message,
                membership,
                group,
            }
        };
        Ok(RevokePermissionsPayload {
            results: done.output.into_iter().enumerate().map(result).collect(),
            errors: GrantError::all(done.errors, locale),
            changes: after.changes,
            effects: after.effects,
            replayed: after.replayed,
        })
    }
}

fn revocation(input: RevokePermissionsInput) -> Result<Revocation, Failure> {
    let grants = optional_ids("grantIds", input.grant_ids, GrantId::parse)?;
    let members = optional_ids("membershipIds", input.membership_ids, MembershipId::parse)?;
    let group = optional_id("groupId", input.group_id, GroupId::parse)?;
    let item = optional_id("resourceId", input.resource_id, ItemId::parse)?;
    let Some(grants) = grants else {
        let rights = service::rights(input.permissions, input.permission_groups, item, input.access)?;
        return Ok(Revocation::Rights(service::grantees(members, group)?, rights));
    };
    let rights = input.permissions.is_some() || input.permission_groups.is_some() || item.is_some() || input.access.is_some();
    if rights || members.is_some() || group.is_some() {
        return Err(Failure::bad_input("grantIds goes with nothing else that names grants"));
    }
    Ok(Revocation::Grants(grants))
}

const fn member_of(grantee: Grantee) -> Option<MembershipId> {
    match grantee {
        Grantee::Member(id) => Some(id),
        Grantee::Group(_) => None,
    }
}

fn grantee_id(grantee: Grantee) -> ID {
    ID(match grantee {
        Grantee::Member(id) => id.to_string(),
        Grantee::Group(id) => id.to_string(),
    })
}

impl Aftermath {
    fn of_grantee(&self, grantee: Option<Grantee>) -> (Option<Membership>, Option<Group>) {
        match (grantee, &self.place) {
            (Some(Grantee::Member(id)), _) => (self.members.get(&id).cloned(), None),
            (Some(Grantee::Group(id)), Some(place)) => (None, Group::find(place, id)),
            _ => (None, None),
        }
    }
}

/// The grants that the results name, if they are asked for: one statement for all members.
async fn grants(
    ctx: &Context<'_>,
    after: &Aftermath,
    results: &[Item<Grantee, Granted>],
) -> Result<HashMap<GrantId, PermissionGrant>, Failure> {
    let Some(place) = &after.place else { return Ok(HashMap::new()) };
    if !ctx.look_ahead().field("results").field("grants").exists() {
        return Ok(HashMap::new());
    }
    let deps = &Scope::of(ctx)?.deps;
    let done: Vec<Grantee> = results.iter().filter(|item| item.outcome.is_some()).map(|item| item.id).collect();
    let ids: Vec<MembershipId> = done.iter().filter_map(|grantee| member_of(*grantee)).collect();
    let wanted = Wanted { grants: true, ..Wanted::NOTHING };
    let facts = members::facts_by_ids(deps, &place.access, &ids, wanted).await?;
    let groups = done.iter().filter_map(|grantee| match grantee {
        Grantee::Group(id) => place.snapshot.facts.groups.get(id),
        Grantee::Member(_) => None,
    });
    let all = facts.values().flat_map(|member| &member.grants).chain(groups.flat_map(|group| &group.grants));
    let shown = |grant: &GrantFacts| (grant.id, PermissionGrant { place: place.clone(), facts: grant.clone() });
    Ok(all.map(shown).collect())
}
