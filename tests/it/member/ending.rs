//! What the tests of this folder share: a member as an administrator is told of it, and inputs.

use chrono::Duration;
use concierge::domain::permission::Preset;
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    world::{Member, Ws},
};

/// A member by id, as whoever has `credential` is told.
pub async fn shown(app: &TestApp, credential: &str, member: &Member) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on Membership { state endReason endedAt disabledAt accessStartsAt \
         accessEndsAt accessSecondsRemaining role { name } groups { group { title } } grants { nodes { permission } } \
         effectivePermissions { permission } } } }";
    app.post(
        Some(credential),
        query,
        json!({ "id": member.id.to_string() }),
    )
    .await
    .data()["node"]
        .clone()
}

/// Where the member's keys stand: by session, for keys see no keys (KEY-5).
pub async fn keys(app: &TestApp, session: &str, member: &Member) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on Membership { apiKeys(first: 10) { nodes { state } } } } }";
    app.post(Some(session), query, json!({ "id": member.id.to_string() }))
        .await
        .data()["node"]["apiKeys"]["nodes"]
        .clone()
}

/// The names of what the member may do.
pub fn held(member: &Value) -> Vec<&str> {
    member["effectivePermissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["permission"].as_str().unwrap())
        .collect()
}

/// The input of a mutation over these members, and more.
pub fn of(members: &[&Member], more: Value) -> Value {
    let mut input = json!({ "membershipIds": members.iter().map(|member| member.id.to_string()).collect::<Vec<_>>() });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

/// Whether the credential still opens anything.
pub async fn status(app: &TestApp, credential: &str) -> u16 {
    app.post(Some(credential), "{ viewer { kind } }", json!({}))
        .await
        .status
        .as_u16()
}

/// An administrator whose role ends, and who so does not count (MEM-5).
pub async fn temporary(app: &TestApp, ws: &Ws, name: &str) -> Member {
    let member = app.member(ws, name).create().await;
    app.role_row_of(
        ws,
        &member,
        Preset::Administrator,
        app.now() + Duration::days(300),
    )
    .await;
    member
}

/// The kinds of the workspace's events, in order.
pub async fn kinds(app: &TestApp, ws: &Ws) -> Vec<String> {
    app.events(ws)
        .await
        .into_iter()
        .map(|event| event.kind)
        .collect()
}
