//! Changing the password by who knows the old one (ACC-6), and what goes with every new password.

use crate::service::hasher::Urgency;
use crate::store::DatabaseTransaction;
use chrono::{DateTime, Utc};

use super::{
    super::{
        Caller, Deps, Failure, UserError, caller::ActorAccount, session::end_all, write::Event,
    },
    check,
    write::{AccountChain, AccountWrite, retried},
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        email::EmailAddress, error_code::ErrorCode, id::SessionId, mail::MailKind,
        password::Password,
    },
    store::{
        account, email_change,
        outbox::{self, NewMail, Receiver},
        password_reset,
    },
};

/// A password that was changed.
pub struct Changed {
    /// The account whose password it is.
    pub account: ActorAccount,
    /// The sessions that ended by it: all but the one that asks.
    pub ended: Vec<SessionId>,
}

/// Changes the caller's password. INVALID_CREDENTIALS if the current one is wrong, and RATE_LIMITED
/// after too many such.
pub async fn change(
    deps: &Deps,
    caller: &Caller,
    current: &Password,
    new: &Password,
) -> Result<Changed, Failure> {
    let session = check::session(caller)?;
    let email = EmailAddress::parse(&session.account.email)
        .map_err(|error| Failure::Internal(error.to_string()))?;
    deps.hasher.admit(caller)?;
    let names = [
        session.account.given_name.as_deref(),
        session.account.family_name.as_deref(),
    ];
    let context = check::password_context(deps, session.account.id, &email, names).await?;
    // Before the current one is looked at, so that correcting the new one costs no attempt.
    check::new_password(deps, new, context, "newPassword").await?;
    let wrong = || UserError::at(ErrorCode::InvalidCredentials, "currentPassword");
    let right = check::current_password(deps, caller, session, current)
        .await?
        .ok_or_else(wrong)?;
    let hash = deps.hasher.hash(new, Urgency::Other).await?;
    retried(|| async {
        let account = session.account.id;
        let mut write = AccountWrite::begin(deps, caller, account)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        if write.account.password_hash.as_ref() != Some(&right.hash) {
            write.roll_back().await?;
            return Err(wrong().into());
        }
        right.attempt.forgive(write.db()).await?;
        let (chain, db) = write.parts();
        set(deps, chain, db, &hash, None).await?;
        chain.record(Event::new(
            AuditEventKind::PasswordChanged,
            account,
            Vec::new(),
        ));
        let ended = end_all(
            chain,
            db,
            Some(session.session_id),
            AuditEventKind::PasswordChanged.as_str(),
        )
        .await?;
        Ok(Changed {
            account: ActorAccount::from(write.commit().await?),
            ended,
        })
    })
    .await
}

/// Sets a new password of the locked account: links and changes of the address that the old one
/// allowed die, the owner is told.
pub(super) async fn set(
    deps: &Deps,
    chain: &AccountChain<'_>,
    db: &DatabaseTransaction,
    hash: &str,
    verified_at: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let (id, now) = (chain.account.id, chain.now);
    account::set_password(db, id, hash, verified_at).await?;
    password_reset::close(db, id, now).await?;
    email_change::close(db, id, now).await?;
    let mail = NewMail::new(
        deps.ids.uuid(now),
        MailKind::PasswordChanged,
        Receiver::Account(id),
    )
    .about(id);
    Ok(outbox::queue(db, vec![mail], now).await?)
}
