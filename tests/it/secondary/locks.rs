//! The order of locks (WS-8): writers of secondary workspaces and of their main one never wait for
//! each other in a circle.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::{sync::Barrier, time::timeout};

use super::World;
use crate::support::{Engine, TestApp, world::Ws};

/// Long enough for all of them.
const ENOUGH: Duration = Duration::from_secs(120);

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
    writers_of_a_family:
        ws_8_64_writers_over_8_secondaries_and_their_main_end_sqlite,
        ws_8_64_writers_over_8_secondaries_and_their_main_end_postgres;
}

fn caps(workspaces: &[Ws], limit: usize) -> Value {
    let ids: Vec<_> = workspaces.iter().map(|ws| ws.id.to_string()).collect();
    json!({ "workspaceIds": ids, "values": [{ "type": "DATASETS", "limit": limit }] })
}

/// One of 64 calls: invitations there, which take seats of the license, and datasets, which count on
/// it, lock a secondary workspace and then the main one; caps lock several of both.
fn call(number: usize, world: &World, of: &[(Ws, String)]) -> (String, &'static str, Value) {
    let (ws, administrator) = &of[number % of.len()];
    let id = ws.id.to_string();
    let invitee = json!([{ "email": format!("guest{number}@example.org") }]);
    match number / 8 {
        0 | 1 => (
            administrator.clone(),
            "inviteMembers",
            json!({ "workspaceId": id, "invitees": invitee }),
        ),
        2 => (
            administrator.clone(),
            "createDataset",
            json!({ "workspaceId": id, "identifier": format!("set{number}"), "title": "Ships" }),
        ),
        3 | 4 => {
            let mut some: Vec<Ws> = of.iter().map(|(ws, _)| ws.clone()).collect();
            // In any order, as people name them.
            some.rotate_left(number % of.len());
            if number.is_multiple_of(2) {
                some.reverse();
            }
            let caps = caps(&some[..2 + number % 7], 100 + number);
            (world.manager.clone(), "setWorkspaceCaps", caps)
        }
        5 => (
            world.manager.clone(),
            "updateSecondaryWorkspace",
            json!({ "id": id, "name": format!("The harbour {number}") }),
        ),
        6 => (
            world.ada.key.clone(),
            "inviteMembers",
            json!({ "workspaceId": world.main.id.to_string(), "invitees": invitee }),
        ),
        _ => (
            world.manager.clone(),
            "createSecondaryWorkspace",
            world.input(&format!("parks{number}")),
        ),
    }
}

/// All 64 end, and none is told that it was in the way of another.
async fn writers_of_a_family(engine: Engine) {
    let Some(app) = TestApp::on(engine).await else {
        return;
    };
    let world = World::of(&app).await;
    world
        .license(
            &app,
            json!({ "seats": 1_000, "values": [{ "type": "DATASETS", "limit": 1_000 }] }),
        )
        .await;
    let mut of = Vec::new();
    for number in 0..8 {
        let ws = world.make(&app, &format!("harbour{number}")).await;
        let tess = app
            .administrator(&ws, &format!("Tess Moreau{number}"))
            .await;
        of.push((ws, tess.key));
    }
    let gate = Arc::new(Barrier::new(64));
    let mut under_way = Vec::new();
    for number in 0..64 {
        let (credential, mutation, input) = call(number, &world, &of);
        let (door, gate) = (app.door(), Arc::clone(&gate));
        under_way.push(tokio::spawn(async move {
            gate.wait().await;
            let answer = door.mutate(Some(&credential), mutation, input).await;
            assert!(answer.codes().is_empty(), "{mutation}: {:#}", answer.body);
            answer.payload()
        }));
    }
    for writer in under_way {
        let payload = timeout(ENOUGH, writer).await.expect("an end").unwrap();
        assert!(payload.errors().is_empty(), "{:?}", payload.errors());
        let codes = payload.0["results"].as_array();
        let codes = codes.into_iter().flatten().map(|item| &item["code"]);
        assert!(codes.clone().all(Value::is_null), "{:?}", payload.0);
    }
    // Every chain is whole, however they took turns.
    for ws in of.iter().map(|(ws, _)| ws).chain([&world.main]) {
        let numbers: Vec<i64> = app
            .events(ws)
            .await
            .iter()
            .map(|row| row.sequence)
            .collect();
        let count = i64::try_from(numbers.len()).unwrap();
        assert_eq!(numbers, (1..=count).collect::<Vec<_>>(), "{}", ws.slug);
    }
    assert_eq!(app.count("dataset").await, 8);
    assert_eq!(app.count("workspace").await, 1 + 8 + 8);
}
