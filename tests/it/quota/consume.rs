//! `consumeQuota`: limits in their order, periods, who may, bad input, repeated calls (QUOTA-4,
//! QUOTA-5, QUOTA-9, KEY-7, AUD-5).

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    permission::Permission::{EditWorkspaceProperties, ManageReuses},
    vocabulary::{AccessMode, QuotaPeriod::*, QuotaScope},
};
use serde_json::{Value, json};

use super::{
    input,
    usage::{brief, calls, consume, counted, counters, decided_with, gateway, limit},
};
use crate::support::on_both;

on_both!(
    quota_4_the_own_limit_refuses_first_and_then_the_workspaces,
    |app| {
        let (ws, ada) = app.portal().await;
        let (ben, cleo) = (
            app.member(&ws, "Ben Okafor").create().await,
            app.member(&ws, "Cleo Diaz").create().await,
        );
        limit(app, &ws, QuotaScope::Member, Some(&ben), Day, 10).await;
        limit(app, &ws, QuotaScope::License, None, Month, 15).await;
        let now = app.now();
        let first = consume(app, &ben.key, &ws, 8).await;
        assert_eq!(brief(&first), (true, 8, Some(10), Some(2), None));
        assert_eq!(first["resetsAt"], "2026-03-03T00:00:00.000000Z");
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 3).await),
            (false, 8, Some(10), Some(2), Some("MEMBER"))
        );
        // Without an own limit: what the workspace's leaves.
        assert_eq!(
            brief(&consume(app, &cleo.key, &ws, 5).await),
            (true, 5, None, Some(2), None)
        );
        let session = app.session_of(cleo.account).await;
        let refused = consume(app, &session, &ws, 3).await;
        assert_eq!(
            brief(&refused),
            (false, 13, Some(15), Some(2), Some("LICENSE"))
        );
        assert_eq!(refused["resetsAt"], "2026-04-01T00:00:00.000000Z");
        // Both would refuse: the nearer one does.
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 20).await),
            (false, 8, Some(10), Some(2), Some("MEMBER"))
        );
        // A refused call counts nowhere.
        for (member, used) in [
            (Some(&ben), 8),
            (Some(&cleo), 5),
            (Some(&ada), 0),
            (None, 13),
        ] {
            assert_eq!(counted(app, &ws, member, Day, now).await, used);
        }
        assert_eq!(counted(app, &ws, None, Month, now).await, 13);
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 2).await),
            (true, 10, Some(10), Some(0), None)
        );
        let query = "{ workspace(slug: \"riverton\") { viewerMembership { effectiveQuota(type: API_CALLS) { used remaining } } } }";
        let shown = app.post(Some(&ben.key), query, json!({})).await;
        let shown = &shown.data()["workspace"]["viewerMembership"]["effectiveQuota"];
        assert_eq!(*shown, json!({ "used": 10, "remaining": 0 }));
        assert_eq!(app.events(&ws).await.len(), 0, "no number in the record");
    }
);

on_both!(
    quota_4_a_change_of_a_limit_counts_on_the_very_next_call,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let group = app.group(&ws, "Parks", &[]).await;
        app.put_into(&ws, group, &ben, Interval::from(app.now()))
            .await;
        let node = app.another_node().await;
        let own = Some(ben.id.to_string());
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 6).await),
            (true, 6, None, None, None)
        );
        for (scope, subject, value, expected) in [
            (
                "DEFAULT",
                None,
                json!(6),
                (false, 6, Some(6), Some(0), Some("DEFAULT")),
            ),
            (
                "GROUP",
                Some(group.to_string()),
                json!(7),
                (true, 7, Some(7), Some(0), None),
            ),
            (
                "GROUP",
                Some(group.to_string()),
                json!(3),
                (false, 7, Some(3), Some(0), Some("GROUP")),
            ),
            (
                "MEMBER",
                own.clone(),
                json!(8),
                (true, 8, Some(8), Some(0), None),
            ),
            (
                "MEMBER",
                own.clone(),
                json!(0),
                (false, 8, Some(0), Some(0), Some("MEMBER")),
            ),
            (
                "MEMBER",
                own,
                json!(9_007_199_254_740_991_i64),
                (
                    true,
                    9,
                    Some(9_007_199_254_740_991),
                    Some(9_007_199_254_740_982),
                    None,
                ),
            ),
        ] {
            let values = json!([{ "type": "API_CALLS", "limit": value }]);
            app.mutate(&ada.key, "setQuotas", input(&ws, scope, subject, values))
                .await;
            // On the other node, which had its own idea of the limit.
            let answer = node
                .mutate(Some(&ben.key), "consumeQuota", calls(&ws, 1, json!({})))
                .await
                .payload();
            assert_eq!(brief(&answer.0["decision"]), expected, "{scope}");
        }
    }
);

on_both!(
    quota_5_counters_begin_anew_at_midnight_and_on_the_first,
    |app| {
        let ws = app.workspace("riverton").await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        limit(app, &ws, QuotaScope::Default, None, Day, 4).await;
        limit(app, &ws, QuotaScope::License, None, Month, 9).await;
        let at = |text: &str| app.clock.set(text.parse().unwrap());
        at("2026-03-30T23:59:59.999999Z");
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 4).await),
            (true, 4, Some(4), Some(0), None)
        );
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 1).await).4,
            Some("DEFAULT")
        );
        at("2026-03-31T00:00:00Z");
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 4).await),
            (true, 4, Some(4), Some(0), None)
        );
        at("2026-03-31T23:59:59.999999Z");
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 1).await),
            (false, 4, Some(4), Some(0), Some("DEFAULT"))
        );
        // On the first of the month its counter and the day's are one, and go apart on the second.
        at("2026-04-01T00:00:00Z");
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 3).await),
            (true, 3, Some(4), Some(1), None)
        );
        assert_eq!(counted(app, &ws, None, Month, app.now()).await, 3);
        at("2026-04-02T00:00:00Z");
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 4).await),
            (true, 4, Some(4), Some(0), None)
        );
        assert_eq!(counted(app, &ws, None, Month, app.now()).await, 7);
        assert_eq!(counted(app, &ws, None, Day, app.now()).await, 4);
        at("2026-04-03T00:00:00Z");
        let refused = consume(app, &ben.key, &ws, 3).await;
        assert_eq!(
            brief(&refused),
            (false, 7, Some(9), Some(2), Some("LICENSE"))
        );
        assert_eq!(refused["resetsAt"], "2026-05-01T00:00:00.000000Z");
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 2).await),
            (true, 2, Some(4), Some(0), None)
        );
    }
);

on_both!(
    quota_9_calls_in_a_secondary_workspace_count_on_its_main_one,
    |app| {
        let main = app.workspace("upriver").await;
        let ws = app
            .workspace_with("riverton", AccessMode::Public, Some(&main))
            .await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let mia = app.member(&main, "Mia Lund").create().await;
        limit(app, &main, QuotaScope::License, None, Day, 10).await;
        limit(app, &ws, QuotaScope::WorkspaceCap, None, Month, 6).await;
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 5).await),
            (true, 5, Some(10), Some(1), None)
        );
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 2).await),
            (false, 5, Some(6), Some(1), Some("WORKSPACE_CAP"))
        );
        assert_eq!(
            brief(&consume(app, &mia.key, &main, 5).await),
            (true, 5, Some(10), Some(0), None)
        );
        assert_eq!(
            brief(&consume(app, &ben.key, &ws, 1).await),
            (false, 10, Some(10), Some(0), Some("LICENSE"))
        );
        assert_eq!(counted(app, &ws, None, Day, app.now()).await, 5);
        assert_eq!(counted(app, &ws, None, Month, app.now()).await, 5);
        assert_eq!(counted(app, &main, None, Day, app.now()).await, 10);
        assert_eq!(counted(app, &main, None, Month, app.now()).await, 10);
    }
);

on_both!(
    key_7_a_gateway_key_counts_for_anyone_and_does_nothing_else,
    |app| {
        let (ws, other) = (
            app.workspace("riverton").await,
            app.workspace("lakeside").await,
        );
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let eve = app.member(&other, "Eve Laurent").create().await;
        let stopped = app.member(&ws, "Stu Berg").disabled().create().await;
        let gone = Interval::new(app.now() - Duration::days(2), app.now() - Duration::days(1));
        let ended = app.member(&ws, "Eli Stone").during(gone).create().await;
        let later = app
            .member(&ws, "Sam Ortiz")
            .during(Interval::from(app.now() + Duration::days(1)))
            .create()
            .await;
        let key = gateway(app, &ws, &ada).await;
        let of = |id: String| calls(&ws, 2, json!({ "membershipId": id }));
        assert_eq!(
            brief(&decided_with(app, &key, of(ben.id.to_string())).await),
            (true, 2, None, None, None)
        );
        assert_eq!(
            brief(&decided_with(app, &key, of(ada.id.to_string())).await),
            (true, 2, None, None, None)
        );
        assert_eq!(counted(app, &ws, Some(&ben), Day, app.now()).await, 2);
        assert_eq!(counted(app, &ws, None, Day, app.now()).await, 4);
        let before = app.footprint().await;
        for (id, code) in [
            (stopped.id, "MEMBERSHIP_DISABLED membershipId"),
            (ended.id, "NOT_ACTIVE membershipId"),
            (later.id, "NOT_ACTIVE membershipId"),
            (eve.id, "NOT_FOUND membershipId"),
        ] {
            let payload = app.mutate(&key, "consumeQuota", of(id.to_string())).await;
            assert_eq!(payload.errors(), [code]);
            assert_eq!(payload.0["decision"], Value::Null);
        }
        let elsewhere = calls(&other, 1, json!({ "membershipId": eve.id.to_string() }));
        assert_eq!(
            app.try_mutate(&key, "consumeQuota", elsewhere)
                .await
                .refusal(),
            "NOT_FOUND"
        );
        assert_eq!(
            app.try_mutate(&key, "consumeQuota", calls(&ws, 1, json!({})))
                .await
                .refusal(),
            "BAD_USER_INPUT"
        );
        let reset = json!({ "membershipIds": [ben.id.to_string()], "type": "API_CALLS", "reason": "a loop" });
        assert_eq!(
            app.try_mutate(&key, "resetQuotaUsage", reset)
                .await
                .refusal(),
            "NOT_FOUND"
        );
        let members = app
            .post(
                Some(&key),
                "{ workspace(slug: \"riverton\") { members(first: 1) { totalCount } } }",
                json!({}),
            )
            .await;
        assert_eq!(members.codes(), ["FORBIDDEN"]);
        assert_eq!(app.footprint().await, before);
        // Also once its maker is stopped: it is the workspace's (KEY-8).
        let abe = app.administrator(&ws, "Abe Nakamura").await;
        app.mutate(
            &abe.key,
            "disableMembers",
            json!({ "membershipIds": [ada.id.to_string()] }),
        )
        .await;
        assert_eq!(
            brief(&decided_with(app, &key, of(ben.id.to_string())).await),
            (true, 4, None, None, None)
        );
    }
);

on_both!(quota_4_nobody_counts_for_others, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .scoped(&[ManageReuses])
        .create()
        .await;
    let stopped = app.member(&ws, "Stu Berg").disabled().create().await;
    let eve = app.member(&other, "Eve Laurent").create().await;
    let strangers = [
        app.outsider("Otto Weiss").await,
        app.session_of(stopped.account).await,
        app.session_of(eve.account).await,
    ];
    let before = app.footprint().await;
    for who in [&ada.key, &ewa.key] {
        for more in [
            json!({ "membershipId": ben.id.to_string() }),
            json!({ "clientAddress": "192.0.2.7" }),
        ] {
            assert_eq!(
                app.try_mutate(who, "consumeQuota", calls(&ws, 1, more))
                    .await
                    .refusal(),
                "FORBIDDEN"
            );
        }
    }
    for who in &strangers {
        assert_eq!(
            app.try_mutate(who, "consumeQuota", calls(&ws, 1, json!({})))
                .await
                .refusal(),
            "FORBIDDEN"
        );
    }
    assert_eq!(
        app.try_mutate(&eve.key, "consumeQuota", calls(&ws, 1, json!({})))
            .await
            .refusal(),
        "NOT_FOUND"
    );
    let anonymous = app
        .door()
        .mutate(None, "consumeQuota", calls(&ws, 1, json!({})))
        .await;
    assert_eq!(anonymous.refusal(), "UNAUTHENTICATED");
    assert_eq!(app.footprint().await, before);
    let by_own_id = calls(&ws, 1, json!({ "membershipId": ben.id.to_string() }));
    assert_eq!(
        brief(&decided_with(app, &ben.key, by_own_id).await),
        (true, 1, None, None, None)
    );
});

on_both!(quota_4_bad_input_counts_nothing, |app| {
    let (ws, ada) = app.portal().await;
    let key = gateway(app, &ws, &ada).await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let before = app.footprint().await;
    for amount in [0, -1, 1_000_001, i64::from(i32::MIN), i64::from(i32::MAX)] {
        let payload = app
            .mutate(
                &ben.key,
                "consumeQuota",
                calls(&ws, amount, json!({ "idempotencyKey": "k" })),
            )
            .await;
        assert_eq!(
            (payload.errors(), &payload.0["decision"]),
            (vec!["OUT_OF_RANGE amount".to_owned()], &Value::Null)
        );
    }
    for (more, error) in [
        (json!({ "type": "DATASETS" }), "NOT_A_COUNTER type"),
        (
            json!({ "type": "RECORDS_PER_DATASET" }),
            "NOT_A_COUNTER type",
        ),
    ] {
        assert_eq!(
            app.mutate(&ben.key, "consumeQuota", calls(&ws, 1, more))
                .await
                .errors(),
            [error]
        );
    }
    for address in [
        "",
        "nonsense",
        "192.0.2",
        "192.0.2.7/32",
        "192.0.2.7 ",
        "2001:db8::g",
    ] {
        let payload = app
            .mutate(
                &key,
                "consumeQuota",
                calls(&ws, 1, json!({ "clientAddress": address })),
            )
            .await;
        assert_eq!(
            payload.errors(),
            ["INVALID_ADDRESS clientAddress"],
            "{address}"
        );
    }
    for more in [
        json!({ "clientAddress": "192.0.2.7", "membershipId": ben.id.to_string() }),
        json!({ "membershipId": "mem_nonsense" }),
        json!({ "membershipId": ws.id.to_string() }),
        json!({ "type": "CALLS" }),
        json!({ "idempotencyKey": "" }),
        json!({ "idempotencyKey": "k".repeat(1_000) }),
    ] {
        let answer = app
            .try_mutate(&key, "consumeQuota", calls(&ws, 1, more.clone()))
            .await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{more}");
    }
    assert_eq!(
        app.try_mutate(
            &ben.key,
            "consumeQuota",
            calls(&ws, 3_000_000_000, json!({}))
        )
        .await
        .codes(),
        ["BAD_USER_INPUT"]
    );
    assert_eq!(app.footprint().await, before);
    assert_eq!(
        brief(&consume(app, &ben.key, &ws, 1_000_000).await),
        (true, 1_000_000, None, None, None)
    );
});

on_both!(aud_5_calls_that_are_repeated_count_once, |app| {
    let ws = app.workspace("riverton").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let cleo = app.member(&ws, "Cleo Diaz").create().await;
    limit(app, &ws, QuotaScope::Default, None, Day, 5).await;
    let call = calls(&ws, 3, json!({ "idempotencyKey": "k1" }));
    let first = app.mutate(&ben.key, "consumeQuota", call.clone()).await;
    assert_eq!(
        brief(&first.0["decision"]),
        (true, 3, Some(5), Some(2), None)
    );
    consume(app, &ben.key, &ws, 1).await;
    let again = app.mutate(&ben.key, "consumeQuota", call.clone()).await;
    assert!(again.replayed() && !first.replayed());
    assert_eq!(again.0["decision"], first.0["decision"]);
    assert_eq!(counted(app, &ws, Some(&ben), Day, app.now()).await, 4);
    let other = calls(&ws, 2, json!({ "idempotencyKey": "k1" }));
    assert_eq!(
        app.try_mutate(&ben.key, "consumeQuota", other)
            .await
            .refusal(),
        "IDEMPOTENCY_CONFLICT"
    );
    // The key of another actor, and one's own of another mutation, are other keys.
    let hers = app.mutate(&cleo.key, "consumeQuota", call.clone()).await;
    assert!(!hers.replayed());
    // What was refused is decided anew.
    let large = calls(&ws, 2, json!({ "idempotencyKey": "k2" }));
    assert_eq!(
        brief(&decided_with(app, &ben.key, large.clone()).await).4,
        Some("DEFAULT")
    );
    app.pass(Duration::hours(23));
    let later = app.mutate(&ben.key, "consumeQuota", large).await;
    assert_eq!(
        (brief(&later.0["decision"]).0, later.replayed()),
        (true, false)
    );
    assert!(
        app.mutate(&ben.key, "consumeQuota", call.clone())
            .await
            .replayed()
    );
    // A day later the key is free.
    app.pass(Duration::hours(2));
    assert!(!app.mutate(&ben.key, "consumeQuota", call).await.replayed());
    assert_eq!(counted(app, &ws, Some(&ben), Day, app.now()).await, 5);
});

on_both!(aud_4_rehearsed_calls_count_nothing, |app| {
    let ws = app.workspace("riverton").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    limit(app, &ws, QuotaScope::Default, None, Day, 5).await;
    let dry = calls(&ws, 5, json!({ "dryRun": true, "idempotencyKey": "k" }));
    let before = app.footprint().await;
    let rehearsed = decided_with(app, &ben.key, dry).await;
    assert_eq!(app.footprint().await, before);
    assert!(counters(app).await.is_empty());
    assert_eq!(consume(app, &ben.key, &ws, 5).await, rehearsed);
    app.rehearsed(
        &app.administrator(&ws, "Ada Veldkamp").await.key,
        "consumeQuota",
        calls(&ws, 2, json!({})),
    )
    .await;
});
