//! Second factors, recovery codes, and sign-ins that wait for one of them (MFA). Whoever changes
//! rows of an account has locked it. Which rows count is decided by their times, given here.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait as _,
    QueryFilter, QueryOrder, SelectExt as _,
};
use uuid::Uuid;

use super::engine::StoreError;
use crate::{
    domain::{
        id::{AccountId, SecondFactorId},
        keyed_hash::KeyedHash,
        second_factor::{SecondFactorKind, WrongCodes},
    },
    entity::{
        recovery_code,
        second_factor::{self, Column},
        sign_in_challenge, sign_in_failure,
    },
};

/// A second factor that counts.
#[derive(Clone)]
pub struct FactorRow {
    pub id: SecondFactorId,
    pub kind: SecondFactorKind,
    /// What its owner calls it.
    pub name: Option<String>,
    /// The sealed seed of TOTP.
    pub seed: Option<Vec<u8>>,
    /// The step of the last TOTP code that was used.
    pub last_step: Option<i64>,
    /// When it began to count.
    pub confirmed_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether a passkey is kept on several devices.
    pub is_synced: Option<bool>,
}

fn factor(row: second_factor::Model) -> Option<FactorRow> {
    Some(FactorRow {
        id: SecondFactorId(row.id),
        kind: SecondFactorKind::parse(&row.kind)?,
        name: row.name,
        seed: row.seed,
        last_step: row.last_step,
        confirmed_at: row.confirmed_at?,
        last_used_at: row.last_used_at,
        is_synced: row.is_synced,
    })
}

/// The account's factors that count at `now`: confirmed, and not ended by a removal (MFA-9).
fn counts(account: AccountId, now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::AccountId.eq(account.0))
        .add(Column::ConfirmedAt.is_not_null())
        .add(has_not_ended(now))
}

/// The condition of a factor that has not ended at `now`.
pub(super) fn has_not_ended(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(Column::EndsAt.is_null())
        .add(Column::EndsAt.gt(now))
}

/// The account's factors that count at `now`, oldest first.
pub async fn of_account(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<FactorRow>, StoreError> {
    let rows = second_factor::Entity::find()
        .filter(counts(account, now))
        .order_by_asc(Column::ConfirmedAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(factor).collect())
}

/// The account's factors that have ended at `now`, oldest first, and when.
pub async fn ended(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<(FactorRow, DateTime<Utc>)>, StoreError> {
    let rows = second_factor::Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::EndsAt.lte(now))
        .order_by_asc(Column::ConfirmedAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let ends_at = row.ends_at?;
            Some((factor(row)?, ends_at))
        })
        .collect())
}

/// Whether the account has a factor that counts at `now`.
pub async fn exists(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    Ok(second_factor::Entity::find()
        .filter(counts(account, now))
        .exists(db)
        .await?)
}

/// A TOTP enrolment that waits for its first code.
#[derive(Clone)]
pub struct Enrolment {
    pub id: SecondFactorId,
    /// The sealed seed.
    pub seed: Vec<u8>,
}

/// Begins a TOTP enrolment, in place of one that waits.
pub async fn begin_enrolment(
    db: &impl ConnectionTrait,
    account: AccountId,
    enrolment: Enrolment,
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StoreError> {
    second_factor::Entity::delete_many()
        .filter(waits(account))
        .exec(db)
        .await?;
    let row = second_factor::ActiveModel {
        id: Set(enrolment.id.0),
        account_id: Set(account.0),
        kind: Set(SecondFactorKind::Totp.as_str().to_owned()),
        name: Set(None),
        seed: Set(Some(enrolment.seed)),
        last_step: Set(None),
        created_at: Set(now),
        confirmed_at: Set(None),
        expires_at: Set(Some(expires_at)),
        last_used_at: Set(None),
        credential_id: Set(None),
        credential: Set(None),
        host: Set(None),
        is_synced: Set(None),
        ends_at: Set(None),
    };
    second_factor::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

fn waits(account: AccountId) -> Condition {
    Condition::all()
        .add(Column::AccountId.eq(account.0))
        .add(Column::Kind.eq(SecondFactorKind::Totp.as_str()))
        .add(Column::ConfirmedAt.is_null())
}

/// The TOTP enrolment of the account that waits at `now`.
pub async fn enrolment(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<Enrolment>, StoreError> {
    let row = second_factor::Entity::find()
        .filter(waits(account))
        .filter(Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    Ok(row.and_then(|row| {
        Some(Enrolment {
            id: SecondFactorId(row.id),
            seed: row.seed?,
        })
    }))
}

/// Lets an enrolment count, whose code of `step` was used.
pub async fn confirm_enrolment(
    db: &impl ConnectionTrait,
    id: SecondFactorId,
    step: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    second_factor::Entity::update_many()
        .set(second_factor::ActiveModel {
            confirmed_at: Set(Some(now)),
            expires_at: Set(None),
            last_step: Set(Some(step)),
            last_used_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Stores that the TOTP code of `step` was used. `false` if it, or a later one, was used before.
pub async fn use_step(
    db: &impl ConnectionTrait,
    id: SecondFactorId,
    step: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let used = second_factor::Entity::update_many()
        .set(second_factor::ActiveModel {
            last_step: Set(Some(step)),
            last_used_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(Column::Id.eq(id.0))
        .filter(
            Condition::any()
                .add(Column::LastStep.is_null())
                .add(Column::LastStep.lt(step)),
        )
        .exec(db)
        .await?;
    Ok(used.rows_affected > 0)
}

/// Removes factors.
pub async fn remove(
    db: &impl ConnectionTrait,
    account: AccountId,
    ids: &[SecondFactorId],
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    second_factor::Entity::delete_many()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}

/// Sealed seeds in the order of their ids, at most `limit` behind `after`.
pub async fn seeds_after(
    db: &impl ConnectionTrait,
    after: Uuid,
    limit: u64,
) -> Result<Vec<(Uuid, Vec<u8>)>, StoreError> {
    use sea_orm::QuerySelect as _;
    let rows = second_factor::Entity::find()
        .filter(Column::Seed.is_not_null())
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((row.id, row.seed?)))
        .collect())
}

/// Replaces a sealed seed, unless it was changed meanwhile.
pub async fn reseal(
    db: &impl ConnectionTrait,
    id: Uuid,
    (before, after): (&[u8], Vec<u8>),
) -> Result<bool, StoreError> {
    let done = second_factor::Entity::update_many()
        .set(second_factor::ActiveModel {
            seed: Set(Some(after)),
            ..Default::default()
        })
        .filter(Column::Id.eq(id))
        .filter(Column::Seed.eq(before.to_vec()))
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Replaces the account's recovery codes by ones with these hashes; none, to remove them.
pub async fn set_recovery_codes(
    db: &impl ConnectionTrait,
    account: AccountId,
    codes: Vec<(Uuid, [u8; 32])>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::AccountId.eq(account.0))
        .exec(db)
        .await?;
    if codes.is_empty() {
        return Ok(());
    }
    let rows = codes
        .into_iter()
        .map(|(id, hash)| recovery_code::ActiveModel {
            id: Set(id),
            account_id: Set(account.0),
            code_hash: Set(hash.to_vec()),
            created_at: Set(now),
            used_at: Set(None),
        });
    recovery_code::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// How many recovery codes the account has left.
pub async fn recovery_codes_left(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<u64, StoreError> {
    Ok(recovery_code::Entity::find()
        .filter(recovery_code::Column::AccountId.eq(account.0))
        .filter(recovery_code::Column::UsedAt.is_null())
        .count(db)
        .await?)
}

/// Uses a recovery code. `false` if there is none with this hash, or it was used.
pub async fn use_recovery_code(
    db: &impl ConnectionTrait,
    account: AccountId,
    hash: &KeyedHash,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let used = recovery_code::Entity::update_many()
        .set(recovery_code::ActiveModel {
            used_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(recovery_code::Column::AccountId.eq(account.0))
        .filter(recovery_code::Column::CodeHash.is_in(hash.all().map(Vec::from)))
        .filter(recovery_code::Column::UsedAt.is_null())
        .exec(db)
        .await?;
    Ok(used.rows_affected > 0)
}

/// A sign-in that waits for a factor.
#[derive(Debug, Clone)]
pub struct Challenge {
    pub id: Uuid,
    pub account: AccountId,
    /// Keyed hash of the device's cookie, if it had one.
    pub device_hash: Option<Vec<u8>>,
    /// Keyed hash of what a client without a cookie is known by.
    pub client_hash: Vec<u8>,
    /// When the password was right.
    pub created_at: DateTime<Utc>,
}

/// Lets a sign-in wait until `expires_at`; drops those of the account that waited too long.
pub async fn begin_challenge(
    db: &impl ConnectionTrait,
    challenge: Challenge,
    token_hash: &[u8; 32],
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    use sign_in_challenge::Column;
    sign_in_challenge::Entity::delete_many()
        .filter(Column::AccountId.eq(challenge.account.0))
        .filter(Column::ExpiresAt.lte(challenge.created_at))
        .exec(db)
        .await?;
    let row = sign_in_challenge::ActiveModel {
        id: Set(challenge.id),
        account_id: Set(challenge.account.0),
        token_hash: Set(token_hash.to_vec()),
        device_hash: Set(challenge.device_hash),
        client_hash: Set(challenge.client_hash),
        created_at: Set(challenge.created_at),
        expires_at: Set(expires_at),
    };
    sign_in_challenge::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The sign-in with this token, if it waits at `now`.
pub async fn challenge(
    db: &impl ConnectionTrait,
    token_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<Challenge>, StoreError> {
    let row = sign_in_challenge::Entity::find()
        .filter(sign_in_challenge::Column::TokenHash.eq(token_hash.to_vec()))
        .filter(sign_in_challenge::Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    Ok(row.map(|row| Challenge {
        id: row.id,
        account: AccountId(row.account_id),
        device_hash: row.device_hash,
        client_hash: row.client_hash,
        created_at: row.created_at,
    }))
}

/// Ends a sign-in that waits: it became a session. `false` if it was ended before.
pub async fn end_challenge(db: &impl ConnectionTrait, id: Uuid) -> Result<bool, StoreError> {
    let ended = sign_in_challenge::Entity::delete_by_id(id).exec(db).await?;
    Ok(ended.rows_affected > 0)
}

/// Ends all sign-ins of the account that wait.
pub async fn end_challenges(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<(), StoreError> {
    sign_in_challenge::Entity::delete_many()
        .filter(sign_in_challenge::Column::AccountId.eq(account.0))
        .exec(db)
        .await?;
    Ok(())
}

/// The wrong codes that are counted under `key`.
pub async fn wrong_codes(
    db: &impl ConnectionTrait,
    key: &[u8; 32],
) -> Result<Option<WrongCodes>, StoreError> {
    let row = sign_in_failure::Entity::find_by_id(key.to_vec())
        .one(db)
        .await?;
    Ok(row.map(|row| WrongCodes {
        first_at: row.first_at,
        last_at: row.last_at,
        count: row.failures,
        notified: row.notified,
    }))
}

/// Stores the wrong codes under `key`; none, to forget them.
pub async fn set_wrong_codes(
    db: &impl ConnectionTrait,
    key: &[u8; 32],
    codes: Option<WrongCodes>,
) -> Result<(), StoreError> {
    sign_in_failure::Entity::delete_by_id(key.to_vec())
        .exec(db)
        .await?;
    let Some(codes) = codes else {
        return Ok(());
    };
    let row = sign_in_failure::ActiveModel {
        key_hash: Set(key.to_vec()),
        first_at: Set(codes.first_at),
        last_at: Set(codes.last_at),
        failures: Set(codes.count),
        notified: Set(codes.notified),
    };
    sign_in_failure::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
