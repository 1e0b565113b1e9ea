//! TOTP (MFA-1): an authenticator app is set up by its first right code, and taken away.

use secrecy::{ExposeSecret, SecretString};

use super::{
    SecondFactor, added, code,
    code::{Tries, open_seed, seal_seed},
    record_removal, removed, rows,
};
use crate::{
    domain::{
        error_code::ErrorCode,
        id::SecondFactorId,
        second_factor::{Code, ENROLMENT, SecondFactorKind, Shown, StepUp},
        totp::Seed,
    },
    service::{
        Caller, Deps, Failure, UserError,
        account::write::{AccountWrite, retried},
        step_up,
    },
    store::session,
};

/// A seed that waits for its first code. No `Debug`: it would show the seed.
pub struct Enrolment {
    /// The seed in base 32.
    pub secret: String,
    /// The `otpauth:` address.
    pub url: String,
}

/// A factor that counts from now on.
pub struct Enrolled {
    /// The factor.
    pub factor: SecondFactor,
    /// The recovery codes, if it is the first factor.
    pub recovery_codes: Option<Vec<String>>,
}

/// Begins an enrolment, in place of one that waits. The app that the account has counts until the
/// new one is confirmed.
pub async fn start(deps: &Deps, caller: &Caller) -> Result<Enrolment, Failure> {
    let session = step_up::require(deps, caller, StepUp::All).await?;
    let seed = Seed::generate(&deps.ids);
    let url = seed
        .url(&session.account.email)
        .ok_or_else(|| Failure::Internal("an otpauth address could not be built".to_owned()))?;
    let seed = &seed;
    retried(|| async move {
        let write = AccountWrite::begin(deps, caller, session.account.id)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let id = SecondFactorId(deps.ids.uuid(write.now));
        let enrolment = rows::Enrolment {
            id,
            seed: seal_seed(deps, id, seed)?,
        };
        let times = (write.now, write.now + ENROLMENT);
        rows::begin_enrolment(write.db(), write.account.id, enrolment, times).await?;
        write.commit().await?;
        Ok(())
    })
    .await?;
    let text = |secret: SecretString| secret.expose_secret().to_owned();
    Ok(Enrolment {
        secret: text(seed.text()),
        url: text(url),
    })
}

/// Confirms the enrolment that waits by the first code of the app, which counts from now on in place
/// of the app that the account had. NO_ENROLMENT if none waits; INVALID_CODE for a wrong code.
pub async fn confirm(deps: &Deps, caller: &Caller, code: &str) -> Result<Enrolled, Failure> {
    let session = step_up::require(deps, caller, StepUp::All).await?;
    let confirmed = retried(|| async move {
        let mut write = AccountWrite::begin(deps, caller, session.account.id)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let (account, now) = (write.account.id, write.now);
        let Some(enrolment) = rows::enrolment(write.db(), account, now).await? else {
            write.roll_back().await?;
            return Err(UserError::whole(ErrorCode::NoEnrolment).into());
        };
        Tries::Enrolment.admit(deps, &write).await?;
        let seed = open_seed(deps, enrolment.id, &enrolment.seed)?;
        let step = match Code::parse(code) {
            Some(Code::Totp(code)) => seed.check(&code, now, None),
            Some(Code::Recovery(_)) | None => None,
        };
        let Some(step) = step else {
            Tries::Enrolment.failed(deps, &write).await?;
            write.commit().await?;
            return Ok(None);
        };
        Tries::Enrolment.succeeded(deps, &write).await?;
        let id = enrolment.id;
        let before = rows::of_account(write.db(), account, now).await?;
        let replaced: Vec<_> = before
            .iter()
            .filter(|factor| factor.kind == SecondFactorKind::Totp)
            .collect();
        let ids: Vec<_> = replaced.iter().map(|factor| factor.id).collect();
        rows::remove(write.db(), account, &ids).await?;
        for factor in replaced {
            record_removal(&mut write, factor, None);
        }
        rows::confirm_enrolment(write.db(), id, step, now).await?;
        show_factor(&write, session.session_id, before.is_empty()).await?;
        let new = (id, SecondFactorKind::Totp, None);
        let codes = added(deps, &mut write, new, before.is_empty()).await?;
        write.commit().await?;
        Ok(Some(Enrolled {
            factor: SecondFactor {
                id,
                kind: SecondFactorKind::Totp,
                name: None,
                created_at: now,
                last_used_at: Some(now),
                is_synced: None,
            },
            recovery_codes: codes.map(code::exposed),
        }))
    })
    .await?;
    confirmed.ok_or_else(|| UserError::at(ErrorCode::InvalidCode, "code").into())
}

/// Whoever sets up a factor has shown it. What was shown before the first one was shown of factors
/// that are gone.
pub(super) async fn show_factor(
    write: &AccountWrite<'_>,
    session: crate::domain::id::SessionId,
    is_first: bool,
) -> Result<(), Failure> {
    if is_first {
        session::forget_factors(write.db(), write.account.id).await?;
    }
    let shown = Shown {
        password_at: None,
        factor_at: Some(write.now),
    };
    session::show(write.db(), (write.account.id, session), shown)
        .await?
        .map(drop)
        .ok_or(Failure::Unauthenticated)
}

/// Takes the authenticator app away; with the last factor the recovery codes go. NO_SECOND_FACTOR if
/// there is no app.
pub async fn disable(deps: &Deps, caller: &Caller) -> Result<SecondFactor, Failure> {
    let session = step_up::require(deps, caller, StepUp::All).await?;
    retried(|| async move {
        let mut write = AccountWrite::begin(deps, caller, session.account.id)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let factors = rows::of_account(write.db(), write.account.id, write.now).await?;
        let Some(factor) = factors
            .into_iter()
            .find(|factor| factor.kind == SecondFactorKind::Totp)
        else {
            write.roll_back().await?;
            return Err(UserError::whole(ErrorCode::NoSecondFactor).into());
        };
        removed(deps, &mut write, &factor).await?;
        write.commit().await?;
        Ok(SecondFactor::from(factor))
    })
    .await
}
