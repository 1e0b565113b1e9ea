//! The outbox as the worker sees it: rows are claimed by lease in one conditional statement, so
//! that two workers never have the same one, and closed once (MAIL-1). Claiming is text, for its
//! condition stands in it twice; so is counting, with several sums in one statement.
//!
//! A row is open until it was sent or is dead. `leased_until` says before when nobody takes it: it
//! is being sent, or it waits for its next try. `leased_by` says which batch is sending it, and
//! prolongs the lease; it is empty while the row waits. `send_after` stays what it was queued with,
//! so that a row's age is known.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::{
    domain::{
        id::{AccountId, WorkspaceId},
        mail::MailKind,
        vocabulary::Locale,
    },
    entity::outbox::{self, Column},
    store::engine::{self, Sql, StoreError},
};

/// How long an undelivered mail is tried (MAIL-1).
pub const TRIED_FOR: Duration = Duration::hours(24);

/// `last_error` of a row that was closed because what it was about is no more.
pub const OBSOLETE: &str = "OBSOLETE";

/// A row as it was claimed or is shown.
#[derive(Clone)]
pub struct OutboxRow {
    /// Its key.
    pub id: Uuid,
    /// Which mail; `None` for one that this release does not know.
    pub kind: Option<MailKind>,
    /// The account that receives it.
    pub account: Option<AccountId>,
    /// The address that receives it, if no account does.
    pub email: Option<String>,
    /// By what mails to that address are counted and refused.
    pub email_key: Option<Vec<u8>>,
    /// The language, if no account says it.
    pub locale: Option<Locale>,
    /// Of which workspace it speaks.
    pub workspace: Option<WorkspaceId>,
    /// What it is about.
    pub subject: Option<String>,
    /// What it says besides, as JSON.
    pub payload: String,
    /// Of which generation of its subject.
    pub generation: i32,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// From when on it is sent.
    pub send_after: DateTime<Utc>,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was given up.
    pub dead_at: Option<DateTime<Utc>>,
    /// Why the last try failed.
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
    /// Until when it is tried.
    pub fn deadline(&self) -> DateTime<Utc> {
        self.send_after + TRIED_FOR
    }
}

/// Who sends rows, and until when nobody else takes them.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    /// The batch that sends them.
    pub holder: Uuid,
    /// Until when, unless it is renewed.
    pub until: DateTime<Utc>,
}

/// Claims at most `most` rows that are to be sent at `now`, the oldest first, under `lease`.
pub async fn claim(
    db: &impl ConnectionTrait,
    most: u32,
    now: DateTime<Utc>,
    lease: Lease,
) -> Result<Vec<OutboxRow>, StoreError> {
    // The condition stands in both: whoever waited for the other's statement looks at the rows
    // anew.
    let free = "sent_at IS NULL AND dead_at IS NULL AND send_after <= ? AND (leased_until IS NULL OR leased_until <= ?)";
    let mut sql = Sql::new(db, "UPDATE outbox SET");
    let Lease { holder, until } = lease;
    sql.bind(
        " leased_until = ?, leased_by = ?, attempts = attempts + 1",
        [until.into(), holder.into()],
    )
    .push(" WHERE id IN (SELECT id FROM outbox WHERE ")
    .bind(free, [now.into(), now.into()])
    .bind(
        " ORDER BY send_after, id LIMIT ?) AND ",
        [i64::from(most).into()],
    )
    .bind(free, [now.into(), now.into()])
    .push(" RETURNING *");
    let mut rows: Vec<outbox::Model> = sql.all(db).await?;
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

/// Closes a row as sent, whoever has it by now. An address without an account is of no use any
/// more, and is removed.
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

/// Gives a row up, unless another has it by now; true if it was open. What became obsolete names no
/// address any more.
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

/// Says when a row is tried again, unless another has it by now; true if it was open.
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
pub struct GivenUp {
    /// Its key.
    pub id: Uuid,
    /// Which mail, by name.
    pub kind: String,
    /// Why the last try failed.
    pub error: String,
    /// What it is about.
    pub subject: Option<String>,
    /// Of which generation of its subject.
    pub generation: i32,
}

/// Gives up what was not delivered in time, but for what somebody is sending; says what it was,
/// with its last error.
pub async fn give_up(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<GivenUp>, StoreError> {
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
    let given_up = |row: outbox::Model| GivenUp {
        id: row.id,
        kind: row.kind,
        error: row.last_error.unwrap_or_default(),
        subject: row.subject_id,
        generation: row.generation,
    };
    Ok(rows.into_iter().map(given_up).collect())
}

/// How the outbox stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxState {
    /// Open rows.
    pub queued: i64,
    /// Since when the oldest of those that are due waits.
    pub oldest: Option<DateTime<Utc>>,
    /// Dead letters: what could not be delivered. Rows that became obsolete are none.
    pub dead: i64,
    /// When the newest of them died.
    pub last_death: Option<DateTime<Utc>>,
    /// Their reasons, each with how often.
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

/// The newest rows, whatever became of them.
pub async fn newest(db: &impl ConnectionTrait, most: u32) -> Result<Vec<OutboxRow>, StoreError> {
    let rows = outbox::Entity::find()
        .order_by_desc(Column::Id)
        .limit(u64::from(most))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(OutboxRow::from).collect())
}
