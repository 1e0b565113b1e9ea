//! API keys: looking up a credential, and a key's facts. SQL text, because the look-up returns all
//! that a request needs from six tables, and facts include the key's list.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder,
    QueryResult,
};
use uuid::Uuid;

use super::{
    engine::{self, Conditions as _, Row, StoreError},
    workspace::{self, Workspace},
};
use crate::{
    domain::{
        access::facts::KeyFacts,
        id::{AccountId, ApiKeyId, MembershipId, WorkspaceId},
        interval::Interval,
        permission::Permission,
        vocabulary::ApiKeyKind,
    },
    entity::api_key::{self, Column},
};

/// Stands in the list of a key for all permissions of its member, while the key has no list but had
/// one before or has one later (KEY-10).
pub const UNLISTED: &str = "*";

/// The end reason of a revoked key.
pub const REVOKED: &str = "REVOKED";

/// All that the look-up of a key returns, in one statement.
#[derive(Debug, Clone)]
pub struct KeyLookup {
    pub key: KeyFacts,
    pub name: String,
    /// The secret's own row, if the key was rotated (KEY-9).
    pub secret: Option<(Uuid, Interval)>,
    /// The networks it may be used from, as JSON.
    pub allowed_networks: String,
    pub membership_id: MembershipId,
    /// The membership's access period.
    pub membership: Interval,
    /// Whether the membership is disabled at the instant.
    pub disabled: bool,
    /// The member's account.
    pub account_id: AccountId,
    /// Whether the account's deletion has begun (ERASE-5).
    pub erased: bool,
    pub email: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub locale: String,
    pub workspace: Workspace,
}

/// The instant of a read: the later of `$2` and the workspace's last write (TIME-5).
const AT: &str = "CASE WHEN w.last_write_at > $2 THEN w.last_write_at ELSE $2 END";

/// The columns of [`key`], with the list as of `at`.
pub(super) fn columns(at: &str) -> String {
    format!(
        "k.id AS key_id, k.kind, k.is_scoped, k.starts_at AS key_starts_at, k.ends_at AS key_ends_at, k.end_reason, \
         (SELECT string_agg(s.permission, ',') FROM api_key_permission s WHERE s.api_key_id = k.id AND s.starts_at <= {at} \
         AND s.ends_at > {at}) AS permissions"
    )
}

/// Reads a key's facts from the columns `key_id`, `kind`, `is_scoped`, `key_starts_at`,
/// `key_ends_at`, `end_reason`, and `permissions` (the list, comma-separated).
pub(super) fn key(row: Row<'_>) -> Result<KeyFacts, StoreError> {
    let interval = Interval::new(row.get("key_starts_at")?, row.get("key_ends_at")?);
    let kind = row.text("kind")?.and_then(ApiKeyKind::parse);
    let scope = if row.get("is_scoped")? {
        let names = row.text("permissions")?.unwrap_or_default();
        let listed = || names.split(',');
        let permissions = listed().filter_map(Permission::parse);
        listed().all(|name| name != UNLISTED).then(|| {
            permissions
                .map(|permission| (permission, interval))
                .collect()
        })
    } else {
        None
    };
    Ok(KeyFacts {
        id: ApiKeyId(row.get("key_id")?),
        kind: kind.unwrap_or(ApiKeyKind::Member),
        interval,
        scope,
        revoked: row.text("end_reason")? == Some(REVOKED),
    })
}

/// The key with this hash, and everything about its member that a request needs.
pub async fn look_up(
    db: &impl ConnectionTrait,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<KeyLookup>, StoreError> {
    let sql = format!(
        "SELECT {}, k.name AS key_name, k.allowed_networks, m.id AS membership_id, m.starts_at, m.ends_at, \
         EXISTS (SELECT 1 FROM disabled_spell d WHERE d.membership_id = m.id AND d.workspace_id = m.workspace_id \
         AND d.starts_at <= {AT} AND d.ends_at > {AT}) AS is_disabled, a.id AS account_id, a.email, a.given_name, \
         a.family_name, a.locale, CASE WHEN a.erased_at IS NULL THEN false ELSE true END AS is_erased, r.id AS secret_id, r.starts_at AS secret_starts_at, r.ends_at AS secret_ends_at, {} \
         FROM api_key k JOIN membership m ON m.id = k.membership_id \
         JOIN account a ON a.id = m.account_id JOIN workspace w ON w.id = k.workspace_id AND w.deleted_at IS NULL \
         LEFT JOIN workspace p ON p.id = w.parent_id LEFT JOIN api_key_secret r ON r.secret_hash = $1 \
         WHERE k.id = COALESCE((SELECT o.api_key_id FROM api_key_secret o WHERE o.secret_hash = $1), \
         (SELECT n.id FROM api_key n WHERE n.secret_hash = $1))",
        columns(AT),
        workspace::COLUMNS
    );
    let Some(row) = engine::row(db, &sql, vec![secret_hash.to_vec().into(), now.into()]).await?
    else {
        return Ok(None);
    };
    read(&row).map(Some)
}

fn read(row: &QueryResult) -> Result<KeyLookup, StoreError> {
    let row = Row::of(row);
    Ok(KeyLookup {
        key: key(row)?,
        name: row.get("key_name")?,
        secret: secret(row)?,
        allowed_networks: row.get("allowed_networks")?,
        membership_id: MembershipId(row.get("membership_id")?),
        membership: Interval::new(row.get("starts_at")?, row.get("ends_at")?),
        disabled: row.get("is_disabled")?,
        account_id: AccountId(row.get("account_id")?),
        erased: row.get("is_erased")?,
        email: row.get("email")?,
        given_name: row.get("given_name")?,
        family_name: row.get("family_name")?,
        locale: row.get("locale")?,
        workspace: Workspace::read(row)?,
    })
}

fn secret(row: Row<'_>) -> Result<Option<(Uuid, Interval)>, StoreError> {
    let Some(id) = row.get::<Option<Uuid>>("secret_id")? else {
        return Ok(None);
    };
    let interval = Interval::new(row.get("secret_starts_at")?, row.get("secret_ends_at")?);
    Ok(Some((id, interval)))
}

/// A key's facts at `now`.
pub async fn facts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<Option<KeyFacts>, StoreError> {
    let sql = format!(
        "SELECT {} FROM api_key k WHERE k.id = $1 AND k.workspace_id = $3",
        columns("$2")
    );
    match engine::row(db, &sql, vec![id.0.into(), now.into(), workspace.0.into()]).await? {
        Some(row) => key(Row::of(&row)).map(Some),
        None => Ok(None),
    }
}

/// A key of one of many members: what its own row says about whether it works.
#[derive(Debug, Clone, Copy)]
pub struct KeyOfMember {
    pub id: ApiKeyId,
    pub membership_id: MembershipId,
    pub interval: Interval,
    /// Whether somebody revoked it.
    pub revoked: bool,
}

/// The keys of `members` that have not ended before `t`, by id; without those of the workspace,
/// which work without them (KEY-8).
pub async fn of_members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
    t: DateTime<Utc>,
) -> Result<Vec<KeyOfMember>, StoreError> {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "api_key::Entity")]
    struct RawRow {
        id: Uuid,
        membership_id: Uuid,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        end_reason: Option<String>,
    }
    let rows = api_key::Entity::find()
        .filter(Column::MembershipId.in_ids(db, members.iter().map(|id| id.0)))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Kind.eq(ApiKeyKind::Member.as_str()))
        .filter(Column::EndsAt.gte(t))
        .filter(Column::EndsAt.gt_column(Column::StartsAt))
        .order_by_asc(Column::Id)
        .into_partial_model::<RawRow>()
        .all(db)
        .await?;
    let read = |row: RawRow| KeyOfMember {
        id: ApiKeyId(row.id),
        membership_id: MembershipId(row.membership_id),
        interval: Interval::new(row.starts_at, row.ends_at),
        revoked: row.end_reason.as_deref() == Some(REVOKED),
    };
    Ok(rows.into_iter().map(read).collect())
}
