//! Mutations of members.

use async_graphql::{Context, Enum, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{AccessEffect, Aftermath, Change, MembershipError, id, ids, index, manner, signed_in, told};
use crate::{
    domain::{
        id::{MembershipId, RoleId},
        permission::Permission,
    },
    graphql::{guard, object::membership::Membership, scalar::Instant},
    service::{
        Failure,
        role_assignment::{self as service, SetMemberRole},
    },
};

/// Whose role is to be which, from when until when.
#[derive(Debug, InputObject)]
pub struct SetMemberRoleInput {
    /// Whose role: 1 to 1,000 members of one workspace, that of the first id that you may see. Each id once: a later
    /// occurrence is DUPLICATE.
    pub membership_ids: Vec<ID>,
    /// Which role; null takes the role away. It must be given: a call without it is BAD_USER_INPUT.
    pub role_id: MaybeUndefined<ID>,
    /// From when; absent: now. Up to a minute ago counts as now, earlier is STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    /// Until when; absent: for good. What was there before resumes then. Not after now: ENDS_IN_PAST; not after `startsAt`:
    /// ENDS_BEFORE_START.
    pub ends_at: Option<Instant>,
    /// Whether one failed item undoes all; absent: no, failed items are skipped.
    pub atomic: Option<bool>,
    /// Do everything but keep it: the answer says what would change.
    pub dry_run: Option<bool>,
    /// Your name for this call, 1 to 255 characters: the same call again within 24 hours is answered as the first was.
    pub idempotency_key: Option<String>,
}

/// What became of one member's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::Outcome")]
pub enum SetMemberRoleOutcome {
    /// It is as asked now.
    Changed,
    /// It was as asked before.
    Unchanged,
}

/// What became of one item.
#[derive(Debug, SimpleObject)]
pub struct SetMemberRoleResult {
    /// The item's place in `membershipIds`, from 0.
    pub index: i32,
    /// The member's id.
    pub id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<SetMemberRoleOutcome>,
    /// Why it failed: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN (administrators, your own role, more
    /// than you hold), LAST_ADMINISTRATOR, ROLLED_BACK (atomic, and another item failed).
    pub code: Option<String>,
    /// The same for people, in your language.
    pub message: Option<String>,
    /// The member as it is now; null for what you may not see.
    pub membership: Option<Membership>,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct SetMemberRolePayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<SetMemberRoleResult>,
    /// What is wrong about the input; nothing was changed then.
    pub errors: Vec<MembershipError>,
    /// What changed, or with `dryRun` would change.
    pub changes: Vec<Change>,
    /// Whose permissions changed, or would change, as of now.
    pub effects: Vec<AccessEffect>,
    /// Whether this is the answer to an earlier call with the same `idempotencyKey`.
    pub replayed: bool,
}

/// Mutations of members.
#[derive(Debug, Default)]
pub struct MemberMutation;

/// Mutations of members.
#[Object]
impl MemberMutation {
    /// Gives members a role over an interval, or takes theirs away. A member has at most one role at a time: one given for an
    /// interval cuts what was there out of it, and what was there resumes at its end. Requires EDIT_WORKSPACE_PROPERTIES; only an
    /// administrator gives or takes the ADMINISTRATOR role; nobody sets their own.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_member_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose role is to be which, from when until when.")] input: SetMemberRoleInput,
    ) -> async_graphql::Result<SetMemberRolePayload> {
        let scope = signed_in(ctx)?;
        let role_id = match &input.role_id {
            MaybeUndefined::Value(role) => Some(id("roleId", role, RoleId::parse)?),
            MaybeUndefined::Null => None,
            MaybeUndefined::Undefined => {
                return Err(Failure::bad_input("roleId: give a role, or null to take the role away").into());
            }
        };
        let asked = SetMemberRole {
            membership_ids: ids("membershipIds", &input.membership_ids, MembershipId::parse)?,
            role_id,
            starts_at: input.starts_at.map(|at| at.0),
            ends_at: input.ends_at.map(|at| at.0),
            atomic: input.atomic.unwrap_or_default(),
        };
        let manner = manner(input.dry_run, input.idempotency_key);
        let mut done = service::set(&scope.deps, &scope.caller, asked, manner).await?;
        let named = done.output.iter().filter(|item| item.is_shown()).map(|item| item.id).collect();
        let after = Aftermath::of(ctx, &mut done, named).await?;
        let locale = scope.caller.locale();
        let result = |(place, item): (usize, crate::service::bulk::Item<MembershipId, service::Outcome>)| {
            let membership = after.members.get(&item.id).filter(|_| item.is_shown()).cloned();
            let (code, message) = told(item.code, locale);
            SetMemberRoleResult {
                index: index(place),
                id: Some(ID(item.id.to_string())),
                outcome: item.outcome.map(Into::into),
                code,
                message,
                membership,
            }
        };
        Ok(SetMemberRolePayload {
            results: done.output.into_iter().enumerate().map(result).collect(),
            errors: MembershipError::all(done.errors, locale),
            changes: after.changes,
            effects: after.effects,
            replayed: after.replayed,
        })
    }
}
