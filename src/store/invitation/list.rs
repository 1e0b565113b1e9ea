//! The list of invitations (JOIN-7). SQL text, as for all keyset pages.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Value};

use super::{
    super::{
        engine::{Sql, StoreError},
        page::{Page, PageRequest, Position, SortedBy, instant_key},
        sift::Sieve,
    },
    IN_TIME, InvitationRow, OPEN, read,
};
use crate::{
    domain::{
        id::WorkspaceId,
        vocabulary::{DeliveryState, InvitationState},
    },
    entity::invitation,
};

/// The filters of the list of invitations. All of them must match.
#[derive(Debug, Clone, Default)]
pub struct InvitationFilter {
    /// One of these states. `None` means any.
    pub states: Option<Vec<InvitationState>>,
    /// One of these states of its mail. `None` means any.
    pub delivery_states: Option<Vec<DeliveryState>>,
    /// Only those that offer the ADMINISTRATOR role and nothing else besides the workspace's
    /// defaults.
    pub of_administrator_alone: bool,
    /// Folded words, each the prefix of a word of names or address.
    pub words: Vec<String>,
}

/// The order of the list of invitations; then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InvitationOrder {
    /// When they were created.
    #[default]
    CreatedAt,
    /// The canonical address, by bytes.
    Email,
    /// Until when they can be accepted.
    ExpiresAt,
}

impl InvitationOrder {
    // Ids sort by creation.
    const fn column(self) -> Option<(&'static str, SortedBy)> {
        match self {
            Self::CreatedAt => None,
            Self::Email => Some(("i.email_canonical", SortedBy::Text)),
            Self::ExpiresAt => Some((
                "(CASE WHEN i.access_ends_at < i.expires_at THEN i.access_ends_at ELSE i.expires_at END)",
                SortedBy::Instant,
            )),
        }
    }

    /// The cursor position of a row in this order.
    pub fn position(self, row: &InvitationRow) -> Position {
        let key = match self {
            Self::CreatedAt => String::new(),
            Self::Email => row.email_canonical.clone(),
            Self::ExpiresAt => instant_key(row.expires_at),
        };
        Position { key, id: row.id.0 }
    }
}

/// One page of the filtered invitations of `workspace` at `t`.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &InvitationFilter,
    order: (InvitationOrder, bool),
    page: &PageRequest,
    t: DateTime<Utc>,
) -> Result<Page<InvitationRow>, StoreError> {
    if filter.words.is_empty() {
        return Ok(page.page(chunk(db, workspace, filter, order, page, t).await?));
    }
    let mut sieve = Sieve::new(page);
    loop {
        let rows = chunk(db, workspace, filter, order, sieve.next(), t).await?;
        if !sieve.take(
            rows,
            |row| row.matches(&filter.words),
            |row| order.0.position(row),
        ) {
            return Ok(sieve.page());
        }
    }
}

async fn chunk(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &InvitationFilter,
    (order, descending): (InvitationOrder, bool),
    page: &PageRequest,
    t: DateTime<Utc>,
) -> Result<Vec<InvitationRow>, StoreError> {
    let mut sql = Sql::select(db, invitation::Entity, "i");
    condition(&mut sql, workspace, filter, t);
    let column = order.column();
    page.apply(
        &mut sql,
        column.map(|(column, _)| column),
        "i.id",
        descending,
        |key| column?.1.value(key),
    );
    Ok(read(sql.all(db).await?))
}

/// The number of filtered invitations at `t`.
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &InvitationFilter,
    t: DateTime<Utc>,
) -> Result<i64, StoreError> {
    if filter.words.is_empty() {
        let mut sql = Sql::new(db, "SELECT COUNT(*) AS count FROM invitation i");
        condition(&mut sql, workspace, filter, t);
        return sql.count(db).await;
    }
    let mut sql = Sql::select(db, invitation::Entity, "i");
    condition(&mut sql, workspace, filter, t);
    let rows = read(sql.all(db).await?);
    Ok(
        i64::try_from(rows.iter().filter(|row| row.matches(&filter.words)).count())
            .unwrap_or(i64::MAX),
    )
}

fn condition(sql: &mut Sql, workspace: WorkspaceId, filter: &InvitationFilter, t: DateTime<Utc>) {
    let at = || Value::from(t);
    sql.bind(" WHERE i.workspace_id = ?", [workspace.0.into()]);
    if let Some(states) = &filter.delivery_states {
        sql.push(" AND ").texts_in(
            "i.delivery_state",
            states.iter().map(|state| state.as_str()),
        );
    }
    if filter.of_administrator_alone {
        sql.push(
            " AND i.permissions = i.default_permissions AND i.group_ids = '[]' AND i.quotas = '[]' AND i.role_id IN \
             (SELECT id FROM role WHERE role.workspace_id = i.workspace_id AND role.preset = 'ADMINISTRATOR')",
        );
    }
    let Some(states) = &filter.states else { return };
    sql.push(" AND (1 = 0");
    for state in states {
        match state {
            InvitationState::Accepted => sql.push(" OR i.accepted_at IS NOT NULL"),
            InvitationState::Declined => sql.push(" OR (i.accepted_at IS NULL AND i.declined_at IS NOT NULL)"),
            InvitationState::Cancelled => {
                sql.push(" OR (i.accepted_at IS NULL AND i.declined_at IS NULL AND i.cancelled_at IS NOT NULL)")
            }
            InvitationState::Expired => sql.bind(&format!(" OR ({OPEN} AND NOT ({IN_TIME}))"), [at(), at()]),
            InvitationState::Pending => sql.bind(&format!(" OR ({OPEN} AND {IN_TIME})"), [at(), at()]),
        };
    }
    sql.push(")");
}
