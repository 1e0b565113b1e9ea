//! Table `api_key_secret`: the secrets of a key that was rotated (KEY-9).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key_secret")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub api_key_id: Uuid,
    pub prefix: String,
    pub secret_hash: Vec<u8>,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub granted_by: Option<Uuid>,
    pub ended_by: Option<Uuid>,
    pub end_reason: Option<String>,
    pub last_used_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
