//! Links that set a new password (ACC-7): inserting one, using one, and closing all others.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::engine::StoreError;
use crate::{
    domain::id::AccountId,
    entity::password_reset::{self, Column},
};

/// Adds a link that is valid until `expires_at`.
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

/// The account of a link, if the link is still valid.
pub async fn account_of(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<AccountId>, StoreError> {
    let row = password_reset::Entity::find_by_id(id)
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    Ok(row.map(|row| AccountId(row.account_id)))
}

/// Uses the link. Returns false if it is no longer valid.
pub async fn take(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let used = password_reset::Entity::update_many()
        .set(used_at(now))
        .filter(Column::Id.eq(id))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(db)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Closes every unused link of the account.
pub async fn close(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    password_reset::Entity::update_many()
        .set(used_at(now))
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::UsedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

fn used_at(now: DateTime<Utc>) -> password_reset::ActiveModel {
    password_reset::ActiveModel {
        used_at: Set(Some(now)),
        ..Default::default()
    }
}
