//! Groups: their members, and how many members have a role. `write` writes them. SQL text for lists
//! and counts.

pub mod write;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::{
    engine::{Sql, StoreError},
    membership::{self, MemberRow},
    page::{Page, PageRequest, Position},
};
use crate::domain::{
    id::{GroupId, MembershipId, WorkspaceId},
    interval::Interval,
};

/// A group membership.
#[derive(Debug, Clone)]
pub struct GroupMemberRow {
    pub id: Uuid,
    /// When the member is in the group.
    pub interval: Interval,
    pub member: MemberRow,
}

impl GroupMemberRow {
    /// The cursor position of the row.
    pub fn position(&self) -> Position {
        Position {
            key: String::new(),
            id: self.id,
        }
    }
}

const LISTED: &str = " FROM group_membership x JOIN membership m ON m.id = x.membership_id AND m.ends_at > ? AND m.ends_at > m.starts_at \
     WHERE x.workspace_id = ? AND x.group_id = ? AND x.ends_at > ? AND x.ends_at > x.starts_at \
     AND x.starts_at <= ? AND m.starts_at <= ?";

/// One page of the memberships of `group` that have not ended, of members that have not ended, and
/// that begin by `begins_by`.
pub async fn members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    group: GroupId,
    page: &PageRequest,
    now: DateTime<Utc>,
    begins_by: DateTime<Utc>,
) -> Result<Page<GroupMemberRow>, StoreError> {
    #[derive(FromQueryResult)]
    struct RawRow {
        id: Uuid,
        membership_id: Uuid,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
    }
    let mut sql = Sql::new(db, "SELECT x.id, x.membership_id, x.starts_at, x.ends_at");
    sql.bind(
        LISTED,
        [
            now.into(),
            workspace.0.into(),
            group.0.into(),
            now.into(),
            begins_by.into(),
            begins_by.into(),
        ],
    );
    page.apply(&mut sql, None, "x.id", false, |_| None);
    let rows: Vec<RawRow> = sql.all(db).await?;
    let ids: Vec<MembershipId> = rows
        .iter()
        .map(|row| MembershipId(row.membership_id))
        .collect();
    let members: HashMap<Uuid, MemberRow> = membership::by_ids(db, &ids, now)
        .await?
        .into_iter()
        .map(|member| (member.id.0, member))
        .collect();
    let rows = rows.into_iter().filter_map(|row| {
        Some(GroupMemberRow {
            id: row.id,
            interval: Interval::new(row.starts_at, row.ends_at),
            member: members.get(&row.membership_id)?.clone(),
        })
    });
    Ok(page.page(rows.collect()))
}

/// The number of rows on all pages of [`members`].
pub async fn count_members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    group: GroupId,
    now: DateTime<Utc>,
    begins_by: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count");
    sql.bind(
        LISTED,
        [
            now.into(),
            workspace.0.into(),
            group.0.into(),
            now.into(),
            begins_by.into(),
            begins_by.into(),
        ],
    );
    sql.count(db).await
}

async fn counts(
    db: &impl ConnectionTrait,
    (table, column, parent): (&str, &str, &str),
    workspace: WorkspaceId,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, i32>, StoreError> {
    let mut sql = Sql::new(
        db,
        &format!(
            "SELECT x.{column} AS id, COUNT(DISTINCT x.membership_id) AS count FROM {table} x"
        ),
    );
    sql.bind(
        &format!(
            " JOIN membership m ON m.id = x.membership_id AND m.starts_at <= ? AND m.ends_at > ? \
             JOIN {parent} p ON p.id = x.{column} AND p.starts_at <= ? AND p.ends_at > ? \
             WHERE x.workspace_id = ? AND x.starts_at <= ? AND x.ends_at > ? AND "
        ),
        [
            now.into(),
            now.into(),
            now.into(),
            now.into(),
            workspace.0.into(),
            now.into(),
            now.into(),
        ],
    );
    sql.ids_in(&format!("x.{column}"), ids.iter().copied())
        .push(&format!(" GROUP BY x.{column}"));
    #[derive(FromQueryResult)]
    struct Count {
        id: Uuid,
        count: i64,
    }
    let read = |row: Count| (row.id, i32::try_from(row.count).unwrap_or(i32::MAX));
    Ok(sql.all(db).await?.into_iter().map(read).collect())
}

/// The number of members that count in each group at `now` (TIME-7).
pub async fn member_counts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    groups: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, i32>, StoreError> {
    counts(
        db,
        ("group_membership", "group_id", "member_group"),
        workspace,
        groups,
        now,
    )
    .await
}

/// The number of members that have each role at `now` (TIME-7).
pub async fn role_counts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    roles: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, i32>, StoreError> {
    counts(
        db,
        ("role_assignment", "role_id", "role"),
        workspace,
        roles,
        now,
    )
    .await
}
