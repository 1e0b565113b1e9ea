//! Table `inactivity_notice`: the mails about the current inactivity of a member (MEM-12).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inactivity_notice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub membership_id: Uuid,
    pub workspace_id: Uuid,
    pub inactive_since: DateTimeUtc,
    pub disable_after_days: i32,
    pub first_mail_at: DateTimeUtc,
    pub second_mail_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
