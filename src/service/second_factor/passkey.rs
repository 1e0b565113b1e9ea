//! Passkeys (MFA-3, MFA-4): registered, named and removed by their owner; shown to sign in, as a
//! second factor, or again in a session.
//!
//! A ceremony lives five minutes in the database, for one use, in the session or browser that began
//! it. What the protocol asks for is `relying_party`'s.

use chrono::Duration;
use serde_json::{Value, json};
use webauthn_rs::prelude::{Passkey, PublicKeyCredential};

use super::{
    SecondFactor, added, code, removed, rows, tell,
    totp::{Enrolled, show_factor},
};
use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        error_code::ErrorCode,
        id::{AccountId, SecondFactorId, SessionId},
        limit::{LimitKind, ReachedLimit},
        mail::MailKind,
        name,
        second_factor::{CeremonyKind, SecondFactorKind, StepUp},
        secret::CeremonyToken,
        text,
    },
    service::{
        Caller, Deps, Failure, UserError,
        account::write::{AccountWrite, retried},
        relying_party::{PasskeyShown, RelyingParty, read},
        session::challenge,
        step_up,
        write::Event,
    },
    store::{
        StoreError,
        passkey::{self as store, Ceremony, PasskeyRow},
    },
    words::message,
};

/// How long a ceremony lives (MFA-3).
const CEREMONY: Duration = Duration::minutes(5);

/// The most passkeys of an account (MFA-3).
pub const MOST_PASSKEYS: usize = 20;

/// The longest name of a passkey, in characters.
pub const LONGEST_NAME: usize = 50;

/// The name of a passkey that is given none.
const UNNAMED: &str = "Passkey";

/// A ceremony that has begun. No `Debug`: it would show the challenge.
pub struct Begun {
    /// Its token; kept nowhere else.
    pub ceremony: String,
    /// What the browser is asked for.
    pub options: Value,
}

/// What a browser answers.
#[derive(Clone)]
pub struct PasskeyAnswer {
    /// The token of the ceremony.
    pub ceremony: String,
    /// The credential in its JSON form.
    pub credential: Value,
}

fn relying_party(deps: &Deps) -> Result<&RelyingParty, Failure> {
    deps.relying_party
        .as_deref()
        .ok_or_else(|| UserError::whole(ErrorCode::PasskeysUnavailable).into())
}

fn invalid(path: &str) -> Failure {
    UserError::at(ErrorCode::InvalidPasskey, path).into()
}

/// Begins to register a passkey of the caller's. LIMIT_REACHED with 20.
pub async fn start_registration(deps: &Deps, caller: &Caller) -> Result<Begun, Failure> {
    let session = step_up::require(deps, caller, StepUp::All).await?;
    let party = relying_party(deps)?;
    deps.ceremonies.admit(&caller.budget_key())?;
    let account = &session.account;
    let passkeys = store::of_account(deps.db.latest(), account.id, deps.clock.now()).await?;
    if passkeys.len() >= MOST_PASSKEYS {
        return Err(too_many());
    }
    let known = passkeys
        .into_iter()
        .map(|passkey| passkey.credential_id)
        .collect();
    let name = crate::service::member::display_name(
        account.given_name.as_deref(),
        account.family_name.as_deref(),
    );
    let names = (account.email.as_str(), name.as_str());
    let (options, state) = party.start_registration(account.id.0, names, known)?;
    let of = Some((account.id, session.session_id));
    let ceremony = begin(deps, caller, (CeremonyKind::Registration, of), state).await?;
    Ok(Begun { ceremony, options })
}

fn too_many() -> Failure {
    let most = i64::try_from(MOST_PASSKEYS).unwrap_or(i64::MAX);
    UserError {
        path: Vec::new(),
        ..UserError::limited(
            ErrorCode::LimitReached,
            "",
            ReachedLimit::of(LimitKind::Passkeys, most),
        )
    }
    .into()
}

/// Begins to have a passkey shown: one of the account that asks or whose sign-in waits, else any
/// that the browser knows, with no address typed.
pub async fn start_sign_in(
    deps: &Deps,
    caller: &Caller,
    waiting: Option<&str>,
) -> Result<Begun, Failure> {
    if caller.key().is_some() {
        return Err(Failure::forbidden(message::not_by_key()));
    }
    let party = relying_party(deps)?;
    deps.ceremonies.admit(&caller.budget_key())?;
    let account = match (waiting, caller.session()) {
        (Some(token), _) => Some(
            challenge::find(deps, caller, token)
                .await?
                .ok_or_else(|| UserError::at(ErrorCode::InvalidChallenge, "challenge"))?
                .1
                .account,
        ),
        (None, Some(session)) => Some(session.account.id),
        (None, None) => None,
    };
    let known = match account {
        Some(account) => store::of_account(deps.db.latest(), account, deps.clock.now()).await?,
        None => Vec::new(),
    };
    let known: Vec<Vec<u8>> = known
        .into_iter()
        .filter(|passkey| passkey.host == party.host)
        .map(|passkey| passkey.credential_id)
        .collect();
    let (options, state) = party.start_authentication(&known)?;
    let ceremony = begin(deps, caller, (CeremonyKind::Authentication, None), state).await?;
    Ok(Begun { ceremony, options })
}

async fn begin(
    deps: &Deps,
    caller: &Caller,
    (kind, of): (CeremonyKind, Option<(AccountId, SessionId)>),
    state: String,
) -> Result<String, Failure> {
    let token = CeremonyToken::generate(&deps.ids);
    let now = deps.clock.now();
    let mark = challenge::client_mark(deps, caller);
    let ceremony = Ceremony {
        id: deps.ids.uuid(now),
        of,
        device_hash: mark.device.map(|hash| hash.current.to_vec()),
        client_hash: mark.client.current.to_vec(),
        kind,
        state,
    };
    let times = (now, now + CEREMONY);
    store::begin_ceremony(deps.db.writer(), ceremony, &token.hash(), times).await?;
    Ok(token.expose().to_owned())
}

/// Takes a ceremony for its one use; INVALID_PASSKEY if there is none, or it is another client's.
async fn take(
    deps: &Deps,
    caller: &Caller,
    token: &str,
    kind: CeremonyKind,
) -> Result<Ceremony, Failure> {
    let token = CeremonyToken::parse(token.trim()).ok_or_else(|| invalid("ceremony"))?;
    let taken = store::take_ceremony(deps.db.writer(), &token.hash(), deps.clock.now()).await?;
    taken
        .filter(|ceremony| ceremony.kind == kind)
        .filter(|ceremony| match (ceremony.of, caller.session()) {
            (Some((_, session)), Some(actor)) => session == actor.session_id,
            (Some(_), None) => false,
            (None, _) => {
                let device = ceremony.device_hash.as_deref();
                challenge::client_mark(deps, caller).is(device, &ceremony.client_hash)
            }
        })
        .ok_or_else(|| invalid("ceremony"))
}

/// Registers the passkey, which counts from now on. INVALID_PASSKEY for an answer of another
/// ceremony, host or origin, or without the user verified.
pub async fn finish_registration(
    deps: &Deps,
    caller: &Caller,
    answer: &PasskeyAnswer,
    name: Option<&str>,
) -> Result<Enrolled, Failure> {
    let session = step_up::require(deps, caller, StepUp::All).await?;
    let party = relying_party(deps)?;
    let name = checked_name(name)?.unwrap_or_else(|| UNNAMED.to_owned());
    let ceremony = take(deps, caller, &answer.ceremony, CeremonyKind::Registration).await?;
    let passkey = party
        .finish_registration(&ceremony.state, &answer.credential)?
        .ok_or_else(|| invalid("credential"))?;
    let (passkey, name) = (&passkey, name.as_str());
    let credential = stored(passkey)?;
    let credential = credential.as_str();
    retried(|| async move {
        let mut write = AccountWrite::begin(deps, caller, session.account.id)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let (account, now) = (write.account.id, write.now);
        let before = rows::of_account(write.db(), account, now).await?;
        let passkeys = before
            .iter()
            .filter(|factor| factor.kind == SecondFactorKind::Passkey)
            .count();
        if passkeys >= MOST_PASSKEYS {
            write.roll_back().await?;
            return Err(too_many());
        }
        let id = SecondFactorId(deps.ids.uuid(now));
        let is_synced = is_synced(credential);
        let row = PasskeyRow {
            id,
            account,
            name: name.to_owned(),
            credential_id: passkey.cred_id().to_vec(),
            credential: credential.to_owned(),
            host: party.host.clone(),
            is_synced,
        };
        match store::insert(write.db(), row, now).await {
            Err(StoreError::Duplicate) => {
                write.roll_back().await?;
                return Err(invalid("credential"));
            }
            other => other?,
        }
        show_factor(&write, session.session_id, before.is_empty()).await?;
        let new = (id, SecondFactorKind::Passkey, Some(name));
        let codes = added(deps, &mut write, new, before.is_empty()).await?;
        write.commit().await?;
        Ok(Enrolled {
            factor: SecondFactor {
                id,
                kind: SecondFactorKind::Passkey,
                name: Some(name.to_owned()),
                created_at: now,
                last_used_at: None,
                is_synced: Some(is_synced),
            },
            recovery_codes: codes.map(code::exposed),
        })
    })
    .await
}

/// A name as it is kept; none if nothing is left of it.
fn checked_name(typed: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(typed) = text::optional_line(typed) else {
        return Ok(None);
    };
    match name::fault(&typed, LONGEST_NAME) {
        Some(fault) => Err(UserError::at(fault, "name").into()),
        None => Ok(Some(typed)),
    }
}

fn stored(passkey: &Passkey) -> Result<String, Failure> {
    serde_json::to_string(passkey)
        .map_err(|_| Failure::Internal("a passkey could not be stored".to_owned()))
}

/// Whether the passkey is kept on several devices, as it says itself.
fn is_synced(credential: &str) -> bool {
    let credential: Value = serde_json::from_str(credential).unwrap_or_default();
    credential["cred"]["backup_state"] == true
}

/// Gives one of the caller's passkeys another name. TOO_SHORT for none.
pub async fn rename(
    deps: &Deps,
    caller: &Caller,
    id: SecondFactorId,
    name: &str,
) -> Result<SecondFactor, Failure> {
    let session = step_up::require(deps, caller, StepUp::Strongest).await?;
    let name = checked_name(Some(name))?
        .ok_or_else(|| UserError::at(crate::domain::error_code::Fault::too_short(1), "name"))?;
    let name = name.as_str();
    retried(|| async move {
        let mut write = AccountWrite::begin(deps, caller, session.account.id)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let Some(mut factor) = own_passkey(&write, id).await? else {
            write.roll_back().await?;
            return Err(UserError::at(ErrorCode::NoSecondFactor, "id").into());
        };
        if factor.name.as_deref() != Some(name) {
            store::rename(write.db(), id, name).await?;
            let change = FieldChange::personal("name", factor.name.clone(), name);
            write.record(Event::new(
                AuditEventKind::SecondFactorRenamed,
                id,
                vec![change],
            ));
        }
        write.commit().await?;
        factor.name = Some(name.to_owned());
        Ok(SecondFactor::from(factor))
    })
    .await
}

/// Removes one of the caller's passkeys.
pub async fn remove(
    deps: &Deps,
    caller: &Caller,
    id: SecondFactorId,
) -> Result<SecondFactor, Failure> {
    let session = step_up::require(deps, caller, StepUp::All).await?;
    retried(|| async move {
        let mut write = AccountWrite::begin(deps, caller, session.account.id)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let Some(factor) = own_passkey(&write, id).await? else {
            write.roll_back().await?;
            return Err(UserError::at(ErrorCode::NoSecondFactor, "id").into());
        };
        removed(deps, &mut write, &factor).await?;
        write.commit().await?;
        Ok(SecondFactor::from(factor))
    })
    .await
}

async fn own_passkey(
    write: &AccountWrite<'_>,
    id: SecondFactorId,
) -> Result<Option<super::FactorRow>, Failure> {
    let factors = rows::of_account(write.db(), write.account.id, write.now).await?;
    Ok(factors
        .into_iter()
        .find(|factor| factor.id == id && factor.kind == SecondFactorKind::Passkey))
}

/// An answer whose ceremony was taken, and the account whose passkey it names.
pub(crate) struct Claimed {
    pub(crate) account: AccountId,
    id: SecondFactorId,
    state: String,
    answer: PublicKeyCredential,
}

/// Takes the ceremony of an answer and finds its passkey. INVALID_PASSKEY alike for a ceremony that
/// is over, an answer without the form of one, and an unknown credential (MFA-4).
pub(crate) async fn claim(
    deps: &Deps,
    caller: &Caller,
    answer: &PasskeyAnswer,
) -> Result<Claimed, Failure> {
    let party = relying_party(deps)?;
    let ceremony = take(deps, caller, &answer.ceremony, CeremonyKind::Authentication).await?;
    let answer: PublicKeyCredential =
        read(&answer.credential).ok_or_else(|| invalid("credential"))?;
    let row = store::by_credential(
        deps.db.latest(),
        answer.get_credential_id(),
        deps.clock.now(),
    )
    .await?
    .filter(|row| row.host == party.host)
    .ok_or_else(|| invalid("credential"))?;
    let names_another = answer
        .get_user_unique_id()
        .is_some_and(|handle| handle != row.account.0.as_bytes());
    if names_another {
        return Err(invalid("credential"));
    }
    Ok(Claimed {
        account: row.account,
        id: row.id,
        state: ceremony.state,
        answer,
    })
}

/// Whether the claimed answer shows the passkey of the locked account; if not, that is recorded, and
/// the transaction must be committed. A counter that went back is told to the owner (MFA-4).
pub(crate) async fn use_passkey(
    deps: &Deps,
    write: &mut AccountWrite<'_>,
    claimed: &Claimed,
) -> Result<bool, Failure> {
    let party = relying_party(deps)?;
    // As it is under the lock: the counter may have gone on.
    let Some(row) = store::by_credential(write.db(), claimed.answer.get_credential_id(), write.now)
        .await?
        .filter(|row| row.id == claimed.id && row.account == write.account.id)
    else {
        return Ok(false);
    };
    let mut passkey: Passkey = serde_json::from_str(&row.credential)
        .map_err(|_| Failure::Internal("a stored passkey could not be read".to_owned()))?;
    let reason = match party.finish_authentication(&claimed.state, &claimed.answer, &passkey)? {
        PasskeyShown::Right(result) => {
            passkey.update_credential(&result);
            let credential = stored(&passkey)?;
            let is_synced = result.backup_state();
            store::used(write.db(), row.id, (&credential, is_synced), write.now).await?;
            return Ok(true);
        }
        PasskeyShown::Wrong => "WRONG_PASSKEY",
        PasskeyShown::CounterWentBack => {
            tell(deps, write, MailKind::PasskeyRefused, json!({})).await?;
            "COUNTER_WENT_BACK"
        }
    };
    let change = FieldChange::plain("reason", Value::Null, reason);
    write.record(Event::new(
        AuditEventKind::SecondFactorFailed,
        row.id,
        vec![change],
    ));
    Ok(false)
}
