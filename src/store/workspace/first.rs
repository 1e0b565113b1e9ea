//! The first rows of a workspace: its own, its sign-up settings, its first member (WS-1).

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use crate::{
    domain::{
        audit::GENESIS,
        fold,
        id::{AccountId, MembershipId, WorkspaceId},
        interval::OPEN_END,
        vocabulary::{AccessMode, MembershipOrigin},
    },
    entity::{member_word, membership, sign_up_settings, workspace},
    store::engine::{self, StoreError},
};

/// A workspace to be made.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its slug: unique for good.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Who may enter.
    pub access_mode: AccessMode,
    /// Its main workspace, for a secondary one.
    pub parent_id: Option<WorkspaceId>,
    /// The license's seats.
    pub seats: Option<i32>,
    /// Whether the license allows secondary workspaces.
    pub secondary_workspaces_enabled: bool,
    /// How many it allows.
    pub max_secondary_workspaces: Option<i32>,
    /// When it is made.
    pub created_at: DateTime<Utc>,
}

/// Whether a workspace has, or had, that slug.
pub async fn is_slug_known(db: &impl ConnectionTrait, slug: &str) -> Result<bool, StoreError> {
    Ok(engine::row(db, "SELECT 1 FROM workspace WHERE slug = $1", vec![slug.into()]).await?.is_some())
}

/// Adds the workspace, with an empty record; [`StoreError::Duplicate`] if another one has its slug.
pub async fn insert(db: &impl ConnectionTrait, new: NewWorkspace) -> Result<(), StoreError> {
    let row = workspace::Model {
        id: new.id.0,
        slug: new.slug,
        name: new.name,
        description: None,
        created_at: new.created_at,
        access_mode: new.access_mode.as_str().to_owned(),
        sign_in_suggested: false,
        parent_id: new.parent_id.map(|id| id.0),
        access_version: 1,
        last_write_at: new.created_at,
        audit_sequence: 0,
        audit_hash: GENESIS.to_vec(),
        seats: new.seats,
        secondary_workspaces_enabled: new.secondary_workspaces_enabled,
        max_secondary_workspaces: new.max_secondary_workspaces,
        anonymous_pool: None,
        anonymous_per_address: None,
        deleted_at: None,
    };
    workspace::Entity::insert(row.into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

/// Adds sign-up settings by which no stranger joins; whatever comes later, administrators are told.
pub async fn close_sign_up(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<(), StoreError> {
    let row = sign_up_settings::ActiveModel {
        workspace_id: Set(workspace.0),
        enabled: Set(false),
        approval_required: Set(false),
        message_required: Set(false),
        form_for_invited: Set(false),
        allowed_email_domains: Set("[]".to_owned()),
        introduction: Set("{}".to_owned()),
        fields: Set("[]".to_owned()),
        notification_addresses: Set("[]".to_owned()),
        notify_administrators: Set(true),
    };
    sign_up_settings::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The account that is to be the first member.
#[derive(Clone)]
pub struct Newcomer {
    /// Its id.
    pub account_id: AccountId,
    /// The form in which its address is compared.
    pub email_canonical: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
}

/// The account with this canonical address, if the address was confirmed and the account is there.
pub async fn newcomer(db: &impl ConnectionTrait, email_canonical: &str) -> Result<Option<Newcomer>, StoreError> {
    let sql = "SELECT id, given_name, family_name FROM account \
         WHERE email_canonical = $1 AND erased_at IS NULL AND email_verified_at IS NOT NULL";
    let found: Option<(Uuid, Option<String>, Option<String>)> = engine::one(db, sql, vec![email_canonical.into()]).await?;
    Ok(found.map(|(id, given_name, family_name)| Newcomer {
        account_id: AccountId(id),
        email_canonical: email_canonical.to_owned(),
        given_name,
        family_name,
    }))
}

/// Adds a membership made by an operator, without end, and the words that it is found by.
pub async fn admit(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    (id, newcomer): (MembershipId, &Newcomer),
    granted_by: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (given, family) = (newcomer.given_name.as_deref(), newcomer.family_name.as_deref());
    let row = membership::ActiveModel {
        id: Set(id.0),
        workspace_id: Set(workspace.0),
        account_id: Set(newcomer.account_id.0),
        starts_at: Set(now),
        ends_at: Set(OPEN_END),
        granted_by: Set(granted_by.map(|id| id.0)),
        ended_by: Set(None),
        end_reason: Set(None),
        origin: Set(MembershipOrigin::Operator.as_str().to_owned()),
        joined_at: Set(now),
        last_active_at: Set(DateTime::<Utc>::UNIX_EPOCH),
        sort_name: Set(fold::sort_name(given, family)),
        email_canonical: Set(newcomer.email_canonical.clone()),
    };
    membership::Entity::insert(row).exec_without_returning(db).await?;
    let words = fold::words(given, family, &newcomer.email_canonical).into_iter();
    let words: Vec<_> = words
        .map(|word| member_word::ActiveModel { workspace_id: Set(workspace.0), word: Set(word), membership_id: Set(id.0) })
        .collect();
    if !words.is_empty() {
        member_word::Entity::insert_many(words).exec_without_returning(db).await?;
    }
    Ok(())
}
