//! Changes of an account's address (ACC-8): those that wait for the new address, and those that the
//! old address can still undo. SQL text where it asks whether an address is kept, because it joins
//! the account.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
};
use uuid::Uuid;

use super::engine::{self, StoreError};
use crate::{
    domain::id::AccountId,
    entity::email_change::{self, Column},
};

/// An address in both its forms.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// As typed.
    pub typed: String,
    /// The form for comparing (ACC-1).
    pub canonical: String,
}

/// A requested change.
#[derive(Clone)]
pub struct Change {
    pub id: Uuid,
    pub account: AccountId,
    /// The address before: until the confirmation that of the request, afterwards the one that was
    /// replaced.
    pub old: Address,
    pub new: Address,
    pub created_at: DateTime<Utc>,
    /// When the new address confirmed it.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Whether it was undone, or closed without being confirmed.
    pub is_undone: bool,
}

/// Adds a change that can be confirmed until `expires_at`.
pub async fn insert(
    db: &impl ConnectionTrait,
    change: Change,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = email_change::ActiveModel {
        id: Set(change.id),
        account_id: Set(change.account.0),
        old_email: Set(change.old.typed),
        old_email_canonical: Set(change.old.canonical),
        new_email: Set(change.new.typed),
        new_email_canonical: Set(change.new.canonical),
        created_at: Set(change.created_at),
        expires_at: Set(expires_at),
        confirmed_at: Set(change.confirmed_at),
        undone_at: Set(None),
    };
    email_change::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

impl From<email_change::Model> for Change {
    fn from(row: email_change::Model) -> Self {
        Self {
            id: row.id,
            account: AccountId(row.account_id),
            old: Address {
                typed: row.old_email,
                canonical: row.old_email_canonical,
            },
            new: Address {
                typed: row.new_email,
                canonical: row.new_email_canonical,
            },
            created_at: row.created_at,
            confirmed_at: row.confirmed_at,
            is_undone: row.undone_at.is_some(),
        }
    }
}

/// The change, if one of its links is still valid: it was not undone, and the time to confirm it,
/// or once confirmed to undo it, has not passed.
pub async fn open(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Change>, StoreError> {
    let row = email_change::Entity::find_by_id(id)
        .filter(Column::UndoneAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    Ok(row.map(Change::from))
}

/// The change, in any state.
pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Change>, StoreError> {
    let row = email_change::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(Change::from))
}

/// Whether the address is kept for an account that had it before a change that can still be undone
/// (ACC-8), not counting the account `but`.
pub async fn is_kept(
    db: &impl ConnectionTrait,
    email_canonical: &str,
    but: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM email_change c \
         WHERE c.old_email_canonical = $1 AND c.account_id <> $2 AND c.confirmed_at IS NOT NULL AND c.undone_at IS NULL \
         AND c.expires_at > $3 AND EXISTS (SELECT 1 FROM account a WHERE a.id = c.account_id AND a.erased_at IS NULL) LIMIT 1";
    Ok(engine::row(
        db,
        sql,
        vec![email_canonical.into(), but.0.into(), now.into()],
    )
    .await?
    .is_some())
}

/// Stores that the new address confirmed the change in place of `old`, which may undo it until
/// `undo_until`. Closes earlier changes that still wait.
pub async fn confirm(
    db: &impl ConnectionTrait,
    change: &Change,
    old: &Address,
    (now, undo_until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StoreError> {
    email_change::Entity::update_many()
        .set(email_change::ActiveModel {
            confirmed_at: Set(Some(now)),
            expires_at: Set(undo_until),
            old_email: Set(old.typed.clone()),
            old_email_canonical: Set(old.canonical.clone()),
            ..Default::default()
        })
        .filter(Column::Id.eq(change.id))
        .exec(db)
        .await?;
    email_change::Entity::update_many()
        .set(undone_at(now))
        .filter(Column::AccountId.eq(change.account.0))
        .filter(Column::ConfirmedAt.is_null())
        .filter(Column::UndoneAt.is_null())
        .filter(Column::CreatedAt.lt(change.created_at))
        .exec(db)
        .await?;
    Ok(())
}

fn undone_at(now: DateTime<Utc>) -> email_change::ActiveModel {
    email_change::ActiveModel {
        undone_at: Set(Some(now)),
        ..Default::default()
    }
}

/// Closes every unconfirmed change of the account.
pub async fn close(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    email_change::Entity::update_many()
        .set(undone_at(now))
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::ConfirmedAt.is_null())
        .filter(Column::UndoneAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Undoes the change that was confirmed at `confirmed_at`, and all later changes: whoever undoes it
/// does not want those either.
pub async fn undo(
    db: &impl ConnectionTrait,
    account: AccountId,
    confirmed_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let waits_or_came_later = Condition::any()
        .add(Column::ConfirmedAt.is_null())
        .add(Column::ConfirmedAt.gte(confirmed_at));
    email_change::Entity::update_many()
        .set(undone_at(now))
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::UndoneAt.is_null())
        .filter(waits_or_came_later)
        .exec(db)
        .await?;
    Ok(())
}
