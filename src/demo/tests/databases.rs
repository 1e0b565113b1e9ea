//! Writes the demo into real databases: SQLite always, PostgreSQL if `TEST_DATABASE_URL` names a
//! server.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigratorTrait;

use crate::{
    demo::{self, DemoOptions, Failure, Outcome},
    entity::membership,
    store::{
        Database, StoreError,
        engine::{self, DatabaseOptions, Sql},
        seed::{self, Rows},
    },
};

fn now() -> DateTime<Utc> {
    super::at("2026-11-25T14:12:09.123456Z")
}

async fn connect(url: String) -> Database {
    let options = DatabaseOptions {
        max_connections: 4,
        ..DatabaseOptions::new(url)
    };
    let db = Database::connect(&options).await.unwrap();
    migrations::Migrator::up(db.for_migrations().unwrap(), None)
        .await
        .unwrap();
    db
}

async fn count(db: &Database, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) AS count FROM {table}");
    Sql::new(db.reader(), &sql)
        .count(db.reader())
        .await
        .unwrap()
}

async fn counts(db: &Database) -> [i64; 3] {
    [
        count(db, "account").await,
        count(db, "membership").await,
        count(db, "permission_grant").await,
    ]
}

async fn seeds_once(db: Database) {
    assert!(!demo::present(db.reader()).await.unwrap());
    let options = DemoOptions { members: 300 };
    let (one, other) = tokio::join!(
        demo::seed_at(&db, now(), options, |_| ()),
        demo::seed_at(&db, now(), options, |_| ())
    );
    let mut outcomes = [one.unwrap(), other.unwrap()];
    outcomes.sort_by_key(|outcome| *outcome == Outcome::AlreadyThere);
    assert_eq!(outcomes, [Outcome::Seeded, Outcome::AlreadyThere]);
    assert!(demo::present(db.reader()).await.unwrap());
    let before = counts(&db).await;
    assert_eq!(before[1], 340);
    let later = now() + chrono::Duration::days(3);
    assert_eq!(
        demo::seed_at(&db, later, DemoOptions::default(), |_| ())
            .await
            .unwrap(),
        Outcome::AlreadyThere
    );
    assert_eq!(counts(&db).await, before);
    assert_eq!(count(&db, "outbox").await, 0);
    let rows = super::everything(now(), 300);
    assert_eq!(before[0], i64::try_from(rows.account.len()).unwrap());
    let wanted = &rows.membership[7];
    let sql = "SELECT * FROM membership WHERE id = $1";
    let stored: Option<membership::Model> = engine::one(db.reader(), sql, vec![wanted.id.into()])
        .await
        .unwrap();
    assert_eq!(stored.as_ref(), Some(wanted));
    // What a large load drops and creates again.
    let indexes = seed::take_indexes(db.writer()).await.unwrap();
    assert!(
        indexes.len() > 30
            && indexes
                .iter()
                .any(|(name, _)| name == "membership_workspace_sort_name"),
        "{indexes:?}"
    );
    assert_eq!(seed::take_indexes(db.writer()).await.unwrap(), []);
    seed::make_indexes(db.writer(), &indexes).await.unwrap();
    assert_eq!(seed::take_indexes(db.writer()).await.unwrap(), indexes);
    db.close().await.unwrap();
}

#[tokio::test]
async fn more_than_one_part_is_written_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let db = connect(format!(
        "sqlite://{}",
        folder.path().join("parts.db").display()
    ))
    .await;
    let mut reported = Vec::new();
    let seeded = demo::seed_at(&db, now(), DemoOptions { members: 1_100 }, |so_far| {
        reported.push(so_far)
    })
    .await;
    assert_eq!(
        (seeded.unwrap(), reported),
        (Outcome::Seeded, vec![1_000, 1_100])
    );
    let rows = super::everything(now(), 1_100);
    let row_counts = [
        rows.account.len(),
        rows.membership.len(),
        rows.permission_grant.len(),
    ];
    assert_eq!(
        counts(&db).await,
        row_counts.map(|count| i64::try_from(count).unwrap())
    );
    assert_eq!(
        count(&db, "member_word").await,
        i64::try_from(rows.member_word.len()).unwrap()
    );
    db.close().await.unwrap();
}

async fn refuses(db: Database) {
    let model = super::everything(now(), 250).account.swap_remove(3);
    seed::insert(
        db.writer(),
        Rows {
            account: vec![model],
            ..Default::default()
        },
    )
    .await
    .unwrap();
    let refused = demo::seed_at(&db, now(), DemoOptions::default(), |_| ()).await;
    assert!(matches!(refused, Err(Failure::NotEmpty)), "{refused:?}");
    assert_eq!(counts(&db).await, [1, 0, 0]);
    assert!(!demo::present(db.reader()).await.unwrap());
    db.close().await.unwrap();
}

#[tokio::test]
async fn the_demo_goes_into_an_empty_sqlite_once() {
    let folder = tempfile::tempdir().unwrap();
    seeds_once(
        connect(format!(
            "sqlite://{}",
            folder.path().join("demo.db").display()
        ))
        .await,
    )
    .await;
}

#[tokio::test]
async fn the_demo_is_refused_by_a_sqlite_that_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    refuses(
        connect(format!(
            "sqlite://{}",
            folder.path().join("used.db").display()
        ))
        .await,
    )
    .await;
}

#[tokio::test]
async fn the_demo_goes_into_an_empty_postgresql_once() -> Result<(), StoreError> {
    let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
        return Ok(());
    };
    let (base, _) = server.rsplit_once('/').unwrap();
    let admin = sea_orm::Database::connect(&server).await?;
    for name in ["demo_once", "demo_refused"] {
        let name = format!("{name}_{}", std::process::id());
        admin
            .execute_unprepared(&format!("CREATE DATABASE {name}"))
            .await?;
        let db = connect(format!("{base}/{name}")).await;
        if name.starts_with("demo_once") {
            seeds_once(db).await
        } else {
            refuses(db).await
        }
        admin
            .execute_unprepared(&format!("DROP DATABASE {name}"))
            .await?;
    }
    Ok(())
}
