//! Mutations of passkeys: register, rename or remove a passkey of your own, and sign in with one.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::{
    domain::id::SecondFactorId,
    graphql::{
        guard,
        mutation::{
            AccountError, FormErrors, Nullable, SessionError, refusable,
            session::{SessionTransport, check_transport, deliver, tell_code},
        },
        object::{account::Account, second_factor::SecondFactor, session::Session},
        scalar::{Id, Json},
        scope::Scope,
    },
    service::{
        second_factor::passkey::{self as service, PasskeyAnswer},
        session,
    },
};

/// A registration of a passkey that has begun.
#[derive(SimpleObject)]
pub struct StartPasskeyRegistrationPayload {
    /// The token of the ceremony, for `finishPasskeyRegistration` in this session. Valid for 5
    /// minutes, once. Null if `errors` has any.
    pub ceremony: Option<String>,
    /// The options for `navigator.credentials.create`, as PublicKeyCredentialCreationOptionsJSON; null
    /// if `errors` has any.
    pub options: Option<Json>,
    /// Why no registration was begun. LIMIT_REACHED with 20 passkeys; REAUTHENTICATION_REQUIRED: call
    /// `reauthenticate` first.
    pub errors: Vec<AccountError>,
}

/// The passkey that the browser created.
#[derive(InputObject)]
pub struct FinishPasskeyRegistrationInput {
    /// The token from `startPasskeyRegistration`. At most 500 characters.
    pub ceremony: String,
    /// The credential as RegistrationResponseJSON (`PublicKeyCredential.toJSON()`).
    pub credential: Json,
    /// A name for the passkey, at most 50 characters without control characters. Default: Passkey.
    pub name: Option<String>,
}

/// The new second factor.
#[derive(SimpleObject)]
pub struct FinishPasskeyRegistrationPayload {
    /// The factor; null if `errors` has any.
    pub second_factor: Option<SecondFactor>,
    /// Ten recovery codes, which are shown only once; each lets you in once without the factor. Null
    /// if the account had a second factor before, and if `errors` has any.
    pub recovery_codes: Option<Vec<String>>,
    /// Why the passkey was not registered. INVALID_PASSKEY: begin again; REAUTHENTICATION_REQUIRED:
    /// call `reauthenticate` first.
    pub errors: Vec<AccountError>,
}

/// The passkey to rename.
#[derive(InputObject)]
pub struct RenamePasskeyInput {
    /// One of your passkeys.
    pub id: Id<SecondFactorId>,
    /// The new name, 1 to 50 characters without control characters.
    pub name: String,
}

/// The passkey with its new name.
#[derive(SimpleObject)]
pub struct RenamePasskeyPayload {
    /// The passkey; null if `errors` has any.
    pub second_factor: Option<SecondFactor>,
    /// What is wrong with the input. NO_SECOND_FACTOR if it is none of your passkeys.
    pub errors: Vec<AccountError>,
}

/// The passkey to remove.
#[derive(InputObject)]
pub struct RemovePasskeyInput {
    /// One of your passkeys.
    pub id: Id<SecondFactorId>,
}

/// The passkey that was removed.
#[derive(SimpleObject)]
pub struct RemovePasskeyPayload {
    /// The passkey as it was; null if `errors` has any.
    pub second_factor: Option<SecondFactor>,
    /// Why nothing was removed. NO_SECOND_FACTOR if it is none of your passkeys;
    /// REAUTHENTICATION_REQUIRED: call `reauthenticate` first.
    pub errors: Vec<AccountError>,
}

/// For which sign-in a passkey is asked.
#[derive(InputObject)]
pub struct StartPasskeySignInInput {
    /// The token of a sign-in that waits for a second factor (`signIn`): the passkeys of that account
    /// are asked for. Default: those of the account that is signed in, else any that the browser knows.
    /// At most 500 characters.
    pub challenge: Option<String>,
}

/// A ceremony in which a passkey is shown.
#[derive(SimpleObject)]
pub struct StartPasskeySignInPayload {
    /// The token of the ceremony, for `signInWithPasskey`, `completeSignIn` or `reauthenticate` in this
    /// browser. Valid for 5 minutes, once. Null if `errors` has any.
    pub ceremony: Option<String>,
    /// The options for `navigator.credentials.get`, as PublicKeyCredentialRequestOptionsJSON; null if
    /// `errors` has any.
    pub options: Option<Json>,
    /// Why no ceremony was begun.
    pub errors: Vec<SessionError>,
}

/// A passkey that the browser shows.
#[derive(InputObject)]
pub struct PasskeyAnswerInput {
    /// The token from `startPasskeySignIn`. At most 500 characters.
    pub ceremony: String,
    /// The credential as AuthenticationResponseJSON (`PublicKeyCredential.toJSON()`).
    pub credential: Json,
}

impl From<PasskeyAnswerInput> for PasskeyAnswer {
    fn from(input: PasskeyAnswerInput) -> Self {
        Self {
            ceremony: input.ceremony,
            credential: input.credential.0,
        }
    }
}

/// The passkey to sign in with.
#[derive(InputObject)]
pub struct SignInWithPasskeyInput {
    /// The token from `startPasskeySignIn`. At most 500 characters.
    pub ceremony: String,
    /// The credential as AuthenticationResponseJSON (`PublicKeyCredential.toJSON()`).
    pub credential: Json,
    /// How the token is delivered. Default: TOKEN.
    pub transport: Option<SessionTransport>,
}

/// The new session.
#[derive(Default, SimpleObject)]
pub struct SignInWithPasskeyPayload {
    /// The session; null if `errors` has any.
    pub session: Option<Session>,
    /// The session token, which is shown only once; null with transport COOKIE.
    pub token: Option<String>,
    /// The account that signed in.
    pub account: Option<Account>,
    /// Why signing in failed: INVALID_PASSKEY for every reason.
    pub errors: Vec<SessionError>,
}

/// Mutations of passkeys.
#[derive(Debug, Default)]
pub struct PasskeyMutation;

/// Mutations of passkeys.
#[Object]
impl PasskeyMutation {
    /// Starts to register a passkey, with which you can sign in without address and password, or which
    /// is a second factor beside the password; at most 20. Requires your password, and your second
    /// factor if you have one, in the last 10 minutes. API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply(), directive = guard::step_up::apply())]
    async fn start_passkey_registration(
        &self,
        ctx: &Context<'_>,
    ) -> Nullable<StartPasskeyRegistrationPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = service::start_registration(&scope.deps, &scope.caller).await;
            let (begun, errors) = AccountError::split(answer, scope.caller.locale())?;
            let (ceremony, options) = begun
                .map(|begun| (begun.ceremony, Json(begun.options)))
                .unzip();
            Ok(StartPasskeyRegistrationPayload {
                ceremony,
                options,
                errors,
            })
        })
        .await
    }

    /// Registers the passkey that the browser created; it counts at once. Sessions stay; sign-ins that
    /// wait for a factor end. You are informed by mail. Requires your password, and your second factor
    /// if you have one, in the last 10 minutes. API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply(), directive = guard::step_up::apply())]
    async fn finish_passkey_registration(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The passkey that the browser created.")]
        input: FinishPasskeyRegistrationInput,
    ) -> Nullable<FinishPasskeyRegistrationPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let passkey = PasskeyAnswer {
                ceremony: input.ceremony,
                credential: input.credential.0,
            };
            let name = input.name.as_deref();
            let answer =
                service::finish_registration(&scope.deps, &scope.caller, &passkey, name).await;
            let (enrolled, errors) = AccountError::split(answer, scope.caller.locale())?;
            let (factor, recovery_codes) = enrolled
                .map(|enrolled| (enrolled.factor, enrolled.recovery_codes))
                .unzip();
            Ok(FinishPasskeyRegistrationPayload {
                second_factor: factor.map(SecondFactor::from),
                recovery_codes: recovery_codes.flatten(),
                errors,
            })
        })
        .await
    }

    /// Renames one of your passkeys. Requires that your second factor was shown in the last 10 minutes
    /// (REAUTHENTICATION_REQUIRED). API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply(), directive = guard::step_up::apply())]
    async fn rename_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The passkey to rename.")] input: RenamePasskeyInput,
    ) -> Nullable<RenamePasskeyPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = service::rename(&scope.deps, &scope.caller, input.id.0, &input.name).await;
            let (factor, errors) = AccountError::split(answer, scope.caller.locale())?;
            Ok(RenamePasskeyPayload {
                second_factor: factor.map(SecondFactor::from),
                errors,
            })
        })
        .await
    }

    /// Removes one of your passkeys. If it was the last factor, the recovery codes end too. You are
    /// informed by mail. Requires your password and your second factor in the last 10 minutes. API keys
    /// cannot call this.
    #[graphql(directive = guard::signed_in::apply(), directive = guard::step_up::apply())]
    async fn remove_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The passkey to remove.")] input: RemovePasskeyInput,
    ) -> Nullable<RemovePasskeyPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = service::remove(&scope.deps, &scope.caller, input.id.0).await;
            let (factor, errors) = AccountError::split(answer, scope.caller.locale())?;
            Ok(RemovePasskeyPayload {
                second_factor: factor.map(SecondFactor::from),
                errors,
            })
        })
        .await
    }

    /// Starts a ceremony in which a passkey is shown: to sign in with no address typed, as the second
    /// factor of a sign-in that waits, or again in a session. RATE_LIMITED after 30 in a minute.
    /// Everybody can call this; API keys cannot.
    #[graphql(directive = guard::public::apply())]
    async fn start_passkey_sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For which sign-in a passkey is asked.")] input: Option<
            StartPasskeySignInInput,
        >,
    ) -> Nullable<StartPasskeySignInPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let challenge = input.and_then(|input| input.challenge);
            let answer =
                service::start_sign_in(&scope.deps, &scope.caller, challenge.as_deref()).await;
            let (begun, errors) = SessionError::split(answer, scope.caller.locale())?;
            let (ceremony, options) = begun
                .map(|begun| (begun.ceremony, Json(begun.options)))
                .unzip();
            Ok(StartPasskeySignInPayload {
                ceremony,
                options,
                errors,
            })
        })
        .await
    }

    /// Signs in with a passkey alone, which counts as password and second factor. A passkey whose
    /// counter went back is refused, and its owner is informed. Everybody can call this.
    #[graphql(directive = guard::public::apply())]
    async fn sign_in_with_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The passkey to sign in with.")] input: SignInWithPasskeyInput,
    ) -> Nullable<SignInWithPasskeyPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let transport = input.transport.unwrap_or(SessionTransport::Token);
            check_transport(ctx, transport)?;
            let passkey = PasskeyAnswer {
                ceremony: input.ceremony,
                credential: input.credential.0,
            };
            let answer =
                session::by_passkey(&scope.deps, &scope.caller, &passkey, transport.into()).await;
            tell_code(ctx, &answer);
            let (signed_in, errors) = SessionError::split(answer, scope.caller.locale())?;
            let Some(signed_in) = signed_in else {
                return Ok(SignInWithPasskeyPayload {
                    errors,
                    ..SignInWithPasskeyPayload::default()
                });
            };
            let token = deliver(ctx, &signed_in, transport)?;
            Ok(SignInWithPasskeyPayload {
                account: Some(Account::own(&signed_in.account)),
                session: Some(Session::from(signed_in.session)),
                token,
                errors: Vec::new(),
            })
        })
        .await
    }
}
