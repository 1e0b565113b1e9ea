//! Warnings at 80 % and 100 % of a limit (QUOTA-8), queued in the transaction of the count that reaches it, once a period
//! however often a limit changes or a counter is set back: to the member at once, to administrators at once about limits of
//! their workspace, and one digest a day to those who may edit all datasets.

use std::collections::HashSet;

use sea_orm::DatabaseTransaction;
use serde_json::json;

use super::count::{Counted, Limited};
use crate::{
    domain::{
        access,
        consumption::{Counter, reached},
        id::{AccountId, RoleId, WorkspaceId},
        permission::Preset,
        quota::{period_start, resets_at},
        vocabulary::{QuotaLimiter, QuotaPeriod, QuotaType},
    },
    service::{Access, Deps, Failure},
    store::{
        access::{self as facts, Wanted},
        outbox::{self, NewNotice},
        quota::{
            counter::Key,
            warning::{self, DIGEST},
        },
        role_assignment,
        workspace::{self, WorkspaceRef},
    },
};

/// A limit's threshold that a count has reached.
struct Reached<'a> {
    counter: &'a Limited,
    limiter: QuotaLimiter,
    limit: u64,
    threshold: i32,
}

/// Queues what is to be said after a count that every counter admitted; `before` is what they said before it.
pub(super) async fn warn(
    deps: &Deps,
    db: &DatabaseTransaction,
    access: &Access,
    counted: &Counted<'_>,
    before: &[Counter],
) -> Result<(), Failure> {
    let mut all: Vec<Reached<'_>> = Vec::new();
    for (counter, before) in counted.counters.iter().zip(before) {
        // Nobody is behind a client's address who could be told.
        let Some((limiter, limit)) = counter.limit.filter(|(limiter, _)| *limiter != QuotaLimiter::AnonymousAddress) else {
            continue;
        };
        let thresholds = reached(limit, before.used.saturating_add(counted.amount));
        let threshold = |percent| i32::try_from(percent).unwrap_or(i32::MAX);
        all.extend(thresholds.map(|percent| Reached { counter, limiter, limit, threshold: threshold(percent) }));
    }
    let marks: Vec<(Key, i32)> = all.iter().map(|reached| (reached.counter.key.clone(), reached.threshold)).collect();
    let new = warning::mark(db, &marks).await?;
    all.retain(|reached| new.contains(&(reached.counter.key.clone(), reached.threshold)));
    for reached in &all {
        tell(deps, db, access, counted, reached).await?;
    }
    if all.iter().any(|reached| is_own(reached.limiter)) {
        digest(deps, db, access).await?;
    }
    Ok(())
}

const fn is_own(limiter: QuotaLimiter) -> bool {
    matches!(limiter, QuotaLimiter::Member | QuotaLimiter::Group | QuotaLimiter::Default)
}

async fn tell(
    deps: &Deps,
    db: &DatabaseTransaction,
    access: &Access,
    counted: &Counted<'_>,
    reached: &Reached<'_>,
) -> Result<(), Failure> {
    let (now, workspace) = (access.now, reached.counter.key.workspace);
    let (subject, receivers) = match counted.member.filter(|_| is_own(reached.limiter)) {
        Some(member) => (member.id.to_string(), HashSet::from([member.account_id])),
        None => (workspace.to_string(), administrators(deps, db, access, workspace).await?),
    };
    let payload = json!({
        "type": QuotaType::ApiCalls,
        "threshold": reached.threshold,
        "limiter": reached.limiter,
        "limit": reached.limit,
        "period": reached.counter.period,
        "periodStart": reached.counter.key.period_start,
    });
    let notice = |account| NewNotice {
        id: deps.ids.uuid(now),
        kind: "QUOTA_WARNING",
        account_id: Some(account),
        subject_id: subject.clone(),
        payload: payload.to_string(),
        send_after: now,
    };
    Ok(outbox::queue_notices(db, workspace, receivers.into_iter().map(notice).collect(), now).await?)
}

/// Those of the day's first warning that is for the digest; it is sent when the day is over, and receivers and contents are
/// looked up then.
async fn digest(deps: &Deps, db: &DatabaseTransaction, access: &Access) -> Result<(), Failure> {
    let (workspace, now) = (access.workspace.id, access.now);
    let day = period_start(QuotaPeriod::Day, now);
    let key = Key { workspace, subject: DIGEST.to_owned(), period_start: day };
    if warning::mark(db, &[(key, 0)]).await?.is_empty() {
        return Ok(());
    }
    let notice = NewNotice {
        id: deps.ids.uuid(now),
        kind: "QUOTA_DIGEST",
        account_id: None,
        subject_id: workspace.to_string(),
        payload: json!({ "day": day.date_naive().to_string() }).to_string(),
        send_after: resets_at(QuotaPeriod::Day, now),
    };
    Ok(outbox::queue_notices(db, workspace, vec![notice], now).await?)
}

/// The accounts of the active administrators of the workspace that was asked about, or of its main one.
async fn administrators(
    deps: &Deps,
    db: &DatabaseTransaction,
    access: &Access,
    id: WorkspaceId,
) -> Result<HashSet<AccountId>, Failure> {
    let now = access.now;
    let (snapshot, since) = if id == access.workspace.id {
        (std::sync::Arc::clone(&access.snapshot), access.workspace.last_write_at)
    } else {
        let Some((main, _)) = workspace::find(db, &WorkspaceRef::Id(id), None, now).await? else { return Ok(HashSet::new()) };
        (deps.cache.workspace(db, &main).await?, main.last_write_at)
    };
    let roles = snapshot.facts.roles.values().filter(|role| role.preset == Some(Preset::Administrator));
    let roles: Vec<RoleId> = roles.map(|role| role.id).collect();
    let holders = role_assignment::holders(db, id, &roles, now).await?;
    let members = facts::members(db, id, &holders, Wanted::ALL, since).await?;
    let is_one = |member: &&access::facts::MemberFacts| {
        access::is_administrator(&snapshot.facts, access::facts::Subject::Member(member), now)
    };
    Ok(members.values().filter(is_one).map(|member| member.account_id).collect())
}
