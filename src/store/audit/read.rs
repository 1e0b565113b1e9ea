//! Reading a workspace's events: pages under filters, by id, with the personal values that are
//! still there (AUD-3).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::{
    domain::{
        audit::{AuditEventKind, Recorded, SideValue},
        id::{AccountId, ApiKeyId, AuditEventId, WorkspaceId},
    },
    store::{
        engine::{Columns, Sql, StoreError},
        page::{Direction, Page, PageRequest, Position},
    },
};

/// Which events of a workspace; everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Done by this account, by session or key.
    pub account: Option<AccountId>,
    /// Done by this key.
    pub key: Option<ApiKeyId>,
    /// About this.
    pub subject: Option<String>,
    /// Of one of these kinds.
    pub kinds: Option<Vec<AuditEventKind>>,
    /// Written later than this.
    pub after: Option<DateTime<Utc>>,
    /// Written earlier than this.
    pub before: Option<DateTime<Utc>>,
}

/// The columns of [`Recorded`], from `audit_event e`.
pub(super) const COLUMNS: &str = "e.id, e.sequence, e.at, e.effective_at, e.kind, e.actor_kind, e.actor_account_id, \
     e.actor_api_key_id, e.client, e.subject_id, e.request_id, e.changes, e.hash";

/// Reads [`COLUMNS`].
pub(super) fn read(columns: &mut Columns<'_>) -> Result<Recorded, StoreError> {
    Ok(Recorded {
        id: AuditEventId(columns.take()?),
        sequence: columns.take()?,
        at: columns.take()?,
        effective_at: columns.take()?,
        kind: columns.take()?,
        actor_kind: columns.take()?,
        actor_account_id: columns.take::<Option<Uuid>>()?.map(AccountId),
        actor_api_key_id: columns.take::<Option<Uuid>>()?.map(ApiKeyId),
        client: columns.take()?,
        subject_id: columns.take()?,
        request_id: columns.take()?,
        changes: columns.take()?,
        hash: columns.take()?,
        side: Vec::new(),
    })
}

fn row(row: &QueryResult) -> Result<Recorded, StoreError> {
    read(&mut Columns::of(row))
}

/// Puts the personal values that are still there to their events.
pub(super) async fn with_values(
    db: &impl ConnectionTrait,
    events: impl Iterator<Item = &mut Recorded>,
) -> Result<(), StoreError> {
    let mut events: HashMap<Uuid, &mut Recorded> =
        events.map(|event| (event.id.0, event)).collect();
    if events.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(
        db,
        "SELECT v.event_id, v.name, v.salt, v.value, v.account_id FROM audit_value v WHERE ",
    );
    sql.ids_in("v.event_id", events.keys().copied())
        .push(" ORDER BY v.event_id, v.name");
    for row in &sql.rows(db).await? {
        let mut columns = Columns::of(row);
        let id: Uuid = columns.take()?;
        let (name, salt, value) = (columns.take()?, columns.take()?, columns.take()?);
        let side = SideValue {
            name,
            salt,
            value,
            of: columns.take::<Option<Uuid>>()?.map(AccountId),
        };
        if let Some(event) = events.get_mut(&id) {
            event.side.push(side);
        }
    }
    Ok(())
}

/// The number that a position's key stands for.
pub fn number(key: &str) -> Option<i64> {
    key.parse()
        .ok()
        .filter(|number| (1..=i64::MAX - 1).contains(number))
}

/// Where an event stands in its list.
pub fn position(event: &Recorded) -> Position {
    Position {
        key: event.sequence.to_string(),
        id: event.id.0,
    }
}

/// One page of the events of `workspace` that the filter finds, newest first. Two statements.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &EventFilter,
    page: &PageRequest,
) -> Result<Page<Recorded>, StoreError> {
    let mut sql = Sql::new(db, "SELECT ");
    sql.push(COLUMNS).push(" FROM audit_event e");
    condition(&mut sql, workspace, filter);
    for (bound, sign) in [(&page.after, "<"), (&page.before, ">")] {
        if let Some(number) = bound.as_ref().and_then(|position| number(&position.key)) {
            sql.bind(&format!(" AND e.sequence {sign} ?"), [number.into()]);
        }
    }
    let direction = if page.direction == Direction::Forward {
        "DESC"
    } else {
        "ASC"
    };
    let limit = i64::try_from(page.size).unwrap_or(i64::MAX - 1) + 1;
    sql.bind(
        &format!(" ORDER BY e.sequence {direction} LIMIT ?"),
        [limit.into()],
    );
    let mut found = page.page(
        sql.rows(db)
            .await?
            .iter()
            .map(row)
            .collect::<Result<Vec<_>, _>>()?,
    );
    with_values(db, found.rows.iter_mut()).await?;
    Ok(found)
}

/// How many events the filter finds.
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &EventFilter,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) FROM audit_event e");
    condition(&mut sql, workspace, filter);
    Ok(sql
        .all::<(i64,)>(db)
        .await?
        .first()
        .map_or(0, |(count,)| *count))
}

/// An event of some workspace's record, and the workspace.
pub async fn by_id(
    db: &impl ConnectionTrait,
    id: AuditEventId,
) -> Result<Option<(WorkspaceId, Recorded)>, StoreError> {
    let mut sql = Sql::new(db, "SELECT e.workspace_id, ");
    sql.push(COLUMNS).bind(
        " FROM audit_event e WHERE e.id = ? AND e.workspace_id IS NOT NULL",
        [id.0.into()],
    );
    let rows = sql.rows(db).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let mut columns = Columns::of(row);
    let workspace = WorkspaceId(columns.take()?);
    let mut event = read(&mut columns)?;
    with_values(db, std::iter::once(&mut event)).await?;
    Ok(Some((workspace, event)))
}

/// An event to be written out, with the hash of the one before it.
#[derive(Debug, Clone)]
pub struct Linked {
    /// The event.
    pub event: Recorded,
    /// The hash of the event before it in the chain; `None` before the first.
    pub previous: Option<Vec<u8>>,
}

/// The next `limit` events of `workspace` that the filter finds, oldest first, numbered above
/// `behind` and up to `to`. Two statements.
pub async fn linked(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &EventFilter,
    (behind, to): (i64, i64),
    limit: i64,
) -> Result<Vec<Linked>, StoreError> {
    let mut sql = Sql::new(db, "SELECT ");
    sql.push(COLUMNS).push(
        ", (SELECT p.hash FROM audit_event p WHERE p.workspace_id = e.workspace_id AND p.sequence = e.sequence - 1) \
         FROM audit_event e",
    );
    condition(&mut sql, workspace, filter);
    sql.bind(
        " AND e.sequence > ? AND e.sequence <= ? ORDER BY e.sequence LIMIT ?",
        [behind.into(), to.into(), limit.into()],
    );
    let mut found = Vec::new();
    for row in &sql.rows(db).await? {
        let mut columns = Columns::of(row);
        found.push(Linked {
            event: read(&mut columns)?,
            previous: columns.take()?,
        });
    }
    with_values(db, found.iter_mut().map(|linked| &mut linked.event)).await?;
    Ok(found)
}

/// Times bound the number: each write is later than the last, so that numbers and times have one
/// order.
fn condition(sql: &mut Sql, workspace: WorkspaceId, filter: &EventFilter) {
    sql.bind(" WHERE e.workspace_id = ?", [workspace.0.into()]);
    if let Some(account) = filter.account {
        sql.bind(" AND e.actor_account_id = ?", [account.0.into()]);
    }
    if let Some(key) = filter.key {
        sql.bind(" AND e.actor_api_key_id = ?", [key.0.into()]);
    }
    if let Some(subject) = &filter.subject {
        sql.bind(" AND e.subject_id = ?", [subject.as_str().into()]);
    }
    match filter.kinds.as_deref() {
        None => {}
        // SQLite walks the kind's own index for this alone.
        Some([kind]) => {
            sql.bind(" AND e.kind = ?", [kind.as_str().into()]);
        }
        Some(kinds) => {
            sql.push(" AND ")
                .texts_in("e.kind", kinds.iter().map(|kind| kind.as_str()));
        }
    }
    if let Some(after) = filter.after {
        sql.bind(
            " AND e.sequence > COALESCE((SELECT b.sequence FROM audit_event b WHERE b.workspace_id = ? AND b.at <= ? \
             ORDER BY b.at DESC, b.sequence DESC LIMIT 1), 0)",
            [workspace.0.into(), after.into()],
        );
    }
    if let Some(before) = filter.before {
        sql.bind(
            " AND e.sequence < COALESCE((SELECT b.sequence FROM audit_event b WHERE b.workspace_id = ? AND b.at >= ? \
             ORDER BY b.at, b.sequence LIMIT 1), 9223372036854775807)",
            [workspace.0.into(), before.into()],
        );
    }
}
