//! Groups and group memberships as they are written (GRP-1, GRP-2). Ending them is `dated`'s.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QuerySelect,
};
use uuid::Uuid;

use crate::{
    domain::{
        id::{AccountId, GroupId, MembershipId, WorkspaceId},
        interval::{Interval, OPEN_END},
    },
    entity::{
        group_membership,
        member_group::{self, Column},
    },
    store::engine::StoreError,
};

/// The end reason of a group that somebody deleted.
pub const DELETED: &str = "DELETED";

/// The end reason of a group membership that somebody took away.
pub const REMOVED: &str = "REMOVED";

/// How many rows one INSERT takes: SQLite binds at most 32,766 parameters.
const CHUNK: usize = 1_000;

/// A group that is made.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// Its id.
    pub id: GroupId,
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The title in the form in which it is unique.
    pub title_folded: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who makes it.
    pub by: Option<AccountId>,
}

/// A member's place in a group.
#[derive(Debug, Clone, Copy)]
pub struct NewPlace {
    /// Its key.
    pub id: Uuid,
    /// Whose.
    pub membership_id: MembershipId,
    /// When.
    pub interval: Interval,
    /// Who gave it.
    pub granted_by: Option<AccountId>,
}

/// What a group is called, and what for.
#[derive(Debug, Clone)]
pub struct Text {
    /// Its title.
    pub title: String,
    /// The title in the form in which it is unique.
    pub title_folded: String,
    /// What it is for.
    pub description: Option<String>,
}

/// The slugs that groups of `workspace` ever had among `slug` and `slug-…` (GRP-1: never reused).
pub async fn slugs_like(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    slug: &str,
) -> Result<HashSet<String>, StoreError> {
    // "." is what comes behind "-".
    let numbered = Condition::all()
        .add(Column::Slug.gte(format!("{slug}-")))
        .add(Column::Slug.lt(format!("{slug}.")));
    let slugs: Vec<String> = member_group::Entity::find()
        .select_only()
        .column(Column::Slug)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Condition::any().add(Column::Slug.eq(slug)).add(numbered))
        .into_tuple()
        .all(db)
        .await?;
    Ok(slugs.into_iter().collect())
}

/// Adds a group, from `now` on.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    group: NewGroup,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let by = group.by.map(|id| id.0);
    let row = member_group::ActiveModel {
        id: Set(group.id.0),
        workspace_id: Set(workspace.0),
        slug: Set(group.slug),
        title: Set(group.title),
        title_folded: Set(group.title_folded),
        description: Set(group.description),
        starts_at: Set(now),
        ends_at: Set(OPEN_END),
        granted_by: Set(by),
        ended_by: Set(None),
        end_reason: Set(None),
        updated_at: Set(now),
        updated_by: Set(by),
    };
    member_group::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Sets what a group is called, and what for.
pub async fn set_text(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    group: GroupId,
    text: Text,
    (now, by): (DateTime<Utc>, Option<AccountId>),
) -> Result<(), StoreError> {
    member_group::Entity::update_many()
        .set(member_group::ActiveModel {
            title: Set(text.title),
            title_folded: Set(text.title_folded),
            description: Set(text.description),
            updated_at: Set(now),
            updated_by: Set(by.map(|id| id.0)),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.eq(group.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Puts members into `group`.
pub async fn insert_places(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    group: GroupId,
    places: &[NewPlace],
) -> Result<(), StoreError> {
    for chunk in places.chunks(CHUNK) {
        let rows = chunk.iter().map(|place| group_membership::ActiveModel {
            id: Set(place.id),
            workspace_id: Set(workspace.0),
            group_id: Set(group.0),
            membership_id: Set(place.membership_id.0),
            starts_at: Set(place.interval.starts_at),
            ends_at: Set(place.interval.ends_at),
            granted_by: Set(place.granted_by.map(|id| id.0)),
            ended_by: Set(None),
            end_reason: Set(None),
        });
        group_membership::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}
