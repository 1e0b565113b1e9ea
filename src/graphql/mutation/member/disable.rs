//! `disableMembers` (MEM-4).

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
    service::disabling::{self as service, ChangeState},
};

input! {
    bulk
    /// Who is to be disabled.
    DisableMembersInput {
        /// Who: 1 to 1,000 members of one workspace, that of the first id that you may see. Each id
        /// once: a later occurrence is DUPLICATE.
        membership_ids: Vec<ID>,
        /// Why, for the record: at most 500 characters.
        reason: Option<String>,
    }
}

/// What became of one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::DisableOutcome")]
pub enum DisableMembersOutcome {
    /// Disabled now.
    Disabled,
    /// Disabled before.
    AlreadyDisabled,
}

member_results!(
    DisableMembersPayload,
    DisableMembersResult,
    DisableMembersOutcome,
    MembershipError,
    "Why it failed: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN (administrators, or yourself without \
     being one), LAST_ADMINISTRATOR, ROLLED_BACK (atomic, and another item failed)."
);

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
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn disable_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is to be disabled.")] input: DisableMembersInput,
    ) -> Nullable<DisableMembersPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options();
            let asked = ChangeState {
                membership_ids: ids("membershipIds", &input.membership_ids, MembershipId::parse)?,
                reason: input.reason,
                atomic: input.atomic.unwrap_or_default(),
            };
            DisableMembersPayload::of(
                ctx,
                service::disable(&scope.deps, &scope.caller, asked, options).await?,
            )
            .await
        })
        .await
    }
}
