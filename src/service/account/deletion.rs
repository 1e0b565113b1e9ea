//! Asking for an account's deletion (ERASE-1, ERASE-4, ERASE-9): the owner schedules and cancels it,
//! an operator has it done at once. `service::erasure` carries it out.

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;

use super::{
    check,
    write::{AccountWrite, retried},
};
use crate::{
    domain::{
        audit::{self, AuditEventKind, FieldChange},
        error_code::ErrorCode,
        id::{AccountId, WorkspaceId},
        mail::MailKind,
        second_factor::StepUp,
    },
    service::{
        Caller, Deps, Failure, UserError, bulk,
        erasure::{self, Successor, hand_over},
        step_up,
        write::Event,
    },
    store::{
        account as accounts, erasure as rows,
        outbox::{self, NewMail, Receiver},
    },
    words::message,
};

/// How long the owner can change their mind (ERASE-1).
const TO_CANCEL: Duration = Duration::days(14);

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// What came of asking.
#[derive(Debug, Default)]
pub struct Asked {
    /// When the deletion is due; `None` if it is not scheduled.
    pub due_at: Option<DateTime<Utc>>,
    /// The workspaces of which the account is the last administrator.
    pub blocked_by: Vec<WorkspaceId>,
    /// Why nothing was done.
    pub errors: Vec<UserError>,
}

impl Asked {
    fn at(due_at: DateTime<Utc>) -> Self {
        Self {
            due_at: Some(due_at),
            ..Self::default()
        }
    }

    /// Refused, because workspaces would be left without an administrator.
    fn blocked(blocked_by: Vec<WorkspaceId>, mut errors: Vec<UserError>) -> Self {
        errors.push(UserError::at(ErrorCode::LastAdministrator, "successors"));
        Self {
            blocked_by,
            errors,
            due_at: None,
        }
    }
}

/// Two successors for one workspace.
fn check_successors(successors: &[Successor]) -> Result<(), Vec<UserError>> {
    let is_repeated = |(index, successor): &(usize, &Successor)| {
        let earlier = successors.iter().take(*index);
        earlier
            .into_iter()
            .any(|earlier| earlier.workspace == successor.workspace)
    };
    let errors: Vec<UserError> = successors
        .iter()
        .enumerate()
        .filter(is_repeated)
        .map(|(index, _)| {
            let path = format!("successors.{index}.workspaceId");
            UserError::at(ErrorCode::Duplicate, &path)
        })
        .collect();
    match errors.is_empty() {
        true => Ok(()),
        false => Err(errors),
    }
}

/// Schedules the deletion of the caller's own account. If one is scheduled, nothing changes.
pub async fn schedule(
    deps: &Deps,
    caller: &Caller,
    successors: &[Successor],
) -> Result<Asked, Failure> {
    let session = step_up::require(deps, caller, StepUp::Strongest).await?;
    check_successors(successors)?;
    let account = session.account.id;
    retried(|| async move {
        let handed = hand_over(deps, caller, account, successors).await?;
        let (blocked_by, errors) = (handed.blocked_by, handed.errors);
        let mut write = handed
            .writes
            .account()
            .await?
            .ok_or(Failure::Unauthenticated)?;
        if let Some(scheduled) = rows::find(write.db(), account).await? {
            write.roll_back().await?;
            return Ok(Asked::at(scheduled.due_at));
        }
        if !blocked_by.is_empty() {
            write.roll_back().await?;
            return Ok(Asked::blocked(blocked_by, errors));
        }
        let now = write.now;
        let due_at = now + TO_CANCEL;
        rows::schedule(write.db(), account, (now, due_at), (None, None)).await?;
        let kinds = (
            AuditEventKind::AccountDeletionScheduled,
            MailKind::AccountDeletionScheduled,
        );
        tell(deps, &mut write, kinds, (None, Some(due_at))).await?;
        write.commit().await?;
        Ok(Asked::at(due_at))
    })
    .await
}

/// Cancels the deletion of the caller's own account; nothing changes if none is scheduled.
pub async fn cancel(deps: &Deps, caller: &Caller) -> Result<(), Failure> {
    let account = check::session(caller)?.account.id;
    retried(|| async move {
        let mut write = AccountWrite::begin(deps, caller, account)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let Some(scheduled) = rows::find(write.db(), account).await? else {
            return write.roll_back().await;
        };
        rows::cancel(write.db(), account).await?;
        let kinds = (
            AuditEventKind::AccountDeletionCancelled,
            MailKind::AccountDeletionCancelled,
        );
        tell(deps, &mut write, kinds, (Some(scheduled.due_at), None)).await?;
        write.commit().await?;
        Ok(())
    })
    .await
}

/// Records a change of the date, and mails it to the owner.
async fn tell(
    deps: &Deps,
    write: &mut AccountWrite<'_>,
    (event, mail): (AuditEventKind, MailKind),
    (before, after): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
) -> Result<(), Failure> {
    let (account, now) = (write.account.id, write.now);
    let shown = |at: Option<DateTime<Utc>>| at.map_or(Value::Null, |at| audit::instant(at).into());
    let date = FieldChange::plain("deletionScheduledAt", shown(before), shown(after));
    write.record(Event::new(event, account, vec![date]));
    let mail = NewMail::new(deps.ids.uuid(now), mail, Receiver::Account(account)).about(account);
    Ok(outbox::queue(write.db(), vec![mail], now).await?)
}

/// Deletes somebody else's account at once, as an operator. Answered as done if it was deleted
/// before.
pub async fn erase(
    deps: &Deps,
    caller: &Caller,
    account: AccountId,
    (successors, reason): (&[Successor], &str),
) -> Result<Asked, Failure> {
    if caller.is_anonymous() {
        return Err(Failure::Unauthenticated);
    }
    if !caller.is_operator() {
        return Err(Failure::forbidden(message::requires_operator()));
    }
    if caller.account_id() == Some(account) {
        return Err(Failure::forbidden(message::not_on_oneself()));
    }
    step_up::require(deps, caller, StepUp::Strongest).await?;
    let mut errors = check_successors(successors).err().unwrap_or_default();
    let reason = bulk::required_line(reason, LONGEST_REASON, "reason");
    let reason = match reason {
        Ok(reason) if errors.is_empty() => reason,
        Ok(_) => return Err(errors.into()),
        Err(error) => {
            errors.push(error);
            return Err(errors.into());
        }
    };
    let asked = begin(deps, caller, account, (successors, &reason)).await?;
    if asked.errors.is_empty()
        && let Err(failure) = erasure::run(deps, account).await
    {
        // Nobody can use the account any more, and the job goes on.
        tracing::warn!(%account, %failure, "could not finish an erasure, will retry in the next round");
    }
    Ok(asked)
}

async fn begin(
    deps: &Deps,
    caller: &Caller,
    account: AccountId,
    (successors, reason): (&[Successor], &str),
) -> Result<Asked, Failure> {
    retried(|| async move {
        let handed = hand_over(deps, caller, account, successors).await?;
        if !handed.blocked_by.is_empty() {
            handed.writes.roll_back().await?;
            return Ok(Asked::blocked(handed.blocked_by, handed.errors));
        }
        let Some(mut write) = handed.writes.account().await? else {
            return match accounts::is_erased(deps.db.latest(), account).await? {
                true => Ok(Asked::default()),
                false => Err(Failure::NotFound),
            };
        };
        write.by_operator();
        let (now, by) = (write.now, caller.account_id());
        rows::schedule(write.db(), account, (now, now), (by, Some(reason))).await?;
        erasure::mark(&mut write).await?;
        write.commit().await?;
        Ok(Asked::at(now))
    })
    .await
}
