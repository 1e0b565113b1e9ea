//! Deleting rows that count no more and that nobody asks for: a bounded number in a statement
//! (architecture: pruning). Which instant is long enough ago is for the service to say; no row of
//! the record, and none that access hangs on, is named here.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Iterable, PrimaryKeyToColumn,
    QueryFilter,
    sea_query::{Expr, ExprTrait as _, Query},
};

use super::engine::StoreError;
use crate::entity::{
    access_warning, account_idempotency_record, email_change, idempotency_record, job_lease,
    known_device, outbox, password_reset, quota_use, quota_warning, registration, session,
    sign_in_failure,
};

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
}

/// Deletes at most `limit` rows that are older than `before`; answers how many it were. A row that
/// came to life again while the statement waited for it stays.
pub async fn delete(
    db: &impl ConnectionTrait,
    aged: Aged,
    before: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    macro_rules! rows {
        ($table:ident, $($is_old:expr),+) => {{
            use $table::Column;
            delete_rows::<$table::Entity>(db, Condition::all()$(.add($is_old))+, limit).await
        }};
    }
    match aged {
        Aged::KeptResults => rows!(idempotency_record, Column::ExpiresAt.lte(before)),
        Aged::KeptAccountCalls => {
            rows!(account_idempotency_record, Column::ExpiresAt.lte(before))
        }
        Aged::Sessions => rows!(session, Column::LastActiveAt.lte(before)),
        Aged::SignInFailures => rows!(sign_in_failure, Column::LastAt.lte(before)),
        Aged::KnownDevices => rows!(known_device, Column::ExpiresAt.lte(before)),
        Aged::VisitorUse => rows!(
            quota_use,
            Column::PeriodStart.lt(before),
            Column::Subject.like("address:%")
        ),
        Aged::QuotaUse => rows!(quota_use, Column::PeriodStart.lt(before)),
        Aged::QuotaWarnings => rows!(quota_warning, Column::PeriodStart.lt(before)),
        Aged::Leases => rows!(job_lease, Column::LeasedUntil.lte(before)),
        Aged::Registrations => rows!(registration, Column::ExpiresAt.lte(before)),
        Aged::PasswordResets => rows!(password_reset, Column::ExpiresAt.lte(before)),
        Aged::EmailChanges => rows!(email_change, Column::ExpiresAt.lte(before)),
        Aged::AccessWarnings => rows!(access_warning, Column::EndsAt.lte(before)),
        Aged::SentMails => rows!(outbox, Column::SentAt.lte(before)),
        Aged::DeadMails => rows!(outbox, Column::SentAt.is_null(), Column::DeadAt.lte(before)),
        Aged::UnsentMails => rows!(
            outbox,
            Column::SentAt.is_null(),
            Column::DeadAt.is_null(),
            Column::SendAfter.lte(before)
        ),
    }
}

/// Deletes at most `limit` rows of a table that are old.
async fn delete_rows<E: EntityTrait>(
    db: &impl ConnectionTrait,
    is_old: Condition,
    limit: u32,
) -> Result<u64, StoreError> {
    let key = || E::PrimaryKey::iter().map(|key| Expr::col(key.into_column()));
    let old = Query::select()
        .exprs(key())
        .from(E::default())
        .cond_where(is_old.clone())
        .limit(limit.into())
        .to_owned();
    let deleted = E::delete_many()
        .filter(Expr::tuple(key()).in_subquery(old))
        .filter(is_old)
        .exec(db)
        .await?;
    Ok(deleted.rows_affected)
}
