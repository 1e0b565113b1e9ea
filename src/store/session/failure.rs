//! Failed sign-ins, counted by keyed hash of a typed address, a client network or both, whether the
//! address has an account or not (ACC-5).
//!
//! The same table counts mails that anybody can have sent to an address (ACC-7).
//!
//! One conditional statement counts an attempt before its password is checked, and the count is
//! taken back if the password was right, so that simultaneous attempts count each other on any
//! number of nodes. That statement is SQL text: an upsert with a condition.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};

use crate::{
    entity::sign_in_failure::{self, Column},
    store::engine::{Sql, StoreError},
};

/// The keyed hash of what is counted.
pub type Key = [u8; 32];

/// When attempts are slowed down, and by how much.
#[derive(Debug, Clone, Copy)]
pub struct Slowing {
    /// Slows down after this many failures.
    pub from: u32,
    /// In this time. A slowed-down key stays so until nothing failed for as long.
    pub window: Duration,
    /// The longest wait. The first is a second, and each is twice the one before.
    pub longest: Duration,
}

impl Slowing {
    /// How long an attempt waits after this many failures.
    fn wait(&self, failures: u32) -> Duration {
        match failures.checked_sub(self.from) {
            None => Duration::ZERO,
            Some(above) => {
                Duration::from_secs(1_u64.checked_shl(above).unwrap_or(u64::MAX)).min(self.longest)
            }
        }
    }

    /// The number of failures at which the wait stops growing.
    fn slowest(&self) -> u32 {
        (self.from..self.from.saturating_add(63))
            .find(|failures| self.wait(*failures) >= self.longest)
            .unwrap_or(self.from)
    }
}

/// A counter's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counter {
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
    failures: u32,
}

impl Counter {
    /// How long an attempt at `now` still has to wait. `None` lets it pass. Must agree with the SQL
    /// of [`count`].
    fn left(&self, slowing: &Slowing, now: DateTime<Utc>) -> Option<Duration> {
        let since = now - slowing.window;
        if self.last_at <= since || self.failures < slowing.from {
            return None;
        }
        let left = self.last_at + slowing.wait(self.failures) - now;
        left.to_std().ok().filter(|left| !left.is_zero())
    }
}

/// Counts an attempt under each of `keys`, unless one of them has to wait. Then returns how long,
/// and the transaction must be rolled back. Without `slowing` it only counts.
pub async fn count(
    db: &impl ConnectionTrait,
    keys: &[Key],
    now: DateTime<Utc>,
    (slowing, slowed): (&Slowing, bool),
) -> Result<Option<Duration>, StoreError> {
    let mut keys = keys.to_vec();
    // Always in the same order, so that two attempts never wait for each other.
    keys.sort_unstable();
    keys.dedup();
    let since = now - slowing.window;
    let from = count_of(slowing.from);
    let mut sql = Sql::new(
        db,
        "INSERT INTO sign_in_failure AS c (key_hash, first_at, last_at, failures, notified) VALUES ",
    );
    for (index, key) in keys.iter().enumerate() {
        sql.push(if index > 0 { ", " } else { "" });
        sql.bind(
            "(?, ?, ?, 1, FALSE)",
            [Value::from(key.to_vec()), now.into(), now.into()],
        );
    }
    // A burst is over when nothing failed for the window, or when it did not reach the slow-down
    // within it.
    let over = "(c.last_at <= ? OR (c.failures < ? AND c.first_at <= ?))";
    let over_values = || [Value::from(since), from.into(), since.into()];
    sql.push(
        " ON CONFLICT (key_hash) DO UPDATE SET last_at = excluded.last_at, first_at = CASE WHEN ",
    );
    sql.bind(over, over_values())
        .push(" THEN excluded.first_at ELSE c.first_at END, failures = CASE WHEN ");
    sql.bind(over, over_values())
        .push(" THEN 1 ELSE c.failures + 1 END, notified = CASE WHEN ");
    sql.bind(over, over_values())
        .push(" THEN FALSE ELSE c.notified END");
    if slowed {
        sql.bind(
            " WHERE c.last_at <= ? OR c.failures < ? OR c.last_at <= CASE ",
            [since.into(), from.into()],
        );
        for failures in slowing.from..slowing.slowest() {
            sql.bind(
                "WHEN c.failures = ? THEN ? ",
                [
                    count_of(failures).into(),
                    (now - slowing.wait(failures)).into(),
                ],
            );
        }
        sql.bind(
            "WHEN c.failures >= ? THEN ? END",
            [
                count_of(slowing.slowest()).into(),
                (now - slowing.longest).into(),
            ],
        );
    }
    sql.push(" RETURNING failures");
    if sql.rows(db).await?.len() == keys.len() {
        return Ok(None);
    }
    longest_wait(db, &keys, slowing, now).await.map(Some)
}

async fn longest_wait(
    db: &impl ConnectionTrait,
    keys: &[Key],
    slowing: &Slowing,
    now: DateTime<Utc>,
) -> Result<Duration, StoreError> {
    let mut longest = Duration::ZERO;
    for key in keys {
        let row = sign_in_failure::Entity::find_by_id(key.to_vec())
            .one(db)
            .await?;
        if let Some(row) = row {
            let counter = Counter {
                first_at: row.first_at,
                last_at: row.last_at,
                failures: u32::try_from(row.failures).unwrap_or_default(),
            };
            longest = longest.max(counter.left(slowing, now).unwrap_or_default());
        }
    }
    Ok(longest)
}

fn count_of(failures: u32) -> i32 {
    i32::try_from(failures).unwrap_or(i32::MAX)
}

/// Takes back one counted attempt that did not fail after all.
pub async fn take_back(db: &impl ConnectionTrait, key: &Key) -> Result<(), StoreError> {
    sign_in_failure::Entity::update_many()
        .col_expr(Column::Failures, Expr::col(Column::Failures).sub(1))
        .filter(Column::KeyHash.eq(key.to_vec()))
        .filter(Column::Failures.gt(0))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes the failures under `keys`.
pub async fn clear(db: &impl ConnectionTrait, keys: &[Key]) -> Result<(), StoreError> {
    sign_in_failure::Entity::delete_many()
        .filter(any_of(keys))
        .exec(db)
        .await?;
    Ok(())
}

/// Counts one more under `key`, whose name contains its period, so it never restarts.
pub async fn add(
    db: &impl ConnectionTrait,
    key: &Key,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = sign_in_failure::ActiveModel {
        key_hash: Set(key.to_vec()),
        first_at: Set(now),
        last_at: Set(now),
        failures: Set(1),
        notified: Set(false),
    };
    let one_more = Column::Failures.into_expr().add(1);
    let count = OnConflict::column(Column::KeyHash)
        .update_column(Column::LastAt)
        .value(Column::Failures, one_more)
        .to_owned();
    sign_in_failure::Entity::insert(row)
        .on_conflict(count)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The sum of the counts under `keys`.
pub async fn sum(db: &impl ConnectionTrait, keys: &[Key]) -> Result<i64, StoreError> {
    let sum = sign_in_failure::Entity::find()
        .select_only()
        .column_as(Column::Failures.sum(), "sum")
        .filter(any_of(keys))
        .into_tuple::<Option<i64>>()
        .one(db)
        .await?;
    Ok(sum.flatten().unwrap_or_default())
}

/// When the last attempt was counted under one of `keys`, if after `since`.
pub async fn last(
    db: &impl ConnectionTrait,
    keys: &[Key],
    since: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(sign_in_failure::Entity::find()
        .select_only()
        .column(Column::LastAt)
        .filter(any_of(keys))
        .filter(Column::LastAt.gt(since))
        .filter(Column::Failures.gt(0))
        .order_by_desc(Column::LastAt)
        .into_tuple()
        .one(db)
        .await?)
}

fn any_of(keys: &[Key]) -> Expr {
    Column::KeyHash.is_in(keys.iter().map(|key| key.to_vec()))
}

/// Whether a burst has reached `failures` and was not reported yet: true once per burst. Writes the
/// row either way, so that both take the same time (ACC-4).
pub async fn reached(
    db: &impl ConnectionTrait,
    key: &Key,
    failures: u32,
) -> Result<bool, StoreError> {
    let written = sign_in_failure::Entity::update_many()
        .col_expr(Column::Notified, Column::Failures.gte(count_of(failures)))
        .filter(Column::KeyHash.eq(key.to_vec()))
        .filter(Column::Notified.into_expr().not())
        .exec_with_returning(db)
        .await?;
    Ok(written.iter().any(|row| row.notified))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOWING: Slowing = Slowing {
        from: 5,
        window: Duration::from_secs(900),
        longest: Duration::from_secs(60),
    };

    #[test]
    fn acc_5_waits_double_up_to_a_minute() {
        let waits: Vec<u64> = (0..14)
            .map(|failures| SLOWING.wait(failures).as_secs())
            .collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(SLOWING.slowest(), 11);
        assert_eq!(SLOWING.wait(u32::MAX).as_secs(), 60);
        let at_once = Slowing {
            longest: Duration::from_secs(1),
            ..SLOWING
        };
        assert_eq!((at_once.slowest(), at_once.wait(5).as_secs()), (5, 1));
    }

    #[test]
    fn acc_5_a_wait_runs_from_the_last_failure() {
        let at =
            |seconds: i64| DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap_or_default();
        let counter = |failures| Counter {
            first_at: at(0),
            last_at: at(100),
            failures,
        };
        assert_eq!(counter(4).left(&SLOWING, at(100)), None);
        assert_eq!(
            counter(5).left(&SLOWING, at(100)),
            Some(Duration::from_secs(1))
        );
        assert_eq!(counter(5).left(&SLOWING, at(101)), None);
        assert_eq!(
            counter(30).left(&SLOWING, at(130)),
            Some(Duration::from_secs(30))
        );
        assert_eq!(counter(30).left(&SLOWING, at(1_000)), None);
    }
}
