//! `updateDatasetTheme` (THEME-2).

use serde_json::{Value, json};

use super::{create, slugs, with};
use crate::support::on_both;

on_both!(theme_2_an_update_changes_what_is_given, |app| {
    let (ws, ada) = app.portal().await;
    let id = create(app, &ada.key, &ws, "Parks").await;
    let change =
        json!({ "id": id, "labels": [{ "locale": "FR", "text": "Parcs" }], "color": "#2E7D32" });
    let done = app
        .rehearsed(&ada.key, "updateDatasetTheme", change.clone())
        .await;
    assert_eq!(
        done.0["datasetTheme"],
        json!({ "id": id, "slug": "parks", "en": "Parks", "fr": "Parcs", "nl": "Parks", "color": "#2e7d32", "icon": "folder",
            "datasetCount": 0 })
    );
    let labels = json!({ "EN": "Parks", "FR": "Parks", "NL": "Parks" });
    assert_eq!(
        done.0["changes"],
        json!([
            { "subjectId": id, "field": "labels", "before": labels, "after": with(&labels, json!({ "FR": "Parcs" })) },
            { "subjectId": id, "field": "color", "before": "#4b5563", "after": "#2e7d32" },
        ])
    );
    let events = app.events(&ws).await;
    assert_eq!(events.last().unwrap().kind, "DATASET_THEME_UPDATED");
    let before = app.footprint().await;
    let again = app.mutate(&ada.key, "updateDatasetTheme", change).await;
    assert_eq!(again.0["changes"], json!([]));
    let nulls = json!({ "id": id, "labels": null, "color": null, "icon": null, "place": null });
    let again = app.mutate(&ada.key, "updateDatasetTheme", nulls).await;
    assert_eq!(again.0["changes"], json!([]));
    assert_eq!(app.footprint().await, before);
    // Its own label, in another case, is not taken.
    let own = json!({ "id": id, "labels": [{ "locale": "EN", "text": "PARKS" }], "icon": "tree" });
    let done = app.mutate(&ada.key, "updateDatasetTheme", own).await;
    assert_eq!(
        (
            &done.0["datasetTheme"]["en"],
            &done.0["datasetTheme"]["icon"]
        ),
        (&json!("PARKS"), &json!("tree"))
    );
});

on_both!(theme_2_a_theme_moves_and_the_others_make_room, |app| {
    let (ws, ada) = app.portal().await;
    let mut ids = Vec::new();
    for label in ["a", "b", "c", "d"] {
        ids.push(create(app, &ada.key, &ws, label).await);
    }
    for (theme, place, order) in [
        (0, 3, ["b", "c", "a", "d"]),
        (3, 1, ["d", "b", "c", "a"]),
        (3, 1, ["d", "b", "c", "a"]),
        (2, 2, ["d", "c", "b", "a"]),
        (3, 4, ["c", "b", "a", "d"]),
    ] {
        let input = json!({ "id": ids[theme], "place": place });
        let rehearsed = with(&input, json!({ "dryRun": true }));
        let rehearsed = app.mutate(&ada.key, "updateDatasetTheme", rehearsed).await;
        let done = app.mutate(&ada.key, "updateDatasetTheme", input).await;
        assert_eq!(rehearsed.0["changes"], done.0["changes"]);
        assert_eq!(slugs(app, &ada.key, &ws).await, order, "{theme} to {place}");
    }
    let input = json!({ "id": ids[1] });
    app.mutate(&ada.key, "deleteDatasetTheme", input).await;
    assert_eq!(slugs(app, &ada.key, &ws).await, ["c", "a", "d"]);
    let input = json!({ "id": ids[3], "place": 2 });
    app.mutate(&ada.key, "updateDatasetTheme", input).await;
    assert_eq!(
        slugs(app, &ada.key, &ws).await,
        ["c", "d", "a"],
        "no gap is left"
    );
});

on_both!(theme_2_bad_changes_are_typed_and_leave_nothing, |app| {
    let (ws, ada) = app.portal().await;
    let id = create(app, &ada.key, &ws, "Parks").await;
    create(app, &ada.key, &ws, "Water").await;
    let gone = create(app, &ada.key, &ws, "Gone").await;
    app.mutate(&ada.key, "deleteDatasetTheme", json!({ "id": gone }))
        .await;
    let before = app.footprint().await;
    let label =
        |locale: &str, text: &str| json!({ "labels": [{ "locale": locale, "text": text }] });
    for (change, error) in [
        (label("EN", "wATER"), "TAKEN labels.0.text"),
        (label("NL", ""), "TOO_SHORT labels.0.text"),
        (label("NL", &"x".repeat(101)), "TOO_LONG labels.0.text"),
        (label("FR", "a\u{1b}"), "INVALID_CHARACTERS labels.0.text"),
        (json!({ "color": "#12345" }), "INVALID_COLOR color"),
        (json!({ "icon": "-leaf" }), "INVALID_IDENTIFIER icon"),
        (json!({ "place": 0 }), "OUT_OF_RANGE place"),
        (json!({ "place": 3 }), "OUT_OF_RANGE place"),
    ] {
        let input = with(&json!({ "id": id }), change);
        let refused = app
            .mutate(&ada.key, "updateDatasetTheme", input.clone())
            .await;
        assert_eq!(
            (refused.errors(), &refused.0["datasetTheme"]),
            (vec![error.to_owned()], &Value::Null),
            "{input}"
        );
    }
    for (input, code) in [
        (json!({ "id": gone, "icon": "leaf" }), "NOT_FOUND"),
        (json!({ "id": id.replace("dth_", "ds_") }), "BAD_USER_INPUT"),
        (json!({ "id": id, "labels": [] }), "BAD_USER_INPUT"),
    ] {
        let refused = app.try_mutate(&ada.key, "updateDatasetTheme", input).await;
        assert_eq!(refused.refusal(), code);
    }
    assert_eq!(app.footprint().await, before);
});
