//! A database that is busy, or gone: UNAVAILABLE, and nothing changed.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Database, DatabaseBackend, Statement, TransactionTrait};
use serde_json::{Value, json};

use crate::support::{
    Engine, TestApp,
    world::{Member, Ws},
};

async fn world(engine: Engine) -> Option<(TestApp, Ws, Member, Value)> {
    let app = TestApp::waiting(engine, Duration::from_millis(400)).await?;
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"], "idempotencyKey": "k" });
    Some((app, ws, ada, input))
}

/// Another connection holds the workspace's row (on SQLite: the database) for longer than is
/// waited.
async fn a_lock_that_is_held(engine: Engine) {
    let Some((app, _, ada, input)) = world(engine).await else {
        return;
    };
    let before = app.footprint().await;
    let other = Database::connect(app.url()).await.unwrap();
    let held = other.begin().await.unwrap();
    held.execute_unprepared("UPDATE workspace SET name = name")
        .await
        .unwrap();
    let refused = app
        .try_mutate(&ada.key, "grantPermissions", input.clone())
        .await;
    assert_eq!(refused.refusal(), "UNAVAILABLE", "{:#}", refused.body);
    assert_eq!(refused.body["errors"][0]["extensions"]["retryAfter"], 1);
    held.rollback().await.unwrap();
    assert_eq!(app.footprint().await, before);
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", input)
            .await
            .became(),
        ["GRANTED"]
    );
}

#[tokio::test]
async fn a_lock_that_is_held_is_waited_for_a_while_sqlite() {
    a_lock_that_is_held(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_lock_that_is_held_is_waited_for_a_while_postgres() {
    a_lock_that_is_held(Engine::Postgres).await;
}

async fn a_database_that_is_gone(engine: Engine) {
    let Some((app, _, ada, input)) = world(engine).await else {
        return;
    };
    app.app.deps.db.clone().close().await.unwrap();
    let refused = app.try_mutate(&ada.key, "grantPermissions", input).await;
    assert_eq!(refused.refusal(), "UNAVAILABLE", "{:#}", refused.body);
    assert_eq!(refused.status, 503);
}

#[tokio::test]
async fn a_database_that_is_gone_sqlite() {
    a_database_that_is_gone(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_database_that_is_gone_postgres() {
    a_database_that_is_gone(Engine::Postgres).await;
}

/// Whether a connection to this database waits for a lock.
async fn is_waited_for(db: &impl ConnectionTrait) -> bool {
    let sql = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    !db.query_all_raw(Statement::from_string(DatabaseBackend::Postgres, sql))
        .await
        .unwrap()
        .is_empty()
}

/// The server ends every connection while a write waits for its lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_break_midway_postgres() {
    let Some(app) = TestApp::waiting(Engine::Postgres, Duration::from_secs(5)).await else {
        return;
    };
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"], "idempotencyKey": "k" });
    let other = Database::connect(app.url()).await.unwrap();
    let held = other.begin().await.unwrap();
    held.execute_unprepared("UPDATE workspace SET name = name")
        .await
        .unwrap();
    let (door, key, call) = (app.door(), ada.key.clone(), input.clone());
    let waiting =
        tokio::spawn(async move { door.mutate(Some(&key), "grantPermissions", call).await });
    while !is_waited_for(&other).await {}
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'concierge' \
         AND datname = current_database()";
    held.execute_unprepared(end).await.unwrap();
    let refused = waiting.await.unwrap();
    assert_eq!(refused.refusal(), "UNAVAILABLE", "{:#}", refused.body);
    held.rollback().await.unwrap();
    // Broken connections leave the pool; the same call again does it, once.
    let mut tries = 0;
    let done = loop {
        let answer = app
            .try_mutate(&ada.key, "grantPermissions", input.clone())
            .await;
        if answer.codes().is_empty() {
            break answer.payload();
        }
        assert_eq!(answer.refusal(), "UNAVAILABLE", "{:#}", answer.body);
        tries += 1;
        assert!(tries < 20, "it never comes back");
    };
    assert_eq!((done.became(), done.replayed()), (vec!["GRANTED"], false));
    assert_eq!(app.grant_rows(ben.id).await.len(), 1);
}
