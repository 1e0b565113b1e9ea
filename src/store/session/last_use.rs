//! When keys, memberships and sessions were last used (ACC-9, KEY-6). Written in batches, never
//! moved backwards, without locks and audit events. Rows are named by id alone, because a batch
//! belongs to many workspaces and reveals nothing about them. SQL text, because each row of a batch
//! has its own values.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use crate::store::engine::{Sql, StoreError};

/// One row's last use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// The client's address. Stored for keys only.
    pub from: Option<String>,
}

/// The kind of row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Used {
    Key,
    Secret,
    Membership,
    Session,
}

/// The maximum number of rows per statement.
const CHUNK: usize = 256;

/// Stores the last uses of rows of one kind.
pub async fn write(
    db: &impl ConnectionTrait,
    used: Used,
    uses: &[LastUse],
) -> Result<(), StoreError> {
    let update = match used {
        Used::Key => {
            // Nothing comes back that was erased meanwhile (ERASE-6).
            " UPDATE api_key SET last_used_at = v.at, last_used_from = v.origin FROM v WHERE api_key.id = v.id \
             AND (api_key.kind <> 'MEMBER' OR NOT EXISTS (SELECT 1 FROM membership m JOIN account a ON a.id = m.account_id \
             WHERE m.id = api_key.membership_id AND a.erased_at IS NOT NULL)) AND (api_key.last_used_at IS NULL OR api_key.last_used_at < v.at)"
        }
        Used::Secret => {
            " UPDATE api_key_secret SET last_used_at = v.at FROM v WHERE api_key_secret.id = v.id \
             AND (api_key_secret.last_used_at IS NULL OR api_key_secret.last_used_at < v.at)"
        }
        Used::Membership => {
            " UPDATE membership SET last_active_at = v.at FROM v WHERE membership.id = v.id AND membership.last_active_at < v.at"
        }
        Used::Session => {
            " UPDATE session SET last_active_at = v.at FROM v WHERE session.id = v.id AND session.last_active_at < v.at"
        }
    };
    for chunk in uses.chunks(CHUNK) {
        // Padded to a power of two by repeating the last row, so that few different statements have
        // to be prepared.
        let filling = chunk
            .last()
            .into_iter()
            .cycle()
            .take(chunk.len().next_power_of_two() - chunk.len());
        let mut sql = Sql::new(db, "WITH v(id, at, origin) AS (VALUES ");
        for (index, one) in chunk.iter().chain(filling).enumerate() {
            sql.push(if index > 0 { ", " } else { "" });
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
