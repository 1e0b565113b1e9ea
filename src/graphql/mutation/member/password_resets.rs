//! `sendPasswordResets` (ACC-7).

use async_graphql::{Context, InputObject, Object};

use crate::{
    domain::{id::MembershipId, permission::Permission},
    graphql::{
        guard,
        mutation::{BulkOptions, BulkPayload, Nullable, refusable, signed_in_scope, unwrap_ids},
        scalar::Id,
    },
    service::member::password_resets::{self as service, SendPasswordResets},
};

/// The members who get a mail to set a new password.
#[derive(Debug, InputObject)]
pub struct SendPasswordResetsInput {
    /// The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    /// A repeated id is DUPLICATE.
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
    /// Mails members a link to set a new password. The link works once and for one hour. It goes to
    /// the address of the account, in the language of the account, and only the receiver sees it.
    /// Requires EDIT_WORKSPACE_PROPERTIES. Only an administrator can send one to an administrator.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators), ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn send_password_resets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The members who get a mail to set a new password.")]
        input: SendPasswordResetsInput,
    ) -> Nullable<BulkPayload<SendPasswordResets>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = SendPasswordResets {
                membership_ids: unwrap_ids(input.membership_ids),
                atomic: input.options.atomic(),
            };
            BulkPayload::of_members(
                ctx,
                service::send(
                    &scope.deps,
                    &scope.caller,
                    command,
                    input.options.read(ctx)?,
                )
                .await?,
            )
            .await
        })
        .await
    }
}
