//! Table `outbox`: mails to send, written in the transaction that causes them (MAIL-1).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Option<Uuid>,
    pub kind: String,
    pub account_id: Option<Uuid>,
    pub subject_id: Option<String>,
    pub payload: String,
    pub generation: i32,
    pub created_at: DateTimeUtc,
    pub send_after: DateTimeUtc,
    pub leased_until: Option<DateTimeUtc>,
    pub attempts: i32,
    pub sent_at: Option<DateTimeUtc>,
    pub dead_at: Option<DateTimeUtc>,
    pub last_error: Option<String>,
    pub email: Option<String>,
    pub email_key: Option<Vec<u8>>,
    pub locale: Option<String>,
    pub leased_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
