//! The look of workspaces (THEME-1), and the themes that datasets are sorted under (THEME-2).

mod create;
mod datasets;
mod delete;
mod look;
mod races;
mod read;
mod update;

use serde_json::{Value, json};

use crate::support::{TestApp, world::Ws};

/// Labels in the three languages, in the order of the API.
fn labels(en: &str, fr: &str, nl: &str) -> Value {
    json!([{ "locale": "EN", "text": en }, { "locale": "FR", "text": fr }, { "locale": "NL", "text": nl }])
}

/// The input of a new theme that is called the same in every language.
fn new(ws: &Ws, label: &str) -> Value {
    json!({ "workspaceId": ws.id.to_string(), "labels": labels(label, label, label) })
}

/// An input with other values of some fields.
fn with(input: &Value, more: Value) -> Value {
    let mut input = input.clone();
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

/// The slugs of the workspace's themes in their order.
async fn slugs(app: &TestApp, credential: &str, ws: &Ws) -> Vec<String> {
    let query = "query($ws: ID!) { workspace(id: $ws) { datasetThemes { slug } } }";
    let answer = app
        .post(Some(credential), query, json!({ "ws": ws.id.to_string() }))
        .await;
    let themes = answer.data()["workspace"]["datasetThemes"].clone();
    themes
        .as_array()
        .unwrap()
        .iter()
        .map(|theme| theme["slug"].as_str().unwrap().to_owned())
        .collect()
}

/// Creates a theme by its label; its id.
async fn create(app: &TestApp, credential: &str, ws: &Ws, label: &str) -> String {
    let done = app
        .mutate(credential, "createDatasetTheme", new(ws, label))
        .await;
    assert_eq!(done.errors(), [""; 0], "{label}");
    done.0["datasetTheme"]["id"].as_str().unwrap().to_owned()
}

/// The slug that each dataset of the workspace has, by identifier.
async fn themes_of_datasets(app: &TestApp, credential: &str, ws: &Ws) -> Vec<(String, Value)> {
    let query = "query($ws: ID!) { workspace(id: $ws) { datasets(first: 100) { nodes { identifier theme } } } }";
    let answer = app
        .post(Some(credential), query, json!({ "ws": ws.id.to_string() }))
        .await;
    let nodes = answer.data()["workspace"]["datasets"]["nodes"].clone();
    nodes
        .as_array()
        .unwrap()
        .iter()
        .map(|node| {
            let identifier = node["identifier"].as_str().unwrap().to_owned();
            (identifier, node["theme"].clone())
        })
        .collect()
}
