//! Sessions: where one is signed in. Seen by the person alone.

use async_graphql::{ComplexObject, Context, ID, SimpleObject};

use crate::{
    domain::id::SessionId,
    graphql::{scalar::Instant, scope::Scope},
    service::{Actor, Failure, session as service},
};

/// A signed-in browser or script.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Session {
    #[graphql(skip)]
    session: SessionId,
    /// When the session began by signing in.
    pub created_at: Instant,
    /// When the session was last used, accurate to one minute.
    pub last_active_at: Instant,
    /// When the session ends if it is not used again. Default: 14 days after its last use, and at
    /// most 90 days after its start.
    pub expires_at: Instant,
    /// The user agent that the browser or script sent when it signed in.
    pub user_agent: Option<String>,
    /// The client address of the sign-in.
    pub client_address: Option<String>,
    /// Whether this is the session of the current request.
    pub is_current: bool,
}

impl From<service::Session> for Session {
    fn from(session: service::Session) -> Self {
        Self {
            session: session.id,
            created_at: Instant(session.created_at),
            last_active_at: Instant(session.last_active_at),
            expires_at: Instant(session.expires_at),
            user_agent: session.user_agent,
            client_address: session.client_address,
            is_current: session.is_current,
        }
    }
}

#[ComplexObject]
impl Session {
    /// The session's id (`ses_…`), which is used to end it.
    pub async fn id(&self) -> ID {
        ID(self.session.to_string())
    }
}

impl Session {
    /// The viewer's sessions that can still be used, newest first. Refused to anonymous visitors
    /// and keys.
    pub async fn own(ctx: &Context<'_>) -> Result<Vec<Self>, Failure> {
        let scope = Scope::of(ctx)?;
        let sessions = service::own(&scope.deps, &scope.caller).await?;
        Ok(sessions.into_iter().map(Self::from).collect())
    }

    /// The session with this id, if it belongs to the viewer and can still be used.
    pub async fn find(ctx: &Context<'_>, id: SessionId) -> Result<Option<Self>, Failure> {
        let scope = Scope::of(ctx)?;
        match &scope.caller.actor {
            Actor::Session(_) => Ok(service::by_id(&scope.deps, &scope.caller, id)
                .await?
                .map(Self::from)),
            Actor::Anonymous | Actor::Key(_) | Actor::System => Ok(None),
        }
    }

    /// The session of the current request; `None` for anonymous visitors and keys.
    pub async fn current(ctx: &Context<'_>) -> Result<Option<Self>, Failure> {
        match &Scope::of(ctx)?.caller.actor {
            Actor::Session(session) => Self::find(ctx, session.session_id).await,
            Actor::Anonymous | Actor::Key(_) | Actor::System => Ok(None),
        }
    }
}
