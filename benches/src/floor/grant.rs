//! The statements of a grant in one bare transaction, and those that reload the workspace for the
//! answer.

use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Executor, PgExecutor, PgPool, Row, postgres::PgRow};
use uuid::Uuid;

use super::{Asker, Failed, now};
use crate::work::type_id;

const NAMED: &str = include_str!("../../sql/named.sql");
const LOCK: &str = include_str!("../../sql/lock.sql");
const MEMBER: &str = include_str!("../../sql/member.sql");
const GRANT: &str = include_str!("../../sql/grant.sql");
const EVENT: &str = include_str!("../../sql/event.sql");
const VALUE: &str = include_str!("../../sql/value.sql");
const ADVANCE: &str = include_str!("../../sql/advance.sql");
const WORKSPACE: &str = include_str!("../../sql/workspace.sql");
const GRANTS: &str = include_str!("../../sql/grants.sql");

async fn facts(
    db: impl PgExecutor<'_>,
    workspace: Uuid,
    member: Uuid,
    since: DateTime<Utc>,
) -> Result<Vec<PgRow>, Failed> {
    let mut query = sqlx::query(MEMBER).bind([member]).bind(workspace);
    for _ in 0..4 {
        query = query.bind([member]).bind(workspace).bind(since);
    }
    Ok(query.fetch_all(db).await?)
}

/// Grants the permission, and answers as Concierge does.
pub(super) async fn give(
    pool: &PgPool,
    asker: &Asker,
    member: Uuid,
    permission: &str,
) -> Result<Vec<u8>, Failed> {
    let workspace: Uuid = sqlx::query(NAMED)
        .bind([member])
        .fetch_one(pool)
        .await?
        .get(1);
    let mut tx = pool.begin().await?;
    tx.execute(AssertSqlSafe("SET LOCAL lock_timeout = 5000"))
        .await?;
    let locked = sqlx::query(LOCK)
        .bind(workspace)
        .fetch_one(&mut *tx)
        .await?;
    let since: DateTime<Utc> = locked.get("last_write_at");
    let at = now().max(since + chrono::Duration::microseconds(1));
    let before = facts(&mut *tx, workspace, member, since).await?;
    let held = before.iter().any(|row| {
        row.get::<&str, _>("kind") == "GRANT"
            && row.get::<Option<&str>, _>("permission") == Some(permission)
    });
    let outcome = if held { "ALREADY_GRANTED" } else { "GRANTED" };
    let id = Uuid::now_v7();
    sqlx::query(GRANT)
        .bind(id)
        .bind(workspace)
        .bind(Some(member))
        .bind(None::<Uuid>)
        .bind(Some(permission))
        .bind(None::<&str>)
        .bind(None::<Uuid>)
        .bind(None::<&str>)
        .bind(None::<&str>)
        .bind(at)
        .bind(DateTime::from_timestamp(253_402_214_400, 0).unwrap_or_default())
        .bind(Some(asker.account))
        .bind(None::<Uuid>)
        .bind(None::<&str>)
        .execute(&mut *tx)
        .await?;
    facts(&mut *tx, workspace, member, since).await?;
    record(&mut tx, asker, &locked, (id, member, permission), at).await?;
    tx.commit().await?;

    sqlx::query(WORKSPACE)
        .bind(asker.account)
        .bind(asker.now)
        .bind(workspace)
        .fetch_all(pool)
        .await?;
    let grants = sqlx::query(GRANTS)
        .bind([member])
        .bind(workspace)
        .bind([member])
        .bind(workspace)
        .bind(at)
        .fetch_all(pool)
        .await?;
    let given = grants
        .iter()
        .find(|row| row.get::<Uuid, _>(1) == id)
        .and_then(|row| row.get::<Option<&str>, _>("permission"));
    let answer = format!(
        r#"{{"data":{{"grantPermissions":{{"results":[{{"index":0,"targetId":"{}","outcome":"{outcome}","grants":[{{"permission":"{}"}}]}}],"errors":[]}}}}}}"#,
        type_id("mem", member),
        given.unwrap_or_default()
    );
    Ok(answer.into_bytes())
}

async fn record(
    tx: &mut sqlx::PgTransaction<'_>,
    asker: &Asker,
    locked: &PgRow,
    (grant, member, permission): (Uuid, Uuid, &str),
    at: DateTime<Utc>,
) -> Result<(), Failed> {
    let (workspace, sequence): (Uuid, i64) =
        (locked.get("id"), locked.get::<i64, _>("audit_sequence") + 1);
    let event = Uuid::now_v7();
    let changes = json!([
        { "after": [permission], "before": [], "field": "permissions" },
        { "after": [type_id("gra", grant)], "before": [], "field": "grantIds" },
        { "after": at.to_rfc3339(), "before": null, "field": "startsAt" },
    ]);
    let changes = changes.to_string();
    let hash = Sha256::new()
        .chain_update(locked.get::<&[u8], _>("audit_hash"))
        .chain_update(&changes)
        .finalize();
    sqlx::query(EVENT)
        .bind(event)
        .bind(Some(workspace))
        .bind(None::<Uuid>)
        .bind(sequence)
        .bind(at)
        .bind(at)
        .bind("PERMISSION_GRANTED")
        .bind("API_KEY")
        .bind(Some(asker.account))
        .bind(Some(asker.key))
        .bind(Some(type_id("mem", member)))
        .bind(event.to_string())
        .bind(&changes)
        .bind(hash.as_slice())
        .bind(Some("00000000-0000-7000-8000-000000000000"))
        .execute(&mut **tx)
        .await?;
    sqlx::query(VALUE)
        .bind(event)
        .bind("clientAddress")
        .bind([7_u8; 16].as_slice())
        .bind("\"127.0.0.1\"")
        .bind(Some(asker.account))
        .execute(&mut **tx)
        .await?;
    let advance = sqlx::query(ADVANCE)
        .bind(at)
        .bind(sequence)
        .bind(hash.as_slice())
        .bind(1_i64)
        .bind(workspace);
    advance.execute(&mut **tx).await?;
    Ok(())
}
