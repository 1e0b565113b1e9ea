//! The look of a workspace (THEME-1).

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};

use super::engine::StoreError;
use crate::{
    domain::{id::WorkspaceId, theme::Theme},
    entity::workspace_theme::{ActiveModel, Column, Entity},
};

/// The theme of a workspace; an empty one if nothing was set.
pub async fn find(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Theme, StoreError> {
    let Some(row) = Entity::find_by_id(workspace.0).one(db).await? else {
        return Ok(Theme::default());
    };
    Ok(Theme {
        colors: serde_json::from_str(&row.colors).unwrap_or_default(),
        logo_url: row.logo_url,
        favicon_url: row.favicon_url,
        font: row.font,
    })
}

/// Stores the theme of a workspace.
pub async fn set(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    theme: Theme,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        workspace_id: Set(workspace.0),
        colors: Set(serde_json::json!(theme.colors).to_string()),
        logo_url: Set(theme.logo_url),
        favicon_url: Set(theme.favicon_url),
        font: Set(theme.font),
        updated_at: Set(now),
    };
    let replace = OnConflict::column(Column::WorkspaceId)
        .update_columns([
            Column::Colors,
            Column::LogoUrl,
            Column::FaviconUrl,
            Column::Font,
            Column::UpdatedAt,
        ])
        .to_owned();
    Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
