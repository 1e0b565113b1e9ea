//! Table `dataset`: a dataset as a record; its data lives elsewhere (WS-4).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dataset")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub identifier: String,
    pub title: String,
    pub description: Option<String>,
    pub theme: Option<String>,
    pub owner_id: Option<Uuid>,
    /// What it is a copy of (DIST-1); `None`: of nothing. Never changes.
    pub original_id: Option<Uuid>,
    pub record_count: i64,
    pub published: bool,
    pub security: String,
    pub hidden_from_search: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
