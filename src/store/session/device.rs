//! Devices that signed in before and are not slowed down (ACC-5).

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    SelectExt as _, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    domain::{id::AccountId, keyed_hash::KeyedHash},
    entity::known_device::{self, Column},
    store::engine::{Conditions as _, StoreError},
};

/// Whether this device recently signed in to the account.
pub async fn is_known(
    db: &impl ConnectionTrait,
    account: AccountId,
    token_hash: &KeyedHash,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    Ok(known_device::Entity::find()
        .filter(Column::TokenHash.is_in(token_hash.all().map(Vec::from)))
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::ExpiresAt.gt(now))
        .exists(db)
        .await?)
}

/// Stores that the device signed in to the account. `id` becomes the row's primary key if there is
/// no row yet.
pub async fn remember(
    db: &impl ConnectionTrait,
    account: AccountId,
    token_hash: &[u8],
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
    id: Uuid,
) -> Result<(), StoreError> {
    let row = known_device::ActiveModel {
        id: Set(id),
        account_id: Set(account.0),
        token_hash: Set(token_hash.to_vec()),
        created_at: Set(now),
        expires_at: Set(expires_at),
    };
    let renew = OnConflict::column(Column::TokenHash)
        .update_column(Column::ExpiresAt)
        .to_owned();
    known_device::Entity::insert(row)
        .on_conflict(renew)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Deletes the account's expired devices, and all but the latest `most`.
pub async fn forget(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
    most: usize,
) -> Result<(), StoreError> {
    let devices = known_device::Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .order_by_desc(Column::ExpiresAt)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    let old: Vec<Uuid> = devices
        .iter()
        .enumerate()
        .filter(|(index, device)| *index >= most || device.expires_at <= now)
        .map(|(_, device)| device.id)
        .collect();
    if old.is_empty() {
        return Ok(());
    }
    known_device::Entity::delete_many()
        .filter(Column::Id.in_ids(db, old))
        .exec(db)
        .await?;
    Ok(())
}
