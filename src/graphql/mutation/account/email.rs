//! Mutations of an account's address.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::{
    domain::password::Password,
    graphql::{
        guard,
        mutation::{AccountError, FormErrors, Nullable, options::canonical_arguments, refusable},
        object::account::Account,
        scope::Scope,
    },
    service::account::{AccountCall, email_change},
};

/// The new e-mail address.
#[derive(InputObject)]
pub struct ChangeEmailInput {
    /// The new e-mail address.
    pub new_email: String,
    /// Your password.
    pub password: String,
    /// A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
    /// same key within 24 hours, no other mail is sent. The password is checked in any case.
    pub idempotency_key: Option<String>,
}

/// The result of the call.
#[derive(SimpleObject)]
pub struct ChangeEmailPayload {
    /// True if a mail was sent to the new address. The mail asks to confirm the address or, if it
    /// already has an account, informs the owner of that account. The answer is the same in both
    /// cases. Null if `errors` has any.
    pub sent: Option<bool>,
    /// What is wrong with the input. If there are any errors, nothing was done.
    pub errors: Vec<AccountError>,
    /// Whether the same call was made before with the same `idempotencyKey`, so that this one sent
    /// nothing.
    pub replayed: bool,
}

/// The link that was sent to the new address.
#[derive(InputObject)]
pub struct ConfirmEmailChangeInput {
    /// The token from the mailed link.
    pub token: String,
}

/// The result of the call.
#[derive(SimpleObject)]
pub struct ConfirmEmailChangePayload {
    /// The account with its new address; null if `errors` has any.
    pub account: Option<Account>,
    /// What is wrong with the input. If there are any errors, nothing was changed. INVALID_TOKEN if
    /// the link was altered, was replaced or has expired; TAKEN if the address belongs to another
    /// account, or did less than 72 hours ago. Confirming again is not an error.
    pub errors: Vec<AccountError>,
}

/// The link that was sent to the old address.
#[derive(InputObject)]
pub struct UndoEmailChangeInput {
    /// The token from the mailed link.
    pub token: String,
}

/// The result of the call.
#[derive(SimpleObject)]
pub struct UndoEmailChangePayload {
    /// The account with its old address; null if `errors` has any.
    pub account: Option<Account>,
    /// What is wrong with the input. If there are any errors, nothing was changed. INVALID_TOKEN if
    /// the link was altered or has expired. A second undo is not an error.
    pub errors: Vec<AccountError>,
}

/// Mutations of an account's address.
#[derive(Debug, Default)]
pub struct EmailMutation;

/// Mutations of an account's address.
#[Object]
impl EmailMutation {
    /// Requests a change of your e-mail address. The change takes effect when `confirmEmailChange`
    /// is called with the link from the mail, within 24 hours. The answer does not reveal whether
    /// the address already has an account. Requires that your strongest factor was shown in the
    /// last 10 minutes (REAUTHENTICATION_REQUIRED). A wrong password is INVALID_CREDENTIALS, and
    /// RATE_LIMITED with `retryAfter` after five attempts in 15 minutes. API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply(), directive = guard::step_up::apply())]
    async fn change_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new e-mail address.")] input: ChangeEmailInput,
    ) -> Nullable<ChangeEmailPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let password = Password::from(input.password);
            let call = AccountCall {
                mutation: "changeEmail",
                idempotency_key: input.idempotency_key,
                arguments: canonical_arguments(ctx, &["password"])?,
            };
            let answer = email_change::change(
                &scope.deps,
                &scope.caller,
                &input.new_email,
                &password,
                &call,
            )
            .await;
            let (replayed, errors) = AccountError::split(answer, scope.caller.locale())?;
            Ok(ChangeEmailPayload {
                sent: replayed.map(|_| true),
                errors,
                replayed: replayed.unwrap_or_default(),
            })
        })
        .await
    }

    /// Changes the address of the account to the new one. The old address is informed and can undo
    /// the change for 72 hours; until then no other account can use it. Changes that were requested
    /// earlier become invalid. Requires a session of this account (FORBIDDEN for another account).
    /// API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply())]
    async fn confirm_email_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link that was sent to the new address.")]
        input: ConfirmEmailChangeInput,
    ) -> Nullable<ConfirmEmailChangePayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = email_change::confirm(&scope.deps, &scope.caller, &input.token).await;
            let (account, errors) = AccountError::split(answer, scope.caller.locale())?;
            let account = account.as_ref().map(Account::own);
            Ok(ConfirmEmailChangePayload { account, errors })
        })
        .await
    }

    /// Restores the old address of the account, ends all its sessions and undoes every later change
    /// of its address. The password stays; a link to set a new one is mailed to the old address.
    /// API keys cannot call this.
    #[graphql(directive = guard::public::apply())]
    async fn undo_email_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link that was sent to the old address.")] input: UndoEmailChangeInput,
    ) -> Nullable<UndoEmailChangePayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = email_change::undo(&scope.deps, &scope.caller, &input.token).await;
            let (account, errors) = AccountError::split(answer, scope.caller.locale())?;
            let account = account.as_ref().map(Account::own);
            Ok(UndoEmailChangePayload { account, errors })
        })
        .await
    }
}
