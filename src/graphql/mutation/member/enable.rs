//! `enableMembers` (MEM-4).

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
    /// Who is to be enabled again.
    EnableMembersInput {
        /// Who: 1 to 1,000 members of one workspace, that of the first id that you may see. Each id
        /// once: a later occurrence is DUPLICATE.
        membership_ids: Vec<ID>,
        /// Why, for the record: at most 500 characters.
        reason: Option<String>,
    }
}

/// What became of one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::EnableOutcome")]
pub enum EnableMembersOutcome {
    /// Enabled now.
    Enabled,
    /// Was not disabled.
    NotDisabled,
}

member_results!(
    EnableMembersPayload,
    EnableMembersResult,
    EnableMembersOutcome,
    MembershipError,
    "Why it failed: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN (administrators, yourself, more or \
     longer than you hold), ROLLED_BACK (atomic, and another item failed)."
);

/// The mutation that enables.
#[derive(Debug, Default)]
pub struct EnableMutation;

/// The mutation that enables.
#[Object]
impl EnableMutation {
    /// Lets disabled members back: with everything that they have, keys included. Requires
    /// EDIT_WORKSPACE_PROPERTIES, and that you hold yourself at least as long what they get back,
    /// unless you are an administrator.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn enable_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is to be enabled again.")] input: EnableMembersInput,
    ) -> Nullable<EnableMembersPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options();
            let asked = ChangeState {
                membership_ids: ids("membershipIds", &input.membership_ids, MembershipId::parse)?,
                reason: input.reason,
                atomic: input.atomic.unwrap_or_default(),
            };
            EnableMembersPayload::of(
                ctx,
                service::enable(&scope.deps, &scope.caller, asked, options).await?,
            )
            .await
        })
        .await
    }
}
