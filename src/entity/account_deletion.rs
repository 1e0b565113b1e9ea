//! Table `account_deletion`: scheduled deletions of accounts, and how far each run is (ERASE-5).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_deletion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    pub requested_at: DateTimeUtc,
    pub requested_by: Option<Uuid>,
    pub reason: Option<String>,
    pub due_at: DateTimeUtc,
    pub reminded_at: Option<DateTimeUtc>,
    pub begun_at: Option<DateTimeUtc>,
    pub last_workspace_id: Option<Uuid>,
    pub emptied_at: Option<DateTimeUtc>,
    pub finished_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
