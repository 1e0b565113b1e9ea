//! Signing in and out.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};

use super::SessionError;
use crate::{
    domain::password::Password,
    graphql::{
        admission::ResponseHeaders,
        object::{account::Account, session::Session},
        scope::Scope,
    },
    service::{
        Failure,
        session::{self as service, SignIn, cookie::Cookies},
    },
};

/// How the session's token travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum SessionTransport {
    /// As a cookie that scripts cannot read; the answer holds no token.
    Cookie,
    /// In the answer, to be sent as `Authorization: Bearer …`.
    Token,
}

/// Who signs in.
#[derive(InputObject)]
pub struct SignInInput {
    /// The address, in any case.
    pub email: String,
    /// The password.
    pub password: String,
    /// A code of a second factor, if the account has one.
    pub second_factor: Option<String>,
    /// How the token is to travel; absent: TOKEN.
    pub transport: Option<SessionTransport>,
}

/// The session that was begun.
#[derive(SimpleObject)]
pub struct SignInPayload {
    /// The session; null if nobody was signed in.
    pub session: Option<Session>,
    /// Its token, shown here and never again; null with transport COOKIE.
    pub token: Option<String>,
    /// Who signed in.
    pub account: Option<Account>,
    /// Why nobody was.
    pub errors: Vec<SessionError>,
}

/// Which sessions to end.
#[derive(Debug, InputObject)]
pub struct SignOutInput {
    /// End all sessions of the person; absent: this one.
    pub everywhere: Option<bool>,
}

/// The sessions that were ended.
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// Their ids.
    pub ended_session_ids: Option<Vec<ID>>,
    /// What went wrong.
    pub errors: Vec<SessionError>,
}

/// Mutations of sessions.
#[derive(Debug, Default)]
pub struct SessionMutation;

fn cookie(ctx: &Context<'_>, cookie: &str) -> Result<(), Failure> {
    let headers = ctx.data::<ResponseHeaders>().map_err(|_| Failure::Internal("a request without headers".to_owned()))?;
    headers.set_cookie(cookie).map_err(|error| Failure::Internal(error.to_string()))
}

/// Mutations of sessions.
#[Object]
impl SessionMutation {
    /// Signs in with address and password. Unknown addresses and wrong passwords are answered alike: INVALID_CREDENTIALS. After
    /// five failures in 15 minutes: RATE_LIMITED with `retryAfter`. For everybody.
    #[graphql(directive = crate::graphql::guard::public::apply())]
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: SignInInput,
    ) -> async_graphql::Result<SignInPayload> {
        let scope = Scope::of(ctx)?;
        let transport = input.transport.unwrap_or(SessionTransport::Token);
        let wanted = SignIn {
            email: input.email,
            password: Password::from(input.password),
            second_factor: input.second_factor,
            transport: match transport {
                SessionTransport::Cookie => service::SessionTransport::Cookie,
                SessionTransport::Token => service::SessionTransport::Token,
            },
        };
        let signed_in = match service::sign_in(&scope.deps, &scope.caller, &wanted).await? {
            Ok(signed_in) => signed_in,
            Err(errors) => {
                let errors = SessionError::all(errors, scope.caller.locale());
                return Ok(SignInPayload { session: None, token: None, account: None, errors });
            }
        };
        let cookies = Cookies::of(&scope.deps);
        if let Some(device) = &signed_in.device {
            cookie(ctx, &cookies.set_device(device))?;
        }
        let token = match transport {
            SessionTransport::Token => Some(signed_in.token.expose().to_owned()),
            SessionTransport::Cookie => {
                cookie(ctx, &cookies.set_session(&signed_in.token, &scope.deps))?;
                None
            }
        };
        Ok(SignInPayload {
            account: Some(Account::own(&signed_in.account)),
            session: Some(Session::from(signed_in.session)),
            token,
            errors: Vec::new(),
        })
    }

    /// Ends the session that asks, or all of the person. Not by API key.
    #[graphql(directive = crate::graphql::guard::signed_in::apply())]
    async fn sign_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which sessions to end.")] input: SignOutInput,
    ) -> async_graphql::Result<SignOutPayload> {
        let scope = Scope::of(ctx)?;
        let ended = service::sign_out(&scope.deps, &scope.caller, input.everywhere.unwrap_or_default()).await?;
        cookie(ctx, &Cookies::of(&scope.deps).clear_session())?;
        Ok(SignOutPayload { ended_session_ids: Some(ended.iter().map(|id| ID(id.to_string())).collect()), errors: Vec::new() })
    }
}
