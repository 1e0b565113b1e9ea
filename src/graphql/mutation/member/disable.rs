//! `disableMembers` (MEM-4).

use async_graphql::{Context, InputObject, Object};

use crate::{
    domain::{id::MembershipId, permission::Permission},
    graphql::{
        guard,
        mutation::{BulkOptions, BulkPayload, Nullable, refusable, signed_in_scope, unwrap_ids},
        scalar::Id,
    },
    service::member::disable::{self as service, DisableMembers},
};

/// The members to disable.
#[derive(Debug, InputObject)]
pub struct DisableMembersInput {
    /// The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    /// A repeated id is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// The reason, for the audit log: at most 500 characters.
    pub reason: Option<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The mutation that disables.
#[derive(Debug, Default)]
pub struct DisableMutation;

/// The mutation that disables.
#[Object]
impl DisableMutation {
    /// Disables members temporarily. They stay in the list and keep everything, but from the next
    /// request on they cannot use the workspace, by session or by key. The end of their access does
    /// not change. Requires EDIT_WORKSPACE_PROPERTIES. Only an administrator can disable an
    /// administrator.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, or yourself if you are not one), LAST_ADMINISTRATOR, ROLLED_BACK (atomic,
    /// and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn disable_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The members to disable.")] input: DisableMembersInput,
    ) -> Nullable<BulkPayload<DisableMembers>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = DisableMembers {
                membership_ids: unwrap_ids(input.membership_ids),
                reason: input.reason,
                atomic: input.options.atomic(),
            };
            BulkPayload::of_members(
                ctx,
                service::disable(&scope.deps, &scope.caller, command, options).await?,
            )
            .await
        })
        .await
    }
}
