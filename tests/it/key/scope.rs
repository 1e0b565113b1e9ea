//! A key has what is on its list and its member holds.

use concierge::domain::permission::{Permission, Preset};
use serde_json::{Value, json};

use super::{create, secret, status};
use crate::support::{TestApp, on_both};

const MINE: &str = "{ viewer { apiKey { permissions effectivePermissions } \
    edit: can(workspace: \"riverton\", permission: EDIT_ALL_DATASETS) \
    pages: can(workspace: \"riverton\", permission: CREATE_PAGES) \
    reuses: can(workspace: \"riverton\", permission: MANAGE_REUSES) account { displayName } } }";

async fn mine(app: &TestApp, key: &str) -> Value {
    app.post(Some(key), MINE, json!({})).await.data()["viewer"].clone()
}

on_both!(key_1_rights_are_the_list_and_the_members, |app| {
    let ws = app.workspace("riverton").await;
    let member = || {
        app.member(&ws, "Ada Veldkamp")
            .with(Permission::EditAllDatasets)
            .with(Permission::CreatePages)
    };
    let ada = member()
        .scoped(&[Permission::EditAllDatasets, Permission::ManageReuses])
        .create()
        .await;
    let listed = mine(app, &ada.key).await;
    assert_eq!(
        listed["apiKey"]["permissions"],
        json!(["EDIT_ALL_DATASETS", "MANAGE_REUSES"])
    );
    assert_eq!(
        listed["apiKey"]["effectivePermissions"],
        json!(["EDIT_ALL_DATASETS"])
    );
    assert_eq!(
        (&listed["edit"], &listed["pages"], &listed["reuses"]),
        (&json!(true), &json!(false), &json!(false))
    );
    // The moment the member holds it, the key does.
    let from = concierge::domain::interval::Interval::from(app.now());
    app.grant_row(
        &ws,
        Some(ada.id),
        None,
        Some(Permission::ManageReuses),
        from,
        None,
    )
    .await;
    assert_eq!(mine(app, &ada.key).await["reuses"], true);

    let session = app.session(ada.account).await;
    let all = secret(&create(app, &session, &ws, json!({})).await);
    let all = mine(app, &all).await;
    assert_eq!(all["apiKey"]["permissions"], Value::Null);
    assert_eq!(
        all["apiKey"]["effectivePermissions"],
        json!(["EDIT_ALL_DATASETS", "CREATE_PAGES", "MANAGE_REUSES"])
    );

    let nothing = secret(&create(app, &session, &ws, json!({ "permissions": [] })).await);
    let nothing = mine(app, &nothing).await;
    assert_eq!(
        nothing["apiKey"],
        json!({ "permissions": [], "effectivePermissions": [] })
    );
    assert_eq!(
        (&nothing["edit"], &nothing["account"]["displayName"]),
        (&json!(false), &json!("Ada Veldkamp"))
    );

    // Made at this very instant, and with a list: it works on the next request.
    let one = secret(
        &create(
            app,
            &session,
            &ws,
            json!({ "permissions": ["CREATE_PAGES", "CREATE_PAGES"] }),
        )
        .await,
    );
    let one = mine(app, &one).await;
    assert_eq!(
        one["apiKey"],
        json!({ "permissions": ["CREATE_PAGES"], "effectivePermissions": ["CREATE_PAGES"] })
    );
    assert_eq!((&one["pages"], &one["edit"]), (&json!(true), &json!(false)));
});

on_both!(
    key_1_a_key_with_a_list_is_no_administrator_and_none_gives_the_role,
    |app| {
        const SET: &str = "mutation($input: SetMemberRoleInput!) { setMemberRole(input: $input) { results { outcome code } } }";
        let (ws, ada) = app.portal().await;
        let bo = app.administrator(&ws, "Bo Haugen").await;
        let cy = app.member(&ws, "Cy Marsh").create().await;
        let session = app.session(ada.account).await;
        let scoped = secret(
            &create(
                app,
                &session,
                &ws,
                json!({ "permissions": ["EDIT_WORKSPACE_PROPERTIES"] }),
            )
            .await,
        );
        let whole = secret(&create(app, &session, &ws, json!({})).await);
        let take = json!({ "membershipIds": [bo.id.to_string()], "roleId": null });
        let role = app.preset(&ws, Preset::Administrator).await.to_string();
        let give = json!({ "membershipIds": [cy.id.to_string()], "roleId": role });
        let set = async |key: &str, input: &Value| {
            let answer = app.ask(SET).by(key).input(input.clone()).send().await;
            let result = &answer.data()["setMemberRole"]["results"][0];
            result["code"]
                .as_str()
                .or(result["outcome"].as_str())
                .unwrap()
                .to_owned()
        };
        assert_eq!(set(&scoped, &give).await, "FORBIDDEN");
        assert_eq!(set(&whole, &give).await, "FORBIDDEN");
        assert_eq!(set(&scoped, &take).await, "FORBIDDEN");
        assert_eq!(set(&whole, &take).await, "CHANGED");
        assert_eq!(set(&session, &give).await, "CHANGED");
    }
);

on_both!(key_1_networks_refuse_like_a_bad_key, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let session = app.session(ada.account).await;
    let networks = json!([
        " 192.0.2.77/24 ",
        "2001:DB8::/32",
        "::ffff:198.51.100.7",
        "192.0.2.0/24",
        "::ffff:192.0.2.0/120"
    ]);
    let made = create(app, &session, &ws, json!({ "allowedNetworks": networks })).await;
    let kept = &made.data()["createApiKey"]["apiKey"]["allowedNetworks"];
    assert_eq!(
        *kept,
        json!(["192.0.2.0/24", "2001:db8::/32", "198.51.100.7/32"])
    );
    let key = secret(&made);
    let from = async |client: &str| {
        app.ask("{ viewer { kind } }")
            .by(&key)
            .from(client)
            .send()
            .await
    };
    for client in [
        "192.0.2.1",
        "::ffff:192.0.2.1",
        "2001:db8:1::1",
        "198.51.100.7",
    ] {
        assert_eq!(from(client).await.status, 200, "{client}");
    }
    let bad = app
        .ask("{ viewer { kind } }")
        .by("cck_nonsense")
        .send()
        .await;
    for client in ["127.0.0.1", "198.51.100.8", "2001:db9::1"] {
        let refused = from(client).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body),
            (401, &bad.body),
            "{client}"
        );
    }
    assert_eq!(status(app, &ada.key).await, 200);
});
