//! Signing in and out.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use http::{HeaderName, HeaderValue};

use super::{FormErrors, Nullable, SessionError, refusable, set_cookie};
use crate::{
    domain::{id::SessionId, password::Password},
    graphql::{
        admission::{LoggedCode, ResponseHeaders},
        object::{account::Account, session::Session},
        scalar::Id,
        scope::{ByCookie, CrossSite, Scope},
    },
    service::{
        Failure,
        session::{self as service, SignIn, cookie::Cookies},
    },
    words::message,
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

/// The credentials to sign in with.
#[derive(InputObject)]
pub struct SignInInput {
    /// The e-mail address, in any case.
    pub email: String,
    /// The password.
    pub password: String,
    /// A code of a second factor, if the account has one.
    pub second_factor: Option<String>,
    /// How the token is delivered. Default: TOKEN.
    pub transport: Option<SessionTransport>,
}

/// The new session.
#[derive(SimpleObject)]
pub struct SignInPayload {
    /// The session; null if `errors` has any.
    pub session: Option<Session>,
    /// The session token, which is shown only once; null with transport COOKIE.
    pub token: Option<String>,
    /// The account that signed in.
    pub account: Option<Account>,
    /// Why signing in failed.
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
    /// same answer: INVALID_CREDENTIALS. RATE_LIMITED with `retryAfter` after five failures in 15
    /// minutes. Everybody can call this.
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
            if let (Err(Failure::Invalid(errors)), Some(logged)) =
                (&answer, ctx.data_opt::<LoggedCode>())
                && let Some(error) = errors.first()
            {
                logged.tell(error.code.as_str());
            }
            let (signed_in, errors) = SessionError::split(answer, scope.caller.locale())?;
            let Some(signed_in) = signed_in else {
                return Ok(SignInPayload {
                    session: None,
                    token: None,
                    account: None,
                    errors,
                });
            };
            let cookies = Cookies::of(&scope.deps);
            if let Some(device) = &signed_in.device {
                set_cookie(ctx, &cookies.set_device(device))?;
            }
            let token = match transport {
                SessionTransport::Token => Some(signed_in.token.expose().to_owned()),
                SessionTransport::Cookie => {
                    set_cookie(ctx, &cookies.set_session(&signed_in.token, &scope.deps))?;
                    None
                }
            };
            Ok(SignInPayload {
                account: Some(Account::own(&signed_in.account)),
                session: Some(Session::from(signed_in.session)),
                token,
                errors: Vec::new(),
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
