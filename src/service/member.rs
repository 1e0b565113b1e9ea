//! Reading members: who may see whom, pages with everything a list shows, one member, the words of
//! a search.

pub mod action;
pub mod disable;
pub mod export;
pub mod leave;
pub mod password_resets;
pub mod period;
pub mod restore;
pub mod revoke;
pub mod set_role;

use std::{borrow::Cow, collections::HashMap};

use chrono::{DateTime, Utc};

use super::{Access, Caller, Deps, Failure};
use crate::domain::{
    access::Shown,
    vocabulary::{MembershipEndReason, MembershipState},
};
use crate::{
    domain::{
        access::facts::{MemberFacts, RoleFacts},
        fold,
        id::{AccountId, MembershipId, RoleId},
        permission::Permission,
        text,
    },
    store::{
        access::{self as facts, WorkspaceSnapshot},
        membership as rows,
        page::{Page, PageRequest},
    },
    words::message,
};

pub use crate::store::access::Wanted;
pub use crate::store::membership::{MemberFilter, MemberRow, OrderField, Range, SignedUpOnly};

/// At which instant, and which rows of a member are shown (MEM-1): those of an ended membership as
/// they stood at its end, and none that would have begun later.
pub fn shown(row: &MemberRow, access: &Access) -> Shown {
    Shown {
        at: row.shown_at(access.now),
        only_begun: has_ended(row, access) || access.is_past(),
    }
}

/// Whether the membership has ended at the instant of `access` (MEM-1).
pub fn has_ended(row: &MemberRow, access: &Access) -> bool {
    row.state(access.now) == MembershipState::Ended
}

/// When the membership ended, if it has (MEM-1).
pub fn ended_at(row: &MemberRow, access: &Access) -> Option<DateTime<Utc>> {
    has_ended(row, access).then_some(row.interval.ends_at)
}

/// Why the membership ended, if it has: its time was over, where nothing else is told (MEM-1).
pub fn end_reason(row: &MemberRow, access: &Access) -> Option<MembershipEndReason> {
    has_ended(row, access).then(|| row.end_reason.unwrap_or(MembershipEndReason::Expired))
}

/// When the membership was disabled, if that is its state (MEM-1).
pub fn disabled_at(row: &MemberRow, access: &Access) -> Option<DateTime<Utc>> {
    row.disabled_at
        .filter(|_| row.state(access.now) == MembershipState::Disabled)
}

/// The longest search, in characters.
const LONGEST_SEARCH: usize = 200;

/// What was typed into a search, prepared (TEXT-1); refused if it is too much, or has control
/// characters, which PostgreSQL takes in part only.
pub fn check_search(typed: &str) -> Result<String, Failure> {
    let search = text::lines(typed);
    if search.chars().count() > LONGEST_SEARCH {
        return Err(Failure::bad_input(message::search_length(LONGEST_SEARCH)));
    }
    if search.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(Failure::bad_input(message::search_characters()));
    }
    Ok(search)
}

/// The words of a search: each must be the prefix of a word of the member's (MEM-7).
pub fn search_words(search: &str) -> Result<Vec<String>, Failure> {
    Ok(fold::search_words(&check_search(search)?))
}

/// One page of the members list: EWP.
pub async fn page(
    deps: &Deps,
    access: &Access,
    filter: &MemberFilter,
    order: (OrderField, bool),
    page: &PageRequest,
) -> Result<Page<MemberRow>, Failure> {
    let filter = seen_from(access, filter);
    let held = held(deps, access, &filter).await?;
    let roles = if order.0 == OrderField::Role {
        role_keys(access)
    } else {
        Vec::new()
    };
    Ok(rows::page(
        deps.db.reader(),
        access.workspace.id,
        (&filter, &held),
        (order, &roles),
        page,
        access.now,
    )
    .await?)
}

/// By what members are sorted by role: presets by rank, then the workspace's own roles by folded
/// name.
fn role_keys(access: &Access) -> Vec<(RoleId, String)> {
    let roles: Vec<_> = access
        .facts()
        .roles
        .values()
        .filter(|role| role.interval.contains(access.now))
        .collect();
    let mut presets: Vec<_> = roles.iter().filter_map(|role| role.preset).collect();
    presets.sort_unstable();
    let key = |role: &RoleFacts| match role
        .preset
        .and_then(|preset| presets.binary_search(&preset).ok())
    {
        Some(rank) => format!("0{rank:03}"),
        None => format!("1{}", fold::fold(&role.name)),
    };
    roles.into_iter().map(|role| (role.id, key(role))).collect()
}

/// How many members the filter finds.
pub async fn count(deps: &Deps, access: &Access, filter: &MemberFilter) -> Result<i64, Failure> {
    let filter = seen_from(access, filter);
    let held = held(deps, access, &filter).await?;
    Ok(rows::count(
        deps.db.reader(),
        access.workspace.id,
        (&filter, &held),
        access.now,
    )
    .await?)
}

/// How what the filter finds is looked for: roles and groups are at hand, members' own rows are
/// counted, once a version.
async fn held(deps: &Deps, access: &Access, filter: &MemberFilter) -> Result<rows::Held, Failure> {
    let mut held = rows::Held::of(access.facts(), &filter.permissions, access.now).or_from(filter);
    let sums = deps
        .cache
        .sources(deps.db.reader(), &access.workspace, &held, access.now)
        .await?;
    held.choose(&sums);
    Ok(held)
}

/// Given and family name as people write them.
pub fn display_name(given_name: Option<&str>, family_name: Option<&str>) -> String {
    match (
        given_name.filter(|n| !n.is_empty()),
        family_name.filter(|n| !n.is_empty()),
    ) {
        (Some(given_name), Some(family_name)) => format!("{given_name} {family_name}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "—".to_owned(),
    }
}

/// The filter, with what had not begun left out if the question is about the past (TIME-3).
fn seen_from<'a>(access: &Access, filter: &'a MemberFilter) -> Cow<'a, MemberFilter> {
    if access.is_past() {
        Cow::Owned(MemberFilter {
            begun: true,
            ..filter.clone()
        })
    } else {
        Cow::Borrowed(filter)
    }
}

/// Whether a membership is there at the instant asked about: one of the past had begun by then
/// (TIME-3).
fn is_there(access: &Access, row: &MemberRow) -> bool {
    row.workspace_id == access.workspace.id
        && access.may_look_inside_at(access.now)
        && !(access.is_past() && row.interval.starts_at > access.now)
}

/// Whether the caller may see this membership: their own, or any as EWP holder.
pub fn may_see(access: &Access, account: AccountId, caller: &Caller) -> bool {
    access.can(Permission::EditWorkspaceProperties) || caller.account_id() == Some(account)
}

/// Whether the caller may see the address of an account through this workspace: their own, or any
/// member's as EWP holder. Whoever became a member by this very call is still a visitor as the
/// caller, but the member of `access`.
pub fn may_see_email(access: &Access, account: AccountId, caller: &Caller) -> bool {
    may_see(access, account, caller)
        || access
            .member
            .as_ref()
            .is_some_and(|own| own.account_id == account)
}

/// One membership of the workspace, if the caller may see it.
pub async fn by_id(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    id: MembershipId,
) -> Result<Option<MemberRow>, Failure> {
    let row = rows::by_ids(deps.db.reader(), &[id], access.now)
        .await?
        .into_iter()
        .next();
    Ok(row.filter(|row| is_there(access, row) && may_see(access, row.account_id, caller)))
}

/// Memberships of the workspace by id, those that the caller may see.
pub async fn by_ids(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    ids: &[MembershipId],
) -> Result<Vec<MemberRow>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = rows::by_ids(deps.db.reader(), ids, access.now).await?;
    rows.retain(|row| is_there(access, row) && may_see(access, row.account_id, caller));
    Ok(rows)
}

/// The latest membership of an address, if the caller may see it.
pub async fn by_email(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    email: &str,
) -> Result<Option<MemberRow>, Failure> {
    let row = rows::by_email(deps.db.reader(), access.workspace.id, email, access.now).await?;
    Ok(row.filter(|row| is_there(access, row) && may_see(access, row.account_id, caller)))
}

/// The wanted facts of members, each judged where it stands: those of an ended one as of its end,
/// so that what it held then can be shown (MEM-1).
pub async fn facts_of(
    deps: &Deps,
    access: &Access,
    rows: &[&MemberRow],
    wanted: Wanted,
) -> Result<HashMap<MembershipId, MemberFacts>, Failure> {
    let bare = |row: &&MemberRow| MemberFacts {
        id: row.id,
        account_id: row.account_id,
        interval: row.interval,
        end_reason: row.end_reason,
        disabled: Vec::new(),
        roles: Vec::new(),
        groups: Vec::new(),
        grants: Vec::new(),
        deletion_scheduled: false,
    };
    let mut members: Vec<MemberFacts> = rows.iter().map(bare).collect();
    // Rows that ended before the last write are of no use for members that are still there.
    let since = rows
        .iter()
        .map(|row| row.interval.ends_at)
        .min()
        .unwrap_or(access.now)
        .min(access.now)
        .min(access.workspace.last_write_at);
    let since = since - chrono::Duration::microseconds(1);
    facts::complete(
        deps.db.reader(),
        access.workspace.id,
        &mut members,
        wanted,
        since,
    )
    .await?;
    Ok(members
        .into_iter()
        .map(|member| (member.id, member))
        .collect())
}

/// The wanted facts of members of the workspace by id; ids of other workspaces are left out.
pub async fn facts_by_ids(
    deps: &Deps,
    access: &Access,
    ids: &[MembershipId],
    wanted: Wanted,
) -> Result<HashMap<MembershipId, MemberFacts>, Failure> {
    Ok(facts::members(
        deps.db.reader(),
        access.workspace.id,
        ids,
        wanted,
        access.workspace.last_write_at,
    )
    .await?)
}

/// Roles, groups and shared quota values as they stood when `ended_at` came: for what held at the
/// end of a membership.
pub async fn snapshot_since(
    deps: &Deps,
    access: &Access,
    ended_at: DateTime<Utc>,
) -> Result<WorkspaceSnapshot, Failure> {
    let workspace = &access.workspace;
    let since = ended_at.min(workspace.last_write_at) - chrono::Duration::microseconds(1);
    let (db, mode) = (deps.db.reader(), workspace.access_mode);
    Ok(facts::workspace_snapshot(db, workspace.id, workspace.main_id(), mode, since).await?)
}
