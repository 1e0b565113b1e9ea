//! Counting: the key, the counters and the warnings in one transaction, all or nothing.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::store::DatabaseTransaction;

use super::{Consumed, consume::MUTATION, warn};
use crate::{
    domain::{
        access::facts::MemberFacts,
        keyed_hash::KeyedHash,
        quota_usage::{Counter, decide},
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
        quota::usage::{self as rows, Key},
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
pub(super) struct Usage<'a> {
    /// On which counters, from near to far. That is the order in which they are locked, everywhere
    /// the same: a member or an address, visitors, the workspace, its main one.
    pub(super) counters: Vec<LimitedCounter>,
    /// How many calls.
    pub(super) amount: u64,
    /// The member who makes them; `None` for a visitor.
    pub(super) member: Option<&'a MemberFacts>,
}

/// Counts; tries again, a few times, if it met another transaction.
pub(super) async fn count(
    deps: &Deps,
    caller: &Caller,
    access: &Access,
    usage: Usage<'_>,
    options: &CallOptions,
) -> Result<Consumed, Failure> {
    let scope = options.scope(deps, caller.name(), access.workspace.id, MUTATION);
    let input_hash = options.input_hash(deps);
    let mut tries = 0;
    loop {
        tries += 1;
        match attempt(
            deps,
            access,
            &usage,
            options.dry_run,
            (scope.as_ref(), &input_hash),
        )
        .await
        {
            Err(Failure::Conflict) if tries < TRIES => {}
            other => return other,
        }
    }
}

async fn attempt(
    deps: &Deps,
    access: &Access,
    usage: &Usage<'_>,
    dry_run: bool,
    (scope, input_hash): (Option<&Scope>, &KeyedHash),
) -> Result<Consumed, Failure> {
    // No row of the workspace is locked: counters are, one after the other.
    let turn = Turn {
        lane: Lane::Counters(access.workspace.id.0),
        actor: None,
        bounded: true,
    };
    let (db, now) = (deps.db.begin_in(turn).await?, access.now);
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
            decision: Some(decision),
            errors: Vec::new(),
            replayed: true,
        });
    }
    let before = on_all_or_none(&db, usage).await?;
    let decision = decide(&before, usage.amount, now);
    if decision.allowed && !dry_run {
        warn::warn(deps, &db, access, usage, &before).await?;
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
    Ok(Consumed {
        decision: Some(decision),
        errors: Vec::new(),
        replayed: false,
    })
}

/// Counts on every counter that admits it, and says what they said before: if one admits it not,
/// the transaction must be rolled back.
async fn on_all_or_none(
    db: &DatabaseTransaction,
    usage: &Usage<'_>,
) -> Result<Vec<Counter>, Failure> {
    let Usage {
        counters, amount, ..
    } = usage;
    let limits: Vec<(Key, Option<u64>)> = counters
        .iter()
        .map(|counter| (counter.key.clone(), counter.limit.map(|(_, limit)| limit)))
        .collect();
    // A counter that is new begins at the amount, whatever its limit.
    let fits = limits
        .iter()
        .all(|(_, limit)| limit.is_none_or(|limit| *amount <= limit));
    let added = if fits {
        rows::count(db, &limits, *amount).await?
    } else {
        HashMap::new()
    };
    let mut used = if added.len() == counters.len() {
        added.clone()
    } else {
        rows::read(
            db,
            &limits.into_iter().map(|(key, _)| key).collect::<Vec<_>>(),
        )
        .await?
    };
    for key in added.into_keys() {
        used.entry(key)
            .and_modify(|used| *used = used.saturating_sub(*amount));
    }
    let before = |counter: &LimitedCounter| {
        let used = used.get(&counter.key).copied().unwrap_or_default();
        Counter {
            limit: counter.limit,
            period: counter.period,
            used,
            resets_at: counter.resets_at,
        }
    };
    Ok(counters.iter().map(before).collect())
}
