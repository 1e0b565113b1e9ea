//! Accounts: finding them, locking them for a write, what only their owner sees.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, Value};
use uuid::Uuid;

use super::{
    email_change,
    engine::{self, Columns, Sql, StoreError},
};
use crate::{
    domain::{audit::GENESIS, id::AccountId, vocabulary::Locale},
    entity::account,
};

mod change;

pub use change::{password_hash, set_email, set_names, set_password, touch_nothing};

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
    let sql = "SELECT id, password_hash, email_verified_at IS NOT NULL FROM account WHERE email_canonical = $1 AND erased_at IS NULL";
    let found: Option<(Uuid, Option<String>, bool)> =
        engine::one(db, sql, vec![email_canonical.into()]).await?;
    Ok(found.map(|(id, password_hash, verified)| SignInRow {
        id: AccountId(id),
        password_hash,
        verified,
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
    let mut columns = Columns::of(&row);
    Ok(Some(Locked {
        id,
        last_write_at: columns.take()?,
        audit_sequence: columns.take()?,
        audit_hash: columns.take()?,
        password_hash: columns.take()?,
        email: columns.take()?,
        email_canonical: columns.take()?,
        given_name: columns.take()?,
        family_name: columns.take()?,
        locale: locale(&columns.take::<String>()?),
        is_operator: columns.take()?,
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
    let sql =
        "UPDATE account SET last_write_at = $2, audit_sequence = $3, audit_hash = $4 WHERE id = $1";
    engine::execute(
        db,
        sql,
        vec![
            id.0.into(),
            at.into(),
            audit_sequence.into(),
            Value::from(audit_hash.to_vec()),
        ],
    )
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
    let sql = "UPDATE account SET last_sign_in_at = $2, password_hash = COALESCE($3, password_hash) WHERE id = $1";
    engine::execute(db, sql, vec![id.0.into(), at.into(), password_hash.into()]).await?;
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
    let sql = "SELECT email, email_verified_at, locale, created_at, last_sign_in_at, deletion_scheduled_at, is_operator \
         FROM account WHERE id = $1 AND erased_at IS NULL";
    let Some(row) = engine::row(db, sql, vec![id.0.into()]).await? else {
        return Ok(None);
    };
    let mut columns = Columns::of(&row);
    Ok(Some(Profile {
        id,
        email: columns.take()?,
        email_verified_at: columns.take()?,
        locale: locale(&columns.take::<String>()?),
        created_at: columns.take()?,
        last_sign_in_at: columns.take()?,
        deletion_scheduled_at: columns.take()?,
        is_operator: columns.take()?,
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
    let mut sql = Sql::new(
        db,
        "SELECT id, given_name, family_name, email FROM account WHERE erased_at IS NULL AND ",
    );
    sql.ids_in("id", ids.iter().map(|id| id.0));
    let rows: Vec<(Uuid, Option<String>, Option<String>, String)> = sql.all(db).await?;
    let read = |(id, given_name, family_name, email)| PublicAccount {
        id: AccountId(id),
        given_name,
        family_name,
        email,
    };
    Ok(rows.into_iter().map(read).collect())
}
