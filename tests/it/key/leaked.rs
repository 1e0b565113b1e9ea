//! `findApiKey` and `reportLeakedApiKey` (KEY-3, KEY-11).

use chrono::Duration;
use concierge::domain::permission::Permission;
use serde_json::{Value, json};

use super::{create, secret, status};
use crate::support::{
    TestApp,
    app::Answer,
    on_both,
    world::{Member, Ws},
};

const FIND: &str = "mutation($input: FindApiKeyInput!) { findApiKey(input: $input) { \
    apiKey { id state prefix membership { account { displayName } } } errors { code path } } }";

const REPORT: &str = "mutation($input: ReportLeakedApiKeyInput!) { reportLeakedApiKey(input: $input) { \
    accepted errors { code path } } }";

async fn find(app: &TestApp, by: &str, ws: &Ws, secret: &str) -> Answer {
    let input = json!({ "workspaceId": ws.id.to_string(), "secret": secret });
    app.ask(FIND).by(by).input(input).send().await
}

async fn report(app: &TestApp, secret: &str) -> Answer {
    let input = json!({ "secret": secret, "foundAt": "https://code.example/config.py" });
    app.ask(REPORT).input(input).send().await
}

fn found(answer: &Answer) -> &Value {
    &answer.data()["findApiKey"]["apiKey"]["id"]
}

/// A key of a member and what rotating it made of it: the old secret and the new.
async fn rotated(app: &TestApp, member: &Member, overlap: i64) -> (String, String) {
    let query = "mutation($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { secret } }";
    let input = json!({ "id": member.key_id.to_string(), "overlapSeconds": overlap });
    let by = app.session(member.account).await;
    app.pass(Duration::minutes(1));
    let answer = app.ask(query).by(&by).input(input).send().await;
    let new = answer.data()["rotateApiKey"]["secret"].as_str().unwrap();
    (member.key.clone(), new.to_owned())
}

on_both!(key_11_a_key_is_found_by_its_secret, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let ewp = app
        .member(&ws, "Ada Veldkamp")
        .with(Permission::EditWorkspaceProperties)
        .create()
        .await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let (old, new) = rotated(app, &bo, 0).await;
    let by = app.session(ewp.account).await;
    for text in [old.clone(), new.clone(), format!(" {new}\n")] {
        assert_eq!(
            found(&find(app, &by, &ws, &text).await),
            &json!(bo.key_id.to_string())
        );
    }
    assert_eq!(
        app.count("audit_event WHERE kind = 'API_KEY_LOOKED_UP'")
            .await,
        3
    );
    assert_eq!(found(&find(app, &by, &ws, &eve.key).await), &Value::Null);
    let wrong = find(app, &by, &ws, "cck_nonsense").await;
    assert_eq!(wrong.user_errors("findApiKey"), ["INVALID_SECRET"]);
    assert_eq!(
        app.count("audit_event WHERE kind = 'API_KEY_LOOKED_UP'")
            .await,
        3
    );
    let by_bo = app.session(bo.account).await;
    for (by, ws) in [(&by_bo, &ws), (&ewp.key, &ws), (&by, &other)] {
        assert_eq!(find(app, by, ws, &new).await.codes(), ["FORBIDDEN"]);
    }
    assert_eq!(status(app, &new).await, 200, "it is only looked up");
});

on_both!(key_11_at_most_30_are_looked_up_in_a_minute, |app| {
    let (ws, boss) = app.portal().await;
    let by = app.session(boss.account).await;
    for _ in 0..30 {
        let answer = find(app, &by, &ws, "cck_nonsense").await;
        assert_eq!(answer.user_errors("findApiKey"), ["INVALID_SECRET"]);
    }
    assert_eq!(
        find(app, &by, &ws, &boss.key).await.codes(),
        ["RATE_LIMITED"]
    );
});

on_both!(key_11_whoever_has_a_secret_may_have_it_revoked, |app| {
    let (ws, boss) = app.portal().await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let by = app.session(boss.account).await;
    let gateway = secret(&create(app, &by, &ws, json!({ "kind": "GATEWAY" })).await);
    let accepted = json!({ "reportLeakedApiKey": { "accepted": true, "errors": [] } });
    for key in [&bo.key, &gateway] {
        assert_eq!(status(app, key).await, 200);
        assert_eq!(report(app, key).await.data(), &accepted);
        assert_eq!(status(app, key).await, 401, "on the very next request");
    }
    assert_eq!(
        app.count("audit_event WHERE kind = 'API_KEY_REVOKED' AND actor_kind = 'ANONYMOUS'")
            .await,
        2
    );
    let shown = find(app, &by, &ws, &bo.key).await;
    assert_eq!(shown.data()["findApiKey"]["apiKey"]["state"], "REVOKED");
    assert_eq!(
        (
            app.count("outbox WHERE kind = 'API_KEY_LEAKED' AND account_id IS NOT NULL")
                .await,
            app.count("outbox WHERE kind = 'API_KEY_LEAKED' AND account_id IS NULL")
                .await,
        ),
        (1, 2),
        "the owner, and for each key those who may revoke keys"
    );
    let before = app.footprint().await;
    let ids = &app.app.deps.ids;
    let unknown = concierge::domain::secret::ApiKeySecret::generate(ids);
    for text in [bo.key.as_str(), unknown.expose(), "nonsense", ""] {
        assert_eq!(report(app, text).await.data(), &accepted, "{text}");
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(key_11_a_secret_that_was_replaced_proves_nothing, |app| {
    let ws = app.workspace("riverton").await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let (old, new) = rotated(app, &bo, 60).await;
    app.pass(Duration::minutes(2));
    report(app, &old).await.data();
    assert_eq!(status(app, &new).await, 200);
    let cy = app.member(&ws, "Cy Marsh").create().await;
    let (old, new) = rotated(app, &cy, 3_600).await;
    report(app, &old).await.data();
    assert_eq!(
        status(app, &new).await,
        401,
        "one that still works takes its key along"
    );
});

on_both!(key_11_at_most_10_reports_a_minute_and_client, |app| {
    for _ in 0..10 {
        assert!(report(app, "nonsense").await.codes().is_empty());
    }
    assert_eq!(report(app, "nonsense").await.codes(), ["RATE_LIMITED"]);
    let long = json!({ "secret": "nonsense", "foundAt": "x".repeat(501) });
    let elsewhere = app
        .ask(REPORT)
        .from("198.51.100.9")
        .input(long)
        .send()
        .await;
    assert_eq!(elsewhere.user_errors("reportLeakedApiKey"), ["TOO_LONG"]);
});
