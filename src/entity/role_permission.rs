//! Table `role_permission`: what a custom role holds; presets hold what the code says.

use sea_orm::entity::prelude::*;

/// What a custom role holds; presets hold what the code says.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_permission")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub role_id: Uuid,
    pub permission: String,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub granted_by: Option<Uuid>,
    pub ended_by: Option<Uuid>,
    pub end_reason: Option<String>,
}

/// No relations: joins are written in `store`.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
