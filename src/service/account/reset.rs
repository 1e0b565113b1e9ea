//! Setting a new password by a mailed link (ACC-7): asked for by whoever types the address, by an
//! administrator for a member, or sent to whom an operator made an account.

use crate::service::hasher::Urgency;
use crate::store::DatabaseTransaction;
use chrono::{DateTime, Duration, Utc};
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    super::{
        Caller, Deps, Failure, UserError, api_key,
        caller::ActorAccount,
        session::{
            end_all,
            slowing::{Attempt, admit_mail, known_device},
        },
        write::Event,
    },
    allowance::{Purpose, Source, may_send},
    check::{self, invalid_token},
    even::pad_response_time,
    password::set,
    write::{AccountChain, AccountWrite, retried},
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        email::EmailAddress, error_code::ErrorCode, id::AccountId, link::LinkKind, mail::MailKind,
        password::Password,
    },
    store::{
        StoreError,
        account::{self, PublicAccount},
        key_list,
        outbox::{self, NewMail, Receiver},
        password_reset::{self, LinkState},
        registration,
    },
};

pub use crate::store::key_list::LivingKey;

/// How long a link lives.
const LIFETIME: Duration = Duration::hours(1);

/// How long the first link lives of an account that an operator made: its owner did not ask, and
/// may read mail tomorrow.
const WELCOME_LIFETIME: Duration = Duration::hours(24);

/// The most keys that are named after a reset.
const MOST_KEYS: usize = 100;

/// A link has one mail only.
const GENERATION: i32 = 0;

/// What came of asking for a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QueueOutcome {
    /// A mail is on its way.
    Sent,
    /// The caller had one sent less than two minutes ago, or five today: nothing was sent.
    TooSoon,
    /// There is no such account, or it was erased.
    NoAccount,
}

/// Queues a mail with a link for the account of somebody else, and records that the caller asked
/// for it, in the transaction of a workspace whose row is locked. For several accounts call it in
/// the order of their ids.
pub(crate) async fn queue(
    deps: &Deps,
    caller: &Caller,
    db: &DatabaseTransaction,
    account: AccountId,
) -> Result<QueueOutcome, Failure> {
    let Some(chain) = AccountChain::lock(deps, caller, account, db).await? else {
        return Ok(QueueOutcome::NoAccount);
    };
    if !may_send(
        deps,
        caller,
        db,
        (Purpose::Reset, Source::Account),
        &chain.account.email_canonical,
    )
    .await?
    {
        return Ok(QueueOutcome::TooSoon);
    }
    send(deps, chain, db).await?;
    Ok(QueueOutcome::Sent)
}

async fn send(
    deps: &Deps,
    mut chain: AccountChain<'_>,
    db: &DatabaseTransaction,
) -> Result<(), Failure> {
    let (account, now) = (chain.account.id, chain.now);
    insert(
        deps,
        db,
        account,
        (now, now + LIFETIME),
        MailKind::PasswordReset,
    )
    .await?;
    chain.record(Event::new(
        AuditEventKind::PasswordResetRequested,
        account,
        Vec::new(),
    ));
    chain.append(db).await?;
    Ok(())
}

/// Queues the mail to the owner of an account that has its former address back (ACC-8): whoever
/// changed it knew the password.
pub(super) async fn after_undo(
    deps: &Deps,
    db: &DatabaseTransaction,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    insert(
        deps,
        db,
        account,
        (now, now + LIFETIME),
        MailKind::PasswordReset,
    )
    .await
}

/// Queues the mail to the owner of an account that an operator just made.
pub(super) async fn welcome(
    deps: &Deps,
    db: &DatabaseTransaction,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    insert(
        deps,
        db,
        account,
        (now, now + WELCOME_LIFETIME),
        MailKind::AccountCreated,
    )
    .await
}

async fn insert(
    deps: &Deps,
    db: &DatabaseTransaction,
    account: AccountId,
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
    kind: MailKind,
) -> Result<(), Failure> {
    let id = deps.ids.uuid(now);
    password_reset::insert(db, (id, account), (now, expires_at)).await?;
    let mail = NewMail::new(deps.ids.uuid(now), kind, Receiver::Account(account))
        .about(id)
        .generation(GENERATION);
    Ok(outbox::queue(db, vec![mail], now).await?)
}

/// The statements of locking an account and [`send`].
const OF_SENDING: usize = 6;

/// Sends a link to the owner of the address. The answer is the same, and takes as long, whether
/// there is one or not (ACC-4).
pub async fn request(deps: &Deps, caller: &Caller, email: &str) -> Result<(), Failure> {
    check::no_key(caller)?;
    let began = Instant::now();
    let email = check::email(email, "email")?;
    retried(|| async {
        let db = deps.db.begin().await?;
        admit_mail(deps, caller, &db).await?;
        let owner = account::for_sign_in(&db, &email.canonical)
            .await?
            .map(|owner| owner.id);
        let device = known_device(deps, caller, owner).await?;
        let source = device.as_ref().map_or(Source::Network, Source::Device);
        let may_send = may_send(
            deps,
            caller,
            &db,
            (Purpose::Reset, source),
            &email.canonical,
        )
        .await?;
        let chain = match owner.filter(|_| may_send) {
            Some(owner) => AccountChain::lock(deps, caller, owner, &db).await?,
            None => None,
        };
        match chain {
            Some(chain) => send(deps, chain, &db).await?,
            None => account::touch_nothing(&db, OF_SENDING).await?,
        }
        Ok(db.commit().await.map_err(StoreError::from)?)
    })
    .await?;
    pad_response_time(began).await;
    Ok(())
}

/// A password that was reset.
pub struct Reset {
    /// The account whose password it is.
    pub account: ActorAccount,
    /// API keys of the account that still work: at most `MOST_KEYS`.
    pub keys: Vec<LivingKey>,
    /// How many keys still work.
    pub key_count: i64,
}

/// The account of a link that still counts. ALREADY_USED for one that a password was set with, so
/// that whoever follows it again learns that it worked (TEXT-4).
async fn account_of(deps: &Deps, link: Uuid) -> Result<AccountId, Failure> {
    match password_reset::state(deps.db.latest(), link, deps.clock.now()).await? {
        LinkState::Valid(account) => Ok(account),
        LinkState::Used => Err(UserError::at(ErrorCode::AlreadyUsed, "token").into()),
        LinkState::Dead => Err(invalid_token().into()),
    }
}

/// Sets the password of the account whose link this is: proves the address, ends all sessions, lets
/// every other link die. Keys live on, for programs use them; with `revoke_keys` they end too.
pub async fn reset(
    deps: &Deps,
    caller: &Caller,
    token: &str,
    password: &Password,
    revoke_keys: bool,
) -> Result<Reset, Failure> {
    check::no_key(caller)?;
    let link = match check::link(token, LinkKind::PasswordReset) {
        Ok(link) if deps.secret.opens(&link, GENERATION) => link,
        _ => return Err(invalid_token().into()),
    };
    let account = account_of(deps, link.id).await?;
    let PublicAccount {
        email,
        given_name,
        family_name,
        ..
    } = account::public(deps.db.latest(), &[account])
        .await?
        .pop()
        .ok_or_else(invalid_token)?;
    let email =
        EmailAddress::parse(&email).map_err(|error| Failure::Internal(error.to_string()))?;
    deps.hasher.admit(caller)?;
    let attempt = Attempt::of_link(deps, link.id);
    retried(|| attempt.begin(deps, None)).await?;
    let names = [given_name.as_deref(), family_name.as_deref()];
    let context = check::password_context(deps, account, &email, names).await?;
    check::new_password(deps, password, context, "newPassword").await?;
    let hash = deps.hasher.hash(password, Urgency::Other).await?;
    let account = retried(|| async {
        let mut write = AccountWrite::begin(deps, caller, account)
            .await?
            .ok_or_else(invalid_token)?;
        if !password_reset::take(write.db(), link.id, write.now).await? {
            write.roll_back().await?;
            account_of(deps, link.id).await?;
            return Err(invalid_token().into());
        }
        write.by_itself();
        let (canonical, now) = (write.account.email_canonical.clone(), write.now);
        registration::discard(write.db(), &canonical).await?;
        Attempt::new(deps, caller, &canonical, Some(&email))
            .forgive(write.db())
            .await?;
        let (chain, db) = write.parts();
        set(deps, chain, db, &hash, Some(now)).await?;
        chain.record(Event::new(
            AuditEventKind::PasswordReset,
            account,
            Vec::new(),
        ));
        end_all(chain, db, None, AuditEventKind::PasswordReset.as_str()).await?;
        Ok(ActorAccount::from(write.commit().await?))
    })
    .await?;
    // The password is set, whatever becomes of the keys: those that could not be revoked are named.
    if revoke_keys && let Err(failure) = api_key::revoke_all_of(deps, caller, account.id).await {
        tracing::warn!(account = %account.id, %failure, "could not revoke API keys after a password reset");
    }
    let (keys, key_count) =
        key_list::living(deps.db.latest(), account.id, MOST_KEYS, deps.clock.now()).await?;
    Ok(Reset {
        account,
        keys,
        key_count,
    })
}
