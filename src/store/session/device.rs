//! Devices that signed in before and are not slowed (ACC-5).

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    domain::id::AccountId,
    store::engine::{self, Sql, StoreError},
};

/// Whether this device signed in to the account before, not too long ago.
pub async fn is_known(
    db: &impl ConnectionTrait,
    account: AccountId,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql =
        "SELECT id FROM known_device WHERE token_hash = $1 AND account_id = $2 AND expires_at > $3";
    let found: Option<(Uuid,)> = engine::one(
        db,
        sql,
        vec![token_hash.to_vec().into(), account.0.into(), now.into()],
    )
    .await?;
    Ok(found.is_some())
}

/// Notes that the device signed in to the account; `id` is the key of the row if there is none yet.
pub async fn remember(
    db: &impl ConnectionTrait,
    account: AccountId,
    token_hash: &[u8],
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
    id: Uuid,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO known_device (id, account_id, token_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at";
    let values = vec![
        id.into(),
        account.0.into(),
        token_hash.to_vec().into(),
        now.into(),
        expires_at.into(),
    ];
    engine::execute(db, sql, values).await?;
    Ok(())
}

/// Forgets the account's devices that are out of date, and all but the `most` latest.
pub async fn forget(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
    most: usize,
) -> Result<(), StoreError> {
    let sql = "SELECT id, expires_at FROM known_device WHERE account_id = $1 ORDER BY expires_at DESC, id DESC";
    let rows: Vec<(Uuid, DateTime<Utc>)> = engine::all(db, sql, vec![account.0.into()]).await?;
    let old = rows
        .iter()
        .enumerate()
        .filter(|(place, (_, expires_at))| *place >= most || *expires_at <= now);
    let old: Vec<Uuid> = old.map(|(_, (id, _))| *id).collect();
    if old.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(db, "DELETE FROM known_device WHERE ");
    sql.ids_in("id", old);
    sql.execute(db).await?;
    Ok(())
}
