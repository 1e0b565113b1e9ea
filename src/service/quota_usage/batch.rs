//! Counts the calls of many requests in one transaction (QUOTA-4). While one transaction of a
//! workspace runs on this node, further requests gather, and the next transaction counts them all:
//! under load, a call costs a fraction of a transaction, and it is as exact as before. What is
//! answered has been committed, so that a node that is killed loses nothing and gives nothing twice.
//!
//! Owns who counts for whom. If the calls do not all fit, each is counted by itself, in the order in
//! which they came.

use std::{
    collections::{BTreeMap, HashMap, VecDeque, hash_map::Entry},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::{
    count::{Call, alone, begin},
    warn,
};
use crate::{
    domain::{
        id::WorkspaceId,
        quota_usage::{Counter, Decision, decide},
    },
    service::{Deps, Failure},
    store::{
        StoreError,
        engine::spawn_detached,
        quota::usage::{self as rows, Added, Key},
    },
};

/// The most calls of one transaction.
const MOST_CALLS: usize = 64;

/// The most calls of a workspace that wait on one node; then others are refused at once.
const MOST_WAITING: usize = 1_024;

/// The calls that wait, by workspace. A workspace is in here while somebody counts for it.
#[derive(Debug, Default)]
pub struct Batches(Mutex<HashMap<WorkspaceId, VecDeque<Waiting>>>);

#[derive(Debug)]
struct Waiting {
    call: Call,
    answer: oneshot::Sender<Result<Decision, Failure>>,
}

/// Counts a call, together with others that wait.
pub(super) async fn count(deps: &Deps, call: Call) -> Result<Decision, Failure> {
    let workspace = call.access.workspace.id;
    let (answer, received) = oneshot::channel();
    if deps
        .quota_batches
        .enter(workspace, Waiting { call, answer })?
    {
        let deps = deps.clone();
        // Whoever waits must not depend on the request that came first.
        spawn_detached(async move { run(&deps, workspace).await });
    }
    received.await.unwrap_or(Err(Failure::Unavailable))
}

/// Counts for a workspace until nobody waits.
async fn run(deps: &Deps, workspace: WorkspaceId) {
    let mut turn = Running {
        batches: &deps.quota_batches,
        workspace,
        ended: false,
    };
    while let Some(waiting) = turn.batches.next(workspace) {
        let (calls, answers): (Vec<Call>, Vec<_>) = waiting
            .into_iter()
            .map(|waiting| (waiting.call, waiting.answer))
            .unzip();
        for (answer, decided) in answers.into_iter().zip(decisions(deps, &calls).await) {
            // Nobody may be waiting any more; the call counts all the same.
            let _ = answer.send(decided);
        }
    }
    turn.ended = true;
}

/// Lets the next request count if this one panics. Whoever waits is told that it failed.
struct Running<'a> {
    batches: &'a Batches,
    workspace: WorkspaceId,
    /// Whether nobody waited, and the workspace was taken out.
    ended: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.batches.lock().remove(&self.workspace);
        }
    }
}

impl Batches {
    /// How many calls of a workspace wait for the next transaction.
    pub fn waiting(&self, workspace: WorkspaceId) -> usize {
        self.lock().get(&workspace).map_or(0, VecDeque::len)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<WorkspaceId, VecDeque<Waiting>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a call wait. Returns whether somebody has to count for the workspace.
    fn enter(&self, workspace: WorkspaceId, waiting: Waiting) -> Result<bool, Failure> {
        match self.lock().entry(workspace) {
            Entry::Occupied(entry) if entry.get().len() >= MOST_WAITING => {
                Err(StoreError::Crowded.into())
            }
            Entry::Occupied(mut entry) => {
                entry.get_mut().push_back(waiting);
                Ok(false)
            }
            Entry::Vacant(entry) => {
                entry.insert(VecDeque::from([waiting]));
                Ok(true)
            }
        }
    }

    /// The calls of the next transaction; `None` if nobody waits, and then nobody counts any more.
    fn next(&self, workspace: WorkspaceId) -> Option<Vec<Waiting>> {
        let mut all = self.lock();
        let waiting = all.get_mut(&workspace)?;
        if waiting.is_empty() {
            all.remove(&workspace);
            return None;
        }
        let size = waiting.len().min(MOST_CALLS);
        Some(waiting.drain(..size).collect())
    }
}

/// What is decided on each call.
async fn decisions(deps: &Deps, calls: &[Call]) -> Vec<Result<Decision, Failure>> {
    if calls.len() > 1
        && let Ok(Some(decisions)) = together(deps, calls).await
    {
        return decisions.into_iter().map(Ok).collect();
    }
    let mut decisions = Vec::with_capacity(calls.len());
    for call in calls {
        decisions.push(alone(deps, call).await);
    }
    decisions
}

/// Counts all calls in one transaction; `None` if they do not all fit, and then none is counted.
async fn together(deps: &Deps, calls: &[Call]) -> Result<Option<Vec<Decision>>, Failure> {
    let Some(totals) = totals(calls) else {
        return Ok(None);
    };
    let db = begin(deps, calls).await?;
    let mut used = rows::count(&db, &totals).await?;
    if used.len() < totals.len() {
        db.rollback().await.map_err(StoreError::from)?;
        return Ok(None);
    }
    for added in &totals {
        if let Some(used) = used.get_mut(&added.key) {
            *used = used.saturating_sub(added.amount);
        }
    }
    let mut decisions = Vec::with_capacity(calls.len());
    for call in calls {
        let before: Vec<Counter> = call.usage.before(&used);
        decisions.push(decide(&before, call.usage.amount, call.access.now));
        warn::warn(deps, &db, &call.access, &call.usage, &before).await?;
        for counter in &call.usage.counters {
            *used.entry(counter.key.clone()).or_default() += call.usage.amount;
        }
    }
    db.commit().await.map_err(StoreError::from)?;
    Ok(Some(decisions))
}

/// What the calls add to each counter, in the order in which counters are locked. `None` if they
/// cannot be counted together: they have different limits, or do not fit into an unused counter.
fn totals(calls: &[Call]) -> Option<Vec<Added>> {
    let mut totals: BTreeMap<(usize, Key), Added> = BTreeMap::new();
    for call in calls {
        let usage = &call.usage;
        for (index, counter) in usage.counters.iter().enumerate() {
            let limit = counter.limit.map(|(_, limit)| limit);
            // From near to far, as everywhere: what all calls of the workspace share comes last.
            let distance = usage.counters.len() - index;
            let order = (usize::MAX - distance, counter.key.clone());
            let total = totals.entry(order).or_insert_with(|| Added {
                key: counter.key.clone(),
                limit,
                amount: 0,
            });
            if total.limit != limit {
                return None;
            }
            total.amount = total.amount.saturating_add(usage.amount);
            if limit.is_some_and(|limit| total.amount > limit) {
                return None;
            }
        }
    }
    Some(totals.into_values().collect())
}
