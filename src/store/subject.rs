//! The subject of a question about access: finds memberships by address or account.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DerivePartialModel, EntityTrait, Order, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::engine::{Conditions as _, StoreError};
use crate::{
    domain::id::{AccountId, MembershipId, WorkspaceId},
    entity::membership::{self, Column},
};

/// The membership in `workspace` of this address: the one that counts at `t`, else the latest. Does
/// not read accounts.
pub async fn member_by_email(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    canonical: &str,
    t: DateTime<Utc>,
) -> Result<Option<MembershipId>, StoreError> {
    let counts = Condition::all()
        .add(Column::StartsAt.lte(t))
        .add(Column::EndsAt.gt(t));
    let rank: Expr = Expr::case(counts, 0).finally(1).into();
    let id: Option<Uuid> = membership::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::EmailCanonical.eq(canonical))
        .filter(Column::EndsAt.gt_column(Column::StartsAt))
        .order_by(rank, Order::Asc)
        .order_by_desc(Column::StartsAt)
        .order_by_desc(Column::Id)
        .into_tuple()
        .one(db)
        .await?;
    Ok(id.map(MembershipId))
}

/// The memberships in `workspace` of these accounts that have not ended at `t`. If an account has
/// several, the one that begins first.
pub async fn members_of_accounts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    accounts: &[AccountId],
    t: DateTime<Utc>,
) -> Result<HashMap<AccountId, MembershipId>, StoreError> {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "membership::Entity")]
    struct RawRow {
        id: Uuid,
        account_id: Uuid,
    }
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = membership::Entity::find()
        .filter(Column::AccountId.in_ids(db, accounts.iter().map(|id| id.0)))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::EndsAt.gt(t))
        .filter(Column::EndsAt.gt_column(Column::StartsAt))
        .order_by_desc(Column::StartsAt)
        .order_by_desc(Column::Id)
        .into_partial_model::<RawRow>()
        .all(db)
        .await?;
    let member = |row: RawRow| (AccountId(row.account_id), MembershipId(row.id));
    Ok(rows.into_iter().map(member).collect())
}
