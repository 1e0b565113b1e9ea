//! `explainQuota`: how a stored limit came about, and who may ask (QUOTA-3).

use concierge::domain::{
    interval::Interval,
    permission::Permission::EditWorkspaceProperties,
    vocabulary::{AccessMode, QuotaPeriod, QuotaScope, QuotaType},
};
use serde_json::{Value, json};

use super::{explained, input, value};
use crate::support::on_both;

on_both!(quota_3_everything_that_a_stored_limit_comes_from, |app| {
    let main = app.workspace("riverton").await;
    let ws = app
        .workspace_with("transit", AccessMode::Private, Some(&main))
        .await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let operator = app.operator("Olu Adeyemi").await;
    let (parks, water) = (
        app.group(&ws, "Parks", &[]).await,
        app.group(&ws, "Water", &[]).await,
    );
    for group in [parks, water] {
        app.put_into(&ws, group, &ben, Interval::from(app.now()))
            .await;
    }
    app.quota(
        &ws,
        QuotaScope::WorkspaceCap,
        None,
        (QuotaType::ApiCalls, Some(QuotaPeriod::Day)),
        90,
    )
    .await;
    let license = json!({ "workspaceId": main.id.to_string(), "values": [{ "type": "API_CALLS", "limit": 1_000, "period": "MONTH" }] });
    app.mutate(&operator, "setLicense", license).await;
    for (scope, subject, limit) in [
        ("DEFAULT", None, 10),
        ("GROUP", Some(parks.to_string()), 20),
        ("GROUP", Some(water.to_string()), 200),
        ("MEMBER", Some(ben.id.to_string()), 100),
    ] {
        app.mutate(
            &ada.key,
            "setQuotas",
            input(&ws, scope, subject, value("API_CALLS", Some(limit))),
        )
        .await;
    }
    let expected = json!({
        "type": "API_CALLS", "limit": 90, "period": "DAY", "used": 0, "remaining": 90, "resetsAt": "2026-03-03T00:00:00.000000Z",
        "decidedBy": "WORKSPACE_CAP",
        "license": { "limit": 1_000, "period": "MONTH", "used": 0, "remaining": 1_000, "resetsAt": "2026-04-01T00:00:00.000000Z" },
        "workspaceCap": { "limit": 90, "period": "DAY", "used": 0, "remaining": 90, "resetsAt": "2026-03-03T00:00:00.000000Z" },
        "defaultLimit": 10,
        "groupLimits": [{ "group": { "title": "Water" }, "limit": 200 }, { "group": { "title": "Parks" }, "limit": 20 }],
        "memberLimit": 100,
    });
    assert_eq!(explained(app, &ada.key, &ben, "API_CALLS").await, expected);
    assert_eq!(
        explained(app, &ben.key, &ben, "API_CALLS").await,
        expected,
        "one's own"
    );
});

on_both!(
    quota_3_for_holders_of_the_permission_and_for_oneself,
    |app| {
        let (ws, other) = (
            app.workspace("riverton").await,
            app.workspace("lakeside").await,
        );
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(EditWorkspaceProperties)
            .create()
            .await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let cho = app.member(&ws, "Cho Minh").create().await;
        let eve = app.administrator(&other, "Eve Laurent").await;
        let (olu, otto) = (
            app.operator("Olu Adeyemi").await,
            app.outsider("Otto Weiss").await,
        );
        for reader in [&ewa.key, &ben.key, &app.session(ben.account).await] {
            assert_eq!(
                explained(app, reader, &ben, "DATASETS").await["type"],
                "DATASETS"
            );
        }
        for reader in [
            &cho.key,
            &eve.key,
            &app.session(eve.account).await,
            &olu,
            &otto,
        ] {
            assert_eq!(explained(app, reader, &ben, "DATASETS").await, Value::Null);
        }
        let query =
            "query ($id: ID!) { explainQuota(membershipId: $id, type: DATASETS) { limit } }";
        let anonymous = app
            .post(None, query, json!({ "id": ben.id.to_string() }))
            .await;
        assert_eq!(anonymous.data()["explainQuota"], Value::Null);
        for id in [
            "mem_01jz0000000000000000000000".to_owned(),
            ws.id.to_string(),
            format!("{}@2026-03-02T08:00:00Z", ben.id),
        ] {
            let answer = app.post(Some(&ewa.key), query, json!({ "id": id })).await;
            let bad = !id.starts_with("mem_") || id.contains('@');
            assert_eq!(
                answer.codes(),
                if bad {
                    vec!["BAD_USER_INPUT"]
                } else {
                    Vec::new()
                },
                "{id}"
            );
            assert_eq!(answer.body["data"]["explainQuota"], Value::Null);
        }
    }
);
