//! GATEWAY keys belong to the workspace (KEY-8): they outlive whoever made them.

use chrono::Duration;
use concierge::{
    domain::permission::Permission,
    job::{outbox::deliver, sweeper::sweep},
};
use serde_json::{Value, json};

use super::{became, create, revoke, secret, status};
use crate::support::{
    TestApp, on_both,
    smtp::Smtp,
    world::{Member, Ws},
};

/// A GATEWAY key of the workspace: its id and its secret.
async fn gateway(app: &TestApp, ws: &Ws, maker: &Member) -> (Value, String) {
    let session = app.session(maker.account).await;
    let answer = create(
        app,
        &session,
        ws,
        json!({ "kind": "GATEWAY", "name": "Servers" }),
    )
    .await;
    let id = answer.data()["createApiKey"]["apiKey"]["id"].clone();
    (id, secret(&answer))
}

/// Whether the key may still count for the workspace, as the portal's servers do.
async fn counts(app: &TestApp, ws: &Ws, key: &str) -> bool {
    let input = json!({ "workspaceId": ws.id.to_string(), "type": "API_CALLS", "amount": 1,
        "clientAddress": "198.51.100.7" });
    let answer = app.try_mutate(key, "consumeQuota", input).await;
    status(app, key).await == 200 && answer.codes().is_empty()
}

/// How many mails about remaining keys are queued for those who may revoke them.
async fn warnings(app: &TestApp) -> i64 {
    app.count("outbox WHERE kind = 'WORKSPACE_KEYS_REMAIN' AND account_id IS NULL")
        .await
}

on_both!(key_8_a_gateway_key_outlives_its_makers_membership, |app| {
    let (ws, boss) = app.portal().await;
    let by = app.session(boss.account).await;
    let end = app.now() + Duration::minutes(5);
    let mut makers = Vec::new();
    for name in ["Bo Haugen", "Cy Marsh", "Dee Pratt"] {
        let maker = app.administrator(&ws, name).await;
        let key = gateway(app, &ws, &maker).await;
        makers.push((maker, key));
    }
    let end_of_dee = json!({ "membershipIds": [makers[2].0.id.to_string()], "endsAt": end });
    app.mutate(&by, "setAccessPeriod", end_of_dee).await;
    assert_eq!(warnings(app).await, 0);

    let disable = json!({ "membershipIds": [makers[0].0.id.to_string()] });
    let answer = app.mutate(&by, "disableMembers", disable.clone()).await;
    assert!(
        !answer.0["effects"]
            .to_string()
            .contains(makers[0].1.0.as_str().unwrap()),
        "{:#}",
        answer.0
    );
    assert_eq!(warnings(app).await, 1);
    app.mutate(&by, "disableMembers", disable).await;
    assert_eq!(warnings(app).await, 1, "disabled already");
    app.mutate(
        &by,
        "revokeMembers",
        json!({ "membershipIds": [makers[1].0.id.to_string(), makers[0].0.id.to_string()] }),
    )
    .await;
    assert_eq!(warnings(app).await, 3);
    app.pass(Duration::minutes(6));
    sweep(&app.app.deps).await.unwrap();
    assert_eq!(warnings(app).await, 4, "an end by time");

    for (maker, (id, key)) in &makers {
        assert!(counts(app, &ws, key).await, "{id}");
        assert_eq!(status(app, &maker.key).await, 401, "their own key");
    }
    let query = "query($id: ID!) { node(id: $id) { ... on ApiKey { state membership { state account { displayName } } } } }";
    let shown = app
        .post(Some(&by), query, json!({ "id": makers[1].1.0 }))
        .await;
    assert_eq!(shown.data()["node"]["state"], "ACTIVE");
    assert_eq!(
        shown.data()["node"]["membership"]["account"]["displayName"],
        "Cy Marsh",
        "the maker is still shown"
    );
    let done = revoke(app, &by, json!({ "ids": [makers[1].1.0] })).await;
    assert_eq!(became(&done), ["REVOKED"]);
    assert_eq!(status(app, &makers[1].1.1).await, 401);
});

on_both!(key_8_those_who_may_revoke_the_keys_are_mailed, |app| {
    let Some(smtp) = Smtp::start() else { return };
    let deps = app.mailing(&smtp);
    let (ws, boss) = app.portal().await;
    let ewp = app
        .member(&ws, "Eve Laurent")
        .with(Permission::EditWorkspaceProperties)
        .create()
        .await;
    app.member(&ws, "Fay Novak").create().await;
    let maker = app.administrator(&ws, "Bo Haugen").await;
    let (_, kept) = gateway(app, &ws, &maker).await;
    let (gone, _) = gateway(app, &ws, &maker).await;
    app.pass(Duration::seconds(1));
    deliver(&deps).await.unwrap();
    let before = smtp.mails().len();
    let by = app.session(boss.account).await;
    let revoked = json!({ "membershipIds": [maker.id.to_string()] });
    app.mutate(&by, "revokeMembers", revoked).await;
    revoke(app, &by, json!({ "ids": [gone] })).await;
    app.pass(Duration::seconds(1));
    deliver(&deps).await.unwrap();
    let mails = smtp.mails().split_off(before);
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to[0].as_str()).collect();
    to.sort_unstable();
    let mut expected = [boss.email.as_str(), ewp.email.as_str()];
    expected.sort_unstable();
    assert_eq!(to, expected);
    for mail in &mails {
        assert!(mail.text.contains("Bo Haugen"), "{}", mail.text);
        assert!(mail.text.contains(&kept[..12]), "{}", mail.text);
        assert!(!mail.text.contains(&kept), "no secret");
        assert_eq!(mail.text.matches("cck_").count(), 1, "not the revoked one");
    }
});

on_both!(key_8_a_maker_whose_keys_are_gone_is_no_news, |app| {
    let (ws, boss) = app.portal().await;
    let maker = app.administrator(&ws, "Bo Haugen").await;
    let by = app.session(boss.account).await;
    let (id, _) = gateway(app, &ws, &maker).await;
    revoke(app, &by, json!({ "ids": [id] })).await;
    let input = json!({ "membershipIds": [maker.id.to_string()] });
    app.mutate(&by, "disableMembers", input.clone()).await;
    assert_eq!(warnings(app).await, 0);
    let (_, key) = gateway(app, &ws, &boss).await;
    let dry = json!({ "membershipIds": [maker.id.to_string()], "dryRun": true });
    app.mutate(&by, "revokeMembers", dry).await;
    assert_eq!(warnings(app).await, 0, "nor of somebody else's keys");
    assert!(counts(app, &ws, &key).await);
});

on_both!(key_8_at_most_20_keys_of_a_workspace, |app| {
    let (ws, ada) = app.portal().await;
    let bo = app.administrator(&ws, "Bo Haugen").await;
    let (ada, bo) = (
        app.session(ada.account).await,
        app.session(bo.account).await,
    );
    let kind = json!({ "kind": "GATEWAY" });
    let mut last = Value::Null;
    for by in [&ada, &bo].into_iter().cycle().take(20) {
        let made = create(app, by, &ws, kind.clone()).await;
        secret(&made);
        last = made.data()["createApiKey"]["apiKey"]["id"].clone();
    }
    let before = app.footprint().await;
    let refused = create(app, &ada, &ws, kind.clone()).await;
    let error = &refused.data()["createApiKey"]["errors"][0];
    assert_eq!(error["code"], "LIMIT_REACHED");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("20"), "{message}");
    assert_eq!(app.footprint().await, before);
    // They count towards no member's fifty: one stands there already.
    for _ in 0..49 {
        secret(&create(app, &ada, &ws, json!({})).await);
    }
    let full = create(app, &ada, &ws, json!({})).await;
    assert_eq!(
        full.data()["createApiKey"]["errors"][0]["code"],
        "LIMIT_REACHED"
    );
    revoke(app, &bo, json!({ "ids": [last] })).await;
    secret(&create(app, &bo, &ws, kind).await);
});

on_both!(key_8_keys_of_the_workspace_are_nobodys_own, |app| {
    let (ws, boss) = app.portal().await;
    let maker = app.administrator(&ws, "Bo Haugen").await;
    let by = app.session(boss.account).await;
    let (id, key) = gateway(app, &ws, &maker).await;
    let who = app
        .post(
            Some(&key),
            "{ viewer { kind account { id } apiKey { id kind effectivePermissions } } }",
            json!({}),
        )
        .await;
    let viewer = &who.data()["viewer"];
    assert_eq!(
        (&viewer["account"], &viewer["apiKey"]["id"]),
        (&Value::Null, &id)
    );
    let all = revoke(app, &by, json!({ "membershipId": maker.id.to_string() })).await;
    assert_eq!(
        all.data()["revokeApiKeys"]["results"]
            .as_array()
            .unwrap()
            .len(),
        1,
        "all of a member are their own"
    );
    assert_eq!(status(app, &key).await, 200);
    let all = revoke(
        app,
        &by,
        json!({ "workspaceId": ws.id.to_string(), "all": true }),
    )
    .await;
    assert!(became(&all).len() >= 2);
    assert_eq!(status(app, &key).await, 401);
});
