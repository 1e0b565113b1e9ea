//! Passkeys, and the ceremonies in which they are registered and shown (MFA-3).

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::{engine::StoreError, second_factor::has_not_ended};
use crate::{
    domain::{
        id::{AccountId, SecondFactorId, SessionId},
        second_factor::{CeremonyKind, SecondFactorKind},
    },
    entity::{
        passkey_ceremony,
        second_factor::{self, Column},
    },
};

/// A passkey.
#[derive(Clone)]
pub struct PasskeyRow {
    pub id: SecondFactorId,
    pub account: AccountId,
    /// What its owner calls it.
    pub name: String,
    pub credential_id: Vec<u8>,
    /// The public key with its counter, as JSON.
    pub credential: String,
    /// The relying party that it is bound to.
    pub host: String,
    /// Whether it is kept on several devices.
    pub is_synced: bool,
}

fn passkey(row: second_factor::Model) -> Option<PasskeyRow> {
    Some(PasskeyRow {
        id: SecondFactorId(row.id),
        account: AccountId(row.account_id),
        name: row.name.unwrap_or_default(),
        credential_id: row.credential_id?,
        credential: row.credential?,
        host: row.host?,
        is_synced: row.is_synced.unwrap_or_default(),
    })
}

/// The account's passkeys that count at `now`, oldest first.
pub async fn of_account(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<PasskeyRow>, StoreError> {
    let rows = second_factor::Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(has_not_ended(now))
        .filter(Column::Kind.eq(SecondFactorKind::Passkey.as_str()))
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(passkey).collect())
}

/// The passkey with this credential id, if it counts at `now`.
pub async fn by_credential(
    db: &impl ConnectionTrait,
    credential_id: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<PasskeyRow>, StoreError> {
    let row = second_factor::Entity::find()
        .filter(has_not_ended(now))
        .filter(Column::CredentialId.eq(credential_id.to_vec()))
        .one(db)
        .await?;
    Ok(row.and_then(passkey))
}

/// Adds a passkey, which counts at once. Returns [`StoreError::Duplicate`] if there is one with its
/// credential id; the transaction must then be rolled back.
pub async fn insert(
    db: &impl ConnectionTrait,
    new: PasskeyRow,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = second_factor::ActiveModel {
        id: Set(new.id.0),
        account_id: Set(new.account.0),
        kind: Set(SecondFactorKind::Passkey.as_str().to_owned()),
        name: Set(Some(new.name)),
        seed: Set(None),
        last_step: Set(None),
        created_at: Set(now),
        confirmed_at: Set(Some(now)),
        expires_at: Set(None),
        last_used_at: Set(None),
        credential_id: Set(Some(new.credential_id)),
        credential: Set(Some(new.credential)),
        host: Set(Some(new.host)),
        is_synced: Set(Some(new.is_synced)),
        ends_at: Set(None),
    };
    second_factor::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Stores that a passkey was used, and what it is from now on.
pub async fn used(
    db: &impl ConnectionTrait,
    id: SecondFactorId,
    (credential, is_synced): (&str, bool),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = second_factor::ActiveModel {
        credential: Set(Some(credential.to_owned())),
        is_synced: Set(Some(is_synced)),
        last_used_at: Set(Some(now)),
        ..Default::default()
    };
    set(db, id, row).await
}

/// Stores another name.
pub async fn rename(
    db: &impl ConnectionTrait,
    id: SecondFactorId,
    name: &str,
) -> Result<(), StoreError> {
    let row = second_factor::ActiveModel {
        name: Set(Some(name.to_owned())),
        ..Default::default()
    };
    set(db, id, row).await
}

async fn set(
    db: &impl ConnectionTrait,
    id: SecondFactorId,
    row: second_factor::ActiveModel,
) -> Result<(), StoreError> {
    second_factor::Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// To which hosts passkeys are bound, and how many to each.
pub async fn hosts(db: &impl ConnectionTrait) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(second_factor::Entity::find()
        .select_only()
        .column(Column::Host)
        .column_as(Column::Id.count(), "count")
        .filter(Column::Host.is_not_null())
        .group_by(Column::Host)
        .order_by_asc(Column::Host)
        .into_tuple()
        .all(db)
        .await?)
}

/// A ceremony under way.
#[derive(Clone)]
pub struct Ceremony {
    pub id: Uuid,
    /// The account and session that it is bound to; else it is bound to the client.
    pub of: Option<(AccountId, SessionId)>,
    /// Keyed hash of the device's cookie, if it had one.
    pub device_hash: Option<Vec<u8>>,
    /// Keyed hash of what a client without a cookie is known by.
    pub client_hash: Vec<u8>,
    pub kind: CeremonyKind,
    /// The state, as JSON.
    pub state: String,
}

/// Stores a ceremony until `expires_at`.
pub async fn begin_ceremony(
    db: &impl ConnectionTrait,
    new: Ceremony,
    token_hash: &[u8; 32],
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StoreError> {
    let (account, session) = new.of.unzip();
    let row = passkey_ceremony::ActiveModel {
        id: Set(new.id),
        account_id: Set(account.map(|id| id.0)),
        session_id: Set(session.map(|id| id.0)),
        token_hash: Set(token_hash.to_vec()),
        device_hash: Set(new.device_hash),
        client_hash: Set(new.client_hash),
        kind: Set(new.kind.as_str().to_owned()),
        state: Set(new.state),
        created_at: Set(now),
        expires_at: Set(expires_at),
    };
    passkey_ceremony::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Takes the ceremony with this token out of the table, if it lives at `now`: nobody else gets it.
pub async fn take_ceremony(
    db: &impl ConnectionTrait,
    token_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<Ceremony>, StoreError> {
    let row = passkey_ceremony::Entity::find()
        .filter(passkey_ceremony::Column::TokenHash.eq(token_hash.to_vec()))
        .filter(passkey_ceremony::Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let deleted = passkey_ceremony::Entity::delete_by_id(row.id)
        .exec(db)
        .await?;
    if deleted.rows_affected == 0 {
        return Ok(None);
    }
    Ok(CeremonyKind::parse(&row.kind).map(|kind| Ceremony {
        id: row.id,
        of: row
            .account_id
            .zip(row.session_id)
            .map(|(account, session)| (AccountId(account), SessionId(session))),
        device_hash: row.device_hash,
        client_hash: row.client_hash,
        kind,
        state: row.state,
    }))
}
