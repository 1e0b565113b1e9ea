//! The floor: a bare handler that runs the statements that Concierge runs (benches/sql, taken from
//! PostgreSQL's log) and writes the JSON that Concierge writes, with nothing in between: no
//! documents, no rules, no limits, no log.
//!
//! Like Concierge, it looks up the key on every request, and keeps roles, groups and shared quota
//! values in memory.

mod count;
mod grant;

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use chrono::{DateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{
    PgPool, Row,
    postgres::{PgConnectOptions, PgPoolOptions, PgRow},
};
use uuid::Uuid;

use crate::{
    Fault,
    work::{PERMISSIONS, type_id},
};

const KEY: &str = include_str!("../sql/key.sql");
const PAGE: &str = include_str!("../sql/page.sql");
const BY_ID: &str = include_str!("../sql/by_id.sql");
const FACTS: &str = include_str!("../sql/facts.sql");
const FACTS_ALL: &str = include_str!("../sql/facts_all.sql");
const QUOTAS: &str = include_str!("../sql/quotas.sql");

/// What is loaded at the start.
#[derive(Default)]
struct Shared {
    /// Name, and permissions as bits.
    roles: HashMap<Uuid, (String, u16)>,
    /// Title, permissions, and the limit of API calls.
    groups: HashMap<Uuid, (String, u16, Option<i64>)>,
    default: Option<i64>,
}

struct Floor {
    pool: PgPool,
    shared: Shared,
}

/// The caller.
struct Asker {
    key: Uuid,
    account: Uuid,
    workspace: Uuid,
    last_write_at: DateTime<Utc>,
    now: DateTime<Utc>,
}

/// Serves until it is killed.
pub async fn serve(database: &str, listen: &str) -> Result<(), Fault> {
    let options: PgConnectOptions = database.parse()?;
    let options = options
        .statement_cache_capacity(512)
        .application_name("floor")
        .options([("timezone", "UTC"), ("jit", "off")]);
    let pool = PgPoolOptions::new()
        .max_connections(20)
        .min_connections(1)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    let shared = load_shared(&pool).await?;
    let router = Router::new()
        .route("/{work}", post(handle))
        .with_state(Arc::new(Floor { pool, shared }));
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}

fn bit(permission: &str) -> u16 {
    PERMISSIONS
        .iter()
        .position(|item| *item == permission)
        .map_or(0, |place| 1 << place)
}

fn preset(name: &str) -> u16 {
    let listed: &[&str] = match name {
        "ADMINISTRATOR" => &PERMISSIONS,
        "PUBLISHER" => &[
            "CREATE_DATASETS",
            "EDIT_ALL_DATASETS",
            "PUBLISH_OWN_DATASETS",
            "MANAGE_OWN_DATASETS_SECURITY",
            "BROWSE_ALL_DATASETS",
            "CREATE_PAGES",
            "BROWSE_ANALYTICS",
        ],
        "EDITOR" => &["CREATE_DATASETS", "CREATE_PAGES"],
        "DESIGNER" => &[
            "CREATE_DATASETS",
            "BROWSE_ALL_DATASETS",
            "CREATE_PAGES",
            "MANAGE_WORKSPACE_THEME",
        ],
        _ => &["BROWSE_ALL_DATASETS", "BROWSE_ALL_PAGES"],
    };
    listed
        .iter()
        .fold(0, |bits, permission| bits | bit(permission))
}

async fn load_shared(pool: &PgPool) -> Result<Shared, Fault> {
    let mut shared = Shared::default();
    for row in sqlx::query("SELECT id, name, preset FROM role")
        .fetch_all(pool)
        .await?
    {
        let bits = row
            .get::<Option<String>, _>(2)
            .map_or(0, |name| preset(&name));
        shared.roles.insert(row.get(0), (row.get(1), bits));
    }
    for row in sqlx::query("SELECT role_id, permission FROM role_permission")
        .fetch_all(pool)
        .await?
    {
        if let Some(role) = shared.roles.get_mut(&row.get::<Uuid, _>(0)) {
            role.1 |= bit(row.get(1));
        }
    }
    for row in sqlx::query("SELECT id, title FROM member_group")
        .fetch_all(pool)
        .await?
    {
        shared.groups.insert(row.get(0), (row.get(1), 0, None));
    }
    for row in
        sqlx::query("SELECT group_id, permission FROM permission_grant WHERE group_id IS NOT NULL")
            .fetch_all(pool)
            .await?
    {
        if let Some(group) = shared.groups.get_mut(&row.get::<Uuid, _>(0)) {
            group.1 |= bit(row.get(1));
        }
    }
    for row in sqlx::query(
        "SELECT group_id, limit_value FROM quota_value WHERE scope IN ('GROUP', 'DEFAULT')",
    )
    .fetch_all(pool)
    .await?
    {
        match row.get::<Option<Uuid>, _>(0) {
            None => shared.default = Some(row.get(1)),
            Some(id) => {
                if let Some(group) = shared.groups.get_mut(&id) {
                    group.2 = Some(row.get(1));
                }
            }
        }
    }
    Ok(shared)
}

struct Failed(String);

impl<E: std::fmt::Display> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0).into_response()
    }
}

#[derive(Deserialize)]
struct Request {
    variables: Option<Variables>,
}

#[derive(Deserialize)]
struct Variables {
    id: String,
    permission: Option<String>,
}

async fn handle(
    State(floor): State<Arc<Floor>>,
    Path(work): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failed> {
    let asker = asker(&floor, &headers).await?;
    let request: Request = serde_json::from_slice(&body)?;
    let id = || {
        request
            .variables
            .as_ref()
            .and_then(|variables| read_id(&variables.id))
            .ok_or(Failed("an id".to_owned()))
    };
    let json = match work.as_str() {
        "P1" => page(&floor, &asker, false).await?,
        "P1b" => page(&floor, &asker, true).await?,
        "P2" => one(&floor, &asker, id()?).await?,
        "P3" => br#"{"data":{"viewer":{"kind":"API_KEY"}}}"#.to_vec(),
        "P6" => {
            let permission = request
                .variables
                .as_ref()
                .and_then(|variables| variables.permission.as_deref());
            grant::give(&floor.pool, &asker, id()?, permission.unwrap_or_default()).await?
        }
        "P6c" => count::count(&floor.pool, &asker, id()?).await?,
        _ => return Err(Failed("no such work".to_owned())),
    };
    Ok((
        [(
            CONTENT_TYPE,
            "application/graphql-response+json; charset=utf-8",
        )],
        json,
    )
        .into_response())
}

fn read_id(text: &str) -> Option<Uuid> {
    let (_, digits) = text.rsplit_once('_')?;
    let digit = |byte: u8| {
        b"0123456789abcdefghjkmnpqrstvwxyz"
            .iter()
            .position(|item| *item == byte)
    };
    let bits = digits.bytes().try_fold(0_u128, |bits, byte| {
        Some((bits << 5) | digit(byte)? as u128)
    })?;
    Some(Uuid::from_u128(bits))
}

async fn asker(floor: &Floor, headers: &HeaderMap) -> Result<Asker, Failed> {
    let secret = headers
        .get("x-api-key")
        .ok_or(Failed("no key".to_owned()))?;
    let now = now();
    let hash = Sha256::digest(secret.as_bytes());
    let row = sqlx::query(KEY)
        .bind(hash.as_slice())
        .bind(now)
        .fetch_one(&floor.pool)
        .await?;
    let counts = row.get::<DateTime<Utc>, _>("key_starts_at") <= now
        && row.get::<DateTime<Utc>, _>("key_ends_at") > now
        && !row.get::<bool, _>("is_disabled");
    if !counts {
        return Err(Failed("a key that does not count".to_owned()));
    }
    Ok(Asker {
        key: row.get("key_id"),
        account: row.get("account_id"),
        workspace: row.get("id"),
        last_write_at: row.get("last_write_at"),
        now,
    })
}

/// To the microsecond, as the database stores it.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(Utc::now().timestamp_micros()).unwrap_or_default()
}

#[derive(Serialize)]
struct Account {
    email: String,
    #[serde(rename = "displayName")]
    display_name: String,
}

#[derive(Serialize)]
struct Name<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Group<'a> {
    group: Title<'a>,
}

#[derive(Serialize)]
struct Title<'a> {
    title: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Quota {
    limit: Option<i64>,
    decided_by: Option<&'static str>,
    used: i64,
}

#[derive(Serialize)]
struct Effective {
    permission: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Member<'a> {
    id: String,
    account: Account,
    state: &'static str,
    role: Option<Name<'a>>,
    groups: Vec<Group<'a>>,
    effective_quota: Quota,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_permissions: Option<Vec<Effective>>,
    #[serde(skip)]
    bits: u16,
}

async fn page(floor: &Floor, asker: &Asker, permissions: bool) -> Result<Vec<u8>, Failed> {
    let t = asker.now;
    let mut query = sqlx::query(PAGE).bind(t).bind(t).bind(asker.workspace);
    for _ in 0..11 {
        query = query.bind(t);
    }
    let mut rows = query.bind(101_i64).fetch_all(&floor.pool).await?;
    rows.truncate(100);
    let members = complete(floor, asker, &rows, permissions).await?;
    let mut json = Vec::with_capacity(64 * 1024);
    json.extend_from_slice(br#"{"data":{"workspace":{"members":{"nodes":"#);
    serde_json::to_writer(&mut json, &members)?;
    json.extend_from_slice(b"}}}}");
    Ok(json)
}

async fn one(floor: &Floor, asker: &Asker, id: Uuid) -> Result<Vec<u8>, Failed> {
    let rows = sqlx::query(BY_ID)
        .bind(asker.now)
        .bind(asker.now)
        .bind([id])
        .fetch_all(&floor.pool)
        .await?;
    let members = complete(floor, asker, &rows, false).await?;
    let mut json = Vec::with_capacity(1024);
    json.extend_from_slice(br#"{"data":{"workspace":{"member":"#);
    serde_json::to_writer(&mut json, &members.first())?;
    json.extend_from_slice(b"}}}");
    Ok(json)
}

fn state(row: &PgRow, now: DateTime<Utc>) -> &'static str {
    if row.get::<DateTime<Utc>, _>(4) <= now {
        "ENDED"
    } else if row.get::<Option<DateTime<Utc>>, _>(14).is_some() {
        "DISABLED"
    } else if row.get::<DateTime<Utc>, _>(3) > now {
        "SCHEDULED"
    } else {
        "ACTIVE"
    }
}

async fn complete<'a>(
    floor: &'a Floor,
    asker: &Asker,
    rows: &[PgRow],
    all: bool,
) -> Result<Vec<Member<'a>>, Failed> {
    let (now, workspace) = (asker.now, asker.workspace);
    let ids: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    let mut members: Vec<Member<'a>> = Vec::with_capacity(rows.len());
    for (row, id) in rows.iter().zip(&ids) {
        let (given, family): (Option<&str>, Option<&str>) = (row.get(12), row.get(13));
        members.push(Member {
            id: type_id("mem", *id),
            account: Account {
                email: row.get(11),
                display_name: format!(
                    "{} {}",
                    given.unwrap_or_default(),
                    family.unwrap_or_default()
                ),
            },
            state: state(row, now),
            role: None,
            groups: Vec::with_capacity(5),
            effective_quota: Quota {
                limit: floor.shared.default,
                decided_by: Some("DEFAULT"),
                used: 0,
            },
            effective_permissions: None,
            bits: 0,
        });
    }
    let places: HashMap<Uuid, usize> = ids
        .iter()
        .enumerate()
        .map(|(place, id)| (*id, place))
        .collect();
    let since = asker.last_write_at;
    let mut query = sqlx::query(if all { FACTS_ALL } else { FACTS });
    for _ in 0..if all { 4 } else { 2 } {
        query = query.bind(&ids).bind(workspace).bind(since);
    }
    for row in query.fetch_all(&floor.pool).await? {
        let of: Uuid = row.get(2);
        let counts = row.get::<DateTime<Utc>, _>(8) <= now && row.get::<DateTime<Utc>, _>(9) > now;
        let Some(member) = places
            .get(&of)
            .and_then(|place| members.get_mut(*place))
            .filter(|_| counts)
        else {
            continue;
        };
        match row.get::<&str, _>(0) {
            "ROLE_ASSIGNMENT" => {
                if let Some((name, bits)) = floor.shared.roles.get(&row.get::<Uuid, _>(3)) {
                    member.role = Some(Name { name });
                    member.bits |= bits;
                }
            }
            "GROUP_MEMBERSHIP" => {
                if let Some((title, bits, limit)) = floor.shared.groups.get(&row.get::<Uuid, _>(3))
                {
                    member.groups.push(Group {
                        group: Title { title },
                    });
                    member.bits |= bits;
                    let quota = &mut member.effective_quota;
                    if limit.is_some()
                        && (quota.decided_by == Some("DEFAULT") || *limit > quota.limit)
                    {
                        (quota.limit, quota.decided_by) = (*limit, Some("GROUP"));
                    }
                }
            }
            "GRANT" => member.bits |= row.get::<Option<&str>, _>(4).map_or(0, bit),
            _ => {}
        }
    }
    let accounts: HashMap<Uuid, usize> = rows
        .iter()
        .enumerate()
        .map(|(place, row)| (row.get(2), place))
        .collect();
    let subjects: Vec<String> = accounts
        .keys()
        .map(|account| type_id("acc", *account))
        .collect();
    let day = now.date_naive().and_time(NaiveTime::MIN).and_utc();
    let quotas = sqlx::query(QUOTAS)
        .bind(&ids)
        .bind(workspace)
        .bind(now)
        .bind(now)
        .bind(&subjects)
        .bind(workspace)
        .bind(day);
    let quotas = quotas.fetch_all(&floor.pool).await?;
    for row in quotas {
        if let Some(member) = row.get::<Option<Uuid>, _>(0) {
            if let Some(member) = places
                .get(&member)
                .and_then(|place| members.get_mut(*place))
            {
                member.effective_quota.limit = Some(row.get(4));
                member.effective_quota.decided_by = Some("MEMBER");
            }
        } else if let Some(id) = row.get::<Option<&str>, _>(2).and_then(read_id)
            && let Some(member) = accounts.get(&id).and_then(|place| members.get_mut(*place))
        {
            member.effective_quota.used = row.get(4);
        }
    }
    for member in &mut members {
        member
            .groups
            .sort_unstable_by(|a, b| a.group.title.cmp(b.group.title));
        if all {
            let held = PERMISSIONS
                .iter()
                .enumerate()
                .filter(|(place, _)| member.bits & (1 << place) != 0);
            member.effective_permissions = Some(
                held.map(|(_, permission)| Effective { permission })
                    .collect(),
            );
        }
    }
    Ok(members)
}
