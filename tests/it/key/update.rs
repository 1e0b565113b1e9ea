//! `updateApiKey` (KEY-10).

use chrono::Duration;
use concierge::domain::permission::Permission;
use serde_json::{Value, json};

use super::{create, revoke, secret, status};
use crate::support::{TestApp, app::Answer, on_both, world::Member};

const UPDATE: &str = "mutation($input: UpdateApiKeyInput!) { updateApiKey(input: $input) { \
    apiKey { id name permissions effectivePermissions expiresAt allowedNetworks } \
    errors { code path message } changes { subjectId field before after } effects { gained } replayed } }";

async fn update(app: &TestApp, by: &str, input: Value) -> Answer {
    app.ask(UPDATE).by(by).input(input).send().await
}

/// The list of the member's newest key as of an instant.
async fn listed(app: &TestApp, by: &str, member: &Member, at: Option<&str>) -> Value {
    let query = "query($id: ID!, $at: DateTime) { workspace(slug: \"riverton\") { member(id: $id, asOf: $at) { \
        apiKeys(last: 1) { nodes { permissions } } } } }";
    let variables = json!({ "id": member.id.to_string(), "at": at });
    let answer = app.post(Some(by), query, variables).await;
    answer.data()["workspace"]["member"]["apiKeys"]["nodes"][0]["permissions"].clone()
}

on_both!(
    key_10_everything_about_a_key_can_change_but_its_secret,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app
            .member(&ws, "Ada Veldkamp")
            .with(Permission::CreatePages)
            .create()
            .await;
        let session = app.session(ada.account).await;
        let made = create(app, &session, &ws, json!({ "permissions": [] })).await;
        let (id, key) = (
            made.data()["createApiKey"]["apiKey"]["id"].clone(),
            secret(&made),
        );
        let end = app.at(3_600);
        let input = json!({ "id": id, "name": "  Robot two ", "permissions": ["CREATE_PAGES", "EDIT_ALL_PAGES"],
        "expiresAt": end, "allowedNetworks": ["192.0.2.7"] });
        let answer = update(app, &session, input.clone()).await;
        let changed = &answer.data()["updateApiKey"];
        assert_eq!(
            changed["apiKey"],
            json!({ "id": id, "name": "Robot two", "permissions": ["CREATE_PAGES", "EDIT_ALL_PAGES"],
            // Never more than its member has.
            "effectivePermissions": ["CREATE_PAGES"], "expiresAt": end, "allowedNetworks": ["192.0.2.7/32"] }),
            "{changed:#}"
        );
        let fields: Vec<&str> = changed["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| change["field"].as_str().unwrap())
            .collect();
        assert_eq!(
            fields,
            ["name", "expiresAt", "allowedNetworks", "permissions"]
        );
        assert_eq!(status(app, &key).await, 401, "from another network");
        let again = update(app, &session, input).await;
        assert_eq!(again.data()["updateApiKey"]["changes"], json!([]));
        assert_eq!(
            app.count("audit_event WHERE kind = 'API_KEY_UPDATED'")
                .await,
            1,
            "what changes nothing is no event"
        );
        let back =
            json!({ "id": id, "permissions": null, "expiresAt": null, "allowedNetworks": [] });
        let answer = update(app, &session, back).await;
        let shown = &answer.data()["updateApiKey"]["apiKey"];
        assert_eq!(
            (&shown["permissions"], &shown["expiresAt"], &shown["name"]),
            (&Value::Null, &Value::Null, &json!("Robot two"))
        );
        app.pass(Duration::hours(2));
        assert_eq!(status(app, &key).await, 200, "the end was taken away");
    }
);

on_both!(key_10_the_list_of_the_past_stays_true, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session(ada.account).await;
    let made = create(app, &session, &ws, json!({})).await;
    let id = made.data()["createApiKey"]["apiKey"]["id"].clone();
    let mut instants = vec![(app.at(1), Value::Null)];
    for permissions in [
        json!(["CREATE_PAGES"]),
        json!([]),
        Value::Null,
        json!(["CREATE_PAGES", "EDIT_ALL_PAGES"]),
        json!(["EDIT_ALL_PAGES"]),
    ] {
        app.pass(Duration::minutes(1));
        let input = json!({ "id": id, "permissions": permissions });
        let answer = update(app, &session, input).await;
        assert_eq!(
            answer.data()["updateApiKey"]["apiKey"]["permissions"],
            permissions
        );
        instants.push((app.at(1), permissions));
    }
    app.pass(Duration::minutes(1));
    for (at, permissions) in instants {
        assert_eq!(
            listed(app, &session, &ada, Some(&at)).await,
            permissions,
            "{at}"
        );
    }
    assert_eq!(
        listed(app, &session, &ada, None).await,
        json!(["EDIT_ALL_PAGES"])
    );
});

on_both!(key_10_what_is_wrong_changes_nothing, |app| {
    let (ws, boss) = app.portal().await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let (by, session) = (
        app.session(boss.account).await,
        app.session(bo.account).await,
    );
    let made = create(app, &session, &ws, json!({})).await;
    let id = made.data()["createApiKey"]["apiKey"]["id"].clone();
    let gateway = create(app, &by, &ws, json!({ "kind": "GATEWAY" })).await;
    let gateway = gateway.data()["createApiKey"]["apiKey"]["id"].clone();
    let before = app.footprint().await;
    for (more, errors) in [
        (json!({ "name": " " }), vec!["TOO_SHORT"]),
        (json!({ "name": "x".repeat(101) }), vec!["TOO_LONG"]),
        (json!({ "expiresAt": app.at(-1) }), vec!["ENDS_IN_PAST"]),
        (
            json!({ "allowedNetworks": ["nowhere"] }),
            vec!["INVALID_NETWORK"],
        ),
    ] {
        let mut input = more.clone();
        input["id"] = id.clone();
        let refused = update(app, &session, input).await;
        assert_eq!(refused.user_errors("updateApiKey"), errors, "{more}");
    }
    for (by, input, code) in [
        (&by, json!({ "id": id, "name": "mine" }), "FORBIDDEN"),
        (&bo.key, json!({ "id": id, "name": "mine" }), "FORBIDDEN"),
        (
            &session,
            json!({ "id": gateway, "name": "mine" }),
            "NOT_FOUND",
        ),
        (
            &by,
            json!({ "id": gateway, "permissions": [] }),
            "BAD_USER_INPUT",
        ),
        (
            &session,
            json!({ "id": id, "allowedNetworks": vec!["192.0.2.1"; 21] }),
            "BAD_USER_INPUT",
        ),
    ] {
        assert_eq!(
            update(app, by, input.clone()).await.codes(),
            [code],
            "{input}"
        );
    }
    assert_eq!(app.footprint().await, before);
    revoke(app, &session, json!({ "ids": [id] })).await;
    let refused = update(app, &session, json!({ "id": id, "name": "late" })).await;
    assert_eq!(refused.user_errors("updateApiKey"), ["NOT_ACTIVE"]);
    let renamed = update(app, &by, json!({ "id": gateway, "name": "Servers" })).await;
    assert_eq!(
        renamed.data()["updateApiKey"]["apiKey"]["name"],
        "Servers",
        "an administrator changes a key of the workspace"
    );
});
