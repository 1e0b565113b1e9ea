//! Table `workspace`: a portal: its face, its license, and the counters that every write of it
//! advances.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workspace")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub name: String,
    pub description: Option<String>,
    pub created_at: DateTimeUtc,
    pub access_mode: String,
    pub sign_in_suggested: bool,
    pub parent_id: Option<Uuid>,
    pub access_version: i64,
    pub last_write_at: DateTimeUtc,
    pub audit_sequence: i64,
    pub audit_hash: Vec<u8>,
    pub seats: Option<i32>,
    pub secondary_workspaces_enabled: bool,
    pub max_secondary_workspaces: Option<i32>,
    pub anonymous_pool: Option<i64>,
    pub anonymous_per_address: Option<i64>,
    pub deleted_at: Option<DateTimeUtc>,
    /// Time zone, days and months as JSON (`domain::calendar::Calendar`), read and written whole.
    /// `None`: UTC.
    pub calendar: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
