//! The first rows of a workspace: the workspace and its sign-up settings (WS-1).

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    SelectExt as _,
};

use crate::{
    domain::{audit::GENESIS, id::WorkspaceId, vocabulary::AccessMode},
    entity::{sign_up_settings, workspace},
    store::engine::StoreError,
};

/// A workspace to insert.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    pub id: WorkspaceId,
    /// Unique, also among deleted workspaces.
    pub slug: String,
    pub name: String,
    /// Who may enter.
    pub access_mode: AccessMode,
    /// Its main workspace, for a secondary one.
    pub parent_id: Option<WorkspaceId>,
    /// The license's seats.
    pub seats: Option<i32>,
    /// Whether the license allows secondary workspaces.
    pub secondary_workspaces_enabled: bool,
    /// How many it allows.
    pub max_secondary_workspaces: Option<i32>,
    pub created_at: DateTime<Utc>,
}

/// Whether a workspace has, or had, that slug.
pub async fn is_slug_known(db: &impl ConnectionTrait, slug: &str) -> Result<bool, StoreError> {
    Ok(workspace::Entity::find()
        .filter(workspace::Column::Slug.eq(slug))
        .exists(db)
        .await?)
}

/// Adds the workspace, with an empty audit log. Returns [`StoreError::Duplicate`] if another one
/// has its slug.
pub async fn insert(db: &impl ConnectionTrait, new: NewWorkspace) -> Result<(), StoreError> {
    let row = workspace::Model {
        id: new.id.0,
        slug: new.slug,
        name: new.name,
        description: None,
        created_at: new.created_at,
        access_mode: new.access_mode.as_str().to_owned(),
        sign_in_suggested: false,
        parent_id: new.parent_id.map(|id| id.0),
        access_version: 1,
        last_write_at: new.created_at,
        audit_sequence: 0,
        audit_hash: GENESIS.to_vec(),
        seats: new.seats,
        secondary_workspaces_enabled: new.secondary_workspaces_enabled,
        max_secondary_workspaces: new.max_secondary_workspaces,
        anonymous_pool: None,
        anonymous_per_address: None,
        deleted_at: None,
        calendar: None,
    };
    workspace::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Adds sign-up settings that admit no strangers. Administrators are notified of anything later.
pub async fn close_sign_up(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<(), StoreError> {
    let row = sign_up_settings::ActiveModel {
        workspace_id: Set(workspace.0),
        enabled: Set(false),
        approval_required: Set(false),
        message_required: Set(false),
        form_for_invited: Set(false),
        allowed_email_domains: Set("[]".to_owned()),
        introduction: Set("{}".to_owned()),
        fields: Set("[]".to_owned()),
        notification_addresses: Set("[]".to_owned()),
        notify_administrators: Set(true),
        notification_locales: Set(None),
        notify_inviters: Set(true),
    };
    sign_up_settings::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
