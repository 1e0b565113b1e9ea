//! What the rules say, said again as slowly and plainly as possible. Every function goes back to
//! the rows and asks them at one instant; nothing is merged, cut or remembered. Must share nothing
//! with the engine but the shapes of the facts.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use concierge::domain::{
    access::facts::*,
    id::{ItemId, RoleId},
    interval::{Interval, OPEN_END},
    permission::{Permission as P, Preset},
    vocabulary::AccessMode,
    vocabulary::{ApiKeyKind, ApiKeyState, MembershipState, ResourceAccess as A, Security},
};

type Time = DateTime<Utc>;

/// "A row counts at instant t iff starts_at <= t < ends_at."
pub fn counts(row: &Interval, t: Time) -> bool {
    row.starts_at <= t && t < row.ends_at
}

/// "Ending = ends_at := now; a row that has not begun ends by ends_at := starts_at."
fn ended(row: &Interval, t: Time) -> bool {
    t >= row.ends_at || row.starts_at == row.ends_at
}

/// MEM-1: "ENDED, else DISABLED, else SCHEDULED, else ACTIVE".
pub fn state(member: &MemberFacts, t: Time) -> MembershipState {
    if ended(&member.interval, t) {
        return MembershipState::Ended;
    }
    if member.disabled.iter().any(|spell| counts(spell, t)) {
        return MembershipState::Disabled;
    }
    if t < member.interval.starts_at {
        MembershipState::Scheduled
    } else {
        MembershipState::Active
    }
}

/// KEY-6: "REVOKED (also when its membership ended), EXPIRED, SUSPENDED (member disabled or not
/// begun), ACTIVE".
pub fn key_state(member: &MemberFacts, key: &KeyFacts, t: Time) -> ApiKeyState {
    let key_ended = ended(&key.interval, t);
    // KEY-8: keys of the workspace work "while workspace, interval and networks allow".
    if key.kind == ApiKeyKind::Gateway {
        return match (key_ended, key.revoked) {
            (true, true) => ApiKeyState::Revoked,
            (true, false) => ApiKeyState::Expired,
            (false, _) if t < key.interval.starts_at => ApiKeyState::Suspended,
            (false, _) => ApiKeyState::Active,
        };
    }
    if state(member, t) == MembershipState::Ended || (key_ended && key.revoked) {
        return ApiKeyState::Revoked;
    }
    if key_ended {
        return ApiKeyState::Expired;
    }
    if state(member, t) != MembershipState::Active || t < key.interval.starts_at {
        return ApiKeyState::Suspended;
    }
    ApiKeyState::Active
}

/// PERM-10, word by word.
fn preset(preset: Preset) -> BTreeSet<P> {
    let list: &[P] = match preset {
        Preset::Administrator => P::ALL,
        Preset::Publisher => &[
            P::CreateDatasets,
            P::EditAllDatasets,
            P::PublishOwnDatasets,
            P::ManageOwnDatasetsSecurity,
            P::BrowseAllDatasets,
            P::CreatePages,
            P::BrowseAnalytics,
        ],
        Preset::Editor => &[P::CreateDatasets, P::CreatePages],
        Preset::Designer => &[
            P::CreateDatasets,
            P::BrowseAllDatasets,
            P::CreatePages,
            P::ManageWorkspaceTheme,
        ],
        Preset::Viewer => &[P::BrowseAllDatasets, P::BrowseAllPages],
    };
    list.iter().copied().collect()
}

fn role_has(ws: &WorkspaceFacts, id: RoleId, permission: P, t: Time) -> bool {
    let Some(role) = ws.roles.get(&id) else {
        return false;
    };
    counts(&role.interval, t)
        && match role.preset {
            Some(name) => preset(name).contains(&permission),
            None => role
                .permissions
                .iter()
                .any(|(p, row)| *p == permission && counts(row, t)),
        }
}

/// Whose rows are asked, if any: an ACTIVE member, by session or by an ACTIVE key that is no
/// GATEWAY.
fn member_of<'a>(subject: Subject<'a>, t: Time) -> Option<&'a MemberFacts> {
    match subject {
        // KEY-7, KEY-8: they ask for others and hold nothing.
        Subject::Anonymous | Subject::WorkspaceKey(_) => None,
        Subject::Member(member) => (state(member, t) == MembershipState::Active).then_some(member),
        Subject::Key(member, key) => (key.kind != ApiKeyKind::Gateway
            && key_state(member, key, t) == ApiKeyState::Active)
            .then_some(member),
    }
}

/// KEY-1: whether the list of a key, if it has one, has the permission.
fn list_has(subject: Subject<'_>, permission: P, t: Time) -> bool {
    let Subject::Key(
        _,
        KeyFacts {
            scope: Some(list), ..
        },
    ) = subject
    else {
        return true;
    };
    list.iter()
        .any(|(p, row)| *p == permission && counts(row, t))
}

/// TIME-7: the grants that count for a member, their own and those of their groups.
fn grants<'a>(ws: &'a WorkspaceFacts, member: &'a MemberFacts, t: Time) -> Vec<&'a GrantFacts> {
    let mut all: Vec<&GrantFacts> = member.grants.iter().collect();
    for row in &member.groups {
        if counts(&row.interval, t)
            && let Some(group) = ws.groups.get(&row.group_id)
            && counts(&group.interval, t)
        {
            all.extend(&group.grants);
        }
    }
    all.retain(|grant| counts(&grant.interval, t));
    all
}

/// PERM-2 and KEY-1: role ∪ direct ∪ groups, for keys only what is on the list.
pub fn holds(ws: &WorkspaceFacts, subject: Subject<'_>, permission: P, t: Time) -> bool {
    let Some(member) = member_of(subject, t) else {
        return false;
    };
    let by_role = member
        .roles
        .iter()
        .any(|row| counts(&row.interval, t) && role_has(ws, row.role_id, permission, t));
    let by_grant = grants(ws, member, t)
        .iter()
        .any(|grant| grant.right == Right::Workspace(permission));
    (by_role || by_grant) && list_has(subject, permission, t)
}

/// How many paths of rows lead a member to a permission.
pub fn path_count(ws: &WorkspaceFacts, subject: Subject<'_>, permission: P, t: Time) -> usize {
    let Some(member) = member_of(subject, t).filter(|_| list_has(subject, permission, t)) else {
        return 0;
    };
    let by_grant = grants(ws, member, t)
        .iter()
        .filter(|grant| grant.right == Right::Workspace(permission))
        .count();
    let mut by_role = 0;
    for row in member.roles.iter().filter(|row| counts(&row.interval, t)) {
        if let Some(role) = ws
            .roles
            .get(&row.role_id)
            .filter(|role| counts(&role.interval, t))
        {
            by_role += match role.preset {
                Some(name) => usize::from(preset(name).contains(&permission)),
                None => role
                    .permissions
                    .iter()
                    .filter(|(p, row)| *p == permission && counts(row, t))
                    .count(),
            };
        }
    }
    by_grant + by_role
}

/// The permissions held, in the order of the table.
pub fn permissions(ws: &WorkspaceFacts, subject: Subject<'_>, t: Time) -> Vec<P> {
    P::ALL
        .iter()
        .copied()
        .filter(|permission| holds(ws, subject, *permission, t))
        .collect()
}

/// KEY-1: "It counts as ADMINISTRATOR only without a list".
pub fn is_administrator(ws: &WorkspaceFacts, subject: Subject<'_>, t: Time) -> bool {
    let has_list = matches!(subject, Subject::Key(_, KeyFacts { scope: Some(_), .. }));
    let Some(member) = member_of(subject, t).filter(|_| !has_list) else {
        return false;
    };
    member
        .roles
        .iter()
        .any(|row| counts(&row.interval, t) && is_administrator_role(ws, row.role_id, t))
}

fn is_administrator_role(ws: &WorkspaceFacts, id: RoleId, t: Time) -> bool {
    ws.roles
        .get(&id)
        .is_some_and(|role| role.preset == Some(Preset::Administrator) && counts(&role.interval, t))
}

/// PERM-6: "administrator as a target = ADMINISTRATOR assigned now or later", found by trying every
/// bound from t on.
pub fn is_administrator_target(ws: &WorkspaceFacts, member: &MemberFacts, t: Time) -> bool {
    let assigned_at = |u: Time| {
        member
            .roles
            .iter()
            .any(|row| counts(&row.interval, u) && is_administrator_role(ws, row.role_id, u))
    };
    state(member, t) != MembershipState::Ended
        && instants(ws, Subject::Member(member), t)
            .into_iter()
            .any(assigned_at)
}

/// MEM-5: "active, membership and ADMINISTRATOR assignment both without end, account not scheduled
/// for deletion". Without end means: at every instant from `t` to just before the open end, by one
/// assignment or by others that follow it without a gap.
pub fn counts_as_administrator(ws: &WorkspaceFacts, member: &MemberFacts, t: Time) -> bool {
    let last = OPEN_END - chrono::Duration::microseconds(1);
    let assigned_at = |u: Time| {
        member
            .roles
            .iter()
            .any(|row| counts(&row.interval, u) && is_administrator_role(ws, row.role_id, u))
    };
    !member.deletion_scheduled
        && state(member, t) == MembershipState::Active
        && counts(&member.interval, last)
        && assigned_at(last)
        && instants(ws, Subject::Member(member), t)
            .into_iter()
            .filter(|u| *u < OPEN_END)
            .all(assigned_at)
}

/// Every instant from `t` on at which any row begins or ends, and `t` itself: between two of them
/// nothing changes.
pub fn instants(ws: &WorkspaceFacts, subject: Subject<'_>, t: Time) -> Vec<Time> {
    let mut rows: Vec<Interval> = Vec::new();
    rows.extend(ws.roles.values().flat_map(|role| {
        role.permissions
            .iter()
            .map(|(_, row)| *row)
            .chain([role.interval])
    }));
    rows.extend(ws.groups.values().flat_map(|group| {
        group
            .grants
            .iter()
            .map(|grant| grant.interval)
            .chain([group.interval])
    }));
    if let Subject::Member(member) | Subject::Key(member, _) = subject {
        rows.push(member.interval);
        rows.extend(&member.disabled);
        rows.extend(member.roles.iter().map(|row| row.interval));
        rows.extend(member.groups.iter().map(|row| row.interval));
        rows.extend(member.grants.iter().map(|grant| grant.interval));
    }
    if let Subject::Key(_, key) = subject {
        rows.push(key.interval);
        rows.extend(key.scope.iter().flatten().map(|(_, row)| *row));
    }
    let bounds = rows
        .iter()
        .flat_map(|row| [row.starts_at, row.ends_at])
        .filter(|bound| *bound > t && *bound < OPEN_END);
    bounds
        .chain([t])
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// When a permission that is held at `t` stops if nobody acts: the first bound at which it is held
/// no more.
pub fn ends_at(ws: &WorkspaceFacts, subject: Subject<'_>, permission: P, t: Time) -> Option<Time> {
    instants(ws, subject, t)
        .into_iter()
        .find(|u| !holds(ws, subject, permission, *u))
}

/// The record filters of every path by which the subject may do that: `None` in the list = a path
/// to all records. An empty list = refused. PERM-5, sentence by sentence.
pub fn item_paths(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    item: &ItemFacts,
    access: A,
    t: Time,
) -> Vec<Option<String>> {
    let dataset = matches!(item.id, ItemId::Dataset(_));
    let pick = |of_dataset, of_page| if dataset { of_dataset } else { of_page };
    let create = pick(P::CreateDatasets, P::CreatePages);
    let edit_all = pick(P::EditAllDatasets, P::EditAllPages);
    let browse_all = pick(P::BrowseAllDatasets, P::BrowseAllPages);
    let security = pick(P::ManageOwnDatasetsSecurity, P::ManageOwnPagesSecurity);

    let member = member_of(subject, t);
    let own = member.is_some_and(|member| item.owner == Some(member.account_id));
    let has = |permission| holds(ws, subject, permission, t);
    let listed = |permission| list_has(subject, permission, t);
    let granted = |wanted: A| -> Vec<Option<String>> {
        let rows = member
            .map(|member| grants(ws, member, t))
            .unwrap_or_default();
        let rows = rows
            .into_iter()
            .filter(|grant| grant.right == Right::Item(item.id, wanted));
        rows.map(|grant| {
            grant
                .record_filter
                .as_ref()
                .filter(|_| dataset)
                .map(ToString::to_string)
        })
        .collect()
    };

    let delete = has(edit_all) || (own && has(create));
    let edit_grant = !granted(A::Edit).is_empty() && (listed(edit_all) || (own && listed(create)));
    let edit = delete || edit_grant;
    let yes = |allowed: bool| if allowed { vec![None] } else { Vec::new() };
    match access {
        A::Delete => yes(delete),
        A::Edit => yes(edit),
        A::Publish if !dataset => yes(edit),
        A::Publish => {
            let publish = P::PublishOwnDatasets;
            yes(edit && (has(publish) || (!granted(A::Publish).is_empty() && listed(publish))))
        }
        A::ManageSecurity => {
            yes(edit
                && (has(security) || (!granted(A::ManageSecurity).is_empty() && listed(security))))
        }
        A::Browse => {
            let entry = match subject {
                _ if member.is_some() => true,
                Subject::Key(..) | Subject::WorkspaceKey(_) => false,
                _ => ws.access_mode == AccessMode::Public,
            };
            let mut paths = yes(edit);
            if item.published {
                paths.extend(yes(item.security == Security::Open && entry));
                paths.extend(yes(has(browse_all)));
                if listed(browse_all) {
                    paths.extend(granted(A::Browse));
                }
            }
            paths
        }
    }
}

/// Whether the subject may do that to the item.
pub fn may(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    item: &ItemFacts,
    access: A,
    t: Time,
) -> bool {
    !item_paths(ws, subject, item, access, t).is_empty()
}
