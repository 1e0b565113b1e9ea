//! Warnings at 80 % and 100 % of a limit (QUOTA-8), queued in the transaction of the count that
//! reaches it, once a period however often a limit changes or a counter is set back: to the member
//! at once, to administrators at once about limits of their workspace, and one digest a day to
//! those who may edit all datasets.

use std::collections::HashSet;

use crate::store::DatabaseTransaction;
use serde_json::json;

use super::count::{LimitedCounter, Usage};
use crate::{
    domain::{
        mail::MailKind,
        quota_usage::{Counter, reached},
        vocabulary::{QuotaLimiter, QuotaPeriod, QuotaType},
    },
    service::{Access, Deps, Failure, receivers},
    store::{
        outbox::{self, NewMail, Receiver},
        quota::{
            usage::Key,
            warning::{self, DIGEST},
        },
    },
};

/// A limit's threshold that a count has reached.
struct ReachedThreshold<'a> {
    counter: &'a LimitedCounter,
    limiter: QuotaLimiter,
    limit: u64,
    threshold: i32,
}

/// Queues the mails after a count that every counter admitted; `before` is what they said
/// before it.
pub(super) async fn warn(
    deps: &Deps,
    db: &DatabaseTransaction,
    access: &Access,
    usage: &Usage,
    before: &[Counter],
) -> Result<(), Failure> {
    let mut all: Vec<ReachedThreshold<'_>> = Vec::new();
    for (counter, before) in usage.counters.iter().zip(before) {
        // Nobody is behind a client's address who could be told.
        let Some((limiter, limit)) = counter
            .limit
            .filter(|(limiter, _)| *limiter != QuotaLimiter::AnonymousAddress)
        else {
            continue;
        };
        let thresholds = reached(limit, before.used.saturating_add(usage.amount));
        let threshold = |percent| i32::try_from(percent).unwrap_or(i32::MAX);
        all.extend(thresholds.map(|percent| ReachedThreshold {
            counter,
            limiter,
            limit,
            threshold: threshold(percent),
        }));
    }
    let marks: Vec<(Key, i32)> = all
        .iter()
        .map(|reached| (reached.counter.key.clone(), reached.threshold))
        .collect();
    let new = warning::mark(db, &marks).await?;
    all.retain(|reached| new.contains(&(reached.counter.key.clone(), reached.threshold)));
    for reached in &all {
        tell(deps, db, access, usage, reached).await?;
    }
    if all.iter().any(|reached| is_own(reached.limiter)) {
        digest(deps, db, access).await?;
    }
    Ok(())
}

const fn is_own(limiter: QuotaLimiter) -> bool {
    match limiter {
        QuotaLimiter::Member | QuotaLimiter::Group | QuotaLimiter::Default => true,
        QuotaLimiter::AnonymousAddress
        | QuotaLimiter::AnonymousPool
        | QuotaLimiter::WorkspaceCap
        | QuotaLimiter::License => false,
    }
}

async fn tell(
    deps: &Deps,
    db: &DatabaseTransaction,
    access: &Access,
    usage: &Usage,
    reached: &ReachedThreshold<'_>,
) -> Result<(), Failure> {
    let (now, workspace) = (access.now, reached.counter.key.workspace);
    let (subject, accounts) = match usage.member.as_ref().filter(|_| is_own(reached.limiter)) {
        Some(member) => (member.id.to_string(), HashSet::from([member.account_id])),
        None => (
            workspace.to_string(),
            receivers::administrators(deps, db, access, workspace).await?,
        ),
    };
    let payload = json!({
        "type": QuotaType::ApiCalls,
        "threshold": reached.threshold,
        "limiter": reached.limiter,
        "limit": reached.limit,
        "period": reached.counter.period,
        "periodStart": reached.counter.key.period_start,
    });
    let mail = |account| {
        let mail = NewMail::new(
            deps.ids.uuid(now),
            MailKind::QuotaWarning,
            Receiver::Account(account),
        );
        mail.of(workspace).about(&subject).saying(payload.clone())
    };
    Ok(outbox::queue(db, accounts.into_iter().map(mail).collect(), now).await?)
}

/// Those of the day's first warning that is for the digest; it is sent when the day is over, and
/// receivers and contents are looked up then.
async fn digest(deps: &Deps, db: &DatabaseTransaction, access: &Access) -> Result<(), Failure> {
    let (workspace, now) = (access.workspace.id, access.now);
    let day = access.workspace.calendar.period(QuotaPeriod::Day, now);
    let key = Key {
        workspace,
        subject: DIGEST.to_owned(),
        period_start: day.start,
    };
    if warning::mark(db, &[(key, 0)]).await?.is_empty() {
        return Ok(());
    }
    let mail = NewMail::new(
        deps.ids.uuid(now),
        MailKind::QuotaDigest,
        Receiver::Audience,
    )
    .of(workspace)
    .about(workspace)
    .saying(json!({ "day": access.workspace.calendar.day_name(now), "periodStart": day.start }))
    .after(day.end);
    Ok(outbox::queue(db, vec![mail], now).await?)
}
