//! Dataset themes (THEME-2). They are not dated: a change overwrites, and a deletion keeps the row
//! for its slug.

use std::{collections::HashSet, ops::RangeInclusive};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    SelectExt as _,
    sea_query::{Expr, ExprTrait as _},
};

use uuid::Uuid;

use super::engine::{Conditions as _, StoreError};
use crate::{
    domain::{
        dataset_theme::Labels,
        id::{DatasetThemeId, WorkspaceId},
    },
    entity::dataset_theme::{ActiveModel, Column, Entity, Model},
};

/// A dataset theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetThemeRow {
    pub id: DatasetThemeId,
    pub workspace_id: WorkspaceId,
    pub slug: String,
    pub labels: Labels,
    /// `#rrggbb`.
    pub color: String,
    /// The name of an icon.
    pub icon: String,
    /// The position among the themes of the workspace, from 1.
    pub place: i32,
}

impl From<Model> for DatasetThemeRow {
    fn from(row: Model) -> Self {
        Self {
            id: DatasetThemeId(row.id),
            workspace_id: WorkspaceId(row.workspace_id),
            slug: row.slug,
            labels: Labels {
                en: row.label_en,
                fr: row.label_fr,
                nl: row.label_nl,
            },
            color: row.color,
            icon: row.icon,
            place: row.place,
        }
    }
}

/// The themes of a workspace that are not deleted, in their order.
pub async fn all(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Vec<DatasetThemeRow>, StoreError> {
    let rows = Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::Place)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(DatasetThemeRow::from).collect())
}

/// A theme of a workspace; a deleted one only `with_deleted`.
pub async fn find(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: DatasetThemeId,
    with_deleted: bool,
) -> Result<Option<DatasetThemeRow>, StoreError> {
    let mut rows = Entity::find_by_id(id.0).filter(Column::WorkspaceId.eq(workspace.0));
    if !with_deleted {
        rows = rows.filter(Column::DeletedAt.is_null());
    }
    Ok(rows.one(db).await?.map(DatasetThemeRow::from))
}

/// The themes of a workspace with these slugs, without deleted ones.
pub async fn by_slugs(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    slugs: &[&str],
) -> Result<Vec<DatasetThemeRow>, StoreError> {
    let rows = Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Slug.in_texts(db, slugs.iter().copied()))
        .filter(Column::DeletedAt.is_null())
        .all(db)
        .await?;
    Ok(rows.into_iter().map(DatasetThemeRow::from).collect())
}

/// Whether a workspace has a theme with this slug that is not deleted.
pub async fn is_known(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    slug: &str,
) -> Result<bool, StoreError> {
    let named = Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Slug.eq(slug))
        .filter(Column::DeletedAt.is_null());
    Ok(named.exists(db).await?)
}

/// Those of `slugs` that are themes of each of `workspaces`.
pub async fn known(
    db: &impl ConnectionTrait,
    workspaces: &[WorkspaceId],
    slugs: &[&str],
) -> Result<HashSet<(WorkspaceId, String)>, StoreError> {
    if slugs.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<(Uuid, String)> = Entity::find()
        .select_only()
        .column(Column::WorkspaceId)
        .column(Column::Slug)
        .filter(Column::WorkspaceId.in_ids(db, workspaces.iter().map(|id| id.0)))
        .filter(Column::Slug.in_texts(db, slugs.iter().copied()))
        .filter(Column::DeletedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let known = rows.into_iter().map(|(id, slug)| (WorkspaceId(id), slug));
    Ok(known.collect())
}

/// The slugs like `slug` and `slug-…` that themes of a workspace have or had.
pub async fn slugs_like(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    slug: &str,
) -> Result<HashSet<String>, StoreError> {
    // "." is the character after "-".
    let numbered = Condition::all()
        .add(Column::Slug.gte(format!("{slug}-")))
        .add(Column::Slug.lt(format!("{slug}.")));
    let slugs: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Slug)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Condition::any().add(Column::Slug.eq(slug)).add(numbered))
        .into_tuple()
        .all(db)
        .await?;
    Ok(slugs.into_iter().collect())
}

/// Adds a theme.
pub async fn insert(
    db: &impl ConnectionTrait,
    theme: DatasetThemeRow,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(theme.id.0),
        workspace_id: Set(theme.workspace_id.0),
        slug: Set(theme.slug),
        label_en: Set(theme.labels.en),
        label_fr: Set(theme.labels.fr),
        label_nl: Set(theme.labels.nl),
        color: Set(theme.color),
        icon: Set(theme.icon),
        place: Set(theme.place),
        created_at: Set(now),
        updated_at: Set(now),
        deleted_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Stores a theme as it is now; its slug stays.
pub async fn update(
    db: &impl ConnectionTrait,
    theme: DatasetThemeRow,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .set(ActiveModel {
            label_en: Set(theme.labels.en),
            label_fr: Set(theme.labels.fr),
            label_nl: Set(theme.labels.nl),
            color: Set(theme.color),
            icon: Set(theme.icon),
            place: Set(theme.place),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(theme.workspace_id.0))
        .filter(Column::Id.eq(theme.id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Moves the themes of a workspace that stand at `places` by `by` places.
pub async fn shift(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    places: RangeInclusive<i32>,
    by: i32,
) -> Result<(), StoreError> {
    if places.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(Column::Place, Expr::col(Column::Place).add(by))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::DeletedAt.is_null())
        .filter(Column::Place.between(*places.start(), *places.end()))
        .exec(db)
        .await?;
    Ok(())
}

/// Marks a theme as deleted.
pub async fn delete(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: DatasetThemeId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .set(ActiveModel {
            updated_at: Set(now),
            deleted_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}
