//! Closing a row with what became of it; of a mail about an invitation, the invitation says so too
//! (JOIN-15), in the same transaction.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::compose::key;
use crate::{
    domain::{mail::MailKind, vocabulary::DeliveryState},
    service::{Deps, Failure},
    store::{
        StoreError,
        invitation::{Delivery, delivery},
        outbox::{
            claim::{self, ExpiredMail, OBSOLETE, OutboxRow},
            subject,
        },
    },
};

/// Closes a row as sent, whoever has it by now.
pub(super) async fn sent(deps: &Deps, row: &OutboxRow, now: DateTime<Utc>) -> Result<(), Failure> {
    if row.kind != Some(MailKind::Invitation) {
        claim::sent(deps.db.writer(), row.id, now).await?;
        return Ok(());
    }
    let tx = deps.db.begin().await?;
    if claim::sent(&tx, row.id, now).await? {
        tell(
            &tx,
            row,
            Delivery {
                state: DeliveryState::Sent,
                at: now,
                status: None,
            },
        )
        .await?;
    }
    Ok(tx.commit().await.map_err(StoreError::from)?)
}

/// Gives a row up, unless another batch has it by now; true if it was open.
pub(super) async fn dead(
    deps: &Deps,
    row: &OutboxRow,
    holder: Uuid,
    now: DateTime<Utc>,
    error: &str,
) -> Result<bool, Failure> {
    if row.kind != Some(MailKind::Invitation) {
        return Ok(claim::dead(deps.db.writer(), row.id, holder, now, error).await?);
    }
    let tx = deps.db.begin().await?;
    let was_open = claim::dead(&tx, row.id, holder, now, error).await?;
    if was_open && error != OBSOLETE {
        tell(
            &tx,
            row,
            Delivery {
                state: DeliveryState::Failed,
                at: now,
                status: status(error),
            },
        )
        .await?;
    } else if was_open && is_refused(&tx, row).await? {
        tell(
            &tx,
            row,
            Delivery {
                state: DeliveryState::RefusedByReceiver,
                at: now,
                status: None,
            },
        )
        .await?;
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(was_open)
}

/// Says when a row is tried again, unless another batch has it by now.
pub(super) async fn retry(
    deps: &Deps,
    row: &OutboxRow,
    holder: Uuid,
    at: DateTime<Utc>,
    error: &str,
) -> Result<(), Failure> {
    if row.kind != Some(MailKind::Invitation) {
        claim::retry(deps.db.writer(), row.id, holder, at, error).await?;
        return Ok(());
    }
    let tx = deps.db.begin().await?;
    if claim::retry(&tx, row.id, holder, at, error).await? {
        tell(
            &tx,
            row,
            Delivery {
                state: DeliveryState::Deferred,
                at,
                status: status(error),
            },
        )
        .await?;
    }
    Ok(tx.commit().await.map_err(StoreError::from)?)
}

/// Gives up what was not delivered in time; says what it was.
pub(super) async fn give_up(deps: &Deps, now: DateTime<Utc>) -> Result<Vec<ExpiredMail>, Failure> {
    let tx = deps.db.begin().await?;
    let given_up = claim::give_up(&tx, now).await?;
    for row in given_up
        .iter()
        .filter(|row| row.kind == MailKind::Invitation.as_str())
    {
        if let Some(id) = row.subject.as_deref().and_then(key) {
            let became = Delivery {
                state: DeliveryState::Failed,
                at: now,
                status: status(&row.error),
            };
            delivery::set_of_generation(&tx, id.into(), row.generation, became).await?;
        }
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(given_up)
}

async fn tell(db: &impl ConnectionTrait, row: &OutboxRow, became: Delivery) -> Result<(), Failure> {
    let Some(id) = row.subject.as_deref().and_then(key) else {
        return Ok(());
    };
    Ok(delivery::set_of_generation(db, id.into(), row.generation, became).await?)
}

/// Whether the row was closed because its receiver wants no more mail from the workspace.
async fn is_refused(db: &impl ConnectionTrait, row: &OutboxRow) -> Result<bool, Failure> {
    match (row.workspace, &row.email_key) {
        (Some(workspace), Some(address)) => Ok(subject::refuses(db, workspace, address).await?),
        _ => Ok(false),
    }
}

/// The status code in a reason such as `SMTP 550 5.1.1`.
fn status(error: &str) -> Option<i32> {
    error.strip_prefix("SMTP ")?.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_15_of_a_reason_the_status_code_is_told() {
        let codes = [
            "SMTP 550 5.1.1",
            "SMTP 451",
            "TIMEOUT",
            "ADDRESS_NOT_SUPPORTED",
        ]
        .map(status);
        assert_eq!(codes, [Some(550), Some(451), None, None]);
    }
}
