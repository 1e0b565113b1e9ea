//! Invitations: single ones (JOIN-8) and the pending ones of an account. SQL text for what reads
//! accounts or memberships too.

pub mod delivery;
mod list;
pub mod reminding;
pub mod write;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Value,
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::engine::{Conditions as _, Sql, StoreError};
use crate::{
    domain::{
        access_end::AccessEnd,
        fold,
        id::{AccountId, InvitationId, MembershipId, RoleId, WorkspaceId},
        offer::Offer,
        permission::PermissionSet,
        vocabulary::{DeliveryState, InvitationState, Locale},
    },
    entity::invitation::{self, Column},
};

pub use list::{InvitationFilter, InvitationOrder, count, page};

/// An offer to one address.
#[derive(Debug, Clone)]
pub struct InvitationRow {
    pub id: InvitationId,
    pub workspace_id: WorkspaceId,
    pub email: String,
    /// The form for comparing.
    pub email_canonical: String,
    /// The given name, as the inviter wrote it.
    pub given_name: Option<String>,
    /// The family name, as the inviter wrote it.
    pub family_name: Option<String>,
    /// What it offers; nothing of what cannot be read.
    pub offer: Offer,
    pub invited_by: Option<AccountId>,
    pub created_at: DateTime<Utc>,
    /// When its term ends, whatever it offers.
    pub term_ends_at: DateTime<Utc>,
    /// Until when it can be accepted: the end of its term, or of the offered access if that is
    /// earlier (JOIN-8).
    pub expires_at: DateTime<Utc>,
    /// Which of its tokens is valid: each resending generates a new one (JOIN-8).
    pub generation: i32,
    /// The delivery of its newest mail. `None` if there is none, or it is no longer known.
    pub delivery: Option<Delivery>,
    accepted_at: Option<DateTime<Utc>>,
    declined_at: Option<DateTime<Utc>>,
    cancelled_at: Option<DateTime<Utc>>,
}

/// The delivery of the mail about an invitation (JOIN-15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    pub state: DeliveryState,
    /// Since when; for a deferred mail, when the next attempt is due.
    pub at: DateTime<Utc>,
    /// The mail server's status code, if it refused or deferred the mail.
    pub status: Option<i32>,
}

impl From<invitation::Model> for InvitationRow {
    fn from(row: invitation::Model) -> Self {
        let state = row.delivery_state.as_deref().and_then(DeliveryState::parse);
        let delivery = state.zip(row.delivery_at).map(|(state, at)| Delivery {
            state,
            at,
            status: row.delivery_status,
        });
        let expires_at = row
            .access_ends_at
            .map_or(row.expires_at, |end| end.min(row.expires_at));
        let defaults = row
            .default_permissions
            .as_deref()
            .map_or(PermissionSet::EMPTY, kept);
        let permissions: PermissionSet = kept(&row.permissions);
        let offer = Offer {
            role: row.role_id.map(RoleId),
            permissions: permissions.difference(defaults),
            defaults,
            groups: kept(&row.group_ids),
            quotas: kept(&row.quotas),
            starts_at: row.access_starts_at,
            end: AccessEnd::of_columns(row.access_ends_at, row.access_duration_seconds),
            locale: Locale::parse(&row.locale).unwrap_or(Locale::En),
            note: row.note,
        };
        Self {
            id: InvitationId(row.id),
            workspace_id: WorkspaceId(row.workspace_id),
            email: row.email,
            email_canonical: row.email_canonical,
            given_name: row.given_name,
            family_name: row.family_name,
            offer,
            invited_by: row.invited_by.map(AccountId),
            created_at: row.created_at,
            term_ends_at: row.expires_at,
            expires_at,
            generation: row.generation,
            delivery,
            accepted_at: row.accepted_at,
            declined_at: row.declined_at,
            cancelled_at: row.cancelled_at,
        }
    }
}

/// A JSON column; nothing if it cannot be read.
fn kept<T: DeserializeOwned + Default>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_default()
}

fn read(rows: Vec<invitation::Model>) -> Vec<InvitationRow> {
    rows.into_iter().map(InvitationRow::from).collect()
}

impl InvitationRow {
    /// The state at `t` (JOIN-8).
    pub fn state(&self, t: DateTime<Utc>) -> InvitationState {
        if self.accepted_at.is_some() {
            InvitationState::Accepted
        } else if self.declined_at.is_some() {
            InvitationState::Declined
        } else if self.cancelled_at.is_some() {
            InvitationState::Cancelled
        } else if self.expires_at <= t {
            InvitationState::Expired
        } else {
            InvitationState::Pending
        }
    }

    /// Whether each of the folded `words` is the prefix of a word of the invited person, as in the
    /// members list (MEM-7).
    fn matches(&self, words: &[String]) -> bool {
        let invitation_words = fold::words(
            self.given_name.as_deref(),
            self.family_name.as_deref(),
            &self.email_canonical,
        );
        words
            .iter()
            .all(|word| invitation_words.iter().any(|other| other.starts_with(word)))
    }
}

/// Not answered and not cancelled.
const OPEN: &str = "i.accepted_at IS NULL AND i.declined_at IS NULL AND i.cancelled_at IS NULL";

/// Its term has not ended.
const IN_TIME: &str = "i.expires_at > ? AND (i.access_ends_at IS NULL OR i.access_ends_at > ?)";

/// Both of these as a typed condition: the invitation is pending at `t`.
fn is_pending(t: DateTime<Utc>) -> Condition {
    let access_goes_on = Condition::any()
        .add(Column::AccessEndsAt.is_null())
        .add(Column::AccessEndsAt.gt(t));
    Condition::all()
        .add(Column::AcceptedAt.is_null())
        .add(Column::DeclinedAt.is_null())
        .add(Column::CancelledAt.is_null())
        .add(Column::ExpiresAt.gt(t))
        .add(access_goes_on)
}

/// The invitations with these ids, in any workspace.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[InvitationId],
) -> Result<Vec<InvitationRow>, StoreError> {
    let rows = invitation::Entity::find()
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .all(db)
        .await?;
    Ok(read(rows))
}

/// The invitation's address is the verified address of this account.
const TO_ACCOUNT: &str = "EXISTS (SELECT 1 FROM account a WHERE a.id = ? AND a.email_canonical = i.email_canonical \
     AND a.email_verified_at IS NOT NULL AND a.erased_at IS NULL)";

/// The newest `most` pending invitations to the verified address of `account`, newest first.
pub async fn pending_of(
    db: &impl ConnectionTrait,
    account: AccountId,
    most: i64,
    t: DateTime<Utc>,
) -> Result<Vec<InvitationRow>, StoreError> {
    let mut sql = Sql::select(db, invitation::Entity, "i");
    sql.bind(
        " WHERE i.email_canonical = (SELECT a.email_canonical FROM account a WHERE a.id = ? AND a.email_verified_at IS NOT NULL \
         AND a.erased_at IS NULL) AND ",
        [account.0.into()],
    )
    .push(OPEN)
    .bind(&format!(" AND {IN_TIME}"), [t.into(), t.into()])
    .push(" AND EXISTS (SELECT 1 FROM workspace w WHERE w.id = i.workspace_id AND w.deleted_at IS NULL)")
    .bind(" ORDER BY i.id DESC LIMIT ?", [most.into()]);
    Ok(read(sql.all(db).await?))
}

/// The pending invitations into `workspace` that these accounts sent, oldest first.
pub async fn pending_by(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    accounts: &[AccountId],
    t: DateTime<Utc>,
) -> Result<Vec<InvitationId>, StoreError> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = invitation::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(is_pending(t))
        .filter(Column::InvitedBy.in_ids(db, accounts.iter().map(|id| id.0)))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(InvitationId).collect())
}

/// Cancels invitations of `workspace`. The caller voids the mails about them.
pub async fn cancel(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[InvitationId],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    invitation::Entity::update_many()
        .set(invitation::ActiveModel {
            cancelled_at: Set(Some(at)),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}

/// Whether the invitation went to the verified address of `account`.
pub async fn is_to(
    db: &impl ConnectionTrait,
    id: InvitationId,
    account: AccountId,
) -> Result<bool, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count FROM invitation i");
    sql.bind(" WHERE i.id = ? AND ", [id.0.into()])
        .bind(TO_ACCOUNT, [account.0.into()]);
    Ok(sql.count(db).await? > 0)
}

/// The number of seats of `main`'s license that are taken at `t`, there and in its secondary
/// workspaces: memberships that have not ended, and pending invitations (JOIN-13).
pub async fn seats_used(
    db: &impl ConnectionTrait,
    main: WorkspaceId,
    t: DateTime<Utc>,
) -> Result<i64, StoreError> {
    const HERE: &str = "IN (SELECT w.id FROM workspace w WHERE (w.id = ? OR w.parent_id = ?) AND w.deleted_at IS NULL)";
    let family = || [Value::from(main.0), main.0.into()];
    let mut sql = Sql::new(
        db,
        "SELECT (SELECT COUNT(*) FROM membership m WHERE m.workspace_id ",
    );
    sql.bind(HERE, family())
        .bind(
            " AND m.ends_at > ? AND m.ends_at > m.starts_at) + (SELECT COUNT(*) FROM invitation i WHERE i.workspace_id ",
            [t.into()],
        )
        .bind(HERE, family())
        .push(" AND ")
        .push(OPEN)
        .bind(&format!(" AND {IN_TIME}) AS count"), [t.into(), t.into()]);
    sql.count(db).await
}

/// Marks the pending invitations of `workspace` to this canonical address as accepted by this
/// membership. Returns their ids and inviters.
pub async fn accept_pending(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    email_canonical: &str,
    membership: MembershipId,
    at: DateTime<Utc>,
) -> Result<Vec<(InvitationId, Option<AccountId>)>, StoreError> {
    let accepted = invitation::Entity::update_many()
        .set(invitation::ActiveModel {
            accepted_at: Set(Some(at)),
            membership_id: Set(Some(membership.0)),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::EmailCanonical.eq(email_canonical))
        .filter(is_pending(at))
        .exec_with_returning(db)
        .await?;
    let mut accepted: Vec<_> = accepted
        .into_iter()
        .map(|row| (InvitationId(row.id), row.invited_by.map(AccountId)))
        .collect();
    accepted.sort_unstable();
    Ok(accepted)
}

/// The invitations of `workspace` to these canonical addresses that are pending at `t`, oldest
/// first. If there are several to one address, the last one counts.
pub async fn pending_to<'a>(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    addresses: impl IntoIterator<Item = &'a str>,
    t: DateTime<Utc>,
) -> Result<Vec<InvitationRow>, StoreError> {
    let rows = invitation::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::EmailCanonical.in_texts(db, addresses))
        .filter(is_pending(t))
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(read(rows))
}

/// Whether an invitation that is pending at `t` offers the role.
pub async fn offers_role(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    role: RoleId,
    t: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let id: Option<Uuid> = invitation::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::RoleId.eq(role.0))
        .filter(is_pending(t))
        .into_tuple()
        .one(db)
        .await?;
    Ok(id.is_some())
}
