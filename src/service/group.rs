//! Groups: reading them here; making, changing and deleting them, and who is in them, in the files
//! below (GRP).

mod create;
mod delete;
mod members;
mod text;
mod update;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Access, Deps, Failure};
use crate::{
    domain::{
        access::facts::GroupFacts,
        id::{GroupId, GroupMembershipId, MembershipId, WorkspaceId},
        interval::OPEN_END,
        permission::Permission,
    },
    store::{
        access as facts, group as rows,
        page::{Page, PageRequest},
    },
};

pub use crate::store::{access::GroupDetails, group::GroupMemberRow};
pub use create::{CreateGroup, create};
pub(crate) use create::{MOST_GROUPS, add as add_group};
pub use delete::{DeleteGroup, delete};
pub use members::{AddGroupMembers, RemoveGroupMembers, add_members, remove_members};
pub(crate) use members::{MOST_GROUPS_OF_MEMBER, Placing};
pub(crate) use text::title as checked_title;
pub use update::{UpdateGroup, update};

/// The group, as long as it is there. To all others than members of its workspace there is nothing
/// at all (`authorize`).
fn live(access: &Access, id: GroupId) -> Result<&GroupFacts, Failure> {
    access.group(id).ok_or(Failure::NotFound)
}

/// One page of a group's members, by when they were added.
pub async fn members(
    deps: &Deps,
    access: &Access,
    group: GroupId,
    page: &PageRequest,
) -> Result<Page<GroupMemberRow>, Failure> {
    Ok(rows::members(
        deps.db.reader(),
        access.workspace.id,
        group,
        page,
        access.now,
        horizon(access),
    )
    .await?)
}

/// How many rows [`members`] has.
pub async fn count_members(deps: &Deps, access: &Access, group: GroupId) -> Result<i64, Failure> {
    Ok(rows::count_members(
        deps.db.reader(),
        access.workspace.id,
        group,
        access.now,
        horizon(access),
    )
    .await?)
}

/// Up to when rows may begin and still be listed: of the past only those that had begun (TIME-3).
fn horizon(access: &Access) -> DateTime<Utc> {
    if access.is_past() {
        access.now
    } else {
        OPEN_END
    }
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

/// Whether the caller may see the group: EWP holders, and whoever is in it.
pub fn is_visible(access: &Access, id: GroupId) -> bool {
    let is_in = || {
        let mut rows = access.member.iter().flat_map(|own| &own.groups);
        access.is_active_member()
            && rows.any(|row| row.group_id == id && row.interval.ends_at > access.clock())
    };
    access.group(id).is_some() && (access.can(Permission::EditWorkspaceProperties) || is_in())
}

/// Whose place in a group it is.
pub async fn member_of_place(
    deps: &Deps,
    access: &Access,
    id: GroupMembershipId,
) -> Result<Option<MembershipId>, Failure> {
    let db = deps.db.reader();
    Ok(facts::holder_of_group_membership(db, access.workspace.id, id).await?)
}
