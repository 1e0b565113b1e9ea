//! Table `sign_in_policy`: what a workspace asks of whoever signs in, and to whom that was mailed (MFA-10).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_policy")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    pub second_factor: String,
    pub second_factor_from: DateTimeUtc,
    pub second_factor_before: String,
    pub mailed_up_to: Option<Uuid>,
    pub mailed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
