//! What of a copy follows its original, and what is its own (DIST-2, DIST-4, FOLLOW-2).

use concierge::{
    domain::{id::DatasetId, mail::MailKind},
    entity::outbox,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::{Family, change, datasets, id, only};
use crate::{
    secondary::kinds,
    support::{TestApp, on_both, world::Member},
};

const DISTRIBUTE: &str = "distributeDatasets";

/// A distributed dataset, and its copy in the harbour.
async fn distributed(app: &TestApp, family: &Family, open: bool) -> (String, String) {
    let world = &family.world;
    let trees = app
        .dataset(&world.main, "trees", &world.ada, true, open)
        .await
        .to_string();
    let done = family
        .call(
            app,
            DISTRIBUTE,
            std::slice::from_ref(&trees),
            &[&family.harbour],
        )
        .await;
    assert_eq!(done.became(), ["DISTRIBUTED"]);
    let copy = id(&only(app, &family.tess, &family.harbour).await);
    (trees, copy)
}

/// Fields of the copy.
async fn copy_of(app: &TestApp, family: &Family) -> [Value; 4] {
    let copy = only(app, &family.tess, &family.harbour).await;
    ["title", "description", "hiddenFromSearch", "recordCount"].map(|field| copy[field].clone())
}

on_both!(dist_2_a_copy_follows_until_it_is_changed_there, |app| {
    let family = Family::of(app).await;
    let (world, tess) = (&family.world, &family.tess);
    let (trees, copy) = distributed(app, &family, true).await;
    let update = "updateDataset";
    let all = json!({ "title": "Oaks", "description": "Old", "hiddenFromSearch": true, "recordCount": 7 });
    change(app, &world.ada, update, &trees, all).await;
    assert_eq!(
        copy_of(app, &family).await,
        [json!("Oaks"), json!("Old"), json!(true), json!(7)]
    );
    assert_eq!(
        kinds(app, &family.harbour).await.pop().unwrap(),
        "DATASET_UPDATED"
    );
    // What was changed there no longer follows, also if it was changed to what it is.
    let own = json!({ "title": "Oaks", "description": "", "hiddenFromSearch": false });
    change(app, tess, update, &copy, own).await;
    let all = json!({ "title": "Elms", "description": "New", "hiddenFromSearch": true, "recordCount": 8 });
    change(app, &world.ada, update, &trees, all).await;
    assert_eq!(
        copy_of(app, &family).await,
        [json!("Oaks"), Value::Null, json!(false), json!(8)]
    );
    // Null returns to the original, field by field.
    change(
        app,
        tess,
        update,
        &copy,
        json!({ "title": null, "description": null }),
    )
    .await;
    assert_eq!(
        copy_of(app, &family).await,
        [json!("Elms"), json!("New"), json!(false), json!(8)]
    );
    change(
        app,
        tess,
        update,
        &copy,
        json!({ "hiddenFromSearch": null }),
    )
    .await;
    change(
        app,
        &world.ada,
        update,
        &trees,
        json!({ "title": "Ashes", "hiddenFromSearch": false }),
    )
    .await;
    assert_eq!(
        copy_of(app, &family).await,
        [json!("Ashes"), json!("New"), json!(false), json!(8)]
    );
    // On the original, null leaves the title; a rehearsal leaves everything.
    change(
        app,
        &world.ada,
        update,
        &trees,
        json!({ "title": null, "hiddenFromSearch": null }),
    )
    .await;
    let before = app.footprint().await;
    change(
        app,
        &world.ada,
        update,
        &trees,
        json!({ "title": "Pines", "dryRun": true }),
    )
    .await;
    assert_eq!(app.footprint().await, before);
    assert_eq!(copy_of(app, &family).await[0], json!("Ashes"));
});

on_both!(dist_2_a_copy_is_published_while_both_are, |app| {
    let family = Family::of(app).await;
    let (world, tess) = (&family.world, &family.tess);
    let (trees, copy) = distributed(app, &family, true).await;
    let bob = app.member(&family.harbour, "Bob Stone").create().await;
    let seen = async || datasets(app, &bob, &family.harbour).await.len();
    assert_eq!(seen().await, 0);
    change(app, tess, "publishDataset", &copy, json!({})).await;
    assert_eq!(seen().await, 1);
    change(app, &world.ada, "unpublishDataset", &trees, json!({})).await;
    assert_eq!(seen().await, 0);
    assert_eq!(
        kinds(app, &family.harbour).await.pop().unwrap(),
        "DATASET_UNPUBLISHED"
    );
    change(app, &world.ada, "publishDataset", &trees, json!({})).await;
    assert_eq!(seen().await, 1);
    // Switched off there while the original is unpublished, it stays so.
    change(app, &world.ada, "unpublishDataset", &trees, json!({})).await;
    change(app, tess, "unpublishDataset", &copy, json!({})).await;
    assert_eq!(
        kinds(app, &family.harbour).await.pop().unwrap(),
        "DATASET_UPDATED"
    );
    change(app, &world.ada, "publishDataset", &trees, json!({})).await;
    assert_eq!(seen().await, 0);
});

/// The kinds of suggestions of how Bob comes to browse a copy.
async fn suggestions(app: &TestApp, family: &Family, bob: &Member, copy: &str) -> Vec<String> {
    let query = "query($ws: ID!, $bob: ID!, $copy: ID!) { workspace(id: $ws) { explainAccess(input: { membershipId: $bob, \
         resource: $copy, access: BROWSE }) { allowed suggestions { kind } } } }";
    let of =
        json!({ "ws": family.harbour.id.to_string(), "bob": bob.id.to_string(), "copy": copy });
    let answer = app.post(Some(&family.tess.key), query, of).await;
    let explained = &answer.data()["workspace"]["explainAccess"];
    assert_eq!(explained["allowed"], false, "{explained}");
    let kinds = explained["suggestions"].as_array().unwrap().iter();
    kinds
        .map(|one| one["kind"].as_str().unwrap().to_owned())
        .collect()
}

on_both!(
    perm_8_publishing_a_copy_is_suggested_where_it_helps,
    |app| {
        let family = Family::of(app).await;
        let (trees, copy) = distributed(app, &family, true).await;
        let bob = app.member(&family.harbour, "Bob Stone").create().await;
        let kind = "PUBLISH_RESOURCE".to_owned();
        assert!(suggestions(app, &family, &bob, &copy).await.contains(&kind));
        let ada = &family.world.ada;
        change(app, ada, "unpublishDataset", &trees, json!({})).await;
        assert!(!suggestions(app, &family, &bob, &copy).await.contains(&kind));
    }
);

async fn theme_of(app: &TestApp, family: &Family) -> Value {
    only(app, &family.tess, &family.harbour).await["theme"].clone()
}

on_both!(dist_2_copies_follow_when_a_theme_is_deleted, |app| {
    let family = Family::of(app).await;
    let ada = &family.world.ada;
    let (main, harbour) = (&family.world.main, &family.harbour);
    let parks = app.dataset_theme(main, "parks").await.to_string();
    let water = app.dataset_theme(main, "water").await.to_string();
    let own_parks = app.dataset_theme(harbour, "parks").await.to_string();
    let own_boats = app.dataset_theme(harbour, "boats").await.to_string();
    app.dataset_theme(harbour, "water").await;
    let (trees, copy) = distributed(app, &family, true).await;
    change(
        app,
        ada,
        "updateDataset",
        &trees,
        json!({ "theme": "parks" }),
    )
    .await;
    assert_eq!(theme_of(app, &family).await, "parks");
    let input = json!({ "id": parks, "replacement": water });
    let done = app.rehearsed(&ada.key, "deleteDatasetTheme", input).await;
    assert_eq!(done.errors(), [""; 0]);
    assert_eq!(theme_of(app, &family).await, "water");
    // What the secondary workspace chose for its copies is theirs.
    change(app, ada, "updateDataset", &trees, json!({ "theme": null })).await;
    change(
        app,
        &family.tess,
        "updateDataset",
        &copy,
        json!({ "theme": "parks" }),
    )
    .await;
    let input = json!({ "id": own_parks, "replacement": own_boats });
    app.mutate(&family.tess.key, "deleteDatasetTheme", input)
        .await;
    assert_eq!(theme_of(app, &family).await, "boats");
    change(
        app,
        ada,
        "updateDataset",
        &trees,
        json!({ "theme": "water" }),
    )
    .await;
    assert_eq!(theme_of(app, &family).await, "boats");
    change(
        app,
        &family.tess,
        "updateDataset",
        &copy,
        json!({ "theme": null }),
    )
    .await;
    assert_eq!(theme_of(app, &family).await, "water", "it follows again");
});

on_both!(dist_4_closing_an_original_closes_its_copies, |app| {
    let family = Family::of(app).await;
    let (world, tess) = (&family.world, &family.tess);
    let (trees, copy) = distributed(app, &family, true).await;
    change(app, tess, "publishDataset", &copy, json!({})).await;
    let bob = app.member(&family.harbour, "Bob Stone").create().await;
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let is_seen = async || {
        let answer = app.post(Some(&bob.key), node, json!({ "id": copy })).await;
        !answer.data()["node"].is_null()
    };
    assert!(is_seen().await);
    let set = "setDatasetSecurity";
    change(
        app,
        &world.ada,
        set,
        &trees,
        json!({ "security": "RESTRICTED" }),
    )
    .await;
    assert!(!is_seen().await);
    assert_eq!(
        kinds(app, &family.harbour).await.pop().unwrap(),
        "DATASET_SECURITY_CHANGED"
    );
    change(app, &world.ada, set, &trees, json!({ "security": "OPEN" })).await;
    assert!(!is_seen().await, "opening opens no copy");
    change(app, tess, set, &copy, json!({ "security": "OPEN" })).await;
    assert!(is_seen().await);
    let original = only(app, &world.ada, &world.main).await;
    assert_eq!(original["security"], "OPEN");
});

on_both!(follow_2_followers_of_copies_are_told, |app| {
    let family = Family::of(app).await;
    let (world, tess) = (&family.world, &family.tess);
    let (trees, copy) = distributed(app, &family, true).await;
    change(app, tess, "publishDataset", &copy, json!({})).await;
    let bob = app.member(&family.harbour, "Bob Stone").create().await;
    let bobs = app.session_of(bob.account).await;
    let copy_id = DatasetId::parse(&copy).unwrap();
    let follow = json!({ "datasetId": copy_id.to_string() });
    let done = app.mutate(&bobs, "followDataset", follow).await;
    assert_eq!(done.errors(), Vec::<String>::new());
    let mails = async || {
        let of = outbox::Entity::find()
            .filter(outbox::Column::Kind.eq(MailKind::DatasetUpdated.as_str()))
            .filter(outbox::Column::WorkspaceId.eq(family.harbour.id.0));
        of.count(app.app.deps.db.writer()).await.unwrap()
    };
    assert_eq!(mails().await, 0);
    change(
        app,
        &world.ada,
        "updateDataset",
        &trees,
        json!({ "recordCount": 9 }),
    )
    .await;
    assert_eq!(mails().await, 1);
});
