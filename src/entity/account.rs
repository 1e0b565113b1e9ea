//! Table `account`: one person's or service's global identity.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    pub email_canonical: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub locale: String,
    pub password_hash: Option<String>,
    pub is_operator: bool,
    pub email_verified_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub last_sign_in_at: Option<DateTimeUtc>,
    pub deletion_scheduled_at: Option<DateTimeUtc>,
    pub erased_at: Option<DateTimeUtc>,
    pub last_write_at: DateTimeUtc,
    pub audit_sequence: i64,
    pub audit_hash: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
