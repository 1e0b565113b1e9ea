//! Invitations whose term is nearly over and whose invited were not reminded (JOIN-15). Text, for
//! the end of a term is the earlier of two columns.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{IN_TIME, InvitationRow, OPEN, SELECT};
use crate::{
    domain::id::{InvitationId, WorkspaceId},
    store::engine::{Sql, StoreError},
};

/// Pending at `t`, with an end until then, and of a generation whose reminder was not dealt with.
const DUE: &str = "(i.expires_at <= ? OR i.access_ends_at <= ?) AND (i.reminded_generation IS NULL OR i.reminded_generation <> i.generation)";

/// The invitations of all workspaces that are pending at `t` and end until `until`, `most` at most,
/// those that end first.
pub async fn due(
    db: &impl ConnectionTrait,
    until: DateTime<Utc>,
    t: DateTime<Utc>,
    most: i64,
) -> Result<Vec<(WorkspaceId, InvitationId)>, StoreError> {
    let mut sql = Sql::new(db, "SELECT i.workspace_id, i.id FROM invitation i WHERE ");
    sql.push(OPEN)
        .bind(
            &format!(" AND {IN_TIME} AND {DUE}"),
            [t.into(), t.into(), until.into(), until.into()],
        )
        .bind(" ORDER BY i.expires_at, i.id LIMIT ?", [most.into()]);
    let rows: Vec<(Uuid, Uuid)> = sql.all(db).await?;
    Ok(rows
        .into_iter()
        .map(|(workspace, id)| (WorkspaceId(workspace), InvitationId(id)))
        .collect())
}

/// Those of these invitations of `workspace` that are still due.
pub async fn still_due(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[InvitationId],
    until: DateTime<Utc>,
    t: DateTime<Utc>,
) -> Result<Vec<InvitationRow>, StoreError> {
    let mut sql = Sql::new(db, SELECT);
    sql.bind(" WHERE i.workspace_id = ? AND ", [workspace.0.into()])
        .ids_in("i.id", ids.iter().map(|id| id.0))
        .push(" AND ")
        .push(OPEN)
        .bind(
            &format!(" AND {IN_TIME} AND {DUE}"),
            [t.into(), t.into(), until.into(), until.into()],
        )
        .push(" ORDER BY i.id");
    sql.rows(db)
        .await?
        .iter()
        .map(InvitationRow::read)
        .collect()
}

/// Keeps that the reminders of these invitations, of the generation that they have, were dealt
/// with.
pub async fn mark(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[InvitationId],
) -> Result<(), StoreError> {
    let mut sql = Sql::new(db, "UPDATE invitation SET reminded_generation = generation");
    sql.bind(" WHERE workspace_id = ? AND ", [workspace.0.into()])
        .ids_in("id", ids.iter().map(|id| id.0));
    sql.execute(db).await?;
    Ok(())
}
