//! Invitations that expire soon and whose receivers were not reminded (JOIN-15).

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::ExprTrait as _,
};
use uuid::Uuid;

use super::{InvitationRow, is_pending, read};
use crate::{
    domain::id::{InvitationId, WorkspaceId},
    entity::invitation::{self, Column},
    store::{
        engine::{Conditions as _, StoreError},
        workspace::secondary::is_living,
    },
};

/// Pending at `t`, ending by `until`, and of a generation whose reminder was not processed.
fn is_due(until: DateTime<Utc>, t: DateTime<Utc>) -> Condition {
    let ends = Condition::any()
        .add(Column::ExpiresAt.lte(until))
        .add(Column::AccessEndsAt.lte(until));
    let reminded_before = Column::RemindedGeneration.into_expr();
    let not_reminded = Condition::any()
        .add(Column::RemindedGeneration.is_null())
        .add(reminded_before.ne(Column::Generation.into_expr()));
    is_pending(t).add(ends).add(not_reminded)
}

/// At most `most` invitations of any workspace that are pending at `t` and end by `until`, by end.
pub async fn due(
    db: &impl ConnectionTrait,
    until: DateTime<Utc>,
    t: DateTime<Utc>,
    most: i64,
) -> Result<Vec<(WorkspaceId, InvitationId)>, StoreError> {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "invitation::Entity")]
    struct RawRow {
        workspace_id: Uuid,
        id: Uuid,
    }
    let rows = invitation::Entity::find()
        .filter(is_due(until, t))
        .filter(is_living(Column::WorkspaceId))
        .order_by_asc(Column::ExpiresAt)
        .order_by_asc(Column::Id)
        .limit(most.unsigned_abs())
        .into_partial_model::<RawRow>()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (WorkspaceId(row.workspace_id), InvitationId(row.id)))
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
    let rows = invitation::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .filter(is_due(until, t))
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(read(rows))
}

/// Stores that the reminders for the current generation of these invitations were processed.
pub async fn mark(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[InvitationId],
) -> Result<(), StoreError> {
    invitation::Entity::update_many()
        .col_expr(Column::RemindedGeneration, Column::Generation.into_expr())
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}
