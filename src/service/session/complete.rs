//! `completeSignIn` (MFA-5): the second factor that a sign-in waits for.

use super::{SessionTransport, SignedIn, challenge, sign_in::finish};
use crate::{
    domain::{error_code::ErrorCode, second_factor::Shown},
    service::{
        Caller, Deps, Failure, UserError,
        account::{
            check,
            write::{AccountWrite, retried},
        },
        second_factor::{
            code::use_code,
            passkey::{Claimed, PasskeyAnswer, claim, use_passkey},
        },
    },
    store::second_factor as rows,
};

/// A second factor that is shown.
#[derive(Clone)]
pub enum Factor {
    /// The code of an authenticator app, or a recovery code.
    Code(String),
    /// A passkey.
    Passkey(PasskeyAnswer),
}

impl Factor {
    /// Claims the passkey, if it is one.
    pub(super) async fn claim(&self, deps: &Deps, caller: &Caller) -> Result<FactorUse, Failure> {
        Ok(match self {
            Self::Code(code) => FactorUse::Code(code.clone()),
            Self::Passkey(answer) => {
                FactorUse::Passkey(Box::new(claim(deps, caller, answer).await?))
            }
        })
    }
}

/// A factor that can be looked at under the lock.
pub(super) enum FactorUse {
    Code(String),
    Passkey(Box<Claimed>),
}

impl FactorUse {
    /// Uses the factor of the locked account: whether it is right. The transaction must be committed.
    pub(super) async fn apply(
        &self,
        deps: &Deps,
        write: &mut AccountWrite<'_>,
    ) -> Result<bool, Failure> {
        match self {
            Self::Code(code) => Ok(use_code(deps, write, code).await?.is_some()),
            Self::Passkey(claimed) => Ok(
                claimed.account == write.account.id && use_passkey(deps, write, claimed).await?
            ),
        }
    }

    /// Why it is refused.
    pub(super) fn refusal(&self) -> Failure {
        match self {
            Self::Code(_) => UserError::at(ErrorCode::InvalidCode, "code").into(),
            Self::Passkey(_) => UserError::at(ErrorCode::InvalidPasskey, "passkey").into(),
        }
    }

    /// A passkey is the password and the factor (MFA-4).
    pub(super) const fn is_passkey(&self) -> bool {
        matches!(self, Self::Passkey(_))
    }
}

/// What completes a sign-in.
#[derive(Clone)]
pub struct CompleteSignIn {
    /// The token of the sign-in that waits.
    pub challenge: String,
    /// The factor.
    pub factor: Factor,
    /// How the token is to travel.
    pub transport: SessionTransport,
}

/// Signs in whoever gave the password before and gives the factor now. INVALID_CHALLENGE for a
/// sign-in that does not wait, or not on this device; INVALID_CODE for a wrong code; RATE_LIMITED
/// after five wrong ones in five minutes (MFA-6).
pub async fn complete(
    deps: &Deps,
    caller: &Caller,
    input: &CompleteSignIn,
) -> Result<SignedIn, Failure> {
    check::no_key(caller)?;
    let invalid = || UserError::at(ErrorCode::InvalidChallenge, "challenge");
    let (token, waiting) = challenge::find(deps, caller, &input.challenge)
        .await?
        .ok_or_else(invalid)?;
    let factor = input.factor.claim(deps, caller).await?;
    let (token, waiting, factor) = (&token, &waiting, &factor);
    let signed_in = retried(|| async move {
        let Some(mut write) = AccountWrite::begin(deps, caller, waiting.account).await? else {
            return Err(invalid().into());
        };
        // It may have been used, or ended by a new factor, before the lock.
        let still = rows::challenge(write.db(), &token.hash(), write.now).await?;
        if still.is_none() {
            write.roll_back().await?;
            return Err(invalid().into());
        }
        if !factor.apply(deps, &mut write).await? {
            write.commit().await?;
            return Ok(None);
        }
        rows::end_challenge(write.db(), waiting.id).await?;
        let shown = Shown {
            password_at: Some(if factor.is_passkey() {
                write.now
            } else {
                waiting.created_at
            }),
            factor_at: Some(write.now),
        };
        finish(deps, caller, write, input.transport, shown)
            .await
            .map(Some)
    })
    .await?;
    signed_in.ok_or_else(|| factor.refusal())
}

/// Signs in by a passkey alone, with no address typed: it counts as both factors (MFA-4).
/// INVALID_PASSKEY alike for every reason.
pub async fn by_passkey(
    deps: &Deps,
    caller: &Caller,
    answer: &PasskeyAnswer,
    transport: SessionTransport,
) -> Result<SignedIn, Failure> {
    check::no_key(caller)?;
    let claimed = claim(deps, caller, answer).await?;
    let claimed = &claimed;
    let refused = || UserError::at(ErrorCode::InvalidPasskey, "credential");
    let signed_in = retried(|| async move {
        let Some(mut write) = AccountWrite::begin(deps, caller, claimed.account).await? else {
            return Err(refused().into());
        };
        if !use_passkey(deps, &mut write, claimed).await? {
            write.commit().await?;
            return Ok(None);
        }
        let shown = Shown {
            password_at: Some(write.now),
            factor_at: Some(write.now),
        };
        finish(deps, caller, write, transport, shown)
            .await
            .map(Some)
    })
    .await?;
    signed_in.ok_or_else(|| refused().into())
}
