//! Whether a typed code is right (MFA-1, MFA-2), and how often that may be tried (MFA-6). Under the
//! account's lock, so that a code works once and tries count each other, on any number of nodes.

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{FactorRow, place_of_seed, recovery_hash, rows, tell};
use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        id::SecondFactorId,
        mail::MailKind,
        second_factor::{Code, SecondFactorKind, WrongCodes},
        totp::Seed,
    },
    service::{Deps, Failure, account::write::AccountWrite, failure::Rate, write::Event},
};

/// What wrong codes are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tries {
    /// To sign in, or to show a factor again: whoever is wrong five times is told of.
    SignIn,
    /// To confirm an enrolment: whoever tries has seen the seed.
    Enrolment,
}

impl Tries {
    fn key(self, deps: &Deps, write: &AccountWrite<'_>) -> [u8; 32] {
        let purpose = match self {
            Self::SignIn => "second factor tries",
            Self::Enrolment => "enrolment tries",
        };
        deps.secret
            .keyed_hash(purpose, write.account.id.0.as_bytes())
    }

    /// RATE_LIMITED if there were too many wrong codes lately.
    pub(super) async fn admit(self, deps: &Deps, write: &AccountWrite<'_>) -> Result<(), Failure> {
        let codes = rows::wrong_codes(write.db(), &self.key(deps, write)).await?;
        match codes.and_then(|codes| codes.wait(write.now)) {
            None => Ok(()),
            Some(wait) => Err(Failure::RateLimited {
                rate: Rate::Attempts,
                // Begun seconds are waited for.
                retry_after: u64::try_from(wait.num_seconds()).unwrap_or_default() + 1,
            }),
        }
    }

    /// Counts a wrong code; the owner is told at the fifth. The transaction must be committed.
    pub(super) async fn failed(self, deps: &Deps, write: &AccountWrite<'_>) -> Result<(), Failure> {
        let key = self.key(deps, write);
        let before = rows::wrong_codes(write.db(), &key).await?;
        let (codes, is_to_be_told) = WrongCodes::with_another(before, write.now);
        rows::set_wrong_codes(write.db(), &key, Some(codes)).await?;
        if is_to_be_told && self == Self::SignIn {
            tell(deps, write, MailKind::SecondFactorFailures, json!({})).await?;
        }
        Ok(())
    }

    /// It was right: the wrong ones before are forgotten.
    pub(super) async fn succeeded(
        self,
        deps: &Deps,
        write: &AccountWrite<'_>,
    ) -> Result<(), Failure> {
        Ok(rows::set_wrong_codes(write.db(), &self.key(deps, write), None).await?)
    }
}

/// Uses a code of the locked account; `None` if it is wrong, which is counted and recorded: the
/// transaction must be committed either way. RATE_LIMITED, and nothing is looked at, after five
/// wrong ones in five minutes.
pub(crate) async fn use_code(
    deps: &Deps,
    write: &mut AccountWrite<'_>,
    code: &str,
) -> Result<Option<SecondFactorKind>, Failure> {
    let factors = rows::of_account(write.db(), write.account.id, write.now).await?;
    if factors.is_empty() {
        return Ok(None);
    }
    Tries::SignIn.admit(deps, write).await?;
    let used = match Code::parse(code) {
        None => None,
        Some(Code::Totp(code)) => use_totp(deps, write, &factors, &code).await?,
        Some(Code::Recovery(code)) => {
            let hash = recovery_hash(deps, write.account.id, &code);
            use_recovery(deps, write, &hash).await?
        }
    };
    if used.is_some() {
        Tries::SignIn.succeeded(deps, write).await?;
        return Ok(used);
    }
    Tries::SignIn.failed(deps, write).await?;
    let reason = FieldChange::plain("reason", Value::Null, "WRONG_CODE");
    let account = write.account.id;
    write.record(Event::new(
        AuditEventKind::SecondFactorFailed,
        account,
        vec![reason],
    ));
    Ok(None)
}

async fn use_totp(
    deps: &Deps,
    write: &AccountWrite<'_>,
    factors: &[FactorRow],
    code: &secrecy::SecretString,
) -> Result<Option<SecondFactorKind>, Failure> {
    for factor in factors {
        let Some(seed) = &factor.seed else { continue };
        let seed = open_seed(deps, factor.id, seed)?;
        let Some(step) = seed.check(code, write.now, factor.last_step) else {
            continue;
        };
        if rows::use_step(write.db(), factor.id, step, write.now).await? {
            return Ok(Some(SecondFactorKind::Totp));
        }
    }
    Ok(None)
}

/// A recovery code that is used is mailed, with how many are left (MFA-2).
async fn use_recovery(
    deps: &Deps,
    write: &mut AccountWrite<'_>,
    hash: &crate::domain::keyed_hash::KeyedHash,
) -> Result<Option<SecondFactorKind>, Failure> {
    let account = write.account.id;
    if !rows::use_recovery_code(write.db(), account, hash, write.now).await? {
        return Ok(None);
    }
    let left = rows::recovery_codes_left(write.db(), account).await?;
    let change = FieldChange::plain("recoveryCodesLeft", left + 1, left);
    write.record(Event::new(
        AuditEventKind::RecoveryCodeUsed,
        account,
        vec![change],
    ));
    tell(
        deps,
        write,
        MailKind::RecoveryCodeUsed,
        json!({ "left": left }),
    )
    .await?;
    Ok(Some(SecondFactorKind::RecoveryCode))
}

/// Opens the sealed seed of a factor.
pub(super) fn open_seed(deps: &Deps, id: SecondFactorId, seed: &[u8]) -> Result<Seed, Failure> {
    let (bytes, _) = deps.secret.open(&place_of_seed(id), seed)?;
    Ok(Seed::of(&bytes))
}

/// Seals the seed of a factor.
pub(super) fn seal_seed(deps: &Deps, id: SecondFactorId, seed: &Seed) -> Result<Vec<u8>, Failure> {
    deps.secret
        .seal(&deps.ids, &place_of_seed(id), seed.bytes())
}

/// The text in the clear, for its owner alone.
pub(crate) fn exposed(codes: Vec<secrecy::SecretString>) -> Vec<String> {
    codes
        .iter()
        .map(|code| code.expose_secret().to_owned())
        .collect()
}
