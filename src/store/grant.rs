//! Grants of permissions and of access to items, to members and groups (PERM-3, PERM-4). `dated`
//! ends them.

use std::{collections::HashMap, fmt, sync::Arc};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    access::unknown,
    engine::{Conditions as _, ROWS_PER_STATEMENT, StoreError},
};
use crate::{
    domain::{
        access::facts::Right,
        id::{AccountId, GrantId, GroupId, ItemKind, MembershipId, WorkspaceId},
        interval::Interval,
        permission::Permission,
        vocabulary::ResourceAccess,
    },
    entity::{group_membership, permission_grant},
};

/// The end reason of a revoked grant.
pub const REVOKED: &str = "REVOKED";

/// Who holds a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grantee {
    /// One member.
    Member(MembershipId),
    /// Each member of a group.
    Group(GroupId),
}

impl fmt::Display for Grantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(id) => id.fmt(f),
            Self::Group(id) => id.fmt(f),
        }
    }
}

/// A grant to insert.
#[derive(Debug, Clone)]
pub struct NewGrant {
    pub id: GrantId,
    pub grantee: Grantee,
    pub right: Right,
    /// Limits BROWSE of a dataset to some records.
    pub record_filter: Option<Arc<str>>,
    pub interval: Interval,
    pub granted_by: Option<AccountId>,
}

impl NewGrant {
    fn row(self, workspace: WorkspaceId) -> permission_grant::ActiveModel {
        let (membership_id, group_id) = match self.grantee {
            Grantee::Member(id) => (Some(id.0), None),
            Grantee::Group(id) => (None, Some(id.0)),
        };
        let (permission, item) = match self.right {
            Right::Workspace(permission) => (Some(permission.as_str().to_owned()), None),
            Right::Item(item, access) => (None, Some((item, access))),
        };
        let kind = item.map(|(item, _)| item.kind().as_str().to_owned());
        permission_grant::ActiveModel {
            id: Set(self.id.0),
            workspace_id: Set(workspace.0),
            membership_id: Set(membership_id),
            group_id: Set(group_id),
            permission: Set(permission),
            resource_kind: Set(kind),
            resource_id: Set(item.map(|(item, _)| item.uuid())),
            access: Set(item.map(|(_, access)| access.as_str().to_owned())),
            record_filter: Set(self.record_filter.map(|filter| filter.to_string())),
            starts_at: Set(self.interval.starts_at),
            ends_at: Set(self.interval.ends_at),
            granted_by: Set(self.granted_by.map(|id| id.0)),
            ended_by: Set(None),
            end_reason: Set(None),
        }
    }
}

/// Adds rows.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    grants: Vec<NewGrant>,
) -> Result<(), StoreError> {
    let mut rows = grants
        .into_iter()
        .map(|grant| grant.row(workspace))
        .peekable();
    while rows.peek().is_some() {
        let chunk: Vec<_> = rows.by_ref().take(ROWS_PER_STATEMENT).collect();
        permission_grant::Entity::insert_many(chunk)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// The grantee and the right of the grants `ids` of `workspace`, including ended ones. Leaves out
/// ids of other workspaces.
pub async fn find(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[GrantId],
) -> Result<HashMap<GrantId, (Grantee, Right)>, StoreError> {
    use permission_grant::Column;
    let rows = permission_grant::Entity::find()
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| Ok((row.id.into(), (grantee(&row)?, right(&row)?))))
        .collect()
}

fn grantee(row: &permission_grant::Model) -> Result<Grantee, StoreError> {
    match (row.membership_id, row.group_id) {
        (Some(member), _) => Ok(Grantee::Member(member.into())),
        (None, Some(group)) => Ok(Grantee::Group(group.into())),
        (None, None) => Err(unknown("grantee")),
    }
}

fn right(row: &permission_grant::Model) -> Result<Right, StoreError> {
    if let Some(permission) = &row.permission {
        let permission = Permission::parse(permission).ok_or_else(|| unknown("permission"))?;
        return Ok(Right::Workspace(permission));
    }
    let kind = row.resource_kind.as_deref().and_then(ItemKind::parse);
    let kind = kind.ok_or_else(|| unknown("resource_kind"))?;
    let item = row.resource_id.ok_or_else(|| unknown("resource_id"))?;
    let access = row.access.as_deref().and_then(ResourceAccess::parse);
    let access = access.ok_or_else(|| unknown("access"))?;
    Ok(Right::Item(kind.id(item), access))
}

/// The first `most` members, by id, who are in one of `groups` at `now`.
pub async fn members_of_groups(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    groups: &[GroupId],
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<MembershipId>, StoreError> {
    use group_membership::Column;
    let ids: Vec<Uuid> = group_membership::Entity::find()
        .select_only()
        .column(Column::MembershipId)
        .distinct()
        .filter(Column::GroupId.in_ids(db, groups.iter().map(|id| id.0)))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::StartsAt.lte(now))
        .filter(Column::EndsAt.gt(now))
        .order_by_asc(Column::MembershipId)
        .limit(most.unsigned_abs())
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(MembershipId).collect())
}
