//! Distributions (DIST-1): which item is a copy of which, since when, and what of it is its own.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel as _, QueryFilter,
    QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use super::engine::{Conditions as _, StoreError};
use crate::{
    domain::{
        distribution::OwnFields,
        id::{AccountId, ItemId, ItemKind, WorkspaceId},
        interval::OPEN_END,
    },
    entity::{
        dataset,
        distribution::{ActiveModel, Column, Entity, Model},
    },
};

/// How many rows one statement inserts or changes.
const BATCH: usize = 500;

/// A copy that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distribution {
    pub id: Uuid,
    /// The secondary workspace that has the copy.
    pub workspace: WorkspaceId,
    pub original: ItemId,
    pub copy: ItemId,
    /// Whether the copy is published as soon as the original is.
    pub published: bool,
    pub own: OwnFields,
}

impl TryFrom<Model> for Distribution {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let unreadable = || {
            let text = "a distribution has an unknown kind".to_owned();
            StoreError::Other(sea_orm::DbErr::Type(text))
        };
        let kind = ItemKind::parse(&row.kind).ok_or_else(unreadable)?;
        Ok(Self {
            id: row.id,
            workspace: WorkspaceId(row.workspace_id),
            original: kind.id(row.original_id),
            copy: kind.id(row.copy_id),
            published: row.published,
            own: OwnFields {
                title: row.own_title,
                description: row.own_description,
                theme: row.own_theme,
                hidden_from_search: row.own_hidden_from_search,
            },
        })
    }
}

/// By their workspaces. Not sorted by the database, which would read the table in that order.
fn sorted(mut rows: Vec<Model>) -> Result<Vec<Distribution>, StoreError> {
    rows.sort_unstable_by_key(|row| (row.workspace_id, row.id));
    rows.into_iter().map(Distribution::try_from).collect()
}

/// The copies of these originals that count, by their workspaces.
pub async fn of_originals(
    db: &impl ConnectionTrait,
    originals: &[ItemId],
) -> Result<Vec<Distribution>, StoreError> {
    let rows = Entity::find()
        .filter(Column::OriginalId.in_ids(db, originals.iter().map(|id| id.uuid())))
        .filter(Column::EndsAt.eq(OPEN_END))
        .all(db)
        .await?;
    sorted(rows)
}

/// The distributions of these copies that count.
pub async fn of_copies(
    db: &impl ConnectionTrait,
    copies: &[ItemId],
) -> Result<Vec<Distribution>, StoreError> {
    let rows = Entity::find()
        .filter(Column::CopyId.in_ids(db, copies.iter().map(|id| id.uuid())))
        .filter(Column::EndsAt.eq(OPEN_END))
        .all(db)
        .await?;
    rows.into_iter().map(Distribution::try_from).collect()
}

/// The copies that count and take over the theme of originals of `workspace` that have the theme
/// `slug`. At most `most`.
pub async fn with_theme(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    slug: &str,
    most: u64,
) -> Result<Vec<Distribution>, StoreError> {
    let originals = dataset::Entity::find()
        .select_only()
        .column(dataset::Column::Id)
        .filter(dataset::Column::WorkspaceId.eq(workspace.0))
        .filter(dataset::Column::Theme.eq(slug))
        .filter(dataset::Column::DeletedAt.is_null())
        .into_query();
    let rows = Entity::find()
        .filter(Column::OriginalId.in_subquery(originals))
        .filter(Column::OwnTheme.eq(false))
        .filter(Column::EndsAt.eq(OPEN_END))
        .limit(most)
        .all(db)
        .await?;
    sorted(rows)
}

/// Says that the copies in `workspace` that have the theme `slug` have a theme of their own.
pub async fn own_theme(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    slug: &str,
) -> Result<(), StoreError> {
    let copies = dataset::Entity::find()
        .select_only()
        .column(dataset::Column::Id)
        .filter(dataset::Column::WorkspaceId.eq(workspace.0))
        .filter(dataset::Column::Theme.eq(slug))
        .filter(dataset::Column::DeletedAt.is_null())
        .into_query();
    Entity::update_many()
        .set(ActiveModel {
            own_theme: Set(true),
            ..Default::default()
        })
        .filter(Column::CopyId.in_subquery(copies))
        .filter(Column::EndsAt.eq(OPEN_END))
        .exec(db)
        .await?;
    Ok(())
}

/// Inserts distributions that begin at `now`, given by `giver`.
pub async fn insert(
    db: &impl ConnectionTrait,
    distributions: &[Distribution],
    giver: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = |distribution: &Distribution| {
        let OwnFields {
            title,
            description,
            theme,
            hidden_from_search,
        } = distribution.own;
        let row = Model {
            id: distribution.id,
            workspace_id: distribution.workspace.0,
            kind: distribution.original.kind().as_str().to_owned(),
            original_id: distribution.original.uuid(),
            copy_id: distribution.copy.uuid(),
            published: distribution.published,
            own_title: title,
            own_description: description,
            own_theme: theme,
            own_hidden_from_search: hidden_from_search,
            starts_at: now,
            ends_at: OPEN_END,
            granted_by: giver.map(|giver| giver.0),
            ended_by: None,
            end_reason: None,
        };
        row.into_active_model()
    };
    for chunk in distributions.chunks(BATCH) {
        Entity::insert_many(chunk.iter().map(row))
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Stores what of the copy is its own.
pub async fn update(
    db: &impl ConnectionTrait,
    id: Uuid,
    published: bool,
    own: OwnFields,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        published: Set(published),
        own_title: Set(own.title),
        own_description: Set(own.description),
        own_theme: Set(own.theme),
        own_hidden_from_search: Set(own.hidden_from_search),
        ..Default::default()
    };
    Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

fn ended(now: DateTime<Utc>, by: Option<AccountId>) -> ActiveModel {
    ActiveModel {
        ends_at: Set(now),
        ended_by: Set(by.map(|by| by.0)),
        ..Default::default()
    }
}

/// Ends distributions (DIST-5).
pub async fn end(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
    now: DateTime<Utc>,
    by: Option<AccountId>,
) -> Result<(), StoreError> {
    for chunk in ids.chunks(BATCH) {
        Entity::update_many()
            .set(ended(now, by))
            .filter(Column::Id.in_ids(db, chunk.iter().copied()))
            .filter(Column::EndsAt.eq(OPEN_END))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Ends all distributions to a workspace (WS-11).
pub async fn end_in(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    now: DateTime<Utc>,
    by: Option<AccountId>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .set(ended(now, by))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::EndsAt.eq(OPEN_END))
        .exec(db)
        .await?;
    Ok(())
}
