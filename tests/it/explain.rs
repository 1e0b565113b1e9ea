//! Why, and why not; answers about others; and that what one is told one can do is what one can.

mod access;
mod actions;
mod check;

use serde_json::{Value, json};

use crate::support::{TestApp, app::Answer, world::Ws};

/// `explainAccess` with everything that it answers.
const EXPLAIN: &str = "query($ws: ID!, $input: ExplainAccessInput!) { workspace(id: $ws) { explainAccess(input: $input) { \
    allowed asOf sources { kind grantId role { name } group { title } resource { __typename } startsAt endsAt \
    grantedBy { displayName } } obstacles suggestions { kind permission role { id name } group { id title } access text } \
    recordFilters } } }";

async fn ask(app: &TestApp, ws: &Ws, by: Option<&str>, input: Value) -> Answer {
    app.post(
        by,
        EXPLAIN,
        json!({ "ws": ws.id.to_string(), "input": input }),
    )
    .await
}

/// The explanation, of an answer without errors; null if there is nothing to explain.
async fn explained(app: &TestApp, ws: &Ws, by: &str, input: Value) -> Value {
    ask(app, ws, Some(by), input).await.data()["workspace"]["explainAccess"].clone()
}

/// The kinds of the suggestions, each once, in order.
fn kinds(explanation: &Value) -> Vec<&str> {
    let mut kinds: Vec<&str> = explanation["suggestions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    kinds.dedup();
    kinds
}
