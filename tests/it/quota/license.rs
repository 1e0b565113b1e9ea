//! `setLicense`: what operators allow (QUOTA-1, QUOTA-2, WS-1).

use chrono::{Duration, TimeZone, Utc};
use concierge::domain::vocabulary::AccessMode;
use serde_json::{Value, json};

use super::{by, decided, explained, input, unset, value};
use crate::support::{TestApp, on_both, world::Ws};

fn license(ws: &Ws, more: Value) -> Value {
    let mut input = json!({ "workspaceId": ws.id.to_string() });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

async fn world(app: &TestApp) -> (Ws, Ws, String) {
    let main = app.workspace("riverton").await;
    let transit = app
        .workspace_with("transit", AccessMode::Private, Some(&main))
        .await;
    (main, transit, app.operator("Olu Adeyemi").await)
}

on_both!(
    quota_1_a_license_counts_in_the_secondary_workspace_at_once,
    |app| {
        let (main, transit, operator) = world(app).await;
        let ada = app.administrator(&main, "Ada Veldkamp").await;
        let tess = app.administrator(&transit, "Tess Moreau").await;
        assert_eq!(decided(app, &tess, &tess, "DATASETS").await, unset());
        for limit in [Some(5), Some(4), Some(0), None, Some(7)] {
            // The clock stands still: what is set is in force at the very instant, whatever was kept
            // before.
            app.mutate(
                &operator,
                "setLicense",
                license(&main, json!({ "values": value("DATASETS", limit) })),
            )
            .await;
            let expected = limit.map_or_else(unset, |limit| by(limit, "LICENSE"));
            assert_eq!(
                decided(app, &tess, &tess, "DATASETS").await,
                expected,
                "{limit:?}"
            );
            assert_eq!(
                decided(app, &ada, &ada, "DATASETS").await,
                expected,
                "{limit:?}"
            );
        }
        app.dataset(&main, "one", &ada, true, true).await;
        app.dataset(&transit, "two", &tess, true, true).await;
        let shown = explained(app, &tess.key, &tess, "DATASETS").await;
        let shared =
            json!({ "limit": 7, "period": null, "used": 2, "remaining": 5, "resetsAt": null });
        assert_eq!(
            (&shown["license"], &shown["used"], &shown["remaining"]),
            (&shared, &json!(1), &json!(5))
        );
        let query = "{ workspace(slug: \"transit\") { license { seats quotas { type limit used } } quotaValues(scope: LICENSE) { limit } } }";
        let answer = app.post(Some(&tess.key), query, json!({})).await;
        let workspace = &answer.data()["workspace"];
        assert_eq!(
            workspace["license"]["quotas"][1],
            json!({ "type": "DATASETS", "limit": 7, "used": 2 })
        );
        assert_eq!(workspace["quotaValues"], json!([{ "limit": 7 }]));
    }
);

on_both!(quota_1_what_is_given_changes_and_null_clears, |app| {
    let (main, _, operator) = world(app).await;
    let ada = app.administrator(&main, "Ada Veldkamp").await;
    let steps = [
        (json!({ "seats": 5 }), (json!(5), false, json!(null))),
        (
            json!({ "secondaryWorkspacesEnabled": true, "maxSecondaryWorkspaces": 0 }),
            (json!(5), true, json!(0)),
        ),
        (
            json!({ "seats": 0, "maxSecondaryWorkspaces": 3 }),
            (json!(0), true, json!(3)),
        ),
        (
            json!({ "secondaryWorkspacesEnabled": null, "values": [] }),
            (json!(0), true, json!(3)),
        ),
        (
            json!({ "seats": null, "secondaryWorkspacesEnabled": false }),
            (json!(null), false, json!(3)),
        ),
        (
            json!({ "maxSecondaryWorkspaces": null }),
            (json!(null), false, json!(null)),
        ),
    ];
    for (more, (seats, enabled, most)) in steps {
        let done = app
            .mutate(&operator, "setLicense", license(&main, more.clone()))
            .await;
        let shown = &done.0["license"];
        assert_eq!(
            (&shown["seats"], &shown["maxSecondaryWorkspaces"]),
            (&seats, &most),
            "{more}"
        );
        assert_eq!(
            (&shown["secondaryWorkspacesEnabled"], &shown["seatsUsed"]),
            (&json!(enabled), &json!(1)),
            "{more}"
        );
        let given = more.as_object().unwrap().iter().filter(|(field, value)| {
            !(value.is_null() && *field == "secondaryWorkspacesEnabled") && *field != "values"
        });
        let mut given: Vec<_> = given.map(|(field, _)| field.clone()).collect();
        let changes = done.0["changes"].as_array().unwrap().iter();
        let mut changed: Vec<_> = changes
            .map(|change| change["field"].as_str().unwrap().to_owned())
            .collect();
        given.sort_unstable();
        changed.sort_unstable();
        assert_eq!(given, changed);
    }
    let events = app.events(&main).await;
    assert_eq!(events.len(), 5, "one of the calls changed nothing");
    assert!(
        events
            .iter()
            .all(|event| event.kind == "LICENSE_UPDATED" && event.actor_kind == "OPERATOR")
    );
    let refused = app
        .try_mutate(
            &ada.key,
            "setLicense",
            license(&main, json!({ "seats": 9 })),
        )
        .await;
    assert_eq!(refused.refusal(), "FORBIDDEN", "no administrator");
});

on_both!(quota_2_a_monthly_license_bounds_by_its_own_counter, |app| {
    let (main, _, operator) = world(app).await;
    let ada = app.administrator(&main, "Ada Veldkamp").await;
    app.mutate(
        &ada.key,
        "setQuotas",
        input(&main, "DEFAULT", None, value("API_CALLS", Some(100))),
    )
    .await;
    let (day, month) = (
        Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap(),
        Utc.with_ymd_and_hms(2026, 3, 1, 0, 0, 0).unwrap(),
    );
    app.used(&main, None, day, 20).await;
    app.used(&main, None, month, 970).await;
    let calls = |limit: i64, period: Option<&str>| json!({ "values": [{ "type": "API_CALLS", "limit": limit, "period": period }] });
    for (limit, period, expected, remaining) in [
        (1_000, Some("MONTH"), by(100, "DEFAULT"), 30),
        (50, Some("MONTH"), by(100, "DEFAULT"), 0),
        (50, Some("DAY"), by(50, "LICENSE"), 30),
        (100, None, by(100, "DEFAULT"), 80),
    ] {
        app.mutate(
            &operator,
            "setLicense",
            license(&main, calls(limit, period)),
        )
        .await;
        assert_eq!(
            decided(app, &ada, &ada, "API_CALLS").await,
            expected,
            "{limit} {period:?}"
        );
        assert_eq!(
            explained(app, &ada.key, &ada, "API_CALLS").await["remaining"],
            remaining,
            "{limit} {period:?}"
        );
    }
});

on_both!(a_license_may_be_less_than_what_is_used, |app| {
    let (main, _, operator) = world(app).await;
    let ada = app.administrator(&main, "Ada Veldkamp").await;
    app.member(&main, "Ben Okafor").create().await;
    for name in ["one", "two", "three"] {
        app.dataset(&main, name, &ada, true, true).await;
    }
    let done = app
        .mutate(
            &operator,
            "setLicense",
            license(
                &main,
                json!({ "seats": 1, "values": value("DATASETS", Some(2)) }),
            ),
        )
        .await;
    assert_eq!(done.errors(), Vec::<String>::new());
    assert_eq!(
        (&done.0["license"]["seats"], &done.0["license"]["seatsUsed"]),
        (&json!(1), &json!(2))
    );
    let shown = explained(app, &ada.key, &ada, "DATASETS").await;
    assert_eq!(
        (&shown["limit"], &shown["used"], &shown["remaining"]),
        (&json!(2), &json!(3), &json!(0))
    );
    assert_eq!(shown["license"]["remaining"], 0);
});

on_both!(bad_licenses_are_told_and_change_nothing, |app| {
    let (main, transit, operator) = world(app).await;
    let before = app.footprint().await;
    let values = |value: Value| json!({ "values": [value] });
    for (ws, more, errors) in [
        (
            &transit,
            json!({ "seats": 5 }),
            vec!["SECONDARY_WORKSPACE workspaceId"],
        ),
        (&main, json!({ "seats": -1 }), vec!["OUT_OF_RANGE seats"]),
        (
            &main,
            json!({ "seats": 5, "maxSecondaryWorkspaces": -1 }),
            vec!["OUT_OF_RANGE maxSecondaryWorkspaces"],
        ),
        (
            &main,
            values(json!({ "type": "DATASETS", "limit": -1 })),
            vec!["OUT_OF_RANGE values.0.limit"],
        ),
        (
            &main,
            values(json!({ "type": "RECORDS_PER_DATASET", "limit": 1_500 })),
            vec!["NOT_A_MULTIPLE values.0.limit"],
        ),
        (
            &main,
            values(json!({ "type": "DATASETS", "limit": 1, "period": "DAY" })),
            vec!["PERIOD_NOT_ALLOWED values.0.period"],
        ),
        (
            &main,
            json!({ "values": [{ "type": "DATASETS", "limit": 1 }, { "type": "DATASETS", "limit": null }] }),
            vec!["DUPLICATE values.1"],
        ),
    ] {
        let done = app
            .mutate(&operator, "setLicense", license(ws, more.clone()))
            .await;
        assert_eq!(done.errors(), errors, "{more}");
        assert_eq!(done.0["license"], Value::Null);
    }
    for more in [
        values(json!({ "type": "DATASETS" })),
        values(json!({ "type": "DATASETS", "limit": 9_007_199_254_740_992_i64 })),
        json!({ "seats": 2_147_483_648_i64 }),
        json!({ "values": vec![json!({ "type": "DATASETS", "limit": 1 }); 101] }),
    ] {
        assert_eq!(
            app.try_mutate(&operator, "setLicense", license(&main, more))
                .await
                .codes()[0],
            "BAD_USER_INPUT"
        );
    }
    let nowhere = json!({ "workspaceId": "ws_01jz0000000000000000000000", "seats": 5 });
    assert_eq!(
        app.try_mutate(&operator, "setLicense", nowhere)
            .await
            .refusal(),
        "NOT_FOUND"
    );
    assert_eq!(app.footprint().await, before);
});

on_both!(
    aud_4_aud_5_a_license_is_rehearsed_made_and_repeated,
    |app| {
        let (main, _, operator) = world(app).await;
        let mut call = license(
            &main,
            json!({ "seats": 5, "values": value("DATASETS", Some(2)), "idempotencyKey": "k1" }),
        );
        let mut rehearsal = call.clone();
        rehearsal["dryRun"] = json!(true);
        let before = app.footprint().await;
        let rehearsed = app.mutate(&operator, "setLicense", rehearsal).await;
        assert_eq!(app.footprint().await, before);
        let made = app.mutate(&operator, "setLicense", call.clone()).await;
        assert_eq!(made.0["changes"], rehearsed.0["changes"]);
        assert_eq!(made.0["changes"].as_array().unwrap().len(), 2);
        let after = app.footprint().await;
        assert!(
            app.mutate(&operator, "setLicense", call.clone())
                .await
                .replayed()
        );
        call["seats"] = json!(null);
        assert_eq!(
            app.try_mutate(&operator, "setLicense", call.clone())
                .await
                .refusal(),
            "IDEMPOTENCY_CONFLICT"
        );
        // The same without a key: nothing is left to do.
        call.as_object_mut().unwrap().remove("idempotencyKey");
        call["seats"] = json!(5);
        app.pass(Duration::minutes(1));
        assert_eq!(
            app.mutate(&operator, "setLicense", call).await.0["changes"],
            json!([])
        );
        assert_eq!(app.footprint().await, after);
    }
);
