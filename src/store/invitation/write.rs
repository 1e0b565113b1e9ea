//! Inserts, changes and answers invitations, and looks up many addresses at once (JOIN-6, JOIN-7,
//! JOIN-8). Must not decide what is allowed: `service::invitation` does, under the lock. Looking up
//! accounts is SQL text, because it joins their memberships.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    domain::{
        audit::AuditEventKind,
        id::{AccountId, InvitationId, MembershipId, WorkspaceId},
        offer::Offer,
        vocabulary::{ActorKind, Locale},
    },
    entity::{
        audit_event,
        invitation::{self, Column},
        mail_refusal,
    },
    store::{
        engine::{self, Conditions as _, Sql, StoreError},
        invitation::Delivery,
    },
};

/// An invitation to insert.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    pub id: InvitationId,
    pub email: String,
    /// The form for comparing.
    pub email_canonical: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub offer: Offer,
    pub invited_by: Option<AccountId>,
    pub created_at: DateTime<Utc>,
    /// When its term ends.
    pub expires_at: DateTime<Utc>,
    /// The delivery of its mail.
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
        invited_by: Set(new.invited_by.map(|id| id.0)),
        created_at: Set(new.created_at),
        expires_at: Set(new.expires_at),
        generation: Set(FIRST_GENERATION),
        accepted_at: Set(None),
        declined_at: Set(None),
        cancelled_at: Set(None),
        membership_id: Set(None),
        default_permissions: Set(Some(json!(new.offer.defaults).to_string())),
        delivery_state: Set(Some(new.delivery.state.as_str().to_owned())),
        delivery_at: Set(Some(new.delivery.at)),
        delivery_status: Set(new.delivery.status),
        reminded_generation: Set(None),
        ..offer_columns(&new.offer)
    };
    invitation::Entity::insert_many(rows.into_iter().map(model))
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The columns that hold an offer, but for which of its permissions the workspace gives: those are
/// of the day that the invitation was made.
fn offer_columns(offer: &Offer) -> invitation::ActiveModel {
    let Offer {
        role,
        permissions,
        defaults,
        groups,
        quotas,
        starts_at,
        end,
        locale,
        note,
    } = offer;
    invitation::ActiveModel {
        role_id: Set(role.map(|id| id.0)),
        permissions: Set(json!(permissions.union(*defaults)).to_string()),
        group_ids: Set(json!(groups).to_string()),
        quotas: Set(json!(quotas).to_string()),
        access_starts_at: Set(*starts_at),
        access_ends_at: Set(end.at()),
        access_duration_seconds: Set(end.seconds()),
        locale: Set(locale.as_str().to_owned()),
        note: Set(note.clone()),
        ..Default::default()
    }
}

/// The generation of an invitation that was never resent.
pub const FIRST_GENERATION: i32 = 1;

/// Changes the offer of an invitation of `workspace`. `by` becomes its inviter.
pub async fn set_offer(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: InvitationId,
    offer: &Offer,
    by: Option<AccountId>,
) -> Result<(), StoreError> {
    invitation::Entity::update_many()
        .set(invitation::ActiveModel {
            invited_by: Set(by.map(|id| id.0)),
            ..offer_columns(offer)
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives invitations of `workspace` a new token and a new term. `by` becomes their inviter.
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
    invitation::Entity::update_many()
        .set(invitation::ActiveModel {
            expires_at: Set(expires_at),
            invited_by: Set(by.map(|id| id.0)),
            ..Default::default()
        })
        .col_expr(Column::Generation, Expr::col(Column::Generation).add(1))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}

/// Declines an invitation.
pub async fn decline(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: InvitationId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    invitation::Entity::update_many()
        .set(invitation::ActiveModel {
            declined_at: Set(Some(at)),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// The account of an invited address, and its membership in the workspace.
#[derive(Clone)]
pub struct InvitedAccount {
    pub account_id: AccountId,
    /// Its address as the owner typed it. Mail goes there (ACC-1).
    pub email: String,
    pub locale: Locale,
    /// Its membership, unless that has ended.
    pub membership_id: Option<MembershipId>,
}

/// The accounts of those of these canonical addresses that have one.
pub async fn known(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    addresses: &[&str],
    t: DateTime<Utc>,
) -> Result<HashMap<String, InvitedAccount>, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT a.email_canonical, a.id, a.email, a.locale, m.id AS membership_id FROM account a",
    );
    sql.bind(
        " LEFT JOIN membership m ON m.account_id = a.id AND m.workspace_id = ? AND m.ends_at > ? AND m.ends_at > m.starts_at \
         WHERE a.erased_at IS NULL AND a.email_verified_at IS NOT NULL AND ",
        [workspace.0.into(), t.into()],
    )
    .texts_in("a.email_canonical", addresses.iter().copied());
    #[derive(FromQueryResult)]
    struct RawRow {
        email_canonical: String,
        id: Uuid,
        email: String,
        locale: String,
        membership_id: Option<Uuid>,
    }
    let by_address = |row: RawRow| {
        let account = InvitedAccount {
            account_id: AccountId(row.id),
            email: row.email,
            locale: Locale::parse(&row.locale).unwrap_or(Locale::En),
            membership_id: row.membership_id.map(MembershipId),
        };
        (row.email_canonical, account)
    };
    Ok(sql.all(db).await?.into_iter().map(by_address).collect())
}

/// The audit events about invitations created or resent in `workspace` since then. Imports by
/// operators are not counted, because they do not use up the daily limit (IMPORT-3).
fn sendings(workspace: WorkspaceId, since: DateTime<Utc>) -> Select<audit_event::Entity> {
    use audit_event::Column;
    let kinds = [
        AuditEventKind::InvitationCreated,
        AuditEventKind::InvitationResent,
    ];
    audit_event::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::At.gt(since))
        .filter(Column::Kind.is_in(kinds.map(|kind| kind.as_str())))
        .filter(Column::ActorKind.ne(ActorKind::System.as_str()))
}

/// The number of invitations created or resent in `workspace` since then, according to the audit
/// log.
pub async fn sent_since(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    since: DateTime<Utc>,
) -> Result<i64, StoreError> {
    engine::count(db, sendings(workspace, since)).await
}

/// When the `nth` newest invitation in `workspace` since then was created or resent, according to
/// the audit log. The newest is the first.
pub async fn nth_newest(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    since: DateTime<Utc>,
    nth: i64,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(sendings(workspace, since)
        .select_only()
        .column(audit_event::Column::At)
        .order_by_desc(audit_event::Column::At)
        .offset((nth - 1).unsigned_abs())
        .into_tuple()
        .one(db)
        .await?)
}

/// Those of these addresses (by keyed hash) that unsubscribed from mail of `workspace`.
pub async fn refusing(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    keys: &[[u8; 32]],
) -> Result<HashSet<Vec<u8>>, StoreError> {
    use mail_refusal::Column;
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let refusing: Vec<Vec<u8>> = mail_refusal::Entity::find()
        .select_only()
        .column(Column::EmailKey)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::EmailKey.is_in(keys.iter().map(|key| key.to_vec())))
        .into_tuple()
        .all(db)
        .await?;
    Ok(refusing.into_iter().collect())
}

/// Stores that an address unsubscribed from mail of `workspace`.
pub async fn refuse_mail(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    key: [u8; 32],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = mail_refusal::ActiveModel {
        workspace_id: Set(workspace.0),
        email_key: Set(key.to_vec()),
        refused_at: Set(at),
    };
    mail_refusal::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}
