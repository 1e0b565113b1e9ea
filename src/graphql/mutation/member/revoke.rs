//! `revokeMembers` (MEM-3).

use async_graphql::{Context, InputObject, Object};

use crate::{
    domain::{id::MembershipId, permission::Permission},
    graphql::{
        guard,
        mutation::{BulkOptions, BulkPayload, Nullable, refusable, signed_in_scope, unwrap_ids},
        scalar::Id,
    },
    service::member::revoke::{self as service, RevokeMembers},
};

/// The members to revoke.
#[derive(Debug, InputObject)]
pub struct RevokeMembersInput {
    /// The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    /// A repeated id is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// The reason, for the audit log: at most 500 characters.
    pub reason: Option<String>,
    /// If true, pending invitations to this workspace that were sent by the revoked members are
    /// also cancelled. Default: false.
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
    /// Ends memberships at once. The members leave the list and lose their role, groups,
    /// permissions, quota values and all API keys in this workspace. Their accounts and other
    /// memberships do not change. Requires EDIT_WORKSPACE_PROPERTIES. Only an administrator can
    /// revoke an administrator; nobody can revoke themselves.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, FORBIDDEN (administrators, or yourself; use
    /// `leaveWorkspace` instead), LAST_ADMINISTRATOR, ROLLED_BACK (atomic, and another item
    /// failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn revoke_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The members to revoke.")] input: RevokeMembersInput,
    ) -> Nullable<BulkPayload<RevokeMembers>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = RevokeMembers {
                membership_ids: unwrap_ids(input.membership_ids),
                reason: input.reason,
                cancel_their_invitations: input.cancel_their_invitations.unwrap_or_default(),
                atomic: input.options.atomic(),
            };
            BulkPayload::of_members(
                ctx,
                service::revoke(&scope.deps, &scope.caller, command, options).await?,
            )
            .await
        })
        .await
    }
}
