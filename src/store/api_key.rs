//! API keys in the hands of owners and administrators: inserting them and finding those to revoke
//! (KEY-1, KEY-3). `key` looks up credentials, `dated` ends keys. Finding keys is SQL text, because
//! it joins the memberships.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    Value,
};
use uuid::Uuid;

use super::engine::{self, Conditions as _, Sql, StoreError};
use crate::{
    domain::{
        id::{AccountId, ApiKeyId, MembershipId, WorkspaceId},
        interval::{Interval, OPEN_END},
        permission::PermissionSet,
        vocabulary::ApiKeyKind,
    },
    entity::{
        api_key::{self, Column},
        api_key_permission,
    },
};

/// A key to insert.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub id: ApiKeyId,
    pub membership_id: MembershipId,
    pub name: String,
    pub kind: ApiKeyKind,
    /// The part of the secret that lists show.
    pub prefix: String,
    /// SHA-256 of the secret.
    pub secret_hash: [u8; 32],
    /// The permission list. `None` gives all of the member's permissions.
    pub permissions: Option<PermissionSet>,
    /// The networks it may be used from, as JSON.
    pub allowed_networks: String,
    pub interval: Interval,
    pub granted_by: Option<AccountId>,
}

/// Adds a key, with its list if it has one. `row_id` generates the primary keys of the list's rows.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    key: NewKey,
    mut row_id: impl FnMut() -> Uuid,
) -> Result<(), StoreError> {
    let row = api_key::ActiveModel {
        id: Set(key.id.0),
        workspace_id: Set(workspace.0),
        membership_id: Set(key.membership_id.0),
        name: Set(key.name),
        kind: Set(key.kind.as_str().to_owned()),
        prefix: Set(key.prefix),
        secret_hash: Set(key.secret_hash.to_vec()),
        is_scoped: Set(key.permissions.is_some()),
        allowed_networks: Set(key.allowed_networks),
        starts_at: Set(key.interval.starts_at),
        ends_at: Set(key.interval.ends_at),
        granted_by: Set(key.granted_by.map(|id| id.0)),
        ended_by: Set(None),
        end_reason: Set(None),
        revocation_reason: Set(None),
        last_used_at: Set(None),
        last_used_from: Set(None),
    };
    api_key::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    let listed = key.permissions.unwrap_or(PermissionSet::EMPTY);
    let rows: Vec<api_key_permission::ActiveModel> = listed
        .iter()
        .map(|permission| api_key_permission::ActiveModel {
            id: Set(row_id()),
            workspace_id: Set(workspace.0),
            api_key_id: Set(key.id.0),
            permission: Set(permission.as_str().to_owned()),
            starts_at: Set(key.interval.starts_at),
            ends_at: Set(OPEN_END),
            granted_by: Set(key.granted_by.map(|id| id.0)),
            ended_by: Set(None),
            end_reason: Set(None),
        })
        .collect();
    if !rows.is_empty() {
        api_key_permission::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// The number of keys of `member` that have not ended at `now`.
pub async fn count_of_member(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    member: MembershipId,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let keys = api_key::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::MembershipId.eq(member.0))
        .filter(Column::EndsAt.gt(now))
        .filter(Column::EndsAt.gt_column(Column::StartsAt));
    engine::count(db, keys).await
}

/// What revoking needs from a key.
#[derive(Debug, Clone, Copy)]
pub struct KeyRow {
    pub id: ApiKeyId,
    pub membership_id: MembershipId,
    pub account_id: AccountId,
    /// The interval of the key's own row.
    pub interval: Interval,
    /// The interval of its membership.
    pub membership: Interval,
}

/// Which keys of a workspace to find.
#[derive(Debug, Clone, Copy)]
pub enum KeySelection<'a> {
    /// Those with these ids, including ended ones.
    Ids(&'a [ApiKeyId]),
    /// Those of one membership that have not ended.
    OfMember(MembershipId),
    /// Those of one account that have not ended.
    OfAccount(AccountId),
    /// All that have not ended.
    All,
}

/// The keys of `workspace` that `which` names, by id, as of `now`.
pub async fn find(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    which: KeySelection<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<KeyRow>, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT k.id, k.membership_id, m.account_id, k.starts_at, k.ends_at, \
         m.starts_at AS membership_starts_at, m.ends_at AS membership_ends_at ",
    );
    sql.bind(
        "FROM api_key k JOIN membership m ON m.id = k.membership_id AND m.workspace_id = k.workspace_id WHERE k.workspace_id = ?",
        [workspace.0.into()],
    );
    let ahead = |sql: &mut Sql| {
        let now = || Value::from(now);
        sql.bind(
            " AND k.ends_at > ? AND k.ends_at > k.starts_at AND m.ends_at > ?",
            [now(), now()],
        );
    };
    match which {
        KeySelection::Ids(ids) => {
            sql.push(" AND ").ids_in("k.id", ids.iter().map(|id| id.0));
        }
        KeySelection::OfMember(member) => {
            sql.bind(" AND k.membership_id = ?", [member.0.into()]);
            ahead(&mut sql);
        }
        KeySelection::OfAccount(account) => {
            sql.bind(" AND m.account_id = ?", [account.0.into()]);
            ahead(&mut sql);
        }
        KeySelection::All => ahead(&mut sql),
    }
    sql.push(" ORDER BY k.id");
    #[derive(FromQueryResult)]
    struct RawRow {
        id: Uuid,
        membership_id: Uuid,
        account_id: Uuid,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        membership_starts_at: DateTime<Utc>,
        membership_ends_at: DateTime<Utc>,
    }
    let read = |row: RawRow| KeyRow {
        id: row.id.into(),
        membership_id: row.membership_id.into(),
        account_id: row.account_id.into(),
        interval: Interval::new(row.starts_at, row.ends_at),
        membership: Interval::new(row.membership_starts_at, row.membership_ends_at),
    };
    Ok(sql.all(db).await?.into_iter().map(read).collect())
}

/// Stores why keys were revoked, beside their end.
pub async fn keep_reason(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    keys: &[Uuid],
    reason: &str,
) -> Result<(), StoreError> {
    api_key::Entity::update_many()
        .set(api_key::ActiveModel {
            revocation_reason: Set(Some(reason.to_owned())),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.in_ids(db, keys.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}
