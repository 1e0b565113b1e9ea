//! What visitors who are not signed in may call each day (QUOTA-7). Not dated.

use sea_orm::ConnectionTrait;

use crate::{
    domain::id::WorkspaceId,
    store::engine::{self, StoreError},
};

/// The daily limits of anonymous visitors; `None` = unlimited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnonymousQuotas {
    /// Of all of them together.
    pub pool: Option<u64>,
    /// Of each client address.
    pub per_address: Option<u64>,
}

/// Those of the workspace.
pub async fn of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<AnonymousQuotas, StoreError> {
    let sql = "SELECT w.anonymous_pool, w.anonymous_per_address FROM workspace w WHERE w.id = $1";
    let found: Option<(Option<i64>, Option<i64>)> =
        engine::one(db, sql, vec![workspace.0.into()]).await?;
    let (pool, per_address) = found.unwrap_or_default();
    Ok(AnonymousQuotas {
        pool: pool.map(i64::unsigned_abs),
        per_address: per_address.map(i64::unsigned_abs),
    })
}

/// Sets both.
pub async fn set(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    quotas: AnonymousQuotas,
) -> Result<(), StoreError> {
    let sql = "UPDATE workspace SET anonymous_pool = $2, anonymous_per_address = $3 WHERE id = $1";
    let limit = |limit: Option<u64>| limit.and_then(|limit| i64::try_from(limit).ok()).into();
    engine::execute(
        db,
        sql,
        vec![
            workspace.0.into(),
            limit(quotas.pool),
            limit(quotas.per_address),
        ],
    )
    .await?;
    Ok(())
}
