//! Table `invitation`: an offer to one address, with everything the membership will start with
//! (JOIN-7).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub email: String,
    pub email_canonical: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub role_id: Option<Uuid>,
    pub permissions: String,
    pub group_ids: String,
    pub quotas: String,
    pub access_starts_at: Option<DateTimeUtc>,
    pub access_ends_at: Option<DateTimeUtc>,
    pub access_duration_seconds: Option<i64>,
    pub locale: String,
    pub note: Option<String>,
    pub invited_by: Option<Uuid>,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub generation: i32,
    pub accepted_at: Option<DateTimeUtc>,
    pub declined_at: Option<DateTimeUtc>,
    pub cancelled_at: Option<DateTimeUtc>,
    pub membership_id: Option<Uuid>,
    pub default_permissions: Option<String>,
    pub delivery_state: Option<String>,
    pub delivery_at: Option<DateTimeUtc>,
    pub delivery_status: Option<i32>,
    pub reminded_generation: Option<i32>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
