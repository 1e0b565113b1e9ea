//! What a main workspace's row says of its license, its limits, and the caps that share it (QUOTA-1, QUOTA-9).

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use super::engine::{self, StoreError};
use crate::{
    domain::{
        id::{AccountId, WorkspaceId},
        interval::Interval,
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
    },
    entity::quota_value,
};

/// A limit of a license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLimit {
    /// The key of its row.
    pub id: Uuid,
    /// What it limits.
    pub quota_type: QuotaType,
    /// The limit.
    pub limit: u64,
    /// The period, for API calls.
    pub period: Option<QuotaPeriod>,
}

/// Adds limits to the license of `main`.
pub async fn insert(
    db: &impl ConnectionTrait,
    main: WorkspaceId,
    limits: &[NewLimit],
    interval: Interval,
    granted_by: Option<AccountId>,
) -> Result<(), StoreError> {
    if limits.is_empty() {
        return Ok(());
    }
    let models = limits.iter().map(|new| quota_value::ActiveModel {
        id: Set(new.id),
        workspace_id: Set(main.0),
        scope: Set(QuotaScope::License.as_str().to_owned()),
        membership_id: Set(None),
        group_id: Set(None),
        quota_type: Set(new.quota_type.as_str().to_owned()),
        limit_value: Set(i64::try_from(new.limit).unwrap_or(i64::MAX)),
        period: Set(new.period.map(|period| period.as_str().to_owned())),
        starts_at: Set(interval.starts_at),
        ends_at: Set(interval.ends_at),
        granted_by: Set(granted_by.map(|id| id.0)),
        ended_by: Set(None),
        end_reason: Set(None),
    });
    quota_value::Entity::insert_many(models).exec_without_returning(db).await?;
    Ok(())
}

/// The cap of one secondary workspace.
#[derive(Debug, Clone, Copy)]
pub struct Cap {
    /// What it limits.
    pub quota_type: QuotaType,
    /// The period, for API calls.
    pub period: Option<QuotaPeriod>,
    /// The limit.
    pub limit: u64,
}

/// The caps of the secondary workspaces of `main` that count at `t`.
pub async fn caps(db: &impl ConnectionTrait, main: WorkspaceId, t: DateTime<Utc>) -> Result<Vec<Cap>, StoreError> {
    let sql = "SELECT q.quota_type, q.period, q.limit_value FROM workspace w JOIN quota_value q ON q.workspace_id = w.id \
         AND q.scope = 'WORKSPACE_CAP' AND q.starts_at <= $2 AND q.ends_at > $2 WHERE w.parent_id = $1 AND w.deleted_at IS NULL";
    let rows: Vec<(String, Option<String>, i64)> = engine::all(db, sql, vec![main.0.into(), t.into()]).await?;
    let cap = |(quota_type, period, limit): (String, Option<String>, i64)| {
        Some(Cap {
            quota_type: QuotaType::parse(&quota_type)?,
            period: period.as_deref().and_then(QuotaPeriod::parse),
            limit: limit.unsigned_abs(),
        })
    };
    Ok(rows.into_iter().filter_map(cap).collect())
}

/// What a license says besides its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How many seats there are; `None` = unlimited.
    pub seats: Option<i32>,
    /// Whether there may be secondary workspaces.
    pub secondary_workspaces_enabled: bool,
    /// How many; `None` = any number.
    pub max_secondary_workspaces: Option<i32>,
}

/// Writes the license's terms into the row of the main workspace.
pub async fn set_terms(db: &impl ConnectionTrait, main: WorkspaceId, terms: Terms) -> Result<(), StoreError> {
    let sql = "UPDATE workspace SET seats = $2, secondary_workspaces_enabled = $3, max_secondary_workspaces = $4 WHERE id = $1";
    let Terms { seats, secondary_workspaces_enabled, max_secondary_workspaces } = terms;
    let values = vec![main.0.into(), seats.into(), secondary_workspaces_enabled.into(), max_secondary_workspaces.into()];
    engine::execute(db, sql, values).await?;
    Ok(())
}
