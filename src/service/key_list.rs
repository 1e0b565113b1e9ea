//! Reading API keys: who may list whose (KEY-1, KEY-3, KEY-5), pages, single keys, where a key
//! stands.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::{Access, Actor, Caller, Deps, Failure, member};
use crate::{
    domain::{
        access::{self, facts::MemberFacts},
        id::{ApiKeyId, MembershipId, WorkspaceId},
        interval::Interval,
        permission::Permission,
        vocabulary::{ApiKeyState, MembershipState},
    },
    store::{
        access::Wanted,
        key_list as rows, key_secret,
        membership::{self, MemberRow},
        naming::{self, Named},
        page::{Page, PageRequest},
    },
    words::message,
};

pub use crate::store::{
    key_list::{KeyFilter, KeyOrder, KeyRow, KeySearch},
    key_secret::SecretRow,
};

/// What is typed to find keys by; `None` if there is nothing to look for.
pub fn search(typed: &str) -> Result<Option<KeySearch>, Failure> {
    Ok(KeySearch::new(&member::check_search(typed)?))
}

/// Refuses whoever may not list the keys of `member`, or of the whole workspace: keys never do
/// (KEY-5), members their own, EWP holders all.
pub fn may_list(
    access: &Access,
    caller: &Caller,
    member: Option<&MemberRow>,
) -> Result<(), Failure> {
    match &caller.actor {
        Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
        Actor::Key(_) => Err(Failure::forbidden(message::not_by_key())),
        Actor::Session(session)
            if member.is_some_and(|member| member.account_id == session.account.id) =>
        {
            Ok(())
        }
        Actor::Session(_) => access.require(caller, Permission::EditWorkspaceProperties),
    }
}

/// Whether the caller may see one key of `member`: an API key sees itself, a member their own keys,
/// an EWP holder all.
pub fn may_see(access: &Access, caller: &Caller, key: &KeyRow, member: &MemberRow) -> bool {
    match &caller.actor {
        Actor::Anonymous | Actor::System => false,
        Actor::Key(actor) => actor.key.id == key.facts.id,
        Actor::Session(_) if key.facts.kind.is_of_workspace() => {
            access.can(Permission::EditWorkspaceProperties)
        }
        Actor::Session(_) => member::may_see(access, member.account_id, caller),
    }
}

/// One page of the keys that the filter finds.
pub async fn page(
    deps: &Deps,
    access: &Access,
    filter: &KeyFilter,
    order: (KeyOrder, bool),
    page: &PageRequest,
) -> Result<Page<KeyRow>, Failure> {
    let filter = KeyFilter {
        begun: access.is_past(),
        ..filter.clone()
    };
    Ok(rows::page(
        deps.db.reader(),
        access.workspace.id,
        &filter,
        order,
        page,
        access.now,
    )
    .await?)
}

/// How many keys the filter finds.
pub async fn count(deps: &Deps, access: &Access, filter: &KeyFilter) -> Result<i64, Failure> {
    let filter = KeyFilter {
        begun: access.is_past(),
        ..filter.clone()
    };
    Ok(rows::count(deps.db.reader(), access.workspace.id, &filter, access.now).await?)
}

/// The workspace of a key, if there is such a key; says nothing about who may see it.
pub async fn workspace_of(deps: &Deps, id: ApiKeyId) -> Result<Option<WorkspaceId>, Failure> {
    Ok(naming::workspaces(deps.db.reader(), Named::ApiKey, &[id.0])
        .await?
        .into_iter()
        .next())
}

/// The keys of the workspace with these ids; says nothing about who may see them.
pub async fn by_ids(
    deps: &Deps,
    access: &Access,
    ids: &[ApiKeyId],
) -> Result<Vec<KeyRow>, Failure> {
    let mut keys = rows::by_ids(deps.db.reader(), access.workspace.id, ids, access.now).await?;
    keys.retain(|key| !(access.is_past() && key.facts.interval.starts_at > access.now));
    Ok(keys)
}

/// The secrets of these keys that work at `t`, oldest first; none for keys that were never rotated
/// (KEY-9).
pub async fn secrets(
    deps: &Deps,
    workspace: WorkspaceId,
    keys: &[ApiKeyId],
    t: DateTime<Utc>,
) -> Result<Vec<SecretRow>, Failure> {
    Ok(key_secret::of_keys(deps.db.reader(), workspace, keys, t).await?)
}

/// The members behind `keys`.
pub async fn members(
    deps: &Deps,
    access: &Access,
    keys: &[KeyRow],
) -> Result<HashMap<MembershipId, MemberRow>, Failure> {
    let ids: HashSet<MembershipId> = keys.iter().map(|key| key.membership_id).collect();
    let ids: Vec<MembershipId> = ids.into_iter().collect();
    let members = membership::by_ids(deps.db.reader(), &ids, access.now).await?;
    let in_workspace = |member: &MemberRow| member.workspace_id == access.workspace.id;
    Ok(members
        .into_iter()
        .filter(in_workspace)
        .map(|member| (member.id, member))
        .collect())
}

/// The facts of those `members` that are active, which decide what their keys may do; nobody else's
/// keys may anything.
pub async fn facts_of_active<'a>(
    deps: &Deps,
    access: &Access,
    members: impl Iterator<Item = &'a MemberRow>,
) -> Result<HashMap<MembershipId, MemberFacts>, Failure> {
    let active: Vec<&MemberRow> = members
        .filter(|member| member.state(access.now) == MembershipState::Active)
        .collect();
    if active.is_empty() {
        return Ok(HashMap::new());
    }
    member::facts_of(deps, access, &active, Wanted::ALL).await
}

/// Where a key stands at `now`, the instant at which both rows were read (KEY-6).
pub fn state(member: &MemberRow, key: &KeyRow, now: DateTime<Utc>) -> ApiKeyState {
    let facts = MemberFacts {
        id: member.id,
        account_id: member.account_id,
        interval: member.interval,
        end_reason: member.end_reason,
        disabled: member.disabled_at.map(Interval::from).into_iter().collect(),
        roles: Vec::new(),
        groups: Vec::new(),
        grants: Vec::new(),
        deletion_scheduled: false,
    };
    access::key_state(&facts, &key.facts, now)
}

/// Whether the key was revoked itself, and did not only stop with its membership (KEY-6): who did
/// it, and why, is told then.
pub fn is_revoked_itself(member: &MemberRow, key: &KeyRow, now: DateTime<Utc>) -> bool {
    key.facts.revoked && state(member, key, now) == ApiKeyState::Revoked
}

/// Whether the key may hold workspace-wide permissions at `now`: one that is ACTIVE, and none of the
/// workspace (KEY-6, KEY-8).
pub fn may_hold_permissions(member: &MemberRow, key: &KeyRow, now: DateTime<Utc>) -> bool {
    state(member, key, now) == ApiKeyState::Active && !key.facts.kind.is_of_workspace()
}

/// When the key was revoked, if it was: by its own end, or with its membership.
pub fn revoked_at(member: &MemberRow, key: &KeyRow, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if state(member, key, now) != ApiKeyState::Revoked {
        None
    } else if key.facts.revoked || key.facts.kind.is_of_workspace() {
        Some(key.facts.interval.ends_at)
    } else {
        Some(member.interval.ends_at)
    }
}
