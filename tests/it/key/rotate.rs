//! `rotateApiKey` (KEY-4, KEY-9).

use chrono::Duration;
use serde_json::{Value, json};

use super::{create, revoke, secret, status};
use crate::support::{TestApp, app::Answer, on_both};

const ROTATE: &str = "mutation($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { \
    apiKey { id name prefix permissions expiresAt secrets { prefix startsAt endsAt lastUsedAt } } secret \
    errors { code path message } changes { subjectId field before after } effects { gained } replayed } }";

async fn rotate(app: &TestApp, by: &str, input: Value) -> Answer {
    app.ask(ROTATE).by(by).input(input).send().await
}

fn new_secret(answer: &Answer) -> String {
    let rotated = &answer.data()["rotateApiKey"];
    rotated["secret"]
        .as_str()
        .unwrap_or_else(|| panic!("no secret: {rotated:#}"))
        .to_owned()
}

on_both!(key_9_a_rotated_key_keeps_everything_but_its_secret, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let session = app.session(ada.account).await;
    let made = create(
        app,
        &session,
        &ws,
        json!({ "permissions": ["CREATE_PAGES"], "expiresAt": app.at(86_400) }),
    )
    .await;
    let (key, old) = (&made.data()["createApiKey"]["apiKey"], secret(&made));
    app.pass(Duration::minutes(1));
    let answer = rotate(app, &session, json!({ "id": key["id"] })).await;
    let rotated = &answer.data()["rotateApiKey"];
    let new = new_secret(&answer);
    for field in ["id", "name", "permissions", "expiresAt"] {
        assert_eq!(rotated["apiKey"][field], key[field], "{field}");
    }
    assert_eq!(rotated["apiKey"]["prefix"], new[..12]);
    assert_eq!(status(app, &old).await, 401, "without overlap at once");
    assert_eq!(status(app, &new).await, 200);
    let secrets = rotated["apiKey"]["secrets"].as_array().unwrap();
    assert_eq!(secrets.len(), 1);
    assert_eq!(secrets[0]["endsAt"], Value::Null);
    assert_eq!(
        rotated["changes"],
        json!([{ "subjectId": key["id"], "field": "prefix", "before": old[..12], "after": new[..12] }])
    );
    assert_eq!(
        app.count("audit_event WHERE kind = 'API_KEY_ROTATED'")
            .await,
        1
    );
    assert_eq!(
        app.count("outbox WHERE kind = 'API_KEY_ROTATED' AND account_id IS NOT NULL")
            .await,
        1
    );
});

on_both!(key_9_the_old_secret_lives_on_for_the_overlap, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let session = app.session(ada.account).await;
    let made = create(app, &session, &ws, json!({})).await;
    let (id, first) = (
        made.data()["createApiKey"]["apiKey"]["id"].clone(),
        secret(&made),
    );
    app.pass(Duration::minutes(1));
    let input = json!({ "id": id, "overlapSeconds": 3_600 });
    let answer = rotate(app, &session, input.clone()).await;
    let second = new_secret(&answer);
    for one in [&first, &second] {
        assert_eq!(status(app, one).await, 200);
    }
    app.flush().await;
    let show = "query($id: ID!) { node(id: $id) { ... on ApiKey { secrets { prefix endsAt lastUsedAt } } } }";
    let shown = app.post(Some(&session), show, json!({ "id": id })).await;
    let secrets = shown.data()["node"]["secrets"].as_array().unwrap().clone();
    assert_eq!(
        secrets
            .iter()
            .map(|one| one["prefix"].clone())
            .collect::<Vec<_>>(),
        [json!(first[..12]), json!(second[..12])]
    );
    assert!(secrets[0]["endsAt"].is_string() && secrets[1]["endsAt"].is_null());
    assert!(
        secrets.iter().all(|one| one["lastUsedAt"].is_string()),
        "{secrets:?}"
    );
    // At most two: rotating again ends the older one at once.
    app.pass(Duration::minutes(1));
    let third = new_secret(&rotate(app, &session, input.clone()).await);
    assert_eq!(status(app, &first).await, 401);
    for one in [&second, &third] {
        assert_eq!(status(app, one).await, 200);
    }
    app.pass(Duration::seconds(3_599));
    assert_eq!(status(app, &second).await, 200);
    app.pass(Duration::seconds(1));
    assert_eq!(status(app, &second).await, 401, "the overlap is over");
    assert_eq!(status(app, &third).await, 200);
    revoke(app, &session, json!({ "ids": [id] })).await;
    assert_eq!(status(app, &third).await, 401);
    let refused = rotate(app, &session, input).await;
    assert_eq!(refused.user_errors("rotateApiKey"), ["NOT_ACTIVE"]);
});

on_both!(key_9_what_is_out_of_range_rotates_nothing, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let session = app.session(ada.account).await;
    let id = ada.key_id.to_string();
    let before = app.footprint().await;
    for seconds in [-1, 604_801] {
        let input = json!({ "id": id, "overlapSeconds": seconds });
        let refused = rotate(app, &session, input).await;
        assert_eq!(refused.user_errors("rotateApiKey"), ["OUT_OF_RANGE"]);
    }
    let dry = rotate(app, &session, json!({ "id": id, "dryRun": true })).await;
    assert_eq!(dry.data()["rotateApiKey"]["secret"], Value::Null);
    assert_eq!(app.footprint().await, before);
    assert_eq!(status(app, &ada.key).await, 200);
    let again = json!({ "id": id, "idempotencyKey": "once", "overlapSeconds": 604_800 });
    let new = new_secret(&rotate(app, &session, again.clone()).await);
    let replayed = rotate(app, &session, again).await;
    assert_eq!(
        replayed.user_errors("rotateApiKey"),
        ["SECRET_ALREADY_SHOWN"]
    );
    assert_eq!(replayed.data()["rotateApiKey"]["secret"], Value::Null);
    assert_eq!(status(app, &new).await, 200);
    assert_eq!(
        app.count("audit_event WHERE kind = 'API_KEY_ROTATED'")
            .await,
        1
    );
});

on_both!(key_9_only_the_owner_rotates_and_by_session_alone, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let boss = app.administrator(&ws, "Ada Veldkamp").await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let cy = app.member(&ws, "Cy Marsh").create().await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let gateway = create(
        app,
        &app.session(boss.account).await,
        &ws,
        json!({ "kind": "GATEWAY" }),
    )
    .await;
    let gateway = gateway.data()["createApiKey"]["apiKey"]["id"].clone();
    let before = app.footprint().await;
    let (boss, by_bo) = (
        app.session(boss.account).await,
        app.session(bo.account).await,
    );
    for (by, id, code) in [
        (&boss, json!(bo.key_id.to_string()), "FORBIDDEN"),
        (&by_bo, json!(cy.key_id.to_string()), "NOT_FOUND"),
        (&by_bo, gateway.clone(), "NOT_FOUND"),
        (&by_bo, json!(eve.key_id.to_string()), "NOT_FOUND"),
        (&bo.key, json!(bo.key_id.to_string()), "FORBIDDEN"),
    ] {
        let refused = rotate(app, by, json!({ "id": id })).await;
        assert_eq!(refused.codes(), [code], "{id}");
    }
    assert_eq!(app.footprint().await, before);
    let rotated = rotate(app, &boss, json!({ "id": gateway })).await;
    assert_eq!(status(app, &new_secret(&rotated)).await, 200);
});
