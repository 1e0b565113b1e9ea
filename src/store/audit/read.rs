//! Reads a workspace's events: filtered pages, by id, with the personal values that were not erased
//! (AUD-3). SQL text for keyset pages and long lists; the personal values go through the entity.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect,
};
use uuid::Uuid;

use crate::{
    domain::{
        audit::{AuditEventKind, Recorded, SideValue},
        id::{AccountId, ApiKeyId, AuditEventId, MembershipId, WorkspaceId},
        interval::OPEN_END,
    },
    entity::{
        audit_event,
        audit_value::{self, Column},
    },
    store::{
        engine::{Conditions as _, Row, Sql, StoreError},
        page::{Direction, Page, PageRequest, Position},
    },
};

/// Which events of a workspace. All conditions must hold.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Performed by this account, by session or key.
    pub account: Option<AccountId>,
    /// Performed by this key.
    pub key: Option<ApiKeyId>,
    /// About this subject.
    pub subject: Option<String>,
    /// Of one of these kinds.
    pub kinds: Option<Vec<AuditEventKind>>,
    /// Written after this instant.
    pub after: Option<DateTime<Utc>>,
    /// Written before this instant.
    pub before: Option<DateTime<Utc>>,
}

/// The columns of [`Recorded`], from `audit_event e`.
pub(in crate::store) const COLUMNS: &str = "e.id, e.sequence, e.at, e.effective_at, e.kind, e.actor_kind, e.actor_account_id, \
     e.actor_api_key_id, e.client, e.subject_id, e.request_id, e.changes, e.hash";

/// Reads [`COLUMNS`].
pub(in crate::store) fn read(row: &QueryResult) -> Result<Recorded, StoreError> {
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

/// Adds the personal values that were not erased to their events.
pub(in crate::store) async fn with_values(
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
                account: row.account_id.map(AccountId),
            });
        }
    }
    Ok(())
}

/// When these memberships would have ended that somebody revoked, as the audit log has it: the row
/// itself says when it did end.
pub async fn planned_ends(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
) -> Result<HashMap<MembershipId, DateTime<Utc>>, StoreError> {
    use audit_event::Column;
    let subjects: HashMap<String, MembershipId> =
        members.iter().map(|id| (id.to_string(), *id)).collect();
    let rows: Vec<(Option<String>, String)> = audit_event::Entity::find()
        .select_only()
        .column(Column::SubjectId)
        .column(Column::Changes)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Kind.eq(AuditEventKind::MembershipRevoked.as_str()))
        .filter(Column::SubjectId.in_texts(db, subjects.keys().map(String::as_str)))
        .into_tuple()
        .all(db)
        .await?;
    let planned = |(subject, changes): (Option<String>, String)| {
        let id = *subjects.get(subject.as_deref()?)?;
        let changes: Vec<serde_json::Value> = serde_json::from_str(&changes).ok()?;
        let end = changes
            .iter()
            .find(|change| {
                change.get("field").and_then(serde_json::Value::as_str) == Some("endsAt")
            })?
            .get("before")?;
        match end.as_str() {
            Some(end) => Some((id, end.parse().ok()?)),
            None => Some((id, OPEN_END)),
        }
    };
    Ok(rows.into_iter().filter_map(planned).collect())
}

/// The event number in a cursor position.
pub fn number(key: &str) -> Option<i64> {
    key.parse()
        .ok()
        .filter(|number| (1..=i64::MAX - 1).contains(number))
}

/// The cursor position of an event.
pub fn position(event: &Recorded) -> Position {
    Position {
        key: event.sequence.to_string(),
        id: event.id.0,
    }
}

/// One page of the filtered events of `workspace`, newest first. Two statements.
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
    let mut events = page.page(
        sql.rows(db)
            .await?
            .iter()
            .map(read)
            .collect::<Result<Vec<_>, _>>()?,
    );
    with_values(db, events.rows.iter_mut()).await?;
    Ok(events)
}

/// The number of filtered events.
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &EventFilter,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count FROM audit_event e");
    condition(&mut sql, workspace, filter);
    sql.count(db).await
}

/// An event of any workspace, and that workspace.
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

/// An event to export, with the hash of the one before it.
#[derive(Debug, Clone)]
pub struct Linked {
    pub event: Recorded,
    /// The hash of the event before it in the chain. `None` for the first.
    pub previous: Option<Vec<u8>>,
}

/// The next `limit` filtered events of `workspace`, oldest first, numbered after `after` and up to
/// `to`. Two statements.
pub async fn linked(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &EventFilter,
    (after, to): (i64, i64),
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
        [after.into(), to.into(), limit.into()],
    );
    let mut events = Vec::new();
    for row in &sql.rows(db).await? {
        events.push(Linked {
            event: read(row)?,
            previous: Row::of(row).get("previous")?,
        });
    }
    with_values(db, events.iter_mut().map(|linked| &mut linked.event)).await?;
    Ok(events)
}

/// The times also bound the number: each write is later than the last, so numbers and times have
/// the same order.
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
        // Only with an equality does SQLite walk the index of the kind.
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
