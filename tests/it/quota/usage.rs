//! What tests of quotas in use share: calling `consumeQuota`, reading counters from the tables,
//! GATEWAY keys.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use concierge::{
    domain::{
        calendar::Calendar,
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
    },
    entity,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::support::{
    TestApp,
    app::{Answer, Door},
    world::{Member, Ws},
};

/// What `consumeQuota` takes, with `more`.
pub fn calls(ws: &Ws, amount: i64, more: Value) -> Value {
    let mut input =
        json!({ "workspaceId": ws.id.to_string(), "type": "API_CALLS", "amount": amount });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

/// The decision over so many calls of whoever asks.
pub async fn consume(app: &TestApp, credential: &str, ws: &Ws, amount: i64) -> Value {
    decided_with(app, credential, calls(ws, amount, json!({}))).await
}

/// The decision over an input.
pub async fn decided_with(app: &TestApp, credential: &str, input: Value) -> Value {
    let payload = app.mutate(credential, "consumeQuota", input).await;
    assert_eq!(payload.errors(), [""; 0], "{payload:?}");
    payload.0["decision"].clone()
}

/// `allowed`, `used`, `limit`, `remaining` and `refusedBy` of a decision.
pub fn brief(decision: &Value) -> (bool, i64, Option<i64>, Option<i64>, Option<&str>) {
    let number = |field: &str| decision[field].as_i64();
    let allowed = decision["allowed"].as_bool().unwrap();
    (
        allowed,
        number("used").unwrap(),
        number("limit"),
        number("remaining"),
        decision["refusedBy"].as_str(),
    )
}

/// Sets a limit on API calls past the services.
pub async fn limit(
    app: &TestApp,
    ws: &Ws,
    scope: QuotaScope,
    member: Option<&Member>,
    period: QuotaPeriod,
    limit: i64,
) {
    app.quota(
        ws,
        scope,
        member.map(|member| member.id.0),
        (QuotaType::ApiCalls, Some(period)),
        limit,
    )
    .await;
}

/// What a counter says: of a member, or of the whole workspace, in the period that holds `at`.
pub async fn counted(
    app: &TestApp,
    ws: &Ws,
    member: Option<&Member>,
    period: QuotaPeriod,
    at: DateTime<Utc>,
) -> i64 {
    let subject = member.map_or_else(
        || "workspace".to_owned(),
        |member| member.account.to_string(),
    );
    let key = (
        ws.id.0,
        subject,
        "API_CALLS".to_owned(),
        Calendar::default().start(period, at),
    );
    let row = entity::quota_use::Entity::find_by_id(key)
        .one(app.app.deps.db.writer())
        .await
        .unwrap();
    row.map_or(0, |row| row.used)
}

/// Every counter.
pub async fn counters(app: &TestApp) -> Vec<entity::quota_use::Model> {
    entity::quota_use::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap()
}

/// What was queued of one kind.
pub async fn queued(app: &TestApp, kind: &str) -> Vec<entity::outbox::Model> {
    let rows = entity::outbox::Entity::find().filter(entity::outbox::Column::Kind.eq(kind));
    rows.all(app.app.deps.db.writer()).await.unwrap()
}

/// A GATEWAY key of an administrator.
pub async fn gateway(app: &TestApp, ws: &Ws, administrator: &Member) -> String {
    let session = app.session_of(administrator.account).await;
    let input =
        json!({ "workspaceId": ws.id.to_string(), "name": "Data servers", "kind": "GATEWAY" });
    app.mutate(&session, "createApiKey", input).await.0["secret"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Many clients at once, each with calls of its own one after the other: all answers.
pub async fn at_once(clients: Vec<(Door, String, Vec<Value>)>) -> Vec<Answer> {
    let gate = Arc::new(Barrier::new(clients.len()));
    let run = |(door, credential, inputs): (Door, String, Vec<Value>)| {
        let gate = Arc::clone(&gate);
        tokio::spawn(async move {
            gate.wait().await;
            let mut answers = Vec::new();
            for input in inputs {
                answers.push(door.mutate(Some(&credential), "consumeQuota", input).await);
            }
            answers
        })
    };
    let mut answers = Vec::new();
    for client in clients.into_iter().map(run).collect::<Vec<_>>() {
        answers.extend(client.await.unwrap());
    }
    answers
}
