//! What people are told of a run that is still ahead: that it comes, and that it was put off
//! (ERASE-4).

use chrono::Duration;
use serde_json::json;

use super::Step;
use crate::{
    domain::{
        audit::{self, AuditEventKind, FieldChange},
        id::{AccountId, WorkspaceId},
        mail::MailKind,
    },
    service::{
        Caller, Deps, Failure,
        account::write::{AccountWrite, retried},
        write::Event,
    },
    store::{
        StoreError, account, erasure as rows,
        outbox::{self, NewMail, Receiver},
    },
};

/// For how long a run is put off that would leave a workspace without an administrator (ERASE-4).
const PUT_OFF: Duration = Duration::days(1);

/// How long before the run its person is reminded, once.
const REMINDER: Duration = Duration::days(3);

/// Puts a run off, and tells the operators and the person.
pub(super) async fn postpone(
    deps: &Deps,
    caller: &Caller,
    account: AccountId,
    blocked: &[WorkspaceId],
) -> Result<Step, Failure> {
    retried(|| async move {
        let Some(mut write) = AccountWrite::begin(deps, caller, account).await? else {
            return Ok(Step::Nothing);
        };
        write.by_system();
        let now = write.now;
        let Some(before) = rows::find(write.db(), account)
            .await?
            .filter(|deletion| deletion.due_at <= now)
        else {
            write.roll_back().await?;
            return Ok(Step::Nothing);
        };
        let due_at = now + PUT_OFF;
        rows::postpone(write.db(), account, due_at).await?;
        let operators = account::operators(write.db()).await?;
        let mut receivers: Vec<AccountId> = operators.iter().map(|row| row.id).collect();
        if !receivers.contains(&account) {
            receivers.push(account);
        }
        let says = json!({ "workspaces": blocked });
        let mail = |receiver| {
            let (id, kind) = (deps.ids.uuid(now), MailKind::AccountDeletionPostponed);
            NewMail::new(id, kind, Receiver::Account(receiver))
                .about(account)
                .saying(says.clone())
        };
        outbox::queue(write.db(), receivers.into_iter().map(mail).collect(), now).await?;
        let date = FieldChange::plain(
            "deletionScheduledAt",
            audit::instant(before.due_at),
            audit::instant(due_at),
        );
        write.record(Event::new(
            AuditEventKind::AccountDeletionPostponed,
            account,
            vec![date],
        ));
        write.commit().await?;
        Ok(Step::Postponed)
    })
    .await
}

/// Reminds people whose account will be deleted soon, each once. Returns how many.
pub async fn remind(deps: &Deps) -> Result<usize, Failure> {
    let now = deps.clock.now();
    let db = deps.db.begin().await?;
    let accounts = rows::remind(&db, (now + REMINDER, now - REMINDER), now).await?;
    let mail = |account: &AccountId| {
        let (id, kind) = (deps.ids.uuid(now), MailKind::AccountDeletionNear);
        NewMail::new(id, kind, Receiver::Account(*account)).about(account)
    };
    outbox::queue(&db, accounts.iter().map(mail).collect(), now).await?;
    db.commit().await.map_err(StoreError::from)?;
    Ok(accounts.len())
}
