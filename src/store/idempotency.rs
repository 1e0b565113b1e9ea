//! Results of committed mutations, for repeated calls (AUD-5). Claiming a key is SQL text: an
//! upsert with a condition.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
};
use uuid::Uuid;

use super::engine::{self, StoreError};
use crate::{
    domain::{
        id::{AccountId, WorkspaceId},
        keyed_hash::KeyedHash,
    },
    entity::{
        account_idempotency_record,
        idempotency_record::{self, Column},
    },
};

/// What identifies a result: an idempotency key is unique per actor, workspace and mutation.
#[derive(Debug, Clone)]
pub struct Scope {
    pub workspace: WorkspaceId,
    /// The actor's name.
    pub actor: String,
    /// The mutation's name.
    pub mutation: &'static str,
    /// Keyed hash of the key.
    pub key_hash: KeyedHash,
}

impl Scope {
    /// Matches in any workspace.
    fn condition(&self) -> Condition {
        Condition::all()
            .add(Column::Actor.eq(self.actor.as_str()))
            .add(Column::Mutation.eq(self.mutation))
            .add(Column::KeyHash.is_in(self.key_hash.all().map(Vec::from)))
    }
}

/// A stored result: the keyed hash of its input, and the result as JSON.
#[derive(Debug)]
pub struct ResultRow {
    /// Keyed hash of the input.
    pub input_hash: Vec<u8>,
    pub result: String,
}

impl From<idempotency_record::Model> for ResultRow {
    fn from(row: idempotency_record::Model) -> Self {
        Self {
            input_hash: row.input_hash,
            result: row.result,
        }
    }
}

/// The stored result of `scope`, unless it has expired.
pub async fn find(
    db: &impl ConnectionTrait,
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<Option<ResultRow>, StoreError> {
    let row = idempotency_record::Entity::find()
        .filter(Column::WorkspaceId.eq(scope.workspace.0))
        .filter(scope.condition())
        .filter(Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    Ok(row.map(ResultRow::from))
}

/// The stored result of `scope` in any workspace, and that workspace: for a call that created the
/// workspace and so did not know it.
pub async fn find_anywhere(
    db: &impl ConnectionTrait,
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<Option<(WorkspaceId, ResultRow)>, StoreError> {
    let row = idempotency_record::Entity::find()
        .filter(scope.condition())
        .filter(Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    Ok(row.map(|row| (WorkspaceId(row.workspace_id), ResultRow::from(row))))
}

/// Claims the key of `scope` for the transaction that will complete it. Returns `false` if a result
/// is stored under it. Waits for another transaction that holds it.
pub async fn claim(
    db: &impl ConnectionTrait,
    id: Uuid,
    scope: &Scope,
    input_hash: &[u8; 32],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    // The statement meets what is stored under the current hash alone.
    if scope.key_hash.older.is_some() && find(db, scope, now).await?.is_some() {
        return Ok(false);
    }
    let claimed = engine::row(
        db,
        "INSERT INTO idempotency_record AS r \
         (id, workspace_id, actor, mutation, key_hash, input_hash, result, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8) ON CONFLICT (workspace_id, actor, mutation, key_hash) DO UPDATE SET \
         id = excluded.id, input_hash = excluded.input_hash, result = excluded.result, created_at = excluded.created_at, \
         expires_at = excluded.expires_at WHERE r.expires_at <= excluded.created_at RETURNING id",
        vec![
            id.into(),
            scope.workspace.0.into(),
            scope.actor.as_str().into(),
            scope.mutation.into(),
            scope.key_hash.current.to_vec().into(),
            input_hash.to_vec().into(),
            now.into(),
            expires_at.into(),
        ],
    )
    .await?;
    Ok(claimed.is_some())
}

/// Stores the result under a key that this transaction claimed.
pub async fn complete(db: &impl ConnectionTrait, id: Uuid, result: &str) -> Result<(), StoreError> {
    idempotency_record::Entity::update_many()
        .set(idempotency_record::ActiveModel {
            result: Set(result.to_owned()),
            ..Default::default()
        })
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Stores a result until `expires_at`, replacing an expired one.
pub async fn keep(
    db: &impl ConnectionTrait,
    id: Uuid,
    scope: Scope,
    kept: ResultRow,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    idempotency_record::Entity::delete_many()
        .filter(Column::WorkspaceId.eq(scope.workspace.0))
        .filter(scope.condition())
        .exec(db)
        .await?;
    let row = idempotency_record::ActiveModel {
        id: Set(id),
        workspace_id: Set(scope.workspace.0),
        actor: Set(scope.actor),
        mutation: Set(scope.mutation.to_owned()),
        key_hash: Set(scope.key_hash.current.to_vec()),
        input_hash: Set(kept.input_hash),
        result: Set(kept.result),
        created_at: Set(now),
        expires_at: Set(expires_at),
    };
    idempotency_record::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// What identifies a call about an account: an idempotency key is unique per account and mutation.
#[derive(Debug, Clone)]
pub struct AccountScope {
    pub account: AccountId,
    /// The mutation's name.
    pub mutation: &'static str,
    /// Keyed hash of the key.
    pub key_hash: KeyedHash,
}

/// The keyed hash of the input of the stored call of `scope`, unless it has expired.
pub async fn find_of_account(
    db: &impl ConnectionTrait,
    scope: &AccountScope,
    now: DateTime<Utc>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let record = account_idempotency_record::Entity::find()
        .filter(account_idempotency_record::Column::AccountId.eq(scope.account.0))
        .filter(account_idempotency_record::Column::Mutation.eq(scope.mutation))
        .filter(
            account_idempotency_record::Column::KeyHash.is_in(scope.key_hash.all().map(Vec::from)),
        )
        .filter(account_idempotency_record::Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    Ok(record.map(|row| row.input_hash))
}

/// Stores a call until `expires_at`, replacing an expired one. The caller has locked the account's
/// row.
pub async fn keep_of_account(
    db: &impl ConnectionTrait,
    id: Uuid,
    scope: AccountScope,
    input_hash: &[u8; 32],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    account_idempotency_record::Entity::delete_many()
        .filter(account_idempotency_record::Column::AccountId.eq(scope.account.0))
        .filter(account_idempotency_record::Column::Mutation.eq(scope.mutation))
        .filter(
            account_idempotency_record::Column::KeyHash.is_in(scope.key_hash.all().map(Vec::from)),
        )
        .exec(db)
        .await?;
    let row = account_idempotency_record::ActiveModel {
        id: Set(id),
        account_id: Set(scope.account.0),
        mutation: Set(scope.mutation.to_owned()),
        key_hash: Set(scope.key_hash.current.to_vec()),
        input_hash: Set(input_hash.to_vec()),
        created_at: Set(now),
        expires_at: Set(expires_at),
    };
    account_idempotency_record::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
