//! Following datasets (FOLLOW-1), and what followers are mailed (FOLLOW-2).

mod mails;
mod switch;
mod unsubscribe;

use concierge::domain::id::DatasetId;
use serde_json::{Value, json};

use crate::support::TestApp;

const FOLLOW: &str = "followDataset";
const UNFOLLOW: &str = "unfollowDataset";

fn of(dataset: DatasetId) -> Value {
    json!({ "datasetId": dataset.to_string() })
}

async fn follow(app: &TestApp, session: &str, dataset: DatasetId) {
    let done = app.mutate(session, FOLLOW, of(dataset)).await;
    assert_eq!(done.errors(), Vec::<String>::new());
    assert_eq!(done.0["dataset"]["viewerFollows"], true);
}

/// The identifiers of the datasets that somebody follows, and how many there are.
async fn followed(app: &TestApp, session: &str) -> Vec<String> {
    let query = "{ viewer { profile { followedDatasets(first: 100) { totalCount nodes { identifier } } } } }";
    let answer = app.post(Some(session), query, json!({})).await;
    let list = answer.data()["viewer"]["profile"]["followedDatasets"].clone();
    let names: Vec<String> = list["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["identifier"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(list["totalCount"], names.len());
    names
}

/// Whether `credential` follows the dataset, and how many do.
async fn seen(app: &TestApp, credential: Option<&str>, dataset: DatasetId) -> (Value, Value) {
    let query =
        "query($id: ID!) { node(id: $id) { ... on Dataset { viewerFollows followerCount } } }";
    let answer = app
        .post(credential, query, json!({ "id": dataset.to_string() }))
        .await;
    let node = &answer.data()["node"];
    (node["viewerFollows"].clone(), node["followerCount"].clone())
}
