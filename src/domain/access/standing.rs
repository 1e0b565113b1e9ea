//! The state of a membership or key at an instant, and the permissions it then has.
//!
//! Owns the fast answers: no reasons and no allocation, for pages of a hundred members. Must agree
//! with the paths of `effective` (a property test checks both against one oracle).

use chrono::{DateTime, Utc};

use super::{
    facts::{
        GrantFacts, GroupFacts, KeyFacts, MemberFacts, Right, RoleFacts, Subject, WorkspaceFacts,
    },
    spans::Spans,
};
use crate::domain::{
    id::{GroupId, RoleId},
    interval::{Interval, OPEN_END},
    permission::{Permission, PermissionSet, Preset},
    vocabulary::{ApiKeyState, MembershipState},
};

/// The state of the membership at `t` (MEM-1): ENDED, else DISABLED, else SCHEDULED, else ACTIVE. A
/// membership revoked before it began is ENDED (TIME-2).
pub fn state(member: &MemberFacts, t: DateTime<Utc>) -> MembershipState {
    if is_over(&member.interval, t) {
        MembershipState::Ended
    } else if member.disabled.iter().any(|spell| spell.contains(t)) {
        MembershipState::Disabled
    } else if t < member.interval.starts_at {
        MembershipState::Scheduled
    } else {
        MembershipState::Active
    }
}

/// The state of a key that `member` made at `t` (KEY-6): REVOKED (also if the membership ended), else
/// EXPIRED, SUSPENDED or ACTIVE. The state of a key of the workspace depends on its own row alone
/// (KEY-8).
pub fn key_state(member: &MemberFacts, key: &KeyFacts, t: DateTime<Utc>) -> ApiKeyState {
    if key.kind.is_of_workspace() {
        return workspace_key_state(key, t);
    }
    let over = is_over(&key.interval, t);
    match (state(member, t), over) {
        (MembershipState::Ended, _) => ApiKeyState::Revoked,
        (
            MembershipState::Active | MembershipState::Scheduled | MembershipState::Disabled,
            true,
        ) => {
            if key.revoked {
                ApiKeyState::Revoked
            } else {
                ApiKeyState::Expired
            }
        }
        (MembershipState::Active, false) if key.interval.contains(t) => ApiKeyState::Active,
        (
            MembershipState::Active | MembershipState::Scheduled | MembershipState::Disabled,
            false,
        ) => ApiKeyState::Suspended,
    }
}

/// The state of a key of the workspace at `t`, whatever becomes of the member who made it (KEY-8).
pub fn workspace_key_state(key: &KeyFacts, t: DateTime<Utc>) -> ApiKeyState {
    let over = is_over(&key.interval, t);
    if over && key.revoked {
        ApiKeyState::Revoked
    } else if over {
        ApiKeyState::Expired
    } else if key.interval.contains(t) {
        ApiKeyState::Active
    } else {
        ApiKeyState::Suspended
    }
}

/// The permissions of `subject` in the whole workspace at `t` (PERM-2). A row counts only while
/// every row that it depends on counts (TIME-7).
///
/// Empty for anonymous visitors, for members and keys that are not ACTIVE (MEM-1), and for GATEWAY
/// keys (KEY-7). A key has the permissions that are on its list and that its member holds (KEY-1).
pub fn permissions(ws: &WorkspaceFacts, subject: Subject<'_>, t: DateTime<Utc>) -> PermissionSet {
    match subject {
        Subject::Anonymous => PermissionSet::EMPTY,
        Subject::Member(member) if state(member, t) == MembershipState::Active => {
            of_active_member(ws, member, t)
        }
        Subject::Key(member, key) if works_for_member(member, key, t) => {
            let held = of_active_member(ws, member, t);
            scope(key, t).map_or(held, |list| list.intersection(held))
        }
        Subject::Member(_) | Subject::Key(..) | Subject::WorkspaceKey(_) => PermissionSet::EMPTY,
    }
}

/// The roles and groups that give `permission` to their members at `t`, by id. Filters use them and
/// then only look at members' own rows (MEM-7).
pub fn givers(
    ws: &WorkspaceFacts,
    permission: Permission,
    t: DateTime<Utc>,
) -> (Vec<RoleId>, Vec<GroupId>) {
    let gives = |group: &&GroupFacts| {
        let mut held = PermissionSet::EMPTY;
        add_workspace_grants(&mut held, &group.grants, t);
        held.contains(permission)
    };
    let roles = ws.roles.values().filter(|role| {
        role.interval.contains(t) && permissions_of_role(role, t).contains(permission)
    });
    let groups = ws
        .groups
        .values()
        .filter(|group| group.interval.contains(t))
        .filter(gives);
    let (mut roles, mut groups): (Vec<_>, Vec<_>) = (
        roles.map(|role| role.id).collect(),
        groups.map(|group| group.id).collect(),
    );
    roles.sort_unstable();
    groups.sort_unstable();
    (roles, groups)
}

/// Whether `subject` is an administrator at `t`: ACTIVE, with the ADMINISTRATOR role. A key is one
/// only if it has no list (KEY-1).
pub fn is_administrator(ws: &WorkspaceFacts, subject: Subject<'_>, t: DateTime<Utc>) -> bool {
    let member = match subject {
        Subject::Anonymous | Subject::WorkspaceKey(_) => return false,
        Subject::Member(member) => member,
        Subject::Key(_, key) if key.scope.is_some() => return false,
        Subject::Key(member, key) if works_for_member(member, key, t) => member,
        Subject::Key(..) => return false,
    };
    state(member, t) == MembershipState::Active
        && administrator_assignments(ws, member)
            .any(|(assigned, role)| assigned.contains(t) && role.interval.contains(t))
}

/// Whether `member` is protected as an administrator (PERM-6): ADMINISTRATOR is assigned at `t` or
/// later, and the membership is active, disabled or scheduled. An ended membership has no role
/// (MEM-3).
pub fn assigned_administrator_now_or_later(
    ws: &WorkspaceFacts,
    member: &MemberFacts,
    t: DateTime<Utc>,
) -> bool {
    state(member, t) != MembershipState::Ended
        && administrator_assignments(ws, member).any(|(assigned, role)| {
            let both = assigned.intersect(&role.interval);
            !both.is_empty() && t < both.ends_at
        })
}

/// Whether `member` is one of the administrators that keep a workspace from being orphaned (MEM-5):
/// ACTIVE, with a membership and an ADMINISTRATOR assignment without end, and an account that is
/// not scheduled for deletion.
pub fn counts_as_administrator(
    ws: &WorkspaceFacts,
    member: &MemberFacts,
    t: DateTime<Utc>,
) -> bool {
    if member.deletion_scheduled
        || member.interval.ends_at < OPEN_END
        || state(member, t) != MembershipState::Active
    {
        return false;
    }
    // Assignments that follow each other without a gap count as one.
    let assigned: Spans = administrator_assignments(ws, member)
        .map(|(assigned, role)| assigned.intersect(&role.interval))
        .collect();
    assigned.covers(&Interval::new(t, OPEN_END))
}

/// Whether a key has any rights of its member at `t`: ACTIVE and not a GATEWAY key (KEY-6, KEY-7).
pub(super) fn works_for_member(member: &MemberFacts, key: &KeyFacts, t: DateTime<Utc>) -> bool {
    !key.kind.is_of_workspace() && key_state(member, key, t) == ApiKeyState::Active
}

/// The permissions on the key's list at `t`. `None` if it has no list (KEY-1).
pub(super) fn scope(key: &KeyFacts, t: DateTime<Utc>) -> Option<PermissionSet> {
    let rows = key.scope.as_ref()?;
    Some(
        rows.iter()
            .filter(|(_, interval)| interval.contains(t))
            .map(|(permission, _)| *permission)
            .collect(),
    )
}

fn is_over(interval: &Interval, t: DateTime<Utc>) -> bool {
    interval.ends_at <= t || interval.is_empty()
}

fn administrator_assignments<'a>(
    ws: &'a WorkspaceFacts,
    member: &'a MemberFacts,
) -> impl Iterator<Item = (Interval, &'a RoleFacts)> {
    member.roles.iter().filter_map(|assignment| {
        let role = ws.roles.get(&assignment.role_id)?;
        (role.preset == Some(Preset::Administrator)).then_some((assignment.interval, role))
    })
}

fn of_active_member(ws: &WorkspaceFacts, member: &MemberFacts, t: DateTime<Utc>) -> PermissionSet {
    let mut held = PermissionSet::EMPTY;
    for role in member
        .roles
        .iter()
        .filter(|row| row.interval.contains(t))
        .filter_map(|row| ws.roles.get(&row.role_id))
    {
        if role.interval.contains(t) {
            held = held.union(permissions_of_role(role, t));
        }
    }
    add_workspace_grants(&mut held, &member.grants, t);
    for group in member
        .groups
        .iter()
        .filter(|row| row.interval.contains(t))
        .filter_map(|row| ws.groups.get(&row.group_id))
    {
        if group.interval.contains(t) {
            add_workspace_grants(&mut held, &group.grants, t);
        }
    }
    held
}

/// The permissions that the role gives its holders at `t`.
pub fn permissions_of_role(role: &RoleFacts, t: DateTime<Utc>) -> PermissionSet {
    match role.preset {
        Some(preset) => preset.permissions(),
        None => role
            .permissions
            .iter()
            .filter(|(_, row)| row.contains(t))
            .map(|(permission, _)| *permission)
            .collect(),
    }
}

fn add_workspace_grants(held: &mut PermissionSet, grants: &[GrantFacts], t: DateTime<Utc>) {
    for grant in grants {
        if let Right::Workspace(permission) = grant.right
            && grant.interval.contains(t)
        {
            held.insert(permission);
        }
    }
}

/// The permissions of `role` over time: those of a preset while it exists, those of a custom role
/// row by row.
pub(super) fn rows_of_role(role: &RoleFacts) -> Vec<(Permission, Interval)> {
    match role.preset {
        Some(preset) => preset
            .permissions()
            .iter()
            .map(|permission| (permission, role.interval))
            .collect(),
        None => role
            .permissions
            .iter()
            .map(|(permission, row)| (*permission, row.intersect(&role.interval)))
            .collect(),
    }
}
