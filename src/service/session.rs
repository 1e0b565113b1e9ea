//! Sessions (ACC-6): what a person sees of their own, and ending them. Signing in is `sign_in`, the
//! look-up of a token is `service::credential`'s.

use std::sync::Arc;

use crate::store::DatabaseTransaction;
use chrono::{DateTime, Utc};

use super::{
    Actor, Caller, Deps, Failure,
    account::write::{AccountChain, AccountWrite, retried},
    caller::{ActorAccount, SessionActor},
    write::Event,
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::SessionFacts,
        audit::{self, FieldChange},
        id::SessionId,
    },
    store::session::{self, SessionRow},
    words::message,
};

pub(super) mod challenge;
mod complete;
pub mod cookie;
mod reauthenticate;
mod sign_in;
pub(crate) mod slowing;

pub use complete::{CompleteSignIn, Factor, by_passkey, complete};
pub use reauthenticate::{Reauthenticate, reauthenticate};
pub(super) use sign_in::device_name;
pub use sign_in::{Awaited, SignIn, SignInAnswer, SignedIn, sign_in};
pub(super) use sign_in::{NewSession, begin};

/// How a session's token travels (ACC-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionTransport {
    /// In a cookie that scripts cannot read; never in the body.
    Cookie,
    /// In the body; the client keeps it and sends it as a bearer token.
    Token,
}

impl SessionTransport {
    /// The name in the API and in rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cookie => "COOKIE",
            Self::Token => "TOKEN",
        }
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone)]
pub struct Session {
    /// The key of its row.
    pub id: SessionId,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// Its last use, at most a minute late.
    pub last_active_at: DateTime<Utc>,
    /// When it ends if it is used no more: at the idle or the absolute limit, whichever comes
    /// first.
    pub expires_at: DateTime<Utc>,
    /// What the client called itself when it signed in.
    pub user_agent: Option<String>,
    /// The client's address when it signed in.
    pub client_address: Option<String>,
    /// Whether it is the session that asks, or that was just begun.
    pub is_current: bool,
    /// Whether a second factor was shown in it.
    pub has_shown_factor: bool,
}

impl Session {
    fn of(deps: &Deps, row: SessionRow, current: SessionId) -> Self {
        Self {
            id: row.id,
            created_at: row.created_at,
            last_active_at: row.last_active_at,
            expires_at: end(deps, &row),
            user_agent: row.user_agent,
            client_address: row.client_address,
            is_current: current == row.id,
            has_shown_factor: row.shown.factor_at.is_some(),
        }
    }
}

/// When a session ends if it is used no more (ACC-6).
pub(super) fn end(deps: &Deps, row: &SessionRow) -> DateTime<Utc> {
    row.expires_at
        .min(row.last_active_at + deps.limits.session_idle)
}

/// The session that asks; keys reach no sessions (KEY-5).
fn current(caller: &Caller) -> Result<&SessionActor, Failure> {
    match &caller.actor {
        Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
        Actor::Key(_) => Err(Failure::forbidden(message::not_by_key())),
        Actor::Session(session) => Ok(session),
    }
}

/// The caller's own sessions that still count, newest first.
pub async fn own(deps: &Deps, caller: &Caller) -> Result<Vec<Session>, Failure> {
    let actor = current(caller)?;
    let idle_since = caller.now - deps.limits.session_idle;
    let rows = session::live(deps.db.reader(), actor.account.id, caller.now, idle_since).await?;
    Ok(rows
        .into_iter()
        .map(|row| Session::of(deps, row, actor.session_id))
        .collect())
}

/// One of the caller's own sessions, if it still counts.
pub async fn by_id(
    deps: &Deps,
    caller: &Caller,
    id: SessionId,
) -> Result<Option<Session>, Failure> {
    Ok(own(deps, caller)
        .await?
        .into_iter()
        .find(|session| session.id == id))
}

/// Ends the session that asks, or all of its account's; answers which ones ended (ACC-6).
pub async fn sign_out(
    deps: &Deps,
    caller: &Caller,
    everywhere: bool,
) -> Result<Vec<SessionId>, Failure> {
    let actor = current(caller)?;
    retried(|| async move {
        let mut write = AccountWrite::begin(deps, caller, actor.account.id)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let idle_since = write.now - deps.limits.session_idle;
        let live = session::live(write.db(), actor.account.id, write.now, idle_since).await?;
        let mut ids: Vec<SessionId> = live.iter().map(|row| row.id).collect();
        if !ids.contains(&actor.session_id) {
            write.roll_back().await?;
            return Err(Failure::Unauthenticated);
        }
        ids.retain(|id| everywhere || *id == actor.session_id);
        let (chain, db) = write.parts();
        let ended = end_sessions(chain, db, &ids, "SIGNED_OUT").await?;
        write.commit().await?;
        Ok(ended)
    })
    .await
}

/// Ends one of the caller's own sessions; what is nobody's or somebody else's is not found (ACC-6).
pub async fn end_one(
    deps: &Deps,
    caller: &Caller,
    id: SessionId,
) -> Result<Vec<SessionId>, Failure> {
    let ended = end_own(deps, caller, |session, _| session == id).await?;
    if ended.is_empty() {
        Err(Failure::NotFound)
    } else {
        Ok(ended)
    }
}

/// Ends all of the caller's sessions but the one that asks (ACC-6).
pub async fn end_others(deps: &Deps, caller: &Caller) -> Result<Vec<SessionId>, Failure> {
    end_own(deps, caller, |session, current| session != current).await
}

/// Who asks from now on: whoever just signed in by `caller`'s request.
pub fn caller_of(caller: &Caller, session: &Session, account: &ActorAccount) -> Caller {
    let actor = SessionActor {
        session_id: session.id,
        account: account.clone(),
        facts: SessionFacts {
            has_second_factor: session.has_shown_factor,
        },
    };
    Caller {
        actor: Actor::Session(Arc::new(actor)),
        now: session.created_at,
        ..caller.clone()
    }
}

/// Whether it is the session that asks.
pub fn is_current(caller: &Caller, id: SessionId) -> bool {
    caller
        .session()
        .is_some_and(|session| session.session_id == id)
}

async fn end_own(
    deps: &Deps,
    caller: &Caller,
    wanted: impl Fn(SessionId, SessionId) -> bool + Sync,
) -> Result<Vec<SessionId>, Failure> {
    let actor = current(caller)?;
    let wanted = &wanted;
    retried(|| async move {
        let mut write = AccountWrite::begin(deps, caller, actor.account.id)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let idle_since = write.now - deps.limits.session_idle;
        let live = session::live(write.db(), actor.account.id, write.now, idle_since).await?;
        if !live.iter().any(|row| row.id == actor.session_id) {
            write.roll_back().await?;
            return Err(Failure::Unauthenticated);
        }
        let ids: Vec<SessionId> = live
            .iter()
            .map(|row| row.id)
            .filter(|id| wanted(*id, actor.session_id))
            .collect();
        let (chain, db) = write.parts();
        let ended = end_sessions(chain, db, &ids, "ENDED_BY_OWNER").await?;
        write.commit().await?;
        Ok(ended)
    })
    .await
}

/// Ends the locked account's sessions, all or all but one (ACC-6).
pub(super) async fn end_all(
    chain: &mut AccountChain<'_>,
    db: &DatabaseTransaction,
    but: Option<SessionId>,
    reason: &'static str,
) -> Result<Vec<SessionId>, Failure> {
    // Idle ones too: what idles too long today may not under another configuration.
    let live = session::live(db, chain.account.id, chain.now, DateTime::<Utc>::UNIX_EPOCH).await?;
    let ids: Vec<SessionId> = live
        .iter()
        .map(|row| row.id)
        .filter(|id| Some(*id) != but)
        .collect();
    end_sessions(chain, db, &ids, reason).await
}

/// Ends sessions of the locked account and records it, one event each.
async fn end_sessions(
    chain: &mut AccountChain<'_>,
    db: &DatabaseTransaction,
    ids: &[SessionId],
    reason: &'static str,
) -> Result<Vec<SessionId>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (account, now) = (chain.account.id, chain.now);
    let ended = session::end(db, account, ids, now).await?;
    for id in &ended {
        let changes = vec![
            FieldChange::plain("endedAt", serde_json::Value::Null, audit::instant(now)),
            FieldChange::plain("endReason", serde_json::Value::Null, reason),
        ];
        chain.record(Event::new(AuditEventKind::SessionEnded, id, changes));
    }
    Ok(ended)
}
