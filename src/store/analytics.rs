//! Counters of a workspace's days (STAT-1, STAT-2). SQL text, because counting is an upsert with a
//! condition, and sums are over the items that somebody may browse.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, FromQueryResult, QueryFilter,
    Value,
};
use uuid::Uuid;

use super::{
    engine::{Sql, StoreError},
    item::table,
    item_list::{ItemFilter, Listing, condition},
};
use crate::{
    domain::{
        analytics::Measure,
        id::{AccountId, DatasetId, ItemId, MembershipId, SessionId, WorkspaceId},
        quota::MAX_LIMIT,
    },
    entity::analytics_count::{self, Column},
};

/// A day of a workspace, by its first instant.
pub type Day = (WorkspaceId, DateTime<Utc>);

/// The maximum number of rows per statement.
const CHUNK: usize = 256;

/// Adds to counters. They are locked in their order, which is the same everywhere.
pub async fn add(
    db: &impl ConnectionTrait,
    counts: &BTreeMap<(Day, String), u64>,
) -> Result<(), StoreError> {
    let rows = counts.iter().map(|(((workspace, day), measure), count)| {
        [
            workspace.0.into(),
            (*day).into(),
            measure.as_str().into(),
            number(*count),
        ]
    });
    upsert(db, "analytics_count", "measure", rows.collect()).await
}

/// Adds to the calls of datasets and pages. They are locked in their order.
pub async fn add_calls(
    db: &impl ConnectionTrait,
    calls: &BTreeMap<(Day, ItemId), u64>,
) -> Result<(), StoreError> {
    let rows = calls.iter().map(|(((workspace, day), item), count)| {
        [
            workspace.0.into(),
            (*day).into(),
            item.uuid().into(),
            number(*count),
        ]
    });
    upsert(db, "resource_calls", "item_id", rows.collect()).await
}

fn number(count: u64) -> Value {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

async fn upsert(
    db: &impl ConnectionTrait,
    table: &str,
    name: &str,
    rows: Vec<[Value; 4]>,
) -> Result<(), StoreError> {
    for chunk in rows.chunks(CHUNK) {
        let mut sql = Sql::new(
            db,
            &format!("INSERT INTO {table} AS c (workspace_id, day_start, {name}, count) VALUES "),
        );
        values(&mut sql, "(?, ?, ?, ?)", chunk);
        sql.push(&format!(
            " ON CONFLICT (workspace_id, day_start, {name}) DO UPDATE SET count = \
             CASE WHEN c.count > {MAX_LIMIT} - excluded.count THEN {MAX_LIMIT} ELSE c.count + excluded.count END"
        ));
        sql.execute(db).await?;
    }
    Ok(())
}

fn values<const N: usize>(sql: &mut Sql, row: &str, rows: &[[Value; N]]) {
    for (index, values) in rows.iter().enumerate() {
        sql.push(if index > 0 { ", " } else { "" });
        sql.bind(row, values.clone());
    }
}

#[derive(FromQueryResult)]
struct Counted {
    workspace_id: Uuid,
    day_start: DateTime<Utc>,
}

fn days(rows: Vec<Counted>) -> impl Iterator<Item = Day> {
    rows.into_iter()
        .map(|row| (WorkspaceId(row.workspace_id), row.day_start))
}

/// Notes on which day each member used the workspace. Returns a day for each member whose first use
/// of that day it is, on whatever node.
pub async fn member_days(
    db: &impl ConnectionTrait,
    uses: &BTreeMap<MembershipId, Day>,
) -> Result<Vec<Day>, StoreError> {
    let rows: Vec<[Value; 3]> = uses
        .iter()
        .map(|(member, (workspace, day))| [member.0.into(), workspace.0.into(), (*day).into()])
        .collect();
    let mut first = Vec::new();
    for chunk in rows.chunks(CHUNK) {
        let mut sql = Sql::new(
            db,
            "INSERT INTO member_day AS d (membership_id, workspace_id, day_start) VALUES ",
        );
        values(&mut sql, "(?, ?, ?)", chunk);
        sql.push(
            " ON CONFLICT (membership_id) DO UPDATE SET day_start = excluded.day_start \
             WHERE d.day_start < excluded.day_start RETURNING workspace_id, day_start",
        );
        first.extend(days(sql.all(db).await?));
    }
    Ok(first)
}

/// Notes which sessions used which workspaces, at the starts of the days. Returns a day for each
/// session whose first use of the workspace it is, on whatever node. Sessions that have ended are
/// noted too; nothing is noted of an erased account (ERASE-6).
pub async fn session_visits(
    db: &impl ConnectionTrait,
    visits: &BTreeMap<(SessionId, WorkspaceId), (AccountId, DateTime<Utc>)>,
) -> Result<Vec<Day>, StoreError> {
    let rows: Vec<[Value; 4]> = visits
        .iter()
        .map(|((session, workspace), (account, day))| {
            [
                session.0.into(),
                workspace.0.into(),
                account.0.into(),
                (*day).into(),
            ]
        })
        .collect();
    let mut first = Vec::new();
    for chunk in rows.chunks(CHUNK) {
        let mut sql = Sql::new(
            db,
            "WITH v(session_id, workspace_id, account_id, visited_at) AS (VALUES ",
        );
        values(&mut sql, "(?, ?, ?, ?)", chunk);
        sql.push(
            ") INSERT INTO session_visit (session_id, workspace_id, account_id, visited_at) \
             SELECT v.session_id, v.workspace_id, v.account_id, v.visited_at FROM v WHERE EXISTS \
             (SELECT 1 FROM account a WHERE a.id = v.account_id AND a.erased_at IS NULL) \
             ON CONFLICT (session_id, workspace_id) DO NOTHING \
             RETURNING workspace_id, visited_at AS day_start",
        );
        first.extend(days(sql.all(db).await?));
    }
    Ok(first)
}

/// One counter of one day.
#[derive(Debug, DerivePartialModel)]
#[sea_orm(entity = "analytics_count::Entity")]
pub struct CountRow {
    pub day_start: DateTime<Utc>,
    pub measure: String,
    pub count: i64,
}

/// The counters of the days that began in `[from, to)`. With `measures`, only those.
pub async fn counts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    measures: Option<&[Measure]>,
) -> Result<Vec<CountRow>, StoreError> {
    let mut rows = analytics_count::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::DayStart.gte(from))
        .filter(Column::DayStart.lt(to));
    if let Some(measures) = measures {
        let names: Vec<String> = measures.iter().map(|measure| measure.name()).collect();
        rows = rows.filter(Column::Measure.is_in(names));
    }
    Ok(rows.into_partial_model().all(db).await?)
}

/// The calls of the listed items by day, for the days that began in `[from, to)`.
pub async fn calls_by_day(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    listing: &Listing,
    range: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(DateTime<Utc>, u64)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Calls {
        day_start: DateTime<Utc>,
        count: i64,
    }
    let mut sql = Sql::new(
        db,
        "SELECT r.day_start, CAST(SUM(r.count) AS bigint) AS count",
    );
    of_listed(&mut sql, workspace, listing, range);
    sql.push(" GROUP BY r.day_start");
    let read = |row: Calls| (row.day_start, row.count.unsigned_abs());
    Ok(sql.all(db).await?.into_iter().map(read).collect())
}

/// The listed datasets with the most calls on the days that began in `[from, to)`, the highest
/// number first, then by id.
pub async fn most_called(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    listing: &Listing,
    range: (DateTime<Utc>, DateTime<Utc>),
    most: u64,
) -> Result<Vec<(DatasetId, u64)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Calls {
        item_id: Uuid,
        count: i64,
    }
    let mut sql = Sql::new(
        db,
        "SELECT r.item_id, CAST(SUM(r.count) AS bigint) AS count",
    );
    of_listed(&mut sql, workspace, listing, range);
    sql.bind(
        " GROUP BY r.item_id ORDER BY 2 DESC, r.item_id LIMIT ?",
        [number(most)],
    );
    let read = |row: Calls| (DatasetId(row.item_id), row.count.unsigned_abs());
    Ok(sql.all(db).await?.into_iter().map(read).collect())
}

fn of_listed(
    sql: &mut Sql,
    workspace: WorkspaceId,
    listing: &Listing,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) {
    sql.push(" FROM resource_calls r JOIN ")
        .push(table(listing.kind))
        .bind(
            " x ON x.id = r.item_id WHERE r.workspace_id = ? AND r.day_start >= ? AND r.day_start < ? AND ",
            [workspace.0.into(), from.into(), to.into()],
        );
    condition(sql, workspace, listing, &ItemFilter::default());
}
