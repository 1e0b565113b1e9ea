//! Registrations whose address is not yet confirmed (ACC-2). Several may wait for one address.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{account, engine::StoreError};
use crate::{
    domain::{keyed_hash::KeyedHash, vocabulary::Locale},
    entity::registration::{self, Column},
};

/// The input of a registration.
#[derive(Clone)]
pub struct Registration {
    pub id: Uuid,
    pub email: String,
    /// The form for comparing (ACC-1).
    pub email_canonical: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub locale: Locale,
    pub password_hash: String,
    /// Counts the mails with its link. Only the newest link is valid.
    pub generation: i32,
    /// The keyed hash of the browser's cookie.
    pub device_hash: Option<Vec<u8>>,
    /// When it became an account. Everything else is then removed.
    pub verified_at: Option<DateTime<Utc>>,
}

impl From<registration::Model> for Registration {
    fn from(row: registration::Model) -> Self {
        Self {
            id: row.id,
            email: row.email,
            email_canonical: row.email_canonical,
            given_name: row.given_name,
            family_name: row.family_name,
            locale: account::locale(&row.locale),
            password_hash: row.password_hash,
            generation: row.generation,
            device_hash: row.device_hash,
            verified_at: row.verified_at,
        }
    }
}

/// Adds a registration that can be confirmed until `expires_at`.
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

/// The registration, if it still waits or became an account.
pub async fn by_id(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Registration>, StoreError> {
    let row = registration::Entity::find_by_id(id)
        .filter(Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    Ok(row.map(Registration::from))
}

/// The registration that waits for this address: this browser's if there is one, else the newest.
pub async fn waiting(
    db: &impl ConnectionTrait,
    email_canonical: &str,
    device_hash: Option<&KeyedHash>,
    now: DateTime<Utc>,
) -> Result<Option<Registration>, StoreError> {
    let mut waiting = registration::Entity::find()
        .filter(Column::EmailCanonical.eq(email_canonical))
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::VerifiedAt.is_null());
    if let Some(hash) = device_hash {
        let of_browser = Column::DeviceHash.is_in(hash.all().map(Vec::from));
        let rank: Expr = Expr::case(of_browser, 0).finally(1).into();
        waiting = waiting.order_by(rank, Order::Asc);
    }
    let row = waiting
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .one(db)
        .await?;
    Ok(row.map(Registration::from))
}

/// Gives it a new link that is valid until `expires_at`.
pub async fn renew(
    db: &impl ConnectionTrait,
    id: Uuid,
    generation: i32,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    registration::Entity::update_many()
        .set(registration::ActiveModel {
            generation: Set(generation),
            expires_at: Set(expires_at),
            ..Default::default()
        })
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Uses the registration's link, and discards all registrations for its address. Returns false if
/// it no longer waits, or not under this link. Only the fact that it was used remains.
pub async fn take(
    db: &impl ConnectionTrait,
    taken: &Registration,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let used = registration::Entity::update_many()
        .set(registration::ActiveModel {
            verified_at: Set(Some(now)),
            email: Set(String::new()),
            email_canonical: Set(String::new()),
            given_name: Set(None),
            family_name: Set(None),
            password_hash: Set(String::new()),
            device_hash: Set(None),
            ..Default::default()
        })
        .filter(Column::Id.eq(taken.id))
        .filter(Column::Generation.eq(taken.generation))
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::VerifiedAt.is_null())
        .exec(db)
        .await?;
    if used.rows_affected == 0 {
        return Ok(false);
    }
    discard(db, &taken.email_canonical).await?;
    Ok(true)
}

/// Discards all registrations for this address, with their passwords.
pub async fn discard(db: &impl ConnectionTrait, email_canonical: &str) -> Result<(), StoreError> {
    registration::Entity::delete_many()
        .filter(Column::EmailCanonical.eq(email_canonical))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes expired registrations.
pub async fn clear(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), StoreError> {
    registration::Entity::delete_many()
        .filter(Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    Ok(())
}
