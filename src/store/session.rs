//! Sessions (ACC-6): looking up a token, listing those of an account, inserting and ending them.
//! The look-up is SQL text: it joins the account, and runs in each request.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::{
    account,
    engine::{self, Conditions as _, Row, StoreError},
};
use crate::{
    domain::{
        id::{AccountId, SessionId},
        second_factor::Shown,
        vocabulary::Locale,
    },
    entity::session::{self, Column},
};

pub mod device;
pub mod failure;
pub mod last_use;

/// A session, as stored. The service decides from its times whether it is still valid.
#[derive(Debug, Clone)]
pub struct SessionRow {
    pub id: SessionId,
    pub account_id: AccountId,
    pub created_at: DateTime<Utc>,
    /// Its last use, at most a minute late.
    pub last_active_at: DateTime<Utc>,
    /// Its end, however much it is used.
    pub expires_at: DateTime<Utc>,
    /// The client's user agent.
    pub user_agent: Option<String>,
    /// The client's address when it began.
    pub client_address: Option<String>,
    /// When password and second factor were last shown in it (MFA-8).
    pub shown: Shown,
}

impl From<session::Model> for SessionRow {
    fn from(row: session::Model) -> Self {
        Self {
            id: SessionId(row.id),
            account_id: AccountId(row.account_id),
            created_at: row.created_at,
            last_active_at: row.last_active_at,
            expires_at: row.expires_at,
            user_agent: row.user_agent,
            client_address: row.client_address,
            shown: shown(row.created_at, row.password_at, row.factor_at),
        }
    }
}

/// What a row says of what was shown. Sessions of the release before began with the password.
fn shown(
    created_at: DateTime<Utc>,
    password_at: Option<DateTime<Utc>>,
    factor_at: Option<DateTime<Utc>>,
) -> Shown {
    Shown {
        password_at: password_at.or_else(|| factor_at.is_none().then_some(created_at)),
        factor_at,
    }
}

/// All that the look-up of a token returns, in one statement.
#[derive(Debug, Clone)]
pub struct SessionLookup {
    pub session: SessionRow,
    pub email: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub locale: Locale,
    pub is_operator: bool,
    /// Whether a second factor was shown in it that its account still has.
    pub has_second_factor: bool,
}

/// The session with this token at `now`, unless it was ended or its account erased.
pub async fn look_up(
    db: &impl ConnectionTrait,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<SessionLookup>, StoreError> {
    let sql = "SELECT s.id, s.account_id, s.created_at, s.last_active_at, s.expires_at, s.user_agent, s.client_address, s.password_at, s.factor_at, \
         a.email, a.given_name, a.family_name, a.locale, a.is_operator, \
         (s.factor_at IS NOT NULL AND EXISTS (SELECT 1 FROM second_factor f WHERE f.account_id = s.account_id \
         AND f.confirmed_at IS NOT NULL AND (f.ends_at IS NULL OR f.ends_at > $2))) AS has_second_factor FROM session s \
         JOIN account a ON a.id = s.account_id AND a.erased_at IS NULL WHERE s.token_hash = $1 AND s.ended_at IS NULL";
    let Some(row) = engine::row(db, sql, vec![token_hash.to_vec().into(), now.into()]).await?
    else {
        return Ok(None);
    };
    let row = Row::of(&row);
    Ok(Some(SessionLookup {
        session: SessionRow {
            id: SessionId(row.get("id")?),
            account_id: AccountId(row.get("account_id")?),
            created_at: row.get("created_at")?,
            last_active_at: row.get("last_active_at")?,
            expires_at: row.get("expires_at")?,
            user_agent: row.get("user_agent")?,
            client_address: row.get("client_address")?,
            shown: shown(
                row.get("created_at")?,
                row.get("password_at")?,
                row.get("factor_at")?,
            ),
        },
        email: row.get("email")?,
        given_name: row.get("given_name")?,
        family_name: row.get("family_name")?,
        locale: account::locale(&row.get::<String>("locale")?),
        is_operator: row.get("is_operator")?,
        has_second_factor: row.get("has_second_factor")?,
    }))
}

/// The account's sessions that are valid at `now` and were used after `idle_since`, newest first.
pub async fn live(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<Vec<SessionRow>, StoreError> {
    let rows = session::Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::LastActiveAt.gt(idle_since))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(SessionRow::from).collect())
}

/// A session to insert.
#[derive(Debug, Clone)]
pub struct NewRow {
    pub session: SessionRow,
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// How the token is sent: COOKIE or TOKEN.
    pub transport: &'static str,
}

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
        password_at: Set(row.shown.password_at),
        factor_at: Set(row.shown.factor_at),
    };
    session::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// What was shown in a session that was not ended, and when.
pub async fn shown_in(
    db: &impl ConnectionTrait,
    id: SessionId,
) -> Result<Option<Shown>, StoreError> {
    let row = session::Entity::find_by_id(id.0)
        .filter(Column::EndedAt.is_null())
        .one(db)
        .await?;
    Ok(row.map(|row| SessionRow::from(row).shown))
}

/// Stores what was shown anew in a session of the account: what is absent stays as it is. `None` if
/// the session was ended.
pub async fn show(
    db: &impl ConnectionTrait,
    (account, id): (AccountId, SessionId),
    anew: Shown,
) -> Result<Option<SessionRow>, StoreError> {
    let mut row = session::ActiveModel::default();
    if anew.password_at.is_some() {
        row.password_at = Set(anew.password_at);
    }
    if anew.factor_at.is_some() {
        row.factor_at = Set(anew.factor_at);
    }
    let rows = session::Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id.0))
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::EndedAt.is_null())
        .exec_with_returning(db)
        .await?;
    Ok(rows.into_iter().next().map(SessionRow::from))
}

/// Forgets in all sessions of the account that a second factor was shown: those that it had are
/// gone.
pub async fn forget_factors(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<(), StoreError> {
    let forgotten = session::ActiveModel {
        factor_at: Set(None),
        ..Default::default()
    };
    session::Entity::update_many()
        .set(forgotten)
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::FactorAt.is_not_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Ends these sessions of the account at `at`, unless they have ended.
pub async fn end(
    db: &impl ConnectionTrait,
    account: AccountId,
    ids: &[SessionId],
    at: DateTime<Utc>,
) -> Result<Vec<SessionId>, StoreError> {
    let ended = session::Entity::update_many()
        .set(session::ActiveModel {
            ended_at: Set(Some(at)),
            ..Default::default()
        })
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::EndedAt.is_null())
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .exec_with_returning(db)
        .await?;
    Ok(ids
        .iter()
        .copied()
        .filter(|id| ended.iter().any(|row| row.id == id.0))
        .collect())
}
