//! `reauthenticate` (MFA-8): a session shows its factors again.

use serde_json::Value;

use super::{
    Session,
    complete::{Factor, FactorUse},
};
use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        error_code::ErrorCode,
        password::Password,
        second_factor::Shown,
    },
    service::{
        Caller, Deps, Failure, UserError,
        account::{
            check,
            write::{AccountWrite, retried},
        },
        write::Event,
    },
    store::session,
};

/// What is shown again: at least one of them.
#[derive(Clone)]
pub struct Reauthenticate {
    /// The password, as typed.
    pub password: Option<Password>,
    /// A second factor.
    pub factor: Option<Factor>,
}

/// Shows the caller's factors again, all that are given or none. INVALID_CREDENTIALS for a wrong
/// password, INVALID_CODE for a wrong code; RATE_LIMITED after too many of either.
pub async fn reauthenticate(
    deps: &Deps,
    caller: &Caller,
    input: &Reauthenticate,
) -> Result<Session, Failure> {
    let actor = check::session(caller)?;
    let wrong = || UserError::at(ErrorCode::InvalidCredentials, "password");
    let right = match &input.password {
        Some(password) => Some(
            check::current_password(deps, caller, actor, password)
                .await?
                .ok_or_else(wrong)?,
        ),
        None => None,
    };
    let factor = match &input.factor {
        Some(factor) => Some(factor.claim(deps, caller).await?),
        None => None,
    };
    let (right, factor) = (right.as_ref(), factor.as_ref());
    let shown = retried(|| async move {
        let mut write = AccountWrite::begin(deps, caller, actor.account.id)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        if let Some(right) = right {
            if write.account.password_hash.as_ref() != Some(&right.hash) {
                write.roll_back().await?;
                return Err(wrong().into());
            }
            right.attempt.forgive(write.db()).await?;
        }
        let now = write.now;
        let mut shown = Shown {
            password_at: right.map(|_| now),
            factor_at: None,
        };
        if let Some(factor) = factor {
            if !factor.apply(deps, &mut write).await? {
                write.commit().await?;
                return Ok(None);
            }
            shown.factor_at = Some(now);
            if factor.is_passkey() {
                shown.password_at = Some(now);
            }
        }
        let of = (actor.account.id, actor.session_id);
        let Some(row) = session::show(write.db(), of, shown).await? else {
            write.roll_back().await?;
            return Err(Failure::Unauthenticated);
        };
        let changes = vec![
            FieldChange::plain("password", Value::Null, shown.password_at.is_some()),
            FieldChange::plain("secondFactor", Value::Null, shown.factor_at.is_some()),
        ];
        write.record(Event::new(
            AuditEventKind::SessionReauthenticated,
            actor.session_id,
            changes,
        ));
        write.commit().await?;
        Ok(Some(Session::of(deps, row, actor.session_id)))
    })
    .await?;
    shown.ok_or_else(|| {
        factor.map_or_else(
            || UserError::at(ErrorCode::InvalidCode, "code").into(),
            FactorUse::refusal,
        )
    })
}
