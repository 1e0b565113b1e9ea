//! `revokeApiKeys`.

use concierge::domain::{id::ApiKeyId, permission::Permission};
use serde_json::{Value, json};

use super::{became, create, revoke, secret, status};
use crate::support::{on_both, world::Member};

fn ids(members: &[&Member]) -> Value {
    json!(
        members
            .iter()
            .map(|member| member.key_id.to_string())
            .collect::<Vec<_>>()
    )
}

on_both!(key_3_a_revoked_key_is_refused_on_the_next_request, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let session = app.session(ada.account).await;
    let made = create(app, &session, &ws, json!({})).await;
    let (id, key) = (
        made.data()["createApiKey"]["apiKey"]["id"].clone(),
        secret(&made),
    );
    assert_eq!(status(app, &key).await, 200);
    let done = revoke(
        app,
        &session,
        json!({ "ids": [id], "reason": "lost\nin a train" }),
    )
    .await;
    assert_eq!(status(app, &key).await, 401);
    assert_eq!(status(app, &ada.key).await, 200);
    let result = &done.data()["revokeApiKeys"]["results"][0];
    assert_eq!(
        (&result["index"], &result["targetId"], &result["outcome"]),
        (&json!(0), &id, &json!("REVOKED"))
    );
    let shown = &result["apiKey"];
    assert_eq!(
        (&shown["state"], &shown["revocationReason"]),
        (&json!("REVOKED"), &json!("lost\nin a train"))
    );
    assert_eq!(shown["revokedBy"]["displayName"], "Ada Veldkamp");
    assert!(shown["revokedAt"].is_string());
    assert_eq!(
        app.count("audit_event WHERE kind = 'API_KEY_REVOKED'")
            .await,
        1
    );
    let again = revoke(app, &session, json!({ "ids": [id] })).await;
    assert_eq!(became(&again), ["ALREADY_REVOKED"]);
    assert_eq!(
        again.data()["revokeApiKeys"]["results"][0]["apiKey"]["revocationReason"],
        "lost\nin a train"
    );
    assert_eq!(
        app.count("audit_event WHERE kind = 'API_KEY_REVOKED'")
            .await,
        1
    );
});

on_both!(
    key_3_ewp_holders_revoke_anybodys_and_others_their_own,
    |app| {
        let (ws, boss) = app.portal().await;
        let ewp = app
            .member(&ws, "Bo Haugen")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let cy = app.member(&ws, "Cy Marsh").create().await;
        let (by_ewp, by_cy) = (
            app.session(ewp.account).await,
            app.session(cy.account).await,
        );
        // Somebody else's alone, or among own ones.
        let theirs = revoke(app, &by_cy, json!({ "ids": ids(&[&boss]) })).await;
        assert_eq!(theirs.codes(), ["FORBIDDEN"]);
        assert_eq!(
            theirs.body["errors"][0]["extensions"]["requiredPermission"],
            "EDIT_WORKSPACE_PROPERTIES"
        );
        assert_eq!(
            revoke(app, &by_cy, json!({ "membershipId": boss.id.to_string() }))
                .await
                .codes(),
            ["FORBIDDEN"]
        );
        let all = json!({ "workspaceId": ws.id.to_string(), "all": true });
        assert_eq!(
            revoke(app, &by_cy, all.clone()).await.codes(),
            ["FORBIDDEN"]
        );
        assert_eq!(
            became(&revoke(app, &by_cy, json!({ "ids": ids(&[&boss, &cy]) })).await),
            ["FORBIDDEN", "REVOKED"]
        );
        assert_eq!(
            (status(app, &boss.key).await, status(app, &cy.key).await),
            (200, 401)
        );
        // Administrators' too.
        assert_eq!(
            became(&revoke(app, &by_ewp, json!({ "membershipId": boss.id.to_string() })).await),
            ["REVOKED"]
        );
        assert_eq!(status(app, &boss.key).await, 401);
        assert_eq!(
            became(&revoke(app, &by_ewp, all.clone()).await),
            ["REVOKED"],
            "the one that is left"
        );
        assert_eq!(became(&revoke(app, &by_ewp, all).await), [] as [&str; 0]);
        assert_eq!(status(app, &ewp.key).await, 401);
        assert_eq!(
            app.count("audit_event WHERE kind = 'API_KEY_REVOKED'")
                .await,
            3
        );
        assert_eq!(
            became(&revoke(app, &by_cy, json!({ "membershipId": cy.id.to_string() })).await),
            [] as [&str; 0]
        );
    }
);

on_both!(key_3_wrong_forms_are_bad_input, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session(ada.account).await;
    let (before, one, ws_id) = (app.footprint().await, ids(&[&ada]), ws.id.to_string());
    let made_up = |number: usize| -> Vec<String> {
        (0..number)
            .map(|_| ApiKeyId(app.app.deps.ids.uuid(app.now())).to_string())
            .collect()
    };
    for input in [
        json!({}),
        json!({ "ids": [] }),
        json!({ "ids": null }),
        json!({ "ids": made_up(1_001) }),
        json!({ "ids": ["nonsense"] }),
        json!({ "ids": [ada.id.to_string()] }),
        json!({ "ids": [null] }),
        json!({ "ids": one, "membershipId": ada.id.to_string() }),
        json!({ "ids": one, "workspaceId": ws_id }),
        json!({ "ids": one, "workspaceId": ws_id, "all": true }),
        json!({ "ids": one, "all": true }),
        json!({ "membershipId": ada.id.to_string(), "workspaceId": ws_id, "all": true }),
        json!({ "membershipId": ada.key_id.to_string() }),
        json!({ "workspaceId": ws_id }),
        json!({ "workspaceId": ws_id, "all": false }),
        json!({ "all": true }),
    ] {
        let answer = revoke(app, &session, input.clone()).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{input}");
        // Null alone, or nothing at all where the form was refused before anything ran.
        assert!(
            answer
                .body
                .get("data")
                .is_none_or(|data| *data == json!({ "revokeApiKeys": null })),
            "{input}"
        );
    }
    for (reason, code) in [
        ("x".repeat(501), "TOO_LONG"),
        ("a\u{0}".to_owned(), "INVALID_CHARACTERS"),
    ] {
        let answer = revoke(app, &session, json!({ "ids": one, "reason": reason })).await;
        assert_eq!(answer.user_errors("revokeApiKeys"), [code]);
        assert_eq!(became(&answer), [] as [&str; 0]);
    }
    assert_eq!(app.footprint().await, before);
    assert_eq!(status(app, &ada.key).await, 200);
    let mut many = made_up(999);
    many.push(ada.key_id.to_string());
    let answer = revoke(app, &session, json!({ "ids": many })).await;
    assert_eq!(
        became(&answer)
            .iter()
            .filter(|code| *code == "NOT_FOUND")
            .count(),
        999
    );
    assert_eq!(became(&answer)[999], "REVOKED");
});

on_both!(key_3_items_that_fail_are_named, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let there = app.administrator(&other, "Bo Haugen").await;
    let session = app.session(ada.account).await;
    // Another workspace's keys do not exist here, alone or among others.
    let before = app.footprint().await;
    assert_eq!(
        revoke(app, &session, json!({ "ids": ids(&[&there]) }))
            .await
            .codes(),
        ["NOT_FOUND"]
    );
    assert_eq!(
        revoke(
            app,
            &session,
            json!({ "membershipId": there.id.to_string() })
        )
        .await
        .codes(),
        ["NOT_FOUND"]
    );
    assert_eq!(
        revoke(
            app,
            &session,
            json!({ "workspaceId": other.id.to_string(), "all": true })
        )
        .await
        .codes(),
        ["FORBIDDEN"]
    );
    let nobodys = json!({ "ids": [ApiKeyId(app.app.deps.ids.uuid(app.now())).to_string()] });
    assert_eq!(revoke(app, &session, nobodys).await.codes(), ["NOT_FOUND"]);
    let mixed = json!({ "ids": ids(&[&there, &ada, &ada]), "atomic": true });
    let undone = revoke(app, &session, mixed).await;
    assert_eq!(became(&undone), ["NOT_FOUND", "ROLLED_BACK", "DUPLICATE"]);
    assert_eq!(
        undone.data()["revokeApiKeys"]["results"][0]["apiKey"],
        Value::Null
    );
    assert_eq!(undone.data()["revokeApiKeys"]["changes"], json!([]));
    assert_eq!(app.footprint().await, before);
    assert_eq!(status(app, &ada.key).await, 200);
    let done = revoke(app, &session, json!({ "ids": ids(&[&there, &ada, &ada]) })).await;
    assert_eq!(became(&done), ["NOT_FOUND", "REVOKED", "DUPLICATE"]);
    let indexes: Vec<&Value> = done.data()["revokeApiKeys"]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["index"])
        .collect();
    assert_eq!(indexes, [0, 1, 2]);
    assert_eq!(
        (status(app, &ada.key).await, status(app, &there.key).await),
        (401, 200)
    );
});

on_both!(aud_4_a_rehearsal_revokes_nothing, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let session = app.session(ada.account).await;
    let before = app.footprint().await;
    let input = json!({ "ids": ids(&[&ada]), "dryRun": true, "idempotencyKey": "one" });
    let dry = revoke(app, &session, input).await;
    assert_eq!(became(&dry), ["REVOKED"]);
    assert_eq!(
        dry.data()["revokeApiKeys"]["results"][0]["apiKey"]["state"],
        "ACTIVE",
        "as it is"
    );
    let (kept, alive) = (app.footprint().await, status(app, &ada.key).await);
    assert_eq!((kept, alive), (before, 200));
    let real = revoke(
        app,
        &session,
        json!({ "ids": ids(&[&ada]), "idempotencyKey": "one" }),
    )
    .await;
    let fields = |answer: &crate::support::app::Answer| -> Vec<Value> {
        let changes = answer.data()["revokeApiKeys"]["changes"]
            .as_array()
            .unwrap();
        changes
            .iter()
            .map(|change| change["field"].clone())
            .collect()
    };
    assert_eq!(fields(&dry), fields(&real));
    let before = app.footprint().await;
    let replay = revoke(
        app,
        &session,
        json!({ "ids": ids(&[&ada]), "idempotencyKey": "one" }),
    )
    .await;
    assert_eq!(
        (became(&replay), &replay.data()["revokeApiKeys"]["replayed"]),
        (vec!["REVOKED".to_owned()], &json!(true))
    );
    assert_eq!(app.footprint().await, before);
});
