//! `revokeMembers` (MEM-3).

use async_graphql::{Context, InputObject, Object};

use crate::{
    domain::{id::MembershipId, permission::Permission},
    graphql::{
        guard,
        mutation::{BulkOptions, MembersPayload, Nullable, refusable, signed_in, unwrapped},
        scalar::Id,
    },
    service::member::revoke::{self as service, RevokeMembers},
};

/// Whose memberships are to end now.
#[derive(Debug, InputObject)]
pub struct RevokeMembersInput {
    /// Whose: 1 to 1,000 members of one workspace, that of the first id that you may see. Each
    /// id once: a later occurrence is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// Why, for the record: at most 500 characters.
    pub reason: Option<String>,
    /// Whether the pending invitations into this workspace that those sent whose memberships
    /// end now are cancelled as well; absent: no.
    pub cancel_their_invitations: Option<bool>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

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
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, FORBIDDEN (administrators, yourself: leave instead),
    /// LAST_ADMINISTRATOR, ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn revoke_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose memberships are to end now.")] input: RevokeMembersInput,
    ) -> Nullable<MembersPayload<RevokeMembers>> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = RevokeMembers {
                membership_ids: unwrapped(input.membership_ids),
                reason: input.reason,
                cancel_their_invitations: input.cancel_their_invitations.unwrap_or_default(),
                atomic: input.options.atomic(),
            };
            MembersPayload::of(
                ctx,
                service::revoke(&scope.deps, &scope.caller, asked, options).await?,
            )
            .await
        })
        .await
    }
}
