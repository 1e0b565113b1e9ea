//! When keys, memberships and sessions were last used (ACC-9, KEY-6): many at once, never moved
//! backwards. No lock and no audit number is taken. Rows are named by their id alone, for a batch
//! belongs to many workspaces and tells nothing of any. Text, for each row of a batch has values of
//! its own.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use crate::store::engine::{Sql, StoreError};

/// One row's last use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    /// The row.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// From which address; kept for keys only.
    pub from: Option<String>,
}

/// What was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Used {
    /// API keys.
    Key,
    /// Memberships.
    Membership,
    /// Sessions.
    Session,
}

/// The most rows of one statement.
const CHUNK: usize = 256;

/// Writes the last uses of rows of one kind.
pub async fn write(
    db: &impl ConnectionTrait,
    used: Used,
    uses: &[LastUse],
) -> Result<(), StoreError> {
    let update = match used {
        Used::Key => {
            " UPDATE api_key SET last_used_at = v.at, last_used_from = v.origin FROM v WHERE api_key.id = v.id \
             AND (api_key.last_used_at IS NULL OR api_key.last_used_at < v.at)"
        }
        Used::Membership => {
            " UPDATE membership SET last_active_at = v.at FROM v WHERE membership.id = v.id AND membership.last_active_at < v.at"
        }
        Used::Session => {
            " UPDATE session SET last_active_at = v.at FROM v WHERE session.id = v.id AND session.last_active_at < v.at"
        }
    };
    for chunk in uses.chunks(CHUNK) {
        // Filled up to a power of two with the last row again, so that there are few different
        // statements to prepare.
        let filling = chunk
            .last()
            .into_iter()
            .cycle()
            .take(chunk.len().next_power_of_two() - chunk.len());
        let mut sql = Sql::new(db, "WITH v(id, at, origin) AS (VALUES ");
        for (place, one) in chunk.iter().chain(filling).enumerate() {
            sql.push(if place > 0 { ", " } else { "" });
            sql.bind(
                "(?, ?, ?)",
                [Value::from(one.id), one.at.into(), one.from.clone().into()],
            );
        }
        sql.push(")").push(update);
        sql.execute(db).await?;
    }
    Ok(())
}
