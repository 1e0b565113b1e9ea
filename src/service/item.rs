//! Datasets and pages: who sees them, what their mutations share (PERM-5, JOIN-1, WS-4).
//!
//! Owns how an item is found and how a refusal is told. Must not decide who may: `domain::access`
//! does.

mod change;
mod copies;
mod create;
mod transfer;

use sea_orm::ConnectionTrait;

use super::{
    Access, Caller, Deps, Failure, UserError,
    bulk::{self, check_text},
    write::Transaction,
};
use crate::{
    domain::{
        access::{self, Browsable},
        error_code::{ErrorCode, Fault},
        id::{AccountId, ItemId, ItemKind, WorkspaceId},
        permission::Permission,
        quota::MAX_LIMIT,
        text as prepared,
        vocabulary::ResourceAccess,
    },
    store::{
        dataset_theme, item as rows, item_list as lists,
        page::{Page, PageRequest},
    },
    words::message,
};
use std::collections::HashMap;

pub use change::{
    Acted, DatasetChange, PageChange, delete, publish_dataset, set_security, update_dataset,
    update_page,
};
pub(super) use copies::carry;
pub use create::{CreateItem, Created, create};
pub use lists::{ItemFilter, ItemOrder, Listing};
pub use rows::ItemRow;
pub use transfer::{TransferOwnership, transfer};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 200;
/// The longest identifier or slug, in characters.
const LONGEST_NAME: usize = 100;
/// The longest slug of a theme that a filter takes, in characters.
pub const LONGEST_THEME: usize = 100;
/// The longest description of a dataset, in characters.
const LONGEST_DESCRIPTION: usize = 10_000;
/// The longest content of a page, in characters.
const LONGEST_CONTENT: usize = 50_000;

/// The workspace of a call over `ids`: that of the first one whose workspace the caller is active
/// in.
async fn named_workspace(
    deps: &Deps,
    caller: &Caller,
    ids: &[ItemId],
) -> Result<WorkspaceId, Failure> {
    if caller.is_anonymous() {
        return Err(Failure::Unauthenticated);
    }
    let rows = rows::with_deleted(deps.db.reader(), ids).await?;
    let workspace_of = |id: &ItemId| {
        rows.iter()
            .find(|row| row.facts.id == *id)
            .map(|row| row.workspace_id)
    };
    let mut mentioned = Vec::new();
    for workspace in ids.iter().filter_map(workspace_of) {
        if !mentioned.contains(&workspace) {
            mentioned.push(workspace);
        }
    }
    bulk::first_seen(deps, caller, &mentioned)
        .await?
        .ok_or(Failure::NotFound)
}

/// One item of the workspace; deleted ones too.
async fn in_workspace(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: ItemId,
) -> Result<Option<ItemRow>, Failure> {
    let row = rows::with_deleted(db, &[id]).await?.into_iter().next();
    Ok(row.filter(|row| row.workspace_id == workspace))
}

/// Refuses whoever lacks `wanted` on the item: who may not even browse it is told that there is no
/// such thing.
fn gate(access: &Access, row: &ItemRow, wanted: ResourceAccess) -> Result<(), Failure> {
    if access.can_access(&row.facts, wanted) {
        return Ok(());
    }
    if row.deleted || !access.can_access(&row.facts, ResourceAccess::Browse) {
        return Err(Failure::NotFound);
    }
    Err(Failure::requires(access::required_permission(
        access.facts(),
        access.subject(),
        row.facts.id,
        wanted,
        access.now,
    )))
}

/// Whether the caller may enter, so that the workspace's lists of items are there for them
/// (JOIN-1).
pub fn require_entry(access: &Access, caller: &Caller) -> Result<(), Failure> {
    if access.may_enter() {
        Ok(())
    } else if caller.is_anonymous() {
        Err(Failure::Unauthenticated)
    } else {
        Err(Failure::forbidden(message::requires_active_member()))
    }
}

/// The items of one kind that the caller may browse. Those that grants name are decided one by one,
/// all others by their class; both by the same engine.
pub async fn shown(deps: &Deps, access: &Access, kind: ItemKind) -> Result<Listing, Failure> {
    let browsable = if access.may_look_inside() {
        access::browsable(access.facts(), access.subject(), kind, access.now)
    } else {
        Browsable::default()
    };
    let named = if browsable.named.is_empty() {
        Vec::new()
    } else {
        rows::by_ids(deps.db.reader(), &browsable.named).await?
    };
    let may = |row: &ItemRow| {
        row.workspace_id == access.workspace.id
            && !browsable.admits(&row.facts)
            && access.can_access(&row.facts, ResourceAccess::Browse)
    };
    let granted = named
        .iter()
        .filter(|row| may(row))
        .map(|row| row.facts.id)
        .collect();
    Ok(Listing {
        kind,
        browsable,
        granted,
    })
}

/// One page of what is shown.
pub async fn page(
    deps: &Deps,
    access: &Access,
    shown: &Listing,
    filter: &ItemFilter,
    order: (ItemOrder, bool),
    request: &PageRequest,
) -> Result<Page<ItemRow>, Failure> {
    Ok(lists::page(
        deps.db.reader(),
        access.workspace.id,
        shown,
        filter,
        order,
        request,
    )
    .await?)
}

/// How many are shown.
pub async fn count(
    deps: &Deps,
    access: &Access,
    shown: &Listing,
    filter: &ItemFilter,
) -> Result<i64, Failure> {
    Ok(lists::count(deps.db.reader(), access.workspace.id, shown, filter).await?)
}

/// The workspace of an item, if there is such an item; says nothing about who may see it.
pub async fn find(deps: &Deps, id: ItemId) -> Result<Option<ItemRow>, Failure> {
    Ok(rows::by_ids(deps.db.reader(), &[id])
        .await?
        .into_iter()
        .next())
}

/// The items with these ids as they are now, those of the workspace that the caller may browse, or
/// as an EWP holder may name.
pub async fn seen(deps: &Deps, access: &Access, ids: &[ItemId]) -> Result<Vec<ItemRow>, Failure> {
    let mut rows = rows::by_ids(deps.db.latest(), ids).await?;
    rows.retain(|row| may_be_named(access, row));
    Ok(rows)
}

/// Whether a result or a grant may name an item of the workspace: to whoever may browse it, and to
/// EWP holders, who read the grants that name it (PERM-5).
pub fn may_be_named(access: &Access, row: &ItemRow) -> bool {
    row.workspace_id == access.workspace.id
        && (access.can(Permission::EditWorkspaceProperties)
            || access.can_access(&row.facts, ResourceAccess::Browse))
}

/// Whether the caller may browse an item of the workspace of `access` (PERM-5).
pub fn may_browse(access: &Access, row: &ItemRow) -> bool {
    access.can_access(&row.facts, ResourceAccess::Browse)
}

/// The owner of an item, whom only active members may see; `None` too if there is none.
pub fn visible_owner(access: &Access, row: &ItemRow) -> Option<AccountId> {
    row.facts.owner.filter(|_| access.is_active_member())
}

/// Refuses to look for items by owner for those who may not see owners.
pub fn require_sight_of_owners(access: &Access) -> Result<(), Failure> {
    if access.is_active_member() {
        Ok(())
    } else {
        Err(Failure::forbidden(message::requires_active_member()))
    }
}

/// A title, prepared (TEXT-1), or what is wrong about it.
fn title(typed: &str, errors: &mut Vec<UserError>) -> String {
    bulk::required_line(typed, LONGEST_TITLE, "title").unwrap_or_else(|error| {
        errors.push(error);
        String::new()
    })
}

/// The slug of a theme of the workspace (THEME-2); blanks alone are none. What a dataset has is not
/// looked for again.
async fn theme(
    tx: &Transaction<'_>,
    typed: Option<&str>,
    before: Option<&str>,
    errors: &mut Vec<UserError>,
) -> Result<Option<String>, Failure> {
    let Some(slug) = prepared::optional_line(typed) else {
        return Ok(None);
    };
    let is_slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if before != Some(slug.as_str())
        && !(slug.chars().all(is_slug)
            && dataset_theme::is_known(tx.db(), tx.workspace_id(), &slug).await?)
    {
        errors.push(UserError::at(ErrorCode::UnknownTheme, "theme"));
    }
    Ok(Some(slug))
}

/// A dataset's description or a page's content.
fn text(kind: ItemKind, typed: Option<&str>, errors: &mut Vec<UserError>) -> Option<String> {
    let (longest, path) = match kind {
        ItemKind::Dataset => (LONGEST_DESCRIPTION, "description"),
        ItemKind::Page => (LONGEST_CONTENT, "content"),
    };
    let text = typed.map(prepared::body).filter(|text| !text.is_empty());
    errors.extend(
        text.as_deref()
            .and_then(|text| check_text(text, longest, true, path)),
    );
    text
}

/// A number of records.
fn record_count(count: i64, errors: &mut Vec<UserError>) -> i64 {
    if u64::try_from(count).is_ok_and(|count| count <= MAX_LIMIT) {
        return count;
    }
    errors.push(UserError::at(
        Fault::out_of_range(0, i64::try_from(MAX_LIMIT).unwrap_or(i64::MAX)),
        "recordCount",
    ));
    0
}

/// An identifier or a slug: a–z, 0–9, - and _, beginning with a letter or a digit.
pub(super) fn check_name(name: &str, path: &str) -> Option<UserError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if name.is_empty() {
        Some(UserError::at(Fault::too_short(1), path))
    } else if name.chars().count() > LONGEST_NAME {
        Some(UserError::at(Fault::too_long(LONGEST_NAME), path))
    } else if name.starts_with(plain) && name.chars().all(|c| plain(c) || c == '-' || c == '_') {
        None
    } else {
        Some(UserError::at(ErrorCode::InvalidIdentifier, path))
    }
}

/// What the record calls the longest text of an item.
const fn text_field(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Dataset => "description",
        ItemKind::Page => "content",
    }
}

/// Items by id, of all workspaces, deleted ones too, in no order.
pub async fn by_ids(deps: &Deps, ids: &[ItemId]) -> Result<Vec<ItemRow>, Failure> {
    Ok(rows::by_ids(deps.db.reader(), ids).await?)
}

/// The descriptions of datasets and the contents of pages.
pub async fn texts(deps: &Deps, ids: &[ItemId]) -> Result<HashMap<ItemId, String>, Failure> {
    Ok(rows::texts(deps.db.reader(), ids).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ws_4_identifiers_are_plain() {
        for fine in ["a", "trees", "trees-2026", "2026_trees", &"x".repeat(100)] {
            assert_eq!(check_name(fine, "identifier"), None, "{fine}");
        }
        for (wrong, code) in [
            ("", Fault::too_short(1)),
            ("Trees", ErrorCode::InvalidIdentifier.into()),
            ("-a", ErrorCode::InvalidIdentifier.into()),
        ] {
            assert_eq!(
                check_name(wrong, "slug"),
                Some(UserError::at(code, "slug")),
                "{wrong}"
            );
        }
        for wrong in ["_a", "a b", "é", "a/b", "a\u{0}"] {
            assert_eq!(
                check_name(wrong, "slug"),
                Some(UserError::at(ErrorCode::InvalidIdentifier, "slug")),
                "{wrong}"
            );
        }
        assert_eq!(
            check_name(&"x".repeat(101), "slug"),
            Some(UserError::at(Fault::too_long(LONGEST_NAME), "slug"))
        );
    }
}
