//! Writes groups and group memberships (GRP-1, GRP-2). `dated` ends them.

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
    store::engine::{ROWS_PER_STATEMENT, StoreError},
};

/// The end reason of a deleted group.
pub const DELETED: &str = "DELETED";

/// The end reason of a removed group membership.
pub const REMOVED: &str = "REMOVED";

/// A group to insert.
#[derive(Debug, Clone)]
pub struct NewGroup {
    pub id: GroupId,
    pub slug: String,
    pub title: String,
    /// The title in the form in which it is unique.
    pub title_folded: String,
    pub description: Option<String>,
    pub by: Option<AccountId>,
}

/// A group membership to insert.
#[derive(Debug, Clone, Copy)]
pub struct NewGroupMembership {
    pub id: Uuid,
    pub membership_id: MembershipId,
    pub interval: Interval,
    /// Who added the member.
    pub granted_by: Option<AccountId>,
}

/// A group's title and description.
#[derive(Debug, Clone)]
pub struct Text {
    pub title: String,
    /// The title in the form in which it is unique.
    pub title_folded: String,
    pub description: Option<String>,
}

/// The slugs like `slug` and `slug-…` that groups of `workspace` have or had (GRP-1: never reused).
pub async fn slugs_like(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    slug: &str,
) -> Result<HashSet<String>, StoreError> {
    // "." is the character after "-".
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

/// Adds a group that exists from `now` on.
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

/// Sets the title and description of a group.
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

/// Adds members to `group`.
pub async fn insert_members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    group: GroupId,
    memberships: &[NewGroupMembership],
) -> Result<(), StoreError> {
    for chunk in memberships.chunks(ROWS_PER_STATEMENT) {
        let rows = chunk
            .iter()
            .map(|membership| group_membership::ActiveModel {
                id: Set(membership.id),
                workspace_id: Set(workspace.0),
                group_id: Set(group.0),
                membership_id: Set(membership.membership_id.0),
                starts_at: Set(membership.interval.starts_at),
                ends_at: Set(membership.interval.ends_at),
                granted_by: Set(membership.granted_by.map(|id| id.0)),
                ended_by: Set(None),
                end_reason: Set(None),
            });
        group_membership::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}
