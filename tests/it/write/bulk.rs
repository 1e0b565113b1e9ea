//! Calls over many items (BULK-1).

use concierge::domain::{id::MembershipId, interval::Interval, permission::Preset};
use serde_json::{Value, json};

use crate::support::{
    Payload, TestApp, on_both,
    world::{Member, Ws},
};

struct World {
    ws: Ws,
    ada: Member,
    session: String,
    /// Good, unknown, good, of another workspace, the first again, ended, an administrator.
    ids: Vec<String>,
}

async fn world(app: &TestApp) -> World {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(concierge::domain::permission::Permission::EditWorkspaceProperties);
    let ewp = ewp
        .with(concierge::domain::permission::Permission::ManageReuses)
        .create()
        .await;
    let (ben, cho) = (
        app.member(&ws, "Ben Okafor").create().await,
        app.member(&ws, "Cho Minh").create().await,
    );
    let eve = app.administrator(&other, "Eve Laurent").await;
    let gone = Interval::new(
        app.now() - chrono::Duration::days(2),
        app.now() - chrono::Duration::days(1),
    );
    let ended = app.member(&ws, "Eli Berg").during(gone).create().await;
    let unknown = MembershipId(app.app.deps.ids.uuid(app.now()));
    let ids = [ben.id, unknown, cho.id, eve.id, ben.id, ended.id, ada.id]
        .map(|id| id.to_string())
        .to_vec();
    let session = app.session_of(ewp.account).await;
    World {
        ws,
        ada,
        session,
        ids,
    }
}

/// Every item has its place and names what the call named.
fn in_order(done: &Payload, ids: &[String]) {
    for (place, id) in ids.iter().enumerate() {
        let item = &done.0["results"][place];
        assert_eq!(
            (&item["index"], &item["targetId"]),
            (&json!(place), &json!(id))
        );
        assert_eq!(item["code"].is_null(), item["message"].is_null());
        assert_ne!(item["code"].is_null(), item["outcome"].is_null());
    }
    assert_eq!(done.0["results"].as_array().unwrap().len(), ids.len());
}

fn with(mut input: Value, field: &str, value: Value) -> Value {
    input[field] = value;
    input
}

on_both!(bulk_1_failed_items_are_skipped_and_the_rest_commit, |app| {
    let World {
        ws,
        ada,
        session,
        ids,
    } = world(app).await;
    let viewer = app
        .role(
            &ws,
            "Moderator",
            &[concierge::domain::permission::Permission::ManageReuses],
        )
        .await
        .to_string();
    let failed = [
        "NOT_FOUND",
        "NOT_FOUND",
        "DUPLICATE",
        "NOT_ACTIVE",
        "FORBIDDEN",
    ];
    for (mutation, input, good) in [
        (
            "grantPermissions",
            json!({ "membershipIds": ids, "permissions": ["MANAGE_REUSES"] }),
            "GRANTED",
        ),
        (
            "revokePermissions",
            json!({ "membershipIds": ids, "permissions": ["MANAGE_REUSES"] }),
            "REVOKED",
        ),
        (
            "setMemberRole",
            json!({ "membershipIds": ids, "roleId": viewer }),
            "CHANGED",
        ),
    ] {
        let expected = [
            good, failed[0], good, failed[1], failed[2], failed[3], failed[4],
        ];
        let before = app.footprint().await;
        let undone = app
            .mutate(
                &session,
                mutation,
                with(input.clone(), "atomic", json!(true)),
            )
            .await;
        in_order(&undone, &ids);
        assert_eq!(
            undone.became(),
            expected.map(|code| if code == good { "ROLLED_BACK" } else { code }),
            "{mutation}"
        );
        assert_eq!(
            (&undone.0["changes"], &undone.0["effects"]),
            (&json!([]), &json!([]))
        );
        assert_eq!(
            app.footprint().await,
            before,
            "{mutation}: atomic undoes all"
        );

        let done = app.mutate(&session, mutation, input).await;
        in_order(&done, &ids);
        assert_eq!(done.became(), expected, "{mutation}");
        let shown: Vec<_> = done.0["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["membership"].is_object())
            .collect();
        assert_eq!(
            shown,
            [true, false, true, false, true, true, true],
            "{mutation}"
        );
    }
    // Atomic without a failure commits.
    let input = json!({ "membershipIds": [ids[0], ids[2]], "roleId": null, "atomic": true });
    assert_eq!(
        app.mutate(&session, "setMemberRole", input).await.became(),
        ["CHANGED"; 2]
    );
    assert_eq!(app.events(&ws).await.len(), 8);
    assert_eq!(
        app.role_name(&ada, &ws, &ada).await,
        Preset::Administrator.title()
    );
});

on_both!(bulk_1_keys_are_revoked_in_order, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let (ben, eve) = (
        app.member(&ws, "Ben Okafor").create().await,
        app.administrator(&other, "Eve Laurent").await,
    );
    let session = app.session_of(ada.account).await;
    let ids = [ben.key_id, eve.key_id, ben.key_id, ada.key_id].map(|id| id.to_string());
    let input = json!({ "ids": ids });
    let before = app.footprint().await;
    let undone = app
        .mutate(
            &session,
            "revokeApiKeys",
            with(input.clone(), "atomic", json!(true)),
        )
        .await;
    assert_eq!(
        undone.became(),
        ["ROLLED_BACK", "NOT_FOUND", "DUPLICATE", "ROLLED_BACK"]
    );
    assert_eq!(app.footprint().await, before);
    let done = app.mutate(&session, "revokeApiKeys", input.clone()).await;
    in_order(&done, &ids);
    assert_eq!(
        done.became(),
        ["REVOKED", "NOT_FOUND", "DUPLICATE", "REVOKED"]
    );
    assert_eq!(done.0["results"][0]["apiKey"]["state"], "REVOKED");
    let again = app.mutate(&session, "revokeApiKeys", input).await;
    assert_eq!(
        again.became(),
        [
            "ALREADY_REVOKED",
            "NOT_FOUND",
            "DUPLICATE",
            "ALREADY_REVOKED"
        ]
    );
    for key in [&ben.key, &ada.key] {
        assert_eq!(
            app.post(Some(key), "{ viewer { kind } }", json!({}))
                .await
                .status,
            401
        );
    }
});

on_both!(bulk_1_a_thousand_items_in_one_call, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let mut ids: Vec<String> = (0..999)
        .map(|_| MembershipId(app.app.deps.ids.uuid(app.now())).to_string())
        .collect();
    ids.push(ben.id.to_string());
    let input = json!({ "membershipIds": ids, "permissions": ["MANAGE_REUSES"] });
    let query = "mutation($input: GrantPermissionsInput!) { grantPermissions(input: $input) { results { index code outcome } } }";
    let answer = app
        .post(Some(&ada.key), query, json!({ "input": input }))
        .await;
    let became = answer.payload();
    assert_eq!(became.became()[998..], ["NOT_FOUND", "GRANTED"]);
});
