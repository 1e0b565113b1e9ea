//! Table `distribution`: the copies of datasets and pages in secondary workspaces (DIST-1).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "distribution")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The secondary workspace that has the copy.
    pub workspace_id: Uuid,
    /// DATASET or PAGE.
    pub kind: String,
    pub original_id: Uuid,
    pub copy_id: Uuid,
    /// Whether the copy is published as soon as the original is.
    pub published: bool,
    /// Whether the copy has a title of its own; the others alike.
    pub own_title: bool,
    pub own_description: bool,
    pub own_theme: bool,
    pub own_hidden_from_search: bool,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub granted_by: Option<Uuid>,
    pub ended_by: Option<Uuid>,
    pub end_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
