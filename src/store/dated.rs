//! Ends rows of dated tables (TIME-2): the statements that end a row of any of them.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{CaseStatement, Expr},
};
use uuid::Uuid;

use super::engine::{Conditions as _, ROWS_PER_STATEMENT, StoreError};
use crate::{
    domain::id::{AccountId, WorkspaceId},
    entity::{
        api_key, api_key_permission, api_key_secret, default_permission, disabled_spell,
        group_membership, member_group, membership, permission_grant, quota_value, role,
        role_assignment, role_permission,
    },
};

/// A table whose rows can be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dated {
    /// An account's presence in the workspace.
    Membership,
    /// An interval in which a membership is disabled.
    DisabledSpell,
    /// A role.
    Role,
    /// A permission of a custom role.
    RolePermission,
    /// A member's role over an interval.
    RoleAssignment,
    /// A group.
    Group,
    /// A member's group membership.
    GroupMembership,
    /// A permission or access to an item.
    Grant,
    /// A permission that new memberships start with.
    DefaultPermission,
    QuotaValue,
    /// An API key.
    ApiKey,
    /// A permission on the list of an API key.
    ApiKeyPermission,
    /// A secret of an API key that was rotated.
    ApiKeySecret,
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
            Self::ApiKeyPermission => "api_key_permission",
            Self::ApiKeySecret => "api_key_secret",
        }
    }
}

/// The columns that all dated tables have.
struct Columns<C> {
    id: C,
    workspace_id: C,
    starts_at: C,
    ends_at: C,
    ended_by: C,
    end_reason: C,
}

/// Calls a function for the entity of a table, with its columns.
macro_rules! of_table {
    ($dated:expr, $run:ident $arguments:tt) => {
        match $dated {
            Dated::Membership => of_table!(@ membership, $run $arguments),
            Dated::DisabledSpell => of_table!(@ disabled_spell, $run $arguments),
            Dated::Role => of_table!(@ role, $run $arguments),
            Dated::RolePermission => of_table!(@ role_permission, $run $arguments),
            Dated::RoleAssignment => of_table!(@ role_assignment, $run $arguments),
            Dated::Group => of_table!(@ member_group, $run $arguments),
            Dated::GroupMembership => of_table!(@ group_membership, $run $arguments),
            Dated::Grant => of_table!(@ permission_grant, $run $arguments),
            Dated::DefaultPermission => of_table!(@ default_permission, $run $arguments),
            Dated::QuotaValue => of_table!(@ quota_value, $run $arguments),
            Dated::ApiKey => of_table!(@ api_key, $run $arguments),
            Dated::ApiKeyPermission => of_table!(@ api_key_permission, $run $arguments),
            Dated::ApiKeySecret => of_table!(@ api_key_secret, $run $arguments),
        }
    };
    (@ $table:ident, $run:ident ($($argument:expr),*)) => {{
        let columns = Columns {
            id: $table::Column::Id,
            workspace_id: $table::Column::WorkspaceId,
            starts_at: $table::Column::StartsAt,
            ends_at: $table::Column::EndsAt,
            ended_by: $table::Column::EndedBy,
            end_reason: $table::Column::EndReason,
        };
        $run::<$table::Entity>(columns, $($argument),*).await
    }};
}

/// Who ended rows, and why.
#[derive(Debug, Clone, Copy)]
pub struct Ending {
    pub by: Option<AccountId>,
    /// The reason, in one word.
    pub reason: &'static str,
}

/// Ends rows of `workspace` at `at`, which is now or later. A row that begins after `at` ends as it
/// starts. Rows that end by then stay as they are.
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
    of_table!(table, end_rows(db, workspace, rows, at, ending))
}

async fn end_rows<E: EntityTrait>(
    columns: Columns<E::Column>,
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    rows: &[Uuid],
    at: DateTime<Utc>,
    ending: Ending,
) -> Result<(), StoreError> {
    let end = Expr::case(columns.starts_at.gt(at), columns.starts_at.into_expr()).finally(at);
    E::update_many()
        .col_expr(columns.ends_at, end.into())
        .col_expr(columns.ended_by, Expr::value(ending.by.map(|id| id.0)))
        .col_expr(columns.end_reason, Expr::value(ending.reason))
        .filter(columns.workspace_id.eq(workspace.0))
        .filter(columns.ends_at.gt(at))
        .filter(columns.id.in_ids(db, rows.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends each row of `workspace` at its own instant, which is now or later, or at the row's start if
/// that is later.
pub async fn end_each(
    db: &impl ConnectionTrait,
    table: Dated,
    workspace: WorkspaceId,
    rows: &[(Uuid, DateTime<Utc>)],
    ending: Ending,
) -> Result<(), StoreError> {
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        of_table!(table, end_chunk(db, workspace, chunk, ending))?;
    }
    Ok(())
}

async fn end_chunk<E: EntityTrait>(
    columns: Columns<E::Column>,
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    rows: &[(Uuid, DateTime<Utc>)],
    ending: Ending,
) -> Result<(), StoreError> {
    let end = rows.iter().fold(CaseStatement::new(), |end, (id, at)| {
        end.case(columns.id.eq(*id), *at)
    });
    E::update_many()
        .col_expr(
            columns.ends_at,
            end.finally(columns.ends_at.into_expr()).into(),
        )
        .col_expr(columns.ended_by, Expr::value(ending.by.map(|id| id.0)))
        .col_expr(columns.end_reason, Expr::value(ending.reason))
        .filter(columns.workspace_id.eq(workspace.0))
        .filter(columns.id.in_ids(db, rows.iter().map(|(id, _)| *id)))
        .exec(db)
        .await?;
    Ok(())
}

/// Stores why rows of `workspace` ended, unless they already have a reason.
pub(super) async fn give_reason(
    db: &impl ConnectionTrait,
    table: Dated,
    workspace: WorkspaceId,
    rows: &[Uuid],
    reason: &str,
) -> Result<(), StoreError> {
    of_table!(table, give_rows_reason(db, workspace, rows, reason))
}

async fn give_rows_reason<E: EntityTrait>(
    columns: Columns<E::Column>,
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    rows: &[Uuid],
    reason: &str,
) -> Result<(), StoreError> {
    E::update_many()
        .col_expr(columns.end_reason, Expr::value(reason))
        .filter(columns.workspace_id.eq(workspace.0))
        .filter(columns.id.in_ids(db, rows.iter().copied()))
        .filter(columns.end_reason.is_null())
        .exec(db)
        .await?;
    Ok(())
}
