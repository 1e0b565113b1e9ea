//! How long rows are kept that no longer count. Whether they count is decided where they are read,
//! from their times: nothing changes for anybody when they go, and nothing stays in force if they
//! do not.

use chrono::{DateTime, Duration, Months, Utc};

use super::{Deps, Failure, sign_up::barred_since};
pub use crate::store::prune::Aged;
use crate::{
    domain::{analytics, calendar::Calendar, vocabulary::QuotaPeriod},
    store::prune,
};

/// The most rows of one statement.
pub const BATCH: u32 = 500;

/// For clocks that differ, and for calls under way.
const MARGIN: Duration = Duration::hours(1);

/// How long failed sign-ins of an address are counted (ACC-5): a day, and the hour that it begins
/// in.
const COUNTED_FOR: std::time::Duration = std::time::Duration::from_secs(25 * 3_600);

/// How long a session stays after it stopped counting, for whoever looks into what happened.
const SESSIONS_STAY: Duration = Duration::days(30);

/// How long the counters of periods stay: a year to look back on, and the month under way.
const USE_STAYS: Months = Months::new(13);

/// How long the last day of a member that was counted stays: longer than a day lasts in whatever time
/// zone, and than a node holds back what it counted.
const MEMBER_DAYS_STAY: Duration = Duration::days(7);

/// How long the lease of a job that no node does any more stays.
const LEASES_STAY: Duration = Duration::days(30);

/// How long the counters of single visitors stay.
const VISITORS_STAY: Duration = Duration::days(3);

/// How long stays what was mailed about, for whoever looks into what happened.
const MAILED_STAYS: Duration = Duration::days(30);

/// How long mails stay in sight that were given up (MAIL-1).
const DEAD_MAILS_STAY: Duration = Duration::days(90);

/// Deletes at most [`BATCH`] rows of one kind; answers how many it were.
pub async fn batch(deps: &Deps, aged: Aged) -> Result<u64, Failure> {
    Ok(prune::delete(deps.db.writer(), aged, before(deps, aged), BATCH).await?)
}

/// Lets an embedded database see how much there is now.
pub async fn analyze(deps: &Deps) -> Result<(), Failure> {
    Ok(deps.db.refresh_statistics().await?)
}

/// Before which instant rows of one kind are old.
fn before(deps: &Deps, aged: Aged) -> DateTime<Utc> {
    let now = deps.clock.now();
    let long_ago = || {
        Calendar::default()
            .start(QuotaPeriod::Month, now)
            .checked_sub_months(USE_STAYS)
            .unwrap_or(DateTime::<Utc>::MIN_UTC)
    };
    match aged {
        Aged::KeptResults | Aged::KeptAccountCalls | Aged::KnownDevices => now - MARGIN,
        // However it ended, it was not used since; what was not used for the idle limit counts no
        // more (ACC-6).
        Aged::Sessions => now - deps.limits.session_idle - SESSIONS_STAY,
        // What is counted of an address is counted over a day.
        Aged::SignInFailures => now - deps.limits.sign_in_window.max(COUNTED_FOR) - MARGIN,
        // No limit and no table of figures asks for single visitors of another day. A day that lasts
        // longer because the time zone changed began less than three days ago.
        Aged::VisitorUse => now - VISITORS_STAY - MARGIN,
        Aged::QuotaUse | Aged::QuotaWarnings => long_ago(),
        Aged::AnalyticsCounts | Aged::ResourceCalls => Calendar::default()
            .start(QuotaPeriod::Month, now)
            .checked_sub_months(analytics::KEPT)
            .unwrap_or(DateTime::<Utc>::MIN_UTC),
        // A member without a row is counted on their next day.
        Aged::MemberDays => now - MEMBER_DAYS_STAY,
        // Nobody uses a session that is older.
        Aged::SessionVisits => now - deps.limits.session_absolute - MEMBER_DAYS_STAY,
        Aged::Leases => now - LEASES_STAY,
        Aged::Exports
        | Aged::Registrations
        | Aged::Challenges
        | Aged::Ceremonies
        | Aged::Enrolments => now - MARGIN,
        // What is counted of them is counted over a day.
        Aged::PasswordResets | Aged::EmailChanges | Aged::FactorRemovals | Aged::SentMails => {
            now - MAILED_STAYS
        }
        Aged::BarredAddresses => barred_since(now),
        Aged::AccessWarnings => now - MAILED_STAYS,
        // Where there is a server, what was not sent is given up after a day.
        Aged::DeadMails | Aged::UnsentMails => now - DEAD_MAILS_STAY,
    }
}
