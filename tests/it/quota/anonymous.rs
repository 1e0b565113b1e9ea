//! `setAnonymousQuotas` and what shows them (QUOTA-7).

use concierge::domain::permission::Permission::EditWorkspaceProperties;
use serde_json::{Value, json};

use crate::support::on_both;

on_both!(quota_7_limits_of_visitors_are_set_cleared_and_left, |app| {
    let (ws, ada) = app.portal().await;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let query = "{ workspace(slug: \"riverton\") { anonymousQuotas { pool perAddress } } }";
    let read = async || {
        let answer = app.post(Some(&ada.key), query, json!({})).await;
        answer.data()["workspace"]["anonymousQuotas"].clone()
    };
    let set = async |mut input: Value| {
        input["workspaceId"] = json!(ws.id.to_string());
        app.mutate(&ewa.key, "setAnonymousQuotas", input).await
    };
    assert_eq!(read().await, json!({ "pool": null, "perAddress": null }));
    for (given, pool, address, changed) in [
        (
            json!({ "pool": 250_000, "perAddress": 2_000 }),
            json!(250_000),
            json!(2_000),
            2,
        ),
        (json!({ "perAddress": 0 }), json!(250_000), json!(0), 1),
        (
            json!({ "perAddress": 0, "pool": 250_000 }),
            json!(250_000),
            json!(0),
            0,
        ),
        (json!({}), json!(250_000), json!(0), 0),
        (json!({ "pool": null }), json!(null), json!(0), 1),
        (
            json!({ "pool": 9_007_199_254_740_991_i64 }),
            json!(9_007_199_254_740_991_i64),
            json!(0),
            1,
        ),
    ] {
        let done = set(given.clone()).await;
        let expected = json!({ "pool": pool, "perAddress": address });
        assert_eq!(done.0["anonymousQuotas"], expected, "{given}");
        assert_eq!(
            done.0["changes"].as_array().unwrap().len(),
            changed,
            "{given}"
        );
        assert_eq!(read().await, expected);
    }
    let events = app.events(&ws).await;
    assert_eq!(events.len(), 4);
    assert!(
        events
            .iter()
            .all(|event| event.kind == "ANONYMOUS_QUOTAS_UPDATED")
    );
});

on_both!(bad_limits_of_visitors_change_nothing, |app| {
    let (ws, ada) = app.portal().await;
    let before = app.footprint().await;
    let both = json!({ "workspaceId": ws.id.to_string(), "pool": -1, "perAddress": -1 });
    let done = app.mutate(&ada.key, "setAnonymousQuotas", both).await;
    assert_eq!(
        done.errors(),
        ["OUT_OF_RANGE pool", "OUT_OF_RANGE perAddress"]
    );
    assert_eq!(done.0["anonymousQuotas"], Value::Null);
    let beyond = json!({ "workspaceId": ws.id.to_string(), "pool": 9_007_199_254_740_992_i64 });
    assert_eq!(
        app.try_mutate(&ada.key, "setAnonymousQuotas", beyond)
            .await
            .codes(),
        ["BAD_USER_INPUT"]
    );
    assert_eq!(app.footprint().await, before);
});

on_both!(
    aud_4_aud_5_limits_of_visitors_are_rehearsed_made_and_repeated,
    |app| {
        let (ws, ada) = app.portal().await;
        let mut call = json!({ "workspaceId": ws.id.to_string(), "pool": 7, "idempotencyKey": "k1", "dryRun": true });
        let before = app.footprint().await;
        let rehearsed = app
            .mutate(&ada.key, "setAnonymousQuotas", call.clone())
            .await;
        assert_eq!(app.footprint().await, before);
        call["dryRun"] = json!(false);
        let made = app
            .mutate(&ada.key, "setAnonymousQuotas", call.clone())
            .await;
        assert_eq!(made.0["changes"], rehearsed.0["changes"]);
        assert!(
            app.mutate(&ada.key, "setAnonymousQuotas", call.clone())
                .await
                .replayed()
        );
        // What is absent leaves, what is null clears: another input.
        call["perAddress"] = json!(null);
        assert_eq!(
            app.try_mutate(&ada.key, "setAnonymousQuotas", call)
                .await
                .refusal(),
            "IDEMPOTENCY_CONFLICT"
        );
    }
);
