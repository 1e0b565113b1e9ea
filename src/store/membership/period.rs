//! Setting access periods (MEM-2). Ending a membership now is `dated`'s.

use sea_orm::{ConnectionTrait, Value};

use crate::{
    domain::{
        ending_soon::NOT_WARNED,
        id::{MembershipId, WorkspaceId},
        interval::Interval,
    },
    store::engine::{Sql, StoreError},
};

/// How many rows one statement takes: SQLite binds at most 32,766 parameters.
const CHUNK: usize = 1_000;

/// Sets the access periods of memberships of `workspace`: whoever asks has made sure that no bound lies in the past (TIME-2).
/// Of an end that moved, members are warned anew (MEM-8).
pub async fn set_periods(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    periods: &[(MembershipId, Interval)],
) -> Result<(), StoreError> {
    for chunk in periods.chunks(CHUNK) {
        let mut sql = Sql::new(db, "WITH v(id, starts_at, ends_at) AS (VALUES ");
        for (place, (id, period)) in chunk.iter().enumerate() {
            sql.push(if place > 0 { ", " } else { "" });
            sql.bind("(?, ?, ?)", [Value::from(id.0), period.starts_at.into(), period.ends_at.into()]);
        }
        sql.bind(
            ") UPDATE membership SET starts_at = v.starts_at, ends_at = v.ends_at, \
             warned_days = CASE WHEN membership.ends_at = v.ends_at THEN warned_days ELSE ? END FROM v \
             WHERE membership.id = v.id AND membership.workspace_id = ?",
            [NOT_WARNED.into(), workspace.0.into()],
        );
        sql.execute(db).await?;
    }
    Ok(())
}
