//! The rows of the audit log: events and their personal values.

pub mod chain;
pub mod read;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use super::engine::{ROWS_PER_STATEMENT, StoreError};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::SideValue,
        id::{AccountId, ApiKeyId, WorkspaceId},
        vocabulary::ActorKind,
    },
    entity::{audit_event, audit_value},
};

/// The chain that an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// A workspace's.
    Workspace(WorkspaceId),
    /// An account's, for events about accounts.
    Account(AccountId),
}

/// An event, with its number and hash.
#[derive(Debug, Clone)]
pub struct EventRow {
    pub id: Uuid,
    pub chain: Chain,
    pub sequence: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// When it took effect.
    pub effective_at: DateTime<Utc>,
    pub kind: AuditEventKind,
    pub actor_kind: ActorKind,
    /// The account that acted.
    pub actor_account_id: Option<AccountId>,
    /// The key that acted.
    pub actor_api_key_id: Option<ApiKeyId>,
    /// The salted hash of the client's address.
    pub client: Option<String>,
    pub subject_id: Option<String>,
    pub request_id: String,
    /// The sealed changes, as JSON.
    pub changes: String,
    pub hash: [u8; 32],
    /// Its personal values.
    pub side: Vec<SideValue>,
}

/// Appends events. Their numbers are consecutive because the caller has locked the chain's row.
pub async fn append(db: &impl ConnectionTrait, events: Vec<EventRow>) -> Result<(), StoreError> {
    let mut values = Vec::new();
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        values.extend(event.side.into_iter().map(|side| audit_value::ActiveModel {
            event_id: Set(event.id),
            name: Set(side.name),
            salt: Set(side.salt),
            value: Set(side.value),
            account_id: Set(side.account.map(|id| id.0)),
        }));
        let (workspace_id, account_id) = match event.chain {
            Chain::Workspace(id) => (Some(id.0), None),
            Chain::Account(id) => (None, Some(id.0)),
        };
        rows.push(audit_event::ActiveModel {
            id: Set(event.id),
            workspace_id: Set(workspace_id),
            account_id: Set(account_id),
            sequence: Set(event.sequence),
            at: Set(event.at),
            effective_at: Set(event.effective_at),
            kind: Set(event.kind.as_str().to_owned()),
            actor_kind: Set(event.actor_kind.as_str().to_owned()),
            actor_account_id: Set(event.actor_account_id.map(|id| id.0)),
            actor_api_key_id: Set(event.actor_api_key_id.map(|id| id.0)),
            client: Set(event.client),
            subject_id: Set(event.subject_id),
            request_id: Set(event.request_id),
            changes: Set(event.changes),
            hash: Set(event.hash.to_vec()),
        });
    }
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        audit_event::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(db)
            .await?;
    }
    for chunk in values.chunks(ROWS_PER_STATEMENT) {
        audit_value::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}
