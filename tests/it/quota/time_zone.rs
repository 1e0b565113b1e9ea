//! The time zone of a workspace: where its days and months begin, and what its mails show (WS-13).

use chrono::{DateTime, Duration, Utc};
use concierge::{
    domain::vocabulary::{AccessMode, QuotaPeriod, QuotaScope},
    job::outbox::deliver,
};
use serde_json::{Value, json};

use super::usage::{brief, calls, consume, decided_with, gateway, limit, queued};
use crate::support::{
    TestApp, on_both,
    smtp::Smtp,
    world::{Member, Ws},
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Sets the clock.
fn until(app: &TestApp, instant: &str) {
    app.pass(at(instant) - app.now());
}

fn zone(ws: &Ws, name: &str) -> Value {
    json!({ "id": ws.id.to_string(), "timeZone": name })
}

async fn set(app: &TestApp, ada: &Member, ws: &Ws, name: &str) {
    let payload = app
        .mutate(&ada.key, "updateWorkspace", zone(ws, name))
        .await;
    assert_eq!(payload.errors(), [""; 0]);
}

/// When the counter of a call restarts.
async fn resets(app: &TestApp, member: &Member, ws: &Ws) -> DateTime<Utc> {
    let decision = consume(app, &member.key, ws, 1).await;
    assert_eq!(decision["allowed"], true, "{decision}");
    at(decision["resetsAt"].as_str().unwrap())
}

on_both!(
    ws_13_a_workspace_has_the_time_zone_that_it_is_given,
    |app| {
        let (ws, ada) = app.portal().await;
        let query = "query($id: ID!) { workspace(id: $id) { timeZone } }";
        let shown = async || {
            let answer = app
                .post(None, query, json!({ "id": ws.id.to_string() }))
                .await;
            answer.data()["workspace"]["timeZone"].clone()
        };
        assert_eq!(shown().await, "UTC");
        let done = app
            .rehearsed(&ada.key, "updateWorkspace", zone(&ws, "Europe/Amsterdam"))
            .await;
        let changes = done.0["changes"].as_array().unwrap();
        assert_eq!(changes.len(), 1);
        assert_eq!(
            [
                &changes[0]["field"],
                &changes[0]["before"],
                &changes[0]["after"]
            ],
            ["timeZone", "UTC", "Europe/Amsterdam"]
        );
        assert_eq!(shown().await, "Europe/Amsterdam");
        let events = app.events(&ws).await;
        assert_eq!(events.last().unwrap().kind, "WORKSPACE_UPDATED");
        let before = app.footprint().await;
        for same in [json!("Europe/Amsterdam"), Value::Null] {
            let input = json!({ "id": ws.id.to_string(), "timeZone": same });
            let payload = app.mutate(&ada.key, "updateWorkspace", input).await;
            assert_eq!(
                (payload.errors(), &payload.0["changes"]),
                (vec![], &json!([]))
            );
        }
        for wrong in [
            "Europe/Atlantis",
            "europe/amsterdam",
            "",
            "UTC+2",
            "Europe/Paris\u{0}",
        ] {
            let input = json!({ "id": ws.id.to_string(), "name": "Elsewhere", "timeZone": wrong });
            let payload = app.mutate(&ada.key, "updateWorkspace", input).await;
            assert_eq!(payload.errors(), ["UNKNOWN_TIME_ZONE timeZone"], "{wrong}");
        }
        assert_eq!(app.footprint().await, before);
        assert_eq!(shown().await, "Europe/Amsterdam");
    }
);

on_both!(ws_13_a_change_of_zone_gives_no_second_allowance, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    limit(
        app,
        &ws,
        QuotaScope::Member,
        Some(&ben),
        QuotaPeriod::Day,
        3,
    )
    .await;
    assert_eq!(resets(app, &ben, &ws).await, at("2026-03-03T00:00:00Z"));
    // At 18:00 in Tokyo: its midnight before the end of the day that is under way gives nothing.
    set(app, &ada, &ws, "Asia/Tokyo").await;
    assert_eq!(resets(app, &ben, &ws).await, at("2026-03-03T15:00:00Z"));
    assert_eq!(resets(app, &ben, &ws).await, at("2026-03-03T15:00:00Z"));
    for instant in [
        "2026-03-02T15:00:00Z",
        "2026-03-03T00:00:00Z",
        "2026-03-03T14:59:59Z",
    ] {
        until(app, instant);
        let decision = consume(app, &ben.key, &ws, 1).await;
        let expected = (false, 3, Some(3), Some(0), Some("MEMBER"));
        assert_eq!(brief(&decision), expected, "{instant}");
        assert_eq!(decision["resetsAt"], "2026-03-03T15:00:00.000000Z");
    }
    until(app, "2026-03-03T15:00:00Z");
    assert_eq!(resets(app, &ben, &ws).await, at("2026-03-04T15:00:00Z"));
    // There and back at once leaves the day as it is.
    set(app, &ada, &ws, "America/Lima").await;
    set(app, &ada, &ws, "Asia/Tokyo").await;
    assert_eq!(resets(app, &ben, &ws).await, at("2026-03-04T15:00:00Z"));
    let reset =
        json!({ "membershipIds": [ben.id.to_string()], "type": "API_CALLS", "reason": "a loop" });
    let became = app.mutate(&ada.key, "resetQuotaUsage", reset).await;
    assert_eq!(became.became(), ["RESET"], "of the day of Tokyo");
    let query = "query($id: ID!) { node(id: $id) { ... on Membership { effectiveQuota(type: API_CALLS) { used resetsAt } } } }";
    let answer = app
        .post(Some(&ada.key), query, json!({ "id": ben.id.to_string() }))
        .await;
    let expected = json!({ "used": 0, "resetsAt": "2026-03-04T15:00:00.000000Z" });
    assert_eq!(answer.data()["node"]["effectiveQuota"], expected);
});

on_both!(ws_13_visitors_get_no_second_allowance_either, |app| {
    let (ws, ada) = app.portal().await;
    let key = gateway(app, &ws, &ada).await;
    let limits = json!({ "workspaceId": ws.id.to_string(), "pool": null, "perAddress": 2 });
    app.mutate(&ada.key, "setAnonymousQuotas", limits).await;
    let visit = async || {
        let input = calls(&ws, 1, json!({ "clientAddress": "192.0.2.1" }));
        decided_with(app, &key, input).await
    };
    for used in [1, 2] {
        let expected = (true, used, Some(2), Some(2 - used), None);
        assert_eq!(brief(&visit().await), expected);
    }
    let refused = (false, 2, Some(2), Some(0), Some("ANONYMOUS_ADDRESS"));
    // The day began at midnight UTC, which was the day before in Lima and the same day in Tokyo.
    for name in ["America/Lima", "UTC", "Asia/Tokyo", "America/Lima"] {
        set(app, &ada, &ws, name).await;
        assert_eq!(brief(&visit().await), refused, "{name}");
    }
    until(app, "2026-03-03T04:59:59Z");
    assert_eq!(brief(&visit().await), refused);
    until(app, "2026-03-03T05:00:00Z");
    assert!(brief(&visit().await).0, "the next day");
});

on_both!(
    ws_13_days_have_23_and_25_hours_and_zones_half_hours,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        set(app, &ada, &ws, "Europe/Paris").await;
        for (instant, end) in [
            ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ("2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"),
            ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
            ("2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"),
        ] {
            until(app, instant);
            assert_eq!(resets(app, &ben, &ws).await, at(end), "{instant}");
        }
        set(app, &ada, &ws, "Asia/Kathmandu").await;
        until(app, "2026-10-27T12:00:00Z");
        assert_eq!(resets(app, &ben, &ws).await, at("2026-10-27T18:15:00Z"));
    }
);

on_both!(
    ws_13_the_license_counts_by_the_main_workspaces_zone,
    |app| {
        let main = app.workspace("upriver").await;
        let ws = app
            .workspace_with("harbour", AccessMode::Public, Some(&main))
            .await;
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let mia = app.administrator(&main, "Mia Main").await;
        limit(
            app,
            &main,
            QuotaScope::License,
            None,
            QuotaPeriod::Month,
            100,
        )
        .await;
        limit(
            app,
            &ws,
            QuotaScope::WorkspaceCap,
            None,
            QuotaPeriod::Day,
            90,
        )
        .await;
        set(app, &mia, &main, "America/Lima").await;
        set(app, &ada, &ws, "Asia/Tokyo").await;
        consume(app, &ada.key, &ws, 4).await;
        let query = "query($id: ID!) { node(id: $id) { ... on Membership { effectiveQuota(type: API_CALLS) {
        resetsAt license { used resetsAt } workspaceCap { used resetsAt } } } } }";
        let quota = async || {
            let answer = app
                .post(Some(&ada.key), query, json!({ "id": ada.id.to_string() }))
                .await;
            answer.data()["node"]["effectiveQuota"].clone()
        };
        let shown = quota().await;
        assert_eq!(
            shown["license"],
            json!({ "used": 4, "resetsAt": "2026-04-01T05:00:00.000000Z" })
        );
        assert_eq!(
            shown["workspaceCap"],
            json!({ "used": 4, "resetsAt": "2026-03-03T15:00:00.000000Z" })
        );
        assert_eq!(shown["resetsAt"], shown["workspaceCap"]["resetsAt"]);
        // The day is over in Tokyo, the month in Lima is not.
        until(app, "2026-03-03T15:00:00Z");
        let shown = quota().await;
        assert_eq!(
            (&shown["license"]["used"], &shown["workspaceCap"]["used"]),
            (&json!(4), &json!(0))
        );
        let query = "query($id: ID!) { workspace(id: $id) { license { quotas { type used } } } }";
        let answer = app
            .post(Some(&mia.key), query, json!({ "id": main.id.to_string() }))
            .await;
        let limits = answer.data()["workspace"]["license"]["quotas"]
            .as_array()
            .unwrap()
            .clone();
        let calls = limits
            .iter()
            .find(|limit| limit["type"] == "API_CALLS")
            .unwrap();
        assert_eq!(calls["used"], 4);
    }
);

on_both!(ws_13_mails_show_instants_and_days_of_the_zone, |app| {
    let Some(smtp) = Smtp::start() else { return };
    let deps = app.mailing(&smtp);
    let (ws, ada) = app.portal().await;
    set(app, &ada, &ws, "Europe/Amsterdam").await;
    until(app, "2026-03-03T23:30:00Z");
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
    consume(app, &ben.key, &ws, 8).await;
    app.pass(Duration::seconds(1));
    deliver(&deps).await.unwrap();
    let mails = smtp.mails();
    let text = &mails
        .iter()
        .find(|mail| mail.to == [ben.email.clone()])
        .unwrap()
        .text;
    assert!(
        text.contains("further calls are refused until 5 March 2026, 00:00 CET."),
        "{text}"
    );
    let digest = queued(app, "QUOTA_DIGEST").await.pop().unwrap();
    assert_eq!(digest.send_after, at("2026-03-04T23:00:00Z"));
    let payload: Value = serde_json::from_str(&digest.payload).unwrap();
    assert_eq!(payload["day"], "2026-03-04");
    until(app, "2026-03-04T23:00:00Z");
    deliver(&deps).await.unwrap();
    let mails = smtp.mails();
    let text = &mails
        .iter()
        .find(|mail| mail.to == [ada.email.clone()])
        .unwrap()
        .text;
    assert!(
        text.contains("Ben Okafor: 80%") && text.contains("4 March 2026"),
        "{text}"
    );
});

on_both!(
    ws_13_an_administrator_of_another_workspace_sets_no_zone,
    |app| {
        let (ws, _) = app.portal().await;
        let other = app.workspace("lakeside").await;
        let eve = app.administrator(&other, "Eve Elsewhere").await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let before = app.footprint().await;
        for (key, code) in [(&eve.key, "NOT_FOUND"), (&ben.key, "FORBIDDEN")] {
            let answer = app
                .try_mutate(key, "updateWorkspace", zone(&ws, "Asia/Tokyo"))
                .await;
            assert_eq!(answer.refusal(), code);
        }
        assert_eq!(app.footprint().await, before);
    }
);
