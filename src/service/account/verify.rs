//! `verifyEmail` and `resendVerificationEmail` (ACC-2).
//!
//! The click on a mailed link proves the mailbox, and not that whoever clicks chose the password: a
//! stranger can have registered somebody else's address, and mail scanners click every link. So the
//! link counts in the browser that registered (its cookie), or with the password of that
//! registration. Whoever did neither cannot make the stranger's password valid.

use crate::service::hasher::Urgency;
use crate::store::DatabaseTransaction;
use tokio::time::Instant;

use super::{
    super::{
        Caller, Deps, Failure, UserError,
        caller::ActorAccount,
        session::slowing::{Attempt, admit_mail},
    },
    add,
    allowance::{Purpose, Source, may_send},
    check::{self, invalid_token},
    even::pad_response_time,
    register::{device_hash, expires_at, send},
    write::retried,
};
use crate::{
    domain::{error_code::ErrorCode, id::AccountId, link::LinkKind, password::Password},
    store::{
        StoreError,
        account::{self, NewRow},
        registration::{self, Registration},
    },
};

/// Makes an account of the registration whose link this is; all others that wait for the address
/// die. INVALID_TOKEN for a link that opens nothing, ALREADY_VERIFIED for one that did before
/// (TEXT-4); PASSWORD_REQUIRED in another browser than the one that registered, and nothing has
/// changed then.
pub async fn verify(
    deps: &Deps,
    caller: &Caller,
    token: &str,
    password: Option<&Password>,
) -> Result<ActorAccount, Failure> {
    check::no_key(caller)?;
    let link = check::link(token, LinkKind::Registration)?;
    let waiting = registration::by_id(deps.db.latest(), link.id, deps.clock.now())
        .await?
        .filter(|waiting| deps.secret.opens(&link, waiting.generation))
        .ok_or_else(invalid_token)?;
    if waiting.verified_at.is_some() {
        return Err(UserError::at(ErrorCode::AlreadyVerified, "token").into());
    }
    check_proof(deps, caller, &waiting, password).await?;
    retried(|| become_account(deps, caller, &waiting)).await
}

/// Refuses whoever does not prove that it was they who registered.
async fn check_proof(
    deps: &Deps,
    caller: &Caller,
    waiting: &Registration,
    password: Option<&Password>,
) -> Result<(), Failure> {
    let Some(password) = password else {
        let hash = caller
            .device
            .as_deref()
            .map(|device| device_hash(deps, device));
        let same = match (&hash, &waiting.device_hash) {
            (Some(presented), Some(kept)) => presented.is(kept),
            _ => false,
        };
        return if same {
            Ok(())
        } else {
            Err(UserError::at(ErrorCode::PasswordRequired, "password").into())
        };
    };
    let attempt = Attempt::of_registration(deps, waiting.id);
    retried(|| attempt.begin(deps, None)).await?;
    let right = !password.is_too_long()
        && deps
            .hasher
            .verify(password, Some(&waiting.password_hash), Urgency::Other)
            .await?
            .is_right();
    if right {
        Ok(())
    } else {
        Err(UserError::at(ErrorCode::InvalidCredentials, "password").into())
    }
}

/// ALREADY_VERIFIED if the link was used meanwhile, INVALID_TOKEN if another was, or the address
/// got an account; TAKEN if it is kept for the account that had it until lately (ACC-8).
async fn become_account(
    deps: &Deps,
    caller: &Caller,
    waiting: &Registration,
) -> Result<ActorAccount, Failure> {
    let db = deps.db.begin().await?;
    let now = deps.clock.now();
    let taken = waiting.clone();
    if !registration::take(&db, &taken, now).await? {
        db.rollback().await.map_err(StoreError::from)?;
        let was_used = registration::by_id(deps.db.latest(), waiting.id, now)
            .await?
            .is_some_and(|row| row.verified_at.is_some());
        let error = if was_used {
            UserError::at(ErrorCode::AlreadyVerified, "token")
        } else {
            invalid_token()
        };
        return Err(error.into());
    }
    let row = NewRow {
        id: AccountId(deps.ids.uuid(now)),
        email: taken.email,
        email_canonical: taken.email_canonical,
        given_name: taken.given_name,
        family_name: taken.family_name,
        locale: taken.locale,
        password_hash: Some(taken.password_hash),
        is_operator: false,
        email_verified_at: Some(now),
        created_at: now,
    };
    let Some(mut write) = add(deps, caller, db, row).await? else {
        let owner = account::for_sign_in(deps.db.latest(), &waiting.email_canonical).await?;
        let error = if owner.is_some() {
            invalid_token()
        } else {
            UserError::at(ErrorCode::Taken, "token")
        };
        return Err(error.into());
    };
    write.by_itself();
    Ok(ActorAccount::from(write.commit().await?))
}

/// Sends the link of a waiting registration again; the earlier link stops working. The answer is
/// the same, and takes as long, whether one waits or not (ACC-4).
pub async fn resend(deps: &Deps, caller: &Caller, email: &str) -> Result<(), Failure> {
    check::no_key(caller)?;
    let began = Instant::now();
    let email = check::email(email, "email")?;
    retried(|| async {
        let db = deps.db.begin().await?;
        admit_mail(deps, caller, &db).await?;
        let again = (Purpose::Registration, Source::Network);
        let may_send = may_send(deps, caller, &db, again, &email.canonical).await?;
        send_again(deps, caller, &db, &email.canonical, may_send).await?;
        Ok(db.commit().await.map_err(StoreError::from)?)
    })
    .await?;
    pad_response_time(began).await;
    Ok(())
}

/// The statements of [`send_again`] besides those that look, where nothing is sent.
const OF_SENDING: usize = 2;

async fn send_again(
    deps: &Deps,
    caller: &Caller,
    db: &DatabaseTransaction,
    email_canonical: &str,
    may_send: bool,
) -> Result<(), Failure> {
    let now = deps.clock.now();
    let owner = account::for_sign_in(db, email_canonical).await?;
    let device = caller
        .device
        .as_deref()
        .map(|device| device_hash(deps, device));
    let waiting = registration::waiting(db, email_canonical, device.as_ref(), now).await?;
    let Some(waiting) = waiting.filter(|_| may_send && owner.is_none()) else {
        return Ok(account::touch_nothing(db, OF_SENDING).await?);
    };
    let again = Registration {
        generation: waiting.generation.saturating_add(1),
        ..waiting
    };
    send(deps, db, &again, None, now).await?;
    Ok(registration::renew(db, again.id, again.generation, expires_at(deps, now)).await?)
}
