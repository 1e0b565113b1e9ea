//! Accounts: finding them, locking them for a write, what only their owner sees. Locking is SQL
//! text, because it returns some columns of a row that it does not change.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter,
    SelectExt as _,
};
use uuid::Uuid;

use super::{
    email_change,
    engine::{self, Conditions as _, Row, StoreError},
};
use crate::{
    domain::{audit::GENESIS, id::AccountId, vocabulary::Locale},
    entity::account::{self, Column},
};

mod change;
mod operator;

pub use change::{password_hash, set_email, set_names, set_password, touch_nothing};
pub use operator::{Operator, operators, remove_operator};

/// What signing in needs from an account.
#[derive(Clone)]
pub struct SignInRow {
    pub id: AccountId,
    pub password_hash: Option<String>,
    /// Whether the address was confirmed.
    pub verified: bool,
}

/// The account with this canonical address, for signing in. Leaves out erased accounts.
pub async fn for_sign_in(
    db: &impl ConnectionTrait,
    email_canonical: &str,
) -> Result<Option<SignInRow>, StoreError> {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "account::Entity")]
    struct RawRow {
        id: Uuid,
        password_hash: Option<String>,
        email_verified_at: Option<DateTime<Utc>>,
    }
    let row = account::Entity::find()
        .filter(Column::EmailCanonical.eq(email_canonical))
        .filter(Column::ErasedAt.is_null())
        .into_partial_model::<RawRow>()
        .one(db)
        .await?;
    Ok(row.map(|row| SignInRow {
        id: AccountId(row.id),
        password_hash: row.password_hash,
        verified: row.email_verified_at.is_some(),
    }))
}

/// What a write needs from the locked row.
#[derive(Clone)]
pub struct Locked {
    pub id: AccountId,
    /// The instant of its last write.
    pub last_write_at: DateTime<Utc>,
    /// The number of its last audit event.
    pub audit_sequence: i64,
    /// The hash of its last audit event.
    pub audit_hash: Vec<u8>,
    pub password_hash: Option<String>,
    pub email: String,
    /// The form for comparing (ACC-1).
    pub email_canonical: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub locale: Locale,
    pub is_operator: bool,
}

/// Locks the account's row until the transaction ends. Leaves out erased accounts.
pub async fn lock(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<Locked>, StoreError> {
    lock_where(db, id, " AND erased_at IS NULL").await
}

/// The same for an account whose deletion has begun (ERASE-5).
pub async fn lock_erased(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Option<Locked>, StoreError> {
    lock_where(db, id, " AND erased_at IS NOT NULL").await
}

/// Whether there is such an account and its deletion has begun.
pub async fn is_erased(db: &impl ConnectionTrait, id: AccountId) -> Result<bool, StoreError> {
    let erased = account::Entity::find_by_id(id.0).filter(Column::ErasedAt.is_not_null());
    Ok(erased.exists(db).await?)
}

async fn lock_where(
    db: &impl ConnectionTrait,
    id: AccountId,
    condition: &str,
) -> Result<Option<Locked>, StoreError> {
    let sql = format!(
        "UPDATE account SET audit_sequence = audit_sequence WHERE id = $1{condition} \
         RETURNING last_write_at, audit_sequence, audit_hash, password_hash, email, email_canonical, given_name, family_name, \
         locale, is_operator"
    );
    let Some(row) = engine::row(db, &sql, vec![id.0.into()]).await? else {
        return Ok(None);
    };
    let row = Row::of(&row);
    Ok(Some(Locked {
        id,
        last_write_at: row.get("last_write_at")?,
        audit_sequence: row.get("audit_sequence")?,
        audit_hash: row.get("audit_hash")?,
        password_hash: row.get("password_hash")?,
        email: row.get("email")?,
        email_canonical: row.get("email_canonical")?,
        given_name: row.get("given_name")?,
        family_name: row.get("family_name")?,
        locale: locale(&row.get::<String>("locale")?),
        is_operator: row.get("is_operator")?,
    }))
}

/// The language of a row. English if this release does not know it.
pub fn locale(text: &str) -> Locale {
    Locale::parse(text).unwrap_or(Locale::En)
}

/// Stores the instant of a write and the new end of the account's chain.
pub async fn advance(
    db: &impl ConnectionTrait,
    id: AccountId,
    at: DateTime<Utc>,
    audit_sequence: i64,
    audit_hash: &[u8],
) -> Result<(), StoreError> {
    account::Entity::update_many()
        .set(account::ActiveModel {
            last_write_at: Set(at),
            audit_sequence: Set(audit_sequence),
            audit_hash: Set(audit_hash.to_vec()),
            ..Default::default()
        })
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Stores a sign-in (ACC-9).
pub async fn signed_in(
    db: &impl ConnectionTrait,
    id: AccountId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    account::Entity::update_many()
        .set(account::ActiveModel {
            last_sign_in_at: Set(Some(at)),
            ..Default::default()
        })
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// An account to insert.
#[derive(Clone)]
pub struct NewRow {
    pub id: AccountId,
    pub email: String,
    /// The form for comparing (ACC-1).
    pub email_canonical: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub locale: Locale,
    pub password_hash: Option<String>,
    pub is_operator: bool,
    /// When its address was confirmed.
    pub email_verified_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// Adds an account. Returns [`StoreError::Duplicate`] if another account has the address (ACC-1) or
/// it is kept for one that had it (ACC-8); the transaction must then be rolled back.
pub async fn insert(db: &impl ConnectionTrait, new: NewRow) -> Result<(), StoreError> {
    let (id, email_canonical, now) = (new.id, new.email_canonical.clone(), new.created_at);
    let row = account::ActiveModel {
        id: Set(new.id.0),
        email: Set(new.email),
        email_canonical: Set(new.email_canonical),
        given_name: Set(new.given_name),
        family_name: Set(new.family_name),
        locale: Set(new.locale.as_str().to_owned()),
        password_hash: Set(new.password_hash),
        is_operator: Set(new.is_operator),
        email_verified_at: Set(new.email_verified_at),
        created_at: Set(new.created_at),
        last_sign_in_at: Set(None),
        deletion_scheduled_at: Set(None),
        erased_at: Set(None),
        last_write_at: Set(new.created_at),
        audit_sequence: Set(0),
        audit_hash: Set(GENESIS.to_vec()),
    };
    account::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    refuse_kept(db, id, &email_canonical, now).await
}

/// Runs after the address is written, so that it sees an account that gives the address up at the
/// same instant.
async fn refuse_kept(
    db: &impl ConnectionTrait,
    id: AccountId,
    email_canonical: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match email_change::is_kept(db, email_canonical, id, now).await? {
        true => Err(StoreError::Duplicate),
        false => Ok(()),
    }
}

/// What only the account's owner sees.
#[derive(Debug, Clone)]
pub struct Profile {
    pub id: AccountId,
    pub email: String,
    /// When it was confirmed.
    pub email_verified_at: Option<DateTime<Utc>>,
    pub locale: Locale,
    pub created_at: DateTime<Utc>,
    /// The last sign-in (ACC-9).
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// When it will be deleted.
    pub deletion_scheduled_at: Option<DateTime<Utc>>,
    pub is_operator: bool,
}

/// What only the account's owner sees. Leaves out erased accounts.
pub async fn profile(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Option<Profile>, StoreError> {
    let row = account::Entity::find_by_id(id.0)
        .filter(Column::ErasedAt.is_null())
        .one(db)
        .await?;
    Ok(row.map(|row| Profile {
        id,
        email: row.email,
        email_verified_at: row.email_verified_at,
        locale: locale(&row.locale),
        created_at: row.created_at,
        last_sign_in_at: row.last_sign_in_at,
        deletion_scheduled_at: row.deletion_scheduled_at,
        is_operator: row.is_operator,
    }))
}

/// What other people may see of an account. The service decides whether to show the address.
#[derive(Debug, Clone)]
pub struct PublicAccount {
    pub id: AccountId,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: String,
}

/// The accounts with these ids, in any order. Leaves out unknown and erased ones.
pub async fn public(
    db: &impl ConnectionTrait,
    ids: &[AccountId],
) -> Result<Vec<PublicAccount>, StoreError> {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "account::Entity")]
    struct RawRow {
        id: Uuid,
        given_name: Option<String>,
        family_name: Option<String>,
        email: String,
    }
    let rows = account::Entity::find()
        .filter(Column::ErasedAt.is_null())
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .into_partial_model::<RawRow>()
        .all(db)
        .await?;
    let read = |row: RawRow| PublicAccount {
        id: AccountId(row.id),
        given_name: row.given_name,
        family_name: row.family_name,
        email: row.email,
    };
    Ok(rows.into_iter().map(read).collect())
}
