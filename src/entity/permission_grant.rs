//! Table `permission_grant`: a permission, or access to one item, given to a member or a group
//! (PERM-3, PERM-4).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "permission_grant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub membership_id: Option<Uuid>,
    pub group_id: Option<Uuid>,
    pub permission: Option<String>,
    pub resource_kind: Option<String>,
    pub resource_id: Option<Uuid>,
    pub access: Option<String>,
    pub record_filter: Option<String>,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub granted_by: Option<Uuid>,
    pub ended_by: Option<Uuid>,
    pub end_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
