//! Rows whose end came by time and was not dealt with yet (TIME-6): their `end_reason` is null
//! until it is. Rows that somebody ended have one. An index holds just these rows and those whose
//! end lies ahead.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use super::{
    dated::Dated,
    engine::{Columns, Sql, StoreError},
};
use crate::domain::{
    id::{AccountId, GroupId, MembershipId, WorkspaceId},
    vocabulary::MembershipEndReason,
};

/// A row whose end came.
#[derive(Debug, Clone)]
pub struct DueRow {
    /// Its table.
    pub table: Dated,
    /// Its key.
    pub id: Uuid,
    /// When it ended.
    pub ends_at: DateTime<Utc>,
    /// Whether a row that it hangs on ended by then: this end changed nothing (TIME-7).
    pub is_over: bool,
    /// The membership it is, or hangs on.
    pub membership: Option<MembershipId>,
    /// The account of that membership.
    pub account: Option<AccountId>,
    /// The group it hangs on.
    pub group: Option<GroupId>,
    /// The role, dataset or page it is about.
    pub other: Option<Uuid>,
    /// Whether that is a dataset or a page, or the scope of a quota value.
    pub of: Option<String>,
    /// The role's name, the group's title, the permission or access, the type of quota.
    pub what: Option<String>,
    /// The limit.
    pub limit: Option<i64>,
}

/// The tables whose rows can be given an end that lies ahead, in the order of [`select`].
const TABLES: [Dated; 6] = [
    Dated::Membership,
    Dated::RoleAssignment,
    Dated::GroupMembership,
    Dated::Grant,
    Dated::QuotaValue,
    Dated::ApiKey,
];

/// The terms of the partial indexes stand here word for word: no parameter can stand for them.
/// Their own bound stands behind the one that is asked for: SQLite searches by the first that it
/// meets, and would read every row whose end lies ahead.
const DUE: &str = "x.end_reason IS NULL AND x.ends_at <= ? AND x.ends_at < '9999-12-31T00:00:00+00:00' AND x.ends_at > x.starts_at";

/// The member that a row hangs on, and its ended parents.
const OF_MEMBER: &str = " LEFT JOIN membership m ON m.id = x.membership_id";
const MEMBER_OVER: &str = "m.ends_at <= x.ends_at OR m.ends_at <= m.starts_at";
const OF_GROUP: &str = " LEFT JOIN member_group g ON g.id = x.group_id";
const GROUP_OVER: &str = "g.ends_at <= x.ends_at";

/// What is read of a table's rows, and the joins it takes: parents' ends, membership, account,
/// group, other, of, what, limit.
fn select(table: Dated) -> (String, String) {
    let over = |conditions: &str| format!("CASE WHEN {conditions} THEN 1 ELSE 0 END");
    let (none, text, number) = (
        "CAST(NULL AS uuid)",
        "CAST(NULL AS text)",
        "CAST(NULL AS bigint)",
    );
    match table {
        Dated::RoleAssignment => (
            format!(
                "{}, x.membership_id, m.account_id, {none}, x.role_id, {text}, r.name, {number}",
                over(&format!("{MEMBER_OVER} OR r.ends_at <= x.ends_at"))
            ),
            format!("{OF_MEMBER} LEFT JOIN role r ON r.id = x.role_id"),
        ),
        Dated::GroupMembership => (
            format!(
                "{}, x.membership_id, m.account_id, x.group_id, {none}, {text}, g.title, {number}",
                over(&format!("{MEMBER_OVER} OR {GROUP_OVER}"))
            ),
            format!("{OF_MEMBER}{OF_GROUP}"),
        ),
        Dated::Grant => (
            format!(
                "{}, x.membership_id, m.account_id, x.group_id, x.resource_id, x.resource_kind, COALESCE(x.permission, x.access), \
                 {number}",
                over(&format!("{MEMBER_OVER} OR {GROUP_OVER}"))
            ),
            format!("{OF_MEMBER}{OF_GROUP}"),
        ),
        Dated::QuotaValue => (
            format!(
                "{}, x.membership_id, m.account_id, x.group_id, {none}, x.scope, x.quota_type, x.limit_value",
                over(&format!("{MEMBER_OVER} OR {GROUP_OVER}"))
            ),
            format!("{OF_MEMBER}{OF_GROUP}"),
        ),
        Dated::ApiKey => (
            format!(
                "{}, x.membership_id, m.account_id, {none}, {none}, {text}, {text}, {number}",
                over(MEMBER_OVER)
            ),
            OF_MEMBER.to_owned(),
        ),
        _ => (
            format!("0, x.id, x.account_id, {none}, {none}, {text}, {text}, {number}"),
            String::new(),
        ),
    }
}

/// The workspaces that have due rows at `now`; deleted ones have none.
pub async fn workspaces(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<WorkspaceId>, StoreError> {
    let mut sql = Sql::new(db, "SELECT w.id FROM workspace w JOIN (");
    for (place, table) in TABLES.iter().enumerate() {
        sql.push(if place > 0 { " UNION " } else { "" });
        sql.push("SELECT x.workspace_id FROM ")
            .push(table.table())
            .push(" x WHERE ")
            .bind(DUE, [now.into()]);
    }
    sql.push(") due ON due.workspace_id = w.id WHERE w.deleted_at IS NULL ORDER BY w.id");
    Ok(sql
        .all::<(Uuid,)>(db)
        .await?
        .into_iter()
        .map(|(id,)| WorkspaceId(id))
        .collect())
}

/// The rows of `workspace` that are due at `now`, those that ended first first, at most `most`.
pub async fn rows(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    now: DateTime<Utc>,
    most: usize,
) -> Result<Vec<DueRow>, StoreError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut sql = Sql::new(db, "");
    for (place, table) in TABLES.iter().enumerate() {
        let (columns, joins) = select(*table);
        sql.push(if place > 0 { " UNION ALL " } else { "" });
        sql.push(&format!(
            "SELECT * FROM (SELECT {place}, x.id AS id, x.ends_at AS ends_at, {columns} FROM {} x",
            table.table()
        ));
        sql.push(&joins)
            .bind(" WHERE x.workspace_id = ? AND ", [workspace.0.into()])
            .bind(DUE, [now.into()]);
        sql.bind(
            &format!(" ORDER BY x.ends_at, x.id LIMIT ?) t{place}"),
            [most.into()],
        );
    }
    sql.bind(" ORDER BY 3, 2 LIMIT ?", [most.into()]);
    sql.rows(db).await?.iter().map(DueRow::read).collect()
}

impl DueRow {
    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let mut columns = Columns::of(row);
        let place: i32 = columns.take()?;
        Ok(Self {
            table: usize::try_from(place)
                .ok()
                .and_then(|place| TABLES.get(place))
                .copied()
                .unwrap_or(Dated::Membership),
            id: columns.take()?,
            ends_at: columns.take()?,
            is_over: columns.take::<i32>()? == 1,
            membership: columns.take::<Option<Uuid>>()?.map(MembershipId),
            account: columns.take::<Option<Uuid>>()?.map(AccountId),
            group: columns.take::<Option<Uuid>>()?.map(GroupId),
            other: columns.take()?,
            of: columns.take()?,
            what: columns.take()?,
            limit: columns.take()?,
        })
    }
}

/// Says of rows that their end was dealt with: it came by time. No bound moves (TIME-2).
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
        let mut sql = Sql::new(db, "UPDATE ");
        let reason = Value::from(MembershipEndReason::Expired.as_str());
        sql.push(table.table()).bind(
            " SET end_reason = ? WHERE workspace_id = ? AND ",
            [reason, workspace.0.into()],
        );
        sql.ids_in("id", ids).push(" AND end_reason IS NULL");
        sql.execute(db).await?;
    }
    Ok(())
}
