//! Sets access periods, and moves what begins with a membership (MEM-2). `dated` ends memberships.
//! SQL text, because each row of a batch has its own values.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Value};

use crate::{
    domain::{
        ending_soon::NOT_WARNED,
        id::{MembershipId, WorkspaceId},
        interval::Interval,
    },
    entity::membership::{self, Column},
    store::engine::{ROWS_PER_STATEMENT, Sql, StoreError},
};

/// Stores that a member leaves before the end of the membership. Call it before the membership is
/// ended (JOIN-12).
pub async fn note_left_before_end(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    membership: MembershipId,
) -> Result<(), StoreError> {
    membership::Entity::update_many()
        .set(membership::ActiveModel {
            left_before_end: Set(true),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.eq(membership.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Sets the access periods of memberships of `workspace`. The caller has checked that no bound lies
/// in the past (TIME-2). If the end moved, members are warned again (MEM-8).
pub async fn set_periods(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    periods: &[(MembershipId, Interval)],
) -> Result<(), StoreError> {
    for chunk in periods.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new(db, "WITH v(id, starts_at, ends_at) AS (VALUES ");
        for (index, (id, period)) in chunk.iter().enumerate() {
            sql.push(if index > 0 { ", " } else { "" });
            sql.bind(
                "(?, ?, ?)",
                [
                    Value::from(id.0),
                    period.starts_at.into(),
                    period.ends_at.into(),
                ],
            );
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

/// The tables whose rows depend on a membership and may begin with it. In the first two only one
/// row counts at a time (TIME-8), of quota values one per type.
const BEGIN_WITH_IT: [(&str, Option<&str>); 4] = [
    ("role_assignment", Some("")),
    (
        "quota_value",
        Some(" AND moved.quota_type = quota_value.quota_type"),
    ),
    ("group_membership", None),
    ("permission_grant", None),
];

/// Moves what begins together with memberships of `workspace` to their new starts (MEM-2). Call it
/// while the memberships still have their old starts, and only for future starts (TIME-2). A row
/// that would end before the new start stays.
pub async fn move_starts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    starts: &[(MembershipId, DateTime<Utc>)],
) -> Result<(), StoreError> {
    for chunk in starts.chunks(ROWS_PER_STATEMENT) {
        for (table, exclusive) in BEGIN_WITH_IT {
            if let Some(same_kind) = exclusive {
                let mut sql = with_starts(db, chunk);
                sql.push(&format!(
                    " UPDATE {table} SET ends_at = CASE WHEN {table}.starts_at > v.starts_at THEN {table}.starts_at ELSE v.starts_at END \
                     FROM v JOIN membership ON membership.id = v.id WHERE {table}.membership_id = v.id \
                     AND {table}.ends_at <= membership.starts_at AND {table}.ends_at > v.starts_at AND EXISTS (SELECT 1 FROM {table} moved \
                     WHERE moved.membership_id = v.id AND moved.starts_at = membership.starts_at AND moved.ends_at > v.starts_at{same_kind})"
                ));
                sql.bind(
                    &format!(" AND {table}.workspace_id = ?"),
                    [workspace.0.into()],
                );
                sql.execute(db).await?;
            }
            let mut sql = with_starts(db, chunk);
            sql.push(&format!(
                " UPDATE {table} SET starts_at = v.starts_at FROM v JOIN membership ON membership.id = v.id \
                 WHERE {table}.membership_id = v.id AND {table}.starts_at = membership.starts_at AND {table}.ends_at > v.starts_at"
            ));
            sql.bind(
                &format!(" AND {table}.workspace_id = ?"),
                [workspace.0.into()],
            );
            sql.execute(db).await?;
        }
    }
    Ok(())
}

fn with_starts(db: &impl ConnectionTrait, starts: &[(MembershipId, DateTime<Utc>)]) -> Sql {
    let mut sql = Sql::new(db, "WITH v(id, starts_at) AS (VALUES ");
    for (index, (id, start)) in starts.iter().enumerate() {
        sql.push(if index > 0 { ", " } else { "" });
        sql.bind("(?, ?)", [Value::from(id.0), (*start).into()]);
    }
    sql.push(")");
    sql
}
