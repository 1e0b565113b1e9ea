//! What the owner changes about an account: names, language, password, address. The row is locked.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    domain::{id::AccountId, vocabulary::Locale},
    store::{
        email_change::Address,
        engine::{self, StoreError},
    },
};

/// The hash of the password, if the account has one.
pub async fn password_hash(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT password_hash FROM account WHERE id = $1 AND erased_at IS NULL";
    let found: Option<(Option<String>,)> = engine::one(db, sql, vec![id.0.into()]).await?;
    Ok(found.and_then(|(hash,)| hash))
}

/// Sets names and language.
pub async fn set_names(
    db: &impl ConnectionTrait,
    id: AccountId,
    (given_name, family_name): (Option<&str>, Option<&str>),
    locale: Locale,
) -> Result<(), StoreError> {
    let sql = "UPDATE account SET given_name = $2, family_name = $3, locale = $4 WHERE id = $1";
    let values = vec![
        id.0.into(),
        given_name.map(str::to_owned).into(),
        family_name.map(str::to_owned).into(),
        locale.as_str().into(),
    ];
    engine::execute(db, sql, values).await?;
    Ok(())
}

/// Sets the hash of the password; with `verified_at` the address counts as confirmed, if it did not
/// before.
pub async fn set_password(
    db: &impl ConnectionTrait,
    id: AccountId,
    password_hash: &str,
    verified_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let sql = "UPDATE account SET password_hash = $2, email_verified_at = COALESCE(email_verified_at, $3) WHERE id = $1";
    engine::execute(
        db,
        sql,
        vec![id.0.into(), password_hash.into(), verified_at.into()],
    )
    .await?;
    Ok(())
}

/// Sets the address, which was confirmed at `verified_at`; [`StoreError::Duplicate`] if it has
/// another account (ACC-1), or is kept for one that had it (ACC-8): then the transaction must be
/// rolled back.
pub async fn set_email(
    db: &impl ConnectionTrait,
    id: AccountId,
    address: &Address,
    verified_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql =
        "UPDATE account SET email = $2, email_canonical = $3, email_verified_at = $4 WHERE id = $1";
    let values = vec![
        id.0.into(),
        address.typed.clone().into(),
        address.canonical.clone().into(),
        verified_at.into(),
    ];
    engine::execute(db, sql, values).await?;
    super::refuse_kept(db, id, &address.canonical, verified_at).await
}

/// Runs so many statements that change no row, where an address has an account and this one has
/// none: so that both take as many (ACC-4).
pub async fn touch_nothing(db: &impl ConnectionTrait, statements: usize) -> Result<(), StoreError> {
    for _ in 0..statements {
        let sql = "UPDATE account SET audit_sequence = audit_sequence WHERE id = $1";
        engine::execute(db, sql, vec![Uuid::nil().into()]).await?;
    }
    Ok(())
}
