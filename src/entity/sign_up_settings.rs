//! Table `sign_up_settings`: how strangers may join a workspace (JOIN-2).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up_settings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    pub enabled: bool,
    pub approval_required: bool,
    pub message_required: bool,
    pub form_for_invited: bool,
    pub allowed_email_domains: String,
    pub introduction: String,
    pub fields: String,
    pub notification_addresses: String,
    pub notify_administrators: bool,
    pub notification_locales: Option<String>,
    pub notify_inviters: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
