//! The directory: ids and names of members and groups, and nothing else of them (PERM-4).

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, SimpleObject};

use crate::{
    graphql::{
        connection::{PageArguments, PageInfo, connection},
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure,
        directory::{self as service, Entry, Who},
        member::display_name,
    },
};

/// The name of the list in cursors.
const LIST: &str = "directory";

/// The kind of a directory entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DirectoryEntryKind {
    /// A member whose membership has not ended.
    Member,
    /// A group.
    Group,
}

/// The id and name of a member or a group.
#[derive(Debug, Clone, SimpleObject)]
pub struct DirectoryEntry {
    /// The id of the membership (`mem_…`); null for a group.
    pub membership_id: Option<ID>,
    /// The id of the group (`grp_…`); null for a member.
    pub group_id: Option<ID>,
    /// The title of a group, or the display name of a member: given and family name, or a
    /// placeholder if there is no name, never the e-mail address.
    pub label: String,
    /// The kind of entry: member or group.
    pub kind: DirectoryEntryKind,
}

connection!(
    DirectoryConnection,
    DirectoryEdge,
    DirectoryEntry,
    "directory entries"
);

impl From<Entry> for DirectoryEntry {
    fn from(entry: Entry) -> Self {
        match entry.who {
            Who::Member(id, given, family) => Self {
                membership_id: Some(ID(id.to_string())),
                group_id: None,
                label: display_name(given.as_deref(), family.as_deref()),
                kind: DirectoryEntryKind::Member,
            },
            Who::Group(id, title) => Self {
                membership_id: None,
                group_id: Some(ID(id.to_string())),
                label: title,
                kind: DirectoryEntryKind::Group,
            },
        }
    }
}

/// Returns one page, for callers who may read the directory.
pub async fn page(
    ctx: &Context<'_>,
    place: &WorkspaceView,
    search: Option<String>,
    arguments: &PageArguments,
) -> Result<DirectoryConnection, Failure> {
    let scope = Scope::of(ctx)?;
    let access = &place.access;
    service::require(&scope.deps, access, &scope.caller).await?;
    let list = place.list(scope, LIST);
    let request = arguments.request(&list, access.now)?;
    let mut found = service::page(&scope.deps, access, search.as_deref(), &request).await?;
    let edge = |entry: Entry| DirectoryEdge {
        cursor: list.cursor(request.page_one, &entry.position),
        node: entry.into(),
    };
    let edges: Vec<DirectoryEdge> = std::mem::take(&mut found.rows)
        .into_iter()
        .map(edge)
        .collect();
    let (deps, access) = (scope.deps.clone(), Arc::clone(access));
    Ok(DirectoryConnection {
        page_info: PageInfo::of(
            &found,
            edges.first().map(|edge| &edge.cursor),
            edges.last().map(|edge| &edge.cursor),
        ),
        edges,
        counter: Box::new(move || {
            let (deps, access, search) = (deps.clone(), Arc::clone(&access), search.clone());
            Box::pin(async move { service::count(&deps, &access, search.as_deref()).await })
        }),
    })
}
