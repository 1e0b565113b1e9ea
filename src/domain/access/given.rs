//! What an act hands over: the rights that come with a role, a group or a membership.
//!
//! Owns the expansion of such an act into single rights with intervals, which `escalation` then
//! weighs (PERM-6). Must not weigh them itself.

use std::sync::Arc;

use super::{
    facts::{GroupFacts, MemberFacts, Right, RoleFacts, WorkspaceFacts},
    path::paths_within,
    spans::Spans,
    standing::rows_of_role,
};
use crate::domain::{interval::Interval, permission::Permission};

/// One right that somebody is about to give, and when it will count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// What is given.
    pub right: Right,
    /// Which records only, for BROWSE on a dataset; `None` = all.
    pub record_filter: Option<Arc<str>>,
    /// When it will count.
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

/// What a role gives whoever has it during `interval` (setMemberRole, invitations, restoring).
pub fn given_by_role(role: &RoleFacts, interval: Interval) -> Vec<Given> {
    let rows = rows_of_role(role)
        .into_iter()
        .map(|(permission, row)| Given::permission(permission, row.intersect(&interval)));
    rows.filter(|given| !given.interval.is_empty()).collect()
}

/// What a group gives whoever is in it during `interval` (addGroupMembers, invitations, restoring).
pub fn given_by_group(group: &GroupFacts, interval: Interval) -> Vec<Given> {
    let bounds = group.interval.intersect(&interval);
    let rows = group.grants.iter().map(|grant| Given {
        right: grant.right,
        record_filter: grant.record_filter.clone(),
        interval: grant.interval.intersect(&bounds),
    });
    rows.filter(|given| !given.interval.is_empty()).collect()
}

/// What everything that hangs on `member` gives if the membership counts during `window`, as if
/// never disabled (PERM-6: rights of a disabled or not-begun member count as if active): for
/// enabling, with the membership's own interval, and for restoring.
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

/// What `member` gains when the access period becomes `period` (MEM-2): rights where the old period
/// did not reach, those that move with its start included. Nothing if it is only shortened.
pub fn prolonged(ws: &WorkspaceFacts, member: &MemberFacts, period: Interval) -> Vec<Given> {
    let added = Spans::from(period).difference(&Spans::from(member.interval));
    let member = member.with_period(period);
    added
        .pieces()
        .iter()
        .flat_map(|piece| given_by_member(ws, &member, *piece))
        .collect()
}
