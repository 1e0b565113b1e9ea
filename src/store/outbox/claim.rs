//! The outbox for the worker. One conditional statement claims rows by lease, so that two workers
//! never have the same one; each row is closed once (MAIL-1). Counting is SQL text, with several
//! sums in one statement.
//!
//! A row is open until it is sent or dead. Nobody takes it before `leased_until`: it is being sent,
//! or it waits for the next attempt. `leased_by` names the batch that sends it and renews the
//! lease; it is NULL while the row waits. `send_after` never changes, so that a row's age is known.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait as _, sea_query::ExprTrait as _,
};
use uuid::Uuid;

use crate::{
    domain::{
        id::{AccountId, WorkspaceId},
        mail::MailKind,
        vocabulary::Locale,
    },
    entity::outbox::{self, Column},
    store::engine::{self, StoreError},
};

/// How long delivery is attempted (MAIL-1).
pub const TRIED_FOR: Duration = Duration::hours(24);

/// `last_error` of a row that was closed because its subject is gone.
pub const OBSOLETE: &str = "OBSOLETE";

/// A claimed or listed row.
#[derive(Clone)]
pub struct OutboxRow {
    pub id: Uuid,
    /// The kind of mail. `None` for one that this release does not know.
    pub kind: Option<MailKind>,
    /// The account that receives it.
    pub account: Option<AccountId>,
    /// The address that receives it, if no account does.
    pub email: Option<String>,
    /// The keyed hash by which mails to the address are counted and refused.
    pub email_key: Option<Vec<u8>>,
    /// The language, if there is no account.
    pub locale: Option<Locale>,
    pub workspace: Option<WorkspaceId>,
    pub subject: Option<String>,
    /// What else it says, as JSON.
    pub payload: String,
    /// The generation of its token.
    pub generation: i32,
    pub created_at: DateTime<Utc>,
    /// When it is due.
    pub send_after: DateTime<Utc>,
    /// The number of attempts, including this one.
    pub attempts: i32,
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was given up.
    pub dead_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

impl From<outbox::Model> for OutboxRow {
    fn from(row: outbox::Model) -> Self {
        Self {
            id: row.id,
            kind: MailKind::parse(&row.kind),
            account: row.account_id.map(AccountId),
            email: row.email,
            email_key: row.email_key,
            locale: row.locale.as_deref().and_then(Locale::parse),
            workspace: row.workspace_id.map(WorkspaceId),
            subject: row.subject_id,
            payload: row.payload,
            generation: row.generation,
            created_at: row.created_at,
            send_after: row.send_after,
            attempts: row.attempts,
            sent_at: row.sent_at,
            dead_at: row.dead_at,
            last_error: row.last_error,
        }
    }
}

/// Neither sent nor dead.
fn is_open() -> Condition {
    Condition::all()
        .add(Column::SentAt.is_null())
        .add(Column::DeadAt.is_null())
}

impl OutboxRow {
    /// Until when delivery is attempted.
    pub fn deadline(&self) -> DateTime<Utc> {
        self.send_after + TRIED_FOR
    }
}

/// Which batch sends rows, and until when nobody else takes them.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    /// The batch.
    pub holder: Uuid,
    /// Until when, unless renewed.
    pub until: DateTime<Utc>,
}

/// Claims at most `most` rows that are due at `now`, oldest first, under `lease`.
pub async fn claim(
    db: &impl ConnectionTrait,
    most: u32,
    now: DateTime<Utc>,
    lease: Lease,
) -> Result<Vec<OutboxRow>, StoreError> {
    // The condition appears twice, so that a worker that waited for another's statement checks the
    // rows again.
    let is_free = || {
        let nobody_has_it = Condition::any()
            .add(Column::LeasedUntil.is_null())
            .add(Column::LeasedUntil.lte(now));
        is_open().add(Column::SendAfter.lte(now)).add(nobody_has_it)
    };
    let oldest = outbox::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(is_free())
        .order_by_asc(Column::SendAfter)
        .order_by_asc(Column::Id)
        .limit(u64::from(most))
        .into_query();
    let mut rows = outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            leased_until: Set(Some(lease.until)),
            leased_by: Set(Some(lease.holder)),
            ..Default::default()
        })
        .col_expr(Column::Attempts, Column::Attempts.into_expr().add(1))
        .filter(Column::Id.in_subquery(oldest))
        .filter(is_free())
        .exec_with_returning(db)
        .await?;
    rows.sort_by_key(|row| (row.send_after, row.id));
    Ok(rows.into_iter().map(OutboxRow::from).collect())
}

/// Renews the lease of the rows that its holder is still sending.
pub async fn renew(db: &impl ConnectionTrait, lease: Lease) -> Result<(), StoreError> {
    outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            leased_until: Set(Some(lease.until)),
            ..Default::default()
        })
        .filter(Column::LeasedBy.eq(lease.holder))
        .filter(is_open())
        .exec(db)
        .await?;
    Ok(())
}

/// Closes a row as sent, whoever holds its lease. Removes the address of somebody without an
/// account, which is no longer needed.
pub async fn sent(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let closed = outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            sent_at: Set(Some(now)),
            leased_until: Set(None),
            leased_by: Set(None),
            last_error: Set(None),
            email: Set(None),
            ..Default::default()
        })
        .filter(Column::Id.eq(id))
        .filter(is_open())
        .exec(db)
        .await?;
    Ok(closed.rows_affected > 0)
}

/// Notes what a row says now, unless another worker holds its lease. Returns whether it is held.
pub async fn go_on(
    db: &impl ConnectionTrait,
    id: Uuid,
    holder: Uuid,
    payload: String,
) -> Result<bool, StoreError> {
    let noted = outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            payload: Set(payload),
            ..Default::default()
        })
        .filter(Column::Id.eq(id))
        .filter(Column::LeasedBy.eq(holder))
        .filter(is_open())
        .exec(db)
        .await?;
    Ok(noted.rows_affected > 0)
}

/// Closes a row as sent, unless another worker holds its lease. Returns whether it was held.
pub async fn finish(
    db: &impl ConnectionTrait,
    id: Uuid,
    holder: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let closed = outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            sent_at: Set(Some(now)),
            leased_until: Set(None),
            leased_by: Set(None),
            last_error: Set(None),
            ..Default::default()
        })
        .filter(Column::Id.eq(id))
        .filter(Column::LeasedBy.eq(holder))
        .filter(is_open())
        .exec(db)
        .await?;
    Ok(closed.rows_affected > 0)
}

/// Gives a row up, unless another worker holds its lease. Returns whether it was open. Removes the
/// address from an obsolete row.
pub async fn dead(
    db: &impl ConnectionTrait,
    id: Uuid,
    holder: Uuid,
    now: DateTime<Utc>,
    error: &str,
) -> Result<bool, StoreError> {
    let mut row = outbox::ActiveModel {
        dead_at: Set(Some(now)),
        leased_until: Set(None),
        leased_by: Set(None),
        last_error: Set(Some(error.to_owned())),
        ..Default::default()
    };
    if error == OBSOLETE {
        row.email = Set(None);
    }
    let closed = outbox::Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id))
        .filter(Column::LeasedBy.eq(holder))
        .filter(is_open())
        .exec(db)
        .await?;
    Ok(closed.rows_affected > 0)
}

/// Schedules the next attempt, unless another worker holds the lease. Returns whether the row was
/// open.
pub async fn retry(
    db: &impl ConnectionTrait,
    id: Uuid,
    holder: Uuid,
    at: DateTime<Utc>,
    error: &str,
) -> Result<bool, StoreError> {
    let put_off = outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            leased_until: Set(Some(at)),
            leased_by: Set(None),
            last_error: Set(Some(error.to_owned())),
            ..Default::default()
        })
        .filter(Column::Id.eq(id))
        .filter(Column::LeasedBy.eq(holder))
        .filter(is_open())
        .exec(db)
        .await?;
    Ok(put_off.rows_affected > 0)
}

/// A row that was given up for its age.
#[derive(Debug, Clone)]
pub struct ExpiredMail {
    pub id: Uuid,
    /// The kind of mail, by name.
    pub kind: String,
    /// Why the last attempt failed.
    pub error: String,
    pub subject: Option<String>,
    /// The generation of its token.
    pub generation: i32,
}

/// Gives up what was not delivered in time, except rows that are being sent. Returns them with
/// their last error.
pub async fn give_up(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<ExpiredMail>, StoreError> {
    let is_free = Condition::any()
        .add(Column::LeasedUntil.is_null())
        .add(Column::LeasedUntil.lte(now));
    let rows = outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            dead_at: Set(Some(now)),
            leased_until: Set(None),
            leased_by: Set(None),
            ..Default::default()
        })
        .col_expr(Column::LastError, Column::LastError.if_null("NOT_TRIED"))
        .filter(is_open())
        .filter(Column::SendAfter.lte(now - TRIED_FOR))
        .filter(is_free)
        .exec_with_returning(db)
        .await?;
    let given_up = |row: outbox::Model| ExpiredMail {
        id: row.id,
        kind: row.kind,
        error: row.last_error.unwrap_or_default(),
        subject: row.subject_id,
        generation: row.generation,
    };
    Ok(rows.into_iter().map(given_up).collect())
}

/// The state of the outbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxState {
    /// The number of open rows.
    pub queued: i64,
    /// Since when the oldest due row waits.
    pub oldest: Option<DateTime<Utc>>,
    /// The number of dead letters: what could not be delivered, without obsolete rows.
    pub dead: i64,
    /// When the newest of them was given up.
    pub last_death: Option<DateTime<Utc>>,
    /// The reasons, each with its number.
    pub reasons: Vec<(String, i64)>,
}

/// Counts the outbox at `now`.
pub async fn state(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<OutboxState, StoreError> {
    #[derive(FromQueryResult)]
    struct Open {
        count: i64,
        oldest: Option<DateTime<Utc>>,
    }
    #[derive(FromQueryResult)]
    struct Dead {
        reason: String,
        count: i64,
        last_death: DateTime<Utc>,
    }
    let open = "SELECT COUNT(*) AS count, MIN(CASE WHEN send_after <= $1 THEN send_after END) AS oldest FROM outbox \
         WHERE sent_at IS NULL AND dead_at IS NULL";
    let open: Option<Open> = engine::one(db, open, vec![now.into()]).await?;
    let dead = "SELECT COALESCE(last_error, '-') AS reason, COUNT(*) AS count, MAX(dead_at) AS last_death FROM outbox \
         WHERE dead_at IS NOT NULL AND last_error <> 'OBSOLETE' GROUP BY last_error ORDER BY 2 DESC, 1";
    let dead: Vec<Dead> = engine::all(db, dead, Vec::new()).await?;
    Ok(OutboxState {
        queued: open.as_ref().map_or(0, |open| open.count),
        oldest: open.and_then(|open| open.oldest),
        dead: dead.iter().map(|row| row.count).sum(),
        last_death: dead.iter().map(|row| row.last_death).max(),
        reasons: dead
            .into_iter()
            .map(|row| (row.reason, row.count))
            .collect(),
    })
}

/// The newest rows, in any state.
pub async fn newest(db: &impl ConnectionTrait, most: u32) -> Result<Vec<OutboxRow>, StoreError> {
    let rows = outbox::Entity::find()
        .order_by_desc(Column::Id)
        .limit(u64::from(most))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(OutboxRow::from).collect())
}
