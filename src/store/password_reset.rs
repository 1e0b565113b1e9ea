//! Links that set a new password (ACC-7): making one, using one, and letting all others die.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use super::engine::{self, StoreError};
use crate::{domain::id::AccountId, entity::password_reset};

/// Adds a link that counts until `expires_at`.
pub async fn insert(
    db: &impl ConnectionTrait,
    (id, account): (Uuid, AccountId),
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StoreError> {
    let row = password_reset::ActiveModel {
        id: Set(id),
        account_id: Set(account.0),
        created_at: Set(now),
        expires_at: Set(expires_at),
        used_at: Set(None),
    };
    password_reset::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Whose link it is, if it still counts.
pub async fn account_of(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<AccountId>, StoreError> {
    let sql = "SELECT account_id FROM password_reset WHERE id = $1 AND used_at IS NULL AND expires_at > $2";
    let found: Option<(Uuid,)> = engine::one(db, sql, vec![id.into(), now.into()]).await?;
    Ok(found.map(|(account,)| AccountId(account)))
}

/// Uses the link: false if it counts no more.
pub async fn take(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE password_reset SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2";
    Ok(engine::execute(db, sql, vec![id.into(), now.into()])
        .await?
        .rows_affected()
        == 1)
}

/// Lets every link of the account die that was not used.
pub async fn close(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "UPDATE password_reset SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL";
    engine::execute(db, sql, vec![account.0.into(), now.into()]).await?;
    Ok(())
}
