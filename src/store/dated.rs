//! Ending rows of dated tables (TIME-2): the statements by which any of them ends.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::engine::{Sql, StoreError};
use crate::domain::id::{AccountId, WorkspaceId};

/// A table whose rows can be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dated {
    /// One account's presence in the workspace.
    Membership,
    /// A time in which a membership is disabled.
    DisabledSpell,
    /// A role.
    Role,
    /// A permission of a custom role.
    RolePermission,
    /// A member's role over an interval.
    RoleAssignment,
    /// A group.
    Group,
    /// A member's place in a group.
    GroupMembership,
    /// A permission or access given.
    Grant,
    /// A permission that new memberships start with.
    DefaultPermission,
    /// A limit.
    QuotaValue,
    /// An API key.
    ApiKey,
}

impl Dated {
    pub(super) const fn table(self) -> &'static str {
        match self {
            Self::Membership => "membership",
            Self::DisabledSpell => "disabled_spell",
            Self::Role => "role",
            Self::RolePermission => "role_permission",
            Self::RoleAssignment => "role_assignment",
            Self::Group => "member_group",
            Self::GroupMembership => "group_membership",
            Self::Grant => "permission_grant",
            Self::DefaultPermission => "default_permission",
            Self::QuotaValue => "quota_value",
            Self::ApiKey => "api_key",
        }
    }
}

/// Who ended rows, and why.
#[derive(Debug, Clone, Copy)]
pub struct Ending {
    /// The account that did it.
    pub by: Option<AccountId>,
    /// Why, in one word.
    pub reason: &'static str,
}

/// Ends rows of `workspace` at `at`, which is now or later; one that begins later than that ends as
/// it starts. Rows that end by then are left as they are.
pub async fn end(
    db: &impl ConnectionTrait,
    table: Dated,
    workspace: WorkspaceId,
    rows: &[Uuid],
    at: DateTime<Utc>,
    ending: Ending,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(db, "UPDATE ");
    sql.push(table.table())
        .bind(
            " SET ends_at = CASE WHEN starts_at > ? THEN starts_at ELSE ? END, ended_by = ?, end_reason = ? WHERE workspace_id = ?",
            [at.into(), at.into(), ending.by.map(|id| id.0).into(), ending.reason.into(), workspace.0.into()],
        )
        .bind(" AND ends_at > ? AND ", [at.into()])
        .ids_in("id", rows.iter().copied());
    sql.execute(db).await?;
    Ok(())
}

/// How many rows one statement of [`end_each`] takes: SQLite binds at most 32,766 parameters.
const CHUNK: usize = 1_000;

/// Ends each row of `workspace` at its own instant, which is now or later, or the row's start if
/// that is later still.
pub async fn end_each(
    db: &impl ConnectionTrait,
    table: Dated,
    workspace: WorkspaceId,
    rows: &[(Uuid, DateTime<Utc>)],
    ending: Ending,
) -> Result<(), StoreError> {
    for chunk in rows.chunks(CHUNK) {
        let mut sql = Sql::new(db, "UPDATE ");
        sql.push(table.table()).push(" SET ends_at = CASE id");
        for (id, at) in chunk {
            sql.bind(" WHEN ? THEN ?", [(*id).into(), (*at).into()]);
        }
        sql.bind(
            " ELSE ends_at END, ended_by = ?, end_reason = ? WHERE workspace_id = ? AND ",
            [
                ending.by.map(|id| id.0).into(),
                ending.reason.into(),
                workspace.0.into(),
            ],
        )
        .ids_in("id", chunk.iter().map(|(id, _)| *id));
        sql.execute(db).await?;
    }
    Ok(())
}
