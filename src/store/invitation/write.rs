//! Invitations as they are made, changed and answered, and what is looked up of many addresses at
//! once (JOIN-6, JOIN-7, JOIN-8). Must not decide whether one may be: `service::invitation` does,
//! under the lock.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::{
    domain::{
        id::{AccountId, InvitationId, MembershipId, RoleId, WorkspaceId},
        vocabulary::Locale,
    },
    entity::invitation,
    store::{
        engine::{self, Sql, StoreError},
        invitation::Delivery,
    },
};

/// What an invitation offers, as its row holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferColumns {
    /// The role.
    pub role_id: Option<RoleId>,
    /// All permissions, the defaults among them, as JSON.
    pub permissions: String,
    /// The groups, as JSON.
    pub group_ids: String,
    /// The quota values, as JSON.
    pub quotas: String,
    /// When access begins, if not at once.
    pub access_starts_at: Option<DateTime<Utc>>,
    /// When access ends.
    pub access_ends_at: Option<DateTime<Utc>>,
    /// How many seconds access lasts.
    pub access_duration_seconds: Option<i64>,
    /// The language of its mails.
    pub locale: Locale,
    /// What whoever invites adds.
    pub note: Option<String>,
}

/// An invitation to be made.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Its id.
    pub id: InvitationId,
    /// The address as typed.
    pub email: String,
    /// The address as compared.
    pub email_canonical: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// What it offers.
    pub offer: OfferColumns,
    /// Which of its permissions the workspace gives, as JSON.
    pub default_permissions: String,
    /// Who invites.
    pub invited_by: Option<AccountId>,
    /// When it is made.
    pub created_at: DateTime<Utc>,
    /// When its term is over.
    pub expires_at: DateTime<Utc>,
    /// What becomes of its mail.
    pub delivery: Delivery,
}

/// Adds invitations, each in its first generation.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    rows: Vec<NewInvitation>,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let model = |new: NewInvitation| invitation::ActiveModel {
        id: Set(new.id.0),
        workspace_id: Set(workspace.0),
        email: Set(new.email),
        email_canonical: Set(new.email_canonical),
        given_name: Set(new.given_name),
        family_name: Set(new.family_name),
        role_id: Set(new.offer.role_id.map(|id| id.0)),
        permissions: Set(new.offer.permissions),
        group_ids: Set(new.offer.group_ids),
        quotas: Set(new.offer.quotas),
        access_starts_at: Set(new.offer.access_starts_at),
        access_ends_at: Set(new.offer.access_ends_at),
        access_duration_seconds: Set(new.offer.access_duration_seconds),
        locale: Set(new.offer.locale.as_str().to_owned()),
        note: Set(new.offer.note),
        invited_by: Set(new.invited_by.map(|id| id.0)),
        created_at: Set(new.created_at),
        expires_at: Set(new.expires_at),
        generation: Set(FIRST_GENERATION),
        accepted_at: Set(None),
        declined_at: Set(None),
        cancelled_at: Set(None),
        membership_id: Set(None),
        default_permissions: Set(Some(new.default_permissions)),
        delivery_state: Set(Some(new.delivery.state.as_str().to_owned())),
        delivery_at: Set(Some(new.delivery.at)),
        delivery_status: Set(new.delivery.status),
        reminded_generation: Set(None),
    };
    invitation::Entity::insert_many(rows.into_iter().map(model))
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The generation of an invitation that was never resent.
pub const FIRST_GENERATION: i32 = 1;

/// Changes what an invitation of `workspace` offers; `by` is who offers it now.
pub async fn set_offer(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: InvitationId,
    offer: OfferColumns,
    by: Option<AccountId>,
) -> Result<(), StoreError> {
    let sql = "UPDATE invitation SET role_id = $3, permissions = $4, group_ids = $5, quotas = $6, access_starts_at = $7, \
         access_ends_at = $8, access_duration_seconds = $9, locale = $10, note = $11, invited_by = $12 \
         WHERE workspace_id = $1 AND id = $2";
    let values = vec![
        workspace.0.into(),
        id.0.into(),
        offer.role_id.map(|id| id.0).into(),
        offer.permissions.into(),
        offer.group_ids.into(),
        offer.quotas.into(),
        offer.access_starts_at.into(),
        offer.access_ends_at.into(),
        offer.access_duration_seconds.into(),
        offer.locale.as_str().into(),
        offer.note.into(),
        by.map(|id| id.0).into(),
    ];
    engine::execute(db, sql, values).await?;
    Ok(())
}

/// Gives invitations of `workspace` a new token and a new term; `by` is who offers them now.
pub async fn renew(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[InvitationId],
    expires_at: DateTime<Utc>,
    by: Option<AccountId>,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(db, "UPDATE invitation SET generation = generation + 1,");
    let values = [
        expires_at.into(),
        by.map(|id| id.0).into(),
        workspace.0.into(),
    ];
    sql.bind(
        " expires_at = ?, invited_by = ? WHERE workspace_id = ? AND ",
        values,
    )
    .ids_in("id", ids.iter().map(|id| id.0));
    sql.execute(db).await?;
    Ok(())
}

/// The invited says no.
pub async fn decline(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: InvitationId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "UPDATE invitation SET declined_at = $3 WHERE workspace_id = $1 AND id = $2";
    engine::execute(db, sql, vec![workspace.0.into(), id.0.into(), at.into()]).await?;
    Ok(())
}

/// An account behind an invited address, and its membership here.
#[derive(Clone)]
pub struct Known {
    /// The account.
    pub account_id: AccountId,
    /// Its address as its owner typed it: mail goes there (ACC-1).
    pub email: String,
    /// Its language.
    pub locale: Locale,
    /// Its membership that has not ended.
    pub membership_id: Option<MembershipId>,
}

/// Of these canonical addresses those that have an account, with it.
pub async fn known(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    addresses: &[&str],
    t: DateTime<Utc>,
) -> Result<HashMap<String, Known>, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT a.email_canonical, a.id, a.email, a.locale, m.id FROM account a",
    );
    sql.bind(
        " LEFT JOIN membership m ON m.account_id = a.id AND m.workspace_id = ? AND m.ends_at > ? AND m.ends_at > m.starts_at \
         WHERE a.erased_at IS NULL AND a.email_verified_at IS NOT NULL AND ",
        [workspace.0.into(), t.into()],
    )
    .texts_in("a.email_canonical", addresses.iter().copied());
    let rows: Vec<(String, Uuid, String, String, Option<Uuid>)> = sql.all(db).await?;
    let known = |(canonical, account, email, locale, membership): (
        String,
        Uuid,
        String,
        String,
        Option<Uuid>,
    )| {
        let locale = Locale::parse(&locale).unwrap_or(Locale::En);
        (
            canonical,
            Known {
                account_id: AccountId(account),
                email,
                locale,
                membership_id: membership.map(MembershipId),
            },
        )
    };
    Ok(rows.into_iter().map(known).collect())
}

/// How many invitations into `workspace` were made or resent since then, by its record.
pub async fn sent_since(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    since: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM audit_event WHERE workspace_id = $1 AND at > $2 \
         AND kind IN ('INVITATION_CREATED', 'INVITATION_RESENT')";
    let found: Option<(i64,)> =
        engine::one(db, sql, vec![workspace.0.into(), since.into()]).await?;
    Ok(found.map_or(0, |(count,)| count))
}

/// When the `nth` newest invitation into `workspace` was made or resent since then, by its record;
/// the newest is the first.
pub async fn nth_newest(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    since: DateTime<Utc>,
    nth: i64,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let sql = "SELECT at FROM audit_event WHERE workspace_id = $1 AND at > $2 \
         AND kind IN ('INVITATION_CREATED', 'INVITATION_RESENT') ORDER BY at DESC LIMIT 1 OFFSET $3";
    let found: Option<(DateTime<Utc>,)> = engine::one(
        db,
        sql,
        vec![workspace.0.into(), since.into(), (nth - 1).into()],
    )
    .await?;
    Ok(found.map(|(at,)| at))
}

/// Of these addresses (by keyed hash) those that want no more mail from `workspace`.
pub async fn refusing(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    keys: &[[u8; 32]],
) -> Result<HashSet<Vec<u8>>, StoreError> {
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let mut sql = Sql::new(db, "SELECT email_key FROM mail_refusal");
    sql.bind(
        " WHERE workspace_id = ? AND email_key IN (",
        [workspace.0.into()],
    );
    for (place, key) in keys.iter().enumerate() {
        sql.bind(if place > 0 { ", ?" } else { "?" }, [key.to_vec().into()]);
    }
    sql.push(")");
    let rows: Vec<(Vec<u8>,)> = sql.all(db).await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// Keeps that an address wants no more mail from `workspace`.
pub async fn refuse_mail(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    key: [u8; 32],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO mail_refusal (workspace_id, email_key, refused_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    engine::execute(
        db,
        sql,
        vec![workspace.0.into(), key.to_vec().into(), at.into()],
    )
    .await?;
    Ok(())
}
