//! Deleting rows that count no more and that nobody asks for: a bounded number in a statement
//! (architecture: pruning). Which instant is long enough ago is for the service to say; no row of
//! the record, and none that access hangs on, is named here.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use super::engine::{Sql, StoreError};

/// Rows of one kind that age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aged {
    /// Kept results of calls, by the end of their time (AUD-5).
    KeptResults,
    /// Calls about accounts that are kept for repeated ones, by the end of their time (AUD-5).
    KeptAccountCalls,
    /// Sessions, by their last use (ACC-6).
    Sessions,
    /// Counters of failed sign-ins, by the last failure (ACC-5).
    SignInFailures,
    /// Devices that signed in, by the end of their time (ACC-5).
    KnownDevices,
    /// What single visitors used, by the beginning of the day (QUOTA-7).
    VisitorUse,
    /// What members and workspaces used, by the beginning of the period (QUOTA-5).
    QuotaUse,
    /// Which warnings were queued, by the beginning of the period (QUOTA-8).
    QuotaWarnings,
    /// Leases of jobs, by their end.
    Leases,
    /// Registrations that were not confirmed, by the end of their time (ACC-2).
    Registrations,
    /// Links that reset a password, by the end of their time (ACC-7).
    PasswordResets,
    /// Changes of an address, by the end of their time (ACC-8).
    EmailChanges,
    /// Which ends of access were warned of, by that end (MEM-8).
    AccessWarnings,
    /// Mails that were handed over, by when (MAIL-1).
    SentMails,
    /// Mails that were given up, by when (MAIL-1).
    DeadMails,
    /// Mails that nobody sends, by when they were due: where no mail server is set (MAIL-2).
    UnsentMails,
}

impl Aged {
    /// All kinds.
    pub const ALL: [Self; 16] = [
        Self::KeptResults,
        Self::KeptAccountCalls,
        Self::Sessions,
        Self::SignInFailures,
        Self::KnownDevices,
        Self::VisitorUse,
        Self::QuotaUse,
        Self::QuotaWarnings,
        Self::Leases,
        Self::Registrations,
        Self::PasswordResets,
        Self::EmailChanges,
        Self::AccessWarnings,
        Self::SentMails,
        Self::DeadMails,
        Self::UnsentMails,
    ];

    /// The table, its key, and what is true of a row that is old.
    const fn rows(self) -> (&'static str, &'static str, &'static str) {
        const USE: &str = "workspace_id, subject, quota_type, period_start";
        match self {
            Self::KeptResults => ("idempotency_record", "id", "expires_at <= ?"),
            Self::KeptAccountCalls => ("account_idempotency_record", "id", "expires_at <= ?"),
            Self::Sessions => ("session", "id", "last_active_at <= ?"),
            Self::SignInFailures => ("sign_in_failure", "key_hash", "last_at <= ?"),
            Self::KnownDevices => ("known_device", "id", "expires_at <= ?"),
            Self::VisitorUse => (
                "quota_use",
                USE,
                "period_start < ? AND subject LIKE 'address:%'",
            ),
            Self::QuotaUse => ("quota_use", USE, "period_start < ?"),
            Self::QuotaWarnings => (
                "quota_warning",
                "workspace_id, subject, quota_type, period_start, threshold",
                "period_start < ?",
            ),
            Self::Leases => ("job_lease", "name", "leased_until <= ?"),
            Self::Registrations => ("registration", "id", "expires_at <= ?"),
            Self::PasswordResets => ("password_reset", "id", "expires_at <= ?"),
            Self::EmailChanges => ("email_change", "id", "expires_at <= ?"),
            Self::AccessWarnings => (
                "access_warning",
                "membership_id, ends_at, days_before",
                "ends_at <= ?",
            ),
            Self::SentMails => ("outbox", "id", "sent_at <= ?"),
            Self::DeadMails => ("outbox", "id", "sent_at IS NULL AND dead_at <= ?"),
            Self::UnsentMails => (
                "outbox",
                "id",
                "sent_at IS NULL AND dead_at IS NULL AND send_after <= ?",
            ),
        }
    }
}

/// Deletes at most `limit` rows that are older than `before`; answers how many it were. A row that
/// came to life again while the statement waited for it stays.
pub async fn delete(
    db: &impl ConnectionTrait,
    aged: Aged,
    before: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let (table, key, is_old) = aged.rows();
    let mut sql = Sql::new(db, &format!("DELETE FROM {table} WHERE "));
    sql.bind(
        &format!("({key}) IN (SELECT {key} FROM {table} WHERE {is_old}"),
        [before.into()],
    );
    sql.bind(" LIMIT ?)", [i64::from(limit).into()])
        .bind(&format!(" AND {is_old}"), [before.into()]);
    Ok(sql.execute(db).await?.rows_affected())
}
