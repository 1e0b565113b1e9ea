//! Role assignments: who has a role, and new rows (TIME-8). `dated` ends them.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::engine::{Conditions as _, ROWS_PER_STATEMENT, StoreError};
use crate::{
    domain::{
        id::{AccountId, MembershipId, RoleId, WorkspaceId},
        interval::Interval,
    },
    entity::role_assignment::{self, Column},
};

/// The end reason of an assignment that another one replaced.
pub const REPLACED: &str = "REPLACED";

/// The end reason of a removed assignment.
pub const REMOVED: &str = "REMOVED";

/// A role assignment to insert.
#[derive(Debug, Clone, Copy)]
pub struct NewAssignment {
    pub id: Uuid,
    pub membership_id: MembershipId,
    pub role_id: RoleId,
    pub interval: Interval,
    pub granted_by: Option<AccountId>,
}

/// The members who have one of `roles` at `now` or later.
pub async fn holders(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    roles: &[RoleId],
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<MembershipId>, StoreError> {
    let ids: Vec<Uuid> = role_assignment::Entity::find()
        .select_only()
        .column(Column::MembershipId)
        .distinct()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::EndsAt.gt(now))
        .filter(Column::EndsAt.gt_column(Column::StartsAt))
        .filter(Column::RoleId.in_ids(db, roles.iter().map(|id| id.0)))
        .order_by_asc(Column::MembershipId)
        .limit(most.unsigned_abs())
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(MembershipId).collect())
}

/// Adds rows.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    rows: &[NewAssignment],
) -> Result<(), StoreError> {
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let models = chunk.iter().map(|row| role_assignment::ActiveModel {
            id: Set(row.id),
            workspace_id: Set(workspace.0),
            membership_id: Set(row.membership_id.0),
            role_id: Set(row.role_id.0),
            starts_at: Set(row.interval.starts_at),
            ends_at: Set(row.interval.ends_at),
            granted_by: Set(row.granted_by.map(|id| id.0)),
            ended_by: Set(None),
            end_reason: Set(None),
        });
        role_assignment::Entity::insert_many(models)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}
