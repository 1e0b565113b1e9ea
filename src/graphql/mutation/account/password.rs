//! Mutations of passwords.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::sent;
use crate::{
    domain::password::Password,
    graphql::{
        guard,
        mutation::{AccountError, FormErrors, Nullable, refusable},
        object::account::Account,
        scope::Scope,
    },
    service::account::{password, reset},
};

/// The password as it is and as it is to be.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password as it is.
    pub current_password: String,
    /// The new one: 8 to 256 characters, as for createAccount.
    pub new_password: String,
}

/// What became of the call.
#[derive(SimpleObject)]
pub struct ChangePasswordPayload {
    /// The account; null if `errors` has any.
    pub account: Option<Account>,
    /// The sessions that ended by it: all of the person but the one that asks.
    pub ended_session_ids: Option<Vec<ID>>,
    /// What is wrong about the input; nothing was changed then.
    pub errors: Vec<AccountError>,
}

/// Who forgot the password.
#[derive(InputObject)]
pub struct RequestPasswordResetInput {
    /// The address of the account.
    pub email: String,
}

/// What became of the call.
#[derive(SimpleObject)]
pub struct RequestPasswordResetPayload {
    /// Always true, whether the address has an account or not; null if it is no address.
    pub sent: Option<bool>,
    /// What is wrong about the input.
    pub errors: Vec<AccountError>,
}

/// The new password, and the link that allows it.
#[derive(InputObject)]
pub struct ResetPasswordInput {
    /// The token of the mailed link.
    pub token: String,
    /// The new password: 8 to 256 characters, as for createAccount.
    pub new_password: String,
    /// If true, all API keys of the account are revoked too, in every workspace: for whoever did
    /// not forget the password but fears that somebody else has it. Default: false.
    pub revoke_api_keys: Option<bool>,
}

/// An API key that still works after its owner's password was reset, or will when its owner may
/// enter the workspace again.
#[derive(SimpleObject)]
pub struct LivingApiKey {
    /// Its id.
    pub api_key_id: ID,
    /// What its owner calls it.
    pub name: String,
    /// How its secret begins.
    pub prefix: String,
    /// The id of its workspace.
    pub workspace_id: ID,
    /// The name of its workspace.
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

/// What became of the call.
#[derive(SimpleObject)]
pub struct ResetPasswordPayload {
    /// The account; null if `errors` has any. It is not signed in by this.
    pub account: Option<Account>,
    /// API keys of the account that still work, in the order in which they were made; at most 100.
    /// Null if `errors` has any.
    pub living_api_keys: Option<Vec<LivingApiKey>>,
    /// How many API keys of the account still work.
    pub living_api_key_count: Option<i32>,
    /// What is wrong; nothing was changed then. INVALID_TOKEN for a link that was altered or used,
    /// died or has expired.
    pub errors: Vec<AccountError>,
}

/// Mutations of passwords.
#[derive(Debug, Default)]
pub struct PasswordMutation;

/// Mutations of passwords.
#[Object]
impl PasswordMutation {
    /// Changes one's own password; ends all other sessions, lets mailed links die that set one, and
    /// tells the owner by mail. A wrong current password is INVALID_CREDENTIALS, and RATE_LIMITED
    /// with `retryAfter` after five in 15 minutes. Not by API key.
    #[graphql(directive = guard::signed_in::apply())]
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password as it is and as it is to be.")] input: ChangePasswordInput,
    ) -> Nullable<ChangePasswordPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let (current, new) = (
                Password::from(input.current_password),
                Password::from(input.new_password),
            );
            Ok(
                match password::change(&scope.deps, &scope.caller, &current, &new).await? {
                    Ok(changed) => ChangePasswordPayload {
                        account: Some(Account::own(&changed.account)),
                        ended_session_ids: Some(
                            changed.ended.iter().map(|id| ID(id.to_string())).collect(),
                        ),
                        errors: Vec::new(),
                    },
                    Err(errors) => {
                        let errors = AccountError::all(errors, scope.caller.locale());
                        ChangePasswordPayload {
                            account: None,
                            ended_session_ids: None,
                            errors,
                        }
                    }
                },
            )
        })
        .await
    }

    /// Mails a link that sets a new password within an hour, to the owner of the address if there
    /// is one; the answer does not tell. Asking again from the same network within two minutes
    /// sends nothing, nor does the sixth call in 24 hours from one network, or the 31st from all.
    /// Too many calls from one client: RATE_LIMITED with `retryAfter`. For everybody but API keys.
    #[graphql(directive = guard::public::apply())]
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who forgot the password.")] input: RequestPasswordResetInput,
    ) -> Nullable<RequestPasswordResetPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let (sent, errors) = sent(
                scope,
                reset::request(&scope.deps, &scope.caller, &input.email).await?,
            );
            Ok(RequestPasswordResetPayload { sent, errors })
        })
        .await
    }

    /// Sets a new password by a mailed link, which works once. Confirms the address, ends all
    /// sessions, lets every other link die, and tells the owner by mail. API keys live on unless
    /// `revokeApiKeys` is true; the answer and the mail name those that do. A link that was used
    /// 100 times in an hour without success is slowed: RATE_LIMITED. For everybody but API keys.
    #[graphql(directive = guard::public::apply())]
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new password, and the link that allows it.")]
        input: ResetPasswordInput,
    ) -> Nullable<ResetPasswordPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let new = Password::from(input.new_password);
            let revoke_keys = input.revoke_api_keys.unwrap_or(false);
            Ok(
                match reset::reset(&scope.deps, &scope.caller, &input.token, &new, revoke_keys)
                    .await?
                {
                    Ok(reset) => ResetPasswordPayload {
                        account: Some(Account::own(&reset.account)),
                        living_api_keys: Some(
                            reset.keys.into_iter().map(LivingApiKey::from).collect(),
                        ),
                        living_api_key_count: Some(
                            i32::try_from(reset.key_count).unwrap_or(i32::MAX),
                        ),
                        errors: Vec::new(),
                    },
                    Err(errors) => ResetPasswordPayload {
                        account: None,
                        living_api_keys: None,
                        living_api_key_count: None,
                        errors: AccountError::all(errors, scope.caller.locale()),
                    },
                },
            )
        })
        .await
    }
}
