//! What no key reaches.

use serde_json::{Value, json};

use super::{CREATE, REVOKE, create, revoke, secret};
use crate::support::{TestApp, on_both, person::SIGN_IN};

async fn data(app: &TestApp, key: &str, query: &str, variables: Value) -> Value {
    app.post(Some(key), query, variables).await.data().clone()
}

on_both!(key_5_a_key_sees_itself_and_no_other, |app| {
    let (ws, ada) = app.portal().await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let mine = "{ viewer { apiKey { id name state kind membership { id } } } }";
    let seen = data(app, &ada.key, mine, json!({})).await;
    let expected = json!({ "id": ada.key_id.to_string(), "name": "test", "state": "ACTIVE", "kind": "MEMBER",
        "membership": { "id": ada.id.to_string() } });
    assert_eq!(seen["viewer"]["apiKey"], expected);
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(
        data(app, &ada.key, node, json!({ "id": ada.key_id.to_string() })).await["node"]["id"],
        ada.key_id.to_string()
    );
    assert_eq!(
        data(app, &ada.key, node, json!({ "id": bo.key_id.to_string() })).await,
        json!({ "node": null })
    );
    let lists = "{ workspace(slug: \"riverton\") { name apiKeys { totalCount } } \
        viewer { membership(workspace: \"riverton\") { state apiKeys { totalCount } } } }";
    let answer = app.post(Some(&ada.key), lists, json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (200, vec!["FORBIDDEN", "FORBIDDEN"])
    );
    let expected = json!({
        "workspace": { "name": "riverton open data", "apiKeys": null },
        "viewer": { "membership": { "state": "ACTIVE", "apiKeys": null } },
    });
    assert_eq!(
        answer.body["data"], expected,
        "the rest of the answer stands"
    );
});

on_both!(
    key_5_a_key_makes_and_revokes_no_keys_and_knows_no_sessions,
    |app| {
        let (ws, ada) = app.portal().await;
        let session = app.session(ada.account).await;
        let ses = data(app, &session, "{ viewer { session { id } } }", json!({})).await["viewer"]["session"]["id"].clone();
        let before = app.footprint().await;
        let own = json!({ "ids": [ada.key_id.to_string()] });
        let sign_out = "mutation { signOut(input: {}) { endedSessionIds } }";
        let made = create(app, &ada.key, &ws, json!({})).await;
        let dry = create(app, &ada.key, &ws, json!({ "dryRun": true })).await;
        let revoked = revoke(app, &ada.key, own).await;
        let all = revoke(
            app,
            &ada.key,
            json!({ "workspaceId": ws.id.to_string(), "all": true }),
        )
        .await;
        let out = app.post(Some(&ada.key), sign_out, json!({})).await;
        let input = json!({ "email": ada.email, "password": "x" });
        let signed_in = app.ask(SIGN_IN).by(&ada.key).input(input).send().await;
        for answer in [made, dry, revoked, all, out, signed_in] {
            assert_eq!(
                (answer.status.as_u16(), answer.codes()),
                (200, vec!["FORBIDDEN"]),
                "{:#}",
                answer.body
            );
        }
        assert_eq!(app.footprint().await, before);
        let viewer = data(
            app,
            &ada.key,
            "{ viewer { profile { email } session { id } } }",
            json!({}),
        )
        .await;
        assert_eq!(
            viewer,
            json!({ "viewer": { "profile": null, "session": null } })
        );
        let node = data(
            app,
            &ada.key,
            "query($id: ID!) { node(id: $id) { id } }",
            json!({ "id": ses }),
        )
        .await;
        assert_eq!(node, json!({ "node": null }));
        // Nobody at all.
        for query in [CREATE, REVOKE] {
            let input = match query {
                CREATE => json!({ "workspaceId": ws.id.to_string(), "name": "x" }),
                _ => json!({ "ids": [ada.key_id.to_string()] }),
            };
            assert_eq!(
                app.ask(query).input(input).send().await.codes(),
                ["UNAUTHENTICATED"]
            );
        }
    }
);

on_both!(key_5_a_key_knows_its_workspace_alone, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let there = app
        .member(&other, "Ada Veldkamp")
        .of(ada.account)
        .create()
        .await;
    let session = app.session(ada.account).await;
    let by_slug = "query($slug: String!) { workspace(slug: $slug) { slug } }";
    assert_eq!(
        data(app, &session, by_slug, json!({ "slug": "lakeside" })).await["workspace"]["slug"],
        "lakeside"
    );
    assert_eq!(
        data(app, &ada.key, by_slug, json!({ "slug": "lakeside" })).await,
        json!({ "workspace": null })
    );
    assert_eq!(
        data(app, &ada.key, by_slug, json!({ "slug": "riverton" })).await["workspace"]["slug"],
        "riverton"
    );
    let list = data(
        app,
        &ada.key,
        "{ workspaces { nodes { slug } totalCount } }",
        json!({}),
    )
    .await;
    assert_eq!(
        list["workspaces"],
        json!({ "nodes": [{ "slug": "riverton" }], "totalCount": 1 })
    );
    let node = "query($id: ID!) { node(id: $id) { id } }";
    for id in [
        other.id.to_string(),
        there.id.to_string(),
        there.key_id.to_string(),
    ] {
        assert_eq!(
            data(app, &ada.key, node, json!({ "id": id })).await,
            json!({ "node": null }),
            "{id}"
        );
    }
    let can = "{ viewer { can(workspace: \"lakeside\", permission: CREATE_PAGES) membership(workspace: \"lakeside\") { id } } }";
    assert_eq!(
        data(app, &there.key, can, json!({})).await["viewer"]["membership"]["id"],
        there.id.to_string()
    );
    assert_eq!(
        data(app, &ada.key, can, json!({})).await,
        json!({ "viewer": { "can": false, "membership": null } })
    );
    let accounts = data(app, &ada.key, "{ viewer { account { email } } }", json!({})).await;
    assert_eq!(accounts["viewer"]["account"]["email"], ada.email);
});

on_both!(key_5_emails_with_ewp_only, |app| {
    const NODE: &str =
        "query($id: ID!) { node(id: $id) { ... on Membership { account { displayName email } } } }";
    let (ws, ada) = app.portal().await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let session = app.session(ada.account).await;
    let with = secret(
        &create(
            app,
            &session,
            &ws,
            json!({ "permissions": ["EDIT_WORKSPACE_PROPERTIES"] }),
        )
        .await,
    );
    let without = secret(
        &create(
            app,
            &session,
            &ws,
            json!({ "permissions": ["CREATE_PAGES"] }),
        )
        .await,
    );
    let id = json!({ "id": bo.id.to_string() });
    assert_eq!(
        data(app, &with, NODE, id.clone()).await["node"]["account"]["email"],
        bo.email
    );
    assert_eq!(data(app, &without, NODE, id).await, json!({ "node": null }));
});
