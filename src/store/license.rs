//! The terms of the license in a main workspace's row, and the caps that share it (QUOTA-1,
//! QUOTA-9). Reading caps is SQL text, because it joins the secondary workspaces.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
};

use super::engine::{self, StoreError};
use crate::{
    domain::{
        id::WorkspaceId,
        vocabulary::{QuotaPeriod, QuotaType},
    },
    entity::workspace,
};

/// The cap of one secondary workspace.
#[derive(Debug, Clone, Copy)]
pub struct Cap {
    pub quota_type: QuotaType,
    /// The period, for API calls.
    pub period: Option<QuotaPeriod>,
    pub limit: u64,
}

/// The caps of the secondary workspaces of `main` that count at `t`.
pub async fn caps(
    db: &impl ConnectionTrait,
    main: WorkspaceId,
    t: DateTime<Utc>,
) -> Result<Vec<Cap>, StoreError> {
    let sql = "SELECT q.quota_type, q.period, q.limit_value FROM workspace w JOIN quota_value q ON q.workspace_id = w.id \
         AND q.scope = 'WORKSPACE_CAP' AND q.starts_at <= $2 AND q.ends_at > $2 WHERE w.parent_id = $1 AND w.deleted_at IS NULL";
    #[derive(FromQueryResult)]
    struct RawRow {
        quota_type: String,
        period: Option<String>,
        limit_value: i64,
    }
    let rows = engine::all(db, sql, vec![main.0.into(), t.into()]).await?;
    let cap = |row: RawRow| {
        Some(Cap {
            quota_type: QuotaType::parse(&row.quota_type)?,
            period: row.period.as_deref().and_then(QuotaPeriod::parse),
            limit: row.limit_value.unsigned_abs(),
        })
    };
    Ok(rows.into_iter().filter_map(cap).collect())
}

/// The terms of a license, besides its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The number of seats. `None` means unlimited.
    pub seats: Option<i32>,
    /// Whether secondary workspaces are allowed.
    pub secondary_workspaces_enabled: bool,
    /// How many of them. `None` means unlimited.
    pub max_secondary_workspaces: Option<i32>,
}

/// Stores the license's terms in the row of the main workspace.
pub async fn set_terms(
    db: &impl ConnectionTrait,
    main: WorkspaceId,
    terms: Terms,
) -> Result<(), StoreError> {
    let Terms {
        seats,
        secondary_workspaces_enabled,
        max_secondary_workspaces,
    } = terms;
    workspace::Entity::update_many()
        .set(workspace::ActiveModel {
            seats: Set(seats),
            secondary_workspaces_enabled: Set(secondary_workspaces_enabled),
            max_secondary_workspaces: Set(max_secondary_workspaces),
            ..Default::default()
        })
        .filter(workspace::Column::Id.eq(main.0))
        .exec(db)
        .await?;
    Ok(())
}
