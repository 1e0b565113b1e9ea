//! Mutations of members.

pub mod disable;
pub mod enable;
pub mod leave;
pub mod password_resets;
pub mod period;
pub mod revoke;

use async_graphql::{Context, InputObject, MaybeUndefined, Object};

use super::{BulkOptions, MembersPayload, Nullable, refusable, signed_in, unwrapped};
use crate::{
    domain::{
        id::{MembershipId, RoleId},
        permission::Permission,
    },
    graphql::{
        guard,
        scalar::{Id, Instant},
    },
    service::{
        Failure,
        member::set_role::{self as service, SetMemberRole},
    },
};

/// Whose role is to be which, from when until when.
#[derive(Debug, InputObject)]
pub struct SetMemberRoleInput {
    /// Whose role: 1 to 1,000 members of one workspace, that of the first id that you may see.
    /// Each id once: a later occurrence is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// Which role; null takes the role away. It must be given: a call without it is
    /// BAD_USER_INPUT.
    pub role_id: MaybeUndefined<Id<RoleId>>,
    /// From when; absent: now. Up to a minute ago counts as now, earlier is STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    /// Until when; absent: for good. What was there before resumes then. Not after now:
    /// ENDS_IN_PAST; not after `startsAt`: ENDS_BEFORE_START.
    pub ends_at: Option<Instant>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

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
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, your own role, more than you hold), LAST_ADMINISTRATOR, ROLLED_BACK
    /// (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_member_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose role is to be which, from when until when.")]
        input: SetMemberRoleInput,
    ) -> Nullable<MembersPayload<SetMemberRole>> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let role_id = match &input.role_id {
                MaybeUndefined::Value(role) => Some(role.0),
                MaybeUndefined::Null => None,
                MaybeUndefined::Undefined => {
                    return Err(Failure::bad_input(
                        "roleId: give a role, or null to take the role away",
                    )
                    .into());
                }
            };
            let asked = SetMemberRole {
                membership_ids: unwrapped(input.membership_ids),
                role_id,
                starts_at: input.starts_at.map(|at| at.0),
                ends_at: input.ends_at.map(|at| at.0),
                atomic: input.options.atomic(),
            };
            MembersPayload::of(
                ctx,
                service::set(&scope.deps, &scope.caller, asked, input.options.read(ctx)?).await?,
            )
            .await
        })
        .await
    }
}
