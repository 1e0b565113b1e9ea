//! Sessions (ACC-6): the look-up of a token, one account's own, making and ending them.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use super::{
    account,
    engine::{self, Columns, Sql, StoreError},
};
use crate::{
    domain::{
        id::{AccountId, SessionId},
        vocabulary::Locale,
    },
    entity::session,
};

pub mod device;
pub mod failure;
pub mod last_use;

/// A session as its row says. Whether it still counts is for the service to say, from its times.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub account_id: AccountId,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// Its last use, at most a minute late.
    pub last_active_at: DateTime<Utc>,
    /// Its end, however much it is used.
    pub expires_at: DateTime<Utc>,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// Where it was begun.
    pub client_address: Option<String>,
}

const COLUMNS: &str = "s.id, s.account_id, s.created_at, s.last_active_at, s.expires_at, s.user_agent, s.client_address";

fn read(columns: &mut Columns<'_>) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        id: SessionId(columns.take()?),
        account_id: AccountId(columns.take()?),
        created_at: columns.take()?,
        last_active_at: columns.take()?,
        expires_at: columns.take()?,
        user_agent: columns.take()?,
        client_address: columns.take()?,
    })
}

/// All that the look-up of a token brings, in one statement.
#[derive(Debug, Clone)]
pub struct Found {
    /// The session.
    pub session: SessionRow,
    /// The address as typed.
    pub email: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// The person's language.
    pub locale: Locale,
    /// Staff of the installation.
    pub is_operator: bool,
}

/// The session with this token, if neither it was ended nor its account erased.
pub async fn look_up(
    db: &impl ConnectionTrait,
    token_hash: &[u8],
) -> Result<Option<Found>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, a.email, a.given_name, a.family_name, a.locale, a.is_operator FROM session s \
         JOIN account a ON a.id = s.account_id AND a.erased_at IS NULL WHERE s.token_hash = $1 AND s.ended_at IS NULL"
    );
    let Some(row) = engine::row(db, &sql, vec![token_hash.to_vec().into()]).await? else {
        return Ok(None);
    };
    let mut columns = Columns::of(&row);
    Ok(Some(Found {
        session: read(&mut columns)?,
        email: columns.take()?,
        given_name: columns.take()?,
        family_name: columns.take()?,
        locale: account::locale(&columns.take::<String>()?),
        is_operator: columns.take()?,
    }))
}

/// The account's sessions that count at `now` and were used after `idle_since`, newest first.
pub async fn live(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<Vec<SessionRow>, StoreError> {
    let mut sql = Sql::new(db, "SELECT ");
    sql.push(COLUMNS).bind(
        " FROM session s WHERE s.account_id = ? AND s.ended_at IS NULL AND s.expires_at > ? AND s.last_active_at > ? \
         ORDER BY s.created_at DESC, s.id DESC",
        [account.0.into(), now.into(), idle_since.into()],
    );
    sql.rows(db)
        .await?
        .iter()
        .map(|row| read(&mut Columns::of(row)))
        .collect()
}

/// A session to be made.
#[derive(Debug, Clone)]
pub struct NewRow {
    /// The session.
    pub session: SessionRow,
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// How the token travels: COOKIE or TOKEN.
    pub transport: &'static str,
}

/// Adds a session.
pub async fn insert(db: &impl ConnectionTrait, new: NewRow) -> Result<(), StoreError> {
    let NewRow {
        session: row,
        token_hash,
        transport,
    } = new;
    let row = session::ActiveModel {
        id: Set(row.id.0),
        account_id: Set(row.account_id.0),
        token_hash: Set(token_hash.to_vec()),
        transport: Set(transport.to_owned()),
        created_at: Set(row.created_at),
        last_active_at: Set(row.last_active_at),
        expires_at: Set(row.expires_at),
        ended_at: Set(None),
        user_agent: Set(row.user_agent),
        client_address: Set(row.client_address),
    };
    session::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Ends those sessions of the account at `at`, unless they have ended.
pub async fn end(
    db: &impl ConnectionTrait,
    account: AccountId,
    ids: &[SessionId],
    at: DateTime<Utc>,
) -> Result<Vec<SessionId>, StoreError> {
    let mut sql = Sql::new(db, "UPDATE session ");
    sql.bind(
        "SET ended_at = ? WHERE account_id = ? AND ended_at IS NULL AND ",
        [at.into(), account.0.into()],
    );
    sql.ids_in("id", ids.iter().map(|id| id.0))
        .push(" RETURNING id");
    let ended: Vec<(Uuid,)> = sql.all(db).await?;
    let ended: Vec<SessionId> = ended.into_iter().map(|(id,)| SessionId(id)).collect();
    Ok(ids
        .iter()
        .copied()
        .filter(|id| ended.contains(id))
        .collect())
}
