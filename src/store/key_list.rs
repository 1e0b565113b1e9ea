//! Lists API keys: rows with everything that a list shows, filters, counts (KEY-1, KEY-3). `key`
//! looks up credentials, `api_key` inserts and ends keys. SQL text where
//! these are lists.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, Select, Value,
};
use uuid::Uuid;

use super::{
    engine::{self, Conditions as _, Row, Sql, StoreError},
    key::{self, REVOKED},
    page::{Page, PageRequest, Position, SortedBy, instant_key},
    sift::Sieve,
};
use crate::{
    domain::{
        access::facts::KeyFacts,
        fold,
        id::{AccountId, ApiKeyId, MembershipId, WorkspaceId},
        vocabulary::{ApiKeyKind, ApiKeyState},
    },
    entity::api_key::{self, Column},
};

/// A key in a list.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// What its permissions and its state depend on.
    pub facts: KeyFacts,
    pub membership_id: MembershipId,
    pub name: String,
    /// The part of the secret that lists show (KEY-2).
    pub prefix: String,
    /// The networks it may be used from, as JSON.
    pub allowed_networks: String,
    pub ended_by: Option<AccountId>,
    /// Why somebody revoked it, in words.
    pub revocation_reason: Option<String>,
    /// When it was last used. `None` means never.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The client's address of the last use.
    pub last_used_from: Option<String>,
}

impl KeyRow {
    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let row = Row::of(row);
        Ok(Self {
            facts: key::key(row)?,
            membership_id: MembershipId(row.get("membership_id")?),
            name: row.get("name")?,
            prefix: row.get("prefix")?,
            allowed_networks: row.get("allowed_networks")?,
            ended_by: row.get::<Option<Uuid>>("ended_by")?.map(AccountId),
            revocation_reason: row.get("revocation_reason")?,
            last_used_at: row.get("last_used_at")?,
            last_used_from: row.get("last_used_from")?,
        })
    }
}

/// A search for keys: a key matches if its folded name contains every folded word, or if its prefix
/// begins with the text.
#[derive(Debug, Clone)]
pub struct KeySearch {
    typed: String,
    words: Vec<String>,
}

impl KeySearch {
    /// Parses a search text. `None` if there is nothing to look for.
    pub fn new(typed: &str) -> Option<Self> {
        let words: Vec<String> = fold::fold(typed)
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        (!words.is_empty()).then(|| Self {
            typed: typed.trim().to_owned(),
            words,
        })
    }

    fn matches(&self, name: &str, prefix: &str) -> bool {
        let name = fold::fold(name);
        prefix.starts_with(&self.typed) || self.words.iter().all(|word| name.contains(word))
    }
}

/// The filters of a list of keys. All of them must match.
#[derive(Debug, Clone, Default)]
pub struct KeyFilter {
    /// Keys that act for this member.
    pub member: Option<MembershipId>,
    /// One of these states. `None` means any.
    pub states: Option<Vec<ApiKeyState>>,
    /// One of these kinds. `None` means any.
    pub kinds: Option<Vec<ApiKeyKind>>,
    /// By name or prefix.
    pub search: Option<KeySearch>,
    /// Only those that have begun.
    pub begun: bool,
}

fn select(sql: &mut Sql, t: DateTime<Utc>) {
    sql.bind(
        &format!(
            "SELECT {}, k.membership_id, k.name, k.prefix, k.allowed_networks, k.ended_by, k.revocation_reason, \
             k.last_used_at, k.last_used_from",
            key::columns("?")
        ),
        [t.into(), t.into()],
    );
}

/// The order of a list of keys; then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyOrder {
    /// When they were created.
    #[default]
    CreatedAt,
    /// The name, by bytes.
    Name,
    /// When they were last used; for an unused key, when it was created.
    LastUsedAt,
    /// When they expire or were ended. No end sorts last.
    ExpiresAt,
}

impl KeyOrder {
    // Ids sort by creation.
    fn column(self, sql: &Sql) -> Option<(String, SortedBy)> {
        match self {
            Self::CreatedAt => None,
            Self::Name => Some((sql.by_bytes("k.name"), SortedBy::Text)),
            Self::LastUsedAt => Some((
                "COALESCE(k.last_used_at, k.starts_at)".to_owned(),
                SortedBy::Instant,
            )),
            Self::ExpiresAt => Some(("k.ends_at".to_owned(), SortedBy::Instant)),
        }
    }

    /// The cursor position of a row in this order.
    pub fn position(self, row: &KeyRow) -> Position {
        let key = match self {
            Self::CreatedAt => String::new(),
            Self::Name => row.name.clone(),
            Self::LastUsedAt => {
                instant_key(row.last_used_at.unwrap_or(row.facts.interval.starts_at))
            }
            Self::ExpiresAt => instant_key(row.facts.interval.ends_at),
        };
        Position {
            key,
            id: row.facts.id.0,
        }
    }
}

/// One page of the filtered keys of `workspace` at `t`.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &KeyFilter,
    order: (KeyOrder, bool),
    page: &PageRequest,
    t: DateTime<Utc>,
) -> Result<Page<KeyRow>, StoreError> {
    let Some(search) = &filter.search else {
        return Ok(page.page(chunk(db, workspace, filter, order, page, t).await?));
    };
    let mut sieve = Sieve::new(page);
    loop {
        let rows = chunk(db, workspace, filter, order, sieve.next(), t).await?;
        if !sieve.take(
            rows,
            |row| search.matches(&row.name, &row.prefix),
            |row| order.0.position(row),
        ) {
            return Ok(sieve.page());
        }
    }
}

async fn chunk(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &KeyFilter,
    (order, descending): (KeyOrder, bool),
    page: &PageRequest,
    t: DateTime<Utc>,
) -> Result<Vec<KeyRow>, StoreError> {
    let mut sql = Sql::new(db, "");
    select(&mut sql, t);
    condition(&mut sql, workspace, filter, t);
    let column = order.column(&sql);
    let value = |key: &str| column.as_ref()?.1.value(key);
    page.apply(
        &mut sql,
        column.as_ref().map(|(column, _)| column.as_str()),
        "k.id",
        descending,
        value,
    );
    sql.rows(db).await?.iter().map(KeyRow::read).collect()
}

/// The number of filtered keys at `t`.
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &KeyFilter,
    t: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let Some(search) = &filter.search else {
        let mut sql = Sql::new(db, "SELECT COUNT(*) AS count");
        condition(&mut sql, workspace, filter, t);
        return sql.count(db).await;
    };
    #[derive(FromQueryResult)]
    struct RawRow {
        name: String,
        prefix: String,
    }
    let mut sql = Sql::new(db, "SELECT k.name, k.prefix");
    condition(&mut sql, workspace, filter, t);
    let rows: Vec<RawRow> = sql.all(db).await?;
    let matching = rows
        .iter()
        .filter(|row| search.matches(&row.name, &row.prefix))
        .count();
    Ok(i64::try_from(matching).unwrap_or(i64::MAX))
}

/// The keys of `workspace` with these ids, including ended ones.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[ApiKeyId],
    t: DateTime<Utc>,
) -> Result<Vec<KeyRow>, StoreError> {
    let mut sql = Sql::new(db, "");
    select(&mut sql, t);
    sql.bind(
        " FROM api_key k WHERE k.workspace_id = ? AND ",
        [workspace.0.into()],
    )
    .ids_in("k.id", ids.iter().map(|id| id.0));
    sql.rows(db).await?.iter().map(KeyRow::read).collect()
}

/// A key that acts for an account and works, or will once its member may enter again.
#[derive(Debug, Clone)]
pub struct LivingKey {
    pub id: ApiKeyId,
    pub name: String,
    /// The part of the secret that lists show (KEY-2).
    pub prefix: String,
    pub workspace_id: WorkspaceId,
    pub workspace_name: String,
}

const LIVING: &str = " FROM api_key k JOIN membership m ON m.id = k.membership_id AND m.workspace_id = k.workspace_id \
     JOIN workspace w ON w.id = k.workspace_id AND w.deleted_at IS NULL WHERE k.kind = 'MEMBER' AND m.account_id = ? AND k.ends_at > ? \
     AND k.ends_at > k.starts_at AND m.ends_at > ? AND m.ends_at > m.starts_at";

/// The workspaces in which the account has such keys.
pub async fn living_in(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<WorkspaceId>, StoreError> {
    let mut sql = Sql::new(db, "SELECT DISTINCT w.id");
    sql.bind(
        LIVING,
        [account.0.into(), Value::from(now), Value::from(now)],
    )
    .push(" ORDER BY w.id");
    Ok(sql.ids(db).await?.into_iter().map(WorkspaceId).collect())
}

/// At most `most` keys of the account that have not ended at `now`, in any workspace, by id; and
/// their total number.
pub async fn living(
    db: &impl ConnectionTrait,
    account: AccountId,
    most: usize,
    now: DateTime<Utc>,
) -> Result<(Vec<LivingKey>, i64), StoreError> {
    let values = || [account.0.into(), Value::from(now), Value::from(now)];
    #[derive(FromQueryResult)]
    struct RawRow {
        id: Uuid,
        name: String,
        prefix: String,
        workspace_id: Uuid,
        workspace_name: String,
    }
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count");
    sql.bind(LIVING, values());
    let count = sql.count(db).await?;
    let mut sql = Sql::new(
        db,
        "SELECT k.id, k.name, k.prefix, w.id AS workspace_id, w.name AS workspace_name",
    );
    sql.bind(LIVING, values()).bind(
        " ORDER BY k.id LIMIT ?",
        [i64::try_from(most).unwrap_or(i64::MAX).into()],
    );
    let key = |row: RawRow| LivingKey {
        id: ApiKeyId(row.id),
        name: row.name,
        prefix: row.prefix,
        workspace_id: WorkspaceId(row.workspace_id),
        workspace_name: row.workspace_name,
    };
    Ok((sql.all(db).await?.into_iter().map(key).collect(), count))
}

/// The keys of the workspace that no membership ends (KEY-8) and that have not ended at `now`.
fn living_of_workspace(workspace: WorkspaceId, now: DateTime<Utc>) -> Select<api_key::Entity> {
    api_key::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Kind.ne(ApiKeyKind::Member.as_str()))
        .filter(Column::EndsAt.gt(now))
        .filter(Column::EndsAt.gt_column(Column::StartsAt))
}

/// Those of `members` who created keys of the workspace that have not ended at `now` (KEY-8).
pub async fn makers(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
    now: DateTime<Utc>,
) -> Result<Vec<MembershipId>, StoreError> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = living_of_workspace(workspace, now)
        .select_only()
        .column(Column::MembershipId)
        .distinct()
        .filter(Column::MembershipId.in_ids(db, members.iter().map(|id| id.0)))
        .order_by_asc(Column::MembershipId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(MembershipId).collect())
}

/// The visible prefix and name of at most `most` keys of the workspace that `member` created and
/// that have not ended at `now`, by id; and their total number.
pub async fn living_made_by(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    member: MembershipId,
    most: usize,
    now: DateTime<Utc>,
) -> Result<(Vec<(String, String)>, i64), StoreError> {
    let select = living_of_workspace(workspace, now).filter(Column::MembershipId.eq(member.0));
    let count = engine::count(db, select.clone()).await?;
    let keys = select
        .select_only()
        .columns([Column::Prefix, Column::Name])
        .order_by_asc(Column::Id)
        .limit(most as u64)
        .into_tuple()
        .all(db)
        .await?;
    Ok((keys, count))
}

/// The key is a member's, and the membership has ended. Keys of the workspace work without the member
/// who made them (KEY-8).
const MEMBER_OVER: &str = "(k.kind = 'MEMBER' AND (m.ends_at <= ? OR m.ends_at <= m.starts_at))";

/// The key's own row has ended.
const KEY_OVER: &str = "(k.ends_at <= ? OR k.ends_at <= k.starts_at)";

/// The key counts, and its member does if it is a member's.
const WORKS: &str = "(k.starts_at <= ? AND k.ends_at > ? AND (k.kind <> 'MEMBER' OR (m.starts_at <= ? AND m.ends_at > ? \
     AND NOT EXISTS (SELECT 1 FROM disabled_spell d WHERE d.workspace_id = m.workspace_id AND d.membership_id = m.id \
     AND d.starts_at <= ? AND d.ends_at > ?))))";

fn condition(sql: &mut Sql, workspace: WorkspaceId, filter: &KeyFilter, t: DateTime<Utc>) {
    sql.bind(
        " FROM api_key k JOIN membership m ON m.id = k.membership_id AND m.workspace_id = k.workspace_id WHERE k.workspace_id = ?",
        [workspace.0.into()],
    );
    if let Some(member) = filter.member {
        sql.bind(
            " AND k.membership_id = ? AND k.kind = ?",
            [member.0.into(), ApiKeyKind::Member.as_str().into()],
        );
    }
    if let Some(kinds) = &filter.kinds {
        sql.push(" AND ")
            .texts_in("k.kind", kinds.iter().map(|kind| kind.as_str()));
    }
    if filter.begun {
        sql.bind(" AND k.starts_at <= ?", [t.into()]);
    }
    if let Some(states) = &filter.states {
        sql.push(" AND (1 = 0");
        states.iter().for_each(|state| in_state(sql, *state, t));
        sql.push(")");
    }
}

/// The state of a key as in `domain::access::key_state` (KEY-6).
fn in_state(sql: &mut Sql, state: ApiKeyState, t: DateTime<Utc>) {
    let at = || Value::from(t);
    match state {
        ApiKeyState::Revoked => sql
            .bind(&format!(" OR {MEMBER_OVER} OR ({KEY_OVER}"), [at(), at()])
            .bind(" AND k.end_reason = ?)", [REVOKED.into()]),
        ApiKeyState::Expired => sql
            .bind(
                &format!(" OR (NOT {MEMBER_OVER} AND {KEY_OVER}"),
                [at(), at()],
            )
            .bind(
                " AND (k.end_reason IS NULL OR k.end_reason <> ?))",
                [REVOKED.into()],
            ),
        ApiKeyState::Active => sql.bind(
            &format!(" OR {WORKS}"),
            [at(), at(), at(), at(), at(), at()],
        ),
        ApiKeyState::Suspended => sql
            .bind(
                &format!(" OR (NOT {MEMBER_OVER} AND NOT {KEY_OVER}"),
                [at(), at()],
            )
            .bind(
                &format!(" AND NOT {WORKS})"),
                [at(), at(), at(), at(), at(), at()],
            ),
    };
}
