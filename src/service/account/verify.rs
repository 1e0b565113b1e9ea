//! `verifyEmail` and `resendVerificationEmail` (ACC-2).
//!
//! The click on a mailed link proves the mailbox, and not that whoever clicks chose the password: a stranger can have registered
//! somebody else's address, and mail scanners click every link. So the link counts in the browser that registered (its cookie),
//! or with the password of that registration. Whoever did neither cannot make the stranger's password valid.

use sea_orm::DatabaseTransaction;
use subtle::ConstantTimeEq;
use tokio::time::Instant;

use super::{
    super::{
        Caller, Deps, Failure, UserError,
        caller::ActorAccount,
        session::slowing::{Attempt, admit_mail},
    },
    add,
    check::{self, invalid_token},
    even::even_out,
    register::{device_hash, expires_at, send},
    write::retried,
};
use crate::{
    domain::{id::AccountId, link::LinkKind, password::Password},
    store::{
        StoreError,
        account::{self, NewRow},
        registration::{self, Registration},
    },
};

/// Makes an account of the registration whose link this is; all others that wait for the address die. INVALID_TOKEN for a link
/// that opens nothing; PASSWORD_REQUIRED in another browser than the one that registered, and nothing has changed then.
pub async fn verify(
    deps: &Deps,
    caller: &Caller,
    token: &str,
    password: Option<&Password>,
) -> Result<Result<ActorAccount, Vec<UserError>>, Failure> {
    check::no_key(caller)?;
    let link = match check::link(token, LinkKind::Registration) {
        Ok(link) => link,
        Err(error) => return Ok(Err(vec![error])),
    };
    let found = registration::by_id(deps.db.latest(), link.id, deps.clock.now()).await?;
    let Some(waiting) = found.filter(|waiting| deps.secret.opens(&link, waiting.generation)) else {
        return Ok(Err(vec![invalid_token()]));
    };
    if let Some(error) = missing_proof(deps, caller, &waiting, password).await? {
        return Ok(Err(vec![error]));
    }
    let made = retried(|| become_account(deps, caller, &waiting)).await?;
    Ok(made.ok_or_else(|| vec![invalid_token()]))
}

/// Why it is not shown that this is who registered.
async fn missing_proof(
    deps: &Deps,
    caller: &Caller,
    waiting: &Registration,
    password: Option<&Password>,
) -> Result<Option<UserError>, Failure> {
    let Some(password) = password else {
        let hash = caller.device.as_deref().map(|device| device_hash(deps, device));
        let same = match (&hash, &waiting.device_hash) {
            (Some(presented), Some(kept)) => presented.as_slice().ct_eq(kept).into(),
            _ => false,
        };
        return Ok((!same).then(|| UserError::at("PASSWORD_REQUIRED", "password")));
    };
    let attempt = Attempt::of_registration(deps, waiting.id);
    retried(|| attempt.begin(deps, None)).await?;
    let right = !password.is_too_long() && deps.hasher.verify(password, Some(&waiting.password_hash)).await?.is_right();
    Ok((!right).then(|| UserError::at("INVALID_CREDENTIALS", "password")))
}

/// `None` if the link was used, or the address got an account, meanwhile.
async fn become_account(deps: &Deps, caller: &Caller, waiting: &Registration) -> Result<Option<ActorAccount>, Failure> {
    let db = deps.db.begin().await?;
    let now = deps.clock.now();
    let Some(taken) = registration::take(&db, waiting.id, waiting.generation, now).await? else {
        db.rollback().await.map_err(StoreError::from)?;
        return Ok(None);
    };
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
    let Some(mut write) = add(deps, caller, db, row).await? else { return Ok(None) };
    write.by_itself();
    Ok(Some(ActorAccount::from(write.commit().await?)))
}

/// Sends the link of a waiting registration anew; the one before counts no more. The answer is the same, and takes as long,
/// whether one waits or not (ACC-4).
pub async fn resend(deps: &Deps, caller: &Caller, email: &str) -> Result<Result<(), Vec<UserError>>, Failure> {
    check::no_key(caller)?;
    let began = Instant::now();
    let email = match check::email(email, "email") {
        Ok(email) => email,
        Err(error) => return Ok(Err(vec![error])),
    };
    retried(|| async {
        let db = deps.db.begin().await?;
        admit_mail(deps, caller, &db).await?;
        send_again(deps, caller, &db, &email.canonical).await?;
        Ok(db.commit().await.map_err(StoreError::from)?)
    })
    .await?;
    even_out(began).await;
    Ok(Ok(()))
}

/// The statements of [`send_again`] where there is nobody to send to.
const UNSENT: usize = 3;

async fn send_again(deps: &Deps, caller: &Caller, db: &DatabaseTransaction, email_canonical: &str) -> Result<(), Failure> {
    let now = deps.clock.now();
    let owner = account::for_sign_in(db, email_canonical).await?;
    let device = caller.device.as_deref().map(|device| device_hash(deps, device));
    let found = registration::waiting(db, email_canonical, device.as_ref(), now).await?;
    let Some(found) = found.filter(|_| owner.is_none()) else {
        return Ok(account::touch_nothing(db, UNSENT).await?);
    };
    let again = Registration { generation: found.generation.saturating_add(1), ..found };
    if send(deps, db, &again, None, now).await? {
        registration::renew(db, again.id, again.generation, expires_at(deps, now)).await?;
    } else {
        account::touch_nothing(db, UNSENT - 1).await?;
    }
    Ok(())
}
