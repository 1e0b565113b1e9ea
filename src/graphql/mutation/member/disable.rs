//! `disableMembers` (MEM-4).

use async_graphql::{Context, InputObject, Object};

use crate::{
    domain::{id::MembershipId, permission::Permission},
    graphql::{
        guard,
        mutation::{BulkOptions, MembersPayload, Nullable, refusable, signed_in, unwrapped},
        scalar::Id,
    },
    service::member::disable::{self as service, DisableMembers},
};

/// Who is to be disabled.
#[derive(Debug, InputObject)]
pub struct DisableMembersInput {
    /// Who: 1 to 1,000 members of one workspace, that of the first id that you may see. Each id
    /// once: a later occurrence is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// Why, for the record: at most 500 characters.
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
    /// Stops members for the time being: they stay in the list and keep everything, but cannot use
    /// the workspace, by session or by key, from the next request on. The end of their access keeps
    /// running. Requires EDIT_WORKSPACE_PROPERTIES; only an administrator disables an
    /// administrator.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, or yourself without being one), LAST_ADMINISTRATOR, ROLLED_BACK (atomic,
    /// and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn disable_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is to be disabled.")] input: DisableMembersInput,
    ) -> Nullable<MembersPayload<DisableMembers>> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = DisableMembers {
                membership_ids: unwrapped(input.membership_ids),
                reason: input.reason,
                atomic: input.options.atomic(),
            };
            MembersPayload::of(
                ctx,
                service::disable(&scope.deps, &scope.caller, asked, options).await?,
            )
            .await
        })
        .await
    }
}
