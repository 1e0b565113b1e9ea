//! The secrets of keys that were rotated (KEY-9). A key that never was has its only secret in its
//! own row; the first rotation gives that secret a row here. The newest secret also stands in the
//! key's own row, where nodes of the previous release look for it.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::engine::{Conditions as _, StoreError};
use crate::{
    domain::{
        id::{AccountId, ApiKeyId, WorkspaceId},
        interval::Interval,
    },
    entity::{
        api_key,
        api_key_secret::{self, Column},
    },
};

/// One secret of a key, as lists show it.
#[derive(Debug, Clone)]
pub struct SecretRow {
    pub id: Uuid,
    pub api_key_id: ApiKeyId,
    /// The part of the secret that lists show.
    pub prefix: String,
    pub interval: Interval,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A secret to store.
#[derive(Debug, Clone)]
pub struct NewSecret {
    pub id: Uuid,
    pub api_key_id: ApiKeyId,
    pub prefix: String,
    /// SHA-256 of the secret.
    pub secret_hash: Vec<u8>,
    pub interval: Interval,
    pub granted_by: Option<AccountId>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The secrets of `keys` that count at `t`, oldest first. None for keys that were never rotated.
pub async fn of_keys(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    keys: &[ApiKeyId],
    t: DateTime<Utc>,
) -> Result<Vec<SecretRow>, StoreError> {
    let rows = api_key_secret::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::ApiKeyId.in_ids(db, keys.iter().map(|id| id.0)))
        .filter(Column::StartsAt.lte(t))
        .filter(Column::EndsAt.gt(t))
        .order_by_asc(Column::StartsAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    let read = |row: api_key_secret::Model| SecretRow {
        id: row.id,
        api_key_id: ApiKeyId(row.api_key_id),
        prefix: row.prefix,
        interval: Interval::new(row.starts_at, row.ends_at),
        last_used_at: row.last_used_at,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Stores secrets.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    secrets: Vec<NewSecret>,
) -> Result<(), StoreError> {
    let row = |secret: NewSecret| api_key_secret::ActiveModel {
        id: Set(secret.id),
        workspace_id: Set(workspace.0),
        api_key_id: Set(secret.api_key_id.0),
        prefix: Set(secret.prefix),
        secret_hash: Set(secret.secret_hash),
        starts_at: Set(secret.interval.starts_at),
        ends_at: Set(secret.interval.ends_at),
        granted_by: Set(secret.granted_by.map(|id| id.0)),
        ended_by: Set(None),
        end_reason: Set(None),
        last_used_at: Set(secret.last_used_at),
    };
    api_key_secret::Entity::insert_many(secrets.into_iter().map(row))
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Makes a secret the newest of its key, in the key's own row.
pub async fn make_newest(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    key: ApiKeyId,
    prefix: &str,
    secret_hash: &[u8],
) -> Result<(), StoreError> {
    api_key::Entity::update_many()
        .set(api_key::ActiveModel {
            prefix: Set(prefix.to_owned()),
            secret_hash: Set(secret_hash.to_vec()),
            ..Default::default()
        })
        .filter(api_key::Column::WorkspaceId.eq(workspace.0))
        .filter(api_key::Column::Id.eq(key.0))
        .exec(db)
        .await?;
    Ok(())
}

/// A key that a secret belongs to, now or formerly.
#[derive(Debug, Clone, Copy)]
pub struct KeyOfSecret {
    pub id: ApiKeyId,
    pub workspace_id: WorkspaceId,
}

/// The key with this secret, also if the secret or the key has ended.
pub async fn find(
    db: &impl ConnectionTrait,
    secret_hash: &[u8],
) -> Result<Option<KeyOfSecret>, StoreError> {
    let old = api_key_secret::Entity::find()
        .filter(Column::SecretHash.eq(secret_hash.to_vec()))
        .one(db)
        .await?;
    if let Some(row) = old {
        return Ok(Some(KeyOfSecret {
            id: ApiKeyId(row.api_key_id),
            workspace_id: WorkspaceId(row.workspace_id),
        }));
    }
    let key = api_key::Entity::find()
        .filter(api_key::Column::SecretHash.eq(secret_hash.to_vec()))
        .one(db)
        .await?;
    Ok(key.map(|row| KeyOfSecret {
        id: ApiKeyId(row.id),
        workspace_id: WorkspaceId(row.workspace_id),
    }))
}
