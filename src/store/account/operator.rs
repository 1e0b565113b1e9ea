//! The staff of the installation among the accounts.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter,
    QueryOrder,
};
use uuid::Uuid;

use crate::{
    domain::id::AccountId,
    entity::account::{self, Column},
    store::engine::StoreError,
};

/// An operator, as a list shows one.
#[derive(Debug, Clone)]
pub struct Operator {
    pub id: AccountId,
    /// The address as typed.
    pub email: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    /// When the account was created.
    pub created_at: DateTime<Utc>,
    /// The last sign-in (ACC-9).
    pub last_sign_in_at: Option<DateTime<Utc>>,
}

/// All operators, ordered by address. There are few, because only the command line creates them.
pub async fn operators(db: &impl ConnectionTrait) -> Result<Vec<Operator>, StoreError> {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "account::Entity")]
    struct RawRow {
        id: Uuid,
        email: String,
        given_name: Option<String>,
        family_name: Option<String>,
        created_at: DateTime<Utc>,
        last_sign_in_at: Option<DateTime<Utc>>,
    }
    let rows = account::Entity::find()
        .filter(Column::IsOperator.eq(true))
        .filter(Column::ErasedAt.is_null())
        .order_by_asc(Column::EmailCanonical)
        .into_partial_model::<RawRow>()
        .all(db)
        .await?;
    let read = |row: RawRow| Operator {
        id: AccountId(row.id),
        email: row.email,
        given_name: row.given_name,
        family_name: row.family_name,
        created_at: row.created_at,
        last_sign_in_at: row.last_sign_in_at,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Takes the operator rights of an account away. Its row must be locked.
pub async fn remove_operator(db: &impl ConnectionTrait, id: AccountId) -> Result<(), StoreError> {
    account::Entity::update_many()
        .set(account::ActiveModel {
            is_operator: Set(false),
            ..Default::default()
        })
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}
