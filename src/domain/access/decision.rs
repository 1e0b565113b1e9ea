//! Decides whether a subject may do something to a dataset or page: the formula of PERM-5, at an
//! instant or over time.
//!
//! Owns decisions on items. Must not know how a member came to hold a right; `path` does.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use smallvec::{SmallVec, smallvec};

use super::{
    facts::{ItemFacts, Right, Subject, WorkspaceFacts},
    path::{Path, Reach, Source, SourceKind},
    spans::Spans,
};
use crate::domain::{
    id::ItemId,
    permission::Permission,
    vocabulary::{AccessMode, ResourceAccess, Security},
};

/// The decision on one item, with every path that leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemDecision {
    /// Whether the subject is allowed.
    pub allowed: bool,
    /// Every path that allows it. PUBLISH needs EDIT and another right, so it lists the paths of
    /// both. Empty if refused.
    pub sources: Vec<Source>,
    /// For BROWSE of a dataset: the record filters, as alternatives. `None` means all records,
    /// `Some` of an empty list a refusal.
    pub record_filters: Option<Vec<Arc<str>>>,
}

/// One way to satisfy a part of the formula.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// A permission in the whole workspace.
    Holds(Permission),
    /// Ownership, together with the permission to create such items.
    Owns(Permission),
    /// A resource grant. A key with a permission list needs one of these permissions on it (KEY-1).
    Granted(ResourceAccess, [Permission; 2]),
    /// The item is open, and the subject may enter the workspace (JOIN-1).
    Open,
}

/// Alternatives: one of them is enough.
type Part = SmallVec<[Way; 6]>;

/// The permissions that PERM-5 names for one kind of item.
struct ItemPermissions {
    create: Permission,
    edit_all: Permission,
    browse_all: Permission,
    security: Permission,
}

impl ItemPermissions {
    const fn of(item: ItemId) -> Self {
        use Permission as P;
        match item {
            ItemId::Dataset(_) => Self {
                create: P::CreateDatasets,
                edit_all: P::EditAllDatasets,
                browse_all: P::BrowseAllDatasets,
                security: P::ManageOwnDatasetsSecurity,
            },
            ItemId::Page(_) => Self {
                create: P::CreatePages,
                edit_all: P::EditAllPages,
                browse_all: P::BrowseAllPages,
                security: P::ManageOwnPagesSecurity,
            },
        }
    }
}

/// The permission that goes with MANAGE_SECURITY of an item; refusals name it as required.
pub(super) const fn security_permission(item: ItemId) -> Permission {
    ItemPermissions::of(item).security
}

/// The permission to create such items (PERM-5).
pub const fn creation_permission(item: ItemId) -> Permission {
    ItemPermissions::of(item).create
}

/// The permission that a refusal of `access` names: the one that goes with the access, or, if
/// `subject` already holds that, the one that allows editing every such item.
pub fn required_permission(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    item: ItemId,
    access: ResourceAccess,
    t: DateTime<Utc>,
) -> Permission {
    let names = ItemPermissions::of(item);
    let named = match (access, item) {
        (ResourceAccess::Browse, _) => return names.browse_all,
        (ResourceAccess::Publish, ItemId::Dataset(_)) => Permission::PublishOwnDatasets,
        (ResourceAccess::ManageSecurity, _) => names.security,
        (ResourceAccess::Edit | ResourceAccess::Delete | ResourceAccess::Publish, _) => {
            names.edit_all
        }
    };
    if super::permissions(ws, subject, t).contains(named) {
        names.edit_all
    } else {
        named
    }
}

/// The formula of PERM-5 as parts, all of which must be satisfied.
fn formula(item: &ItemFacts, access: ResourceAccess, own: bool) -> SmallVec<[Part; 2]> {
    use ResourceAccess as A;
    let names = ItemPermissions::of(item.id);
    let delete: Part = smallvec![Way::Holds(names.edit_all), Way::Owns(names.create)];
    let mut edit = delete.clone();
    edit.push(Way::Granted(
        A::Edit,
        [
            names.edit_all,
            if own { names.create } else { names.edit_all },
        ],
    ));
    match (access, item.id) {
        (A::Delete, _) => smallvec![delete],
        (A::Edit, _) | (A::Publish, ItemId::Page(_)) => smallvec![edit],
        (A::Publish, ItemId::Dataset(_)) => {
            let publish = Permission::PublishOwnDatasets;
            smallvec![
                edit,
                smallvec![Way::Holds(publish), Way::Granted(A::Publish, [publish; 2])]
            ]
        }
        (A::ManageSecurity, _) => {
            let security = names.security;
            smallvec![
                edit,
                smallvec![
                    Way::Holds(security),
                    Way::Granted(A::ManageSecurity, [security; 2])
                ]
            ]
        }
        (A::Browse, _) => {
            let mut browse = edit;
            if item.published {
                if item.security == Security::Open {
                    browse.push(Way::Open);
                }
                browse.extend([
                    Way::Holds(names.browse_all),
                    Way::Granted(A::Browse, [names.browse_all; 2]),
                ]);
            }
            smallvec![browse]
        }
    }
}

/// The rights that give `access` or a part of it, and the permissions of which a key's list needs
/// one (KEY-1). `own` says whether the subject owns the item.
pub(super) fn rights_for(
    item: &ItemFacts,
    access: ResourceAccess,
    own: bool,
) -> (Vec<Right>, BTreeSet<Permission>) {
    let (mut rights, mut listed) = (Vec::new(), BTreeSet::new());
    for way in formula(item, access, own).into_iter().flatten() {
        let right = match way {
            Way::Open => continue,
            Way::Owns(_) if !own => continue,
            Way::Holds(permission) | Way::Owns(permission) => {
                listed.insert(permission);
                Right::Workspace(permission)
            }
            Way::Granted(access, on_the_list) => {
                listed.extend(on_the_list);
                Right::Item(item.id, access)
            }
        };
        if !rights.contains(&right) {
            rights.push(right);
        }
    }
    (rights, listed)
}

/// Decides whether `subject` may do `access` to `item` at `t`, and lists the paths that allow it
/// (PERM-5, KEY-1, JOIN-1).
///
/// Members that are not ACTIVE count as anonymous (MEM-1). A key that is not ACTIVE is refused
/// everything (KEY-6), and a GATEWAY key only checks the access of others (KEY-7): neither sees
/// even open items.
pub fn decide(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    item: &ItemFacts,
    access: ResourceAccess,
    t: DateTime<Utc>,
) -> ItemDecision {
    let reach = Reach::of(ws, subject).filter(|reach| reach.is_active(t));
    let enters = match (subject, reach) {
        (_, Some(_)) => true,
        (Subject::Key(..) | Subject::WorkspaceKey(_), None) => false,
        (Subject::Anonymous | Subject::Member(_), None) => ws.access_mode == AccessMode::Public,
    };
    let mut sources: Vec<(Source, Option<&Arc<str>>)> = Vec::new();
    for part in formula(item, access, owns(reach, item)) {
        let before = sources.len();
        for way in part {
            match (way, reach) {
                (Way::Open, _) => {
                    sources.extend(enters.then(|| (openness(ws, reach, item), None)));
                }
                (Way::Holds(_) | Way::Owns(_) | Way::Granted(..), Some(reach)) => {
                    let now = paths(reach, item, way)
                        .into_iter()
                        .filter(|path| path.interval.contains(t));
                    sources.extend(now.map(|path| (path.source, filter_of(&path))));
                }
                (Way::Holds(_) | Way::Owns(_) | Way::Granted(..), None) => {}
            }
        }
        if sources.len() == before {
            let filtered = Right::Item(item.id, access).takes_record_filter();
            return ItemDecision {
                allowed: false,
                sources: Vec::new(),
                record_filters: filtered.then(Vec::new),
            };
        }
    }
    let record_filters = sources
        .iter()
        .map(|(_, filter)| filter.cloned())
        .collect::<Option<BTreeSet<_>>>();
    ItemDecision {
        allowed: true,
        sources: sources.into_iter().map(|(source, _)| source).collect(),
        record_filters: record_filters.map(|filters| filters.into_iter().collect()),
    }
}

/// When `subject` may do `access` to `item`, from the facts known now (PERM-5 over time). The
/// item's own state has no dates.
pub fn access_over_time(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    item: &ItemFacts,
    access: ResourceAccess,
) -> Spans {
    spans(ws, subject, item, access, |_| true)
}

/// Like [`access_over_time`], but counts only paths whose record filter `accepts` returns true for
/// (PERM-6: a filtered path gives less than an unfiltered one).
pub(super) fn spans(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    item: &ItemFacts,
    access: ResourceAccess,
    accepts: impl Fn(Option<&Arc<str>>) -> bool,
) -> Spans {
    let reach = Reach::of(ws, subject);
    let by_public_openness = match subject {
        Subject::Anonymous | Subject::Member(_) => ws.access_mode == AccessMode::Public,
        Subject::Key(..) | Subject::WorkspaceKey(_) => false,
    };
    let mut all = Spans::always();
    for part in formula(item, access, owns(reach, item)) {
        let mut rows = Spans::default();
        for way in part {
            let more = match (way, reach) {
                (Way::Open, _) if by_public_openness => Spans::always(),
                (_, None) => Spans::default(),
                (Way::Open, Some(reach)) => {
                    Spans::from(reach.window()).difference(&reach.disabled())
                }
                (Way::Holds(_) | Way::Owns(_) | Way::Granted(..), Some(reach)) => {
                    let accepted = paths(reach, item, way)
                        .into_iter()
                        .filter(|path| accepts(filter_of(path)));
                    accepted
                        .map(|path| path.interval)
                        .collect::<Spans>()
                        .difference(&reach.disabled())
                }
            };
            rows = rows.union(&more);
        }
        all = all.intersect(&rows);
    }
    all
}

fn owns(reach: Option<Reach<'_>>, item: &ItemFacts) -> bool {
    reach.is_some_and(|reach| item.owner == Some(reach.member().account_id))
}

/// The paths of one way over time. Openness has no path of rows.
fn paths<'a>(reach: Reach<'a>, item: &ItemFacts, way: Way) -> Vec<Path<'a>> {
    match way {
        Way::Open => Vec::new(),
        Way::Holds(permission) => reach.holding(permission),
        Way::Owns(_) if !owns(Some(reach), item) => Vec::new(),
        Way::Owns(permission) => {
            let mut paths = reach.holding(permission);
            for path in &mut paths {
                path.source = Source {
                    kind: SourceKind::Owner,
                    item: Some(item.id),
                    ..path.source
                };
            }
            paths
        }
        Way::Granted(access, on_the_list) => {
            let granted = reach.paths(|right| right == Right::Item(item.id, access));
            reach.cut_to_list(granted, &on_the_list)
        }
    }
}

/// The record filter of a path. Only BROWSE grants on datasets have one (PERM-4).
fn filter_of<'a>(path: &Path<'a>) -> Option<&'a Arc<str>> {
    path.record_filter
        .filter(|_| path.right.takes_record_filter())
}

/// The path of an open item: through the membership if only members may enter, otherwise through no
/// row.
fn openness(ws: &WorkspaceFacts, reach: Option<Reach<'_>>, item: &ItemFacts) -> Source {
    let through = match ws.access_mode {
        AccessMode::Public => None,
        AccessMode::Private => reach.map(|reach| reach.window()),
    };
    Source {
        item: Some(item.id),
        interval: through,
        ..Source::blank(SourceKind::Open)
    }
}
