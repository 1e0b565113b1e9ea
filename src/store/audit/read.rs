//! Reading a workspace's events: pages under filters, by id, with the personal values that are
//! still there (AUD-3). Text, for these are keyset pages and long lists; the values are typed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult};
use uuid::Uuid;

use crate::{
    domain::{
        audit::{AuditEventKind, Recorded, SideValue},
        id::{AccountId, ApiKeyId, AuditEventId, WorkspaceId},
    },
    entity::audit_value::{self, Column},
    store::{
        engine::{Conditions as _, Row, Sql, StoreError},
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
pub(super) fn read(row: &QueryResult) -> Result<Recorded, StoreError> {
    let row = Row::of(row);
    Ok(Recorded {
        id: AuditEventId(row.get("id")?),
        sequence: row.get("sequence")?,
        at: row.get("at")?,
        effective_at: row.get("effective_at")?,
        kind: row.get("kind")?,
        actor_kind: row.get("actor_kind")?,
        actor_account_id: row.get::<Option<Uuid>>("actor_account_id")?.map(AccountId),
        actor_api_key_id: row.get::<Option<Uuid>>("actor_api_key_id")?.map(ApiKeyId),
        client: row.get("client")?,
        subject_id: row.get("subject_id")?,
        request_id: row.get("request_id")?,
        changes: row.get("changes")?,
        hash: row.get("hash")?,
        side: Vec::new(),
    })
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
    let values = audit_value::Entity::find()
        .filter(Column::EventId.in_ids(db, events.keys().copied()))
        .order_by_asc(Column::EventId)
        .order_by_asc(Column::Name)
        .all(db)
        .await?;
    for row in values {
        if let Some(event) = events.get_mut(&row.event_id) {
            event.side.push(SideValue {
                name: row.name,
                salt: row.salt,
                value: row.value,
                of: row.account_id.map(AccountId),
            });
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
            .map(read)
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
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count FROM audit_event e");
    condition(&mut sql, workspace, filter);
    sql.count(db).await
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
    let workspace = WorkspaceId(Row::of(row).get("workspace_id")?);
    let mut event = read(row)?;
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
         AS previous FROM audit_event e",
    );
    condition(&mut sql, workspace, filter);
    sql.bind(
        " AND e.sequence > ? AND e.sequence <= ? ORDER BY e.sequence LIMIT ?",
        [behind.into(), to.into(), limit.into()],
    );
    let mut found = Vec::new();
    for row in &sql.rows(db).await? {
        found.push(Linked {
            event: read(row)?,
            previous: Row::of(row).get("previous")?,
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
