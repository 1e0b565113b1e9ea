//! Intervals in which memberships are disabled (MEM-4): new rows, and those that can be ended.
//! `dated` ends them.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::engine::{Conditions as _, ROWS_PER_STATEMENT, StoreError};
use crate::{
    domain::{
        id::{AccountId, MembershipId, WorkspaceId},
        interval::OPEN_END,
    },
    entity::disabled_spell::{self, Column},
};

/// The end reason when somebody enables the member.
pub const ENABLED: &str = "ENABLED";

/// A disabled interval that begins, without an end.
#[derive(Debug, Clone)]
pub struct NewDisabledSpell {
    pub id: Uuid,
    pub membership_id: MembershipId,
    pub starts_at: DateTime<Utc>,
    /// Who disabled the member.
    pub granted_by: Option<AccountId>,
    /// Why.
    pub reason: Option<String>,
}

/// Adds rows.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    spells: Vec<NewDisabledSpell>,
) -> Result<(), StoreError> {
    let row = |spell: NewDisabledSpell| disabled_spell::ActiveModel {
        id: Set(spell.id),
        workspace_id: Set(workspace.0),
        membership_id: Set(spell.membership_id.0),
        starts_at: Set(spell.starts_at),
        ends_at: Set(OPEN_END),
        granted_by: Set(spell.granted_by.map(|id| id.0)),
        ended_by: Set(None),
        end_reason: Set(None),
        reason: Set(spell.reason),
    };
    let mut rows = spells.into_iter().map(row).peekable();
    while rows.peek().is_some() {
        let chunk: Vec<_> = rows.by_ref().take(ROWS_PER_STATEMENT).collect();
        disabled_spell::Entity::insert_many(chunk)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Why the member was disabled last.
pub async fn last_reason(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    member: MembershipId,
) -> Result<Option<String>, StoreError> {
    let reason: Option<Option<String>> = disabled_spell::Entity::find()
        .select_only()
        .column(Column::Reason)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::MembershipId.eq(member.0))
        .order_by_desc(Column::StartsAt)
        .order_by_desc(Column::Id)
        .into_tuple()
        .one(db)
        .await?;
    Ok(reason.flatten())
}

/// The disabled intervals of `members` that count at `now` or later.
pub async fn ahead(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, StoreError> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    Ok(disabled_spell::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::EndsAt.gt(now))
        .filter(Column::EndsAt.gt_column(Column::StartsAt))
        .filter(Column::MembershipId.in_ids(db, members.iter().map(|id| id.0)))
        .into_tuple()
        .all(db)
        .await?)
}
