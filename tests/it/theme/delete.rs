//! `deleteDatasetTheme` (THEME-2).

use serde_json::{Value, json};

use super::{create, slugs, themes_of_datasets, with};
use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

/// Datasets with the theme `parks`: two of them, one deleted, one of another workspace, one without.
async fn world(app: &TestApp) -> (Ws, Member, String, String) {
    let (ws, ada) = app.portal().await;
    let parks = create(app, &ada.key, &ws, "Parks").await;
    let water = create(app, &ada.key, &ws, "Water").await;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    create(app, &eve.key, &other, "Parks").await;
    for (ws, owner, identifier, theme) in [
        (&ws, &ada, "benches", json!("parks")),
        (&ws, &ada, "felled", json!("parks")),
        (&ws, &ada, "plain", Value::Null),
        (&ws, &ada, "trees", json!("parks")),
        (&other, &eve, "ducks", json!("parks")),
    ] {
        let input = json!({ "workspaceId": ws.id.to_string(), "identifier": identifier, "title": identifier, "theme": theme });
        let done = app.mutate(&owner.key, "createDataset", input).await;
        assert_eq!(done.errors(), [""; 0]);
        if identifier == "felled" {
            let id = &done.0["dataset"]["id"];
            app.mutate(&owner.key, "deleteDataset", json!({ "id": id }))
                .await;
        }
    }
    (ws, ada, parks, water)
}

on_both!(
    theme_2_a_theme_in_use_is_deleted_with_a_replacement,
    |app| {
        let (ws, ada, parks, water) = world(app).await;
        let used = json!({ "id": parks });
        let before = app.footprint().await;
        let refused = app
            .mutate(&ada.key, "deleteDatasetTheme", used.clone())
            .await;
        assert_eq!(refused.errors(), ["REPLACEMENT_REQUIRED replacement"]);
        assert_eq!(
            (
                &refused.0["deletedDatasetThemeId"],
                &refused.0["changedDatasets"]
            ),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(app.footprint().await, before);
        app.pass(chrono::Duration::seconds(5));
        let replaced = with(&used, json!({ "replacement": water }));
        let done = app
            .rehearsed(&ada.key, "deleteDatasetTheme", replaced)
            .await;
        assert_eq!(
            (&done.0["deletedDatasetThemeId"], &done.0["changedDatasets"]),
            (&json!(parks), &json!(2))
        );
        assert_eq!(
            done.0["datasetTheme"],
            json!({ "id": parks, "slug": "parks" })
        );
        assert_eq!(slugs(app, &ada.key, &ws).await, ["water"]);
        let themes = themes_of_datasets(app, &ada.key, &ws).await;
        let named = |identifier: &str, theme: Value| (identifier.to_owned(), theme);
        assert_eq!(
            themes,
            [
                named("benches", json!("water")),
                named("plain", Value::Null),
                named("trees", json!("water")),
            ]
        );
        assert_eq!(
            app.count("dataset WHERE theme = 'parks'").await,
            2,
            "the deleted one, and that of another workspace"
        );
        let events = app.events(&ws).await;
        let last = events.last().unwrap();
        assert_eq!(last.kind, "DATASET_THEME_DELETED", "one event for all");
        let changes: Value = serde_json::from_str(&last.changes).unwrap();
        let after = |field: &str| {
            let of_field = |change: &&Value| change["field"] == field;
            let change = changes.as_array().unwrap().iter().find(of_field).unwrap();
            assert_eq!(change["before"], Value::Null);
            change["after"].clone()
        };
        assert_eq!(
            (after("replacement"), after("changedDatasets")),
            (json!(water), json!(2))
        );
        let query = "query($id: ID!) { node(id: $id) { id } }";
        let gone = app
            .post(Some(&ada.key), query, json!({ "id": parks }))
            .await;
        assert_eq!(gone.data()["node"], Value::Null);
        let again = app
            .try_mutate(&ada.key, "deleteDatasetTheme", json!({ "id": parks }))
            .await;
        assert_eq!(again.refusal(), "NOT_FOUND");
    }
);

on_both!(theme_2_a_theme_in_use_is_deleted_for_none, |app| {
    let (ws, ada, parks, water) = world(app).await;
    let input = json!({ "id": parks, "replacement": null });
    let done = app.rehearsed(&ada.key, "deleteDatasetTheme", input).await;
    assert_eq!(done.0["changedDatasets"], 2);
    let themes = themes_of_datasets(app, &ada.key, &ws).await;
    assert!(
        themes.iter().all(|(_, theme)| theme.is_null()),
        "{themes:?}"
    );
    // Nothing has it: nothing need be said.
    let done = app
        .rehearsed(&ada.key, "deleteDatasetTheme", json!({ "id": water }))
        .await;
    assert_eq!(done.0["changedDatasets"], 0);
    assert_eq!(slugs(app, &ada.key, &ws).await, [""; 0]);
});

on_both!(
    theme_2_a_replacement_is_another_theme_of_the_workspace,
    |app| {
        let (ws, ada, parks, water) = world(app).await;
        let other = app.workspace("hillside").await;
        let ida = app.administrator(&other, "Ida Hill").await;
        let foreign = create(app, &ida.key, &other, "Water").await;
        let deleted = create(app, &ada.key, &ws, "Deleted").await;
        app.mutate(&ada.key, "deleteDatasetTheme", json!({ "id": deleted }))
            .await;
        let unknown = ws.id.to_string().replace("ws_", "dth_");
        let before = app.footprint().await;
        for (replacement, error) in [
            (&parks, "DUPLICATE replacement"),
            (&foreign, "NOT_FOUND replacement"),
            (&deleted, "NOT_FOUND replacement"),
            (&unknown, "NOT_FOUND replacement"),
        ] {
            for dry_run in [true, false] {
                let input = json!({ "id": parks, "replacement": replacement, "dryRun": dry_run });
                let refused = app.mutate(&ada.key, "deleteDatasetTheme", input).await;
                assert_eq!(refused.errors(), [error]);
            }
        }
        for (input, code) in [
            (json!({ "id": foreign }), "NOT_FOUND"),
            (json!({ "id": unknown }), "NOT_FOUND"),
            (
                json!({ "id": parks, "replacement": "water" }),
                "BAD_USER_INPUT",
            ),
            (
                json!({ "id": parks, "replacement": ws.id.to_string() }),
                "BAD_USER_INPUT",
            ),
            (json!({ "id": ws.id.to_string() }), "BAD_USER_INPUT"),
            (
                json!({ "id": format!("{water}@2026-03-02T09:00:00.000000Z") }),
                "BAD_USER_INPUT",
            ),
        ] {
            let refused = app
                .try_mutate(&ada.key, "deleteDatasetTheme", input.clone())
                .await;
            assert_eq!(refused.refusal(), code, "{input}");
        }
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(
    theme_2_a_theme_of_very_many_datasets_is_deleted_at_once,
    |app| {
        let (ws, ada) = app.portal().await;
        let parks = create(app, &ada.key, &ws, "Parks").await;
        let water = create(app, &ada.key, &ws, "Water").await;
        app.dataset(&ws, "one", &ada, true, true).await;
        app.many_datasets(&ws, &ada, 2_500, |_| Some("parks".to_owned()))
            .await;
        let input = json!({ "id": parks, "replacement": water });
        let done = app.mutate(&ada.key, "deleteDatasetTheme", input).await;
        assert_eq!(done.0["changedDatasets"], 2_500);
        assert_eq!(app.count("dataset WHERE theme = 'water'").await, 2_500);
        let events = "audit_event WHERE kind = 'DATASET_UPDATED'";
        assert_eq!(app.count(events).await, 0, "one event for all of them");
    }
);
