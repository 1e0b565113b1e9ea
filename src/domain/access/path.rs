//! Paths: every chain of rows that gives a subject a right, with the interval in which all of them
//! count (TIME-7).
//!
//! Owns how rows depend on each other and what a key's list removes (KEY-1). Must not decide for an
//! instant: callers check the path's interval.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    facts::{GrantFacts, KeyFacts, MemberFacts, Right, Subject, WorkspaceFacts},
    spans::Spans,
    standing::{rows_of_role, state, works_for_member},
};
use crate::domain::{
    id::{AccountId, GrantId, GroupId, ItemId, RoleId},
    interval::Interval,
    names::named_enum,
    permission::Permission,
    vocabulary::MembershipState,
};

named_enum! {
    /// The kind of path that gives a right (PERM-8).
    pub enum SourceKind {
        /// The member's role has the permission.
        Role = "ROLE",
        /// The permission was granted to the member.
        Direct = "DIRECT",
        /// The permission was granted to a group of the member.
        Group = "GROUP",
        /// Access to the dataset or page was granted to the member or to a group of theirs.
        Resource = "RESOURCE",
        /// The member owns the dataset or page and may create such items.
        Owner = "OWNER",
        /// The dataset or page is open to everybody who may enter the workspace.
        Open = "OPEN",
    }
}

/// A path that gives a right: the rows in it, its start and end, and who gave it (PERM-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// The kind of path.
    pub kind: SourceKind,
    /// The grant. With `group_id`, it is the group's.
    pub grant_id: Option<GrantId>,
    /// The role that has the permission.
    pub role_id: Option<RoleId>,
    /// The group that gives the right.
    pub group_id: Option<GroupId>,
    /// The item, for RESOURCE, OWNER and OPEN. An OWNER path also names what gives the permission
    /// to create such items.
    pub item: Option<ItemId>,
    /// From the latest start to the earliest end of the path's rows, including the membership and
    /// the key. `None` if the path has no dated row: an open item in a PUBLIC workspace.
    pub interval: Option<Interval>,
    /// Who gave the member the nearest row: grant, group membership or role assignment.
    pub granted_by: Option<AccountId>,
}

impl Source {
    /// Whether all rows of the path count at `t`.
    pub fn contains(&self, t: DateTime<Utc>) -> bool {
        self.interval.is_none_or(|interval| interval.contains(t))
    }
}

/// A source and what it gives.
#[derive(Debug, Clone)]
pub(super) struct Path<'a> {
    pub(super) right: Right,
    pub(super) source: Source,
    pub(super) interval: Interval,
    pub(super) record_filter: Option<&'a Arc<str>>,
}

impl Path<'_> {
    fn cut_to(mut self, window: &Interval) -> Option<Self> {
        self.interval = self.interval.intersect(window);
        self.source.interval = Some(self.interval);
        (!self.interval.is_empty()).then_some(self)
    }
}

/// A member, by session or by key, whose rows give rights. The paths ignore disabled intervals: see
/// [`Reach::disabled`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach<'a> {
    ws: &'a WorkspaceFacts,
    member: &'a MemberFacts,
    key: Option<&'a KeyFacts>,
}

impl<'a> Reach<'a> {
    /// The reach of `subject`. `None` for visitors and for GATEWAY keys, which have no rights of a
    /// member (KEY-7).
    pub(super) fn of(ws: &'a WorkspaceFacts, subject: Subject<'a>) -> Option<Self> {
        match subject {
            Subject::Anonymous | Subject::WorkspaceKey(_) => None,
            // It has none of its maker's rights (KEY-7, KEY-8).
            Subject::Key(_, key) if key.kind.is_of_workspace() => None,
            Subject::Member(member) => Some(Self {
                ws,
                member,
                key: None,
            }),
            Subject::Key(member, key) => Some(Self {
                ws,
                member,
                key: Some(key),
            }),
        }
    }

    pub(super) fn member(&self) -> &'a MemberFacts {
        self.member
    }

    /// The membership's period, cut to the key's.
    pub(super) fn window(&self) -> Interval {
        self.key.map_or(self.member.interval, |key| {
            key.interval.intersect(&self.member.interval)
        })
    }

    /// When the membership is disabled (MEM-4).
    pub(super) fn disabled(&self) -> Spans {
        self.member.disabled.iter().copied().collect()
    }

    /// Whether member and key are ACTIVE at `t` (MEM-1, KEY-6).
    pub(super) fn is_active(&self, t: DateTime<Utc>) -> bool {
        match self.key {
            None => state(self.member, t) == MembershipState::Active,
            Some(key) => works_for_member(self.member, key, t),
        }
    }

    /// When the key's list contains one of `permissions`; always, if there is no list (KEY-1).
    pub(super) fn listed(&self, permissions: &[Permission]) -> Spans {
        match self.key.and_then(|key| key.scope.as_ref()) {
            None => Spans::always(),
            Some(rows) => rows
                .iter()
                .filter(|(p, _)| permissions.contains(p))
                .map(|(_, interval)| *interval)
                .collect(),
        }
    }

    /// The paths to a permission in the whole workspace, cut to the key's list (PERM-2, KEY-1).
    pub(super) fn holding(&self, permission: Permission) -> Vec<Path<'a>> {
        let paths = paths_within(self.ws, self.member, self.window(), |right| {
            right == Right::Workspace(permission)
        });
        self.cut_to_list(paths, &[permission])
    }

    /// The paths to every right in `wanted` over all time, not cut to the key's list.
    pub(super) fn paths(&self, wanted: impl Fn(Right) -> bool) -> Vec<Path<'a>> {
        paths_within(self.ws, self.member, self.window(), wanted)
    }

    /// Cuts `paths` to when the key's list contains one of `permissions` (KEY-1).
    pub(super) fn cut_to_list(
        &self,
        paths: Vec<Path<'a>>,
        permissions: &[Permission],
    ) -> Vec<Path<'a>> {
        if self.key.is_none_or(|key| key.scope.is_none()) {
            return paths;
        }
        let listed = self.listed(permissions);
        let pieces = |path: Path<'a>| {
            listed
                .pieces()
                .iter()
                .filter_map(move |piece| path.clone().cut_to(piece))
                .collect::<Vec<_>>()
        };
        paths.into_iter().flat_map(pieces).collect()
    }
}

/// Every path of `member` to a right in `wanted`, as if the membership's interval were `window` and
/// it were never disabled (TIME-7). Leaves out paths that never count.
pub(super) fn paths_within<'a>(
    ws: &'a WorkspaceFacts,
    member: &'a MemberFacts,
    window: Interval,
    wanted: impl Fn(Right) -> bool,
) -> Vec<Path<'a>> {
    let mut paths = Vec::new();
    for assignment in &member.roles {
        let Some(role) = ws.roles.get(&assignment.role_id) else {
            continue;
        };
        let bounds = assignment.interval.intersect(&window);
        let source = Source {
            role_id: Some(role.id),
            granted_by: assignment.granted_by,
            ..Source::blank(SourceKind::Role)
        };
        for (permission, row) in rows_of_role(role) {
            let right = Right::Workspace(permission);
            if wanted(right) {
                paths.extend(
                    Path {
                        right,
                        source,
                        interval: row,
                        record_filter: None,
                    }
                    .cut_to(&bounds),
                );
            }
        }
    }
    for grant in member.grants.iter().filter(|grant| wanted(grant.right)) {
        let source = Source {
            granted_by: grant.granted_by,
            ..of_grant(grant, SourceKind::Direct)
        };
        paths.extend(along(grant, source).cut_to(&window));
    }
    for row in &member.groups {
        let Some(group) = ws.groups.get(&row.group_id) else {
            continue;
        };
        let bounds = row.interval.intersect(&group.interval).intersect(&window);
        for grant in group.grants.iter().filter(|grant| wanted(grant.right)) {
            let source = Source {
                group_id: Some(group.id),
                granted_by: row.granted_by,
                ..of_grant(grant, SourceKind::Group)
            };
            paths.extend(along(grant, source).cut_to(&bounds));
        }
    }
    paths
}

impl Source {
    /// A source of this kind without any ids.
    pub(super) const fn blank(kind: SourceKind) -> Self {
        Self {
            kind,
            grant_id: None,
            role_id: None,
            group_id: None,
            item: None,
            interval: None,
            granted_by: None,
        }
    }
}

fn of_grant(grant: &GrantFacts, workspace_wide: SourceKind) -> Source {
    match grant.right {
        Right::Workspace(_) => Source {
            grant_id: Some(grant.id),
            ..Source::blank(workspace_wide)
        },
        Right::Item(item, _) => Source {
            grant_id: Some(grant.id),
            item: Some(item),
            ..Source::blank(SourceKind::Resource)
        },
    }
}

fn along(grant: &GrantFacts, source: Source) -> Path<'_> {
    Path {
        right: grant.right,
        source,
        interval: grant.interval,
        record_filter: grant.record_filter.as_ref(),
    }
}
