//! The second factors of an account (MFA): what its owner sees of them, and what goes with every
//! change. TOTP and recovery codes are set up in the files beside; signing in with a factor is
//! `session`'s, what needs one is `step_up`'s.
//!
//! Seeds, codes and tokens leave by their one answer alone: no log, event or kept result has them
//! (MFA-12).

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{
    Actor, Caller, Deps, Failure, account::write::AccountWrite, sealing::Place, write::Event,
};
use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        id::{AccountId, SecondFactorId},
        keyed_hash::KeyedHash,
        mail::MailKind,
        second_factor::{self, RECOVERY_CODES, SecondFactorKind},
    },
    store::{
        outbox::{self, NewMail, Receiver},
        second_factor as rows,
    },
};

pub(super) mod code;
pub mod passkey;
mod recovery;
pub mod removal;
mod reseal;
mod totp;

pub use recovery::regenerate;
pub use reseal::{Resealed, reseal};
pub use totp::{Enrolled, Enrolment, confirm, disable, start};

use rows::FactorRow;

/// A second factor as its owner sees it.
#[derive(Debug, Clone)]
pub struct SecondFactor {
    /// The key of its row.
    pub id: SecondFactorId,
    /// Its kind.
    pub kind: SecondFactorKind,
    /// What its owner calls it.
    pub name: Option<String>,
    /// When it began to count.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether a passkey is kept on several devices; `None` for other kinds.
    pub is_synced: Option<bool>,
}

impl From<FactorRow> for SecondFactor {
    fn from(row: FactorRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            name: row.name,
            created_at: row.confirmed_at,
            last_used_at: row.last_used_at,
            is_synced: row.is_synced,
        }
    }
}

/// The caller's own factors, oldest first; none for keys (MFA-12).
pub async fn own(deps: &Deps, caller: &Caller) -> Result<Vec<SecondFactor>, Failure> {
    match &caller.actor {
        Actor::Session(session) => {
            let rows = rows::of_account(deps.db.reader(), session.account.id, caller.now).await?;
            Ok(rows.into_iter().map(SecondFactor::from).collect())
        }
        Actor::Anonymous | Actor::Key(_) | Actor::System => Ok(Vec::new()),
    }
}

/// One of the caller's own factors.
pub async fn by_id(
    deps: &Deps,
    caller: &Caller,
    id: SecondFactorId,
) -> Result<Option<SecondFactor>, Failure> {
    let factors = own(deps, caller).await?;
    Ok(factors.into_iter().find(|factor| factor.id == id))
}

/// How many recovery codes the account has left; `None` if it has no factor.
pub async fn recovery_codes_left(
    deps: &Deps,
    caller: &Caller,
    account: AccountId,
) -> Result<Option<u64>, Failure> {
    let db = deps.db.reader();
    Ok(if rows::exists(db, account, caller.now).await? {
        Some(rows::recovery_codes_left(db, account).await?)
    } else {
        None
    })
}

/// The kinds by which a sign-in can be completed, of an account with these factors.
pub(super) fn kinds(factors: &[FactorRow], recovery_codes: u64) -> Vec<SecondFactorKind> {
    let has = |kind| factors.iter().any(|factor| factor.kind == kind);
    SecondFactorKind::ALL
        .iter()
        .copied()
        .filter(|kind| match kind {
            SecondFactorKind::Totp | SecondFactorKind::Passkey => has(*kind),
            SecondFactorKind::RecoveryCode => recovery_codes > 0,
        })
        .collect()
}

/// Where the seed of a TOTP factor is stored.
pub(super) fn place_of_seed(id: SecondFactorId) -> Place {
    Place {
        table: "second_factor",
        column: "seed",
        row: id.0,
    }
}

/// What is stored of a recovery code.
fn recovery_hash(deps: &Deps, account: AccountId, code: &SecretString) -> KeyedHash {
    let text = second_factor::recovery_text(account, code);
    deps.secret
        .keyed_hashes("recovery code", text.expose_secret().as_bytes())
}

/// New recovery codes of the locked account, in place of those that it had; shown once (MFA-2).
async fn new_recovery_codes(
    deps: &Deps,
    write: &AccountWrite<'_>,
) -> Result<Vec<SecretString>, Failure> {
    let (account, now) = (write.account.id, write.now);
    let codes: Vec<SecretString> = (0..RECOVERY_CODES)
        .map(|_| second_factor::recovery_code(&deps.ids))
        .collect();
    let hashes = codes
        .iter()
        .map(|code| {
            let hash = recovery_hash(deps, account, code).current;
            (deps.ids.uuid(now), hash)
        })
        .collect();
    rows::set_recovery_codes(write.db(), account, hashes, now).await?;
    Ok(codes)
}

/// What goes with a new factor of the locked account: recovery codes if it is the first one, the end
/// of sign-ins that wait, the record, a mail. Answers the codes.
async fn added(
    deps: &Deps,
    write: &mut AccountWrite<'_>,
    (id, kind, name): (SecondFactorId, SecondFactorKind, Option<&str>),
    is_first: bool,
) -> Result<Option<Vec<SecretString>>, Failure> {
    removal::ends_with_the_others(write).await?;
    let codes = if is_first {
        Some(new_recovery_codes(deps, write).await?)
    } else {
        None
    };
    rows::end_challenges(write.db(), write.account.id).await?;
    let mut changes = vec![FieldChange::plain("kind", Value::Null, kind.as_str())];
    if let Some(name) = name {
        changes.push(FieldChange::personal("name", Value::Null, name));
    }
    write.record(Event::new(AuditEventKind::SecondFactorAdded, id, changes));
    let saying = json!({ "kind": kind.as_str() });
    tell(deps, write, MailKind::SecondFactorAdded, saying).await?;
    Ok(codes)
}

/// Removes a factor of the locked account, with the recovery codes if it was the last one, and what
/// goes with it (MFA-7).
async fn removed(
    deps: &Deps,
    write: &mut AccountWrite<'_>,
    factor: &FactorRow,
) -> Result<(), Failure> {
    let (account, now) = (write.account.id, write.now);
    rows::remove(write.db(), account, &[factor.id]).await?;
    if !rows::exists(write.db(), account, now).await? {
        rows::set_recovery_codes(write.db(), account, Vec::new(), now).await?;
    }
    rows::end_challenges(write.db(), account).await?;
    record_removal(write, factor, None);
    let saying = json!({ "kind": factor.kind.as_str() });
    tell(deps, write, MailKind::SecondFactorRemoved, saying).await
}

/// Records that a factor is gone: since `at`, if that was before now.
fn record_removal(write: &mut AccountWrite<'_>, factor: &FactorRow, at: Option<DateTime<Utc>>) {
    let mut changes = vec![FieldChange::plain(
        "kind",
        factor.kind.as_str(),
        Value::Null,
    )];
    if let Some(name) = &factor.name {
        changes.push(FieldChange::personal("name", name.as_str(), Value::Null));
    }
    let event = Event::new(AuditEventKind::SecondFactorRemoved, factor.id, changes);
    write.record(match at {
        Some(at) => event.effective(at),
        None => event,
    });
}

/// Mails the owner of the locked account.
pub(super) async fn tell(
    deps: &Deps,
    write: &AccountWrite<'_>,
    kind: MailKind,
    saying: Value,
) -> Result<(), Failure> {
    let account = write.account.id;
    let mail = NewMail::new(deps.ids.uuid(write.now), kind, Receiver::Account(account))
        .about(account)
        .saying(saying);
    Ok(outbox::queue(write.db(), vec![mail], write.now).await?)
}
