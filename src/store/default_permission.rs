//! The permissions that new memberships start with (PERM-7): rows that have not ended, and new
//! ones. `dated` ends them.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::engine::{Conditions as _, StoreError};
use crate::{
    domain::{
        id::{AccountId, WorkspaceId},
        interval::Interval,
        permission::Permission,
    },
    entity::default_permission::{self, Column},
};

/// A permission that new memberships start with.
#[derive(Debug, Clone, Copy)]
pub struct DefaultRow {
    pub id: Uuid,
    pub permission: Permission,
    /// When it counts.
    pub interval: Interval,
}

/// The rows that have not ended at `now`.
pub async fn rows(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    now: DateTime<Utc>,
) -> Result<Vec<DefaultRow>, StoreError> {
    let rows = default_permission::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::EndsAt.gt(now))
        .filter(Column::EndsAt.gt_column(Column::StartsAt))
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    let read = |row: default_permission::Model| {
        Some(DefaultRow {
            id: row.id,
            permission: Permission::parse(&row.permission)?,
            interval: Interval::new(row.starts_at, row.ends_at),
        })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Adds rows.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    rows: &[DefaultRow],
    granted_by: Option<AccountId>,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let models = rows.iter().map(|row| default_permission::ActiveModel {
        id: Set(row.id),
        workspace_id: Set(workspace.0),
        permission: Set(row.permission.as_str().to_owned()),
        starts_at: Set(row.interval.starts_at),
        ends_at: Set(row.interval.ends_at),
        granted_by: Set(granted_by.map(|id| id.0)),
        ended_by: Set(None),
        end_reason: Set(None),
    });
    default_permission::Entity::insert_many(models)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
