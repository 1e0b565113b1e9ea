//! Rows that expired and were not processed yet (TIME-6): their `end_reason` is NULL until then.
//! Rows that somebody ended have one. A partial index holds these rows and those that end later.
//! SQL text: one statement returns the rows of many tables and has to repeat the terms of the
//! index.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::{
    dated::{self, Dated},
    engine::{Row, Sql, StoreError},
};
use crate::domain::{
    id::{AccountId, GroupId, MembershipId, WorkspaceId},
    vocabulary::MembershipEndReason,
};

/// A row that expired.
#[derive(Debug, Clone)]
pub struct DueRow {
    pub table: Dated,
    pub id: Uuid,
    /// When it ended.
    pub ends_at: DateTime<Utc>,
    /// Whether a row that it depends on ended earlier, so that this end changed nothing (TIME-7).
    pub is_over: bool,
    /// The membership that it is or depends on.
    pub membership: Option<MembershipId>,
    /// The account of that membership.
    pub account: Option<AccountId>,
    /// The group that it depends on.
    pub group: Option<GroupId>,
    /// The role, dataset or page that it is about.
    pub other: Option<Uuid>,
    /// The kind of `other`: dataset or page; or the scope of a quota value.
    pub other_kind: Option<String>,
    /// The role's name, the group's title, the permission or access, or the type of quota.
    pub what: Option<String>,
    /// The limit of a quota value.
    pub limit: Option<i64>,
}

/// The tables whose rows can have a future end.
const TABLES: [Dated; 6] = [
    Dated::Membership,
    Dated::RoleAssignment,
    Dated::GroupMembership,
    Dated::Grant,
    Dated::QuotaValue,
    Dated::ApiKey,
];

/// Repeats the terms of the partial indexes literally, because a parameter would not match them.
/// The index's own bound comes after the requested one: SQLite searches by the first that it meets,
/// and would otherwise read every row that ends later.
const DUE: &str = "x.end_reason IS NULL AND x.ends_at <= ? AND x.ends_at < '9999-12-31T00:00:00+00:00' AND x.ends_at > x.starts_at";

/// The member that a row depends on, and its ended parents.
const OF_MEMBER: &str = " LEFT JOIN membership m ON m.id = x.membership_id";
const MEMBER_OVER: &str = "m.ends_at <= x.ends_at OR m.ends_at <= m.starts_at";
const OF_GROUP: &str = " LEFT JOIN member_group g ON g.id = x.group_id";
const GROUP_OVER: &str = "g.ends_at <= x.ends_at";

/// The columns of a table's rows, and the joins they need.
fn select(table: Dated) -> (String, String) {
    let columns =
        |over: &str, [membership, account, group, other, other_kind, what, limit]: [&str; 7]| {
            format!(
                "CASE WHEN {over} THEN 1 ELSE 0 END AS is_over, {membership} AS membership_id, {account} AS account_id, \
             {group} AS group_id, {other} AS other_id, {other_kind} AS of_kind, {what} AS what, {limit} AS limit_value"
            )
        };
    let (id, text, number) = (
        "CAST(NULL AS uuid)",
        "CAST(NULL AS text)",
        "CAST(NULL AS bigint)",
    );
    let (member, account, group) = ("x.membership_id", "m.account_id", "x.group_id");
    let either_over = format!("{MEMBER_OVER} OR {GROUP_OVER}");
    let either = format!("{OF_MEMBER}{OF_GROUP}");
    match table {
        Dated::RoleAssignment => (
            columns(
                &format!("{MEMBER_OVER} OR r.ends_at <= x.ends_at"),
                [member, account, id, "x.role_id", text, "r.name", number],
            ),
            format!("{OF_MEMBER} LEFT JOIN role r ON r.id = x.role_id"),
        ),
        Dated::GroupMembership => (
            columns(
                &either_over,
                [member, account, group, id, text, "g.title", number],
            ),
            either,
        ),
        Dated::Grant => (
            columns(
                &either_over,
                [
                    member,
                    account,
                    group,
                    "x.resource_id",
                    "x.resource_kind",
                    "COALESCE(x.permission, x.access)",
                    number,
                ],
            ),
            either,
        ),
        Dated::QuotaValue => (
            columns(
                &either_over,
                [
                    member,
                    account,
                    group,
                    id,
                    "x.scope",
                    "x.quota_type",
                    "x.limit_value",
                ],
            ),
            either,
        ),
        Dated::ApiKey => (
            columns(MEMBER_OVER, [member, account, id, id, text, text, number]),
            OF_MEMBER.to_owned(),
        ),
        _ => (
            columns(
                "1 = 0",
                ["x.id", "x.account_id", id, id, text, text, number],
            ),
            String::new(),
        ),
    }
}

/// The workspaces with due rows at `now`. Deleted workspaces have none.
pub async fn workspaces(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<WorkspaceId>, StoreError> {
    let mut sql = Sql::new(db, "SELECT w.id FROM workspace w JOIN (");
    for (index, table) in TABLES.iter().enumerate() {
        sql.push(if index > 0 { " UNION " } else { "" });
        sql.push("SELECT x.workspace_id FROM ")
            .push(table.table())
            .push(" x WHERE ")
            .bind(DUE, [now.into()]);
    }
    sql.push(") due ON due.workspace_id = w.id WHERE w.deleted_at IS NULL ORDER BY w.id");
    Ok(sql.ids(db).await?.into_iter().map(WorkspaceId).collect())
}

/// At most `most` rows of `workspace` that are due at `now`, by end.
pub async fn rows(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    now: DateTime<Utc>,
    most: usize,
) -> Result<Vec<DueRow>, StoreError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut sql = Sql::new(db, "");
    for (index, table) in TABLES.iter().enumerate() {
        let (columns, joins) = select(*table);
        sql.push(if index > 0 { " UNION ALL " } else { "" });
        sql.push(&format!(
            "SELECT * FROM (SELECT CAST('{name}' AS text) AS dated, x.id AS id, x.ends_at AS ends_at, {columns} FROM {name} x",
            name = table.table()
        ));
        sql.push(&joins)
            .bind(" WHERE x.workspace_id = ? AND ", [workspace.0.into()])
            .bind(DUE, [now.into()]);
        sql.bind(
            &format!(" ORDER BY x.ends_at, x.id LIMIT ?) t{index}"),
            [most.into()],
        );
    }
    sql.bind(" ORDER BY ends_at, id LIMIT ?", [most.into()]);
    sql.rows(db).await?.iter().map(DueRow::read).collect()
}

impl DueRow {
    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let row = Row::of(row);
        let name = row.text("dated")?;
        Ok(Self {
            table: TABLES
                .into_iter()
                .find(|table| Some(table.table()) == name)
                .unwrap_or(Dated::Membership),
            id: row.get("id")?,
            ends_at: row.get("ends_at")?,
            is_over: row.get::<i32>("is_over")? == 1,
            membership: row.get::<Option<Uuid>>("membership_id")?.map(MembershipId),
            account: row.get::<Option<Uuid>>("account_id")?.map(AccountId),
            group: row.get::<Option<Uuid>>("group_id")?.map(GroupId),
            other: row.get("other_id")?,
            other_kind: row.get("of_kind")?,
            what: row.get("what")?,
            limit: row.get("limit_value")?,
        })
    }
}

/// Marks rows as processed: they expired. Their interval does not change (TIME-2).
pub async fn mark(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    rows: &[DueRow],
) -> Result<(), StoreError> {
    for table in TABLES {
        let ids: Vec<Uuid> = rows
            .iter()
            .filter(|row| row.table == table)
            .map(|row| row.id)
            .collect();
        if ids.is_empty() {
            continue;
        }
        let reason = MembershipEndReason::Expired.as_str();
        dated::give_reason(db, table, workspace, &ids, reason).await?;
    }
    Ok(())
}
