//! What became of the mails about invitations (JOIN-15), kept with the invitation: rows of the
//! outbox are pruned.
//!
//! Must not decide what became of a mail: `service::outbox` does as it sends, `service::invitation`
//! as it queues.

use sea_orm::ConnectionTrait;

use super::Delivery;
use crate::{
    domain::id::{InvitationId, WorkspaceId},
    store::engine::{self, Sql, StoreError},
};

/// Says of invitations of `workspace` what became of their newest mail.
pub async fn set(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: impl IntoIterator<Item = InvitationId>,
    delivery: Delivery,
) -> Result<(), StoreError> {
    let Delivery { state, at, status } = delivery;
    let mut sql = Sql::new(db, "UPDATE invitation SET");
    sql.bind(
        " delivery_state = ?, delivery_at = ?, delivery_status = ?",
        [state.as_str().into(), at.into(), status.into()],
    )
    .bind(" WHERE workspace_id = ? AND ", [workspace.0.into()])
    .ids_in("id", ids.into_iter().map(|id| id.0));
    sql.execute(db).await?;
    Ok(())
}

/// Says what became of the mail that brought this generation of the token; nothing of a newer one.
pub async fn set_of_generation(
    db: &impl ConnectionTrait,
    id: InvitationId,
    generation: i32,
    delivery: Delivery,
) -> Result<(), StoreError> {
    let Delivery { state, at, status } = delivery;
    let sql = "UPDATE invitation SET delivery_state = $3, delivery_at = $4, delivery_status = $5 \
         WHERE id = $1 AND generation = $2";
    let values = vec![
        id.0.into(),
        generation.into(),
        state.as_str().into(),
        at.into(),
        status.into(),
    ];
    engine::execute(db, sql, values).await?;
    Ok(())
}

/// Says of invitations of `workspace` whose mail was never sent that there is none any more.
pub async fn clear_unsent(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[InvitationId],
) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        db,
        "UPDATE invitation SET delivery_state = NULL, delivery_at = NULL, delivery_status = NULL",
    );
    sql.bind(
        " WHERE workspace_id = ? AND delivery_state IN ('QUEUED', 'DEFERRED') AND ",
        [workspace.0.into()],
    )
    .ids_in("id", ids.iter().map(|id| id.0));
    sql.execute(db).await?;
    Ok(())
}
