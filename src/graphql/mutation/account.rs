//! Mutations of accounts: getting one, and one's names.

pub mod email;
pub mod password;

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AccountError, FormErrors, Nullable, refusable,
    session::{SessionTransport, check_transport},
    set_cookie,
    sign_up::{SignUpAnswerInput, answers},
};
use crate::{
    domain::{password::Password, vocabulary::Locale},
    graphql::{
        guard,
        object::{account::Account, membership::Membership, session::Session},
        scope::{Place, Scope},
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
};

/// Who registers.
#[derive(InputObject)]
pub struct CreateAccountInput {
    /// The address.
    pub email: String,
    /// The password: 8 to 256 characters, 15 or more are better. Refused if it is guessed easily (a
    /// score below 3, see `passwordStrength`), or if it contains what stands before the @ of the
    /// address (4 characters or more) or the name of this product. Only operators may leave it out:
    /// its owner then sets one by a mailed link.
    pub password: Option<String>,
    /// Given name, at most 100 characters; absent: none, with an invitation the one that it says.
    /// Empty: none.
    pub given_name: Option<String>,
    /// Family name, likewise.
    pub family_name: Option<String>,
    /// The language of mails and messages; absent: with an invitation the invitation's, else that
    /// of `Accept-Language`, else English.
    pub locale: Option<Locale>,
    /// The token of a mailed invitation to this address, which is accepted in the same step.
    pub invitation_token: Option<String>,
    /// With an invitation: what is filled into the workspace's form, if it asks the invited.
    pub answers: Option<Vec<SignUpAnswerInput>>,
    /// With an invitation: the version of the workspace's terms that is accepted.
    pub accepted_terms_version: Option<i32>,
    /// With an invitation: how the token of the session is to travel; absent: TOKEN.
    pub transport: Option<SessionTransport>,
}

/// What became of the registration.
#[derive(Default, SimpleObject)]
pub struct CreateAccountPayload {
    /// True if a mail is on its way to whoever has the address: to confirm it, or, if it has an
    /// account, to say so to its owner. The answer is the same. Null if nothing was done, and with
    /// an invitation, where none is needed.
    pub sent: Option<bool>,
    /// The account, if it was made at once: with an invitation, or by an operator.
    pub account: Option<Account>,
    /// With an invitation: the membership that began.
    pub membership: Option<Membership>,
    /// With an invitation: the session that began.
    pub session: Option<Session>,
    /// The session's token, shown here and never again; null with transport COOKIE.
    pub token: Option<String>,
    /// What is wrong about the input; nothing was done then. TAKEN is told to operators only.
    pub errors: Vec<AccountError>,
}

/// Which registration is confirmed.
#[derive(InputObject)]
pub struct VerifyEmailInput {
    /// The token of the mailed link.
    pub token: String,
    /// The password chosen when registering. Not needed in the browser that registered (it has a
    /// cookie); in any other the link alone does not show that who follows it also chose the
    /// password: PASSWORD_REQUIRED.
    pub password: Option<String>,
}

/// The account that was made.
#[derive(SimpleObject)]
pub struct VerifyEmailPayload {
    /// The account; null if none was made. It is not signed in by this.
    pub account: Option<Account>,
    /// Why none was made; INVALID_TOKEN for a link that was altered or replaced, or has expired,
    /// ALREADY_VERIFIED for one that was used; TAKEN if the address belonged to an account less
    /// than 72 hours ago, which may still take it back.
    pub errors: Vec<AccountError>,
}

/// Who waits for the mail.
#[derive(InputObject)]
pub struct ResendVerificationEmailInput {
    /// The address that was registered.
    pub email: String,
}

/// What became of the call.
#[derive(SimpleObject)]
pub struct ResendVerificationEmailPayload {
    /// Always true, whether anything waits for the address or not; null if it is no address.
    pub sent: Option<bool>,
    /// What is wrong about the input.
    pub errors: Vec<AccountError>,
}

/// What is to be changed about oneself.
#[derive(InputObject)]
pub struct UpdateAccountInput {
    /// Given name, at most 100 characters; absent: as before, null or empty: none.
    pub given_name: MaybeUndefined<String>,
    /// Family name, at most 100 characters; absent: as before, null or empty: none.
    pub family_name: MaybeUndefined<String>,
    /// The language of mails and messages; absent: as before. There is always one: null is
    /// BAD_USER_INPUT.
    pub locale: MaybeUndefined<Locale>,
    /// Your name for this call, 1 to 255 characters: the same call again within 24 hours changes
    /// nothing.
    pub idempotency_key: Option<String>,
}

/// What became of the call.
#[derive(SimpleObject)]
pub struct UpdateAccountPayload {
    /// The account as it is now; null if `errors` has any.
    pub account: Option<Account>,
    /// What is wrong about the input; nothing was changed then.
    pub errors: Vec<AccountError>,
    /// Whether the same call was made before with the same `idempotencyKey`, and so changed nothing
    /// now.
    pub replayed: bool,
}

/// Mutations of accounts.
#[derive(Debug, Default)]
pub struct AccountMutation;

/// Mutations of accounts.
#[Object]
impl AccountMutation {
    /// Registers. Without an invitation a mail is sent, whose link `verifyEmail` takes within 24
    /// hours (if nothing else is configured); the answer does not tell whether the address has an
    /// account already. With one, the account is made and is a member at once. Asked for by an
    /// operator's session, the account is made at once, and its owner gets a link that sets the
    /// password. Too many from one client: RATE_LIMITED with `retryAfter`. For everybody but API
    /// keys.
    #[graphql(directive = guard::public::apply())]
    async fn create_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who registers.")] input: CreateAccountInput,
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
            let wanted = Register {
                email: input.email,
                password: input.password.map(Password::from),
                given_name: input.given_name,
                family_name: input.family_name,
                locale: input.locale,
                invited,
                transport: transport.into(),
            };
            match register::register(&scope.deps, &scope.caller, wanted).await? {
                Err(errors) => {
                    let errors = AccountError::all(errors, scope.caller.locale());
                    Ok(CreateAccountPayload {
                        errors,
                        ..CreateAccountPayload::default()
                    })
                }
                Ok(Registered::Sent { device }) => {
                    if let Some(device) = &device {
                        set_cookie(ctx, &Cookies::of(&scope.deps).set_device(device))?;
                    }
                    Ok(CreateAccountPayload {
                        sent: Some(true),
                        ..CreateAccountPayload::default()
                    })
                }
                Ok(Registered::Made(account)) => {
                    let account = Some(Account::own(&account));
                    Ok(CreateAccountPayload {
                        sent: Some(true),
                        account,
                        ..CreateAccountPayload::default()
                    })
                }
                Ok(Registered::Joined(joined)) => {
                    Ok(joined_payload(ctx, *joined, transport).await?)
                }
            }
        })
        .await
    }

    /// Confirms the address of a registration: it becomes the account, all others that wait for the
    /// address are discarded. Needs the browser that registered, or the password. For everybody but
    /// API keys.
    #[graphql(directive = guard::public::apply())]
    async fn verify_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which registration is confirmed.")] input: VerifyEmailInput,
    ) -> Nullable<VerifyEmailPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let password = input.password.map(Password::from);
            let verified =
                verify::verify(&scope.deps, &scope.caller, &input.token, password.as_ref()).await?;
            let (account, errors) = shown(scope, verified);
            Ok(VerifyEmailPayload { account, errors })
        })
        .await
    }

    /// Sends the link of a waiting registration again; the earlier link stops working. Nothing is
    /// sent within two minutes of the last mail that was asked for from the same network, after the
    /// fifth in 24 hours, or the 30th from all networks. Too many calls from one client:
    /// RATE_LIMITED with `retryAfter`. For everybody but API keys.
    #[graphql(directive = guard::public::apply())]
    async fn resend_verification_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who waits for the mail.")] input: ResendVerificationEmailInput,
    ) -> Nullable<ResendVerificationEmailPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let (sent, errors) = sent(
                scope,
                verify::resend(&scope.deps, &scope.caller, &input.email).await?,
            );
            Ok(ResendVerificationEmailPayload { sent, errors })
        })
        .await
    }

    /// Changes one's own names and language, everywhere at once. Not by API key.
    #[graphql(directive = guard::signed_in::apply())]
    async fn update_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be changed.")] input: UpdateAccountInput,
    ) -> Nullable<UpdateAccountPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let locale = match input.locale {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => {
                    return Err(Failure::bad_input("locale: there is always one").into());
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
                input: format!("{:?} {:?} {locale:?}", input.given_name, input.family_name),
            };
            let wanted = Update {
                given_name: name(input.given_name),
                family_name: name(input.family_name),
                locale,
            };
            let (updated, replayed) =
                update::update(&scope.deps, &scope.caller, &wanted, &call).await?;
            let (account, errors) = shown(scope, updated);
            Ok(UpdateAccountPayload {
                account,
                errors,
                replayed,
            })
        })
        .await
    }
}

/// The account that came of a call, or what speaks against it.
fn shown(
    scope: &Scope,
    committed: Result<crate::service::caller::ActorAccount, Vec<crate::service::UserError>>,
) -> (Option<Account>, Vec<AccountError>) {
    match committed {
        Ok(account) => (Some(Account::own(&account)), Vec::new()),
        Err(errors) => (None, AccountError::all(errors, scope.caller.locale())),
    }
}

/// `sent: true`, or what speaks against the input.
fn sent(
    scope: &Scope,
    committed: Result<(), Vec<crate::service::UserError>>,
) -> (Option<bool>, Vec<AccountError>) {
    match committed {
        Ok(()) => (Some(true), Vec::new()),
        Err(errors) => (None, AccountError::all(errors, scope.caller.locale())),
    }
}

/// Who was made and joined sees the membership as its owner.
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
        let own = Scope::new(scope.deps.clone(), std::sync::Arc::new(caller));
        if let Some(access) = own.open_id(workspace_id).await? {
            let place = Place::from(access);
            let rows =
                members::by_ids(&scope.deps, &place.access, &own.caller, &[membership_id]).await?;
            membership = rows
                .into_iter()
                .next()
                .map(|row| Membership::new(&place, row));
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
