//! The delivery of mails about invitations (JOIN-15), stored with the invitation because rows of
//! the outbox are pruned.
//!
//! Must not decide the state: `service::outbox` does when sending, `service::invitation` when
//! queueing.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::Delivery;
use crate::{
    domain::{
        id::{InvitationId, WorkspaceId},
        vocabulary::DeliveryState,
    },
    entity::invitation::{self, Column},
    store::engine::{Conditions as _, StoreError},
};

fn columns(delivery: Option<Delivery>) -> invitation::ActiveModel {
    let state = |delivery: Delivery| delivery.state.as_str().to_owned();
    invitation::ActiveModel {
        delivery_state: Set(delivery.map(state)),
        delivery_at: Set(delivery.map(|delivery| delivery.at)),
        delivery_status: Set(delivery.and_then(|delivery| delivery.status)),
        ..Default::default()
    }
}

/// Sets the delivery of the newest mail of invitations of `workspace`.
pub async fn set(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: impl IntoIterator<Item = InvitationId>,
    delivery: Delivery,
) -> Result<(), StoreError> {
    invitation::Entity::update_many()
        .set(columns(Some(delivery)))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.in_ids(db, ids.into_iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}

/// Sets the delivery of the mail with this generation of the token. Does nothing if there is a
/// newer one.
pub async fn set_of_generation(
    db: &impl ConnectionTrait,
    id: InvitationId,
    generation: i32,
    delivery: Delivery,
) -> Result<(), StoreError> {
    invitation::Entity::update_many()
        .set(columns(Some(delivery)))
        .filter(Column::Id.eq(id.0))
        .filter(Column::Generation.eq(generation))
        .exec(db)
        .await?;
    Ok(())
}

/// Clears the delivery of invitations of `workspace` whose mail was never sent.
pub async fn clear_unsent(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[InvitationId],
) -> Result<(), StoreError> {
    let unsent = [DeliveryState::Queued, DeliveryState::Deferred];
    invitation::Entity::update_many()
        .set(columns(None))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::DeliveryState.is_in(unsent.map(|state| state.as_str())))
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}
