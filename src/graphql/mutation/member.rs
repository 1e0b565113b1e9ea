//! Mutations of members.

pub mod disable;
pub mod enable;
pub mod leave;
pub mod password_resets;
pub mod period;
pub mod revoke;

use async_graphql::{Context, Enum, ID, MaybeUndefined, Object};

use super::{
    MembershipError, Nullable, id, ids,
    payload::{input, member_results},
    refusable, signed_in,
};
use crate::{
    domain::{
        id::{MembershipId, RoleId},
        permission::Permission,
    },
    graphql::{guard, scalar::Instant},
    service::{
        Failure,
        role_assignment::{self as service, SetMemberRole},
    },
};

input! {
    bulk
    /// Whose role is to be which, from when until when.
    SetMemberRoleInput {
        /// Whose role: 1 to 1,000 members of one workspace, that of the first id that you may see.
        /// Each id once: a later occurrence is DUPLICATE.
        membership_ids: Vec<ID>,
        /// Which role; null takes the role away. It must be given: a call without it is
        /// BAD_USER_INPUT.
        role_id: MaybeUndefined<ID>,
        /// From when; absent: now. Up to a minute ago counts as now, earlier is STARTS_IN_PAST.
        starts_at: Option<Instant>,
        /// Until when; absent: for good. What was there before resumes then. Not after now:
        /// ENDS_IN_PAST; not after `startsAt`: ENDS_BEFORE_START.
        ends_at: Option<Instant>,
    }
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

member_results!(
    SetMemberRolePayload,
    SetMemberRoleResult,
    SetMemberRoleOutcome,
    MembershipError,
    "Why it failed: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN (administrators, your own role, more \
     than you hold), LAST_ADMINISTRATOR, ROLLED_BACK (atomic, and another item failed)."
);

/// Mutations of members.
#[derive(Debug, Default)]
pub struct MemberMutation;

/// Mutations of members.
#[Object]
impl MemberMutation {
    /// Gives members a role over an interval, or takes theirs away. A member has at most one role
    /// at a time: one given for an interval cuts what was there out of it, and what was there
    /// resumes at its end. Requires EDIT_WORKSPACE_PROPERTIES; only an administrator gives or takes
    /// the ADMINISTRATOR role; nobody sets their own.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_member_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose role is to be which, from when until when.")]
        input: SetMemberRoleInput,
    ) -> Nullable<SetMemberRolePayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let role_id = match &input.role_id {
                MaybeUndefined::Value(role) => Some(id("roleId", role, RoleId::parse)?),
                MaybeUndefined::Null => None,
                MaybeUndefined::Undefined => {
                    return Err(Failure::bad_input(
                        "roleId: give a role, or null to take the role away",
                    )
                    .into());
                }
            };
            let asked = SetMemberRole {
                membership_ids: ids("membershipIds", &input.membership_ids, MembershipId::parse)?,
                role_id,
                starts_at: input.starts_at.map(|at| at.0),
                ends_at: input.ends_at.map(|at| at.0),
                atomic: input.atomic.unwrap_or_default(),
            };
            SetMemberRolePayload::of(
                ctx,
                service::set(&scope.deps, &scope.caller, asked, input.options()).await?,
            )
            .await
        })
        .await
    }
}
