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

/// What has become of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// It sets the password of this account.
    Valid(AccountId),
    /// A password was set with it.
    Used,
    /// It has expired, was closed, or is none.
    Dead,
}

/// The state of a link.
pub async fn state(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<LinkState, StoreError> {
    let row = password_reset::Entity::find_by_id(id).one(db).await?;
    Ok(match row {
        Some(row) if row.used_at.is_some() => LinkState::Used,
        Some(row) if row.expires_at > now => LinkState::Valid(AccountId(row.account_id)),
        Some(_) | None => LinkState::Dead,
    })
}

/// Uses the link. Returns false if it is no longer valid.
pub async fn take(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let used_at = password_reset::ActiveModel {
        used_at: Set(Some(now)),
        ..Default::default()
    };
    let used = password_reset::Entity::update_many()
        .set(used_at)
        .filter(Column::Id.eq(id))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(db)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Closes every unused link of the account: they expire now, and were not used.
pub async fn close(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let expires_at = password_reset::ActiveModel {
        expires_at: Set(now),
        ..Default::default()
    };
    password_reset::Entity::update_many()
        .set(expires_at)
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(db)
        .await?;
    Ok(())
}
