//! Mutations of members.

pub mod disable;
pub mod enable;
pub mod leave;
pub mod password_resets;
pub mod period;
pub mod restore;
pub mod revoke;

use async_graphql::{Context, InputObject, MaybeUndefined, Object};

use super::{BulkOptions, BulkPayload, Nullable, refusable, signed_in_scope, unwrap_ids};
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
    words::message,
};

/// The role to set, for which members and when.
#[derive(Debug, InputObject)]
pub struct SetMemberRoleInput {
    /// The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    /// A repeated id is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// The role; null removes the role. This field is required: if it is missing, the call is
    /// BAD_USER_INPUT.
    pub role_id: MaybeUndefined<Id<RoleId>>,
    /// When it starts. Default: now. A time up to one minute ago counts as now; an earlier one is
    /// STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    /// When it ends; the earlier value then applies again. Default: never. ENDS_IN_PAST if it is
    /// not in the future, ENDS_BEFORE_START if it is not after `startsAt`.
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
    /// Sets or removes the role of members, for a period or without end. A member has at most one
    /// role at a time: a role for a period replaces the earlier role during that period only.
    /// Requires EDIT_WORKSPACE_PROPERTIES. Only an administrator can give or remove the
    /// ADMINISTRATOR role; nobody can set their own role. Giving ADMINISTRATOR requires that your
    /// strongest factor was shown in the last 10 minutes (REAUTHENTICATION_REQUIRED).
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, your own role, more than you hold), LAST_ADMINISTRATOR, ROLLED_BACK
    /// (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties), directive = guard::step_up::apply())]
    async fn set_member_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role to set, for which members and when.")] input: SetMemberRoleInput,
    ) -> Nullable<BulkPayload<SetMemberRole>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let role_id = match &input.role_id {
                MaybeUndefined::Value(role) => Some(role.0),
                MaybeUndefined::Null => None,
                MaybeUndefined::Undefined => {
                    return Err(Failure::bad_input(message::role_or_null()).into());
                }
            };
            let command = SetMemberRole {
                membership_ids: unwrap_ids(input.membership_ids),
                role_id,
                starts_at: input.starts_at.map(|at| at.0),
                ends_at: input.ends_at.map(|at| at.0),
                atomic: input.options.atomic(),
            };
            BulkPayload::of_members(
                ctx,
                service::set(
                    &scope.deps,
                    &scope.caller,
                    command,
                    input.options.read(ctx)?,
                )
                .await?,
            )
            .await
        })
        .await
    }
}
