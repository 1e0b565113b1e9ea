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

/// Queues mails about `workspace`, to be sent from `now` on.
pub async fn queue(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    mails: Vec<NewMail>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let rows: Vec<outbox::ActiveModel> = mails
        .into_iter()
        .map(|mail| outbox::ActiveModel {
            id: Set(mail.id),
            workspace_id: Set(Some(workspace.0)),
            kind: Set(mail.kind.to_owned()),
            account_id: Set(Some(mail.account_id.0)),
            subject_id: Set(Some(mail.subject_id)),
            payload: Set("{}".to_owned()),
            generation: Set(0),
            created_at: Set(now),
            send_after: Set(now),
            leased_until: Set(None),
            attempts: Set(0),
            sent_at: Set(None),
            dead_at: Set(None),
            last_error: Set(None),
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        outbox::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}
