//! Delivering mails (MAIL-1): rows are claimed, composed, handed to the mail server and closed.
//! What fails is tried again later and later, for 24 hours; what is refused permanently, or was not
//! delivered by then, is dead and can be seen.
//!
//! A row is claimed by lease and closed once, so that any number of nodes may do this at once. The
//! lease is short and renewed while the mail is handed over, so that the mails of a node that died
//! wait for no longer. Only a server that dies after it took a mail, a node that dies before it
//! closed the row, or one that loses the database for longer than a lease, causes a second one,
//! with the same Message-ID. Must not log an address.

mod audience;
mod compose;
mod delivery;
mod facts;
mod followers;
pub mod preview;

use chrono::{DateTime, Duration, Utc};
use tokio::task::JoinSet;
use uuid::Uuid;

use self::compose::Composition;
use super::{Deps, Failure};
use crate::{
    domain::mail::MailKind,
    mail::{
        Undelivered,
        transport::{CONNECTIONS, Envelope},
    },
    store::outbox::claim::{self, Lease, OBSOLETE, OutboxRow, OutboxState},
};

/// The longest wait between two tries, in minutes.
const LONGEST_WAIT: i64 = 60;

/// How long a row that is being sent is left alone after its lease was taken or renewed, in
/// seconds.
const LEASE: i64 = 30;

/// How often leases are renewed: two renewals may fail.
const RENEWED_EVERY: std::time::Duration = std::time::Duration::from_secs(10);

/// How often the row of a mail that was handed over is tried to be closed: over some 25 seconds.
const CLOSING_TRIES: u32 = 10;

/// What one batch did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Batch {
    /// How many rows were claimed.
    pub claimed: usize,
    /// How many mails were handed over.
    pub sent: usize,
    /// Whether the mail server cannot be used: the next batch would fare alike.
    pub is_down: bool,
}

/// What became of one row.
enum Outcome {
    Sent,
    Closed,
    Later { is_down: bool },
}

/// How the outbox stands, for operators.
pub async fn state(deps: &Deps) -> Result<OutboxState, Failure> {
    Ok(claim::state(deps.db.latest(), deps.clock.now()).await?)
}

/// Gives up what was not delivered in time; says how many that were.
pub async fn give_up(deps: &Deps) -> Result<usize, Failure> {
    let dead = delivery::give_up(deps, deps.clock.now()).await?;
    for row in &dead {
        log_dead_letter(row.id, &row.kind, &row.error);
    }
    Ok(dead.len())
}

/// Claims and delivers as many mails as there are connections, side by side.
pub async fn batch(deps: &Deps) -> Result<Batch, Failure> {
    let now = deps.clock.now();
    let lease = lease(deps, deps.ids.uuid(now));
    let rows = claim::claim(deps.db.writer(), CONNECTIONS, now, lease).await?;
    let mut batch = Batch {
        claimed: rows.len(),
        ..Batch::default()
    };
    let mut under_way = JoinSet::new();
    for row in rows {
        let deps = deps.clone();
        under_way.spawn(async move { (row.id, deliver(&deps, &row, lease.holder).await) });
    }
    while let Some(done) = next(deps, &mut under_way, lease.holder).await {
        match done {
            Ok((_, Ok(Outcome::Sent))) => batch.sent += 1,
            Ok((_, Ok(Outcome::Closed))) => {}
            Ok((_, Ok(Outcome::Later { is_down }))) => batch.is_down |= is_down,
            // It is tried again when its lease has run out.
            Ok((id, Err(failure))) => {
                tracing::warn!(mail = %id, %failure, "could not process a mail")
            }
            Err(error) => tracing::error!(%error, "panicked while delivering a mail"),
        }
    }
    Ok(batch)
}

fn lease(deps: &Deps, holder: Uuid) -> Lease {
    Lease {
        holder,
        until: deps.clock.now() + Duration::seconds(LEASE),
    }
}

/// The next of the deliveries under way that ended; keeps the lease of the others until then.
async fn next<T: 'static>(
    deps: &Deps,
    under_way: &mut JoinSet<T>,
    holder: Uuid,
) -> Option<Result<T, tokio::task::JoinError>> {
    loop {
        match tokio::time::timeout(RENEWED_EVERY, under_way.join_next()).await {
            Ok(ended) => return ended,
            Err(_) => {
                if let Err(error) = claim::renew(deps.db.writer(), lease(deps, holder)).await {
                    tracing::warn!(%error, "could not renew the lease of mails that are being sent");
                }
            }
        }
    }
}

async fn deliver(deps: &Deps, row: &OutboxRow, holder: Uuid) -> Result<Outcome, Failure> {
    let now = deps.clock.now();
    let letter = match compose::compose(deps, row, now).await? {
        Composition::Letter(letter) => letter,
        Composition::Audience => {
            if row.kind == Some(MailKind::DatasetUpdated) {
                followers::expand(deps, row, holder, now).await?;
            } else {
                audience::expand(deps, row, now).await?;
            }
            return Ok(Outcome::Closed);
        }
        Composition::Obsolete => {
            delivery::dead(deps, row, holder, now, OBSOLETE).await?;
            count("obsolete");
            return Ok(Outcome::Closed);
        }
    };
    let sent = deps
        .mailer
        .send(
            &Envelope {
                id: row.id,
                to: letter.to,
                at: now,
            },
            &letter.mail,
        )
        .await;
    let now = deps.clock.now();
    match sent {
        Ok(()) => {
            close(deps, row, now).await?;
            count("sent");
            Ok(Outcome::Sent)
        }
        Err(Undelivered::Refused(error)) => {
            if delivery::dead(deps, row, holder, now, &error).await? {
                log_dead_letter(row.id, letter.kind.as_str(), &error);
            }
            Ok(Outcome::Closed)
        }
        Err(Undelivered::Deferred(error)) => later(deps, row, holder, now, (&error, false)).await,
        Err(Undelivered::Down(error)) => later(deps, row, holder, now, (&error, true)).await,
    }
}

/// Closes the row of a mail that was handed over. A database that cannot be reached just now is
/// asked again, for the mail would be sent a second time.
async fn close(deps: &Deps, row: &OutboxRow, now: DateTime<Utc>) -> Result<(), Failure> {
    let mut wait = std::time::Duration::from_millis(50);
    for _ in 1..CLOSING_TRIES {
        match delivery::sent(deps, row, now).await {
            Ok(()) => return Ok(()),
            Err(error) => {
                tracing::warn!(mail = %row.id, %error, "delivered a mail, but could not close its row")
            }
        }
        tokio::time::sleep(wait).await;
        wait *= 2;
    }
    delivery::sent(deps, row, now).await
}

async fn later(
    deps: &Deps,
    row: &OutboxRow,
    holder: Uuid,
    now: DateTime<Utc>,
    (error, is_down): (&str, bool),
) -> Result<Outcome, Failure> {
    let at = (now + wait(row.attempts)).min(row.deadline().max(now));
    delivery::retry(deps, row, holder, at, error).await?;
    count("deferred");
    tracing::info!(mail = %row.id, attempts = row.attempts, error, "could not deliver a mail, will retry later");
    Ok(Outcome::Later { is_down })
}

/// Before the next try: a minute after the first, and twice as long each time, up to an hour.
fn wait(attempts: i32) -> Duration {
    let doubled = u32::try_from(attempts.max(1) - 1)
        .unwrap_or_default()
        .min(16);
    Duration::minutes((1_i64 << doubled).min(LONGEST_WAIT))
}

fn log_dead_letter(id: Uuid, kind: &str, error: &str) {
    count("dead");
    tracing::error!(mail = %id, kind, error, "gave up delivering a mail");
}

fn count(outcome: &'static str) {
    metrics::counter!("concierge_mails_total", "outcome" => outcome).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_1_waits_grow_up_to_an_hour() {
        let waits: Vec<i64> = [0, 1, 2, 3, 6, 7, 8, 40, i32::MAX]
            .map(|attempts| wait(attempts).num_minutes())
            .to_vec();
        assert_eq!(waits, [1, 1, 2, 4, 32, 60, 60, 60, 60]);
    }
}
