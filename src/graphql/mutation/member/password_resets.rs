//! `sendPasswordResets` (ACC-7).

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
    service::password_resets::{self as service, SendPasswordResets},
};

input! {
    bulk
    /// Who is mailed a link to set a new password.
    SendPasswordResetsInput {
        /// Who: 1 to 1,000 members of one workspace, that of the first id that you may see. Each id
        /// once: a later occurrence is DUPLICATE.
        membership_ids: Vec<ID>,
    }
}

/// What became of one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::Outcome")]
pub enum SendPasswordResetsOutcome {
    /// A mail is on its way to the address of the account.
    Sent,
    /// A link was sent less than 2 minutes ago, or too many in a day, whoever asked: nothing was
    /// sent.
    AlreadySent,
}

member_results!(
    SendPasswordResetsPayload,
    SendPasswordResetsResult,
    SendPasswordResetsOutcome,
    MembershipError,
    "Why it failed: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN (administrators), ROLLED_BACK (atomic, \
     and another item failed)."
);

/// The mutation that sends members links.
#[derive(Debug, Default)]
pub struct PasswordResetsMutation;

/// The mutation that sends members links.
#[Object]
impl PasswordResetsMutation {
    /// Mails members a link, which works once within an hour, to set a new password: to the address
    /// of their account, in their language. Nobody but its receiver sees it. Requires
    /// EDIT_WORKSPACE_PROPERTIES; only an administrator sends one to an administrator.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn send_password_resets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is mailed a link to set a new password.")]
        input: SendPasswordResetsInput,
    ) -> Nullable<SendPasswordResetsPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = SendPasswordResets {
                membership_ids: ids("membershipIds", &input.membership_ids, MembershipId::parse)?,
                atomic: input.atomic.unwrap_or_default(),
            };
            SendPasswordResetsPayload::of(
                ctx,
                service::send(&scope.deps, &scope.caller, asked, input.options()).await?,
            )
            .await
        })
        .await
    }
}
