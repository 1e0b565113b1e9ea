//! The outbox: what is to be sent, written in the transaction that causes it (MAIL-1). Owns the shape of a new row.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use super::engine::StoreError;
use crate::{
    domain::id::{AccountId, WorkspaceId},
    entity::outbox,
};

/// How many rows one INSERT takes: SQLite binds at most 32,766 parameters.
const CHUNK: usize = 1_000;

/// A mail to be sent: ids only, it is rendered when it is sent.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// The key of its row.
    pub id: Uuid,
    /// Which mail.
    pub kind: &'static str,
    /// Who receives it.
    pub account_id: AccountId,
    /// What it is about.
    pub subject_id: String,
}

/// Something to be sent that says more than whom it is about, or is not for one account, or not at once.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// The key of its row.
    pub id: Uuid,
    /// Which mail.
    pub kind: &'static str,
    /// Who receives it; `None` = those whom its kind is for when it is sent.
    pub account_id: Option<AccountId>,
    /// What it is about.
    pub subject_id: String,
    /// What it says, as JSON; nothing personal.
    pub payload: String,
    /// From when on it is sent.
    pub send_after: DateTime<Utc>,
}

/// Queues mails about `workspace`, to be sent from `now` on.
pub async fn queue(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    mails: Vec<NewMail>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let notice = |mail: NewMail| NewNotice {
        id: mail.id,
        kind: mail.kind,
        account_id: Some(mail.account_id),
        subject_id: mail.subject_id,
        payload: "{}".to_owned(),
        send_after: now,
    };
    queue_notices(db, workspace, mails.into_iter().map(notice).collect(), now).await
}

/// Queues notices about `workspace`.
pub async fn queue_notices(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    notices: Vec<NewNotice>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = |notice: NewNotice| outbox::ActiveModel {
        id: Set(notice.id),
        workspace_id: Set(Some(workspace.0)),
        kind: Set(notice.kind.to_owned()),
        account_id: Set(notice.account_id.map(|id| id.0)),
        subject_id: Set(Some(notice.subject_id)),
        payload: Set(notice.payload),
        generation: Set(0),
        created_at: Set(now),
        send_after: Set(notice.send_after),
        leased_until: Set(None),
        attempts: Set(0),
        sent_at: Set(None),
        dead_at: Set(None),
        last_error: Set(None),
    };
    let rows: Vec<outbox::ActiveModel> = notices.into_iter().map(row).collect();
    for chunk in rows.chunks(CHUNK) {
        outbox::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}
