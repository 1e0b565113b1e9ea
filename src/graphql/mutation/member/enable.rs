//! `enableMembers` (MEM-4).

use async_graphql::{Context, InputObject, Object};

use crate::{
    domain::{id::MembershipId, permission::Permission},
    graphql::{
        guard,
        mutation::{BulkOptions, BulkPayload, Nullable, refusable, signed_in_scope, unwrap_ids},
        scalar::Id,
    },
    service::member::disable::{self as service, EnableMembers},
};

/// The members to enable.
#[derive(Debug, InputObject)]
pub struct EnableMembersInput {
    /// The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    /// A repeated id is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// The reason, for the audit log: at most 500 characters.
    pub reason: Option<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The mutation that enables.
#[derive(Debug, Default)]
pub struct EnableMutation;

/// The mutation that enables.
#[Object]
impl EnableMutation {
    /// Enables disabled members again, with everything that they have, including API keys. Requires
    /// EDIT_WORKSPACE_PROPERTIES. Unless you are an administrator, you must hold what they get back
    /// for at least as long.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, yourself, more or longer than you hold), ROLLED_BACK (atomic, and another
    /// item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn enable_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The members to enable.")] input: EnableMembersInput,
    ) -> Nullable<BulkPayload<EnableMembers>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = EnableMembers {
                membership_ids: unwrap_ids(input.membership_ids),
                reason: input.reason,
                atomic: input.options.atomic(),
            };
            BulkPayload::of_members(
                ctx,
                service::enable(&scope.deps, &scope.caller, command, options).await?,
            )
            .await
        })
        .await
    }
}
