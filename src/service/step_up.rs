//! Step-up (MFA-7, MFA-8): what is dangerous needs a session in which the strongest factor of the
//! account was shown in the last 10 minutes. Signing in shows it, `reauthenticate` shows it again.
//!
//! What needs it calls [`require`] and carries `@stepUp` in the schema; a test holds the two against
//! each other.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use super::{Actor, Caller, Deps, Failure, UserError, caller::SessionActor};
use crate::{
    domain::{error_code::ErrorCode, second_factor::StepUp},
    store::{second_factor, session},
    words::message,
};

/// The session that asks, if enough was shown in it lately; else REAUTHENTICATION_REQUIRED. Keys
/// cannot do what needs this at all. Looks at the session as it is now: an earlier field of the same
/// request may have shown a factor.
pub(crate) async fn require<'c>(
    deps: &Deps,
    caller: &'c Caller,
    needed: StepUp,
) -> Result<&'c SessionActor, Failure> {
    require_at(deps.db.latest(), deps.clock.now(), caller, needed).await
}

/// The same at `now`, within a transaction.
pub(crate) async fn require_at<'c>(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    caller: &'c Caller,
    needed: StepUp,
) -> Result<&'c SessionActor, Failure> {
    let session = match &caller.actor {
        Actor::Anonymous | Actor::System => return Err(Failure::Unauthenticated),
        Actor::Key(_) => return Err(Failure::forbidden(message::not_by_key())),
        Actor::Session(session) => session,
    };
    let shown = session::shown_in(db, session.session_id)
        .await?
        .ok_or(Failure::Unauthenticated)?;
    let has_factor = second_factor::exists(db, session.account.id, now).await?;
    if shown.is_enough(needed, has_factor, now) {
        Ok(session)
    } else {
        Err(UserError::whole(ErrorCode::ReauthenticationRequired).into())
    }
}
