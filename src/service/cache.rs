//! Facts kept on this node under the versions that they were read at: a write advances the version,
//! so that what was read before no longer counts on any node, without a message between them.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use chrono::{DateTime, Utc};
use moka::future::Cache;
use sea_orm::ConnectionTrait;

use super::Failure;
use crate::{
    domain::{
        access::facts::{ItemFacts, MemberFacts},
        id::{AccountId, ItemId, MembershipId, WorkspaceId},
    },
    store::{
        Connections, DatabaseTransaction,
        access::{self, Wanted, WorkspaceSnapshot},
        item,
        membership::{self, Held, Source},
        subject,
        workspace::Workspace,
    },
};

/// The versions that facts of a workspace were read at: its own, and its parent's, which holds the
/// license.
type Version = (WorkspaceId, i64, i64);

/// The instant of the last write that items of a workspace were read after: changes of items do not
/// advance its access version.
type ItemVersion = (WorkspaceId, DateTime<Utc>);

/// Facts by version.
#[derive(Debug)]
pub struct AccessCache {
    workspaces: Cache<Version, Arc<WorkspaceSnapshot>>,
    members: Cache<(MembershipId, Version), Arc<MemberFacts>>,
    sources: moka::sync::Cache<(Version, Source), i64>,
    accounts: Cache<(AccountId, Version), Option<MembershipId>>,
    items: Cache<(ItemId, ItemVersion), ItemFacts>,
}

impl Default for AccessCache {
    fn default() -> Self {
        Self {
            workspaces: Cache::builder().max_capacity(256).build(),
            members: Cache::builder().max_capacity(4_096).build(),
            sources: moka::sync::Cache::new(4_096),
            accounts: Cache::builder().max_capacity(16_384).build(),
            items: Cache::builder().max_capacity(16_384).build(),
        }
    }
}

fn version(workspace: &Workspace) -> Version {
    (
        workspace.id,
        workspace.access_version,
        workspace.parent_version,
    )
}

/// Why a load that others waited for brought nothing.
enum Miss {
    Absent,
    Failed(Failure),
}

impl AccessCache {
    /// What the members of `workspace` share, as of its version. Rows that ended before the last
    /// write are left out: every read is at or after it (TIME-5). Of all that find a new version at
    /// once, one loads and the others wait for it; so a transaction must not ask here, lest it
    /// holds what the one needs: see [`Self::workspace_under_lock`].
    pub async fn workspace(
        &self,
        db: &Connections,
        workspace: &Workspace,
    ) -> Result<Arc<WorkspaceSnapshot>, Failure> {
        let version = version(workspace);
        if let Some(snapshot) = self.workspaces.get(&version).await {
            return Ok(snapshot);
        }
        let load = async { Ok(Arc::new(snapshot(db, workspace).await?)) };
        self.workspaces
            .try_get_with(version, load)
            .await
            .map_err(|failure: Arc<Failure>| copy(&failure))
    }

    /// The same in a transaction, which waits for nobody.
    pub async fn workspace_under_lock(
        &self,
        db: &DatabaseTransaction,
        workspace: &Workspace,
    ) -> Result<Arc<WorkspaceSnapshot>, Failure> {
        let version = version(workspace);
        if let Some(snapshot) = self.workspaces.get(&version).await {
            return Ok(snapshot);
        }
        let snapshot = Arc::new(snapshot(db, workspace).await?);
        self.workspaces.insert(version, Arc::clone(&snapshot)).await;
        Ok(snapshot)
    }

    /// Says that a write, which was committed and advanced the version of `before` by one, changed
    /// neither what members share nor `member`.
    pub async fn kept(
        &self,
        before: &Workspace,
        snapshot: &Arc<WorkspaceSnapshot>,
        member: Option<&Arc<MemberFacts>>,
    ) {
        let (id, own, parent) = version(before);
        let version = (id, own + 1, parent);
        self.workspaces.insert(version, Arc::clone(snapshot)).await;
        if let Some(member) = member {
            self.members
                .insert((member.id, version), Arc::clone(member))
                .await;
        }
    }

    /// How many rows each has that the members list can be made from, as of the workspace's
    /// version: what begins or ends by itself since changes how long a list takes, not what it
    /// says.
    pub async fn sources(
        &self,
        db: &Connections,
        workspace: &Workspace,
        held: &Held,
        t: DateTime<Utc>,
    ) -> Result<Vec<i64>, Failure> {
        let key = |index: usize| {
            held.source(index)
                .map(|source| (version(workspace), source))
        };
        let mut sums: Vec<Option<i64>> = (0..held.sources())
            .map(|index| key(index).and_then(|key| self.sources.get(&key)))
            .collect();
        let missing: Vec<usize> = sums
            .iter()
            .enumerate()
            .filter(|(_, sum)| sum.is_none())
            .map(|(index, _)| index)
            .collect();
        let counted = membership::count_sources(db, workspace.id, held, &missing, t).await?;
        for (index, count) in missing.into_iter().zip(counted) {
            if let (Some(key), Some(sum)) = (key(index), sums.get_mut(index)) {
                self.sources.insert(key, count);
                *sum = Some(count);
            }
        }
        Ok(sums
            .into_iter()
            .map(|sum| sum.unwrap_or(i64::MAX))
            .collect())
    }

    /// One member's facts, as of the workspace's version. Loaded once, as [`Self::workspace`] is.
    pub async fn member(
        &self,
        db: &Connections,
        workspace: &Workspace,
        member: MembershipId,
    ) -> Result<Option<Arc<MemberFacts>>, Failure> {
        let key = (member, version(workspace));
        if let Some(facts) = self.members.get(&key).await {
            return Ok(Some(facts));
        }
        let load = async {
            match facts(db, workspace, member).await {
                Ok(Some(facts)) => Ok(facts),
                Ok(None) => Err(Miss::Absent),
                Err(failure) => Err(Miss::Failed(failure)),
            }
        };
        match self.members.try_get_with(key, load).await {
            Ok(facts) => Ok(Some(facts)),
            Err(miss) => match &*miss {
                Miss::Absent => Ok(None),
                Miss::Failed(failure) => Err(copy(failure)),
            },
        }
    }

    /// The same in a transaction, which waits for nobody.
    pub async fn member_under_lock(
        &self,
        db: &DatabaseTransaction,
        workspace: &Workspace,
        member: MembershipId,
    ) -> Result<Option<Arc<MemberFacts>>, Failure> {
        let key = (member, version(workspace));
        if let Some(facts) = self.members.get(&key).await {
            return Ok(Some(facts));
        }
        let Some(facts) = facts(db, workspace, member).await? else {
            return Ok(None);
        };
        self.members.insert(key, Arc::clone(&facts)).await;
        Ok(Some(facts))
    }

    /// The facts of several members, as of the workspace's version: those that are not at hand are
    /// loaded in one statement. Leaves out ids of other workspaces.
    pub async fn members(
        &self,
        db: &Connections,
        workspace: &Workspace,
        members: &[MembershipId],
    ) -> Result<HashMap<MembershipId, Arc<MemberFacts>>, Failure> {
        let version = version(workspace);
        let (mut found, missing) = at_hand(&self.members, members, version).await;
        match missing.as_slice() {
            [] => {}
            // Of all that miss the same one at once, one loads.
            [one] => {
                let loaded = self.member(db, workspace, *one).await?;
                found.extend(loaded.map(|facts| (*one, facts)));
            }
            several => {
                let since = workspace.last_write_at;
                let loaded = access::members(db, workspace.id, several, Wanted::ALL, since).await?;
                for (id, facts) in loaded {
                    let facts = Arc::new(facts);
                    self.members.insert((id, version), Arc::clone(&facts)).await;
                    found.insert(id, facts);
                }
            }
        }
        Ok(found)
    }

    /// The memberships of `accounts` in the workspace that have not ended at `t`, as of its version.
    /// Leaves out accounts without one.
    pub async fn members_of_accounts(
        &self,
        db: &Connections,
        workspace: &Workspace,
        accounts: &[AccountId],
        t: DateTime<Utc>,
    ) -> Result<HashMap<AccountId, Arc<MemberFacts>>, Failure> {
        let version = version(workspace);
        let (mut ids, mut missing) = at_hand(&self.accounts, accounts, version).await;
        let known: Vec<MembershipId> = ids.values().flatten().copied().collect();
        let mut members = self.members(db, workspace, &known).await?;
        // One that has ended since may be followed by another.
        let ended: Vec<AccountId> = ids
            .iter()
            .filter(|(_, id)| {
                let facts = id.and_then(|id| members.get(&id));
                id.is_some() && facts.is_none_or(|facts| facts.interval.ends_at <= t)
            })
            .map(|(account, _)| *account)
            .collect();
        missing.extend(ended);
        if !missing.is_empty() {
            let loaded = subject::members_of_accounts(db, workspace.id, &missing, t).await?;
            for account in missing {
                let member = loaded.get(&account).copied();
                self.accounts.insert((account, version), member).await;
                ids.insert(account, member);
            }
            let loaded: Vec<MembershipId> = loaded.into_values().collect();
            members.extend(self.members(db, workspace, &loaded).await?);
        }
        let facts = |(account, id): (AccountId, Option<MembershipId>)| {
            Some((account, Arc::clone(members.get(&id?)?)))
        };
        Ok(ids.into_iter().filter_map(facts).collect())
    }

    /// The facts of items of the workspace, as of its last write: those that are not at hand are
    /// loaded in one statement. Leaves out deleted ones, and those of other workspaces.
    pub async fn items(
        &self,
        db: &Connections,
        workspace: &Workspace,
        items: &[ItemId],
    ) -> Result<HashMap<ItemId, ItemFacts>, Failure> {
        let version = (workspace.id, workspace.last_write_at);
        let (mut found, missing) = at_hand(&self.items, items, version).await;
        if !missing.is_empty() {
            for row in item::by_ids(db, &missing).await? {
                if row.workspace_id == workspace.id {
                    self.items.insert((row.facts.id, version), row.facts).await;
                    found.insert(row.facts.id, row.facts);
                }
            }
        }
        Ok(found)
    }
}

/// What is kept of `ids` under this version, and which are not.
async fn at_hand<I, V, T>(
    cache: &Cache<(I, V), T>,
    ids: &[I],
    version: V,
) -> (HashMap<I, T>, Vec<I>)
where
    I: Copy + Eq + Hash + Send + Sync + 'static,
    V: Copy + Eq + Hash + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    let (mut found, mut missing) = (HashMap::with_capacity(ids.len()), Vec::new());
    for id in ids {
        match cache.get(&(*id, version)).await {
            Some(value) => drop(found.insert(*id, value)),
            None => missing.push(*id),
        }
    }
    (found, missing)
}

async fn snapshot(
    db: &impl ConnectionTrait,
    workspace: &Workspace,
) -> Result<WorkspaceSnapshot, Failure> {
    let (id, main, since) = (workspace.id, workspace.main_id(), workspace.last_write_at);
    Ok(access::workspace_snapshot(db, id, main, workspace.access_mode, since).await?)
}

async fn facts(
    db: &impl ConnectionTrait,
    workspace: &Workspace,
    member: MembershipId,
) -> Result<Option<Arc<MemberFacts>>, Failure> {
    let mut members = access::members(
        db,
        workspace.id,
        &[member],
        Wanted::ALL,
        workspace.last_write_at,
    )
    .await?;
    Ok(members.remove(&member).map(Arc::new))
}

/// The failure of a load that several waited for, for one of them.
fn copy(failure: &Failure) -> Failure {
    match failure {
        Failure::Unavailable => Failure::Unavailable,
        Failure::Conflict => Failure::Conflict,
        other => Failure::Internal(other.to_string()),
    }
}
