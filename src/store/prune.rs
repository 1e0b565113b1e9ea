//! Deletes rows that no longer count and that nobody reads, a limited number per statement
//! (architecture: pruning). The service decides which instant is long enough ago. No row of the
//! audit log, and none that access depends on, is deleted here.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Iterable, PrimaryKeyToColumn,
    QueryFilter,
    sea_query::{Expr, ExprTrait as _, Query},
};

use super::engine::StoreError;
use crate::entity::{
    access_warning, account_export, account_idempotency_record, analytics_count, barred_address,
    email_change, factor_removal, idempotency_record, job_lease, known_device, member_day, outbox,
    passkey_ceremony, password_reset, quota_use, quota_warning, registration, resource_calls,
    second_factor, session, session_visit, sign_in_challenge, sign_in_failure,
};

/// Rows of one kind that age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aged {
    /// Stored results of calls, by expiry (AUD-5).
    KeptResults,
    /// Stored calls about accounts, by expiry (AUD-5).
    KeptAccountCalls,
    /// Sessions, by last use (ACC-6).
    Sessions,
    /// Counters of failed sign-ins, by last failure (ACC-5).
    SignInFailures,
    /// Known devices, by expiry (ACC-5).
    KnownDevices,
    /// Counters of single visitors, by day (QUOTA-7).
    VisitorUse,
    /// Counters of members and workspaces, by start of the period (QUOTA-5).
    QuotaUse,
    /// Queued quota warnings, by start of the period (QUOTA-8).
    QuotaWarnings,
    /// Leases of jobs, by expiry.
    Leases,
    /// Unconfirmed registrations, by expiry (ACC-2).
    Registrations,
    /// Links to reset a password, by expiry (ACC-7).
    PasswordResets,
    /// Changes of an address, by expiry (ACC-8).
    EmailChanges,
    /// Sign-ins that wait for a second factor, by expiry (MFA-5).
    Challenges,
    /// Passkey ceremonies, by expiry (MFA-3).
    Ceremonies,
    /// Enrolments that wait for their first code, by expiry (MFA-1).
    Enrolments,
    /// Removals of all second factors, by their hour (MFA-9).
    FactorRemovals,
    /// Warnings about ends of access, by that end (MEM-8).
    AccessWarnings,
    /// Sent mails, by the time of sending (MAIL-1).
    SentMails,
    /// Mails that were given up, by that time (MAIL-1).
    DeadMails,
    /// Addresses that come back by invitation only, by the erasure (JOIN-12).
    BarredAddresses,
    /// Links to an account's data, by expiry (ERASE-8).
    Exports,
    /// Counters of analytics, by day (STAT-1).
    AnalyticsCounts,
    /// Calls of datasets and pages, by day (STAT-2).
    ResourceCalls,
    /// The last days of members that were counted (STAT-1).
    MemberDays,
    /// Which workspaces sessions used (STAT-1).
    SessionVisits,
    /// Mails that nobody sends because no mail server is set, by due time (MAIL-2).
    UnsentMails,
}

impl Aged {
    pub const ALL: [Self; 26] = [
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
        Self::Challenges,
        Self::Ceremonies,
        Self::Enrolments,
        Self::FactorRemovals,
        Self::AccessWarnings,
        Self::SentMails,
        Self::DeadMails,
        Self::BarredAddresses,
        Self::Exports,
        Self::AnalyticsCounts,
        Self::ResourceCalls,
        Self::MemberDays,
        Self::SessionVisits,
        Self::UnsentMails,
    ];
}

/// Deletes at most `limit` rows older than `before`. Returns how many. A row that was renewed while
/// the statement waited for it stays.
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
        Aged::Challenges => rows!(sign_in_challenge, Column::ExpiresAt.lte(before)),
        Aged::Ceremonies => rows!(passkey_ceremony, Column::ExpiresAt.lte(before)),
        Aged::Enrolments => rows!(second_factor, Column::ExpiresAt.lte(before)),
        Aged::FactorRemovals => rows!(
            factor_removal,
            Column::RemovalAt.lte(before),
            Condition::any()
                .add(Column::DoneAt.is_not_null())
                .add(Column::CancelledAt.is_not_null())
        ),
        Aged::AccessWarnings => rows!(access_warning, Column::EndsAt.lte(before)),
        Aged::SentMails => rows!(outbox, Column::SentAt.lte(before)),
        Aged::DeadMails => rows!(outbox, Column::SentAt.is_null(), Column::DeadAt.lte(before)),
        Aged::BarredAddresses => rows!(barred_address, Column::BarredAt.lte(before)),
        Aged::AnalyticsCounts => rows!(analytics_count, Column::DayStart.lt(before)),
        Aged::ResourceCalls => rows!(resource_calls, Column::DayStart.lt(before)),
        Aged::MemberDays => rows!(member_day, Column::DayStart.lt(before)),
        Aged::SessionVisits => rows!(session_visit, Column::VisitedAt.lt(before)),
        Aged::Exports => rows!(account_export, Column::ExpiresAt.lte(before)),
        Aged::UnsentMails => rows!(
            outbox,
            Column::SentAt.is_null(),
            Column::DeadAt.is_null(),
            Column::SendAfter.lte(before)
        ),
    }
}

/// Deletes at most `limit` old rows of a table.
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
