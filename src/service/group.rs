//! Reading groups: the list, who is in one, counts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Access, Deps, Failure};
use crate::{
    domain::id::{GroupId, WorkspaceId},
    store::{
        group as rows,
        page::{Page, PageRequest},
    },
};

pub use crate::store::{access::GroupDetails, group::GroupMemberRow};

/// One page of a group's members, by when they were added.
pub async fn members(deps: &Deps, access: &Access, group: GroupId, page: &PageRequest) -> Result<Page<GroupMemberRow>, Failure> {
    Ok(rows::members(deps.db.reader(), access.workspace.id, group, page, access.now).await?)
}

/// How many rows [`members`] has.
pub async fn count_members(deps: &Deps, access: &Access, group: GroupId) -> Result<i64, Failure> {
    Ok(rows::count_members(deps.db.reader(), access.workspace.id, group, access.now).await?)
}

/// How many members count in each of `groups` at `now`.
pub async fn member_counts(
    deps: &Deps,
    workspace: WorkspaceId,
    groups: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, i32>, Failure> {
    Ok(rows::member_counts(deps.db.reader(), workspace, groups, now).await?)
}

/// How many members have each of `roles` at `now`.
pub async fn role_counts(
    deps: &Deps,
    workspace: WorkspaceId,
    roles: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, i32>, Failure> {
    Ok(rows::role_counts(deps.db.reader(), workspace, roles, now).await?)
}
