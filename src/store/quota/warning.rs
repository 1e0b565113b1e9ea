//! Which warnings about quotas were queued: each once per period (QUOTA-8).

use std::collections::HashSet;

use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};

use super::usage::Key;
use crate::{
    domain::{id::WorkspaceId, vocabulary::QuotaType},
    entity::quota_warning,
    store::engine::StoreError,
};

/// Stands for the digest of a day.
pub const DIGEST: &str = "digest";

/// Marks warnings as queued, in one statement. Returns those that were not queued before.
pub async fn mark(
    db: &impl ConnectionTrait,
    warnings: &[(Key, i32)],
) -> Result<HashSet<(Key, i32)>, StoreError> {
    if warnings.is_empty() {
        return Ok(HashSet::new());
    }
    let row = |(key, threshold): &(Key, i32)| quota_warning::ActiveModel {
        workspace_id: Set(key.workspace.0),
        subject: Set(key.subject.clone()),
        quota_type: Set(QuotaType::ApiCalls.as_str().to_owned()),
        period_start: Set(key.period_start),
        threshold: Set(*threshold),
    };
    let new = quota_warning::Entity::insert_many(warnings.iter().map(row))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_with_returning(db)
        .await?;
    let key = |row: quota_warning::Model| {
        let key = Key {
            workspace: WorkspaceId(row.workspace_id),
            subject: row.subject,
            period_start: row.period_start,
        };
        (key, row.threshold)
    };
    Ok(new.into_iter().map(key).collect())
}
