//! Which warnings about quotas were queued: each once a period (QUOTA-8).

use std::collections::HashSet;

use sea_orm::ConnectionTrait;

use super::counter::Key;
use crate::{
    domain::id::WorkspaceId,
    store::engine::{Sql, StoreError},
};

/// What stands for the digest of a day.
pub const DIGEST: &str = "digest";

/// Marks warnings as queued, in one statement; says which were not before.
pub async fn mark(
    db: &impl ConnectionTrait,
    warnings: &[(Key, i32)],
) -> Result<HashSet<(Key, i32)>, StoreError> {
    if warnings.is_empty() {
        return Ok(HashSet::new());
    }
    let mut sql = Sql::new(
        db,
        "INSERT INTO quota_warning (workspace_id, subject, quota_type, period_start, threshold) VALUES ",
    );
    for (place, (key, threshold)) in warnings.iter().enumerate() {
        sql.push(if place > 0 { ", " } else { "" });
        let values = [
            key.workspace.0.into(),
            key.subject.as_str().into(),
            key.period_start.into(),
            (*threshold).into(),
        ];
        sql.bind("(?, ?, 'API_CALLS', ?, ?)", values);
    }
    sql.push(" ON CONFLICT DO NOTHING RETURNING workspace_id, subject, period_start, threshold");
    let rows: Vec<(uuid::Uuid, String, chrono::DateTime<chrono::Utc>, i32)> = sql.all(db).await?;
    let of = |(workspace, subject, period_start, threshold)| {
        (
            Key {
                workspace: WorkspaceId(workspace),
                subject,
                period_start,
            },
            threshold,
        )
    };
    Ok(rows.into_iter().map(of).collect())
}
