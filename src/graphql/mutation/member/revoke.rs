//! `revokeMembers` (MEM-3).

use async_graphql::{Context, Enum, ID, Object};

use crate::{
    domain::{id::MembershipId, permission::Permission},
    graphql::{
        guard,
        mutation::{
            MembershipError, Nullable, ids,
            payload::{input, member_results},
            refusable, signed_in,
        },
    },
    service::ending::{self as service, RevokeMembers},
};

input! {
    bulk
    /// Whose memberships are to end now.
    RevokeMembersInput {
        /// Whose: 1 to 1,000 members of one workspace, that of the first id that you may see. Each
        /// id once: a later occurrence is DUPLICATE.
        membership_ids: Vec<ID>,
        /// Why, for the record: at most 500 characters.
        reason: Option<String>,
        /// Whether the pending invitations into this workspace that those sent whose memberships
        /// end now are cancelled as well; absent: no.
        cancel_their_invitations: Option<bool>,
    }
}

/// What became of one membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::Outcome")]
pub enum RevokeMembersOutcome {
    /// It ended now.
    Revoked,
    /// It had ended before.
    AlreadyEnded,
}

member_results!(
    RevokeMembersPayload,
    RevokeMembersResult,
    RevokeMembersOutcome,
    MembershipError,
    "Why it failed: NOT_FOUND, DUPLICATE, FORBIDDEN (administrators, yourself: leave instead), LAST_ADMINISTRATOR, ROLLED_BACK \
     (atomic, and another item failed)."
);

/// The mutation that revokes.
#[derive(Debug, Default)]
pub struct RevokeMutation;

/// The mutation that revokes.
#[Object]
impl RevokeMutation {
    /// Ends memberships at once: the members leave the list and lose role, groups, permissions,
    /// quota values and every key of theirs here. Their accounts and other memberships are
    /// untouched. Requires EDIT_WORKSPACE_PROPERTIES; only an administrator revokes an
    /// administrator; nobody themself.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn revoke_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose memberships are to end now.")] input: RevokeMembersInput,
    ) -> Nullable<RevokeMembersPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options();
            let asked = RevokeMembers {
                membership_ids: ids("membershipIds", &input.membership_ids, MembershipId::parse)?,
                reason: input.reason,
                cancel_their_invitations: input.cancel_their_invitations.unwrap_or_default(),
                atomic: input.atomic.unwrap_or_default(),
            };
            RevokeMembersPayload::of(
                ctx,
                service::revoke(&scope.deps, &scope.caller, asked, options).await?,
            )
            .await
        })
        .await
    }
}
