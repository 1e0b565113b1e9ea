//! Removal of all second factors by an operator, for an owner who lost them (MFA-9): the owner is
//! mailed and can cancel for 24 hours, then all factors end.
//!
//! The hour counts, not the job (TIME-1): a factor carries its end, and no look-up finds it from
//! then on. The sweeper records what has ended and tells the owner.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{record_removal, rows, tell};
use crate::{
    domain::{
        audit::{self, AuditEventKind, FieldChange},
        error_code::{ErrorCode, Fault},
        id::AccountId,
        link::LinkKind,
        mail::MailKind,
        second_factor::{REMOVAL_NOTICE, StepUp},
    },
    service::{
        Caller, Deps, Failure, UserError,
        account::{
            check::{self, invalid_token},
            write::{AccountWrite, retried},
        },
        bulk::{check_reason, prepared_reason},
        step_up,
        write::Event,
    },
    store::{
        factor_removal::{self as removals, Removal},
        outbox::{self, NewMail, Receiver},
        session,
    },
    words::message,
};

/// The most accounts that are looked up at once.
const BATCH: u64 = 100;

/// A removal has one mail.
const GENERATION: i32 = 0;

/// Who cancels: whoever has the mailed link, or by session the owner or an operator.
#[derive(Debug, Clone)]
pub enum Cancel {
    /// The token of the mailed link.
    Token(String),
    /// The account.
    Account(AccountId),
}

/// Schedules the removal of all factors of an account (operators, with a reason). Answers when; one
/// that was scheduled before stays as it is. NO_SECOND_FACTOR for an account without a factor.
pub async fn schedule(
    deps: &Deps,
    caller: &Caller,
    account: AccountId,
    reason: &str,
) -> Result<DateTime<Utc>, Failure> {
    if caller.is_anonymous() {
        return Err(Failure::Unauthenticated);
    }
    if !caller.is_operator() {
        return Err(Failure::forbidden(message::requires_operator_session()));
    }
    step_up::require(deps, caller, StepUp::Strongest).await?;
    let Some(reason) = prepared_reason(Some(reason)) else {
        return Err(UserError::at(Fault::too_short(1), "reason").into());
    };
    if let Some(error) = check_reason(Some(&reason)) {
        return Err(error.into());
    }
    let reason = reason.as_str();
    retried(|| async move {
        let Some(mut write) = AccountWrite::begin(deps, caller, account).await? else {
            return Err(Failure::NotFound);
        };
        write.by_operator();
        let now = write.now;
        if !rows::exists(write.db(), account, now).await? {
            write.roll_back().await?;
            return Err(UserError::whole(ErrorCode::NoSecondFactor).into());
        }
        if let Some(pending) = removals::pending(write.db(), account, now).await? {
            write.roll_back().await?;
            return Ok(pending.removal_at);
        }
        let new = Removal {
            id: deps.ids.uuid(now),
            account,
            removal_at: now + REMOVAL_NOTICE,
            cancelled_at: None,
        };
        removals::insert(write.db(), new, now).await?;
        removals::set_ends(write.db(), account, Some(new.removal_at), now).await?;
        let at = audit::instant(new.removal_at);
        let changes = vec![
            FieldChange::plain("factorRemovalAt", serde_json::Value::Null, at),
            FieldChange::personal("reason", serde_json::Value::Null, reason),
        ];
        write.record(Event::new(
            AuditEventKind::FactorRemovalScheduled,
            account,
            changes,
        ));
        let kind = MailKind::FactorRemovalScheduled;
        let mail = NewMail::new(deps.ids.uuid(now), kind, Receiver::Account(account))
            .about(new.id)
            .generation(GENERATION);
        outbox::queue(write.db(), vec![mail], now).await?;
        write.commit().await?;
        Ok(new.removal_at)
    })
    .await
}

/// Cancels a removal before its hour: the factors stay. Doing it again is answered as done (TEXT-4).
/// INVALID_TOKEN for a link that opens nothing, or whose hour has come; NOT_PENDING for an account
/// that nothing is scheduled for.
pub async fn cancel(deps: &Deps, caller: &Caller, by: &Cancel) -> Result<(), Failure> {
    let (account, link) = match by {
        Cancel::Token(token) => {
            check::no_key(caller)?;
            let link = match check::link(token, LinkKind::FactorRemoval) {
                Ok(link) if deps.secret.opens(&link, GENERATION) => link,
                _ => return Err(invalid_token().into()),
            };
            let removal = removals::find(deps.db.latest(), link.id)
                .await?
                .ok_or_else(invalid_token)?;
            (removal.account, Some(link.id))
        }
        Cancel::Account(account) => {
            let session = check::session(caller)?;
            if session.account.id != *account && !caller.is_operator() {
                return Err(Failure::NotFound);
            }
            (*account, None)
        }
    };
    retried(|| cancel_locked(deps, caller, account, link)).await
}

async fn cancel_locked(
    deps: &Deps,
    caller: &Caller,
    account: AccountId,
    link: Option<Uuid>,
) -> Result<(), Failure> {
    let Some(mut write) = AccountWrite::begin(deps, caller, account).await? else {
        return Err(match link {
            Some(_) => invalid_token().into(),
            None => Failure::NotFound,
        });
    };
    let now = write.now;
    let pending = removals::pending(write.db(), account, now).await?;
    let Some(pending) = pending.filter(|pending| link.is_none_or(|id| id == pending.id)) else {
        let was_cancelled = match link {
            Some(id) => removals::find(write.db(), id)
                .await?
                .is_some_and(|removal| removal.cancelled_at.is_some()),
            None => false,
        };
        write.roll_back().await?;
        return match (was_cancelled, link) {
            (true, _) => Ok(()),
            (false, Some(_)) => Err(invalid_token().into()),
            (false, None) => Err(UserError::at(ErrorCode::NotPending, "accountId").into()),
        };
    };
    match caller.session() {
        Some(session) if session.account.id != account && link.is_none() => write.by_operator(),
        // Whoever has the link has proved to read the owner's mail.
        Some(_) | None => write.by_itself(),
    }
    removals::cancel(write.db(), pending.id, now).await?;
    removals::set_ends(write.db(), account, None, now).await?;
    let at = audit::instant(pending.removal_at);
    let change = FieldChange::plain("factorRemovalAt", at, serde_json::Value::Null);
    write.record(Event::new(
        AuditEventKind::FactorRemovalCancelled,
        account,
        vec![change],
    ));
    write.commit().await?;
    Ok(())
}

/// When all factors of the account end, if that is scheduled and yet to come.
pub async fn scheduled_at(
    deps: &Deps,
    caller: &Caller,
    account: AccountId,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let pending = removals::pending(deps.db.reader(), account, caller.now).await?;
    Ok(pending.map(|pending| pending.removal_at))
}

/// A factor that was set up while a removal waits ends with the others: somebody who has the
/// password and a lost device cannot keep the owner out by adding one.
pub(super) async fn ends_with_the_others(write: &AccountWrite<'_>) -> Result<(), Failure> {
    let (account, now) = (write.account.id, write.now);
    if let Some(pending) = removals::pending(write.db(), account, now).await? {
        removals::set_ends(write.db(), account, Some(pending.removal_at), now).await?;
    }
    Ok(())
}

/// Records factors whose hour has come, of at most some accounts. Answers of how many.
pub async fn record_ended(deps: &Deps) -> Result<usize, Failure> {
    let due = removals::due(deps.db.latest(), deps.clock.now(), BATCH).await?;
    let mut recorded = 0;
    for account in due {
        let now = deps.clock.now();
        let caller = Caller::system(&deps.ids.uuid(now).to_string(), now);
        let caller = &caller;
        match retried(|| record_ended_of(deps, caller, account)).await {
            Ok(is_done) => recorded += usize::from(is_done),
            Err(failure) => tracing::warn!(
                %account, %failure, "could not record removed second factors, will retry in the next round"
            ),
        }
    }
    Ok(recorded)
}

/// `false` if another node did it.
async fn record_ended_of(
    deps: &Deps,
    caller: &Caller,
    account: AccountId,
) -> Result<bool, Failure> {
    let Some(mut write) = AccountWrite::begin(deps, caller, account).await? else {
        return Ok(false);
    };
    write.by_system();
    let now = write.now;
    if !removals::done(write.db(), account, now).await? {
        write.roll_back().await?;
        return Ok(false);
    }
    let ended = rows::ended(write.db(), account, now).await?;
    let ids: Vec<_> = ended.iter().map(|(factor, _)| factor.id).collect();
    rows::remove(write.db(), account, &ids).await?;
    if !rows::exists(write.db(), account, now).await? {
        rows::set_recovery_codes(write.db(), account, Vec::new(), now).await?;
        rows::end_challenges(write.db(), account).await?;
        session::forget_factors(write.db(), account).await?;
    }
    for (factor, at) in &ended {
        record_removal(&mut write, factor, Some(*at));
    }
    if !ended.is_empty() {
        tell(deps, &write, MailKind::SecondFactorsRemoved, json!({})).await?;
    }
    write.commit().await?;
    Ok(true)
}
