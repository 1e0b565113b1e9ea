//! No privilege escalation: who may give what to whom, and whose access a caller may change
//! (PERM-6, PERM-7).
//!
//! Owns the typed refusals; the service maps each to FORBIDDEN with a message. Must not know the
//! calling mutation: the mutation says what it is about to change or hand over. A mutation that
//! hands over rights makes two checks: [`may_change`] (or [`may_set_role`]) for the change, and
//! [`may_pass_on`] for the rights that come with it.

use chrono::{DateTime, Utc};

use super::{
    decision::{decide, security_permission, spans},
    facts::{GroupFacts, ItemFacts, MemberFacts, Right, RoleFacts, Subject, WorkspaceFacts},
    given::{Given, given_by_role},
    path::Reach,
    spans::Spans,
    standing::{assigned_administrator_now_or_later, is_administrator, permissions},
};
use crate::domain::{
    id::ItemId,
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::ResourceAccess,
};

/// Looks up an item of the workspace. `None` if it does not exist.
pub type Items<'a> = &'a dyn Fn(ItemId) -> Option<ItemFacts>;

/// Whose access a change concerns.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// A membership, in any state.
    Member(&'a MemberFacts),
    /// A group.
    Group(&'a GroupFacts),
    /// Somebody without a membership: an invitation, an access request, the default permissions.
    Newcomer,
}

/// What is changed about the target (PERM-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// The role.
    Role,
    /// Permissions: granting or revoking them. For a group: only granting.
    Grants,
    /// Group memberships: adding or removing them.
    Groups,
    /// Quota values or counters. For a group: only a raise.
    Quotas,
    /// The access period, especially its end. Includes revoking the membership.
    Period,
    /// Disabling or enabling.
    State,
    /// A group's name, or taking permissions or quotas from a group: this raises nobody's access.
    Nothing,
}

/// Why a change is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The caller lacks a permission. On an item, it is the one that goes with MANAGE_SECURITY.
    #[error("this requires {0}")]
    RequiresPermission(Permission),
    /// Only an administrator may change an administrator, or give or take the ADMINISTRATOR role
    /// (PERM-6).
    #[error("this requires the ADMINISTRATOR role")]
    RequiresAdministrator,
    /// An API key may not give or restore the ADMINISTRATOR role (KEY-1).
    #[error("an API key cannot give or restore the ADMINISTRATOR role")]
    NotByKey,
    /// Callers may not change their own access (PERM-7).
    #[error("callers cannot change this about themselves")]
    OwnAccess,
    /// Callers may not give more to a group that they are in or will be in (PERM-7).
    #[error("callers cannot raise what their own group gives")]
    OwnGroup,
    /// A right that the caller does not hold at this instant (PERM-6).
    #[error("only rights that the caller holds can be given")]
    MoreThanOwn(Right),
    /// A right that the caller holds, but not for as long (PERM-6).
    #[error("rights cannot be given for longer than the caller holds them")]
    EndsTooSoon(Right),
}

/// Checks whether `actor` may act on the membership `target` at all: only administrators may act on
/// administrators (PERM-6). Revoking API keys is exempt and does not call this.
pub fn may_touch(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    target: &MemberFacts,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    if assigned_administrator_now_or_later(ws, target, t) && !is_administrator(ws, actor, t) {
        return Err(Refused::RequiresAdministrator);
    }
    Ok(())
}

/// Checks whether `actor` may make that kind of change to the target as an administrator or a
/// holder of EDIT_WORKSPACE_PROPERTIES: the permission, the target (PERM-6) and the actor's own
/// access (PERM-7). [`may_pass_on`] checks the rights that the change gives.
pub fn may_change(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    target: Target<'_>,
    change: Change,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    requires_ewp(ws, actor, t)?;
    check_target(ws, actor, target, change, t)
}

/// Checks whether `actor` may restore or prolong a member's rights by enabling the member or moving
/// the end: no API key may restore the ADMINISTRATOR role (KEY-1). [`may_pass_on`] checks
/// everything else that comes back.
pub fn may_give_back(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    target: &MemberFacts,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    match actor {
        Subject::Key(..) if assigned_administrator_now_or_later(ws, target, t) => {
            Err(Refused::NotByKey)
        }
        Subject::WorkspaceKey(_) => Err(Refused::NotByKey),
        Subject::Anonymous | Subject::Member(_) | Subject::Key(..) => Ok(()),
    }
}

/// Checks whether `actor` may grant the target these rights by name (grantPermissions).
/// Permissions: administrators, or holders of EDIT_WORKSPACE_PROPERTIES who hold the permissions
/// for as long. Access to an item: administrators, or those with MANAGE_SECURITY of it (PERM-6).
/// Only administrators may grant to themselves (PERM-7).
pub fn may_give(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    target: Target<'_>,
    rights: &[Given],
    items: Items<'_>,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    let administrator = is_administrator(ws, actor, t);
    for right in rights
        .iter()
        .map(|given| given.right)
        .filter(|_| !administrator)
    {
        match right {
            Right::Workspace(_) => requires_ewp(ws, actor, t)?,
            Right::Item(item, _) => requires_security(ws, actor, item, items, t)?,
        }
    }
    check_target(ws, actor, target, Change::Grants, t)?;
    if administrator {
        return Ok(());
    }
    let permissions = rights
        .iter()
        .filter(|given| given.right.permission().is_some());
    permissions
        .into_iter()
        .try_for_each(|given| holds_as_long(ws, actor, given, items, t))
}

/// Checks whether `actor` may hand over the rights that come with a change: with a role, a group,
/// an invitation, a default, an approval, enabling, prolonging, restoring (PERM-6). Access to an
/// item needs holding it for as long, or MANAGE_SECURITY of it. [`may_change`] checks the change
/// itself.
///
/// The intervals are taken as they are. Cut them to the target's membership first, unless the
/// membership is what is being prolonged.
pub fn may_pass_on(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    rights: &[Given],
    items: Items<'_>,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    if is_administrator(ws, actor, t) {
        return Ok(());
    }
    requires_ewp(ws, actor, t)?;
    rights.iter().try_for_each(|given| match given.right {
        Right::Item(item, _) if requires_security(ws, actor, item, items, t).is_ok() => Ok(()),
        Right::Item(..) | Right::Workspace(_) => holds_as_long(ws, actor, given, items, t),
    })
}

/// Checks whether `actor` may revoke these rights from the target (revokePermissions). Revoking is
/// not limited by what the actor holds (PERM-6). Permissions need an administrator or
/// EDIT_WORKSPACE_PROPERTIES; access to an item also allows MANAGE_SECURITY of it.
pub fn may_take(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    target: Target<'_>,
    taken: &[Right],
    items: Items<'_>,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    for right in taken {
        match (requires_ewp(ws, actor, t), right) {
            (Err(_), Right::Item(item, _)) => requires_security(ws, actor, *item, items, t)?,
            (ewp, Right::Item(..) | Right::Workspace(_)) => ewp?,
        }
    }
    let change = match target {
        Target::Group(_) => Change::Nothing,
        Target::Member(_) | Target::Newcomer => Change::Grants,
    };
    check_target(ws, actor, target, change, t)
}

/// Checks whether `actor` may set the target's role to `role` during `interval`; `None` removes the
/// role. Nobody sets their own role (PERM-7). Only an administrator gives or takes ADMINISTRATOR
/// (PERM-6), and no key gives it (KEY-1). Giving a role needs holding every permission in it for as
/// long.
pub fn may_set_role(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    target: Target<'_>,
    role: Option<&RoleFacts>,
    interval: Interval,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    may_change(ws, actor, target, Change::Role, t)?;
    let Some(role) = role else { return Ok(()) };
    if role.preset == Some(Preset::Administrator) {
        return match (is_administrator(ws, actor, t), actor) {
            (_, Subject::Key(..) | Subject::WorkspaceKey(_)) => Err(Refused::NotByKey),
            (true, _) => Ok(()),
            (false, _) => Err(Refused::RequiresAdministrator),
        };
    }
    may_pass_on(ws, actor, &given_by_role(role, interval), &|_| None, t)
}

/// PERM-6 and PERM-7 without the check of what is given: administrators as targets, the actor's own
/// access and groups.
fn check_target(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    target: Target<'_>,
    change: Change,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    let administrator = is_administrator(ws, actor, t);
    let actor_member = match actor {
        Subject::Member(member) | Subject::Key(member, _) => member,
        Subject::Anonymous | Subject::WorkspaceKey(_) => {
            return Err(Refused::RequiresAdministrator);
        }
    };
    match target {
        Target::Newcomer => Ok(()),
        Target::Group(_) if administrator || change == Change::Nothing => Ok(()),
        Target::Group(group) => {
            let is_in = actor_member.groups.iter().any(|row| {
                row.group_id == group.id && !row.interval.is_empty() && t < row.interval.ends_at
            });
            if is_in {
                Err(Refused::OwnGroup)
            } else {
                Ok(())
            }
        }
        Target::Member(member) => {
            may_touch(ws, actor, member, t)?;
            let free = match change {
                Change::Nothing => true,
                Change::Grants | Change::Groups | Change::Quotas | Change::State => administrator,
                Change::Role | Change::Period => false,
            };
            if member.account_id == actor_member.account_id && !free {
                Err(Refused::OwnAccess)
            } else {
                Ok(())
            }
        }
    }
}

fn requires_ewp(ws: &WorkspaceFacts, actor: Subject<'_>, t: DateTime<Utc>) -> Result<(), Refused> {
    let ewp = Permission::EditWorkspaceProperties;
    if permissions(ws, actor, t).contains(ewp) {
        Ok(())
    } else {
        Err(Refused::RequiresPermission(ewp))
    }
}

fn requires_security(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    item: ItemId,
    items: Items<'_>,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    let manages = items(item)
        .is_some_and(|item| decide(ws, actor, &item, ResourceAccess::ManageSecurity, t).allowed);
    if manages {
        Ok(())
    } else {
        Err(Refused::RequiresPermission(security_permission(item)))
    }
}

/// Checks whether the actor holds the given right at `t`, and from then on without a gap until its
/// end (PERM-6).
fn holds_as_long(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    given: &Given,
    items: Items<'_>,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    if given.interval.is_empty() || given.interval.ends_at <= t {
        return Ok(());
    }
    let held = match (given.right, Reach::of(ws, actor)) {
        (_, None) => Spans::default(),
        (Right::Workspace(permission), Some(reach)) => reach
            .holding(permission)
            .into_iter()
            .map(|path| path.interval)
            .collect::<Spans>()
            .difference(&reach.disabled()),
        (Right::Item(item, access), Some(_)) => items(item).map_or_else(Spans::default, |item| {
            spans(ws, actor, &item, access, |filter| {
                filter.is_none() || filter == given.record_filter.as_ref()
            })
        }),
    };
    if !held.contains(t) {
        Err(Refused::MoreThanOwn(given.right))
    } else if held.covers(&Interval::new(t, given.interval.ends_at)) {
        Ok(())
    } else {
        Err(Refused::EndsTooSoon(given.right))
    }
}
