//! API keys in the hands of owners and administrators: inserting them and finding those to revoke
//! (KEY-1, KEY-3). `key` looks up credentials, `dated` ends keys. Finding keys is SQL text, because
//! it joins the memberships.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    QuerySelect, Value,
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

/// The number of keys that act for `member` and have not ended at `now`.
pub async fn count_of_member(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    member: MembershipId,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let keys = api_key::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::MembershipId.eq(member.0))
        .filter(Column::Kind.eq(ApiKeyKind::Member.as_str()))
        .filter(Column::EndsAt.gt(now))
        .filter(Column::EndsAt.gt_column(Column::StartsAt));
    engine::count(db, keys).await
}

/// How many keys belong to the workspace itself and have not ended at `now` (KEY-8).
pub async fn count_of_workspace(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let keys = api_key::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Kind.ne(ApiKeyKind::Member.as_str()))
        .filter(Column::EndsAt.gt(now))
        .filter(Column::EndsAt.gt_column(Column::StartsAt));
    engine::count(db, keys).await
}

/// What revoking needs from a key.
#[derive(Debug, Clone, Copy)]
pub struct KeyRow {
    pub id: ApiKeyId,
    /// The membership that made it.
    pub membership_id: MembershipId,
    pub kind: ApiKeyKind,
    /// The account of the member who made it.
    pub account_id: AccountId,
    /// The interval of the key's own row.
    pub interval: Interval,
    /// The interval of its membership.
    pub membership: Interval,
}

impl KeyRow {
    /// When the key counts, apart from its member's being disabled.
    pub fn counts(&self) -> Interval {
        if self.kind.is_of_workspace() {
            self.interval
        } else {
            self.interval.intersect(&self.membership)
        }
    }
}

/// Which keys of a workspace to find.
#[derive(Debug, Clone, Copy)]
pub enum KeySelection<'a> {
    /// Those with these ids, including ended ones.
    Ids(&'a [ApiKeyId]),
    /// Those that act for one membership and have not ended.
    OfMember(MembershipId),
    /// Those that act for one account and have not ended.
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
        "SELECT k.id, k.kind, k.membership_id, m.account_id, k.starts_at, k.ends_at, \
         m.starts_at AS membership_starts_at, m.ends_at AS membership_ends_at ",
    );
    sql.bind(
        "FROM api_key k JOIN membership m ON m.id = k.membership_id AND m.workspace_id = k.workspace_id WHERE k.workspace_id = ?",
        [workspace.0.into()],
    );
    let ahead = |sql: &mut Sql| {
        let now = || Value::from(now);
        sql.bind(
            " AND k.ends_at > ? AND k.ends_at > k.starts_at AND (m.ends_at > ? OR k.kind <> ?)",
            [now(), now(), ApiKeyKind::Member.as_str().into()],
        );
    };
    match which {
        KeySelection::Ids(ids) => {
            sql.push(" AND ").ids_in("k.id", ids.iter().map(|id| id.0));
        }
        KeySelection::OfMember(member) => {
            sql.bind(
                " AND k.membership_id = ? AND k.kind = ?",
                [member.0.into(), ApiKeyKind::Member.as_str().into()],
            );
            ahead(&mut sql);
        }
        KeySelection::OfAccount(account) => {
            sql.bind(
                " AND m.account_id = ? AND k.kind = ?",
                [account.0.into(), ApiKeyKind::Member.as_str().into()],
            );
            ahead(&mut sql);
        }
        KeySelection::All => ahead(&mut sql),
    }
    sql.push(" ORDER BY k.id");
    #[derive(FromQueryResult)]
    struct RawRow {
        id: Uuid,
        kind: String,
        membership_id: Uuid,
        account_id: Uuid,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        membership_starts_at: DateTime<Utc>,
        membership_ends_at: DateTime<Utc>,
    }
    let read = |row: RawRow| KeyRow {
        id: row.id.into(),
        kind: ApiKeyKind::parse(&row.kind).unwrap_or(ApiKeyKind::Member),
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

/// New values of a key's own row; `None` leaves a value as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyValues {
    pub name: Option<String>,
    /// The networks it may be used from, as JSON.
    pub allowed_networks: Option<String>,
    pub ends_at: Option<DateTime<Utc>>,
}

/// Changes values of a key's own row.
pub async fn update(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    key: ApiKeyId,
    values: KeyValues,
) -> Result<(), StoreError> {
    let KeyValues {
        name,
        allowed_networks,
        ends_at,
    } = values;
    api_key::Entity::update_many()
        .set(api_key::ActiveModel {
            name: name.map_or_else(Default::default, Set),
            allowed_networks: allowed_networks.map_or_else(Default::default, Set),
            ends_at: ends_at.map_or_else(Default::default, Set),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.eq(key.0))
        .exec(db)
        .await?;
    Ok(())
}

/// The SHA-256 of a key's newest secret.
pub async fn secret_hash(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    key: ApiKeyId,
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(api_key::Entity::find_by_id(key.0)
        .select_only()
        .column(Column::SecretHash)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .into_tuple()
        .one(db)
        .await?)
}

/// The rows of a key's list that have not ended at `now`: their ids and permissions.
pub async fn list(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    key: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<Vec<(Uuid, String)>, StoreError> {
    use api_key_permission::Column;
    Ok(api_key_permission::Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::Permission)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::ApiKeyId.eq(key.0))
        .filter(Column::EndsAt.gt(now))
        .into_tuple()
        .all(db)
        .await?)
}

/// Says that the key has a list from now on. Returns whether it had none before.
pub async fn begin_list(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    key: ApiKeyId,
) -> Result<bool, StoreError> {
    let changed = api_key::Entity::update_many()
        .set(api_key::ActiveModel {
            is_scoped: Set(true),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Id.eq(key.0))
        .filter(Column::IsScoped.eq(false))
        .exec(db)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Adds rows to a key's list.
pub async fn add_to_list(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    key: ApiKeyId,
    rows: Vec<(&str, Interval)>,
    granted_by: Option<AccountId>,
    mut row_id: impl FnMut() -> Uuid,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let row = |(permission, interval): (&str, Interval)| api_key_permission::ActiveModel {
        id: Set(row_id()),
        workspace_id: Set(workspace.0),
        api_key_id: Set(key.0),
        permission: Set(permission.to_owned()),
        starts_at: Set(interval.starts_at),
        ends_at: Set(interval.ends_at),
        granted_by: Set(granted_by.map(|id| id.0)),
        ended_by: Set(None),
        end_reason: Set(None),
    };
    api_key_permission::Entity::insert_many(rows.into_iter().map(row))
        .exec_without_returning(db)
        .await?;
    Ok(())
}
