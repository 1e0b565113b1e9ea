//! Changing one's address (ACC-8): asked for with the password, confirmed by the new address,
//! undone by the old one for 72 hours.

use chrono::Duration;
use serde_json::Value;
use tokio::time::Instant;

use super::{
    super::{
        Caller, Deps, Failure, UserError,
        caller::ActorAccount,
        session::{end_all, slowing::admit_mail},
        step_up,
        write::Event,
    },
    allowance::{Purpose, Source, may_send},
    check::{self, invalid_token},
    even::pad_response_time,
    reset,
    write::{AccountCall, AccountWrite, retried},
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::FieldChange, email::EmailAddress, error_code::ErrorCode, link::LinkKind,
        mail::MailKind, password::Password, second_factor::StepUp,
    },
    store::{
        StoreError,
        account::{self, Locked},
        email_change::{self, Address, Change},
        membership,
        outbox::{self, NewMail, Receiver},
        password_reset, registration,
    },
    words::message,
};

/// How long the new address can confirm.
const TO_CONFIRM: Duration = Duration::hours(24);

/// How long the old address can undo (ACC-8).
pub(crate) const TO_UNDO: Duration = Duration::hours(72);

/// A change has one mail of each kind.
const GENERATION: i32 = 0;

/// Asks for another address. The answer is the same, and takes as long, whether that has an account
/// or not (ACC-4): its owner is told then, and nothing can be confirmed. Answers whether the same
/// call was made before, and so changed nothing (AUD-5).
pub async fn change(
    deps: &Deps,
    caller: &Caller,
    new_email: &str,
    password: &Password,
    call: &AccountCall,
) -> Result<bool, Failure> {
    let session = check::session(caller)?;
    call.admit()?;
    step_up::require(deps, caller, StepUp::Strongest).await?;
    let began = Instant::now();
    let EmailAddress {
        typed, canonical, ..
    } = check::email(new_email, "newEmail")?;
    let new = Address { typed, canonical };
    if new.typed == session.account.email {
        return Err(UserError::at(ErrorCode::Unchanged, "newEmail").into());
    }
    let wrong = || UserError::at(ErrorCode::InvalidCredentials, "password");
    let right = check::current_password(deps, caller, session, password)
        .await?
        .ok_or_else(wrong)?;
    let replayed = retried(|| async {
        let mut write = AccountWrite::begin(deps, caller, session.account.id)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        if write.account.password_hash.as_ref() != Some(&right.hash) {
            write.roll_back().await?;
            return Err(wrong().into());
        }
        if write.is_repeated(call).await? {
            right.attempt.forgive(write.db()).await?;
            write.commit().await?;
            return Ok(true);
        }
        admit_mail(deps, caller, write.db()).await?;
        right.attempt.forgive(write.db()).await?;
        ask(deps, caller, &mut write, &new).await?;
        write.commit().await?;
        Ok(false)
    })
    .await?;
    pad_response_time(began).await;
    Ok(replayed)
}

/// Lets the change wait and queues the mail about it, unless the address had enough of them today.
async fn ask(
    deps: &Deps,
    caller: &Caller,
    write: &mut AccountWrite<'_>,
    new: &Address,
) -> Result<(), Failure> {
    let (me, now) = (write.account.clone(), write.now);
    let owner = account::for_sign_in(write.db(), &new.canonical)
        .await?
        .filter(|owner| owner.id != me.id);
    let change = Change {
        id: deps.ids.uuid(now),
        account: me.id,
        old: Address {
            typed: me.email.clone(),
            canonical: me.email_canonical,
        },
        new: new.clone(),
        created_at: now,
        confirmed_at: None,
        is_undone: false,
    };
    let id = change.id;
    email_change::insert(write.db(), change, now + TO_CONFIRM).await?;
    let key = deps.secret.mail_key(&new.canonical);
    let kind = if owner.is_some() {
        MailKind::AddressInUse
    } else {
        MailKind::EmailChangeRequested
    };
    if may_send(
        deps,
        caller,
        write.db(),
        (Purpose::EmailChange, Source::Network),
        &new.canonical,
    )
    .await?
    {
        let mail = match owner {
            Some(owner) => NewMail::new(deps.ids.uuid(now), kind, Receiver::Account(owner.id))
                .about(owner.id)
                .counted_under(key),
            None => {
                let to = Receiver::Address {
                    email: new.typed.clone(),
                    key,
                    locale: me.locale,
                };
                NewMail::new(deps.ids.uuid(now), kind, to)
                    .about(id)
                    .generation(GENERATION)
            }
        };
        outbox::queue(write.db(), vec![mail], now).await?;
    }
    let change = FieldChange::personal("email", me.email, new.typed.as_str());
    write.record(Event::new(
        AuditEventKind::EmailChangeRequested,
        me.id,
        vec![change],
    ));
    Ok(())
}

/// The account's own session confirms with the link to the new address: the account has it from now
/// on, the old one is told. Confirming again is answered as done (TEXT-4). INVALID_TOKEN for a link
/// that opens nothing; TAKEN if the address got another account meanwhile, or is kept for the
/// account that had it until lately.
pub async fn confirm(deps: &Deps, caller: &Caller, token: &str) -> Result<ActorAccount, Failure> {
    follow(deps, caller, token, LinkKind::EmailChange).await
}

/// The old address takes the change back, and every later one: the account has the old address
/// again, all its sessions end, and a link that sets a new password is mailed. Undoing again is
/// answered as done (TEXT-4). INVALID_TOKEN for a link that opens nothing.
pub async fn undo(deps: &Deps, caller: &Caller, token: &str) -> Result<ActorAccount, Failure> {
    follow(deps, caller, token, LinkKind::EmailUndo).await
}

async fn follow(
    deps: &Deps,
    caller: &Caller,
    token: &str,
    kind: LinkKind,
) -> Result<ActorAccount, Failure> {
    let undoing = kind == LinkKind::EmailUndo;
    let own = if undoing {
        check::no_key(caller)?;
        None
    } else {
        Some(check::session(caller)?.account.id)
    };
    let link = match check::link(token, kind) {
        Ok(link) if deps.secret.opens(&link, GENERATION) => link,
        _ => return Err(invalid_token().into()),
    };
    let account = email_change::find(deps.db.latest(), link.id)
        .await?
        .ok_or_else(invalid_token)?
        .account;
    if own.is_some_and(|own| own != account) {
        return Err(Failure::forbidden(message::requires_other_account()));
    }
    let fits = |change: &Change| change.confirmed_at.is_some() == undoing;
    retried(|| async {
        let Some(mut write) = AccountWrite::begin(deps, caller, account).await? else {
            return Err(invalid_token().into());
        };
        let Some(change) = email_change::open(write.db(), link.id, write.now)
            .await?
            .filter(fits)
        else {
            let again = email_change::find(write.db(), link.id)
                .await?
                .filter(|change| is_done(change, undoing, &write.account));
            let account = ActorAccount::from(write.account.clone());
            write.roll_back().await?;
            return again.map(|_| account).ok_or_else(|| invalid_token().into());
        };
        write.by_itself();
        let to = if undoing { &change.old } else { &change.new };
        match move_to(&mut write, to).await {
            Err(StoreError::Duplicate) => {
                write.roll_back().await?;
                return Err(UserError::at(ErrorCode::Taken, "token").into());
            }
            other => other?,
        }
        if undoing {
            undone(deps, &mut write, &change).await?
        } else {
            confirmed(deps, &mut write, &change).await?
        }
        let mut account = ActorAccount::from(write.commit().await?);
        account.email.clone_from(&to.typed);
        Ok(account)
    })
    .await
}

/// Whether the link has done before what it is for, and the account has the address that came of
/// it.
fn is_done(change: &Change, undoing: bool, account: &Locked) -> bool {
    let address = if undoing { &change.old } else { &change.new };
    change.confirmed_at.is_some()
        && change.is_undone == undoing
        && account.email_canonical == address.canonical
}

/// Gives the account the address, with everything that copies it; links that were mailed to the one
/// before die.
async fn move_to(write: &mut AccountWrite<'_>, to: &Address) -> Result<(), StoreError> {
    let (me, now) = (write.account.clone(), write.now);
    account::set_email(write.db(), me.id, to, now).await?;
    let names = (me.given_name.as_deref(), me.family_name.as_deref());
    membership::rewrite_copies(write.db(), me.id, names, &to.canonical).await?;
    for address in [&to.canonical, &me.email_canonical] {
        registration::discard(write.db(), address).await?;
    }
    password_reset::close(write.db(), me.id, now).await
}

async fn confirmed(
    deps: &Deps,
    write: &mut AccountWrite<'_>,
    change: &Change,
) -> Result<(), Failure> {
    let (me, now) = (write.account.clone(), write.now);
    let old = Address {
        typed: me.email,
        canonical: me.email_canonical,
    };
    email_change::confirm(write.db(), change, &old, (now, now + TO_UNDO)).await?;
    let key = deps.secret.mail_key(&old.canonical);
    let to = Receiver::Address {
        email: old.typed.clone(),
        key,
        locale: me.locale,
    };
    let mail = NewMail::new(deps.ids.uuid(now), MailKind::EmailChanged, to)
        .about(change.id)
        .generation(GENERATION);
    outbox::queue(write.db(), vec![mail], now).await?;
    let changes = vec![FieldChange::personal(
        "email",
        old.typed,
        change.new.typed.as_str(),
    )];
    write.record(Event::new(AuditEventKind::EmailChanged, me.id, changes));
    Ok(())
}

async fn undone(deps: &Deps, write: &mut AccountWrite<'_>, change: &Change) -> Result<(), Failure> {
    let (me, now) = (write.account.clone(), write.now);
    email_change::undo(write.db(), me.id, change.confirmed_at.unwrap_or(now), now).await?;
    let changes = vec![
        FieldChange::personal("email", me.email, change.old.typed.as_str()),
        FieldChange::plain("changeId", Value::Null, change.id.to_string()),
    ];
    write.record(Event::new(
        AuditEventKind::EmailChangeUndone,
        me.id,
        changes,
    ));
    let (chain, db) = write.parts();
    end_all(chain, db, None, AuditEventKind::EmailChangeUndone.as_str()).await?;
    reset::after_undo(deps, db, me.id, now).await
}
