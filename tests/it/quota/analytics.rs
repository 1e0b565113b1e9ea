//! Analytics of a workspace: figures by day, and the datasets that are called most (STAT-1, STAT-2).

use chrono::Duration;
use concierge::domain::{
    permission::Permission,
    vocabulary::{AccessMode, QuotaPeriod, QuotaScope},
};
use serde_json::{Value, json};

use super::usage::{at_once, calls, consume, decided_with, gateway, limit};
use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

const FIGURES: &str = "query($id: ID!, $from: DateTime!, $to: DateTime!) { workspace(id: $id) { analytics(from: $from, to: $to) { \
     days { day activeMembers sessions joined ended apiCalls refusals { limiter count } } \
     topDatasets { dataset { identifier } count } } } }";

fn range(ws: &Ws, from: &str, to: &str) -> Value {
    json!({ "id": ws.id.to_string(), "from": from, "to": to })
}

/// The analytics of the week of the tests, once what was counted is written.
async fn analytics(app: &TestApp, credential: &str, ws: &Ws) -> Value {
    app.flush().await;
    let week = range(ws, "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
    let answer = app.post(Some(credential), FIGURES, week).await;
    answer.data()["workspace"]["analytics"].clone()
}

/// One field of each day.
async fn by_day(app: &TestApp, credential: &str, ws: &Ws, field: &str) -> Vec<i64> {
    let analytics = analytics(app, credential, ws).await;
    let days = analytics["days"].as_array().unwrap().iter();
    days.map(|day| day[field].as_i64().unwrap()).collect()
}

async fn top(app: &TestApp, credential: &str, ws: &Ws) -> Vec<(String, i64)> {
    let analytics = analytics(app, credential, ws).await;
    let datasets = analytics["topDatasets"].as_array().unwrap().iter();
    let entry = |one: &Value| {
        let name = one["dataset"]["identifier"].as_str().unwrap().to_owned();
        (name, one["count"].as_i64().unwrap())
    };
    datasets.map(entry).collect()
}

async fn analyst(app: &TestApp, ws: &Ws, name: &str) -> Member {
    let analyst = app.member(ws, name).with(Permission::BrowseAnalytics);
    analyst.create().await
}

on_both!(stat_1_days_run_up_to_today, |app| {
    let (ws, ada) = app.portal().await;
    let days = analytics(app, &ada.key, &ws).await["days"].clone();
    let starts: Vec<&str> = days
        .as_array()
        .unwrap()
        .iter()
        .map(|day| day["day"].as_str().unwrap())
        .collect();
    assert_eq!(
        starts,
        ["2026-03-01T00:00:00.000000Z", "2026-03-02T00:00:00.000000Z"]
    );
    assert_eq!(days[0]["refusals"], json!([]));
    // Those of Amsterdam, which overlap the range.
    let zone = json!({ "id": ws.id.to_string(), "timeZone": "Europe/Amsterdam" });
    app.mutate(&ada.key, "updateWorkspace", zone).await;
    let days = analytics(app, &ada.key, &ws).await["days"].clone();
    assert_eq!(days[0]["day"], "2026-02-28T23:00:00.000000Z");
});

on_both!(stat_1_a_member_counts_once_a_day_on_all_nodes, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let ada_session = app.session_of(ada.account).await;
    let own = json!({ "id": ws.id.to_string() });
    let query = "query($id: ID!) { workspace(id: $id) { viewerCan(permission: CREATE_PAGES) } }";
    for credential in [&ada.key, &ada_session, &ben.key] {
        app.post(Some(credential), query, own.clone()).await;
    }
    let other = app.another_deps().await;
    let door = app.node_of(other.clone());
    door.post(Some(&ben.key), query, own.clone()).await;
    other.analytics.flush(&other.db).await.unwrap();
    assert_eq!(by_day(app, &ada.key, &ws, "activeMembers").await, [0, 2]);
    app.pass(Duration::hours(10));
    app.post(Some(&ben.key), query, own.clone()).await;
    assert_eq!(by_day(app, &ada.key, &ws, "activeMembers").await, [0, 2]);
    app.pass(Duration::hours(6));
    app.post(Some(&ben.key), query, own.clone()).await;
    app.flush().await;
    let days = by_day(app, &ada.key, &ws, "activeMembers").await;
    assert_eq!(days, [0, 2, 1], "Ben; reading makes Ada one, later");
});

on_both!(stat_1_a_session_counts_once_in_each_workspace, |app| {
    let (ws, ada) = app.portal().await;
    let other = app.workspace("lakeside").await;
    let query = "query($id: ID!) { workspace(id: $id) { viewerCan(permission: CREATE_PAGES) } }";
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let (one, two) = (
        app.session_of(ben.account).await,
        app.session_of(ben.account).await,
    );
    for session in [&one, &two, &one] {
        for ws in [&ws, &other] {
            let id = json!({ "id": ws.id.to_string() });
            app.post(Some(session), query, id).await;
        }
    }
    assert_eq!(by_day(app, &ada.key, &ws, "sessions").await, [0, 2]);
    app.pass(Duration::days(1));
    let id = json!({ "id": ws.id.to_string() });
    app.post(Some(&one), query, id).await;
    assert_eq!(by_day(app, &ada.key, &ws, "sessions").await, [0, 2, 0]);
    let eve = app.administrator(&other, "Eve Laurent").await;
    let sessions = by_day(app, &eve.key, &other, "sessions").await;
    assert_eq!(sessions, [0, 0, 0], "Ben is no member there");
});

on_both!(stat_1_joins_and_ends_are_those_of_the_audit_log, |app| {
    let (ws, ada) = app.portal().await;
    let before = by_day(app, &ada.key, &ws, "joined").await;
    assert_eq!(before, [0, 0]);
    let settings =
        json!({ "workspaceId": ws.id.to_string(), "enabled": true, "approvalRequired": false });
    let settings = app.mutate(&ada.key, "updateSignUpSettings", settings).await;
    assert_eq!(settings.errors(), [""; 0]);
    let mia = app.outsider("Mia Joiner").await;
    let join = json!({ "workspace": ws.slug });
    app.mutate(&mia, "joinWorkspace", join).await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let ids = json!({ "membershipIds": [ben.id.to_string()], "reason": "Contract over" });
    let mut rehearsed = ids.clone();
    rehearsed["dryRun"] = true.into();
    app.mutate(&ada.key, "revokeMembers", rehearsed).await;
    assert_eq!(
        by_day(app, &ada.key, &ws, "ended").await,
        [0, 0],
        "a rehearsal"
    );
    app.mutate(&ada.key, "revokeMembers", ids).await;
    app.mutate(
        &mia,
        "leaveWorkspace",
        json!({ "workspaceId": ws.id.to_string() }),
    )
    .await;
    assert_eq!(by_day(app, &ada.key, &ws, "joined").await, [0, 1]);
    assert_eq!(by_day(app, &ada.key, &ws, "ended").await, [0, 2]);
    // One that expires counts on the day of its end, whenever the sweeper sees it.
    let cas = app.member(&ws, "Cas Expiring").create().await;
    let end = app.now() + Duration::hours(1);
    app.end(&ws, &cas, end, None).await;
    app.pass(Duration::days(2));
    concierge::job::sweeper::sweep(&app.app.deps).await.unwrap();
    assert_eq!(by_day(app, &ada.key, &ws, "ended").await, [0, 3, 0, 0]);
});

on_both!(stat_1_allowed_calls_and_refusals_are_counted, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    limit(
        app,
        &ws,
        QuotaScope::Member,
        Some(&ben),
        QuotaPeriod::Day,
        10,
    )
    .await;
    let key = gateway(app, &ws, &ada).await;
    let limits = json!({ "workspaceId": ws.id.to_string(), "pool": 5, "perAddress": 3 });
    app.mutate(&ada.key, "setAnonymousQuotas", limits).await;
    assert_eq!(consume(app, &ben.key, &ws, 7).await["allowed"], true);
    assert_eq!(consume(app, &ben.key, &ws, 4).await["allowed"], false);
    let from = |address: &str| calls(&ws, 3, json!({ "clientAddress": address }));
    for (address, allowed) in [
        ("192.0.2.1", true),
        ("192.0.2.1", false),
        ("192.0.2.2", false),
    ] {
        let decision = decided_with(app, &key, from(address)).await;
        assert_eq!(decision["allowed"], allowed, "{address}");
    }
    // Rehearsed, refused for its form, or repeated: nothing.
    decided_with(app, &ben.key, calls(&ws, 1, json!({ "dryRun": true }))).await;
    app.mutate(&ben.key, "consumeQuota", calls(&ws, 0, json!({})))
        .await;
    for _ in 0..3 {
        let once = calls(&ws, 2, json!({ "idempotencyKey": "once" }));
        assert_eq!(decided_with(app, &ben.key, once).await["allowed"], true);
    }
    let days = analytics(app, &ada.key, &ws).await["days"].clone();
    assert_eq!(days[1]["apiCalls"], 12);
    assert_eq!(
        days[1]["refusals"],
        json!([
            { "limiter": "MEMBER", "count": 1 },
            { "limiter": "ANONYMOUS_ADDRESS", "count": 1 },
            { "limiter": "ANONYMOUS_POOL", "count": 1 },
        ])
    );
    app.pass(Duration::days(1));
    consume(app, &ben.key, &ws, 1).await;
    assert_eq!(by_day(app, &ada.key, &ws, "apiCalls").await, [0, 12, 1]);
});

on_both!(stat_1_64_connections_on_two_nodes_lose_no_call, |app| {
    let (ws, ada) = app.portal().await;
    let key = gateway(app, &ws, &ada).await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let other = app.another_deps().await;
    let input = calls(&ws, 3, json!({ "membershipId": ben.id.to_string() }));
    let doors = [app.door(), app.node_of(other.clone())];
    let client = |number: usize| (doors[number % 2].clone(), key.clone(), vec![input.clone()]);
    let answers = at_once((0..64).map(client).collect()).await;
    assert_eq!(answers.len(), 64);
    let flushes = tokio::join!(
        app.app.deps.analytics.flush(&app.app.deps.db),
        other.analytics.flush(&other.db)
    );
    assert!(flushes.0.is_ok() && flushes.1.is_ok());
    assert_eq!(by_day(app, &ada.key, &ws, "apiCalls").await[1], 192);
});

on_both!(stat_2_calls_for_a_dataset_count_for_it, |app| {
    let (ws, ada) = app.portal().await;
    let key = gateway(app, &ws, &ada).await;
    let (trees, benches) = (
        app.dataset(&ws, "trees", &ada, true, true).await,
        app.dataset(&ws, "benches", &ada, true, true).await,
    );
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let foreign = app.dataset(&other, "ducks", &eve, true, true).await;
    let visit = |resource: Value, amount| {
        calls(
            &ws,
            amount,
            json!({ "clientAddress": "192.0.2.1", "resourceId": resource }),
        )
    };
    for (resource, amount) in [
        (trees.to_string(), 3),
        (benches.to_string(), 5),
        (trees.to_string(), 4),
    ] {
        decided_with(app, &key, visit(json!(resource), amount)).await;
    }
    decided_with(app, &key, visit(Value::Null, 11)).await;
    let before = app.footprint().await;
    for (resource, refusal) in [
        (foreign.to_string(), "NOT_FOUND resourceId"),
        (
            ws.id.to_string().replace("ws_", "page_"),
            "NOT_FOUND resourceId",
        ),
    ] {
        let refused = app
            .mutate(&key, "consumeQuota", visit(json!(resource), 1))
            .await;
        assert_eq!(refused.errors(), [refusal]);
    }
    let refused = app
        .try_mutate(&key, "consumeQuota", visit(json!(ws.id.to_string()), 1))
        .await;
    assert_eq!(refused.refusal(), "BAD_USER_INPUT");
    assert_eq!(app.footprint().await, before);
    let named = |name: &str, count| (name.to_owned(), count);
    assert_eq!(
        top(app, &ada.key, &ws).await,
        [named("trees", 7), named("benches", 5)]
    );
    assert_eq!(by_day(app, &ada.key, &ws, "apiCalls").await, [0, 23]);
    app.mutate(
        &ada.key,
        "deleteDataset",
        json!({ "id": trees.to_string() }),
    )
    .await;
    assert_eq!(top(app, &ada.key, &ws).await, [named("benches", 5)]);
    assert_eq!(by_day(app, &ada.key, &ws, "apiCalls").await, [0, 23]);
});

on_both!(stat_2_what_one_may_not_browse_is_in_no_figure, |app| {
    let (ws, ada) = app.portal().await;
    let key = gateway(app, &ws, &ada).await;
    let open = app.dataset(&ws, "open", &ada, true, true).await;
    let secret = app.dataset(&ws, "secret", &ada, true, false).await;
    let page = app.page(&ws, "draft", &ada, false, true).await;
    let ann = analyst(app, &ws, "Ann Analyst").await;
    for (resource, amount) in [
        (Value::Null, 1),
        (json!(open.to_string()), 10),
        (json!(secret.to_string()), 100),
        (json!(page.to_string()), 1_000),
    ] {
        let more = json!({ "membershipId": ann.id.to_string(), "resourceId": resource });
        decided_with(app, &key, calls(&ws, amount, more)).await;
    }
    let named = |name: &str, count| (name.to_owned(), count);
    assert_eq!(by_day(app, &ada.key, &ws, "apiCalls").await, [0, 1_111]);
    assert_eq!(
        top(app, &ada.key, &ws).await,
        [named("secret", 100), named("open", 10)]
    );
    assert_eq!(by_day(app, &ann.key, &ws, "apiCalls").await, [0, 11]);
    assert_eq!(top(app, &ann.key, &ws).await, [named("open", 10)]);
    let by_day_query = "query($id: ID!, $from: DateTime!, $to: DateTime!) { workspace(id: $id) { apiCallsByDay(from: $from, to: $to) { count } } }";
    let week = range(&ws, "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
    let answer = app.post(Some(&ann.key), by_day_query, week).await;
    assert_eq!(
        answer.data()["workspace"]["apiCallsByDay"],
        json!([{ "count": 0 }, { "count": 11 }])
    );
    // A grant of the one shows it, and nothing else.
    let grant = json!({ "membershipIds": [ann.id.to_string()], "resourceId": secret.to_string(), "access": ["BROWSE"] });
    let granted = app.mutate(&ada.key, "grantPermissions", grant).await;
    assert_eq!(granted.errors(), [""; 0]);
    assert_eq!(by_day(app, &ann.key, &ws, "apiCalls").await, [0, 111]);
});

on_both!(
    stat_2_a_main_workspace_sees_the_calls_of_its_secondaries,
    |app| {
        let main = app.workspace("riverton").await;
        let ws = app
            .workspace_with("harbour", AccessMode::Public, Some(&main))
            .await;
        let ada = app.administrator(&main, "Ada Veldkamp").await;
        let mia = app.administrator(&ws, "Mia Harbour").await;
        consume(app, &mia.key, &ws, 9).await;
        app.flush().await;
        let week = range(&ws, "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
        let query = "query($id: ID!, $from: DateTime!, $to: DateTime!) { workspace(id: $id) { apiCallsByDay(from: $from, to: $to) { day count } \
         analytics(from: $from, to: $to) { days { apiCalls } } } }";
        let session = app.session_of(ada.account).await;
        let answer = app.post(Some(&session), query, week.clone()).await;
        let workspace = &answer.body["data"]["workspace"];
        assert_eq!(
            workspace["apiCallsByDay"][1],
            json!({ "day": "2026-03-02T00:00:00.000000Z", "count": 9 })
        );
        assert_eq!(workspace["analytics"], Value::Null, "its own");
        assert_eq!(answer.codes(), ["FORBIDDEN"]);
        assert_eq!(
            by_day(app, &ada.key, &main, "apiCalls").await,
            [0, 0],
            "each its own"
        );
        // Neither a key of the main workspace nor somebody without the permission.
        let ben = app.member(&main, "Ben Okafor").create().await;
        let ben = app.session_of(ben.account).await;
        for credential in [&ada.key, &ben] {
            let answer = app.post(Some(credential), query, week.clone()).await;
            assert_eq!(
                answer.body["data"]["workspace"]["apiCallsByDay"],
                Value::Null
            );
        }
    }
);

on_both!(
    stat_2_analytics_require_browse_analytics_and_a_range,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let eve = app.outsider("Eve Outsider").await;
        let week = range(&ws, "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
        for (credential, code) in [
            (Some(&ben.key), "FORBIDDEN"),
            (Some(&eve), "FORBIDDEN"),
            (None, "UNAUTHENTICATED"),
        ] {
            let refused = app
                .post(credential.map(String::as_str), FIGURES, week.clone())
                .await;
            assert_eq!(refused.codes(), [code]);
        }
        for (from, to) in [
            ("2026-03-08T00:00:00Z", "2026-03-01T00:00:00Z"),
            ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
            ("2016-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
        ] {
            let refused = app
                .post(Some(&ada.key), FIGURES, range(&ws, from, to))
                .await;
            assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{from} {to}");
        }
        for first in [0, -1, 101] {
            let query = format!(
                "query($id: ID!) {{ workspace(id: $id) {{ analytics(from: \"2026-03-01T00:00:00Z\", to: \"2026-03-02T00:00:00Z\") \
             {{ topDatasets(first: {first}) {{ count }} }} }} }}"
            );
            let refused = app
                .post(Some(&ada.key), &query, json!({ "id": ws.id.to_string() }))
                .await;
            assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{first}");
        }
    }
);

on_both!(stat_1_figures_of_25_months_are_kept, |app| {
    let (ws, ada) = app.portal().await;
    consume(app, &ada.key, &ws, 4).await;
    app.flush().await;
    app.pass(Duration::days(25 * 30));
    concierge::job::pruning::prune(&app.app.deps).await.unwrap();
    assert_eq!(
        app.count("analytics_count WHERE measure = 'CALLS'").await,
        1
    );
    let kept = range(&ws, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
    let answer = app.post(Some(&ada.key), FIGURES, kept).await;
    assert_eq!(
        answer.data()["workspace"]["analytics"]["days"][0]["apiCalls"],
        4
    );
    app.pass(Duration::days(60));
    concierge::job::pruning::prune(&app.app.deps).await.unwrap();
    assert_eq!(
        app.count("analytics_count WHERE measure = 'CALLS'").await,
        0
    );
});
