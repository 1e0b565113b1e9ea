//! Signing in (ACC-3 to ACC-6): one answer for every reason not to let somebody in, in like time.

use std::cmp::Reverse;

use crate::store::DatabaseTransaction;
use serde_json::Value;
use tokio::time::Instant;

use super::{
    Session, SessionTransport, challenge,
    cookie::DEVICE_LIFETIME,
    end_sessions,
    slowing::{Attempt, device_hash, known_device},
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::{self, FieldChange},
        email::EmailAddress,
        error_code::ErrorCode,
        id::SessionId,
        mail::MailKind,
        password::Password,
        second_factor::{SecondFactorKind, Shown},
        secret::{ChallengeToken, DeviceToken, SessionToken},
    },
    service::{
        Caller, Deps, Failure, UserError,
        account::{
            even::pad_response_time,
            write::{AccountChain, AccountWrite, retried},
        },
        caller::ActorAccount,
        hasher::{Urgency, Verified},
        second_factor::code::use_code,
        write::Event,
    },
    store::{
        StoreError,
        account::{self, SignInRow},
        outbox::{self, NewMail, Receiver},
        second_factor,
        session::{self, NewRow, SessionRow, device, failure::Key},
    },
    words::message,
};

/// The most devices that are remembered for one account.
const MOST_DEVICES: usize = 50;

/// What somebody gives to sign in.
#[derive(Clone)]
pub struct SignIn {
    /// The address, as typed.
    pub email: String,
    /// The password, as typed.
    pub password: Password,
    /// A code of a second factor, to sign in with one call.
    pub second_factor: Option<String>,
    /// How the token is to travel.
    pub transport: SessionTransport,
}

/// Somebody who has signed in.
pub struct SignedIn {
    /// The session that begins.
    pub session: Session,
    /// Its token; kept nowhere else.
    pub token: SessionToken,
    /// The account that signed in.
    pub account: ActorAccount,
    /// The cookie of this device, if it brought none.
    pub device: Option<DeviceToken>,
}

/// What comes of the right address and password.
pub enum SignInAnswer {
    /// A session.
    SignedIn(Box<SignedIn>),
    /// The account has a second factor: the sign-in waits for it (MFA-5).
    FactorRequired(Awaited),
}

/// A sign-in that waits for a second factor.
pub struct Awaited {
    /// Its token; kept nowhere else.
    pub challenge: ChallengeToken,
    /// By which kinds of factor it can be completed.
    pub kinds: Vec<SecondFactorKind>,
}

/// Signs somebody in, or lets the sign-in wait for a second factor. INVALID_CREDENTIALS alike for an address that is unknown, malformed or not
/// confirmed, an account without a password, and a wrong password (ACC-4); RATE_LIMITED after too
/// many failures (ACC-5), and INVALID_CODE for a wrong code of a second factor (MFA-6): whether an
/// account has one is told only after the right password.
pub async fn sign_in(
    deps: &Deps,
    caller: &Caller,
    input: &SignIn,
) -> Result<SignInAnswer, Failure> {
    if caller.key().is_some() {
        return Err(Failure::forbidden(message::not_by_key()));
    }
    let began = Instant::now();
    let email = EmailAddress::parse(&input.email).ok();
    let attempt = Attempt::new(deps, caller, &input.email, email.as_ref());
    let mut row = find(deps, email.as_ref()).await?;
    let device = known_device(deps, caller, row.as_ref().map(|row| row.id)).await?;
    let device = device.as_ref();
    retried(|| attempt.begin(deps, device)).await?;
    let urgency = match device {
        Some(_) => Urgency::KnownDevice,
        None => Urgency::SignIn,
    };
    // Twice: the password may be changed, or hashed anew, between the look at it and the lock.
    for _ in 0..2 {
        let verified = match verify(deps, row.as_ref(), &input.password, urgency).await {
            Ok(verified) => verified,
            Err(failure) => {
                attempt.abandon(deps, device).await?;
                return Err(failure);
            }
        };
        let Some(right) = row.as_ref().filter(|_| verified.is_right()) else {
            break;
        };
        let rehashed = rehashed(deps, right, &input.password, verified, urgency).await;
        let started = retried(|| {
            start(
                deps,
                caller,
                right,
                input,
                (&attempt, device),
                rehashed.clone(),
            )
        })
        .await?;
        match started {
            Started::Answer(answer) => return Ok(answer),
            Started::WrongCode => {
                return Err(UserError::at(ErrorCode::InvalidCode, "secondFactor").into());
            }
            Started::Changed => {}
        }
        row = find(deps, email.as_ref()).await?;
    }
    retried(|| failed(deps, caller, &attempt, row.as_ref())).await?;
    pad_response_time(began).await;
    Err(Failure::from(UserError {
        code: ErrorCode::InvalidCredentials,
        bound: None,
        path: Vec::new(),
        limit: None,
    }))
}

async fn find(deps: &Deps, email: Option<&EmailAddress>) -> Result<Option<SignInRow>, Failure> {
    match email {
        Some(email) => Ok(account::for_sign_in(deps.db.latest(), &email.canonical).await?),
        None => Ok(None),
    }
}

/// Whether this is the password of an account that may sign in. Hashes in every case but that of a
/// password too long to be one.
async fn verify(
    deps: &Deps,
    row: Option<&SignInRow>,
    password: &Password,
    urgency: Urgency,
) -> Result<Verified, Failure> {
    if password.is_too_long() {
        return Ok(Verified::Wrong);
    }
    let hash = row.and_then(|row| row.password_hash.as_deref());
    let verified = deps.hasher.verify(password, hash, urgency).await?;
    Ok(if row.is_some_and(|row| row.verified) {
        verified
    } else {
        Verified::Wrong
    })
}

/// A new hash if the old one is weaker than what is asked for today, or of the password as it was
/// typed; signing in does not fail for want of it.
async fn rehashed(
    deps: &Deps,
    row: &SignInRow,
    password: &Password,
    verified: Verified,
    urgency: Urgency,
) -> Option<String> {
    match &row.password_hash {
        Some(hash) if verified == Verified::RightAsTyped || deps.hasher.needs_rehash(hash) => {
            deps.hasher.hash(password, urgency).await.ok()
        }
        _ => None,
    }
}

/// What came of the right password under the lock.
enum Started {
    Answer(SignInAnswer),
    /// The code of the second factor is wrong; it was counted.
    WrongCode,
    /// The account is not any more what was looked at.
    Changed,
}

/// Begins a session, or lets it wait for a factor.
async fn start(
    deps: &Deps,
    caller: &Caller,
    row: &SignInRow,
    input: &SignIn,
    (attempt, known_device): (&Attempt, Option<&Key>),
    rehashed: Option<String>,
) -> Result<Started, Failure> {
    let Some(mut write) = AccountWrite::begin(deps, caller, row.id).await? else {
        return Ok(Started::Changed);
    };
    if write.account.password_hash != row.password_hash {
        write.roll_back().await?;
        return Ok(Started::Changed);
    }
    attempt.succeed(write.db(), known_device).await?;
    if let Some(hash) = &rehashed {
        account::set_password(write.db(), row.id, hash, None).await?;
    }
    let mut shown = Shown::password(write.now);
    let factors = second_factor::of_account(write.db(), row.id, write.now).await?;
    if !factors.is_empty() {
        let Some(code) = &input.second_factor else {
            let awaited = challenge::begin(deps, caller, &write, &factors).await?;
            write.commit().await?;
            return Ok(Started::Answer(SignInAnswer::FactorRequired(awaited)));
        };
        if use_code(deps, &mut write, code).await?.is_none() {
            write.commit().await?;
            return Ok(Started::WrongCode);
        }
        shown.factor_at = Some(write.now);
    }
    let signed_in = finish(deps, caller, write, input.transport, shown).await?;
    Ok(Started::Answer(SignInAnswer::SignedIn(Box::new(signed_in))))
}

/// Begins the session of whoever has shown all that the account asks for, and commits.
pub(super) async fn finish(
    deps: &Deps,
    caller: &Caller,
    mut write: AccountWrite<'_>,
    transport: SessionTransport,
    shown: Shown,
) -> Result<SignedIn, Failure> {
    write.by_itself();
    account::signed_in(write.db(), write.account.id, write.now).await?;
    let (chain, db) = write.parts();
    let NewSession {
        session,
        token,
        device,
    } = begin(deps, caller, chain, db, (transport, shown)).await?;
    let account = ActorAccount::from(write.commit().await?);
    Ok(SignedIn {
        session,
        token,
        account,
        device,
    })
}

/// A session that was begun, in a transaction that is not committed yet.
pub(crate) struct NewSession {
    pub(crate) session: Session,
    /// Its token; kept nowhere else.
    pub(crate) token: SessionToken,
    /// The cookie of this device, if it brought none.
    pub(crate) device: Option<DeviceToken>,
}

/// Begins a session of the locked account, ends the one idle longest if there are too many (ACC-6),
/// remembers the device.
pub(crate) async fn begin(
    deps: &Deps,
    caller: &Caller,
    chain: &mut AccountChain<'_>,
    db: &DatabaseTransaction,
    (transport, shown): (SessionTransport, Shown),
) -> Result<NewSession, Failure> {
    let (account_id, now) = (chain.account.id, chain.now);
    let mut live = session::live(db, account_id, now, now - deps.limits.session_idle).await?;
    live.sort_by_key(|row| Reverse(row.last_active_at));
    let idlest: Vec<SessionId> = live
        .iter()
        .skip(deps.limits.sessions.saturating_sub(1))
        .map(|row| row.id)
        .collect();
    end_sessions(chain, db, &idlest, "TOO_MANY").await?;
    let token = SessionToken::generate(&deps.ids);
    let session = SessionRow {
        id: SessionId(deps.ids.uuid(now)),
        account_id,
        created_at: now,
        last_active_at: now,
        expires_at: now + deps.limits.session_absolute,
        user_agent: caller.user_agent.clone(),
        client_address: caller.client.map(|address| address.to_string()),
        shown,
    };
    let new = NewRow {
        session: session.clone(),
        token_hash: token.hash(),
        transport: transport.as_str(),
    };
    session::insert(db, new).await?;
    let device = remember_device(deps, caller, chain, db).await?;
    let mut changes = vec![
        FieldChange::plain("transport", Value::Null, transport.as_str()),
        FieldChange::plain("expiresAt", Value::Null, audit::instant(session.expires_at)),
        FieldChange::personal("userAgent", Value::Null, session.user_agent.clone()),
    ];
    if shown.factor_at.is_some() {
        changes.push(FieldChange::plain("secondFactor", Value::Null, true));
    }
    chain.record(Event::new(
        AuditEventKind::SessionStarted,
        session.id,
        changes,
    ));
    let id = session.id;
    Ok(NewSession {
        session: Session::of(deps, session, id),
        token,
        device,
    })
}

/// Remembers the caller's device for the account, and names a device that had no name.
async fn remember_device(
    deps: &Deps,
    caller: &Caller,
    chain: &AccountChain<'_>,
    db: &DatabaseTransaction,
) -> Result<Option<DeviceToken>, Failure> {
    let (named, new) = match &caller.device {
        Some(device) => (device.clone(), None),
        None => {
            let token = DeviceToken::generate(&deps.ids);
            (device_name(&token), Some(token))
        }
    };
    let (account, now) = (chain.account.id, chain.now);
    let hash = device_hash(deps, account, &named);
    device::remember(
        db,
        account,
        &hash.current,
        (now, now + DEVICE_LIFETIME),
        deps.ids.uuid(now),
    )
    .await?;
    device::forget(db, account, now, MOST_DEVICES).await?;
    Ok(new)
}

/// By what a request's [`Caller::device`] names a device: the hash of its cookie, so that no log
/// can tell the cookie.
pub(crate) fn device_name(token: &DeviceToken) -> String {
    audit::hex(&token.hash())
}

/// The statements of a failure that is recorded, besides those of the counter.
const OF_RECORDING: usize = 4;

/// Records the failure for an account that there is, and tells its owner at the tenth of a burst.
/// Sends as many statements for unknown addresses (ACC-4). Locks the account before the counter, as
/// signing in does.
async fn failed(
    deps: &Deps,
    caller: &Caller,
    attempt: &Attempt,
    row: Option<&SignInRow>,
) -> Result<(), Failure> {
    let Some(row) = row else {
        let db = deps.db.begin().await?;
        account::touch_nothing(&db, OF_RECORDING).await?;
        attempt.owner_is_to_be_told(&db).await?;
        return Ok(db.commit().await.map_err(StoreError::from)?);
    };
    let Some(mut write) = AccountWrite::begin(deps, caller, row.id).await? else {
        return Ok(());
    };
    let tell = attempt.owner_is_to_be_told(write.db()).await?;
    let reason = match (&row.password_hash, row.verified) {
        (None, _) => "NO_PASSWORD",
        (Some(_), false) => "NOT_VERIFIED",
        (Some(_), true) => "WRONG_PASSWORD",
    };
    let changes = vec![FieldChange::plain("reason", Value::Null, reason)];
    write.record(Event::new(AuditEventKind::SignInFailed, row.id, changes));
    if tell {
        let mail = NewMail::new(
            deps.ids.uuid(write.now),
            MailKind::SignInFailures,
            Receiver::Account(row.id),
        )
        .about(row.id);
        outbox::queue(write.db(), vec![mail], write.now).await?;
    }
    write.commit().await?;
    Ok(())
}
