//! Writers of originals, copies and their workspaces at once (WS-8).

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::{sync::Barrier, time::timeout};

use super::{Family, change, input, only, pairs};
use crate::support::{Engine, TestApp, on_both};

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
    writers_of_copies:
        dist_4_writers_of_originals_and_copies_end_sqlite,
        dist_4_writers_of_originals_and_copies_end_postgres;
}

/// One of 40 calls over two workspaces and their main one.
fn call(number: usize, family: &Family, trees: &str, oaks: &str) -> (String, &'static str, Value) {
    let (ada, tess) = (family.world.ada.key.clone(), family.tess.key.clone());
    let both = [&family.harbour, &family.transit];
    let back = [&family.transit, &family.harbour];
    match number % 8 {
        0 => (ada, "distributeDatasets", pairs(&[oaks.to_owned()], &both)),
        1 => (ada, "withdrawDatasets", pairs(&[oaks.to_owned()], &back)),
        2 => {
            let title = json!({ "title": format!("Trees {number}") });
            (ada, "updateDataset", input(trees, title))
        }
        3 => {
            let title = json!({ "title": format!("Oaks {number}") });
            (ada, "updateDataset", input(oaks, title))
        }
        4 => {
            let closed = json!({ "security": "RESTRICTED" });
            (ada, "setDatasetSecurity", input(oaks, closed))
        }
        5 => {
            let name = json!({ "workspaceId": family.harbour.id.to_string(),
                "identifier": format!("ships{number}"), "title": "Ships" });
            (tess, "createDataset", name)
        }
        6 => {
            let caps = json!({ "workspaceIds": [family.harbour.id.to_string(), family.transit.id.to_string()],
                "values": [{ "type": "DATASETS", "limit": 500 + number }] });
            (ada, "setWorkspaceCaps", caps)
        }
        _ => {
            let open = json!({ "security": "OPEN" });
            (ada, "setDatasetSecurity", input(oaks, open))
        }
    }
}

async fn writers_of_copies(engine: Engine) {
    let Some(app) = TestApp::on(engine).await else {
        return;
    };
    let family = Family::of(&app).await;
    let (main, ada) = (&family.world.main, &family.world.ada);
    let trees = app
        .dataset(main, "trees", ada, true, true)
        .await
        .to_string();
    let oaks = app.dataset(main, "oaks", ada, true, true).await.to_string();
    let transit = [&family.transit];
    family
        .call(
            &app,
            "distributeDatasets",
            std::slice::from_ref(&trees),
            &transit,
        )
        .await;
    let gate = Arc::new(Barrier::new(40));
    let mut under_way = Vec::new();
    for number in 0..40 {
        let (credential, mutation, input) = call(number, &family, &trees, &oaks);
        let (door, gate) = (app.door(), Arc::clone(&gate));
        under_way.push(tokio::spawn(async move {
            gate.wait().await;
            let answer = door.mutate(Some(&credential), mutation, input).await;
            assert!(answer.codes().is_empty(), "{mutation}: {:#}", answer.body);
            answer.payload()
        }));
    }
    for writer in under_way {
        let payload = timeout(Duration::from_secs(120), writer).await;
        let payload = payload.expect("an end").unwrap();
        assert_eq!(payload.errors(), Vec::<String>::new());
    }
    // Whatever came last, the copies say what their originals say.
    let title = json!({ "title": "Last" });
    change(&app, ada, "updateDataset", &trees, title).await;
    let both = [&family.harbour, &family.transit];
    family.call(&app, "withdrawDatasets", &[oaks], &both).await;
    assert_eq!(
        only(&app, &family.theo, &family.transit).await["title"],
        "Last"
    );
    for ws in [&family.harbour, &family.transit, main] {
        let events = app.events(ws).await;
        let numbers: Vec<i64> = events.iter().map(|row| row.sequence).collect();
        let count = i64::try_from(numbers.len()).unwrap();
        assert_eq!(numbers, (1..=count).collect::<Vec<_>>(), "{}", ws.slug);
    }
}

on_both!(
    ws_8_a_change_waits_for_a_distribution_that_was_first,
    |app| {
        // One after the other: the change that is asked for while an item is distributed reaches the copy.
        let family = Family::of(app).await;
        let (main, ada) = (&family.world.main, &family.world.ada);
        let trees = app
            .dataset(main, "trees", ada, true, true)
            .await
            .to_string();
        let (give, close) = (
            pairs(std::slice::from_ref(&trees), &[&family.harbour]),
            input(&trees, json!({ "security": "RESTRICTED" })),
        );
        let (first, second) = (app.door(), app.door());
        let (given, closed) = tokio::join!(
            first.mutate(Some(&ada.key), "distributeDatasets", give),
            second.mutate(Some(&ada.key), "setDatasetSecurity", close),
        );
        assert_eq!((given.codes().len(), closed.codes().len()), (0, 0));
        let copy = only(app, &family.tess, &family.harbour).await;
        assert_eq!(copy["security"], "RESTRICTED");
    }
);
