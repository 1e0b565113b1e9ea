//! Roles of a workspace: new rows, names, permissions, and whether one is in use (PERM-10). `dated`
//! ends rows. Whether a role is assigned is SQL text, because it joins the memberships.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::{
    engine::{self, Conditions as _, StoreError},
    invitation,
};
use crate::{
    domain::{
        fold,
        id::{AccountId, RoleId, WorkspaceId},
        interval::{Interval, OPEN_END},
        permission::{Permission, Preset},
    },
    entity::{role, role_permission},
};

/// The end reason of a deleted role.
pub const DELETED: &str = "DELETED";

/// A role to insert.
#[derive(Debug, Clone)]
pub struct NewRole {
    pub id: RoleId,
    pub name: String,
    /// The preset, if it is one.
    pub preset: Option<Preset>,
    /// When it starts. It has no end.
    pub starts_at: DateTime<Utc>,
    pub granted_by: Option<AccountId>,
}

/// A permission of a custom role.
#[derive(Debug, Clone, Copy)]
pub struct PermissionRow {
    pub id: Uuid,
    pub permission: Permission,
    /// When it counts.
    pub interval: Interval,
}

/// Adds roles.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    roles: Vec<NewRole>,
) -> Result<(), StoreError> {
    let models = roles.into_iter().map(|new| role::ActiveModel {
        id: Set(new.id.0),
        workspace_id: Set(workspace.0),
        name_folded: Set(fold::unique_form(&new.name)),
        name: Set(new.name),
        preset: Set(new.preset.map(|preset| preset.as_str().to_owned())),
        starts_at: Set(new.starts_at),
        ends_at: Set(OPEN_END),
        granted_by: Set(new.granted_by.map(|id| id.0)),
        ended_by: Set(None),
        end_reason: Set(None),
    });
    role::Entity::insert_many(models)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Renames a role.
pub async fn rename(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    role: RoleId,
    name: &str,
) -> Result<(), StoreError> {
    role::Entity::update_many()
        .set(role::ActiveModel {
            name: Set(name.to_owned()),
            name_folded: Set(fold::unique_form(name)),
            ..Default::default()
        })
        .filter(role::Column::WorkspaceId.eq(workspace.0))
        .filter(role::Column::Id.eq(role.0))
        .exec(db)
        .await?;
    Ok(())
}

/// The permissions of a role that have not ended at `now`.
pub async fn permissions(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    role: RoleId,
    now: DateTime<Utc>,
) -> Result<Vec<PermissionRow>, StoreError> {
    use role_permission::Column;
    let rows = role_permission::Entity::find()
        .filter(Column::RoleId.eq(role.0))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::EndsAt.gt(now))
        .filter(Column::EndsAt.gt_column(Column::StartsAt))
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    let read = |row: role_permission::Model| {
        Some(PermissionRow {
            id: row.id,
            permission: Permission::parse(&row.permission)?,
            interval: Interval::new(row.starts_at, row.ends_at),
        })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Gives a role permissions.
pub async fn insert_permissions(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    role: RoleId,
    rows: &[PermissionRow],
    granted_by: Option<AccountId>,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let models = rows.iter().map(|row| role_permission::ActiveModel {
        id: Set(row.id),
        workspace_id: Set(workspace.0),
        role_id: Set(role.0),
        permission: Set(row.permission.as_str().to_owned()),
        starts_at: Set(row.interval.starts_at),
        ends_at: Set(row.interval.ends_at),
        granted_by: Set(granted_by.map(|id| id.0)),
        ended_by: Set(None),
        end_reason: Set(None),
    });
    role_permission::Entity::insert_many(models)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Whether a membership that has not ended at `now` has the role then or later, or a pending
/// invitation offers it.
pub async fn is_in_use(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    role: RoleId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let assigned = "SELECT 1 FROM role_assignment x JOIN membership m ON m.id = x.membership_id AND m.ends_at > $3 \
         AND m.ends_at > m.starts_at WHERE x.workspace_id = $1 AND x.role_id = $2 AND x.ends_at > $3 AND x.ends_at > x.starts_at";
    let values = vec![workspace.0.into(), role.0.into(), now.into()];
    if engine::row(db, &format!("{assigned} LIMIT 1"), values)
        .await?
        .is_some()
    {
        return Ok(true);
    }
    invitation::offers_role(db, workspace, role, now).await
}
