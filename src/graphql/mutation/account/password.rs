//! Mutations of passwords.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::{
    domain::{id::SessionId, password::Password},
    graphql::{
        guard,
        mutation::{AccountError, FormErrors, Nullable, refusable},
        object::account::Account,
        scope::Scope,
    },
    service::account::{password, reset},
};

/// The current password and the new one.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The current password.
    pub current_password: String,
    /// The new password: 8 to 256 characters, with the rules of `createAccount`.
    pub new_password: String,
}

/// The result of the call.
#[derive(SimpleObject)]
pub struct ChangePasswordPayload {
    /// The account; null if `errors` has any.
    pub account: Option<Account>,
    /// The ids of the sessions that were ended: all sessions of the account except the current one.
    pub ended_session_ids: Option<Vec<ID>>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<AccountError>,
}

/// The account whose password was forgotten.
#[derive(InputObject)]
pub struct RequestPasswordResetInput {
    /// The e-mail address of the account.
    pub email: String,
}

/// The result of the call.
#[derive(SimpleObject)]
pub struct RequestPasswordResetPayload {
    /// Always true, whether or not the address has an account; null if it is not an e-mail address.
    pub sent: Option<bool>,
    /// What is wrong with the input.
    pub errors: Vec<AccountError>,
}

/// The new password, and the link that allows the change.
#[derive(InputObject)]
pub struct ResetPasswordInput {
    /// The token from the mailed link.
    pub token: String,
    /// The new password: 8 to 256 characters, with the rules of `createAccount`.
    pub new_password: String,
    /// If true, all API keys of the account are also revoked, in every workspace. Use this if
    /// somebody else may know the password. Default: false.
    pub revoke_api_keys: Option<bool>,
}

/// An API key that still works after the password of its owner was reset, or will work when the
/// owner can enter the workspace again.
#[derive(SimpleObject)]
pub struct LivingApiKey {
    /// The id of the API key.
    pub api_key_id: ID,
    /// The name that the owner gave it.
    pub name: String,
    /// The first characters of the secret.
    pub prefix: String,
    /// The id of the workspace.
    pub workspace_id: ID,
    /// The name of the workspace.
    pub workspace_name: String,
}

impl From<reset::LivingKey> for LivingApiKey {
    fn from(key: reset::LivingKey) -> Self {
        Self {
            api_key_id: ID(key.id.to_string()),
            name: key.name,
            prefix: key.prefix,
            workspace_id: ID(key.workspace_id.to_string()),
            workspace_name: key.workspace_name,
        }
    }
}

/// The result of the call.
#[derive(SimpleObject)]
pub struct ResetPasswordPayload {
    /// The account; null if `errors` has any. You are not signed in by this.
    pub account: Option<Account>,
    /// API keys of the account that still work, oldest first; at most 100. Null if `errors` has
    /// any.
    pub living_api_keys: Option<Vec<LivingApiKey>>,
    /// The number of API keys of the account that still work.
    pub living_api_key_count: Option<i32>,
    /// What is wrong with the input. If there are any errors, nothing was changed. ALREADY_USED if
    /// a password was set with the link before; INVALID_TOKEN if the link was altered, is no longer
    /// valid or has expired.
    pub errors: Vec<AccountError>,
}

/// Mutations of passwords.
#[derive(Debug, Default)]
pub struct PasswordMutation;

/// Mutations of passwords.
#[Object]
impl PasswordMutation {
    /// Changes your password, ends all your other sessions, invalidates mailed links that set a
    /// password, and informs you by mail. A wrong current password is INVALID_CREDENTIALS, and
    /// RATE_LIMITED with `retryAfter` after five attempts in 15 minutes. API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply())]
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The current password and the new one.")] input: ChangePasswordInput,
    ) -> Nullable<ChangePasswordPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let (current, new) = (
                Password::from(input.current_password),
                Password::from(input.new_password),
            );
            let answer = password::change(&scope.deps, &scope.caller, &current, &new).await;
            let (changed, errors) = AccountError::split(answer, scope.caller.locale())?;
            let ids = |ids: &[SessionId]| ids.iter().map(|id| ID(id.to_string())).collect();
            Ok(ChangePasswordPayload {
                account: changed
                    .as_ref()
                    .map(|changed| Account::own(&changed.account)),
                ended_session_ids: changed.as_ref().map(|changed| ids(&changed.ended)),
                errors,
            })
        })
        .await
    }

    /// Mails a link to set a new password, valid for one hour, if the address has an account; the
    /// answer does not reveal whether it does. No mail is sent within two minutes of the last call
    /// from the same network, nor after 5 calls in 24 hours from one network or 30 from all
    /// networks. RATE_LIMITED with `retryAfter` after too many calls from one client. API keys
    /// cannot call this.
    #[graphql(directive = guard::public::apply())]
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account whose password was forgotten.")]
        input: RequestPasswordResetInput,
    ) -> Nullable<RequestPasswordResetPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = reset::request(&scope.deps, &scope.caller, &input.email).await;
            let (sent, errors) = AccountError::split(answer, scope.caller.locale())?;
            let sent = sent.map(|()| true);
            Ok(RequestPasswordResetPayload { sent, errors })
        })
        .await
    }

    /// Sets a new password with a mailed link, which works once. Also confirms the address, ends
    /// all sessions, invalidates every other link and informs the owner by mail. API keys keep
    /// working unless `revokeApiKeys` is true; the answer and the mail list the keys that still
    /// work. RATE_LIMITED for a link that was tried 100 times in an hour without success. API keys
    /// cannot call this.
    #[graphql(directive = guard::public::apply())]
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new password, and the link that allows the change.")]
        input: ResetPasswordInput,
    ) -> Nullable<ResetPasswordPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let new = Password::from(input.new_password);
            let revoke_keys = input.revoke_api_keys.unwrap_or(false);
            let answer =
                reset::reset(&scope.deps, &scope.caller, &input.token, &new, revoke_keys).await;
            let (reset, errors) = AccountError::split(answer, scope.caller.locale())?;
            Ok(match reset {
                Some(reset) => ResetPasswordPayload {
                    account: Some(Account::own(&reset.account)),
                    living_api_keys: Some(reset.keys.into_iter().map(LivingApiKey::from).collect()),
                    living_api_key_count: Some(i32::try_from(reset.key_count).unwrap_or(i32::MAX)),
                    errors,
                },
                None => ResetPasswordPayload {
                    account: None,
                    living_api_keys: None,
                    living_api_key_count: None,
                    errors,
                },
            })
        })
        .await
    }
}
