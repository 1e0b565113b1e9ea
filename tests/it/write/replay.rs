//! Idempotency keys (AUD-5).

use chrono::Duration;
use concierge::{domain::permission::Permission::EditWorkspaceProperties, entity};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{TestApp, on_both, world::Member};

fn give(member: &Member, permission: &str, key: &str) -> Value {
    json!({ "membershipIds": [member.id.to_string()], "permissions": [permission], "idempotencyKey": key })
}

async fn records(app: &TestApp) -> usize {
    entity::idempotency_record::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap()
        .len()
}

on_both!(
    aud_5_the_same_call_again_is_answered_as_the_first_was,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let first = app
            .mutate(
                &ada.key,
                "grantPermissions",
                give(&ben, "MANAGE_REUSES", "k1"),
            )
            .await;
        assert!(!first.replayed());
        let after = app.footprint().await;
        let second = app
            .mutate(
                &ada.key,
                "grantPermissions",
                give(&ben, "MANAGE_REUSES", "k1"),
            )
            .await;
        assert!(second.replayed());
        let mut same = second.0.clone();
        same["replayed"] = json!(false);
        assert_eq!(same, first.0);
        assert_eq!(app.footprint().await, after);
        assert_eq!(
            (
                app.grant_rows(ben.id).await.len(),
                app.events(&ws).await.len(),
                records(app).await
            ),
            (1, 1, 1)
        );

        // Other arguments are refused, and do nothing: null is not the same as absent, nor one item
        // the same as a list of one.
        let other = app
            .try_mutate(
                &ada.key,
                "grantPermissions",
                give(&ben, "BROWSE_ANALYTICS", "k1"),
            )
            .await;
        assert_eq!(other.refusal(), "IDEMPOTENCY_CONFLICT");
        assert_eq!(app.footprint().await, after);
        for (field, value) in [
            ("endsAt", json!(null)),
            ("atomic", json!(false)),
            ("permissions", json!("MANAGE_REUSES")),
        ] {
            let mut other = give(&ben, "MANAGE_REUSES", "k1");
            other[field] = value;
            let other = app.try_mutate(&ada.key, "grantPermissions", other).await;
            assert_eq!(other.refusal(), "IDEMPOTENCY_CONFLICT", "{field}");
        }
        assert_eq!(app.footprint().await, after);
        // The same arguments are the same however the document holds them.
        let inline = format!(
            r#"mutation {{ grantPermissions(input: {{ idempotencyKey: "k1", permissions: [MANAGE_REUSES],
                membershipIds: ["{}"] }}) {{ replayed }} }}"#,
            ben.id
        );
        assert!(
            app.post(Some(&ada.key), &inline, json!({}))
                .await
                .payload()
                .replayed()
        );
        let parts =
            "mutation($who: ID!, $key: String) { grantPermissions(input: { membershipIds: [$who],
            permissions: [MANAGE_REUSES], idempotencyKey: $key }) { replayed } }";
        let variables = json!({ "who": ben.id.to_string(), "key": "k1" });
        assert!(
            app.post(Some(&ada.key), parts, variables)
                .await
                .payload()
                .replayed()
        );
    }
);

on_both!(aud_5_a_key_counts_for_one_actor_and_one_mutation, |app| {
    let (ws, ada) = app.portal().await;
    let abe = app.administrator(&ws, "Abe Nakamura").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    app.mutate(
        &ada.key,
        "grantPermissions",
        give(&ben, "MANAGE_REUSES", "k1"),
    )
    .await;
    let by_abe = app
        .mutate(
            &abe.key,
            "grantPermissions",
            give(&ben, "BROWSE_ANALYTICS", "k1"),
        )
        .await;
    assert_eq!(
        (by_abe.replayed(), by_abe.became()),
        (false, vec!["GRANTED"])
    );
    let taken = app
        .mutate(
            &ada.key,
            "revokePermissions",
            give(&ben, "MANAGE_REUSES", "k1"),
        )
        .await;
    assert_eq!((taken.replayed(), taken.became()), (false, vec!["REVOKED"]));
    // Sessions of one account are one actor.
    let (one, other) = (
        app.session_of(ada.account).await,
        app.session_of(ada.account).await,
    );
    assert!(
        !app.mutate(&one, "grantPermissions", give(&ben, "CREATE_PAGES", "k2"))
            .await
            .replayed()
    );
    assert!(
        app.mutate(&other, "grantPermissions", give(&ben, "CREATE_PAGES", "k2"))
            .await
            .replayed()
    );
    assert_eq!(records(app).await, 4);
});

on_both!(aud_5_authorization_runs_first, |app| {
    let (ws, ada) = app.portal().await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let session = app.session_of(ewp.account).await;
    let call = give(&ben, "EDIT_WORKSPACE_PROPERTIES", "k1");
    assert_eq!(
        app.mutate(&session, "grantPermissions", call.clone())
            .await
            .became(),
        ["GRANTED"]
    );
    let taken = json!({ "membershipIds": [ewp.id.to_string()], "permissions": ["EDIT_WORKSPACE_PROPERTIES"] });
    app.mutate(&ada.key, "revokePermissions", taken).await;
    assert_eq!(
        app.try_mutate(&session, "grantPermissions", call)
            .await
            .refusal(),
        "FORBIDDEN"
    );
});

on_both!(aud_5_only_committed_results_are_kept, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let mut wrong = give(&ben, "MANAGE_REUSES", "k1");
    wrong["endsAt"] = json!(app.at(-1));
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", wrong)
            .await
            .errors()
            .len(),
        1
    );
    let mut undone = give(&ben, "MANAGE_REUSES", "k1");
    undone["membershipIds"] = json!([ben.id.to_string(), ben.id.to_string()]);
    undone["atomic"] = json!(true);
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", undone)
            .await
            .became(),
        ["ROLLED_BACK", "DUPLICATE"]
    );
    assert_eq!(records(app).await, 0);
    assert_eq!(
        app.mutate(
            &ada.key,
            "grantPermissions",
            give(&ben, "MANAGE_REUSES", "k1")
        )
        .await
        .became(),
        ["GRANTED"]
    );
});

on_both!(aud_5_results_are_kept_for_a_day, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    app.mutate(
        &ada.key,
        "grantPermissions",
        give(&ben, "MANAGE_REUSES", "k1"),
    )
    .await;
    app.pass(Duration::hours(24) - Duration::seconds(1));
    assert!(
        app.mutate(
            &ada.key,
            "grantPermissions",
            give(&ben, "MANAGE_REUSES", "k1")
        )
        .await
        .replayed()
    );
    app.pass(Duration::seconds(2));
    let anew = app
        .mutate(
            &ada.key,
            "grantPermissions",
            give(&ben, "BROWSE_ANALYTICS", "k1"),
        )
        .await;
    assert_eq!((anew.replayed(), anew.became()), (false, vec!["GRANTED"]));
    assert_eq!(records(app).await, 1, "the old one gave way");
});

on_both!(aud_5_a_secret_is_never_kept, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    let input =
        json!({ "workspaceId": ws.id.to_string(), "name": "Harvester", "idempotencyKey": "k1" });
    let first = app.mutate(&session, "createApiKey", input.clone()).await;
    let secret = first.0["secret"].as_str().unwrap().to_owned();
    let again = app.mutate(&session, "createApiKey", input).await;
    assert_eq!((again.replayed(), &again.0["secret"]), (true, &Value::Null));
    assert_eq!(again.errors(), ["SECRET_ALREADY_SHOWN idempotencyKey"]);
    assert_eq!(again.0["apiKey"], first.0["apiKey"]);
    assert!(!app.footprint().await.contains(&secret));
});

on_both!(threads: aud_5_of_two_at_once_the_second_replays, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    for round in 0..10 {
        let gate = std::sync::Arc::new(tokio::sync::Barrier::new(4));
        let call = || {
            let (door, gate, key) = (app.door(), std::sync::Arc::clone(&gate), ada.key.clone());
            let input = give(&ben, "MANAGE_REUSES", &format!("round {round}"));
            tokio::spawn(async move {
                gate.wait().await;
                door.mutate(Some(&key), "grantPermissions", input).await.payload()
            })
        };
        let mut fresh = 0;
        for call in [call(), call(), call(), call()] {
            let mut payload = call.await.unwrap();
            fresh += usize::from(!payload.replayed());
            payload.0["replayed"] = json!(false);
            assert_eq!(payload.became(), ["GRANTED"]);
        }
        assert_eq!(fresh, 1, "round {round}");
        app.mutate(&ada.key, "revokePermissions", give(&ben, "MANAGE_REUSES", &format!("round {round}"))).await;
    }
    assert_eq!((app.grant_rows(ben.id).await.len(), app.events(&ws).await.len(), records(app).await), (10, 20, 20));
});

on_both!(threads: r4_of_64_with_one_key_one_writes, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    let input = json!({ "workspaceId": ws.id.to_string(), "name": "Harvester", "idempotencyKey": "k" });
    let gate = std::sync::Arc::new(tokio::sync::Barrier::new(64));
    let call = |_| {
        let (door, gate, session, input) = (app.door(), std::sync::Arc::clone(&gate), session.clone(), input.clone());
        tokio::spawn(async move {
            gate.wait().await;
            door.mutate(Some(&session), "createApiKey", input).await.payload()
        })
    };
    let (mut ids, mut secrets) = (Vec::new(), 0);
    for call in (0..64).map(call).collect::<Vec<_>>() {
        let payload = call.await.unwrap();
        assert_eq!(payload.replayed(), payload.0["secret"].is_null());
        secrets += usize::from(!payload.replayed());
        ids.push(payload.0["apiKey"]["id"].as_str().unwrap().to_owned());
    }
    ids.dedup();
    assert_eq!((ids.len(), secrets, app.events(&ws).await.len(), records(app).await), (1, 1, 1, 1));
});

on_both!(aud_5_keys_have_1_to_255_characters, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let before = app.footprint().await;
    for key in [
        String::new(),
        "k".repeat(256),
        "k".repeat(1_000),
        "a\u{0}b".to_owned(),
        "a\nb".to_owned(),
    ] {
        let refused = app
            .try_mutate(
                &ada.key,
                "grantPermissions",
                give(&ben, "MANAGE_REUSES", &key),
            )
            .await;
        assert_eq!(
            refused.refusal(),
            "BAD_USER_INPUT",
            "{} characters",
            key.len()
        );
    }
    assert_eq!(app.footprint().await, before);
    let longest = give(&ben, "MANAGE_REUSES", &"é".repeat(255));
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", longest.clone())
            .await
            .became(),
        ["GRANTED"]
    );
    assert!(
        app.mutate(&ada.key, "grantPermissions", longest)
            .await
            .replayed()
    );
});
