//! Whether some input of an action on a member would not be refused as FORBIDDEN (PERM-9): the
//! engine's own checks, asked with the least that the action can be about.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};

use crate::domain::{
    access::{
        Given,
        escalation::{
            Change, Items, Target, may_change, may_give, may_give_back, may_pass_on, may_touch,
        },
        facts::{GroupFacts, MemberFacts, Right},
        given_by_group, given_by_member, is_administrator,
    },
    id::ItemId,
    interval::Interval,
    permission::Permission,
};
use crate::service::{Access, Caller, bulk};

/// What one may do with a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Give or take the role.
    SetRole,
    /// Grant a permission, or access to an item.
    Grant,
    /// Revoke a grant.
    RevokeGrant,
    /// Change the access period.
    SetAccessPeriod,
    /// Set quota values.
    SetQuotas,
    /// Add to a group.
    AddToGroup,
    /// Remove from a group.
    RemoveFromGroup,
    /// Disable the membership.
    Disable,
    /// Enable it again.
    Enable,
    /// End the membership.
    Revoke,
    /// Restore an ended membership.
    Restore,
    /// Send a link to set a new password.
    SendPasswordReset,
    /// Revoke API keys.
    RevokeApiKeys,
}

/// The items that [`may`] has to know of: those that come along with the action.
pub fn items(access: &Access, target: &MemberFacts, action: Action) -> Vec<ItemId> {
    let (facts, now) = (access.facts(), access.now);
    if is_administrator(facts, access.subject(), now) {
        return Vec::new();
    }
    let rights: Vec<Given> = match action {
        Action::Enable => back(access, target),
        Action::AddToGroup => open_groups(access)
            .flat_map(|group| given_by_group(group, least_of(target, now)))
            .collect(),
        _ => return Vec::new(),
    };
    let items: BTreeSet<ItemId> = rights
        .iter()
        .filter_map(|right| match right.right {
            Right::Item(item, _) => Some(item),
            Right::Workspace(_) => None,
        })
        .collect();
    items.into_iter().collect()
}

/// What enabling gives back.
fn back(access: &Access, target: &MemberFacts) -> Vec<Given> {
    given_by_member(
        access.facts(),
        target,
        target.interval.intersect(&Interval::from(access.now)),
    )
}

fn open_groups(access: &Access) -> impl Iterator<Item = &GroupFacts> {
    access
        .facts()
        .groups
        .values()
        .filter(|group| group.interval.contains(access.now))
}

/// The shortest that anything can be given for.
fn least(now: DateTime<Utc>) -> Interval {
    Interval::new(now, now + Duration::microseconds(1))
}

/// The same, cut to the membership: a place in a group that ends before the membership begins gives
/// nothing.
fn least_of(target: &MemberFacts, now: DateTime<Utc>) -> Interval {
    least(now).intersect(&target.interval)
}

/// Whether the caller may do `action` to `target` with some input; `items` tells of those that
/// [`items`] names.
pub fn may(
    access: &Access,
    caller: &Caller,
    target: &MemberFacts,
    action: Action,
    items: Items<'_>,
) -> bool {
    let (facts, actor, now) = (access.facts(), access.subject(), access.now);
    let change = |change| may_change(facts, actor, Target::Member(target), change, now).is_ok();
    match action {
        // Taking a role away is the least, and free to whoever may touch it at all.
        Action::SetRole => change(Change::Role),
        Action::Grant => {
            let right = |permission| [Given::permission(permission, least(now))];
            let held = access.permissions();
            held.iter().any(|p| {
                may_give(facts, actor, Target::Member(target), &right(p), items, now).is_ok()
            })
        }
        Action::RevokeGrant => change(Change::Grants),
        Action::SetAccessPeriod | Action::Revoke => change(Change::Period),
        Action::SetQuotas => change(Change::Quotas),
        Action::RemoveFromGroup => change(Change::Groups),
        Action::AddToGroup => {
            let passes = |group| {
                may_pass_on(
                    facts,
                    actor,
                    &given_by_group(group, least_of(target, now)),
                    items,
                    now,
                )
                .is_ok()
            };
            change(Change::Groups) && open_groups(access).any(passes)
        }
        Action::Disable => change(Change::State),
        Action::Enable => {
            change(Change::State)
                && may_give_back(facts, actor, target, now).is_ok()
                && may_pass_on(facts, actor, &back(access, target), items, now).is_ok()
        }
        // What may not be given is left out, and so nothing else is refused.
        Action::Restore => bulk::require_ewp_member(access, caller).is_ok(),
        Action::SendPasswordReset => {
            access.can(Permission::EditWorkspaceProperties)
                && may_touch(facts, actor, target, now).is_ok()
        }
        Action::RevokeApiKeys => {
            let own = caller.account_id() == Some(target.account_id) && access.is_active_member();
            caller.key().is_none() && (own || access.can(Permission::EditWorkspaceProperties))
        }
    }
}
