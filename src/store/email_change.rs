//! Changes of an account's address (ACC-8): those that wait for the new address, and those that the
//! old one can still undo.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryResult};
use uuid::Uuid;

use super::engine::{self, Columns, StoreError};
use crate::{domain::id::AccountId, entity::email_change};

/// An address in both its forms.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// As typed.
    pub typed: String,
    /// As compared (ACC-1).
    pub canonical: String,
}

/// A change that was asked for.
#[derive(Clone)]
pub struct Change {
    /// Its key.
    pub id: Uuid,
    /// Whose address.
    pub account: AccountId,
    /// The address before: that of the request, from the confirmation on that which it replaced.
    pub old: Address,
    /// The address after.
    pub new: Address,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the new address confirmed it.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Whether it was undone, or died without being confirmed.
    pub is_undone: bool,
}

/// Adds one that waits until `expires_at`.
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

const COLUMNS: &str = "account_id, old_email, old_email_canonical, new_email, new_email_canonical, created_at, confirmed_at, \
     undone_at IS NOT NULL";

/// The change, if one of its links still counts: it was not undone, and the time to confirm it, or
/// once confirmed to undo it, is not over.
pub async fn open(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Change>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM email_change WHERE id = $1 AND undone_at IS NULL AND expires_at > $2"
    );
    engine::row(db, &sql, vec![id.into(), now.into()])
        .await?
        .map(|row| read(id, &row))
        .transpose()
}

/// The change, whatever became of it.
pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Change>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM email_change WHERE id = $1");
    engine::row(db, &sql, vec![id.into()])
        .await?
        .map(|row| read(id, &row))
        .transpose()
}

/// Whether the address is kept for an account that had it before a change that can still be undone
/// (ACC-8); for another than `but`.
pub async fn is_kept(
    db: &impl ConnectionTrait,
    email_canonical: &str,
    but: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM email_change c JOIN account a ON a.id = c.account_id AND a.erased_at IS NULL \
         WHERE c.old_email_canonical = $1 AND c.account_id <> $2 AND c.confirmed_at IS NOT NULL AND c.undone_at IS NULL \
         AND c.expires_at > $3 LIMIT 1";
    Ok(engine::row(
        db,
        sql,
        vec![email_canonical.into(), but.0.into(), now.into()],
    )
    .await?
    .is_some())
}

fn read(id: Uuid, row: &QueryResult) -> Result<Change, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Change {
        id,
        account: AccountId(columns.take()?),
        old: Address {
            typed: columns.take()?,
            canonical: columns.take()?,
        },
        new: Address {
            typed: columns.take()?,
            canonical: columns.take()?,
        },
        created_at: columns.take()?,
        confirmed_at: columns.take()?,
        is_undone: columns.take()?,
    })
}

/// Notes that the new address confirmed it in place of `old`, which may undo it until `undo_until`;
/// what was asked for earlier and still waits dies.
pub async fn confirm(
    db: &impl ConnectionTrait,
    change: &Change,
    old: &Address,
    (now, undo_until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StoreError> {
    let sql = "UPDATE email_change SET confirmed_at = $2, expires_at = $3, old_email = $4, old_email_canonical = $5 WHERE id = $1";
    let values = vec![
        change.id.into(),
        now.into(),
        undo_until.into(),
        old.typed.clone().into(),
        old.canonical.clone().into(),
    ];
    engine::execute(db, sql, values).await?;
    let sql = "UPDATE email_change SET undone_at = $3 \
         WHERE account_id = $1 AND confirmed_at IS NULL AND undone_at IS NULL AND created_at < $2";
    engine::execute(
        db,
        sql,
        vec![
            change.account.0.into(),
            change.created_at.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Lets every change of the account die that was not confirmed.
pub async fn close(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "UPDATE email_change SET undone_at = $2 WHERE account_id = $1 AND confirmed_at IS NULL AND undone_at IS NULL";
    engine::execute(db, sql, vec![account.0.into(), now.into()]).await?;
    Ok(())
}

/// Undoes the change that was confirmed at `confirmed_at`, and with it what was confirmed later or
/// still waits: whoever can undo it does not want what came of it either.
pub async fn undo(
    db: &impl ConnectionTrait,
    account: AccountId,
    confirmed_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "UPDATE email_change SET undone_at = $3 \
         WHERE account_id = $1 AND undone_at IS NULL AND (confirmed_at IS NULL OR confirmed_at >= $2)";
    engine::execute(
        db,
        sql,
        vec![account.0.into(), confirmed_at.into(), now.into()],
    )
    .await?;
    Ok(())
}
