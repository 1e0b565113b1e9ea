//! Results of committed mutations, for repeated calls (AUD-5). Claiming a key is text: an upsert
//! with a condition.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
};
use uuid::Uuid;

use super::engine::{self, StoreError};
use crate::{
    domain::id::{AccountId, WorkspaceId},
    entity::{
        account_idempotency_record,
        idempotency_record::{self, Column},
    },
};

/// What a record is found by: an idempotency key counts for one actor, workspace and mutation.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The actor's name.
    pub actor: String,
    /// The mutation's name.
    pub mutation: &'static str,
    /// Keyed hash of the key.
    pub key_hash: [u8; 32],
}

impl Scope {
    /// In whatever workspace.
    fn condition(&self) -> Condition {
        Condition::all()
            .add(Column::Actor.eq(self.actor.as_str()))
            .add(Column::Mutation.eq(self.mutation))
            .add(Column::KeyHash.eq(self.key_hash.to_vec()))
    }
}

/// A kept result: the keyed hash of its input, and the result as JSON.
#[derive(Debug)]
pub struct Kept {
    /// Keyed hash of the input.
    pub input_hash: Vec<u8>,
    /// The result.
    pub result: String,
}

impl From<idempotency_record::Model> for Kept {
    fn from(row: idempotency_record::Model) -> Self {
        Self {
            input_hash: row.input_hash,
            result: row.result,
        }
    }
}

/// The kept result of `scope`, unless it is older than it is kept.
pub async fn find(
    db: &impl ConnectionTrait,
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<Option<Kept>, StoreError> {
    let row = idempotency_record::Entity::find()
        .filter(Column::WorkspaceId.eq(scope.workspace.0))
        .filter(scope.condition())
        .filter(Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    Ok(row.map(Kept::from))
}

/// The kept result of `scope` in whatever workspace, and which one: for a call that made the
/// workspace, and so did not know it.
pub async fn find_anywhere(
    db: &impl ConnectionTrait,
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<Option<(WorkspaceId, Kept)>, StoreError> {
    let row = idempotency_record::Entity::find()
        .filter(scope.condition())
        .filter(Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    Ok(row.map(|row| (WorkspaceId(row.workspace_id), Kept::from(row))))
}

/// Takes the key of `scope` for the transaction that is to complete it; `false` if a result is kept
/// under it. Another transaction that holds it is waited for.
pub async fn claim(
    db: &impl ConnectionTrait,
    id: Uuid,
    scope: &Scope,
    input_hash: &[u8; 32],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
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
            scope.key_hash.to_vec().into(),
            input_hash.to_vec().into(),
            now.into(),
            expires_at.into(),
        ],
    )
    .await?;
    Ok(claimed.is_some())
}

/// Writes the result of a key that this transaction claimed.
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

/// Keeps a result until `expires_at`; one that is out of date gives way.
pub async fn keep(
    db: &impl ConnectionTrait,
    id: Uuid,
    scope: Scope,
    kept: Kept,
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
        key_hash: Set(scope.key_hash.to_vec()),
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

/// What a call about an account is found by: an idempotency key counts for one account and
/// mutation.
#[derive(Debug, Clone)]
pub struct AccountScope {
    /// The account.
    pub account: AccountId,
    /// The mutation's name.
    pub mutation: &'static str,
    /// Keyed hash of the key.
    pub key_hash: [u8; 32],
}

/// The keyed hash of the input of the kept call of `scope`, unless it is older than it is kept.
pub async fn find_of_account(
    db: &impl ConnectionTrait,
    scope: &AccountScope,
    now: DateTime<Utc>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let found = account_idempotency_record::Entity::find()
        .filter(account_idempotency_record::Column::AccountId.eq(scope.account.0))
        .filter(account_idempotency_record::Column::Mutation.eq(scope.mutation))
        .filter(account_idempotency_record::Column::KeyHash.eq(scope.key_hash.to_vec()))
        .filter(account_idempotency_record::Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    Ok(found.map(|row| row.input_hash))
}

/// Keeps a call until `expires_at`; one that is out of date gives way. The account's row is locked.
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
        .filter(account_idempotency_record::Column::KeyHash.eq(scope.key_hash.to_vec()))
        .exec(db)
        .await?;
    let row = account_idempotency_record::ActiveModel {
        id: Set(id),
        account_id: Set(scope.account.0),
        mutation: Set(scope.mutation.to_owned()),
        key_hash: Set(scope.key_hash.to_vec()),
        input_hash: Set(input_hash.to_vec()),
        created_at: Set(now),
        expires_at: Set(expires_at),
    };
    account_idempotency_record::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
