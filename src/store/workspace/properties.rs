//! The properties of a workspace that holders of EDIT_WORKSPACE_PROPERTIES can change.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::Workspace;
use crate::{
    domain::{calendar::Calendar, id::WorkspaceId, vocabulary::AccessMode},
    entity::workspace,
    store::{engine::StoreError, workspace::write_calendar},
};

/// The properties of a workspace. Not dated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Properties {
    pub name: String,
    pub description: Option<String>,
    /// Who may enter.
    pub access_mode: AccessMode,
    /// Whether a portal should ask visitors to sign in.
    pub sign_in_suggested: bool,
    /// Its time zone, days and months (WS-13).
    pub calendar: Calendar,
}

impl Properties {
    /// Those of the workspace.
    pub fn of(workspace: &Workspace) -> Self {
        Self {
            name: workspace.name.to_string(),
            description: workspace.description.clone(),
            access_mode: workspace.access_mode,
            sign_in_suggested: workspace.sign_in_suggested,
            calendar: workspace.calendar,
        }
    }
}

/// Stores the properties.
pub async fn update(
    db: &impl ConnectionTrait,
    id: WorkspaceId,
    properties: Properties,
) -> Result<(), StoreError> {
    let Properties {
        name,
        description,
        access_mode,
        sign_in_suggested,
        calendar,
    } = properties;
    let calendar = write_calendar(&calendar)?;
    workspace::Entity::update_many()
        .set(workspace::ActiveModel {
            name: Set(name),
            description: Set(description),
            access_mode: Set(access_mode.as_str().to_owned()),
            sign_in_suggested: Set(sign_in_suggested),
            calendar: Set(calendar),
            ..Default::default()
        })
        .filter(workspace::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}
