//! What a workspace says of itself, as its EWP holders change it.

use sea_orm::ConnectionTrait;

use crate::{
    domain::{id::WorkspaceId, vocabulary::AccessMode},
    store::engine::{self, StoreError},
};

/// What a workspace says of itself. Not dated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Properties {
    /// Its name.
    pub name: String,
    /// What it is, in a few words.
    pub description: Option<String>,
    /// Who may enter.
    pub access_mode: AccessMode,
    /// Whether a portal should ask visitors to sign in.
    pub sign_in_suggested: bool,
}

/// Writes them.
pub async fn update(
    db: &impl ConnectionTrait,
    id: WorkspaceId,
    properties: Properties,
) -> Result<(), StoreError> {
    let sql = "UPDATE workspace SET name = $2, description = $3, access_mode = $4, sign_in_suggested = $5 WHERE id = $1";
    let Properties {
        name,
        description,
        access_mode,
        sign_in_suggested,
    } = properties;
    let values = vec![
        id.0.into(),
        name.into(),
        description.into(),
        access_mode.as_str().into(),
        sign_in_suggested.into(),
    ];
    engine::execute(db, sql, values).await?;
    Ok(())
}
