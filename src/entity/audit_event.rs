//! Table `audit_event`: audit events, numbered and chained per workspace or account (AUD-1,
//! AUD-2).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub sequence: i64,
    pub at: DateTimeUtc,
    pub effective_at: DateTimeUtc,
    pub kind: String,
    pub actor_kind: String,
    pub actor_account_id: Option<Uuid>,
    pub actor_api_key_id: Option<Uuid>,
    pub subject_id: Option<String>,
    pub request_id: String,
    pub changes: String,
    pub hash: Vec<u8>,
    pub client: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
