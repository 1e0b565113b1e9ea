//! Signing in and out.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use http::{HeaderName, HeaderValue};

use super::{
    FormErrors, Nullable, SessionError, refusable, second_factor::passkey::PasskeyAnswerInput,
    set_cookie,
};
use crate::{
    domain::{
        error_code::ErrorCode, id::SessionId, password::Password, second_factor::SecondFactorKind,
    },
    graphql::{
        admission::{LoggedCode, ResponseHeaders},
        object::{account::Account, session::Session},
        scalar::Id,
        scope::{ByCookie, CrossSite, Scope},
    },
    service::{
        Failure, UserError,
        session::{
            self as service, CompleteSignIn, Factor, Reauthenticate, SignIn, SignInAnswer,
            SignedIn, cookie::Cookies,
        },
    },
    words::message::{self, all_of},
};

/// How a session token is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum SessionTransport {
    /// In a cookie that scripts cannot read; the answer contains no token. Only for pages of the
    /// same site: browsers discard cookies set by the answer of another site (SameSite=Lax), so a
    /// call from another site is BAD_USER_INPUT.
    Cookie,
    /// In the answer. Send it as `Authorization: Bearer …`.
    Token,
}

impl From<SessionTransport> for service::SessionTransport {
    fn from(transport: SessionTransport) -> Self {
        match transport {
            SessionTransport::Cookie => Self::Cookie,
            SessionTransport::Token => Self::Token,
        }
    }
}

/// Refuses COOKIE if the browser would discard the cookie, because signing in would seem to
/// succeed.
pub(super) fn check_transport(
    ctx: &Context<'_>,
    transport: SessionTransport,
) -> Result<(), Failure> {
    if transport == SessionTransport::Cookie && ctx.data_opt::<CrossSite>().is_some() {
        return Err(Failure::bad_input(message::cookie_from_other_site()));
    }
    Ok(())
}

/// Removes the cookie and, from a browser that was signed in with it, all other data of this
/// server's pages. Other cookies stay, so that the device is still known (ACC-5).
fn forget(ctx: &Context<'_>) -> Result<(), Failure> {
    set_cookie(ctx, &Cookies::of(&Scope::of(ctx)?.deps).clear_session())?;
    if ctx.data_opt::<ByCookie>().is_some() {
        let headers = ctx
            .data::<ResponseHeaders>()
            .map_err(|_| Failure::Internal("a request without headers".to_owned()))?;
        headers.append(
            HeaderName::from_static("clear-site-data"),
            HeaderValue::from_static("\"cache\", \"storage\""),
        );
    }
    Ok(())
}

/// The one factor that is given; admission refuses two.
fn factor(code: Option<String>, passkey: Option<PasskeyAnswerInput>) -> Option<Factor> {
    let passkey = passkey.map(|passkey| Factor::Passkey(passkey.into()));
    passkey.or_else(|| code.map(Factor::Code))
}

/// Sets the cookies of a new session; answers the token if it travels in the body.
pub(super) fn deliver(
    ctx: &Context<'_>,
    signed_in: &SignedIn,
    transport: SessionTransport,
) -> Result<Option<String>, Failure> {
    let scope = Scope::of(ctx)?;
    let cookies = Cookies::of(&scope.deps);
    if let Some(device) = &signed_in.device {
        set_cookie(ctx, &cookies.set_device(device))?;
    }
    match transport {
        SessionTransport::Token => Ok(Some(signed_in.token.expose().to_owned())),
        SessionTransport::Cookie => {
            set_cookie(ctx, &cookies.set_session(&signed_in.token, &scope.deps))?;
            Ok(None)
        }
    }
}

/// Tells the log line the code of a sign-in that failed.
pub(super) fn tell_code<T>(ctx: &Context<'_>, answer: &Result<T, Failure>) {
    if let (Err(Failure::Invalid(errors)), Some(logged)) = (answer, ctx.data_opt::<LoggedCode>())
        && let Some(error) = errors.first()
    {
        logged.tell(error.code.as_str());
    }
}

/// The credentials to sign in with.
#[derive(InputObject)]
pub struct SignInInput {
    /// The e-mail address, in any case.
    pub email: String,
    /// The password.
    pub password: String,
    /// A code of a second factor, to sign in with one call: that of an authenticator app, or a
    /// recovery code. Ignored for accounts without a second factor. At most 64 characters.
    pub second_factor: Option<String>,
    /// How the token is delivered. Default: TOKEN.
    pub transport: Option<SessionTransport>,
}

/// The new session, or what is asked for next.
#[derive(Default, SimpleObject)]
pub struct SignInPayload {
    /// The session; null if `errors` has any.
    pub session: Option<Session>,
    /// The session token, which is shown only once; null with transport COOKIE.
    pub token: Option<String>,
    /// The account that signed in.
    pub account: Option<Account>,
    /// With SECOND_FACTOR_REQUIRED: the token of this sign-in, for `completeSignIn`. Valid for 5
    /// minutes, on this device, for one session.
    pub challenge: Option<String>,
    /// With SECOND_FACTOR_REQUIRED: the kinds of factor by which the sign-in can be completed.
    pub second_factors: Option<Vec<SecondFactorKind>>,
    /// Why signing in failed. SECOND_FACTOR_REQUIRED: the password is right, and the account has a
    /// second factor; INVALID_CODE: `secondFactor` is wrong.
    pub errors: Vec<SessionError>,
}

/// The second factor of a sign-in.
#[derive(InputObject)]
pub struct CompleteSignInInput {
    /// The token from `signIn`. At most 500 characters.
    pub challenge: String,
    /// The code that the authenticator app shows, or a recovery code. Spaces and hyphens are
    /// ignored. At most 64 characters. Give this or `passkey`.
    pub code: Option<String>,
    /// A passkey, after `startPasskeySignIn` with this challenge.
    pub passkey: Option<PasskeyAnswerInput>,
    /// How the token is delivered. Default: TOKEN.
    pub transport: Option<SessionTransport>,
}

/// The new session.
#[derive(Default, SimpleObject)]
pub struct CompleteSignInPayload {
    /// The session; null if `errors` has any.
    pub session: Option<Session>,
    /// The session token, which is shown only once; null with transport COOKIE.
    pub token: Option<String>,
    /// The account that signed in.
    pub account: Option<Account>,
    /// Why signing in failed. INVALID_CODE or INVALID_PASSKEY: try again; INVALID_CHALLENGE: start
    /// again with `signIn`.
    pub errors: Vec<SessionError>,
}

/// What you show again: the password, a second factor, or both. A passkey counts as both.
#[derive(InputObject)]
pub struct ReauthenticateInput {
    /// Your password.
    pub password: Option<String>,
    /// The code that the authenticator app shows, or a recovery code. Spaces and hyphens are
    /// ignored. At most 64 characters. Give at most one of this and `passkey`.
    pub code: Option<String>,
    /// A passkey, after `startPasskeySignIn` in this session.
    pub passkey: Option<PasskeyAnswerInput>,
}

/// The session in which it was shown.
#[derive(SimpleObject)]
pub struct ReauthenticatePayload {
    /// The current session; null if `errors` has any.
    pub session: Option<Session>,
    /// What is wrong with the input. If there are any errors, nothing was shown. INVALID_CREDENTIALS
    /// for a wrong password, INVALID_CODE for a wrong code.
    pub errors: Vec<SessionError>,
}

/// The sessions to end.
#[derive(Debug, InputObject)]
pub struct SignOutInput {
    /// If true, all your sessions end. Default: only the current one.
    pub everywhere: Option<bool>,
}

/// The sessions that were ended.
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// The ids of the sessions.
    pub ended_session_ids: Option<Vec<ID>>,
    /// What went wrong.
    pub errors: Vec<SessionError>,
}

/// The session to end.
#[derive(Debug, InputObject)]
pub struct EndSessionInput {
    /// One of your sessions.
    pub session_id: Id<SessionId>,
}

/// The session that was ended.
#[derive(SimpleObject)]
pub struct EndSessionPayload {
    /// A list with the id of the session.
    pub ended_session_ids: Option<Vec<ID>>,
    /// What went wrong.
    pub errors: Vec<SessionError>,
}

/// The sessions that were ended.
#[derive(SimpleObject)]
pub struct EndOtherSessionsPayload {
    /// The ids of the sessions.
    pub ended_session_ids: Option<Vec<ID>>,
    /// What went wrong.
    pub errors: Vec<SessionError>,
}

fn graphql_ids(ids: &[SessionId]) -> Option<Vec<ID>> {
    Some(ids.iter().map(|id| ID(id.to_string())).collect())
}

/// Mutations of sessions.
#[derive(Debug, Default)]
pub struct SessionMutation;

/// Mutations of sessions.
#[Object]
impl SessionMutation {
    /// Signs in with e-mail address and password. Unknown addresses and wrong passwords get the
    /// same answer: INVALID_CREDENTIALS. SECOND_FACTOR_REQUIRED if the account has a second factor:
    /// go on with `completeSignIn`. RATE_LIMITED with `retryAfter` after five failures in 15 minutes,
    /// or five wrong codes in 5 minutes. Everybody can call this.
    #[graphql(directive = crate::graphql::guard::public::apply())]
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The credentials to sign in with.")] input: SignInInput,
    ) -> Nullable<SignInPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let transport = input.transport.unwrap_or(SessionTransport::Token);
            check_transport(ctx, transport)?;
            let sign_in = SignIn {
                email: input.email,
                password: Password::from(input.password),
                second_factor: input.second_factor,
                transport: transport.into(),
            };
            let answer = service::sign_in(&scope.deps, &scope.caller, &sign_in).await;
            tell_code(ctx, &answer);
            let locale = scope.caller.locale();
            let (answer, errors) = SessionError::split(answer, locale)?;
            match answer {
                None => Ok(SignInPayload {
                    errors,
                    ..SignInPayload::default()
                }),
                Some(SignInAnswer::FactorRequired(awaited)) => {
                    let required = UserError::whole(ErrorCode::SecondFactorRequired);
                    if let Some(logged) = ctx.data_opt::<LoggedCode>() {
                        logged.tell(required.code.as_str());
                    }
                    Ok(SignInPayload {
                        challenge: Some(awaited.challenge.expose().to_owned()),
                        second_factors: Some(awaited.kinds),
                        errors: SessionError::all(vec![required], locale),
                        ..SignInPayload::default()
                    })
                }
                Some(SignInAnswer::SignedIn(signed_in)) => {
                    let token = deliver(ctx, &signed_in, transport)?;
                    Ok(SignInPayload {
                        account: Some(Account::own(&signed_in.account)),
                        session: Some(Session::from(signed_in.session)),
                        token,
                        ..SignInPayload::default()
                    })
                }
            }
        })
        .await
    }

    /// Completes a sign-in that waits for a second factor. RATE_LIMITED with `retryAfter` after five
    /// wrong codes in 5 minutes; the owner of the account is informed then. Everybody can call this.
    #[graphql(directive = crate::graphql::guard::public::apply())]
    async fn complete_sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The second factor of the sign-in.")] input: CompleteSignInInput,
    ) -> Nullable<CompleteSignInPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let transport = input.transport.unwrap_or(SessionTransport::Token);
            check_transport(ctx, transport)?;
            let factor = factor(input.code, input.passkey).ok_or_else(|| {
                Failure::bad_input(message::exactly_one_of(all_of(&["code", "passkey"])))
            })?;
            let complete = CompleteSignIn {
                challenge: input.challenge,
                factor,
                transport: transport.into(),
            };
            let answer = service::complete(&scope.deps, &scope.caller, &complete).await;
            tell_code(ctx, &answer);
            let (signed_in, errors) = SessionError::split(answer, scope.caller.locale())?;
            let Some(signed_in) = signed_in else {
                return Ok(CompleteSignInPayload {
                    errors,
                    ..CompleteSignInPayload::default()
                });
            };
            let token = deliver(ctx, &signed_in, transport)?;
            Ok(CompleteSignInPayload {
                account: Some(Account::own(&signed_in.account)),
                session: Some(Session::from(signed_in.session)),
                token,
                errors: Vec::new(),
            })
        })
        .await
    }

    /// Shows your password or second factor again in the current session, or both. For 10 minutes
    /// the session can then do what is marked with `@stepUp`: with the second factor if you have one,
    /// else with the password. Changes to second factors need both. RATE_LIMITED with `retryAfter`
    /// after five failures. API keys cannot call this.
    #[graphql(directive = crate::graphql::guard::signed_in::apply())]
    async fn reauthenticate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you show again.")] input: ReauthenticateInput,
    ) -> Nullable<ReauthenticatePayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let shown = Reauthenticate {
                password: input.password.map(Password::from),
                factor: factor(input.code, input.passkey),
            };
            let answer = service::reauthenticate(&scope.deps, &scope.caller, &shown).await;
            let (session, errors) = SessionError::split(answer, scope.caller.locale())?;
            Ok(ReauthenticatePayload {
                session: session.map(Session::from),
                errors,
            })
        })
        .await
    }

    /// Ends the current session, or all your sessions. API keys cannot call this.
    #[graphql(directive = crate::graphql::guard::signed_in::apply())]
    async fn sign_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The sessions to end.")] input: SignOutInput,
    ) -> Nullable<SignOutPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let ended_ids = service::sign_out(
                &scope.deps,
                &scope.caller,
                input.everywhere.unwrap_or_default(),
            )
            .await?;
            forget(ctx)?;
            Ok(SignOutPayload {
                ended_session_ids: graphql_ids(&ended_ids),
                errors: Vec::new(),
            })
        })
        .await
    }

    /// Ends one of your sessions, on any device. NOT_FOUND if it is not yours or has ended. API
    /// keys cannot call this.
    #[graphql(directive = crate::graphql::guard::signed_in::apply())]
    async fn end_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session to end.")] input: EndSessionInput,
    ) -> Nullable<EndSessionPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let session = input.session_id.0;
            let ended_ids = service::end_one(&scope.deps, &scope.caller, session).await?;
            if service::is_current(&scope.caller, session) {
                forget(ctx)?;
            }
            Ok(EndSessionPayload {
                ended_session_ids: graphql_ids(&ended_ids),
                errors: Vec::new(),
            })
        })
        .await
    }

    /// Ends all your sessions except the current one. API keys cannot call this.
    #[graphql(directive = crate::graphql::guard::signed_in::apply())]
    async fn end_other_sessions(&self, ctx: &Context<'_>) -> Nullable<EndOtherSessionsPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let ended_ids = service::end_others(&scope.deps, &scope.caller).await?;
            Ok(EndOtherSessionsPayload {
                ended_session_ids: graphql_ids(&ended_ids),
                errors: Vec::new(),
            })
        })
        .await
    }
}
