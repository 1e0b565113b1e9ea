//! API keys: what they may do, how they travel, making and revoking them.

mod create;
mod form;
mod leaked;
mod processes;
mod reach;
mod revoke;
mod rotate;
mod scope;
mod update;
mod workspace;

use serde_json::{Value, json};

use crate::support::{TestApp, app::Answer, world::Ws};

/// `createApiKey` with everything that it answers.
const CREATE: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { \
    apiKey { id name prefix kind state permissions effectivePermissions allowedNetworks createdAt expiresAt } secret \
    errors { code path message } changes { subjectId field before after } effects { gained } replayed } }";

/// `revokeApiKeys` with everything that it answers.
const REVOKE: &str = "mutation($input: RevokeApiKeysInput!) { revokeApiKeys(input: $input) { \
    results { index targetId outcome code message apiKey { id state revocationReason revokedAt revokedBy { displayName } } } \
    errors { code path } changes { subjectId field after } effects { gained } replayed } }";

/// Makes a key called "robot" with what `more` says.
async fn create(app: &TestApp, by: &str, ws: &Ws, more: Value) -> Answer {
    let mut input = json!({ "workspaceId": ws.id.to_string(), "name": "robot" });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    app.ask(CREATE).by(by).input(input).send().await
}

async fn revoke(app: &TestApp, by: &str, input: Value) -> Answer {
    app.ask(REVOKE).by(by).input(input).send().await
}

/// The secret of an answer to `createApiKey`.
#[track_caller]
fn secret(answer: &Answer) -> String {
    let made = &answer.data()["createApiKey"];
    made["secret"]
        .as_str()
        .unwrap_or_else(|| panic!("no key: {made:#}"))
        .to_owned()
}

/// One field of every result of `revokeApiKeys`: its outcome or its code.
#[track_caller]
fn became(answer: &Answer) -> Vec<String> {
    let results = answer.data()["revokeApiKeys"]["results"]
        .as_array()
        .unwrap();
    let text = |result: &Value| {
        result["outcome"]
            .as_str()
            .or(result["code"].as_str())
            .unwrap_or("-")
            .to_owned()
    };
    results.iter().map(text).collect()
}

/// The status of the plainest request with a credential.
async fn status(app: &TestApp, credential: &str) -> u16 {
    app.post(Some(credential), "{ viewer { kind } }", json!({}))
        .await
        .status
        .as_u16()
}
