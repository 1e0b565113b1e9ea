//! API keys: the look-up of a credential, and a key's facts.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::{
    engine::{self, Columns, Sql, StoreError},
    workspace::{self, Workspace},
};
use crate::domain::{
    access::facts::KeyFacts,
    id::{AccountId, ApiKeyId, MembershipId, WorkspaceId},
    interval::Interval,
    permission::Permission,
    vocabulary::ApiKeyKind,
};

/// The end reason of a key that somebody ended.
pub const REVOKED: &str = "REVOKED";

/// All that the look-up of a key brings, in one statement.
#[derive(Debug, Clone)]
pub struct Found {
    /// The key.
    pub key: KeyFacts,
    /// Its name.
    pub name: String,
    /// The networks it may be used from, as JSON.
    pub allowed_networks: String,
    /// Its membership.
    pub membership_id: MembershipId,
    /// The membership's access period.
    pub membership: Interval,
    /// Whether the membership is disabled at the instant.
    pub disabled: bool,
    /// The account of the member.
    pub account_id: AccountId,
    /// Its address as typed.
    pub email: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Its language.
    pub locale: String,
    /// The workspace.
    pub workspace: Workspace,
}

/// The instant of a read: the later of `$2` and the workspace's last write (TIME-5).
const AT: &str = "CASE WHEN w.last_write_at > $2 THEN w.last_write_at ELSE $2 END";

/// The columns of [`key`], with the list as of `at`.
fn columns(at: &str) -> String {
    format!(
        "k.id, k.kind, k.is_scoped, k.starts_at, k.ends_at, k.end_reason, (SELECT string_agg(s.permission, ',') \
         FROM api_key_permission s WHERE s.api_key_id = k.id AND s.starts_at <= {at} AND s.ends_at > {at})"
    )
}

fn key(columns: &mut Columns<'_>) -> Result<KeyFacts, StoreError> {
    let id = ApiKeyId(columns.take()?);
    let kind = ApiKeyKind::parse(&columns.take::<String>()?).unwrap_or(ApiKeyKind::Member);
    let is_scoped: bool = columns.take()?;
    let interval = Interval::new(columns.take()?, columns.take()?);
    let revoked = columns
        .take::<Option<String>>()?
        .is_some_and(|reason| reason == REVOKED);
    let listed: Option<String> = columns.take()?;
    let scope = is_scoped.then(|| {
        let names = listed.as_deref().unwrap_or_default();
        names
            .split(',')
            .filter_map(Permission::parse)
            .map(|permission| (permission, interval))
            .collect()
    });
    Ok(KeyFacts {
        id,
        kind,
        interval,
        scope,
        revoked,
    })
}

/// The key with this hash and everything about its member that a request needs.
pub async fn look_up(
    db: &impl ConnectionTrait,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Found>, StoreError> {
    let sql = format!(
        "SELECT {}, k.name, k.allowed_networks, m.id, m.starts_at, m.ends_at, EXISTS (SELECT 1 FROM disabled_spell d \
         WHERE d.membership_id = m.id AND d.workspace_id = m.workspace_id AND d.starts_at <= {AT} AND d.ends_at > {AT}), \
         a.id, a.email, a.given_name, a.family_name, a.locale, {} FROM api_key k JOIN membership m ON m.id = k.membership_id \
         JOIN account a ON a.id = m.account_id JOIN workspace w ON w.id = k.workspace_id AND w.deleted_at IS NULL \
         LEFT JOIN workspace p ON p.id = w.parent_id WHERE k.secret_hash = $1",
        columns(AT),
        workspace::COLUMNS
    );
    let Some(row) = engine::row(db, &sql, vec![secret_hash.to_vec().into(), now.into()]).await?
    else {
        return Ok(None);
    };
    read(&row).map(Some)
}

fn read(row: &QueryResult) -> Result<Found, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Found {
        key: key(&mut columns)?,
        name: columns.take()?,
        allowed_networks: columns.take()?,
        membership_id: MembershipId(columns.take()?),
        membership: Interval::new(columns.take()?, columns.take()?),
        disabled: columns.take()?,
        account_id: AccountId(columns.take::<Uuid>()?),
        email: columns.take()?,
        given_name: columns.take()?,
        family_name: columns.take()?,
        locale: columns.take()?,
        workspace: Workspace::read(&mut columns)?,
    })
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
        Some(row) => key(&mut Columns::of(&row)).map(Some),
        None => Ok(None),
    }
}

/// A key of one of many members, as far as whether it works depends on its own row.
#[derive(Debug, Clone, Copy)]
pub struct KeyOfMember {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose.
    pub membership_id: MembershipId,
    /// When it works.
    pub interval: Interval,
    /// Whether somebody ended it.
    pub revoked: bool,
}

/// The keys of `members` that have not ended before `t`, by id.
pub async fn of_members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
    t: DateTime<Utc>,
) -> Result<Vec<KeyOfMember>, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT k.id, k.membership_id, k.starts_at, k.ends_at, k.end_reason FROM api_key k WHERE ",
    );
    sql.ids_in("k.membership_id", members.iter().map(|id| id.0))
        .bind(
            " AND k.workspace_id = ? AND k.ends_at >= ? AND k.ends_at > k.starts_at ORDER BY k.id",
            [workspace.0.into(), t.into()],
        );
    let read = |row| {
        let mut columns = Columns::of(row);
        Ok(KeyOfMember {
            id: ApiKeyId(columns.take()?),
            membership_id: MembershipId(columns.take()?),
            interval: Interval::new(columns.take()?, columns.take()?),
            revoked: columns
                .take::<Option<String>>()?
                .is_some_and(|reason| reason == REVOKED),
        })
    };
    sql.rows(db).await?.iter().map(read).collect()
}
