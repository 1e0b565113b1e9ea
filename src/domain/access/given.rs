//! What a change hands over: the rights that come with a role, a group or a membership.
//!
//! Owns how such a change expands into single rights with intervals, which `escalation` then checks
//! (PERM-6). Must not check them itself.

use std::sync::Arc;

use super::{
    facts::{GroupFacts, MemberFacts, Right, RoleFacts, WorkspaceFacts},
    path::paths_within,
    spans::Spans,
    standing::rows_of_role,
};
use crate::domain::{interval::Interval, permission::Permission};

/// A right that a caller is about to give, and when it will count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// A permission, or access to an item.
    pub right: Right,
    /// Limits BROWSE of a dataset to some records. `None` means all records.
    pub record_filter: Option<Arc<str>>,
    /// When the right will count.
    pub interval: Interval,
}

impl Given {
    /// A permission in the whole workspace.
    pub const fn permission(permission: Permission, interval: Interval) -> Self {
        Self {
            right: Right::Workspace(permission),
            record_filter: None,
            interval,
        }
    }
}

impl From<(Right, Interval)> for Given {
    fn from((right, interval): (Right, Interval)) -> Self {
        Self {
            right,
            record_filter: None,
            interval,
        }
    }
}

/// The rights that a role gives its holder during `interval` (setMemberRole, invitations,
/// restoring).
pub fn given_by_role(role: &RoleFacts, interval: Interval) -> Vec<Given> {
    let rows = rows_of_role(role)
        .into_iter()
        .map(|(permission, row)| Given::permission(permission, row.intersect(&interval)));
    rows.filter(|given| !given.interval.is_empty()).collect()
}

/// The rights that a group gives a member during `interval` (addGroupMembers, invitations,
/// restoring).
pub fn given_by_group(group: &GroupFacts, interval: Interval) -> Vec<Given> {
    let bounds = group.interval.intersect(&interval);
    let rows = group.grants.iter().map(|grant| Given {
        right: grant.right,
        record_filter: grant.record_filter.clone(),
        interval: grant.interval.intersect(&bounds),
    });
    rows.filter(|given| !given.interval.is_empty()).collect()
}

/// The rights that everything belonging to `member` gives if the membership counts during `window`,
/// as if never disabled (PERM-6: rights of a disabled or scheduled member count as if active).
/// Enabling passes the membership's own interval, restoring the new one.
pub fn given_by_member(ws: &WorkspaceFacts, member: &MemberFacts, window: Interval) -> Vec<Given> {
    let paths = paths_within(ws, member, window, |_| true).into_iter();
    paths
        .map(|path| Given {
            right: path.right,
            record_filter: path.record_filter.cloned(),
            interval: path.interval,
        })
        .collect()
}

/// The rights that `member` gains when the access period becomes `period` (MEM-2): where the old
/// period did not reach, including those that move with its start. Empty if the period is only
/// shortened.
pub fn rights_gained(ws: &WorkspaceFacts, member: &MemberFacts, period: Interval) -> Vec<Given> {
    let added = Spans::from(period).difference(&Spans::from(member.interval));
    let member = member.with_period(period);
    added
        .pieces()
        .iter()
        .flat_map(|piece| given_by_member(ws, &member, *piece))
        .collect()
}
