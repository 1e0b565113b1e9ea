//! May this subject do that to this dataset or page? The formula of PERM-5, written once, read at
//! an instant or over time.
//!
//! Owns decisions on items. Must not know how a right came to a member: `path` tells.

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

/// The answer about one item, with every path that leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemDecision {
    /// Whether the subject may.
    pub allowed: bool,
    /// Every path that allows it; where two things are needed (PUBLISH: EDIT and more), the paths
    /// of both. Empty if refused.
    pub sources: Vec<Source>,
    /// For BROWSE of a dataset: which records, as alternatives; `None` = all of them. A refusal has
    /// no alternative: `Some` of none.
    pub record_filters: Option<Vec<Arc<str>>>,
}

/// One way to satisfy a part of the formula.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// A permission in the whole workspace.
    Holds(Permission),
    /// Ownership, with the permission to create such items.
    Owns(Permission),
    /// A resource grant. A key with a list needs one of the permissions on it (KEY-1).
    Granted(ResourceAccess, [Permission; 2]),
    /// Openness, for all who may enter (JOIN-1).
    Open,
}

/// Ways that are alternatives to each other.
type Part = SmallVec<[Way; 6]>;

/// The permissions that PERM-5 names for one kind of item.
struct Names {
    create: Permission,
    edit_all: Permission,
    browse_all: Permission,
    security: Permission,
}

impl Names {
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

/// The permission that goes with MANAGE_SECURITY of an item: what a refusal names as required.
pub(super) const fn security_permission(item: ItemId) -> Permission {
    Names::of(item).security
}

/// The permission that makes such items (PERM-5).
pub const fn creation_permission(item: ItemId) -> Permission {
    Names::of(item).create
}

/// The one permission that a refusal of `access` names: the one that goes with it, or where
/// `subject` holds that already, the one by which every such item can be edited.
pub fn required_permission(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    item: ItemId,
    access: ResourceAccess,
    t: DateTime<Utc>,
) -> Permission {
    let names = Names::of(item);
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

/// PERM-5 as parts that must all be satisfied.
fn formula(item: &ItemFacts, access: ResourceAccess, own: bool) -> SmallVec<[Part; 2]> {
    use ResourceAccess as A;
    let names = Names::of(item.id);
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

/// What leads to `access` for somebody who owns the item or does not: the rights that give it or a
/// part of it, and the permissions of which a key's list needs some (KEY-1).
pub(super) fn leads_to(
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

/// Whether `subject` may do `access` to `item` at `t`, and by which paths (PERM-5, KEY-1, JOIN-1).
///
/// Members that are not ACTIVE count as anonymous (MEM-1). A key that is not ACTIVE is refused
/// whatever it asks (KEY-6), and a GATEWAY key is for asking about others (KEY-7): neither sees
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
        (Subject::Key(..), None) => false,
        (Subject::Anonymous | Subject::Member(_), None) => ws.access_mode == AccessMode::Public,
    };
    let mut found: Vec<(Source, Option<&Arc<str>>)> = Vec::new();
    for part in formula(item, access, owns(reach, item)) {
        let before = found.len();
        for way in part {
            if matches!(way, Way::Open) {
                found.extend(enters.then(|| (openness(ws, reach, item), None)));
            } else if let Some(reach) = reach {
                let now = paths(reach, item, way)
                    .into_iter()
                    .filter(|path| path.interval.contains(t));
                found.extend(now.map(|path| (path.source, filter_of(&path))));
            }
        }
        if found.len() == before {
            let none = access == ResourceAccess::Browse && matches!(item.id, ItemId::Dataset(_));
            return ItemDecision {
                allowed: false,
                sources: Vec::new(),
                record_filters: none.then(Vec::new),
            };
        }
    }
    let record_filters = found
        .iter()
        .map(|(_, filter)| filter.cloned())
        .collect::<Option<BTreeSet<_>>>();
    ItemDecision {
        allowed: true,
        sources: found.into_iter().map(|(source, _)| source).collect(),
        record_filters: record_filters.map(|filters| filters.into_iter().collect()),
    }
}

/// When `subject` may do `access` to `item`, by what is known now (PERM-5 over time; the item's
/// state is not dated).
pub fn access_over_time(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    item: &ItemFacts,
    access: ResourceAccess,
) -> Spans {
    spans(ws, subject, item, access, |_| true)
}

/// As [`access_over_time`], by those paths alone whose record filter `accepts` takes (PERM-6: a
/// filtered path is less than an unfiltered one).
pub(super) fn spans(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    item: &ItemFacts,
    access: ResourceAccess,
    accepts: impl Fn(Option<&Arc<str>>) -> bool,
) -> Spans {
    let reach = Reach::of(ws, subject);
    let by_public_openness =
        ws.access_mode == AccessMode::Public && !matches!(subject, Subject::Key(..));
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
                (way, Some(reach)) => {
                    let taken = paths(reach, item, way)
                        .into_iter()
                        .filter(|path| accepts(filter_of(path)));
                    taken
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

/// The paths of one way over time; openness is no path of rows.
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

/// The record filter of a path: only BROWSE grants on datasets have one (PERM-4).
fn filter_of<'a>(path: &Path<'a>) -> Option<&'a Arc<str>> {
    matches!(
        path.right,
        Right::Item(ItemId::Dataset(_), ResourceAccess::Browse)
    )
    .then_some(path.record_filter)
    .flatten()
}

/// The path of openness: through the membership where only members enter, else through no row.
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
