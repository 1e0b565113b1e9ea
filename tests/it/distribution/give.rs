//! Distributing: what a copy is, who gives it, and where it counts (DIST-1, QUOTA-6, WS-9).

use serde_json::{Value, json};

use super::{Family, change, datasets, id, only, pairs};
use crate::{secondary::kinds, support::on_both};

const DISTRIBUTE: &str = "distributeDatasets";

on_both!(dist_1_a_copy_is_an_item_of_its_own, |app| {
    let family = Family::of(app).await;
    let world = &family.world;
    let trees = app
        .dataset(&world.main, "trees", &world.ada, true, true)
        .await
        .to_string();
    let both = [&family.harbour, &family.transit];
    let input = pairs(std::slice::from_ref(&trees), &both);
    let done = app
        .rehearsed(&world.ada.key, DISTRIBUTE, input.clone())
        .await;
    assert_eq!(done.became(), ["DISTRIBUTED", "DISTRIBUTED"]);
    let result = &done.0["results"][1];
    let expected = (json!(1), json!(trees), json!(family.transit.id.to_string()));
    assert_eq!(
        (
            &result["index"],
            &result["targetId"],
            &result["workspaceId"]
        ),
        (&expected.0, &expected.1, &expected.2)
    );
    assert_eq!(result["item"]["id"], json!(trees));
    assert_eq!(done.0["effects"], json!([]));
    let (here, there) = (
        only(app, &family.tess, &family.harbour).await,
        only(app, &family.theo, &family.transit).await,
    );
    assert_ne!(id(&here), id(&there));
    assert_ne!(id(&here), trees);
    for copy in [&here, &there] {
        assert_eq!(copy["identifier"], "trees");
        assert_eq!(copy["recordCount"], 1000);
        assert_eq!(copy["isDistributed"], true);
        assert_eq!(
            copy["isPublished"], false,
            "published by its own workspace alone"
        );
        assert_eq!(copy["security"], "OPEN");
        assert_eq!(copy["owner"], Value::Null);
        assert_eq!(
            copy["original"],
            Value::Null,
            "nobody there sees the main workspace"
        );
        assert_eq!(copy["copies"], json!([]));
    }
    // Whoever is a member of both sees both ends; a manager of the main one sees no copy.
    let original = only(app, &world.ada, &world.main).await;
    assert_eq!(original["isDistributed"], false);
    assert_eq!(
        original["copies"],
        json!([]),
        "a key reads nothing in a secondary workspace"
    );
    let mira = app.member(&world.main, "Mira Berg").create().await;
    let session = app.session_of(mira.account).await;
    let node =
        "query($id: ID!) { node(id: $id) { ... on Dataset { copies { id } original { id } } } }";
    let seen = app.post(Some(&session), node, json!({ "id": trees })).await;
    assert_eq!(seen.data()["node"]["copies"], json!([]));
    app.member(&family.harbour, "Mira Berg")
        .of(mira.account)
        .preset(concierge::domain::permission::Preset::Administrator)
        .create()
        .await;
    let seen = app.post(Some(&session), node, json!({ "id": trees })).await;
    assert_eq!(seen.data()["node"]["copies"], json!([{ "id": id(&here) }]));
    let seen = app
        .post(Some(&session), node, json!({ "id": id(&here) }))
        .await;
    assert_eq!(seen.data()["node"]["original"], json!({ "id": trees }));
    // Each has its own event.
    for ws in both {
        assert_eq!(kinds(app, ws).await.pop().unwrap(), "DATASET_DISTRIBUTED");
    }
    let main = kinds(app, &world.main).await;
    assert_eq!(main[main.len() - 2..], ["DATASET_DISTRIBUTED"; 2]);
    // Once more changes nothing.
    let before = app.footprint().await;
    let again = app.mutate(&world.ada.key, DISTRIBUTE, input).await;
    assert_eq!(again.became(), ["ALREADY_DISTRIBUTED"; 2]);
    assert_eq!(app.footprint().await, before);
});

on_both!(quota_6_copies_count_where_they_come_from, |app| {
    let family = Family::of(app).await;
    let world = &family.world;
    world
        .license(
            app,
            json!({ "values": [{ "type": "DATASETS", "limit": 2 }] }),
        )
        .await;
    let trees = app
        .dataset(&world.main, "trees", &world.ada, true, true)
        .await
        .to_string();
    let both = [&family.harbour, &family.transit];
    let done = family.call(app, DISTRIBUTE, &[trees], &both).await;
    assert_eq!(done.became(), ["DISTRIBUTED"; 2]);
    let create =
        |ws: &str, name: &str| json!({ "workspaceId": ws, "identifier": name, "title": "Ships" });
    let ws = family.harbour.id.to_string();
    let done = app
        .mutate(&family.tess.key, "createDataset", create(&ws, "ships"))
        .await;
    assert_eq!(
        done.errors(),
        Vec::<String>::new(),
        "one dataset, not three"
    );
    let done = app
        .mutate(&family.tess.key, "createDataset", create(&ws, "quays"))
        .await;
    assert_eq!(done.errors(), ["QUOTA_EXCEEDED workspaceId"]);
    assert_eq!(datasets(app, &family.tess, &family.harbour).await.len(), 2);
});

on_both!(dist_2_a_copy_takes_a_theme_that_its_workspace_has, |app| {
    let family = Family::of(app).await;
    let world = &family.world;
    for ws in [&world.main, &family.harbour] {
        app.dataset_theme(ws, "nature").await;
    }
    let trees = app
        .dataset(&world.main, "trees", &world.ada, true, true)
        .await
        .to_string();
    change(
        app,
        &world.ada,
        "updateDataset",
        &trees,
        json!({ "theme": "nature" }),
    )
    .await;
    let both = [&family.harbour, &family.transit];
    family
        .call(app, DISTRIBUTE, std::slice::from_ref(&trees), &both)
        .await;
    assert_eq!(
        only(app, &family.tess, &family.harbour).await["theme"],
        "nature"
    );
    assert_eq!(
        only(app, &family.theo, &family.transit).await["theme"],
        Value::Null
    );
    change(
        app,
        &world.ada,
        "updateDataset",
        &trees,
        json!({ "theme": null }),
    )
    .await;
    assert_eq!(
        only(app, &family.tess, &family.harbour).await["theme"],
        Value::Null
    );
    change(
        app,
        &world.ada,
        "updateDataset",
        &trees,
        json!({ "theme": "nature" }),
    )
    .await;
    assert_eq!(
        only(app, &family.tess, &family.harbour).await["theme"],
        "nature"
    );
    assert_eq!(
        only(app, &family.theo, &family.transit).await["theme"],
        Value::Null
    );
});

on_both!(ws_9_sessions_and_keys_of_managers_distribute, |app| {
    let family = Family::of(app).await;
    let world = &family.world;
    let trees = app
        .dataset(&world.main, "trees", &world.ada, true, true)
        .await
        .to_string();
    let input = pairs(&[trees], &[&family.harbour]);
    let bob = app.member(&world.main, "Bob Stone").create().await;
    let before = app.footprint().await;
    for (credential, code) in [(&bob.key, "FORBIDDEN"), (&family.tess.key, "NOT_FOUND")] {
        let answer = app.try_mutate(credential, DISTRIBUTE, input.clone()).await;
        assert_eq!(answer.codes(), [code]);
    }
    let answer = app.door().mutate(None, DISTRIBUTE, input.clone()).await;
    assert_eq!(answer.codes(), ["UNAUTHENTICATED"]);
    assert_eq!(app.footprint().await, before);
    // Mona manages secondary workspaces, and nothing else.
    let done = app.mutate(&world.manager, DISTRIBUTE, input.clone()).await;
    assert_eq!(done.became(), ["DISTRIBUTED"]);
    let done = app.mutate(&world.mona.key, "withdrawDatasets", input).await;
    assert_eq!(done.became(), ["WITHDRAWN"]);
});
