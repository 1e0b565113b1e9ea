//! `/health/ready` asks the database over a connection of its own (A4).

use std::time::Duration;

use concierge::store::{Database, engine::DatabaseOptions};
use sea_orm::ConnectionTrait;

use crate::support::{Engine, TestApp};

async fn status(app: &TestApp) -> u16 {
    app.get("/health/ready", &[]).await.status.as_u16()
}

/// Every connection that writes is at work and holds its locks; on PostgreSQL those are the ones
/// that read too.
async fn a_busy_database(engine: Engine) {
    let Some(app) = TestApp::waiting(engine, Duration::from_millis(400)).await else {
        return;
    };
    let db = &app.app.deps.db;
    let mut held = vec![db.begin().await.unwrap()];
    held[0]
        .execute_unprepared("UPDATE account SET email = email")
        .await
        .unwrap();
    while let Ok(more) = db.begin().await {
        held.push(more);
    }
    if engine == Engine::Postgres {
        let answer = app
            .post(
                None,
                "{ workspace(slug: \"riverton\") { id } }",
                serde_json::json!({}),
            )
            .await;
        assert_eq!(answer.codes(), ["UNAVAILABLE"], "all are taken");
    }
    for _ in 0..3 {
        assert_eq!(status(&app).await, 200, "busy is not broken");
    }
    for transaction in held {
        transaction.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn a4_a_busy_database_is_ready_sqlite() {
    a_busy_database(Engine::Sqlite).await;
}

#[tokio::test]
async fn a4_a_busy_database_is_ready_postgres() {
    a_busy_database(Engine::Postgres).await;
}

async fn a_database_that_is_gone(engine: Engine) {
    let Some(app) = TestApp::on(engine).await else {
        return;
    };
    assert_eq!(status(&app).await, 200);
    app.app.deps.db.clone().close().await.unwrap();
    assert_eq!(status(&app).await, 503);
}

#[tokio::test]
async fn a4_a_database_that_is_gone_is_not_ready_sqlite() {
    a_database_that_is_gone(Engine::Sqlite).await;
}

#[tokio::test]
async fn a4_a_database_that_is_gone_is_not_ready_postgres() {
    a_database_that_is_gone(Engine::Postgres).await;
}

#[tokio::test]
async fn a4_a_file_that_was_deleted_is_gone() {
    let app = TestApp::on(Engine::Sqlite).await.unwrap();
    assert_eq!(status(&app).await, 200);
    let file = app
        .url()
        .trim_start_matches("sqlite://")
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(status(&app).await, 503, "what is written now would be lost");
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("empty.db").display());
    let empty = Database::connect(&DatabaseOptions::new(&url))
        .await
        .unwrap();
    assert!(empty.ping().await.is_err(), "nor is one that was made anew");
}
