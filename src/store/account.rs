//! Accounts: finding them, locking them for a write, what only their owner sees. Locking is text,
//! for it returns some columns of a row that it leaves as it is.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter,
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

/// What signing in needs of an account.
#[derive(Clone)]
pub struct SignInRow {
    /// Its id.
    pub id: AccountId,
    /// The hash of its password, if it has one.
    pub password_hash: Option<String>,
    /// Whether the address was confirmed.
    pub verified: bool,
}

/// The account with this canonical address, for signing in; erased ones are not found.
pub async fn for_sign_in(
    db: &impl ConnectionTrait,
    email_canonical: &str,
) -> Result<Option<SignInRow>, StoreError> {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "account::Entity")]
    struct Found {
        id: Uuid,
        password_hash: Option<String>,
        email_verified_at: Option<DateTime<Utc>>,
    }
    let row = account::Entity::find()
        .filter(Column::EmailCanonical.eq(email_canonical))
        .filter(Column::ErasedAt.is_null())
        .into_partial_model::<Found>()
        .one(db)
        .await?;
    Ok(row.map(|row| SignInRow {
        id: AccountId(row.id),
        password_hash: row.password_hash,
        verified: row.email_verified_at.is_some(),
    }))
}

/// What a write needs of the row it locked.
#[derive(Clone)]
pub struct Locked {
    /// The account.
    pub id: AccountId,
    /// The instant of its last write.
    pub last_write_at: DateTime<Utc>,
    /// The number of its last audit event.
    pub audit_sequence: i64,
    /// The hash of its last audit event.
    pub audit_hash: Vec<u8>,
    /// The hash of its password, as it is now.
    pub password_hash: Option<String>,
    /// The address as typed.
    pub email: String,
    /// The form in which it is compared (ACC-1).
    pub email_canonical: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Its language.
    pub locale: Locale,
    /// Staff of the installation.
    pub is_operator: bool,
}

/// Locks the account's row until the transaction ends; erased ones are not found.
pub async fn lock(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<Locked>, StoreError> {
    let sql = "UPDATE account SET audit_sequence = audit_sequence WHERE id = $1 AND erased_at IS NULL \
         RETURNING last_write_at, audit_sequence, audit_hash, password_hash, email, email_canonical, given_name, family_name, \
         locale, is_operator";
    let Some(row) = engine::row(db, sql, vec![id.0.into()]).await? else {
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

/// The language of a row; English for one that this release does not know.
pub fn locale(text: &str) -> Locale {
    Locale::parse(text).unwrap_or(Locale::En)
}

/// Writes back what a write advances: its instant and the end of the account's chain.
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

/// Notes a sign-in (ACC-9), and the new hash of the password if it was made anew (ACC-3).
pub async fn signed_in(
    db: &impl ConnectionTrait,
    id: AccountId,
    at: DateTime<Utc>,
    password_hash: Option<String>,
) -> Result<(), StoreError> {
    let mut row = account::ActiveModel {
        last_sign_in_at: Set(Some(at)),
        ..Default::default()
    };
    if password_hash.is_some() {
        row.password_hash = Set(password_hash);
    }
    account::Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// An account to be made.
#[derive(Clone)]
pub struct NewRow {
    /// Its id.
    pub id: AccountId,
    /// The address as typed.
    pub email: String,
    /// The form in which it is compared (ACC-1).
    pub email_canonical: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Its language.
    pub locale: Locale,
    /// The hash of its password, if it has one.
    pub password_hash: Option<String>,
    /// Staff of the installation.
    pub is_operator: bool,
    /// When its address was confirmed.
    pub email_verified_at: Option<DateTime<Utc>>,
    /// When it is made.
    pub created_at: DateTime<Utc>,
}

/// Adds an account; [`StoreError::Duplicate`] if the address has one (ACC-1), or is kept for the
/// one that had it (ACC-8): then the transaction must be rolled back.
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

/// After the address was written: whoever gave it up at the same instant is seen then.
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

/// What only the person sees.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The account.
    pub id: AccountId,
    /// The address as typed.
    pub email: String,
    /// When it was confirmed.
    pub email_verified_at: Option<DateTime<Utc>>,
    /// Its language.
    pub locale: Locale,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The last sign-in (ACC-9).
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// When it is going to be deleted.
    pub deletion_scheduled_at: Option<DateTime<Utc>>,
    /// Staff of the installation.
    pub is_operator: bool,
}

/// What only the person sees; erased accounts are not found.
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

/// What one person may see of another; whether the address is shown is for the service to say.
#[derive(Debug, Clone)]
pub struct PublicAccount {
    /// The account.
    pub id: AccountId,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// The address as typed.
    pub email: String,
}

/// The accounts of `ids`, in any order; unknown and erased ones are left out.
pub async fn public(
    db: &impl ConnectionTrait,
    ids: &[AccountId],
) -> Result<Vec<PublicAccount>, StoreError> {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "account::Entity")]
    struct Found {
        id: Uuid,
        given_name: Option<String>,
        family_name: Option<String>,
        email: String,
    }
    let rows = account::Entity::find()
        .filter(Column::ErasedAt.is_null())
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .into_partial_model::<Found>()
        .all(db)
        .await?;
    let read = |row: Found| PublicAccount {
        id: AccountId(row.id),
        given_name: row.given_name,
        family_name: row.family_name,
        email: row.email,
    };
    Ok(rows.into_iter().map(read).collect())
}
