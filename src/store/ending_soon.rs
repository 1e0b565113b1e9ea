//! Members whose access ends soon, and which warning about it was queued (MEM-8). A membership
//! stores how many days before its current end the last warning was sent. An index over that and
//! the end keeps those who wait for the next one together, however many were warned before.
//! `access_warning` stores which end was warned about, so that no warning is sent twice.
//!
//! SQL text, because the statement has to repeat the terms of that index.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::engine::{Conditions as _, Sql, StoreError};
use crate::{
    domain::{
        ending_soon::{MOST_DAYS, NOT_WARNED, Window},
        id::{AccountId, MembershipId, WorkspaceId},
    },
    entity::{access_warning, membership},
};

/// A member to warn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DueWarning {
    pub membership_id: MembershipId,
    pub account_id: AccountId,
    pub ends_at: DateTime<Utc>,
    /// How many days before the end this warning is sent.
    pub days: u16,
}

/// Active members whose end lies in the window and for whom this is the next warning. Repeats the
/// terms of the partial index literally, its own bound last, because SQLite searches by the first
/// that it meets. Disabled and scheduled members are warned once they can use what they are about
/// to lose.
fn due(sql: &mut Sql, window: &Window, now: DateTime<Utc>) {
    let earlier: String = (window.days + 1..=MOST_DAYS)
        .map(|days| format!("{days}, "))
        .collect();
    sql.push(&format!(
        "x.end_reason IS NULL AND x.warned_days IN ({earlier}{NOT_WARNED})"
    ));
    sql.bind(
        " AND x.ends_at > ? AND x.ends_at <= ? AND x.ends_at < '9999-12-31T00:00:00+00:00' AND x.starts_at <= ? \
         AND NOT EXISTS (SELECT 1 FROM disabled_spell d WHERE d.workspace_id = x.workspace_id AND d.membership_id = x.id \
         AND d.starts_at <= ? AND d.ends_at > ?)",
        [window.after.into(), window.until.into(), now.into(), now.into(), now.into()],
    );
}

/// At most `most` members to warn at `now`, in workspaces that exist, by end.
pub async fn members(
    db: &impl ConnectionTrait,
    windows: &[Window],
    now: DateTime<Utc>,
    most: usize,
) -> Result<Vec<(WorkspaceId, MembershipId)>, StoreError> {
    #[derive(FromQueryResult)]
    struct RawRow {
        workspace_id: Uuid,
        id: Uuid,
    }
    let mut warnings = Vec::new();
    for window in windows {
        let most = i64::try_from(most.saturating_sub(warnings.len())).unwrap_or(i64::MAX);
        let mut sql = Sql::new(db, "SELECT x.workspace_id, x.id FROM membership x WHERE ");
        due(&mut sql, window, now);
        sql.push(" AND NOT EXISTS (SELECT 1 FROM workspace w WHERE w.id = x.workspace_id AND w.deleted_at IS NOT NULL)");
        sql.bind(" ORDER BY x.ends_at, x.id LIMIT ?", [most.into()]);
        let read = |row: RawRow| (WorkspaceId(row.workspace_id), MembershipId(row.id));
        warnings.extend(sql.all(db).await?.into_iter().map(read));
    }
    Ok(warnings)
}

/// Those of `ids` in `workspace` that are to be warned at `now`.
pub async fn of_workspace(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[MembershipId],
    windows: &[Window],
    now: DateTime<Utc>,
) -> Result<Vec<DueWarning>, StoreError> {
    #[derive(FromQueryResult)]
    struct RawRow {
        id: Uuid,
        account_id: Uuid,
        ends_at: DateTime<Utc>,
    }
    let mut warnings = Vec::new();
    for window in windows {
        let mut sql = Sql::new(
            db,
            "SELECT x.id, x.account_id, x.ends_at FROM membership x WHERE ",
        );
        sql.bind("x.workspace_id = ? AND ", [workspace.0.into()])
            .ids_in("x.id", ids.iter().map(|id| id.0))
            .push(" AND ");
        due(&mut sql, window, now);
        sql.push(" ORDER BY x.ends_at, x.id");
        let read = |row: RawRow| DueWarning {
            membership_id: MembershipId(row.id),
            account_id: AccountId(row.account_id),
            ends_at: row.ends_at,
            days: window.days,
        };
        warnings.extend(sql.all(db).await?.into_iter().map(read));
    }
    Ok(warnings)
}

/// Marks members as warned. Returns those who had not yet been warned about this end at these days:
/// an end may move back to where it was.
pub async fn mark(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    warnings: Vec<DueWarning>,
) -> Result<Vec<DueWarning>, StoreError> {
    if warnings.is_empty() {
        return Ok(warnings);
    }
    let rows = warnings.iter().map(|warning| access_warning::ActiveModel {
        membership_id: Set(warning.membership_id.0),
        ends_at: Set(warning.ends_at),
        days_before: Set(warning.days.into()),
        workspace_id: Set(workspace.0),
    });
    let new = access_warning::Entity::insert_many(rows)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_with_returning(db)
        .await?;
    let new: std::collections::HashSet<Uuid> =
        new.into_iter().map(|row| row.membership_id).collect();
    let mut days: Vec<u16> = warnings.iter().map(|warning| warning.days).collect();
    days.sort_unstable();
    days.dedup();
    for days in days {
        let warned = warnings
            .iter()
            .filter(|warning| warning.days == days)
            .map(|warning| warning.membership_id.0);
        membership::Entity::update_many()
            .set(membership::ActiveModel {
                warned_days: Set(days.into()),
                ..Default::default()
            })
            .filter(membership::Column::WorkspaceId.eq(workspace.0))
            .filter(membership::Column::Id.in_ids(db, warned))
            .exec(db)
            .await?;
    }
    Ok(warnings
        .into_iter()
        .filter(|warning| new.contains(&warning.membership_id.0))
        .collect())
}
