//! One workspace, or one actor, that writes much: it waits for itself and keeps nobody else
//! waiting; and what nobody waits for any longer does not go on.

use std::{sync::Arc, time::Duration};

use concierge::store::{
    StoreError,
    engine::{self, Lane, asked_by, in_request},
};
use sea_orm::{
    ConnectionTrait, Database, DatabaseBackend, DatabaseTransaction, Statement, TransactionTrait,
};
use serde_json::{Value, json};
use tokio::{sync::mpsc, time::timeout};

use crate::support::{
    Engine, TestApp,
    app::Answer,
    world::{Member, Ws},
};

/// Long enough for anything that is answered at all.
const ENOUGH: Duration = Duration::from_secs(60);

macro_rules! both {
    ($($body:ident: $sqlite:ident, $postgres:ident;)+) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $sqlite() {
            $body(Engine::Sqlite).await;
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $postgres() {
            $body(Engine::Postgres).await;
        })+
    };
}

both! {
    sixty_four_writes_of_one_workspace:
        r4_64_writes_of_one_workspace_leave_another_its_turn_sqlite, r4_64_writes_of_one_workspace_leave_another_its_turn_postgres;
    sixty_four_writes_of_one_actor: r4_64_writes_of_one_actor_are_bounded_sqlite, r4_64_writes_of_one_actor_are_bounded_postgres;
    slow_reads_of_one_asker: r4_slow_reads_of_one_asker_leave_others_connections_sqlite, r4_slow_reads_of_one_asker_leave_others_connections_postgres;
    a_dropped_read: r2_a_read_that_is_given_up_is_stopped_sqlite, r2_a_read_that_is_given_up_is_stopped_postgres;
    a_dropped_write: r2_a_write_that_is_given_up_is_rolled_back_sqlite, r2_a_write_that_is_given_up_is_rolled_back_postgres;
}

/// A workspace with an administrator and a member.
async fn place(app: &TestApp, slug: &str) -> (Ws, Member, Member) {
    let ws = app.workspace(slug).await;
    let administrator = app.administrator(&ws, &format!("Ada {slug}")).await;
    let member = app.member(&ws, &format!("Ben {slug}")).create().await;
    (ws, administrator, member)
}

fn grant(member: &Member) -> Value {
    json!({ "membershipIds": [member.id.to_string()], "permissions": ["MANAGE_REUSES"] })
}

/// Holds the row of one workspace; on SQLite the database, which knows no rows.
async fn hold(app: &TestApp, ws: &Ws) -> DatabaseTransaction {
    let held = Database::connect(app.url())
        .await
        .unwrap()
        .begin()
        .await
        .unwrap();
    held.execute_unprepared(&format!(
        "UPDATE workspace SET name = name WHERE slug = '{}'",
        ws.slug
    ))
    .await
    .unwrap();
    held
}

/// Sends a write; who it was and what was answered comes over the channel.
fn send(
    app: &TestApp,
    name: &'static str,
    key: &str,
    input: Value,
    answers: &mpsc::UnboundedSender<(&'static str, Answer)>,
) {
    let (door, key, answers) = (app.door(), key.to_owned(), answers.clone());
    tokio::spawn(async move {
        let answer = door.mutate(Some(&key), "grantPermissions", input).await;
        answers.send((name, answer)).unwrap();
    });
}

async fn next(
    answers: &mut mpsc::UnboundedReceiver<(&'static str, Answer)>,
) -> (&'static str, Answer) {
    timeout(ENOUGH, answers.recv())
        .await
        .expect("an answer in time")
        .unwrap()
}

/// Of 64 writes, one runs (on PostgreSQL one more has begun), four wait, the others are told at
/// once; another workspace's write comes next.
async fn sixty_four_writes_of_one_workspace(engine: Engine) {
    let Some(app) = TestApp::bounded(engine, 4, 1_000).await else {
        return;
    };
    let (ws, ada, ben) = place(&app, "riverton").await;
    let (lakeside, eve, fay) = place(&app, "lakeside").await;
    let (sender, mut answers) = mpsc::unbounded_channel();
    let held = hold(&app, &ws).await;
    for _ in 0..64 {
        send(&app, "riverton", &ada.key, grant(&ben), &sender);
    }
    let admitted = if engine == Engine::Postgres { 6 } else { 5 };
    for _ in admitted..64 {
        let (_, refused) = next(&mut answers).await;
        assert_eq!(refused.refusal(), "UNAVAILABLE", "{:#}", refused.body);
        assert_eq!(refused.body["errors"][0]["extensions"]["retryAfter"], 1);
    }
    // Who asks is found out, and what they read is answered, while all of riverton waits.
    for key in [&ada.key, &eve.key] {
        assert_eq!(
            app.post(Some(key), "{ viewer { kind } }", json!({}))
                .await
                .data()["viewer"]["kind"],
            "API_KEY"
        );
    }
    send(&app, "lakeside", &eve.key, grant(&fay), &sender);
    if engine == Engine::Postgres {
        let (name, answer) = next(&mut answers).await;
        assert_eq!(
            (name, answer.payload().became()),
            ("lakeside", vec!["GRANTED"]),
            "riverton's row is still held"
        );
    }
    // On SQLite lakeside's write waits for the one writing connection: it has to be there first.
    if engine == Engine::Sqlite {
        let lane = Lane::Workspace(lakeside.id.0);
        timeout(ENOUGH, async {
            while !app.app.deps.db.writer().is_used(&lane) {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("lakeside's write waits");
    }
    held.rollback().await.unwrap();
    let left = if engine == Engine::Postgres {
        admitted
    } else {
        admitted + 1
    };
    let mut order = Vec::new();
    for _ in 0..left {
        let (name, answer) = next(&mut answers).await;
        assert!(answer.codes().is_empty(), "{:#}", answer.body);
        order.push(name);
    }
    // On a busy machine one or two more of riverton get ahead of it, but not all.
    let last = order.last().copied();
    assert!(
        engine == Engine::Postgres || last == Some("riverton"),
        "{order:?}"
    );
    assert_eq!(app.grant_rows(ben.id).await.len(), 1);
}

/// Of 64 writes of one actor eight run or wait; others write there meanwhile.
async fn sixty_four_writes_of_one_actor(engine: Engine) {
    let Some(app) = TestApp::bounded(engine, 1_000, 8).await else {
        return;
    };
    let (ws, ada, ben) = place(&app, "riverton").await;
    let abe = app.administrator(&ws, "Abe Nakamura").await;
    let (sender, mut answers) = mpsc::unbounded_channel();
    let held = hold(&app, &ws).await;
    for _ in 0..64 {
        send(&app, "ada", &ada.key, grant(&ben), &sender);
    }
    for _ in 0..56 {
        let (_, refused) = next(&mut answers).await;
        assert_eq!(refused.refusal(), "RATE_LIMITED", "{:#}", refused.body);
        assert_eq!(refused.body["errors"][0]["extensions"]["retryAfter"], 1);
    }
    send(&app, "abe", &abe.key, grant(&ben), &sender);
    held.rollback().await.unwrap();
    let mut abes = 0;
    for _ in 0..9 {
        let (name, answer) = next(&mut answers).await;
        assert!(answer.codes().is_empty(), "{:#}", answer.body);
        abes += usize::from(name == "abe");
    }
    assert_eq!((abes, app.grant_rows(ben.id).await.len()), (1, 1));
    // Whoever was refused may come again.
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", grant(&ben))
            .await
            .became(),
        ["ALREADY_GRANTED"]
    );
}

/// A statement that does not end by itself.
fn endless(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgres => "SELECT 1 FROM (SELECT pg_sleep(600)) AS nothing",
        Engine::Sqlite => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
        }
    }
}

/// Runs it until it is given up.
async fn give_up(db: &impl ConnectionTrait, engine: Engine) {
    let endless = engine::execute(db, endless(engine), Vec::new());
    assert!(
        timeout(Duration::from_millis(300), endless).await.is_err(),
        "it ended"
    );
}

/// Whether a statement of Concierge's runs or waits.
async fn is_busy(other: &impl ConnectionTrait) -> bool {
    let sql = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'concierge' AND datname = current_database() \
         AND state <> 'idle'";
    !other
        .query_all_raw(Statement::from_string(DatabaseBackend::Postgres, sql))
        .await
        .unwrap()
        .is_empty()
}

/// Waits until the server of the database runs nothing more for Concierge.
async fn until_idle(app: &TestApp, engine: Engine) {
    if engine == Engine::Postgres {
        let other = Database::connect(app.url()).await.unwrap();
        timeout(ENOUGH, async { while is_busy(&other).await {} })
            .await
            .expect("the statement goes on");
    }
}

/// One asker has many slow reads under way: half of the connections at most are theirs.
async fn slow_reads_of_one_asker(engine: Engine) {
    let Some(app) = TestApp::bounded(engine, 4, 8).await else {
        return;
    };
    let (_, ada, _) = place(&app, "riverton").await;
    let slow: Vec<_> = (0..64)
        .map(|_| {
            let db = app.app.deps.db.clone();
            tokio::spawn(in_request(async move {
                asked_by("riverton".to_owned());
                engine::execute(db.reader(), endless(engine), Vec::new())
                    .await
                    .map(drop)
            }))
        })
        .collect();
    // Those who wait for a connection are told after a while; others are served from the first
    // moment.
    for _ in 0..20 {
        let read = "{ workspace(slug: \"riverton\") { name groups { totalCount } } }";
        let answer = timeout(ENOUGH, app.post(Some(&ada.key), read, json!({})))
            .await
            .expect("an answer in time");
        assert_eq!(answer.data()["workspace"]["groups"]["totalCount"], 0);
    }
    for task in &slow {
        task.abort();
    }
    for task in slow {
        if let Ok(ended) = task.await {
            assert!(
                matches!(ended, Err(StoreError::Unavailable(_))),
                "{ended:?}"
            );
        }
    }
    until_idle(&app, engine).await;
}

async fn a_dropped_read(engine: Engine) {
    let Some(app) = TestApp::on(engine).await else {
        return;
    };
    let (_, ada, ben) = place(&app, "riverton").await;
    let db = &app.app.deps.db;
    // More often than there are connections, so that each would be stuck.
    for _ in 0..10 {
        give_up(db.latest(), engine).await;
    }
    give_up(db.writer(), engine).await;
    until_idle(&app, engine).await;
    assert_eq!(
        app.post(Some(&ada.key), "{ viewer { kind } }", json!({}))
            .await
            .data()["viewer"]["kind"],
        "API_KEY"
    );
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", grant(&ben))
            .await
            .became(),
        ["GRANTED"]
    );
}

async fn a_dropped_write(engine: Engine) {
    let Some(app) = TestApp::waiting(engine, Duration::from_secs(30)).await else {
        return;
    };
    let (ws, ada, ben) = place(&app, "riverton").await;
    let before = app.footprint().await;
    for _ in 0..10 {
        let write = app.app.deps.db.begin().await.unwrap();
        engine::execute(&write, "UPDATE workspace SET name = 'Changed'", Vec::new())
            .await
            .unwrap();
        give_up(&write, engine).await;
    }
    until_idle(&app, engine).await;
    assert_eq!(app.footprint().await, before, "it was rolled back");
    // A client that goes away while its call waits for the lock.
    if engine == Engine::Postgres {
        let held = hold(&app, &ws).await;
        let calls: Vec<_> = (0..10)
            .map(|_| {
                let (door, key, input) = (app.door(), ada.key.clone(), grant(&ben));
                tokio::spawn(
                    async move { door.mutate(Some(&key), "grantPermissions", input).await },
                )
            })
            .collect();
        let other = Arc::new(Database::connect(app.url()).await.unwrap());
        timeout(ENOUGH, async { while !is_busy(&*other).await {} })
            .await
            .expect("a call that waits");
        calls.iter().for_each(tokio::task::JoinHandle::abort);
        until_idle(&app, engine).await;
        held.rollback().await.unwrap();
        assert_eq!(app.footprint().await, before);
    }
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", grant(&ben))
            .await
            .became(),
        ["GRANTED"]
    );
}

#[tokio::test]
async fn p_12_a_commit_to_sqlite_is_on_the_disk_by_default() {
    use concierge::store::engine::{DatabaseOptions, Synchronous};
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("concierge.db").display());
    let options = DatabaseOptions::new(url);
    for (synchronous, level) in [(options.synchronous, 2), (Synchronous::Normal, 1)] {
        let options = DatabaseOptions {
            synchronous,
            ..options.clone()
        };
        let db = concierge::store::Database::connect(&options).await.unwrap();
        let row = engine::row(db.writer(), "PRAGMA synchronous", Vec::new())
            .await
            .unwrap();
        assert_eq!(row.unwrap().try_get_by_index::<i64>(0).unwrap(), level);
        db.close().await.unwrap();
    }
}
