//! Whether some input of an action on a member would not be refused as FORBIDDEN (PERM-9): the engine's own checks, asked with
//! the least that the action can be about.

use chrono::Duration;

use super::{Access, Actor, Caller};
use crate::domain::{
    access::{
        Given, assigned_administrator_now_or_later,
        escalation::{Change, Target, may_change, may_give, may_pass_on, may_touch},
        facts::{MemberFacts, Right},
        given_by_group, given_by_member,
    },
    interval::{Interval, OPEN_END},
    permission::Permission,
};

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
    /// Disable.
    Disable,
    /// Enable.
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

/// Whether the caller may do `action` to `target` with some input.
pub fn may(access: &Access, caller: &Caller, target: &MemberFacts, action: Action) -> bool {
    let (facts, actor, now) = (access.facts(), access.subject(), access.now);
    let change = |change| may_change(facts, actor, Target::Member(target), change, now).is_ok();
    match action {
        // Taking a role away is the least, and free to whoever may touch it at all.
        Action::SetRole => change(Change::Role),
        Action::Grant => {
            let least = |permission| Given {
                right: Right::Workspace(permission),
                record_filter: None,
                interval: Interval::new(now, now + Duration::microseconds(1)),
            };
            let held = access.permissions();
            held.iter().any(|p| may_give(facts, actor, Target::Member(target), &[least(p)], &|_| None, now).is_ok())
        }
        Action::RevokeGrant => change(Change::Grants),
        Action::SetAccessPeriod | Action::Revoke => change(Change::Period),
        Action::SetQuotas => change(Change::Quotas),
        Action::RemoveFromGroup => change(Change::Groups),
        Action::AddToGroup => {
            let least = Interval::new(now, now + Duration::microseconds(1));
            let open = facts.groups.values().filter(|group| group.interval.ends_at > now);
            change(Change::Groups)
                && open.into_iter().any(|group| may_pass_on(facts, actor, &given_by_group(group, least), &|_| None, now).is_ok())
        }
        Action::Disable => change(Change::State),
        Action::Enable => {
            let back = given_by_member(facts, target, Interval::new(now, OPEN_END));
            change(Change::State) && may_pass_on(facts, actor, &back, &|_| None, now).is_ok()
        }
        // Not built yet: no input of it succeeds.
        Action::Restore => false,
        Action::SendPasswordReset => {
            access.can(Permission::EditWorkspaceProperties) && may_touch(facts, actor, target, now).is_ok()
        }
        Action::RevokeApiKeys => {
            let own = caller.account_id() == Some(target.account_id) && access.is_active_member();
            !matches!(caller.actor, Actor::Key(_)) && (own || access.can(Permission::EditWorkspaceProperties))
        }
    }
}

/// Whether the member is or will be an administrator, which only administrators touch (PERM-6).
pub fn is_administrator_target(access: &Access, target: &MemberFacts) -> bool {
    assigned_administrator_now_or_later(access.facts(), target, access.now)
}
