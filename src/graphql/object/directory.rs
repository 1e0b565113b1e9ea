//! The directory: ids and names of members and groups, and nothing else of them (PERM-4).

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, SimpleObject};

use crate::{
    graphql::{
        connection::{Connection, ConnectionNode, Counter, ListRow, PageArguments, any_key},
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

impl ConnectionNode for DirectoryEntry {
    const CONNECTION: &'static str = "DirectoryConnection";
    const EDGE: &'static str = "DirectoryEdge";
    const DESCRIPTION: &'static str = "A page of directory entries.";
}

impl From<Entry> for DirectoryEntry {
    fn from(entry: Entry) -> Self {
        match entry.who {
            Who::Member(id, given_name, family_name) => Self {
                membership_id: Some(ID(id.to_string())),
                group_id: None,
                label: display_name(given_name.as_deref(), family_name.as_deref()),
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
    view: &WorkspaceView,
    search: Option<String>,
    arguments: &PageArguments,
) -> Result<Connection<DirectoryEntry>, Failure> {
    let scope = Scope::of(ctx)?;
    let access = &view.access;
    service::require(&scope.deps, access, &scope.caller).await?;
    let counter = Counter::new(
        (scope.deps.clone(), Arc::clone(access), search.clone()),
        |(deps, access, search)| Box::pin(service::count(deps, access, search.as_deref())),
    );
    view.list(scope, LIST)
        .connection(arguments, any_key, counter, async |request| {
            let page = service::page(&scope.deps, access, search.as_deref(), &request).await?;
            Ok(page.map(|entry| ListRow::new(entry.position.clone(), entry)))
        })
        .await
}
