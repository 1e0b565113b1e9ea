//! Counting: the key, the counters and the warnings in one transaction, all or nothing.

use std::{collections::HashMap, slice, sync::Arc};

use chrono::{DateTime, Utc};

use crate::store::DatabaseTransaction;

use super::{Consumed, batch, consume::MUTATION, warn};
use crate::{
    domain::{
        access::facts::MemberFacts,
        keyed_hash::KeyedHash,
        quota_usage::{Counter, Decision, decide},
        vocabulary::{QuotaLimiter, QuotaPeriod},
    },
    service::{
        Access, Caller, Deps, Failure,
        write::{CallOptions, KEPT_FOR, TRIES},
    },
    store::{
        StoreError,
        engine::{Lane, Turn},
        idempotency::{self, Scope},
        quota::usage::{self as rows, Added, Key},
    },
};

/// A counter and the limit that bounds it.
#[derive(Debug, Clone)]
pub(super) struct LimitedCounter {
    pub(super) key: Key,
    pub(super) limit: Option<(QuotaLimiter, u64)>,
    pub(super) period: QuotaPeriod,
    /// When it restarts.
    pub(super) resets_at: DateTime<Utc>,
}

/// Calls to count, and on which counters.
#[derive(Debug)]
pub(super) struct Usage {
    /// On which counters, from near to far. That is the order in which they are locked, everywhere
    /// the same: a member or an address, visitors, the workspace, its main one.
    pub(super) counters: Vec<LimitedCounter>,
    /// How many calls.
    pub(super) amount: u64,
    /// The member who makes them; `None` for a visitor.
    pub(super) member: Option<Arc<MemberFacts>>,
}

impl Usage {
    /// The counters of these calls, with what they said before: 0 if they are not in `used`.
    pub(super) fn before(&self, used: &HashMap<Key, u64>) -> Vec<Counter> {
        let before = |counter: &LimitedCounter| Counter {
            limit: counter.limit,
            period: counter.period,
            used: used.get(&counter.key).copied().unwrap_or_default(),
            resets_at: counter.resets_at,
        };
        self.counters.iter().map(before).collect()
    }

    /// The counters to add to.
    fn added(&self) -> Vec<Added> {
        let added = |counter: &LimitedCounter| Added {
            key: counter.key.clone(),
            limit: counter.limit.map(|(_, limit)| limit),
            amount: self.amount,
        };
        self.counters.iter().map(added).collect()
    }
}

/// A request to count.
#[derive(Debug)]
pub(super) struct Call {
    /// The standing of whoever asks.
    pub(super) access: Access,
    pub(super) usage: Usage,
}

/// Counts; tries again, a few times, if it met another transaction. A call that may be repeated, or
/// is rehearsed, has a transaction of its own.
pub(super) async fn count(
    deps: &Deps,
    caller: &Caller,
    call: Call,
    options: &CallOptions,
) -> Result<Consumed, Failure> {
    let workspace = call.access.workspace.id;
    let scope = options.scope(deps, caller.name(), workspace, MUTATION);
    if scope.is_none() && !options.dry_run {
        let decision = batch::count(deps, call).await?;
        return Ok(Consumed::of(decision));
    }
    let input_hash = options.input_hash(deps);
    let mut tries = 0;
    loop {
        tries += 1;
        let kept = (scope.as_ref(), &input_hash);
        match attempt(deps, &call, options.dry_run, kept).await {
            Err(Failure::Conflict) if tries < TRIES => {}
            other => return other,
        }
    }
}

/// Counts a call by itself; tries again, a few times, if it met another transaction.
pub(super) async fn alone(deps: &Deps, call: &Call) -> Result<Decision, Failure> {
    let mut tries = 0;
    loop {
        tries += 1;
        match attempt_alone(deps, call).await {
            Err(Failure::Conflict) if tries < TRIES => {}
            other => return other,
        }
    }
}

async fn attempt_alone(deps: &Deps, call: &Call) -> Result<Decision, Failure> {
    let db = begin(deps, slice::from_ref(call)).await?;
    let (before, decision) = counted(&db, call).await?;
    if decision.allowed {
        warn::warn(deps, &db, &call.access, &call.usage, &before).await?;
        db.commit().await.map_err(StoreError::from)?;
    } else {
        db.rollback().await.map_err(StoreError::from)?;
    }
    Ok(decision)
}

/// Begins a transaction for calls of one workspace. No row of the workspace is locked: counters
/// are, one after the other.
pub(super) async fn begin(deps: &Deps, calls: &[Call]) -> Result<DatabaseTransaction, Failure> {
    let workspace = calls.first().ok_or(Failure::Unavailable)?;
    let turn = Turn {
        lane: Lane::Counters(workspace.access.workspace.id.0),
        actor: None,
        bounded: true,
    };
    Ok(deps.db.begin_in(turn).await?)
}

/// What the counters said before the call, and the decision. If it refuses, the transaction must be
/// rolled back.
async fn counted(
    db: &DatabaseTransaction,
    call: &Call,
) -> Result<(Vec<Counter>, Decision), Failure> {
    let before = on_all_or_none(db, &call.usage).await?;
    let decision = decide(&before, call.usage.amount, call.access.now);
    Ok((before, decision))
}

async fn attempt(
    deps: &Deps,
    call: &Call,
    dry_run: bool,
    (scope, input_hash): (Option<&Scope>, &KeyedHash),
) -> Result<Consumed, Failure> {
    let db = begin(deps, slice::from_ref(call)).await?;
    let now = call.access.now;
    let record = deps.ids.uuid(now);
    if let Some(scope) = scope
        && !idempotency::claim(&db, record, scope, &input_hash.current, now, now + KEPT_FOR).await?
    {
        // Gone since, because its time was over: as if two transactions had met.
        let kept = idempotency::find(&db, scope, now)
            .await?
            .ok_or(Failure::Conflict)?;
        db.rollback().await.map_err(StoreError::from)?;
        if !input_hash.is(&kept.input_hash) {
            return Err(Failure::IdempotencyConflict);
        }
        let decision = serde_json::from_str(&kept.result)
            .map_err(|error| Failure::Internal(error.to_string()))?;
        return Ok(Consumed {
            replayed: true,
            ..Consumed::of(decision)
        });
    }
    let (before, decision) = counted(&db, call).await?;
    if decision.allowed && !dry_run {
        warn::warn(deps, &db, &call.access, &call.usage, &before).await?;
        if scope.is_some() {
            let result = serde_json::to_string(&decision)
                .map_err(|error| Failure::Internal(error.to_string()))?;
            idempotency::complete(&db, record, &result).await?;
        }
        db.commit().await.map_err(StoreError::from)?;
    } else {
        // What is refused is not kept either: the same call may be allowed once there is room.
        db.rollback().await.map_err(StoreError::from)?;
    }
    Ok(Consumed::of(decision))
}

/// Counts on every counter that admits it, and says what they said before: if one admits it not,
/// the transaction must be rolled back.
async fn on_all_or_none(db: &DatabaseTransaction, usage: &Usage) -> Result<Vec<Counter>, Failure> {
    let wanted = usage.added();
    // A counter that is new begins at the amount, whatever its limit.
    let fits = wanted
        .iter()
        .all(|added| added.limit.is_none_or(|limit| added.amount <= limit));
    let added = if fits {
        rows::count(db, &wanted).await?
    } else {
        HashMap::new()
    };
    let mut used = if added.len() == wanted.len() {
        added.clone()
    } else {
        let keys: Vec<Key> = wanted.into_iter().map(|added| added.key).collect();
        rows::read(db, &keys).await?
    };
    for key in added.into_keys() {
        used.entry(key)
            .and_modify(|used| *used = used.saturating_sub(usage.amount));
    }
    Ok(usage.before(&used))
}
