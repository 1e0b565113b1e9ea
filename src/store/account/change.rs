//! Changes that the owner makes to an account: names, language, password, address. The caller has
//! locked the row.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::{
    domain::{id::AccountId, vocabulary::Locale},
    entity::account::{self, Column},
    store::{email_change::Address, engine::StoreError},
};

/// The hash of the password, if the account has one.
pub async fn password_hash(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Option<String>, StoreError> {
    let hash: Option<Option<String>> = account::Entity::find_by_id(id.0)
        .select_only()
        .column(Column::PasswordHash)
        .filter(Column::ErasedAt.is_null())
        .into_tuple()
        .one(db)
        .await?;
    Ok(hash.flatten())
}

/// Sets names and language.
pub async fn set_names(
    db: &impl ConnectionTrait,
    id: AccountId,
    (given_name, family_name): (Option<&str>, Option<&str>),
    locale: Locale,
) -> Result<(), StoreError> {
    account::Entity::update_many()
        .set(account::ActiveModel {
            given_name: Set(given_name.map(str::to_owned)),
            family_name: Set(family_name.map(str::to_owned)),
            locale: Set(locale.as_str().to_owned()),
            ..Default::default()
        })
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Sets the hash of the password. `verified_at` also confirms the address, if it was not confirmed
/// before.
pub async fn set_password(
    db: &impl ConnectionTrait,
    id: AccountId,
    password_hash: &str,
    verified_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    account::Entity::update_many()
        .set(account::ActiveModel {
            password_hash: Set(Some(password_hash.to_owned())),
            ..Default::default()
        })
        .col_expr(
            Column::EmailVerifiedAt,
            Column::EmailVerifiedAt.if_null(verified_at),
        )
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Sets the address, which was confirmed at `verified_at`. Returns [`StoreError::Duplicate`] if
/// another account has it (ACC-1) or it is kept for one that had it (ACC-8); the transaction must
/// then be rolled back.
pub async fn set_email(
    db: &impl ConnectionTrait,
    id: AccountId,
    address: &Address,
    verified_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    account::Entity::update_many()
        .set(account::ActiveModel {
            email: Set(address.typed.clone()),
            email_canonical: Set(address.canonical.clone()),
            email_verified_at: Set(Some(verified_at)),
            ..Default::default()
        })
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    super::refuse_kept(db, id, &address.canonical, verified_at).await
}

/// Runs this many statements that change no row, so that a request for an address without an
/// account takes as many as for one with an account (ACC-4).
pub async fn touch_nothing(db: &impl ConnectionTrait, statements: usize) -> Result<(), StoreError> {
    for _ in 0..statements {
        account::Entity::update_many()
            .col_expr(Column::AuditSequence, Column::AuditSequence.into_expr())
            .filter(Column::Id.eq(Uuid::nil()))
            .exec(db)
            .await?;
    }
    Ok(())
}
