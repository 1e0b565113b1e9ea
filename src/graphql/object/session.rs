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
    /// When one signed in.
    pub created_at: Instant,
    /// When it was last used; at most a minute late.
    pub last_active_at: Instant,
    /// When it ends if it is used no more: 14 days after its last use, and 90 days after its begin
    /// at the latest (if nothing else is configured).
    pub expires_at: Instant,
    /// What the browser or script called itself when it signed in.
    pub user_agent: Option<String>,
    /// The client address that it signed in from.
    pub client_address: Option<String>,
    /// Whether it is the one that asks.
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
    /// The session's id (`ses_…`), by which it can be ended.
    pub async fn id(&self) -> ID {
        ID(self.session.to_string())
    }
}

impl Session {
    /// The person's own sessions that can still be used, newest first; refused to anonymous
    /// visitors and keys.
    pub async fn own(ctx: &Context<'_>) -> Result<Vec<Self>, Failure> {
        let scope = Scope::of(ctx)?;
        let sessions = service::own(&scope.deps, &scope.caller).await?;
        Ok(sessions.into_iter().map(Self::from).collect())
    }

    /// The session with this id, if it is the person's own and can still be used; null for
    /// everybody else.
    pub async fn find(ctx: &Context<'_>, id: SessionId) -> Result<Option<Self>, Failure> {
        let scope = Scope::of(ctx)?;
        match &scope.caller.actor {
            Actor::Session(_) => Ok(service::by_id(&scope.deps, &scope.caller, id)
                .await?
                .map(Self::from)),
            Actor::Anonymous | Actor::Key(_) | Actor::System => Ok(None),
        }
    }

    /// The session that asks; null for anonymous visitors and keys.
    pub async fn current(ctx: &Context<'_>) -> Result<Option<Self>, Failure> {
        match &Scope::of(ctx)?.caller.actor {
            Actor::Session(session) => Self::find(ctx, session.session_id).await,
            Actor::Anonymous | Actor::Key(_) | Actor::System => Ok(None),
        }
    }
}
