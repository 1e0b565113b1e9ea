//! Removals of all second factors of an account after notice (MFA-9). Which factors end when is kept
//! with each, so that reading factors reads nothing here. Whoever changes rows has locked the
//! account.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::engine::StoreError;
use crate::{
    domain::id::AccountId,
    entity::{
        factor_removal::{ActiveModel, Column, Entity, Model},
        second_factor,
    },
};

/// A removal that was scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removal {
    /// What the link in the mail is about.
    pub id: Uuid,
    pub account: AccountId,
    /// When the factors end.
    pub removal_at: DateTime<Utc>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
}

fn removal(row: Model) -> Removal {
    Removal {
        id: row.id,
        account: AccountId(row.account_id),
        removal_at: row.removal_at,
        cancelled_at: row.cancelled_at,
    }
}

/// The removal with this id.
pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Removal>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?.map(removal))
}

/// The removal of the account whose hour is yet to come at `now`.
pub async fn pending(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<Removal>, StoreError> {
    let row = Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::CancelledAt.is_null())
        .filter(Column::RemovalAt.gt(now))
        .one(db)
        .await?;
    Ok(row.map(removal))
}

/// Schedules a removal.
pub async fn insert(
    db: &impl ConnectionTrait,
    new: Removal,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(new.id),
        account_id: Set(new.account.0),
        created_at: Set(now),
        removal_at: Set(new.removal_at),
        cancelled_at: Set(new.cancelled_at),
        done_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Stores that a removal was cancelled.
pub async fn cancel(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .set(ActiveModel {
            cancelled_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Sets when the account's factors end that have not ended at `now`.
pub async fn set_ends(
    db: &impl ConnectionTrait,
    account: AccountId,
    ends_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    use second_factor::Column;
    second_factor::Entity::update_many()
        .set(second_factor::ActiveModel {
            ends_at: Set(ends_at),
            ..Default::default()
        })
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::ConfirmedAt.is_not_null())
        .filter(super::second_factor::has_not_ended(now))
        .exec(db)
        .await?;
    Ok(())
}

fn is_due(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::RemovalAt.lte(now))
        .add(Column::CancelledAt.is_null())
        .add(Column::DoneAt.is_null())
}

/// Accounts whose hour has come at `now`, oldest first, at most `limit`.
pub async fn due(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<AccountId>, StoreError> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::AccountId)
        .filter(is_due(now))
        .order_by_asc(Column::RemovalAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(AccountId).collect())
}

/// Marks the account's removals as done whose hour has come at `now`. `false` if there are none.
pub async fn done(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let marked = Entity::update_many()
        .set(ActiveModel {
            done_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(Column::AccountId.eq(account.0))
        .filter(is_due(now))
        .exec(db)
        .await?;
    Ok(marked.rows_affected > 0)
}
