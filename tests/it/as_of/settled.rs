//! A moment ago, while others write (TIME-3): what is answered once is answered again.

use chrono::Duration;
use concierge::domain::{audit, permission::Preset};
use sea_orm::{ConnectionTrait, Database, TransactionTrait};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::{
    Engine, TestApp,
    app::Door,
    on_both,
    world::{Member, Ws},
};

const MEMBER: &str = "query($ws: ID!, $id: ID!, $at: DateTime) { workspace(id: $ws) { \
     member(id: $id, asOf: $at) { role { name } effectivePermissions { permission } } \
     explainAccess(input: { membershipId: $id, permission: MANAGE_REUSES, asOf: $at }) { allowed } } }";

async fn at(door: &Door, reader: &Member, ws: &Ws, member: &Member, at: &str) -> Value {
    let variables = json!({ "ws": ws.id.to_string(), "id": member.id.to_string(), "at": at });
    door.post(Some(&reader.key), MEMBER, variables).await.data()["workspace"].clone()
}

on_both!(threads: time_3_what_was_read_of_a_moment_ago_stays_while_others_write, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").preset(Preset::Viewer).create().await;
    let (node, session) = (app.another_node().await, app.session_of(ada.account).await);
    let mut read = Vec::new();
    for round in 0..40_i64 {
        let mutation = if round % 2 == 0 { "grantPermissions" } else { "revokePermissions" };
        let input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"] });
        let (door, credential) = (app.door(), session.clone());
        let write = tokio::spawn(async move { door.mutate(Some(&credential), mutation, input).await.payload() });
        for step in 0..4 {
            app.pass(Duration::milliseconds(1));
            let then = audit::instant(app.now() - Duration::microseconds(step * 700));
            let door = if step % 2 == 0 { app.door() } else { node.clone() };
            let answer = at(&door, &ada, &ws, &ben, &then).await;
            read.push((then, answer));
        }
        write.await.unwrap();
        app.pass(Duration::milliseconds(1));
    }
    app.pass(Duration::hours(1));
    for (then, answer) in read {
        assert_eq!(at(&app.door(), &ada, &ws, &ben, &then).await, answer, "{then}");
    }
});

// The clock of a node may be behind: what it writes later still comes after what was answered.
on_both!(time_3_what_was_read_of_this_very_instant_stays, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .preset(Preset::Viewer)
        .create()
        .await;
    let then = audit::instant(app.now());
    let before = at(&app.door(), &ada, &ws, &ben, &then).await;
    // The clock does not move.
    let input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"] });
    app.mutate(&ada.key, "grantPermissions", input).await;
    assert_eq!(at(&app.door(), &ada, &ws, &ben, &then).await, before);
    assert!(app.events(&ws).await[0].at > app.now());
});

on_both!(time_3_without_an_instant_nothing_is_waited_for, |app| {
    let (ws, ada) = app.portal().await;
    let before = app.workspace_row(&ws).await.last_write_at;
    app.pass(Duration::minutes(1));
    let query = "query($ws: ID!, $id: ID!, $at: DateTime) { workspace(id: $ws) { member(id: $id, asOf: $at) { state } } }";
    let ask = async |at: Value| {
        let variables = json!({ "ws": ws.id.to_string(), "id": ada.id.to_string(), "at": at });
        app.post(Some(&ada.key), query, variables).await.data();
    };
    ask(Value::Null).await;
    // Neither for what is long ago or still to come.
    ask(json!(audit::instant(app.now() - Duration::seconds(30)))).await;
    ask(json!(audit::instant(app.now() + Duration::seconds(1)))).await;
    assert_eq!(app.workspace_row(&ws).await.last_write_at, before);
    ask(json!(audit::instant(app.now()))).await;
    assert_eq!(app.workspace_row(&ws).await.last_write_at, app.now());
});

on_both!(time_3_no_write_waits_for_somebody_who_may_not_read, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    let stranger = app.outsider("Nora Lind").await;
    let before = app.workspace_row(&ws).await.last_write_at;
    app.pass(Duration::minutes(1));
    let query = "query($ws: ID!, $at: DateTime) { workspace(id: $ws) {
        members(first: 1, asOf: $at) { nodes { id } } groups(first: 1, asOf: $at) { nodes { id } }
        roles(asOf: $at) { id } defaultPermissions(asOf: $at) } }";
    // Now, and before the workspace was made: neither says anything to those who may not ask.
    for at in [app.now(), app.now() - Duration::days(9_000)] {
        let variables = json!({ "ws": ws.id.to_string(), "at": audit::instant(at) });
        for (reader, code) in [
            (None, "UNAUTHENTICATED"),
            (Some(stranger.as_str()), "FORBIDDEN"),
        ] {
            let answer = app.post(reader, query, variables.clone()).await;
            let codes = answer.codes();
            assert!(
                !codes.is_empty() && codes.iter().all(|found| *found == code),
                "{codes:?}"
            );
        }
    }
    assert_eq!(app.workspace_row(&ws).await.last_write_at, before);
});

/// A write has its instant and waits for something else; whoever asks about a later instant waits
/// for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn time_3_a_write_under_way_is_waited_for_postgres() {
    let Some(app) = TestApp::on(Engine::Postgres).await else {
        return;
    };
    let (ws, ada) = app.portal().await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .preset(Preset::Viewer)
        .create()
        .await;
    let other = Database::connect(app.url()).await.unwrap();
    let held = other.begin().await.unwrap();
    held.execute_unprepared("LOCK TABLE permission_grant IN EXCLUSIVE MODE")
        .await
        .unwrap();
    let input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"] });
    let (door, session) = (app.door(), app.session_of(ada.account).await);
    let write = tokio::spawn(async move {
        door.mutate(Some(&session), "grantPermissions", input)
            .await
            .payload()
    });
    let waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    let waiting = async {
        while other
            .query_all_raw(sea_orm::Statement::from_string(
                sea_orm::DatabaseBackend::Postgres,
                waits,
            ))
            .await
            .unwrap()
            .is_empty()
        {}
    };
    timeout(std::time::Duration::from_secs(30), waiting)
        .await
        .expect("a write that waits");
    app.pass(Duration::milliseconds(3));
    let then = audit::instant(app.now() - Duration::milliseconds(1));
    let (door, asked, place, who, reader) = (
        app.door(),
        then.clone(),
        ws.clone(),
        ben.clone(),
        ada.clone(),
    );
    let read = tokio::spawn(async move { at(&door, &reader, &place, &who, &asked).await });
    // Whoever asks about now is answered while the write waits.
    let now = "query($ws: ID!, $id: ID!) { workspace(id: $ws) { member(id: $id) { effectivePermissions { permission } } } }";
    let variables = json!({ "ws": ws.id.to_string(), "id": ben.id.to_string() });
    app.post(Some(&ada.key), now, variables).await.data();
    assert!(!read.is_finished());
    held.rollback().await.unwrap();
    assert_eq!(write.await.unwrap().became(), ["GRANTED"]);
    let answer = read.await.unwrap();
    assert_eq!(answer["explainAccess"]["allowed"], true, "{answer}");
    app.pass(Duration::hours(1));
    assert_eq!(at(&app.door(), &ada, &ws, &ben, &then).await, answer);
}
