//! The daily API calls of visitors who are not signed in (QUOTA-7). Not dated.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter,
};

use crate::{
    domain::id::WorkspaceId,
    entity::workspace::{self, Column},
    store::engine::StoreError,
};

/// The daily limits of anonymous visitors. `None` means unlimited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnonymousQuotas {
    /// All visitors together.
    pub pool: Option<u64>,
    /// Each client address.
    pub per_address: Option<u64>,
}

/// The limits of the workspace.
pub async fn of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<AnonymousQuotas, StoreError> {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "workspace::Entity")]
    struct RawRow {
        anonymous_pool: Option<i64>,
        anonymous_per_address: Option<i64>,
    }
    let row = workspace::Entity::find_by_id(workspace.0)
        .into_partial_model::<RawRow>()
        .one(db)
        .await?;
    Ok(
        row.map_or_else(AnonymousQuotas::default, |row| AnonymousQuotas {
            pool: row.anonymous_pool.map(i64::unsigned_abs),
            per_address: row.anonymous_per_address.map(i64::unsigned_abs),
        }),
    )
}

/// Sets both limits.
pub async fn set(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    quotas: AnonymousQuotas,
) -> Result<(), StoreError> {
    let limit = |limit: Option<u64>| limit.and_then(|limit| i64::try_from(limit).ok());
    workspace::Entity::update_many()
        .set(workspace::ActiveModel {
            anonymous_pool: Set(limit(quotas.pool)),
            anonymous_per_address: Set(limit(quotas.per_address)),
            ..Default::default()
        })
        .filter(Column::Id.eq(workspace.0))
        .exec(db)
        .await?;
    Ok(())
}
