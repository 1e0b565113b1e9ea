//! What a member holds at an instant, why, and until when.
//!
//! Owns the lists of effective permissions and of rights over time. Must agree with
//! `standing::permissions` at every instant.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{
    facts::{KeyFacts, MemberFacts, Right, Subject, WorkspaceFacts},
    path::{Reach, Source, paths_within},
    spans::Spans,
};
use crate::domain::{
    id::ItemId,
    interval::{Interval, OPEN_END},
    permission::{Permission, PermissionSet},
    vocabulary::ResourceAccess,
};

/// A permission that a member holds at an instant, with every path that gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// A permission in the whole workspace.
    pub permission: Permission,
    /// The paths that give it at the instant: role, then direct grants, then groups, each in the
    /// order of the facts. Never empty.
    pub sources: Vec<Source>,
    /// When it stops if nothing is changed (TIME-3). Paths that start later and continue without a
    /// gap extend it; a gap or a disabled interval ends it. `None` means never.
    pub ends_at: Option<DateTime<Utc>>,
}

/// The effective permissions of `member` at `t` in catalogue order (PERM-2). Empty unless the
/// member is ACTIVE (MEM-1).
pub fn effective_permissions(
    ws: &WorkspaceFacts,
    member: &MemberFacts,
    t: DateTime<Utc>,
) -> Vec<Effective> {
    effective(ws, Subject::Member(member), t)
}

/// The effective permissions of one of the member's keys at `t` (KEY-1): the key's list intersected
/// with the member's permissions, each path cut to the key's interval and list.
pub fn effective_permissions_of_key(
    ws: &WorkspaceFacts,
    member: &MemberFacts,
    key: &KeyFacts,
    t: DateTime<Utc>,
) -> Vec<Effective> {
    effective(ws, Subject::Key(member, key), t)
}

/// What a member holds through direct grants, the role and groups at one instant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    /// Permissions in the whole workspace.
    pub permissions: PermissionSet,
    /// Access to items by grants. Ownership and openness are not dated and not included.
    pub items: BTreeSet<(ItemId, ResourceAccess)>,
}

/// The rights of `member` at `t`. Empty unless ACTIVE (MEM-1, PERM-2).
pub fn rights_at(ws: &WorkspaceFacts, member: &MemberFacts, t: DateTime<Utc>) -> Rights {
    let mut rights = Rights::default();
    let Some(reach) = Reach::of(ws, Subject::Member(member)).filter(|reach| reach.is_active(t))
    else {
        return rights;
    };
    for path in reach
        .paths(|_| true)
        .into_iter()
        .filter(|path| path.interval.contains(t))
    {
        match path.right {
            Right::Workspace(permission) => rights.permissions.insert(permission),
            Right::Item(item, access) => {
                rights.items.insert((item, access));
            }
        }
    }
    rights
}

/// Every right that `member` has or will have at or after `from`, with the intervals in which it
/// holds, in order. Ignores disabled intervals and the start of the membership (PERM-6: rights of a
/// disabled or scheduled member count as if active).
pub fn rights_over_time(
    ws: &WorkspaceFacts,
    member: &MemberFacts,
    from: DateTime<Utc>,
) -> Vec<(Right, Vec<Interval>)> {
    let window = member.interval.intersect(&Interval::from(from));
    let mut rights: BTreeMap<Right, Vec<Interval>> = BTreeMap::new();
    for path in paths_within(ws, member, window, |_| true) {
        rights.entry(path.right).or_default().push(path.interval);
    }
    rights
        .into_iter()
        .map(|(right, rows)| (right, rows.into_iter().collect::<Spans>().into_pieces()))
        .collect()
}

/// The same for any subject. Anonymous visitors hold nothing.
pub(super) fn effective(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    t: DateTime<Utc>,
) -> Vec<Effective> {
    let Some(reach) = Reach::of(ws, subject).filter(|reach| reach.is_active(t)) else {
        return Vec::new();
    };
    let paths = reach.paths(|right| right.permission().is_some());
    let disabled = reach.disabled();
    let effective = |permission: Permission| {
        let paths = paths
            .iter()
            .filter(|path| path.right == Right::Workspace(permission))
            .cloned()
            .collect();
        let paths = reach.cut_to_list(paths, &[permission]);
        let sources: Vec<Source> = paths
            .iter()
            .filter(|path| path.interval.contains(t))
            .map(|path| path.source)
            .collect();
        let held: Spans = paths.iter().map(|path| path.interval).collect();
        let ends_at = held.difference(&disabled).piece_at(t)?.ends_at;
        Some(Effective {
            permission,
            sources,
            ends_at: (ends_at < OPEN_END).then_some(ends_at),
        })
    };
    Permission::ALL
        .iter()
        .filter_map(|permission| effective(*permission))
        .collect()
}
