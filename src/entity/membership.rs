//! Table `membership`: one account's presence in one workspace over one interval.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub account_id: Uuid,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub granted_by: Option<Uuid>,
    pub ended_by: Option<Uuid>,
    pub end_reason: Option<String>,
    pub origin: String,
    pub joined_at: DateTimeUtc,
    pub last_active_at: DateTimeUtc,
    pub sort_name: String,
    pub email_canonical: String,
    pub warned_days: i32,
    pub left_before_end: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
