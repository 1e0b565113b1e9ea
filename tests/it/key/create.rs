//! `createApiKey`.

use chrono::Duration;
use concierge::domain::permission::Permission;
use serde_json::{Value, json};

use super::{create, revoke, secret, status};
use crate::support::{TestApp, app::Answer, on_both, world::Ws};

async fn refused(app: &TestApp, by: &str, ws: &Ws, more: Value) -> Vec<(String, Value)> {
    let before = app.footprint().await;
    let answer = create(app, by, ws, more).await;
    let made = &answer.data()["createApiKey"];
    assert_eq!(
        (&made["apiKey"], &made["secret"], &made["changes"]),
        (&Value::Null, &Value::Null, &json!([]))
    );
    assert_eq!(app.footprint().await, before);
    let errors = made["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| {
            (
                error["code"].as_str().unwrap().to_owned(),
                error["path"].clone(),
            )
        })
        .collect()
}

/// The one code of a call that was refused as a whole.
#[track_caller]
fn whole(answer: &Answer) -> String {
    let is_null = answer
        .body
        .get("data")
        .is_none_or(|data| *data == json!({ "createApiKey": null }));
    assert!(is_null, "{:#}", answer.body);
    answer.codes().join(" ")
}

on_both!(key_1_names_and_dates_are_checked, |app| {
    let ws = app.workspace("riverton").await;
    let session = app
        .session(app.member(&ws, "Ada Veldkamp").create().await.account)
        .await;
    let name = |code: &str| vec![(code.to_owned(), json!(["name"]))];
    for (text, code) in [
        (String::new(), "TOO_SHORT"),
        (" \t ".to_owned(), "TOO_SHORT"),
        ("é".repeat(101), "TOO_LONG"),
        ("x".repeat(10_000), "TOO_LONG"),
        ("a\u{0}b".to_owned(), "INVALID_CHARACTERS"),
        ("a\nb".to_owned(), "INVALID_CHARACTERS"),
        ("a\u{7f}b".to_owned(), "INVALID_CHARACTERS"),
        ("a\u{85}b".to_owned(), "INVALID_CHARACTERS"),
    ] {
        assert_eq!(
            refused(app, &session, &ws, json!({ "name": text })).await,
            name(code)
        );
    }
    let longest = create(
        app,
        &session,
        &ws,
        json!({ "name": format!("  {}  ", "é".repeat(100)) }),
    )
    .await;
    assert_eq!(
        longest.data()["createApiKey"]["apiKey"]["name"],
        "é".repeat(100)
    );
    for at in [app.at(0), app.at(-400 * 86_400)] {
        let errors = refused(app, &session, &ws, json!({ "expiresAt": at })).await;
        assert_eq!(errors, [("ENDS_IN_PAST".to_owned(), json!(["expiresAt"]))]);
    }
    let errors = refused(
        app,
        &session,
        &ws,
        json!({ "allowedNetworks": ["192.0.2.0/24", "nonsense", "10.0.0.0/33"] }),
    )
    .await;
    let network = |place: &str| {
        (
            "INVALID_NETWORK".to_owned(),
            json!(["allowedNetworks", place]),
        )
    };
    assert_eq!(errors, [network("1"), network("2")]);
    let errors = refused(
        app,
        &session,
        &ws,
        json!({ "name": "", "expiresAt": "2001-01-01T00:00:00Z" }),
    )
    .await;
    assert_eq!(errors.len(), 2, "all that is wrong is told at once");
});

on_both!(key_1_wrong_forms_are_bad_input, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session(ada.account).await;
    let before = app.footprint().await;
    for more in [
        json!({ "workspaceId": "nonsense" }),
        json!({ "workspaceId": ada.id.to_string() }),
        json!({ "permissions": ["NO_SUCH"] }),
        json!({ "kind": "NO_SUCH" }),
        json!({ "expiresAt": "tomorrow" }),
        json!({ "expiresAt": "2026-02-30T00:00:00Z" }),
        json!({ "name": null }),
        json!({ "nothing": 1 }),
        json!({ "kind": "GATEWAY", "permissions": [] }),
        json!({ "allowedNetworks": vec!["192.0.2.1"; 21] }),
        json!({ "permissions": vec!["CREATE_PAGES"; 1_001] }),
        json!({ "idempotencyKey": "" }),
        json!({ "idempotencyKey": "x".repeat(256) }),
        json!({ "idempotencyKey": "a\u{0}" }),
    ] {
        let answer = create(app, &session, &ws, more.clone()).await;
        assert_eq!(whole(&answer), "BAD_USER_INPUT", "{more}");
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(key_1_at_most_50_keys, |app| {
    let ws = app.workspace("riverton").await;
    let session = app
        .session(app.member(&ws, "Ada Veldkamp").create().await.account)
        .await;
    let end = app.at(60);
    // With the one that every member has here.
    secret(&create(app, &session, &ws, json!({ "expiresAt": end })).await);
    let mut last = Value::Null;
    for _ in 0..48 {
        last = create(app, &session, &ws, json!({})).await.data()["createApiKey"]["apiKey"]["id"]
            .clone();
    }
    let limit = [("LIMIT_REACHED".to_owned(), json!(["workspaceId"]))];
    assert_eq!(refused(app, &session, &ws, json!({})).await, limit);
    revoke(app, &session, json!({ "ids": [last] })).await.data();
    secret(&create(app, &session, &ws, json!({})).await);
    assert_eq!(
        refused(app, &session, &ws, json!({})).await,
        limit,
        "a revoked one counts no more"
    );
    app.pass(Duration::minutes(1));
    secret(&create(app, &session, &ws, json!({})).await);
    assert_eq!(
        refused(app, &session, &ws, json!({})).await,
        limit,
        "nor an expired one"
    );
    // Another member has fifty of their own.
    let other = app
        .session(app.member(&ws, "Bo Haugen").create().await.account)
        .await;
    secret(&create(app, &other, &ws, json!({})).await);
});

on_both!(key_1_members_make_keys_and_nobody_else, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let ada = app
        .member(&ws, "Ada Veldkamp")
        .with(Permission::EditWorkspaceProperties)
        .create()
        .await;
    let disabled = app.member(&ws, "Bo Haugen").disabled().create().await;
    let session = app.session(ada.account).await;
    let before = app.footprint().await;
    assert_eq!(
        whole(&create(app, &session, &other, json!({})).await),
        "FORBIDDEN"
    );
    let nowhere = json!({ "workspaceId": concierge::domain::id::WorkspaceId(app.app.deps.ids.uuid(app.now())).to_string() });
    assert_eq!(
        whole(&create(app, &session, &ws, nowhere).await),
        "NOT_FOUND"
    );
    assert_eq!(
        whole(&create(app, &session, &ws, json!({ "kind": "GATEWAY" })).await),
        "FORBIDDEN"
    );
    let his = app.session(disabled.account).await;
    assert_eq!(whole(&create(app, &his, &ws, json!({})).await), "FORBIDDEN");
    assert_eq!(app.footprint().await, before);
    let boss = app
        .session(app.administrator(&ws, "Cy Marsh").await.account)
        .await;
    let gateway = create(app, &boss, &ws, json!({ "kind": "GATEWAY" })).await;
    assert_eq!(gateway.data()["createApiKey"]["apiKey"]["kind"], "GATEWAY");
    assert_eq!(
        gateway.data()["createApiKey"]["apiKey"]["effectivePermissions"],
        json!([])
    );
    assert_eq!(status(app, &secret(&gateway)).await, 200);
});

on_both!(key_1_the_answer_says_what_changed, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let session = app.session(ada.account).await;
    let made = create(
        app,
        &session,
        &ws,
        json!({ "permissions": ["MANAGE_REUSES"] }),
    )
    .await;
    let made = &made.data()["createApiKey"];
    let id = made["apiKey"]["id"].clone();
    let changes = made["changes"].as_array().unwrap();
    assert!(
        changes
            .iter()
            .all(|change| change["subjectId"] == id && change["before"].is_null())
    );
    let fields: Vec<&str> = changes
        .iter()
        .map(|change| change["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["name", "kind", "prefix", "permissions"]);
    assert_eq!(
        (&made["replayed"], &made["effects"]),
        (&json!(false), &json!([]))
    );
    assert_eq!(
        app.count("audit_event WHERE kind = 'API_KEY_CREATED'")
            .await,
        1
    );
});

on_both!(aud_4_a_rehearsal_leaves_nothing, |app| {
    let ws = app.workspace("riverton").await;
    let session = app
        .session(app.member(&ws, "Ada Veldkamp").create().await.account)
        .await;
    let before = app.footprint().await;
    let input = json!({ "dryRun": true, "idempotencyKey": "one", "permissions": ["CREATE_PAGES"] });
    let dry = create(app, &session, &ws, input).await;
    let dry = &dry.data()["createApiKey"];
    assert_eq!(
        (&dry["apiKey"], &dry["secret"], &dry["errors"]),
        (&Value::Null, &Value::Null, &json!([]))
    );
    let fields: Vec<&Value> = dry["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| &change["field"])
        .collect();
    assert_eq!(fields, ["name", "kind", "prefix", "permissions"]);
    assert_eq!(app.footprint().await, before);
    let bad = create(app, &session, &ws, json!({ "dryRun": true, "name": "" })).await;
    assert_eq!(bad.user_errors("createApiKey"), ["TOO_SHORT"]);
    // The name of the call is still free.
    let real = create(app, &session, &ws, json!({ "idempotencyKey": "one" })).await;
    assert_eq!(real.data()["createApiKey"]["replayed"], false);
});

on_both!(aud_5_a_repeated_call_shows_no_secret, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let (session, again) = (
        app.session(ada.account).await,
        app.session(ada.account).await,
    );
    let first = create(app, &session, &ws, json!({ "idempotencyKey": "one" })).await;
    let key = secret(&first);
    let before = app.footprint().await;
    // From another session of the same person.
    let second = create(app, &again, &ws, json!({ "idempotencyKey": "one" })).await;
    let (first, replay) = (
        &first.data()["createApiKey"],
        &second.data()["createApiKey"],
    );
    assert_eq!(
        (&replay["secret"], &replay["replayed"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(second.user_errors("createApiKey"), ["SECRET_ALREADY_SHOWN"]);
    assert_eq!(
        (&replay["apiKey"], &replay["changes"]),
        (&first["apiKey"], &first["changes"])
    );
    let other = create(
        app,
        &session,
        &ws,
        json!({ "idempotencyKey": "one", "name": "other" }),
    )
    .await;
    assert_eq!(whole(&other), "IDEMPOTENCY_CONFLICT");
    assert_eq!(app.footprint().await, before);
    use sea_orm::EntityTrait;
    let kept = concierge::entity::idempotency_record::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    assert!(kept.len() == 1 && !format!("{kept:?}").contains(&key[4..]));
    // Another person's "one", and the next day's.
    let bo = app
        .session(app.member(&ws, "Bo Haugen").create().await.account)
        .await;
    assert_eq!(
        create(app, &bo, &ws, json!({ "idempotencyKey": "one" }))
            .await
            .data()["createApiKey"]["replayed"],
        false
    );
    app.pass(Duration::hours(24));
    let next = create(app, &session, &ws, json!({ "idempotencyKey": "one" })).await;
    assert_eq!(next.data()["createApiKey"]["replayed"], false);
    assert_eq!(status(app, &key).await, 200);
});

on_both!(key_1_a_new_key_is_mailed_to_its_owner, |app| {
    use concierge::domain::mail::MailKind;
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let session = app.session(ada.account).await;
    refused(app, &session, &ws, json!({ "name": "" })).await;
    create(
        app,
        &session,
        &ws,
        json!({ "name": "Harvester", "dryRun": true }),
    )
    .await;
    assert_eq!(
        app.mails(MailKind::ApiKeyCreated, &ada.email).await.len(),
        0
    );
    let made = create(app, &session, &ws, json!({ "name": "Harvester" })).await;
    let mails = app.mails(MailKind::ApiKeyCreated, &ada.email).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(
        mails[0].subject_id.as_deref(),
        made.data()["createApiKey"]["apiKey"]["id"].as_str()
    );
    assert!(
        !format!("{:?}", mails[0]).contains(&secret(&made)[12..]),
        "no secret in the outbox"
    );
});
