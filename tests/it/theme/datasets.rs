//! Datasets and their themes: `Dataset.theme`, `Dataset.datasetTheme`, UNKNOWN_THEME (THEME-2).

use concierge::domain::permission::Preset;
use serde_json::{Value, json};

use super::with;
use crate::support::on_both;

const DATASET: &str = "query($id: ID!) { node(id: $id) { ... on Dataset { theme datasetTheme { slug label(locale: NL) } } } }";

on_both!(theme_2_a_dataset_has_a_theme_of_its_workspace, |app| {
    let (ws, ada) = app.portal().await;
    let other = app.workspace("lakeside").await;
    app.dataset_theme(&ws, "parks").await;
    app.dataset_theme(&ws, "water").await;
    app.dataset_theme(&other, "foreign").await;
    let new = json!({ "workspaceId": ws.id.to_string(), "identifier": "trees", "title": "Trees" });
    let made = app
        .mutate(
            &ada.key,
            "createDataset",
            with(&new, json!({ "theme": " parks " })),
        )
        .await;
    let id = made.0["dataset"]["id"].clone();
    let shown = async |credential: Option<&str>| {
        let answer = app.post(credential, DATASET, json!({ "id": id })).await;
        answer.data()["node"].clone()
    };
    let parks = json!({ "theme": "parks", "datasetTheme": { "slug": "parks", "label": "parks" } });
    assert_eq!(shown(Some(&ada.key)).await, parks);
    app.mutate(&ada.key, "publishDataset", json!({ "id": id }))
        .await;
    assert_eq!(
        shown(None).await,
        parks,
        "whoever sees the dataset sees its theme"
    );
    let moved = json!({ "id": id, "theme": "water" });
    let done = app.rehearsed(&ada.key, "updateDataset", moved).await;
    assert_eq!(
        done.0["changes"],
        json!([{ "subjectId": id, "field": "theme", "before": "parks", "after": "water" }])
    );
    let before = app.footprint().await;
    for theme in [
        "Parks",
        "foreign",
        "unknown",
        "water-2",
        "wa ter",
        "%",
        "a\u{0}",
        &"x".repeat(20_000),
    ] {
        for (mutation, input) in [
            ("updateDataset", json!({ "id": id })),
            (
                "createDataset",
                with(&new, json!({ "identifier": "birds" })),
            ),
        ] {
            let input = with(&input, json!({ "theme": theme }));
            let refused = app.mutate(&ada.key, mutation, input).await;
            assert_eq!(refused.errors(), ["UNKNOWN_THEME theme"], "{mutation}");
        }
    }
    assert_eq!(app.footprint().await, before);
    for theme in [json!("  "), Value::Null] {
        let input = json!({ "id": id, "theme": theme });
        assert_eq!(
            app.mutate(&ada.key, "updateDataset", input).await.errors(),
            [""; 0]
        );
        assert_eq!(
            shown(Some(&ada.key)).await,
            json!({ "theme": null, "datasetTheme": null })
        );
        let again = json!({ "id": id, "theme": "parks" });
        app.mutate(&ada.key, "updateDataset", again).await;
    }
});

on_both!(theme_2_a_deleted_theme_is_unknown, |app| {
    let (ws, ada) = app.portal().await;
    let theme = app.dataset_theme(&ws, "parks").await.to_string();
    app.mutate(&ada.key, "deleteDatasetTheme", json!({ "id": theme }))
        .await;
    let input = json!({ "workspaceId": ws.id.to_string(), "identifier": "trees", "title": "Trees", "theme": "parks" });
    let refused = app.mutate(&ada.key, "createDataset", input).await;
    assert_eq!(refused.errors(), ["UNKNOWN_THEME theme"]);
});

on_both!(
    theme_2_a_text_of_an_old_node_stays_until_it_is_changed,
    |app| {
        let (ws, ada) = app.portal().await;
        app.dataset_theme(&ws, "parks").await;
        let id = app
            .dataset(&ws, "trees", &ada, true, true)
            .await
            .to_string();
        app.sql("UPDATE dataset SET theme = 'Free text'", Vec::new())
            .await;
        let editor = app
            .member(&ws, "Ed Itor")
            .preset(Preset::Publisher)
            .create()
            .await;
        for change in [
            json!({ "title": "Plane trees" }),
            json!({ "title": "Oaks", "theme": "Free text" }),
        ] {
            let input = with(&json!({ "id": id }), change);
            assert_eq!(
                app.mutate(&editor.key, "updateDataset", input)
                    .await
                    .errors(),
                [""; 0]
            );
        }
        let answer = app.post(Some(&ada.key), DATASET, json!({ "id": id })).await;
        assert_eq!(
            answer.data()["node"],
            json!({ "theme": "Free text", "datasetTheme": null })
        );
        let input = json!({ "id": id, "theme": "parks" });
        let done = app.mutate(&editor.key, "updateDataset", input).await;
        assert_eq!(done.0["dataset"]["theme"], "parks");
    }
);

on_both!(
    theme_2_themes_of_a_page_of_datasets_cost_one_statement,
    |app| {
        let (ws, ada) = app.portal().await;
        for number in 0..12 {
            app.dataset_theme(&ws, &format!("theme-{number}")).await;
            app.dataset(&ws, &format!("set-{number:02}"), &ada, true, true)
                .await;
            let sql = "UPDATE dataset SET theme = $1 WHERE identifier = $2";
            let values = vec![
                format!("theme-{number}").into(),
                format!("set-{number:02}").into(),
            ];
            app.sql(sql, values).await;
        }
        let query = "query($ws: ID!) { workspace(id: $ws) { datasets { nodes { theme datasetTheme { slug } } } } }";
        let heard = crate::support::log::Log::statements();
        let answer = app
            .post(Some(&ada.key), query, json!({ "ws": ws.id.to_string() }))
            .await;
        let text = heard.text();
        drop(heard);
        let nodes = &answer.data()["workspace"]["datasets"]["nodes"];
        for node in nodes.as_array().unwrap() {
            assert_eq!(node["theme"], node["datasetTheme"]["slug"]);
        }
        let reading = text
            .lines()
            .filter(|line| line.contains("\"dataset_theme\""));
        assert_eq!(reading.count(), 1);
    }
);
