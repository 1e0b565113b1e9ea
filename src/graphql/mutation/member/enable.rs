//! `enableMembers` (MEM-4).

use async_graphql::{Context, InputObject, Object};

use crate::{
    domain::{id::MembershipId, permission::Permission},
    graphql::{
        guard,
        mutation::{BulkOptions, MembersPayload, Nullable, refusable, signed_in, unwrapped},
        scalar::Id,
    },
    service::member::disable::{self as service, EnableMembers},
};

/// Who is to be enabled again.
#[derive(Debug, InputObject)]
pub struct EnableMembersInput {
    /// Who: 1 to 1,000 members of one workspace, that of the first id that you may see. Each id
    /// once: a later occurrence is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// Why, for the record: at most 500 characters.
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
    /// Lets disabled members back: with everything that they have, keys included. Requires
    /// EDIT_WORKSPACE_PROPERTIES, and that you hold yourself at least as long what they get back,
    /// unless you are an administrator.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, yourself, more or longer than you hold), ROLLED_BACK (atomic, and another
    /// item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn enable_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is to be enabled again.")] input: EnableMembersInput,
    ) -> Nullable<MembersPayload<EnableMembers>> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = EnableMembers {
                membership_ids: unwrapped(input.membership_ids),
                reason: input.reason,
                atomic: input.options.atomic(),
            };
            MembersPayload::of(
                ctx,
                service::enable(&scope.deps, &scope.caller, asked, options).await?,
            )
            .await
        })
        .await
    }
}
