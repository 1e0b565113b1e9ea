//! Mutations of an account's address.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{sent, shown};
use crate::{
    domain::password::Password,
    graphql::{
        guard,
        mutation::{AccountError, Nullable, refusable},
        object::account::Account,
        scope::Scope,
    },
    service::account::{AccountCall, email_change},
};

/// The address that is wanted.
#[derive(InputObject)]
pub struct ChangeEmailInput {
    /// The new address.
    pub new_email: String,
    /// The password.
    pub password: String,
    /// Your name for this call, 1 to 255 characters: the same call again within 24 hours sends no
    /// other mail. The password is checked all the same.
    pub idempotency_key: Option<String>,
}

/// What became of the call.
#[derive(SimpleObject)]
pub struct ChangeEmailPayload {
    /// True if a mail is on its way to whoever has the new address: to confirm it, or, if it has an
    /// account, to say so to its owner. The answer is the same. Null if `errors` has any.
    pub sent: Option<bool>,
    /// What is wrong about the input; nothing was done then.
    pub errors: Vec<AccountError>,
    /// Whether the same call was made before with the same `idempotencyKey`, and so sent nothing
    /// now.
    pub replayed: bool,
}

/// The link to the new address.
#[derive(InputObject)]
pub struct ConfirmEmailChangeInput {
    /// The token of the mailed link.
    pub token: String,
}

/// What became of the call.
#[derive(SimpleObject)]
pub struct ConfirmEmailChangePayload {
    /// The account with its new address; null if `errors` has any.
    pub account: Option<Account>,
    /// What is wrong; nothing was changed then. INVALID_TOKEN for a link that was altered or
    /// replaced, or has expired; TAKEN if the address belongs to another account, or did less than
    /// 72 hours ago. Confirming again is no error.
    pub errors: Vec<AccountError>,
}

/// The link to the old address.
#[derive(InputObject)]
pub struct UndoEmailChangeInput {
    /// The token of the mailed link.
    pub token: String,
}

/// What became of the call.
#[derive(SimpleObject)]
pub struct UndoEmailChangePayload {
    /// The account with its old address; null if `errors` has any.
    pub account: Option<Account>,
    /// What is wrong; nothing was changed then. INVALID_TOKEN for a link that was altered, or has
    /// expired. Undoing again is no error.
    pub errors: Vec<AccountError>,
}

/// Mutations of an account's address.
#[derive(Debug, Default)]
pub struct EmailMutation;

/// Mutations of an account's address.
#[Object]
impl EmailMutation {
    /// Asks for another address: it counts when `confirmEmailChange` got the link mailed to it,
    /// within 24 hours. The answer does not tell whether the address has an account. A wrong
    /// password is INVALID_CREDENTIALS, and RATE_LIMITED with `retryAfter` after five in 15
    /// minutes. Not by API key.
    #[graphql(directive = guard::signed_in::apply())]
    async fn change_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address that is wanted.")] input: ChangeEmailInput,
    ) -> Nullable<ChangeEmailPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let password = Password::from(input.password);
            let call = AccountCall {
                mutation: "changeEmail",
                idempotency_key: input.idempotency_key,
                input: input.new_email.clone(),
            };
            let (asked, replayed) = email_change::change(
                &scope.deps,
                &scope.caller,
                &input.new_email,
                &password,
                &call,
            )
            .await?;
            let (sent, errors) = sent(scope, asked);
            Ok(ChangeEmailPayload {
                sent,
                errors,
                replayed,
            })
        })
        .await
    }

    /// Gives the account its new address; the old one is told, and can undo it for 72 hours, during
    /// which it is given to no other account. Changes asked for earlier die. By a session of that
    /// account only: with another, FORBIDDEN. Not by API key.
    #[graphql(directive = guard::signed_in::apply())]
    async fn confirm_email_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link to the new address.")] input: ConfirmEmailChangeInput,
    ) -> Nullable<ConfirmEmailChangePayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let (account, errors) = shown(
                scope,
                email_change::confirm(&scope.deps, &scope.caller, &input.token).await?,
            );
            Ok(ConfirmEmailChangePayload { account, errors })
        })
        .await
    }

    /// Gives the account its old address back, ends all its sessions, and undoes every later change
    /// of its address too. The password stays, and a link that sets a new one is mailed to the old
    /// address. For everybody but API keys.
    #[graphql(directive = guard::public::apply())]
    async fn undo_email_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link to the old address.")] input: UndoEmailChangeInput,
    ) -> Nullable<UndoEmailChangePayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let (account, errors) = shown(
                scope,
                email_change::undo(&scope.deps, &scope.caller, &input.token).await?,
            );
            Ok(UndoEmailChangePayload { account, errors })
        })
        .await
    }
}
