//! The outbox as the worker sees it: rows are claimed by lease in one conditional statement, so
//! that two workers never have the same one, and closed once (MAIL-1).
//!
//! A row is open until it was sent or is dead. `leased_until` says before when nobody takes it: it
//! is being sent, or it waits for its next try. `leased_by` says which batch is sending it, and
//! prolongs the lease; it is empty while the row waits. `send_after` stays what it was queued with,
//! so that a row's age is known.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::{
    domain::{
        id::{AccountId, WorkspaceId},
        mail::MailKind,
        vocabulary::Locale,
    },
    store::engine::{self, Columns, Sql, StoreError},
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

const COLUMNS: &str = "id, kind, account_id, email, email_key, locale, workspace_id, subject_id, payload, generation, created_at, \
     send_after, attempts, sent_at, dead_at, last_error";

impl OutboxRow {
    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let mut columns = Columns::of(row);
        Ok(Self {
            id: columns.take()?,
            kind: MailKind::parse(&columns.take::<String>()?),
            account: columns.take::<Option<Uuid>>()?.map(AccountId),
            email: columns.take()?,
            email_key: columns.take()?,
            locale: columns
                .take::<Option<String>>()?
                .and_then(|text| Locale::parse(&text)),
            workspace: columns.take::<Option<Uuid>>()?.map(WorkspaceId),
            subject: columns.take()?,
            payload: columns.take()?,
            generation: columns.take()?,
            created_at: columns.take()?,
            send_after: columns.take()?,
            attempts: columns.take()?,
            sent_at: columns.take()?,
            dead_at: columns.take()?,
            last_error: columns.take()?,
        })
    }

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
    .push(" RETURNING ")
    .push(COLUMNS);
    let mut rows: Vec<OutboxRow> = sql
        .rows(db)
        .await?
        .iter()
        .map(OutboxRow::read)
        .collect::<Result<_, _>>()?;
    rows.sort_by_key(|row| (row.send_after, row.id));
    Ok(rows)
}

/// Renews the lease of the rows that its holder is still sending.
pub async fn renew(db: &impl ConnectionTrait, lease: Lease) -> Result<(), StoreError> {
    let sql = "UPDATE outbox SET leased_until = $2 WHERE leased_by = $1 AND sent_at IS NULL AND dead_at IS NULL";
    engine::execute(db, sql, vec![lease.holder.into(), lease.until.into()]).await?;
    Ok(())
}

/// Closes a row as sent, whoever has it by now. An address without an account is of no use any
/// more, and is removed.
pub async fn sent(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE outbox SET sent_at = $2, leased_until = NULL, leased_by = NULL, last_error = NULL, email = NULL \
         WHERE id = $1 AND sent_at IS NULL AND dead_at IS NULL";
    Ok(engine::execute(db, sql, vec![id.into(), now.into()])
        .await?
        .rows_affected()
        > 0)
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
    let sql = "UPDATE outbox SET dead_at = $3, leased_until = NULL, leased_by = NULL, last_error = $4, \
         email = CASE WHEN $4 = 'OBSOLETE' THEN NULL ELSE email END \
         WHERE id = $1 AND leased_by = $2 AND sent_at IS NULL AND dead_at IS NULL";
    Ok(engine::execute(
        db,
        sql,
        vec![id.into(), holder.into(), now.into(), error.into()],
    )
    .await?
    .rows_affected()
        > 0)
}

/// Says when a row is tried again, unless another has it by now; true if it was open.
pub async fn retry(
    db: &impl ConnectionTrait,
    id: Uuid,
    holder: Uuid,
    at: DateTime<Utc>,
    error: &str,
) -> Result<bool, StoreError> {
    let sql = "UPDATE outbox SET leased_until = $3, leased_by = NULL, last_error = $4 \
         WHERE id = $1 AND leased_by = $2 AND sent_at IS NULL AND dead_at IS NULL";
    Ok(engine::execute(
        db,
        sql,
        vec![id.into(), holder.into(), at.into(), error.into()],
    )
    .await?
    .rows_affected()
        > 0)
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
    let sql = "UPDATE outbox SET dead_at = $1, leased_until = NULL, leased_by = NULL, last_error = COALESCE(last_error, 'NOT_TRIED') \
         WHERE sent_at IS NULL AND dead_at IS NULL AND send_after <= $2 AND (leased_until IS NULL OR leased_until <= $1) \
         RETURNING id, kind, last_error, subject_id, generation";
    type Row = (Uuid, String, String, Option<String>, i32);
    let rows: Vec<Row> = engine::all(db, sql, vec![now.into(), (now - TRIED_FOR).into()]).await?;
    let given_up = |(id, kind, error, subject, generation): Row| GivenUp {
        id,
        kind,
        error,
        subject,
        generation,
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
    let open = "SELECT COUNT(*), MIN(CASE WHEN send_after <= $1 THEN send_after END) FROM outbox \
         WHERE sent_at IS NULL AND dead_at IS NULL";
    let (queued, oldest) = engine::one(db, open, vec![now.into()])
        .await?
        .unwrap_or_default();
    let dead = "SELECT COALESCE(last_error, '-'), COUNT(*), MAX(dead_at) FROM outbox \
         WHERE dead_at IS NOT NULL AND last_error <> 'OBSOLETE' GROUP BY last_error ORDER BY 2 DESC, 1";
    let dead: Vec<(String, i64, DateTime<Utc>)> = engine::all(db, dead, Vec::new()).await?;
    Ok(OutboxState {
        queued,
        oldest,
        dead: dead.iter().map(|(_, count, _)| count).sum(),
        last_death: dead.iter().map(|(_, _, at)| *at).max(),
        reasons: dead
            .into_iter()
            .map(|(reason, count, _)| (reason, count))
            .collect(),
    })
}

/// The newest rows, whatever became of them.
pub async fn newest(db: &impl ConnectionTrait, most: u32) -> Result<Vec<OutboxRow>, StoreError> {
    let mut sql = Sql::new(db, "SELECT ");
    sql.push(COLUMNS).bind(
        " FROM outbox ORDER BY id DESC LIMIT ?",
        [i64::from(most).into()],
    );
    sql.rows(db).await?.iter().map(OutboxRow::read).collect()
}
