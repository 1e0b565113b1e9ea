//! Registrations that wait for their address to be confirmed (ACC-2). Several may wait for one
//! address.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryResult, Value};
use uuid::Uuid;

use super::{
    account,
    engine::{self, Columns, StoreError},
};
use crate::{domain::vocabulary::Locale, entity::registration};

/// What was given to register.
#[derive(Clone)]
pub struct Registration {
    /// Its key.
    pub id: Uuid,
    /// The address as typed.
    pub email: String,
    /// The form in which it is compared (ACC-1).
    pub email_canonical: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// The language.
    pub locale: Locale,
    /// The hash of the password.
    pub password_hash: String,
    /// Counts the mails with its link: only the newest link counts.
    pub generation: i32,
    /// The keyed hash of the browser's cookie.
    pub device_hash: Option<Vec<u8>>,
    /// When it became an account; then nothing else is left of it.
    pub verified_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "id, email, email_canonical, given_name, family_name, locale, password_hash, generation, device_hash, \
     verified_at";

fn read(row: &QueryResult) -> Result<Registration, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Registration {
        id: columns.take()?,
        email: columns.take()?,
        email_canonical: columns.take()?,
        given_name: columns.take()?,
        family_name: columns.take()?,
        locale: account::locale(&columns.take::<String>()?),
        password_hash: columns.take()?,
        generation: columns.take()?,
        device_hash: columns.take()?,
        verified_at: columns.take()?,
    })
}

/// Adds one that waits until `expires_at`.
pub async fn insert(
    db: &impl ConnectionTrait,
    new: Registration,
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StoreError> {
    let row = registration::ActiveModel {
        id: Set(new.id),
        email: Set(new.email),
        email_canonical: Set(new.email_canonical),
        given_name: Set(new.given_name),
        family_name: Set(new.family_name),
        locale: Set(new.locale.as_str().to_owned()),
        password_hash: Set(new.password_hash),
        generation: Set(new.generation),
        created_at: Set(now),
        expires_at: Set(expires_at),
        device_hash: Set(new.device_hash),
        verified_at: Set(new.verified_at),
    };
    registration::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The one with this key, if it still waits or became an account while it could.
pub async fn by_id(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Registration>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM registration WHERE id = $1 AND expires_at > $2");
    engine::row(db, &sql, vec![id.into(), now.into()])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// The one that waits for this address: of this browser if there is one, else the newest.
pub async fn waiting(
    db: &impl ConnectionTrait,
    email_canonical: &str,
    device_hash: Option<&[u8; 32]>,
    now: DateTime<Utc>,
) -> Result<Option<Registration>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM registration WHERE email_canonical = $1 AND expires_at > $2 AND verified_at IS NULL \
         ORDER BY CASE WHEN device_hash = $3 THEN 0 ELSE 1 END, created_at DESC, id DESC LIMIT 1"
    );
    let values = vec![
        email_canonical.into(),
        now.into(),
        Value::from(device_hash.map(|hash| hash.to_vec())),
    ];
    engine::row(db, &sql, values)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Makes a new link of it and lets it wait until `expires_at`.
pub async fn renew(
    db: &impl ConnectionTrait,
    id: Uuid,
    generation: i32,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "UPDATE registration SET generation = $2, expires_at = $3 WHERE id = $1";
    engine::execute(
        db,
        sql,
        vec![id.into(), generation.into(), expires_at.into()],
    )
    .await?;
    Ok(())
}

/// Takes the one whose link was used, and discards all that wait for its address; false if it waits
/// no more, or not under this link. Nothing is left of it but that it was used.
pub async fn take(
    db: &impl ConnectionTrait,
    taken: &Registration,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE registration SET verified_at = $3, email = '', email_canonical = '', given_name = NULL, family_name = NULL, \
         password_hash = '', device_hash = NULL WHERE id = $1 AND generation = $2 AND expires_at > $3 AND verified_at IS NULL";
    let values = vec![taken.id.into(), taken.generation.into(), now.into()];
    if engine::execute(db, sql, values).await?.rows_affected() == 0 {
        return Ok(false);
    }
    discard(db, &taken.email_canonical).await?;
    Ok(true)
}

/// Discards all that wait for this address, and their passwords.
pub async fn discard(db: &impl ConnectionTrait, email_canonical: &str) -> Result<(), StoreError> {
    engine::execute(
        db,
        "DELETE FROM registration WHERE email_canonical = $1",
        vec![email_canonical.into()],
    )
    .await?;
    Ok(())
}

/// Clears away what has waited in vain.
pub async fn clear(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), StoreError> {
    engine::execute(
        db,
        "DELETE FROM registration WHERE expires_at <= $1",
        vec![now.into()],
    )
    .await?;
    Ok(())
}
