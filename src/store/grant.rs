//! Grants of permissions and of access to items, to members and groups (PERM-3, PERM-4). Ending
//! them is `dated`'s.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::engine::{Sql, StoreError};
use crate::{
    domain::{
        access::facts::Right,
        id::{AccountId, GrantId, GroupId, ItemId, MembershipId, WorkspaceId},
        interval::Interval,
        permission::Permission,
        vocabulary::ResourceAccess,
    },
    entity::permission_grant,
};

/// The end reason of a grant that somebody took away.
pub const REVOKED: &str = "REVOKED";

/// How many rows one INSERT takes: SQLite binds at most 32,766 parameters.
const CHUNK: usize = 1_000;

/// Whom something is granted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grantee {
    /// One member.
    Member(MembershipId),
    /// Each member of a group.
    Group(GroupId),
}

/// A grant to be made.
#[derive(Debug, Clone)]
pub struct NewGrant {
    /// Its id.
    pub id: GrantId,
    /// To whom.
    pub grantee: Grantee,
    /// What.
    pub right: Right,
    /// Which records only.
    pub record_filter: Option<Arc<str>>,
    /// When.
    pub interval: Interval,
    /// By whom.
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
        let kind = item.map(|(item, _)| match item {
            ItemId::Dataset(_) => "DATASET".to_owned(),
            ItemId::Page(_) => "PAGE".to_owned(),
        });
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
        let chunk: Vec<_> = rows.by_ref().take(CHUNK).collect();
        permission_grant::Entity::insert_many(chunk)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

type Columns = (
    Uuid,
    Option<Uuid>,
    Option<Uuid>,
    Option<String>,
    Option<String>,
    Option<Uuid>,
    Option<String>,
);

/// To whom and what the grants `ids` of `workspace` give, ended ones included; ids of other
/// workspaces are left out.
pub async fn find(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[GrantId],
) -> Result<HashMap<GrantId, (Grantee, Right)>, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT id, membership_id, group_id, permission, resource_kind, resource_id, access ",
    );
    sql.push("FROM permission_grant WHERE ")
        .ids_in("id", ids.iter().map(|id| id.0))
        .bind(" AND workspace_id = ?", [workspace.0.into()]);
    let rows: Vec<Columns> = sql.all(db).await?;
    let read = |(id, member, group, permission, kind, item, access): Columns| {
        let grantee = match (member, group) {
            (Some(member), _) => Grantee::Member(member.into()),
            (None, group) => Grantee::Group(group?.into()),
        };
        let right = match (permission, item) {
            (Some(permission), _) => Right::Workspace(Permission::parse(&permission)?),
            (None, item) => {
                let item = if kind? == "DATASET" {
                    ItemId::Dataset(item?.into())
                } else {
                    ItemId::Page(item?.into())
                };
                Right::Item(item, ResourceAccess::parse(&access?)?)
            }
        };
        Some((id.into(), (grantee, right)))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Who is in one of `groups` at `now`: the first `most` by id.
pub async fn members_of_groups(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    groups: &[GroupId],
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<MembershipId>, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT DISTINCT membership_id FROM group_membership WHERE ",
    );
    sql.ids_in("group_id", groups.iter().map(|id| id.0))
        .bind(
            " AND workspace_id = ? AND starts_at <= ? AND ends_at > ?",
            [workspace.0.into(), now.into(), now.into()],
        )
        .bind(" ORDER BY membership_id LIMIT ?", [most.into()]);
    Ok(sql
        .all::<(Uuid,)>(db)
        .await?
        .into_iter()
        .map(|(id,)| id.into())
        .collect())
}
