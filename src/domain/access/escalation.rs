//! No escalation: who may give what to whom, and who may touch whom (PERM-6, PERM-7).
//!
//! Owns the typed refusals; the service maps each to FORBIDDEN with a message. Must not know which
//! mutation asks: a mutation says what it is about to change or hand over. An act that hands rights
//! over asks twice: [`may_change`] (or [`may_set_role`]) for the act, and [`may_pass_on`] for what
//! comes along.

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

/// Looks up an item of the workspace; `None` = there is none.
pub type Items<'a> = &'a dyn Fn(ItemId) -> Option<ItemFacts>;

/// Whom an act is about.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// A membership, named as target: in any state.
    Member(&'a MemberFacts),
    /// A group.
    Group(&'a GroupFacts),
    /// Somebody without a membership here: an invitation, an access request, the default
    /// permissions.
    Newcomer,
}

/// What an act changes about its target (PERM-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// The role.
    Role,
    /// Permissions: grants given or taken. For a group: given.
    Grants,
    /// Group memberships: added or removed.
    Groups,
    /// Quota values or counts. For a group: a raise.
    Quotas,
    /// The access period; its end above all, revoking included.
    Period,
    /// Disabled or enabled.
    State,
    /// What a group is called, or permissions and quotas of a group taken or lowered: nobody's own
    /// access.
    Nothing,
}

/// Why an act is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The act needs a permission that the actor lacks; on an item, the one that goes with
    /// MANAGE_SECURITY.
    #[error("this requires {0}")]
    RequiresPermission(Permission),
    /// Only an administrator touches an administrator, or gives or takes the ADMINISTRATOR role
    /// (PERM-6).
    #[error("this requires the ADMINISTRATOR role")]
    RequiresAdministrator,
    /// No key gives the ADMINISTRATOR role, or gives it back (KEY-1).
    #[error("an API key cannot give the ADMINISTRATOR role, or give it back")]
    NotByKey,
    /// One's own access (PERM-7).
    #[error("nobody changes this about themself")]
    OwnAccess,
    /// More for a group that one is in, or will be (PERM-7).
    #[error("nobody raises what a group gives that they are in")]
    OwnGroup,
    /// A right that the actor does not hold at this instant (PERM-6).
    #[error("only rights that one holds can be given")]
    MoreThanOwn(Right),
    /// A right that the actor holds, but not for as long (PERM-6).
    #[error("rights cannot be given for longer than one holds them")]
    EndsTooSoon(Right),
}

/// Whether `actor` may name the membership `target` at all: only an administrator touches an
/// administrator (PERM-6). Revoking keys is excepted and does not ask here.
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

/// Whether `actor` may, as an administrator or EWP holder, make that change to the target, whatever
/// its size: the permission, who may be touched (PERM-6), and the actor's own access (PERM-7). What
/// it
/// gives is weighed by [`may_pass_on`].
pub fn may_change(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    target: Target<'_>,
    change: Change,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    requires_ewp(ws, actor, t)?;
    reaches(ws, actor, target, change, t)
}

/// Whether `actor` may make a member's rights count again or for longer, by enabling or prolonging:
/// no API key gives the ADMINISTRATOR role back (KEY-1). Everything else that comes back is weighed
/// by [`may_pass_on`].
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
        Subject::Anonymous | Subject::Member(_) | Subject::Key(..) => Ok(()),
    }
}

/// Whether `actor` may give the target those rights by name (grantPermissions): permissions as an
/// administrator, or as an EWP holder who holds them as long; access to an item as an administrator
/// or by MANAGE_SECURITY of it (PERM-6), in either case not to themself unless administrator
/// (PERM-7).
pub fn may_give(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    target: Target<'_>,
    given: &[Given],
    items: Items<'_>,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    let administrator = is_administrator(ws, actor, t);
    for right in given
        .iter()
        .map(|given| given.right)
        .filter(|_| !administrator)
    {
        match right {
            Right::Workspace(_) => requires_ewp(ws, actor, t)?,
            Right::Item(item, _) => requires_security(ws, actor, item, items, t)?,
        }
    }
    reaches(ws, actor, target, Change::Grants, t)?;
    if administrator {
        return Ok(());
    }
    let weighed = given
        .iter()
        .filter(|given| matches!(given.right, Right::Workspace(_)));
    weighed
        .into_iter()
        .try_for_each(|given| holds_as_long(ws, actor, given, items, t))
}

/// Whether `actor` may hand over what comes along with an act on members: with a role, a group, an
/// invitation, a default, an approval, enabling, prolonging, restoring (PERM-6). Access to an item
/// counts as theirs if they hold it as long, or have MANAGE_SECURITY of it. The act itself is
/// [`may_change`]'s.
///
/// The intervals are taken as they are: cut them to the target's membership first, if that is not
/// what is being prolonged.
pub fn may_pass_on(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    given: &[Given],
    items: Items<'_>,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    if is_administrator(ws, actor, t) {
        return Ok(());
    }
    requires_ewp(ws, actor, t)?;
    given.iter().try_for_each(|given| match given.right {
        Right::Item(item, _) if requires_security(ws, actor, item, items, t).is_ok() => Ok(()),
        _ => holds_as_long(ws, actor, given, items, t),
    })
}

/// Whether `actor` may take those rights from the target (revokePermissions). Taking away is free
/// (PERM-6): permissions for administrators and EWP holders, access to an item for those and for
/// who has MANAGE_SECURITY of it.
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
            (permission, _) => permission?,
        }
    }
    let change = if matches!(target, Target::Group(_)) {
        Change::Nothing
    } else {
        Change::Grants
    };
    reaches(ws, actor, target, change, t)
}

/// Whether `actor` may set the target's role to `role` during `interval`; `None` takes the role
/// away. Nobody sets their own role (PERM-7); only an administrator gives or takes ADMINISTRATOR
/// (PERM-6), no key gives it (KEY-1); a role is given only by those who hold all that is in it, as
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
            (_, Subject::Key(..)) => Err(Refused::NotByKey),
            (true, _) => Ok(()),
            (false, _) => Err(Refused::RequiresAdministrator),
        };
    }
    may_pass_on(ws, actor, &given_by_role(role, interval), &|_| None, t)
}

/// PERM-6 and PERM-7 but for the size of what is given: administrators as targets, the
/// actor's own access and groups.
fn reaches(
    ws: &WorkspaceFacts,
    actor: Subject<'_>,
    target: Target<'_>,
    change: Change,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    let administrator = is_administrator(ws, actor, t);
    let (Subject::Member(own) | Subject::Key(own, _)) = actor else {
        return Err(Refused::RequiresAdministrator);
    };
    match target {
        Target::Newcomer => Ok(()),
        Target::Group(_) if administrator || change == Change::Nothing => Ok(()),
        Target::Group(group) => {
            let is_in = own.groups.iter().any(|row| {
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
            let free = change == Change::Nothing
                || (administrator && !matches!(change, Change::Role | Change::Period));
            if member.account_id == own.account_id && !free {
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

/// Whether the actor holds at `t` what is given, and from then on without a gap to its end
/// (PERM-6).
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
    let own = match (given.right, Reach::of(ws, actor)) {
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
    if !own.contains(t) {
        Err(Refused::MoreThanOwn(given.right))
    } else if own.covers(&Interval::new(t, given.interval.ends_at)) {
        Ok(())
    } else {
        Err(Refused::EndsTooSoon(given.right))
    }
}
