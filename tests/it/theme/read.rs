//! Reading dataset themes: who sees them, in which language, and how many datasets they count
//! (THEME-2).

use concierge::domain::{
    id::ItemId,
    interval::Interval,
    permission::Preset,
    vocabulary::{AccessMode, ResourceAccess},
};
use serde_json::{Value, json};

use super::{create, labels};
use crate::support::{TestApp, on_both, world::Ws};

const THEMES: &str =
    "query($ws: ID!) { workspace(id: $ws) { datasetThemes { slug label datasetCount } } }";

async fn node(app: &TestApp, credential: Option<&str>, id: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { __typename id ... on DatasetTheme { slug } } }";
    app.post(credential, query, json!({ "id": id }))
        .await
        .data()["node"]
        .clone()
}

/// How many datasets of each theme the viewer is told of, and how many its filter lists.
async fn counts(app: &TestApp, credential: Option<&str>, ws: &Ws) -> Vec<(String, i64)> {
    let answer = app
        .post(credential, THEMES, json!({ "ws": ws.id.to_string() }))
        .await;
    let themes = answer.data()["workspace"]["datasetThemes"].clone();
    let mut counts = Vec::new();
    for theme in themes.as_array().unwrap() {
        let slug = theme["slug"].as_str().unwrap().to_owned();
        let query = "query($ws: ID!, $theme: String!) { workspace(id: $ws) { datasets(filter: { theme: $theme }) { totalCount } } }";
        let listed = app
            .post(
                credential,
                query,
                json!({ "ws": ws.id.to_string(), "theme": slug }),
            )
            .await;
        let count = theme["datasetCount"].as_i64().unwrap();
        assert_eq!(listed.data()["workspace"]["datasets"]["totalCount"], count);
        counts.push((slug, count));
    }
    counts
}

on_both!(
    theme_2_labels_are_in_the_viewer_s_language_or_another,
    |app| {
        let (ws, ada) = app.portal().await;
        let input = json!({ "workspaceId": ws.id.to_string(), "labels": labels("Health", "Santé", "Gezondheid") });
        app.mutate(&ada.key, "createDatasetTheme", input).await;
        for (locale, label) in [("EN", "Health"), ("FR", "Santé"), ("NL", "Gezondheid")] {
            let sql = "UPDATE account SET locale = $1 WHERE id = $2";
            app.sql(sql, vec![locale.into(), ada.account.0.into()])
                .await;
            let session = app.session_of(ada.account).await;
            let query = "query($ws: ID!) { workspace(id: $ws) { datasetThemes { label other: label(locale: FR) } } }";
            let answer = app
                .post(Some(&session), query, json!({ "ws": ws.id.to_string() }))
                .await;
            assert_eq!(
                answer.data()["workspace"]["datasetThemes"],
                json!([{ "label": label, "other": "Santé" }])
            );
        }
    }
);

on_both!(theme_2_themes_are_seen_by_who_may_enter, |app| {
    let outsider = app.outsider("Otto Out").await;
    let elsewhere = app.workspace("elsewhere").await;
    let foreign = app.administrator(&elsewhere, "Eve Laurent").await;
    for (slug, mode) in [
        ("open", AccessMode::Public),
        ("closed", AccessMode::Private),
    ] {
        let ws = app.workspace_with(slug, mode, None).await;
        let ben = app.member(&ws, &format!("Ben {slug}")).create().await;
        let id = app.dataset_theme(&ws, "parks").await.to_string();
        let shown = json!({ "__typename": "DatasetTheme", "id": id, "slug": "parks" });
        let bens = app.session_of(ben.account).await;
        for credential in [&ben.key, &bens] {
            assert_eq!(node(app, Some(credential), &id).await, shown);
            assert_eq!(
                counts(app, Some(credential), &ws).await,
                [("parks".to_owned(), 0)]
            );
        }
        assert_eq!(
            node(app, Some(&foreign.key), &id).await,
            Value::Null,
            "KEY-5"
        );
        for (credential, code) in [(None, "UNAUTHENTICATED"), (Some(&outsider), "FORBIDDEN")] {
            let credential = credential.map(String::as_str);
            let answer = app
                .post(credential, THEMES, json!({ "ws": ws.id.to_string() }))
                .await;
            let themes = &answer.body["data"]["workspace"]["datasetThemes"];
            if mode == AccessMode::Public {
                assert_eq!(themes[0]["slug"], "parks");
                assert_eq!(node(app, credential, &id).await, shown);
            } else {
                assert_eq!((themes, answer.codes()), (&Value::Null, vec![code]));
                assert_eq!(node(app, credential, &id).await, Value::Null);
            }
        }
    }
});

on_both!(theme_2_counts_are_of_what_the_viewer_may_browse, |app| {
    let (ws, ada) = app.portal().await;
    let viewer = app
        .member(&ws, "Vi Ewer")
        .preset(Preset::Viewer)
        .create()
        .await;
    let plain = app.member(&ws, "Pla In").create().await;
    let granted = app.member(&ws, "Gra Nted").create().await;
    for theme in ["parks", "water", "empty"] {
        app.dataset_theme(&ws, theme).await;
    }
    for (identifier, published, open) in [
        ("open", true, true),
        ("restricted", true, false),
        ("draft", false, true),
        ("deleted", true, true),
    ] {
        let id = app.dataset(&ws, identifier, &ada, published, open).await;
        if identifier == "restricted" {
            let since = Interval::from(app.now());
            let holder = (Some(granted.id), None);
            app.item_grant(
                &ws,
                holder,
                ItemId::Dataset(id),
                ResourceAccess::Browse,
                since,
            )
            .await;
        }
        if identifier == "deleted" {
            app.mutate(&ada.key, "deleteDataset", json!({ "id": id.to_string() }))
                .await;
        }
    }
    app.sql("UPDATE dataset SET theme = 'parks'", Vec::new())
        .await;
    app.dataset(&ws, "themeless", &ada, true, true).await;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    app.dataset(&other, "ducks", &eve, true, true).await;
    app.sql(
        "UPDATE dataset SET theme = 'parks' WHERE identifier = 'ducks'",
        Vec::new(),
    )
    .await;
    for (who, parks) in [
        (Some(&ada.key), 3),
        (Some(&viewer.key), 2),
        (Some(&granted.key), 2),
        (Some(&plain.key), 1),
        (None, 1),
    ] {
        let all = counts(app, who.map(String::as_str), &ws).await;
        let wanted = [("parks", parks), ("water", 0), ("empty", 0)];
        assert_eq!(all, wanted.map(|(slug, count)| (slug.to_owned(), count)));
    }
});

on_both!(
    theme_2_a_page_of_themes_costs_one_statement_for_its_counts,
    |app| {
        let (ws, ada) = app.portal().await;
        for label in ["A", "B", "C", "D", "E"] {
            create(app, &ada.key, &ws, label).await;
        }
        let heard = crate::support::log::Log::statements();
        app.post(Some(&ada.key), THEMES, json!({ "ws": ws.id.to_string() }))
            .await;
        let text = heard.text();
        drop(heard);
        let counting = text
            .lines()
            .filter(|line| line.contains("GROUP BY x.theme"));
        assert_eq!(counting.count(), 1);
    }
);
