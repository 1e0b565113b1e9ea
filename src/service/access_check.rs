//! May they do that to this item? Asked by the portal's data servers for others, and by everybody
//! for themselves (WS-5, KEY-7). Any number of questions takes the same few statements.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{Access, Caller, Deps, Failure, bulk};
use crate::{
    domain::{
        access::{
            self, AccessCondition,
            facts::{ItemFacts, MemberFacts, Subject},
        },
        error_code::ErrorCode,
        id::{AccountId, ApiKeyId, ItemId, MembershipId, WorkspaceId},
        permission::Permission,
        vocabulary::{ApiKeyKind, ApiKeyState, ResourceAccess},
    },
    store::{
        item,
        key_list::{self, KeyRow},
        workspace::WorkspaceRef,
    },
};

/// Whom it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visitor {
    /// An account: as the member it is there, else as anybody (JOIN-1).
    Account(AccountId),
    /// A member.
    Member(MembershipId),
    /// An API key.
    Key(ApiKeyId),
    /// An anonymous visitor.
    Anonymous,
}

/// One question.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Whom it is about.
    pub visitor: Visitor,
    /// The dataset or page.
    pub item: ItemId,
    /// What they would do.
    pub access: ResourceAccess,
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Whether the visitor may.
    pub allowed: bool,
    /// For BROWSE of a dataset: which records, as alternatives; `None` = all.
    pub record_filters: Option<Vec<Arc<str>>>,
    /// What a session of the visitor must meet for it.
    pub conditions: Vec<AccessCondition>,
}

/// Answers each question, in order; all of them are about the workspace of the first item that the
/// caller may ask about, and what belongs to any other is NOT_FOUND.
pub async fn check(
    deps: &Deps,
    caller: &Caller,
    checks: &[Check],
) -> Result<Vec<Result<Checked, ErrorCode>>, Failure> {
    if caller.is_anonymous() {
        return Err(Failure::Unauthenticated);
    }
    bulk::check_list(deps, "inputs", checks)?;
    let items = items(deps, caller, checks).await?;
    let mut mentioned = Vec::new();
    for (_, workspace) in checks.iter().filter_map(|check| items.get(&check.item)) {
        if !mentioned.contains(workspace) {
            mentioned.push(*workspace);
        }
    }
    let access = match bulk::first_seen(deps, caller, &mentioned).await? {
        Some(workspace) => Access::open(deps, caller, &WorkspaceRef::Id(workspace)).await?,
        None => None,
    };
    let Some(access) = access.filter(|access| access.is_active_member() || is_gateway(access))
    else {
        return Ok(checks.iter().map(|_| Err(ErrorCode::NotFound)).collect());
    };
    let cast = Cast::load(deps, &access, checks).await?;
    let item = |id: ItemId| {
        items
            .get(&id)
            .filter(|(_, workspace)| *workspace == access.workspace.id)
            .map(|(facts, _)| facts)
    };
    let answer = |check: &Check| {
        let item = item(check.item).ok_or(ErrorCode::NotFound)?;
        if !asks_for_others(&access) && !cast.is_own(&access, caller, check.visitor) {
            return Err(ErrorCode::Forbidden);
        }
        let subject = cast.subject(check.visitor).ok_or(ErrorCode::NotFound)?;
        let decision = access::decide(access.facts(), subject, item, check.access, access.now);
        Ok(Checked {
            allowed: decision.allowed,
            conditions: if decision.allowed {
                let decide = |subject| {
                    access::decide(access.facts(), subject, item, check.access, access.now)
                };
                access::conditions(
                    &access.snapshot.sign_in,
                    access.facts(),
                    subject,
                    (&decision, &decide(Subject::Anonymous)),
                    access.now,
                )
            } else {
                Vec::new()
            },
            record_filters: decision.record_filters,
        })
    };
    Ok(checks.iter().map(answer).collect())
}

/// The items with their workspaces. A key asks about those of its own workspace alone, whose version
/// its look-up brought.
async fn items(
    deps: &Deps,
    caller: &Caller,
    checks: &[Check],
) -> Result<HashMap<ItemId, (ItemFacts, WorkspaceId)>, Failure> {
    let ids: HashSet<ItemId> = checks.iter().map(|check| check.item).collect();
    let ids: Vec<ItemId> = ids.into_iter().collect();
    if let Some(key) = caller.key() {
        let workspace = &key.workspace;
        let items = deps.cache.items(deps.db.latest(), workspace, &ids).await?;
        return Ok(items
            .into_iter()
            .map(|(id, facts)| (id, (facts, workspace.id)))
            .collect());
    }
    let rows = item::by_ids(deps.db.reader(), &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.facts.id, (row.facts, row.workspace_id)))
        .collect())
}

/// Whether a GATEWAY key asks that works now (KEY-7).
fn is_gateway(access: &Access) -> bool {
    let key = access
        .key
        .as_ref()
        .filter(|key| key.kind == ApiKeyKind::Gateway);
    key.is_some_and(|key| access::workspace_key_state(key, access.now) == ApiKeyState::Active)
}

fn asks_for_others(access: &Access) -> bool {
    is_gateway(access) || access.can(Permission::EditWorkspaceProperties)
}

/// Everybody whom the questions are about.
struct Cast {
    accounts: HashMap<AccountId, Arc<MemberFacts>>,
    keys: HashMap<ApiKeyId, KeyRow>,
    members: HashMap<MembershipId, Arc<MemberFacts>>,
}

impl Cast {
    async fn load(deps: &Deps, access: &Access, checks: &[Check]) -> Result<Self, Failure> {
        let (db, workspace, now) = (deps.db.latest(), &access.workspace, access.now);
        let (mut accounts, mut keys, mut members) =
            (HashSet::new(), HashSet::new(), HashSet::new());
        for check in checks {
            match check.visitor {
                Visitor::Account(id) => drop(accounts.insert(id)),
                Visitor::Key(id) => drop(keys.insert(id)),
                Visitor::Member(id) => drop(members.insert(id)),
                Visitor::Anonymous => {}
            }
        }
        let accounts: Vec<AccountId> = accounts.into_iter().collect();
        let cache = &deps.cache;
        let accounts = cache
            .members_of_accounts(db, workspace, &accounts, now)
            .await?;
        let keys: Vec<ApiKeyId> = keys.into_iter().collect();
        let keys = if keys.is_empty() {
            Vec::new()
        } else {
            key_list::by_ids(db, workspace.id, &keys, now).await?
        };
        members.extend(keys.iter().map(|key| key.membership_id));
        let members: Vec<MembershipId> = members.into_iter().collect();
        let members = cache.members(db, workspace, &members).await?;
        Ok(Self {
            accounts,
            keys: keys.into_iter().map(|key| (key.facts.id, key)).collect(),
            members,
        })
    }

    /// The visitor as the engine takes it; `None`: there is no such member or key in the workspace.
    fn subject(&self, visitor: Visitor) -> Option<Subject<'_>> {
        match visitor {
            Visitor::Anonymous => Some(Subject::Anonymous),
            Visitor::Member(id) => self.members.get(&id).map(|facts| Subject::Member(facts)),
            Visitor::Account(id) => {
                let member = self.accounts.get(&id);
                Some(member.map_or(Subject::Anonymous, |facts| Subject::Member(facts)))
            }
            Visitor::Key(id) => {
                let key = self.keys.get(&id)?;
                Some(Subject::of_key(
                    self.members.get(&key.membership_id)?,
                    &key.facts,
                ))
            }
        }
    }

    /// Whether the caller asks about themselves: the account, its membership, a key of it; a key
    /// about no other key (KEY-5).
    fn is_own(&self, access: &Access, caller: &Caller, visitor: Visitor) -> bool {
        let own = access.member.as_ref().map(|member| member.id);
        match (visitor, caller.key()) {
            (Visitor::Anonymous, _) => false,
            (Visitor::Account(id), _) => caller.account_id() == Some(id),
            (Visitor::Member(id), _) => own == Some(id),
            (Visitor::Key(id), Some(key)) => key.key.id == id,
            (Visitor::Key(id), None) => self
                .keys
                .get(&id)
                .is_some_and(|key| own == Some(key.membership_id)),
        }
    }
}
