//! `sendPasswordResets` (ACC-7).

use async_graphql::{Context, InputObject, Object};

use crate::{
    domain::{id::MembershipId, permission::Permission},
    graphql::{
        guard,
        mutation::{BulkOptions, MembersPayload, Nullable, refusable, signed_in, unwrapped},
        scalar::Id,
    },
    service::member::password_resets::{self as service, SendPasswordResets},
};

/// Who is mailed a link to set a new password.
#[derive(Debug, InputObject)]
pub struct SendPasswordResetsInput {
    /// Who: 1 to 1,000 members of one workspace, that of the first id that you may see. Each id
    /// once: a later occurrence is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The mutation that sends members links.
#[derive(Debug, Default)]
pub struct PasswordResetsMutation;

/// The mutation that sends members links.
#[Object]
impl PasswordResetsMutation {
    /// Mails members a link, which works once within an hour, to set a new password: to the address
    /// of their account, in their language. Nobody but its receiver sees it. Requires
    /// EDIT_WORKSPACE_PROPERTIES; only an administrator sends one to an administrator.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators), ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn send_password_resets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is mailed a link to set a new password.")]
        input: SendPasswordResetsInput,
    ) -> Nullable<MembersPayload<SendPasswordResets>> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = SendPasswordResets {
                membership_ids: unwrapped(input.membership_ids),
                atomic: input.options.atomic(),
            };
            MembersPayload::of(
                ctx,
                service::send(&scope.deps, &scope.caller, asked, input.options.read(ctx)?).await?,
            )
            .await
        })
        .await
    }
}
