//! Times in which memberships are disabled (MEM-4): new rows, and which can be ended. Ending them
//! is `dated`'s.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use super::engine::{Sql, StoreError};
use crate::{
    domain::{
        id::{AccountId, MembershipId, WorkspaceId},
        interval::OPEN_END,
    },
    entity::disabled_spell,
};

/// The end reason of a spell that somebody ended.
pub const ENABLED: &str = "ENABLED";

/// How many rows one INSERT takes: SQLite binds at most 32,766 parameters.
const CHUNK: usize = 1_000;

/// A spell that begins, without an end.
#[derive(Debug, Clone)]
pub struct NewSpell {
    /// Its key.
    pub id: Uuid,
    /// Whose.
    pub membership_id: MembershipId,
    /// From when.
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
    spells: Vec<NewSpell>,
) -> Result<(), StoreError> {
    let row = |spell: NewSpell| disabled_spell::ActiveModel {
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
        let chunk: Vec<_> = rows.by_ref().take(CHUNK).collect();
        disabled_spell::Entity::insert_many(chunk)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// The spells of `members` that count at `now` or later.
pub async fn ahead(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, StoreError> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(db, "SELECT id FROM disabled_spell");
    sql.bind(
        " WHERE workspace_id = ? AND ends_at > ? AND ends_at > starts_at AND ",
        [workspace.0.into(), now.into()],
    )
    .ids_in("membership_id", members.iter().map(|id| id.0));
    let rows: Vec<(Uuid,)> = sql.all(db).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
