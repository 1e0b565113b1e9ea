//! Table `mail_refusal`: an address that wants no more mail about invitations (JOIN-6).

use sea_orm::entity::prelude::*;

/// An address that wants no more mail about invitations (JOIN-6).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_refusal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub email_key: Vec<u8>,
    pub refused_at: DateTimeUtc,
}

/// No relations: joins are written in `store`.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
