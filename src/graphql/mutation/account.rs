//! Mutations of accounts: getting one, and its names.

pub mod deletion;
pub mod email;
pub mod password;

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AccountError, FormErrors, Nullable,
    options::canonical_arguments,
    refusable,
    session::{SessionTransport, check_transport},
    set_cookie,
    sign_up::{SignUpAnswerInput, answers},
};
use crate::{
    domain::{password::Password, vocabulary::Locale},
    graphql::{
        guard,
        object::{account::Account, membership::Membership, session::Session},
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure,
        account::{
            AccountCall,
            register::{self, Invited, Joined, Register, Registered},
            update::{self, Update},
            verify,
        },
        member as members,
        session::{self as sessions, cookie::Cookies},
    },
    words::message,
};

/// The account to register.
#[derive(InputObject)]
pub struct CreateAccountInput {
    /// The e-mail address.
    pub email: String,
    /// The password: 8 to 256 characters; 15 or more are recommended. It is refused if it is easy
    /// to guess (a score below 3, see `passwordStrength`), or if it contains the name of this
    /// product or the part of the address before the @ (if that has 4 characters or more). Only
    /// operators can omit it: the owner of the account then sets one with a mailed link.
    pub password: Option<String>,
    /// The given name, at most 100 characters. An empty text means no name. Default: the name in
    /// the invitation, if there is one.
    pub given_name: Option<String>,
    /// The family name, at most 100 characters. An empty text means no name. Default: the name in
    /// the invitation, if there is one.
    pub family_name: Option<String>,
    /// The language of mails and messages. Default: the language of the invitation, or of
    /// `Accept-Language` if there is no invitation, or English.
    pub locale: Option<Locale>,
    /// The token of an invitation that was mailed to this address. The invitation is accepted in
    /// the same step.
    pub invitation_token: Option<String>,
    /// With an invitation: the answers to the workspace's form, if invited people have to fill it
    /// in.
    pub answers: Option<Vec<SignUpAnswerInput>>,
    /// With an invitation: the version of the workspace's terms that is accepted.
    pub accepted_terms_version: Option<i32>,
    /// With an invitation: how the session token is delivered. Default: TOKEN.
    pub transport: Option<SessionTransport>,
}

/// The result of the registration.
#[derive(Default, SimpleObject)]
pub struct CreateAccountPayload {
    /// True if a mail was sent to the address. The mail asks to confirm the address or, if it
    /// already has an account, informs the owner of that account. The answer is the same in both
    /// cases. Null if nothing was done, and with an invitation, which needs no mail.
    pub sent: Option<bool>,
    /// The account, if it was created at once: with an invitation, or by an operator.
    pub account: Option<Account>,
    /// With an invitation: the new membership.
    pub membership: Option<Membership>,
    /// With an invitation: the new session.
    pub session: Option<Session>,
    /// The session token, which is shown only once; null with transport COOKIE.
    pub token: Option<String>,
    /// What is wrong with the input. If there are any errors, nothing was done. Only operators can
    /// get TAKEN, and with an invitation whoever has an address that an account gave up less than 72
    /// hours ago.
    pub errors: Vec<AccountError>,
}

/// The registration to confirm.
#[derive(InputObject)]
pub struct VerifyEmailInput {
    /// The token from the mailed link.
    pub token: String,
    /// The password that was chosen at registration. The browser that registered has a cookie and
    /// does not need it. Any other browser must send it (PASSWORD_REQUIRED), because the link alone
    /// does not prove that the same person chose the password.
    pub password: Option<String>,
}

/// The new account.
#[derive(SimpleObject)]
pub struct VerifyEmailPayload {
    /// The account; null if `errors` has any. You are not signed in by this.
    pub account: Option<Account>,
    /// Why no account was created. INVALID_TOKEN if the link was altered, was replaced or has
    /// expired; ALREADY_VERIFIED if it was used; TAKEN if the address belonged to another account
    /// less than 72 hours ago, which can still take it back.
    pub errors: Vec<AccountError>,
}

/// The registration to send the mail for again.
#[derive(InputObject)]
pub struct ResendVerificationEmailInput {
    /// The e-mail address that was registered.
    pub email: String,
}

/// The result of the call.
#[derive(SimpleObject)]
pub struct ResendVerificationEmailPayload {
    /// Always true, whether or not a registration is waiting for this address; null if it is not an
    /// e-mail address.
    pub sent: Option<bool>,
    /// What is wrong with the input.
    pub errors: Vec<AccountError>,
}

/// The changes to your account.
#[derive(InputObject)]
pub struct UpdateAccountInput {
    /// The given name, at most 100 characters. Null or an empty text removes it. Default:
    /// unchanged.
    pub given_name: MaybeUndefined<String>,
    /// The family name, at most 100 characters. Null or an empty text removes it. Default:
    /// unchanged.
    pub family_name: MaybeUndefined<String>,
    /// The language of mails and messages. It cannot be removed: null is BAD_USER_INPUT. Default:
    /// unchanged.
    pub locale: MaybeUndefined<Locale>,
    /// A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
    /// same key within 24 hours, nothing is changed.
    pub idempotency_key: Option<String>,
}

/// The result of the call.
#[derive(SimpleObject)]
pub struct UpdateAccountPayload {
    /// The account after the call; null if `errors` has any.
    pub account: Option<Account>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<AccountError>,
    /// Whether the same call was made before with the same `idempotencyKey`, so that this one
    /// changed nothing.
    pub replayed: bool,
}

/// Mutations of accounts.
#[derive(Debug, Default)]
pub struct AccountMutation;

/// Mutations of accounts.
#[Object]
impl AccountMutation {
    /// Registers an account. Without an invitation, a mail is sent with a link for `verifyEmail`,
    /// valid for 24 hours (by default); the answer does not reveal whether the address already has
    /// an account. With an invitation, the account is created and becomes a member at once. If the
    /// session of an operator calls this, the account is created at once and its owner gets a link
    /// to set the password; the operator's strongest factor must have been shown in the last 10 minutes
    /// (REAUTHENTICATION_REQUIRED). RATE_LIMITED with `retryAfter` after too many calls from one client.
    /// API keys cannot call this.
    #[graphql(directive = guard::public::apply(), directive = guard::step_up::apply())]
    async fn create_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account to register.")] input: CreateAccountInput,
    ) -> Nullable<CreateAccountPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let transport = input.transport.unwrap_or(SessionTransport::Token);
            check_transport(ctx, transport)?;
            let invited = input.invitation_token.map(|token| Invited {
                token,
                answers: answers(input.answers),
                terms_version: input.accepted_terms_version,
            });
            let register = Register {
                email: input.email,
                password: input.password.map(Password::from),
                given_name: input.given_name,
                family_name: input.family_name,
                locale: input.locale,
                invited,
                transport: transport.into(),
            };
            let answer = register::register(&scope.deps, &scope.caller, register).await;
            let (registered, errors) = AccountError::split(answer, scope.caller.locale())?;
            match registered {
                None => Ok(CreateAccountPayload {
                    errors,
                    ..CreateAccountPayload::default()
                }),
                Some(Registered::Sent { device }) => {
                    if let Some(device) = &device {
                        set_cookie(ctx, &Cookies::of(&scope.deps).set_device(device))?;
                    }
                    Ok(CreateAccountPayload {
                        sent: Some(true),
                        ..CreateAccountPayload::default()
                    })
                }
                Some(Registered::Made(account)) => Ok(CreateAccountPayload {
                    sent: Some(true),
                    account: Some(Account::own(&account)),
                    ..CreateAccountPayload::default()
                }),
                Some(Registered::Joined(joined)) => {
                    Ok(joined_payload(ctx, *joined, transport).await?)
                }
            }
        })
        .await
    }

    /// Confirms the address of a registration and creates the account. All other registrations for
    /// this address are discarded. Requires the browser that registered, or the password. API keys
    /// cannot call this.
    #[graphql(directive = guard::public::apply())]
    async fn verify_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The registration to confirm.")] input: VerifyEmailInput,
    ) -> Nullable<VerifyEmailPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let password = input.password.map(Password::from);
            let answer =
                verify::verify(&scope.deps, &scope.caller, &input.token, password.as_ref()).await;
            let (account, errors) = AccountError::split(answer, scope.caller.locale())?;
            let account = account.as_ref().map(Account::own);
            Ok(VerifyEmailPayload { account, errors })
        })
        .await
    }

    /// Sends the link of a waiting registration again; the earlier link stops working. No mail is
    /// sent within two minutes of the last one requested from the same network, nor after 5 mails
    /// in 24 hours from one network or 30 from all networks. RATE_LIMITED with `retryAfter` after
    /// too many calls from one client. API keys cannot call this.
    #[graphql(directive = guard::public::apply())]
    async fn resend_verification_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The registration to send the mail for again.")]
        input: ResendVerificationEmailInput,
    ) -> Nullable<ResendVerificationEmailPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = verify::resend(&scope.deps, &scope.caller, &input.email).await;
            let (sent, errors) = AccountError::split(answer, scope.caller.locale())?;
            let sent = sent.map(|()| true);
            Ok(ResendVerificationEmailPayload { sent, errors })
        })
        .await
    }

    /// Updates your names and your language, in all workspaces at once. API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply())]
    async fn update_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes to your account.")] input: UpdateAccountInput,
    ) -> Nullable<UpdateAccountPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let locale = match input.locale {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => {
                    return Err(Failure::bad_input(message::cannot_be_null("locale")).into());
                }
                MaybeUndefined::Value(locale) => Some(locale),
            };
            let name = |name: MaybeUndefined<String>| match name {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(name) => Some(Some(name)),
            };
            let call = AccountCall {
                mutation: "updateAccount",
                idempotency_key: input.idempotency_key,
                arguments: canonical_arguments(ctx, &[])?,
            };
            let update = Update {
                given_name: name(input.given_name),
                family_name: name(input.family_name),
                locale,
            };
            let answer = update::update(&scope.deps, &scope.caller, &update, &call).await;
            let (updated, errors) = AccountError::split(answer, scope.caller.locale())?;
            Ok(UpdateAccountPayload {
                account: updated.as_ref().map(|(account, _)| Account::own(account)),
                errors,
                replayed: updated.is_some_and(|(_, replayed)| replayed),
            })
        })
        .await
    }
}

/// The payload for somebody who joined with the new account and sees the membership as its owner.
async fn joined_payload(
    ctx: &Context<'_>,
    joined: Joined,
    transport: SessionTransport,
) -> Result<CreateAccountPayload, Failure> {
    let scope = Scope::of(ctx)?;
    let Joined {
        workspace_id,
        membership_id,
        signed_in,
    } = joined;
    let sessions::SignedIn {
        session,
        token,
        account,
        device,
    } = signed_in;
    let cookies = Cookies::of(&scope.deps);
    if let Some(device) = &device {
        set_cookie(ctx, &cookies.set_device(device))?;
    }
    if transport == SessionTransport::Cookie {
        set_cookie(ctx, &cookies.set_session(&token, &scope.deps))?;
    }
    let mut membership = None;
    if ctx.look_ahead().field("membership").exists() {
        let caller = sessions::caller_of(&scope.caller, &session, &account);
        let owner_scope = Scope::new(scope.deps.clone(), std::sync::Arc::new(caller));
        if let Some(access) = owner_scope.open_id(workspace_id).await? {
            let view = WorkspaceView::from(access);
            let rows = members::by_ids(
                &scope.deps,
                &view.access,
                &owner_scope.caller,
                &[membership_id],
            )
            .await?;
            membership = rows
                .into_iter()
                .next()
                .map(|row| Membership::new(&view, row));
        }
    }
    Ok(CreateAccountPayload {
        sent: None,
        account: Some(Account::own(&account)),
        membership,
        session: Some(Session::from(session)),
        token: (transport == SessionTransport::Token).then(|| token.expose().to_owned()),
        errors: Vec::new(),
    })
}
