//! The directory: ids and names of members and groups, and nothing else of them (PERM-4).

use async_graphql::{Context, Enum, ID, SimpleObject};

use crate::{
    graphql::{
        connection::{PageArguments, PageInfo, cursor},
        scope::{Place, Scope},
    },
    service::{
        Failure,
        directory::{self as service, Entry, Who},
        member::display_name,
    },
};

/// Names the list in cursors.
const LIST: &str = "directory";

/// What an entry of the directory names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DirectoryEntryKind {
    /// A member whose membership has not ended.
    Member,
    /// A group.
    Group,
}

/// A member or a group, by id and name.
#[derive(Debug, Clone, SimpleObject)]
pub struct DirectoryEntry {
    /// The membership's id (`mem_…`); null for a group.
    pub membership_id: Option<ID>,
    /// The group's id (`grp_…`); null for a member.
    pub group_id: Option<ID>,
    /// A member's display name (given and family name, or a placeholder while there is none; never the address), a group's title.
    pub label: String,
    /// Which of the two it is.
    pub kind: DirectoryEntryKind,
}

/// A page of the directory.
#[derive(Debug, SimpleObject)]
pub struct DirectoryConnection {
    /// The entries of the page.
    pub nodes: Vec<DirectoryEntry>,
    /// Where the page stands in the list.
    pub page_info: PageInfo,
}

impl From<Entry> for DirectoryEntry {
    fn from(entry: Entry) -> Self {
        match entry.who {
            Who::Member(id, given, family) => Self {
                membership_id: Some(ID(id.to_string())),
                group_id: None,
                label: display_name(given.as_deref(), family.as_deref()),
                kind: DirectoryEntryKind::Member,
            },
            Who::Group(id, title) => {
                Self { membership_id: None, group_id: Some(ID(id.to_string())), label: title, kind: DirectoryEntryKind::Group }
            }
        }
    }
}

/// One page, for whoever may read the directory.
pub async fn page(
    ctx: &Context<'_>,
    place: &Place,
    search: Option<&str>,
    arguments: &PageArguments,
) -> Result<DirectoryConnection, Failure> {
    let scope = Scope::of(ctx)?;
    let access = &place.access;
    service::require(&scope.deps, access, &scope.caller).await?;
    let request = arguments.request(LIST, access.now)?;
    let found = service::page(&scope.deps, access, search, &request).await?;
    let at = |entry: Option<&Entry>| entry.map(|entry| cursor(LIST, request.page_one, &entry.position));
    let page_info = PageInfo::of(&found, at(found.rows.first()).as_ref(), at(found.rows.last()).as_ref());
    Ok(DirectoryConnection { nodes: found.rows.into_iter().map(DirectoryEntry::from).collect(), page_info })
}
