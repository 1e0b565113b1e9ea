//! Counters of API calls, changed by single conditional statements: no counter exceeds its limit,
//! however many nodes count (QUOTA-4). Counting is SQL text, an upsert with a condition.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DerivePartialModel, EntityTrait,
    QueryFilter, UpdateMany, Value,
};
use uuid::Uuid;

use crate::{
    domain::{
        id::{AccountId, WorkspaceId},
        quota::MAX_LIMIT,
        vocabulary::QuotaType,
    },
    entity::quota_use::{self, Column},
    store::engine::{Conditions as _, Sql, StoreError},
};

/// A counter: its subject, its workspace, and the start of its period. On the first of a month, the
/// day's and the month's counter of a workspace are the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub workspace: WorkspaceId,
    /// A member by account ([`of_account`]), [`super::WHOLE`], [`POOL`], or a client address by its
    /// hash.
    pub subject: String,
    /// The first instant of the period.
    pub period_start: DateTime<Utc>,
}

/// The subject of a member: the account, so that a member who leaves and comes back on the same day
/// continues counting (MEM-10).
pub fn of_account(account: AccountId) -> String {
    account.to_string()
}

/// The subject of all visitors of a workspace together.
pub const POOL: &str = "anonymous";

/// A counter's row.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "quota_use::Entity")]
struct CounterRow {
    workspace_id: Uuid,
    subject: String,
    period_start: DateTime<Utc>,
    used: i64,
}

fn by_key(rows: Vec<CounterRow>) -> HashMap<Key, u64> {
    let read = |row: CounterRow| {
        let key = Key {
            workspace: WorkspaceId(row.workspace_id),
            subject: row.subject,
            period_start: row.period_start,
        };
        (key, row.used.unsigned_abs())
    };
    rows.into_iter().map(read).collect()
}

fn number(value: u64) -> Value {
    i64::try_from(value).unwrap_or(i64::MAX).into()
}

/// What is added to a counter.
#[derive(Debug, Clone)]
pub struct Added {
    pub key: Key,
    pub limit: Option<u64>,
    /// At most `limit`.
    pub amount: u64,
}

/// Adds to each of `counters` that stays within its limit, in one statement. The counters stay locked
/// in the given order, which must be the same everywhere. Each occurs once. Returns the new counters;
/// if one is missing, the transaction must be rolled back.
pub async fn count(
    db: &impl ConnectionTrait,
    counters: &[Added],
) -> Result<HashMap<Key, u64>, StoreError> {
    let mut sql = Sql::new(
        db,
        "INSERT INTO quota_use AS c (workspace_id, subject, quota_type, period_start, used) VALUES ",
    );
    for (index, Added { key, amount, .. }) in counters.iter().enumerate() {
        sql.push(if index > 0 { ", " } else { "" });
        let values = [
            key.workspace.0.into(),
            key.subject.as_str().into(),
            key.period_start.into(),
            number(*amount),
        ];
        sql.bind("(?, ?, 'API_CALLS', ?, ?)", values);
    }
    // Without a limit a counter stops at the highest number.
    sql.push(&format!(
        " ON CONFLICT (workspace_id, subject, quota_type, period_start) DO UPDATE SET used = \
         CASE WHEN c.used > {MAX_LIMIT} - excluded.used THEN {MAX_LIMIT} ELSE c.used + excluded.used END"
    ));
    if counters.iter().any(|added| added.limit.is_some()) {
        sql.push(" WHERE c.used + excluded.used <= CASE");
        for (key, limit) in counters
            .iter()
            .filter_map(|added| Some((&added.key, added.limit?)))
        {
            let values = [
                key.workspace.0.into(),
                key.subject.as_str().into(),
                key.period_start.into(),
                number(limit),
            ];
            sql.bind(
                " WHEN c.workspace_id = ? AND c.subject = ? AND c.period_start = ? THEN ?",
                values,
            );
        }
        sql.push(&format!(" ELSE {} END", i64::MAX));
    }
    sql.push(" RETURNING workspace_id, subject, period_start, used");
    Ok(by_key(sql.all(db).await?))
}

/// Reads the counters in one statement. Leaves out those that never counted.
pub async fn read(
    db: &impl ConnectionTrait,
    keys: &[Key],
) -> Result<HashMap<Key, u64>, StoreError> {
    let is = |key: &Key| {
        Condition::all()
            .add(Column::WorkspaceId.eq(key.workspace.0))
            .add(Column::Subject.eq(key.subject.as_str()))
            .add(Column::PeriodStart.eq(key.period_start))
    };
    let any = keys.iter().map(is).fold(Condition::any(), Condition::add);
    let rows = quota_use::Entity::find()
        .filter(Column::QuotaType.eq(QuotaType::ApiCalls.as_str()))
        .filter(any)
        .into_partial_model()
        .all(db)
        .await?;
    Ok(by_key(rows))
}

/// Resets the counters of members, by account, to 0. Returns what they were.
pub async fn reset(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    accounts: &[AccountId],
    period_start: DateTime<Utc>,
) -> Result<HashMap<AccountId, u64>, StoreError> {
    let names: HashMap<String, AccountId> =
        accounts.iter().map(|id| (of_account(*id), *id)).collect();
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let matching = |update: UpdateMany<quota_use::Entity>, subjects: Vec<&str>| {
        update
            .filter(Column::QuotaType.eq(QuotaType::ApiCalls.as_str()))
            .filter(Column::WorkspaceId.eq(workspace.0))
            .filter(Column::PeriodStart.eq(period_start))
            .filter(Column::Subject.in_texts(db, subjects))
    };
    // Locks the rows, so that nothing is counted between reading and resetting.
    let lock = quota_use::Entity::update_many()
        .col_expr(Column::Used, Column::Used.into_expr())
        .filter(Column::Used.gt(0));
    let rows = matching(lock, names.keys().map(String::as_str).collect())
        .exec_with_returning(db)
        .await?;
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let reset = quota_use::Entity::update_many().set(quota_use::ActiveModel {
        used: Set(0),
        ..Default::default()
    });
    // Only the locked rows: a counter that was 0 may have counted since.
    let locked = rows.iter().map(|row| row.subject.as_str()).collect();
    matching(reset, locked).exec(db).await?;
    let before = |row: quota_use::Model| Some((*names.get(&row.subject)?, row.used.unsigned_abs()));
    Ok(rows.into_iter().filter_map(before).collect())
}
