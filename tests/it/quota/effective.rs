//! A member's limits and the calculator (QUOTA-2, QUOTA-3).

use chrono::{Duration, TimeZone, Utc};
use concierge::domain::{
    interval::Interval,
    permission::Preset,
    vocabulary::{AccessMode, QuotaPeriod, QuotaScope, QuotaType},
};
use serde_json::{Value, json};

use crate::support::on_both;

const CALLS: (QuotaType, Option<QuotaPeriod>) = (QuotaType::ApiCalls, None);

on_both!(quota_2_the_nearest_value_decides, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let bob = app.member(&ws, "Bob Bare").create().await;
    let (parks, water) = (
        app.group(&ws, "Parks", &[]).await,
        app.group(&ws, "Water", &[]).await,
    );
    let fields = "limit decidedBy used remaining period resetsAt defaultLimit memberLimit groupLimits { group { title } limit }";
    let query = format!(
        "query ($id: ID!) {{ node(id: $id) {{ ... on Membership {{ effectiveQuota(type: API_CALLS) {{ {fields} }} effectiveQuotas {{ type limit }} }} }} }}"
    );
    let ask = async || {
        app.post(Some(&ada.key), &query, json!({ "id": bob.id.to_string() }))
            .await
            .data()["node"]
            .clone()
    };
    let brief = |member: &Value| {
        let quota = &member["effectiveQuota"];
        assert_eq!(
            member["effectiveQuotas"][0],
            json!({ "type": "API_CALLS", "limit": quota["limit"] })
        );
        (
            quota["limit"].as_i64(),
            quota["decidedBy"].as_str().map(str::to_owned),
        )
    };
    let by = |limit: i64, scope: &str| (Some(limit), Some(scope.to_owned()));
    assert_eq!(brief(&ask().await), (None, None), "unset is unlimited");
    app.quota(&ws, QuotaScope::Default, None, CALLS, 100).await;
    assert_eq!(brief(&ask().await), by(100, "DEFAULT"));
    app.quota(&ws, QuotaScope::Group, Some(parks.0), CALLS, 10)
        .await;
    app.quota(&ws, QuotaScope::Group, Some(water.0), CALLS, 20)
        .await;
    assert_eq!(brief(&ask().await), by(100, "DEFAULT"), "not in them");
    app.put_into(&ws, parks, &bob, Interval::from(app.now()))
        .await;
    assert_eq!(
        brief(&ask().await),
        by(10, "GROUP"),
        "a group's value stands before the default, also when lower"
    );
    app.put_into(
        &ws,
        water,
        &bob,
        Interval::new(app.now(), app.now() + Duration::hours(1)),
    )
    .await;
    assert_eq!(brief(&ask().await), by(20, "GROUP"));
    let midnight = Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap();
    app.used(&ws, Some(&bob), midnight, 15).await;
    let expected = json!({
        "limit": 20, "decidedBy": "GROUP", "used": 15, "remaining": 5, "period": "DAY", "resetsAt": "2026-03-03T00:00:00.000000Z",
        "defaultLimit": 100, "memberLimit": null,
        "groupLimits": [{ "group": { "title": "Water" }, "limit": 20 }, { "group": { "title": "Parks" }, "limit": 10 }],
    });
    assert_eq!(ask().await["effectiveQuota"], expected);
    app.pass(Duration::hours(1));
    let quota = ask().await["effectiveQuota"].clone();
    assert_eq!(
        (&quota["limit"], &quota["remaining"]),
        (&json!(10), &json!(0)),
        "used up by what is left"
    );
    app.quota(&ws, QuotaScope::Member, Some(bob.id.0), CALLS, 0)
        .await;
    assert_eq!(brief(&ask().await), by(0, "MEMBER"), "zero is not unset");
    app.pass(Duration::days(1));
    assert_eq!(ask().await["effectiveQuota"]["used"], 0, "another day");
});

on_both!(quota_2_license_and_cap_bound_and_count, |app| {
    let main = app.workspace("riverton").await;
    let ws = app
        .workspace_with("transit", AccessMode::Public, Some(&main))
        .await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    app.quota(&ws, QuotaScope::Default, None, CALLS, 100).await;
    app.quota(
        &main,
        QuotaScope::License,
        None,
        (QuotaType::ApiCalls, Some(QuotaPeriod::Month)),
        1_000,
    )
    .await;
    app.quota(
        &ws,
        QuotaScope::WorkspaceCap,
        None,
        (QuotaType::ApiCalls, Some(QuotaPeriod::Day)),
        50,
    )
    .await;
    app.quota(
        &main,
        QuotaScope::License,
        None,
        (QuotaType::Datasets, None),
        2,
    )
    .await;
    let (day, month) = (
        Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap(),
        Utc.with_ymd_and_hms(2026, 3, 1, 0, 0, 0).unwrap(),
    );
    app.used(&main, None, month, 970).await;
    app.used(&ws, None, day, 10).await;
    app.dataset(&main, "one", &ada, true, true).await;
    app.dataset(&ws, "two", &ada, true, true).await;
    app.dataset(&ws, "three", &ada, true, true).await;
    let query = "{ workspace(slug: \"transit\") { viewerMembership { effectiveQuotas { type limit decidedBy used remaining
        license { limit period used remaining resetsAt } workspaceCap { limit period used remaining } } } } }";
    let answer = app.post(Some(&ada.key), query, json!({})).await;
    let quotas = &answer.data()["workspace"]["viewerMembership"]["effectiveQuotas"];
    let calls = json!({
        "type": "API_CALLS", "limit": 50, "decidedBy": "WORKSPACE_CAP", "used": 0, "remaining": 30,
        "license": { "limit": 1000, "period": "MONTH", "used": 970, "remaining": 30, "resetsAt": "2026-04-01T00:00:00.000000Z" },
        "workspaceCap": { "limit": 50, "period": "DAY", "used": 10, "remaining": 40 },
    });
    assert_eq!(quotas[0], calls);
    let datasets = json!({
        "type": "DATASETS", "limit": 2, "decidedBy": "LICENSE", "used": 2, "remaining": 0,
        "license": { "limit": 2, "period": null, "used": 3, "remaining": 0, "resetsAt": null }, "workspaceCap": null,
    });
    assert_eq!(quotas[1], datasets);
    assert_eq!(
        (&quotas[2]["limit"], &quotas[2]["used"]),
        (&Value::Null, &json!(1_000))
    );
});

on_both!(
    quota_2_two_memberships_of_one_account_show_the_same_use,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let old = app
            .member(&ws, "Bob Back")
            .during(Interval::new(
                app.now() - Duration::hours(2),
                app.now() - Duration::hours(1),
            ))
            .create()
            .await;
        let new = app
            .member(&ws, "Bob Back")
            .of(old.account)
            .preset(Preset::Editor)
            .create()
            .await;
        app.dataset(&ws, "trees", &new, true, true).await;
        let query = "{ workspace(slug: \"riverton\") { members(filter: { search: \"bob\", states: [ACTIVE, ENDED] }) {
        nodes { state effectiveQuota(type: DATASETS) { used } } } } }";
        let answer = app.post(Some(&ada.key), query, json!({})).await;
        let nodes = answer.data()["workspace"]["members"]["nodes"]
            .as_array()
            .unwrap();
        assert_eq!(nodes.len(), 2);
        assert!(
            nodes.iter().all(|node| node["effectiveQuota"]["used"] == 1),
            "{nodes:?}"
        );
    }
);

on_both!(quota_3_the_calculator_tries_values_and_groups, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let bob = app.member(&ws, "Bob Bare").create().await;
    let (parks, water) = (
        app.group(&ws, "Parks", &[]).await,
        app.group(&ws, "Water", &[]).await,
    );
    app.quota(&ws, QuotaScope::Default, None, CALLS, 100).await;
    app.quota(&ws, QuotaScope::Group, Some(parks.0), CALLS, 10)
        .await;
    app.quota(&ws, QuotaScope::Group, Some(water.0), CALLS, 20)
        .await;
    app.quota(&ws, QuotaScope::Member, Some(bob.id.0), CALLS, 5)
        .await;
    app.put_into(&ws, parks, &bob, Interval::from(app.now()))
        .await;
    let query = "query ($i: QuotaPreviewInput!) { workspace(slug: \"riverton\") { quotaPreview(input: $i) { limit decidedBy memberLimit groupLimits { limit } } } }";
    let ask = async |key: &str, input: Value| {
        let answer = app.post(Some(key), query, json!({ "i": input })).await;
        let quota = answer.data()["workspace"]["quotaPreview"].clone();
        (
            quota["limit"].as_i64().unwrap_or(-1),
            quota["decidedBy"].as_str().unwrap_or("-").to_owned(),
            quota["memberLimit"].as_i64(),
        )
    };
    let id = bob.id.to_string();
    let (parks, water) = (parks.to_string(), water.to_string());
    let by = |limit: i64, scope: &str, member: Option<i64>| (limit, scope.to_owned(), member);
    let of = |more: Value| {
        let mut input = json!({ "type": "API_CALLS", "membershipId": id });
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        input
    };
    assert_eq!(
        ask(&ada.key, of(json!({}))).await,
        by(5, "MEMBER", Some(5)),
        "as stored"
    );
    assert_eq!(
        ask(&ada.key, of(json!({ "memberLimit": null }))).await,
        by(10, "GROUP", None),
        "as if none were set"
    );
    assert_eq!(
        ask(&ada.key, of(json!({ "memberLimit": 7 }))).await,
        by(7, "MEMBER", Some(7))
    );
    assert_eq!(
        ask(
            &ada.key,
            of(json!({ "memberLimit": null, "groupIds": [water, parks] }))
        )
        .await,
        by(20, "GROUP", None)
    );
    assert_eq!(
        ask(&ada.key, of(json!({ "memberLimit": null, "groupIds": [] }))).await,
        by(100, "DEFAULT", None)
    );
    assert_eq!(
        ask(&ada.key, json!({ "type": "API_CALLS" })).await,
        by(100, "DEFAULT", None)
    );
    assert_eq!(
        ask(
            &ada.key,
            json!({ "type": "API_CALLS", "groupIds": [water], "memberLimit": 3 })
        )
        .await,
        by(3, "MEMBER", Some(3))
    );
    assert_eq!(
        ask(&ada.key, json!({ "type": "DATASETS" })).await,
        by(-1, "-", None)
    );
    // A group named twice is one group.
    let twice = json!({ "i": { "type": "API_CALLS", "groupIds": [water, water] } });
    let answer = app.post(Some(&ada.key), query, twice).await;
    assert_eq!(
        answer.data()["workspace"]["quotaPreview"]["groupLimits"],
        json!([{ "limit": 20 }])
    );
    // A member tries their own, and sees no group that is not theirs.
    assert_eq!(
        ask(&bob.key, of(json!({ "memberLimit": null }))).await,
        by(10, "GROUP", None)
    );
    assert_eq!(
        ask(
            &bob.key,
            of(json!({ "memberLimit": null, "groupIds": [parks] }))
        )
        .await,
        by(10, "GROUP", None)
    );
    for (input, refusal) in [
        (of(json!({ "groupIds": [water] })), "NOT_FOUND"),
        (json!({ "type": "API_CALLS" }), "FORBIDDEN"),
        (
            json!({ "type": "API_CALLS", "membershipId": ada.id.to_string() }),
            "FORBIDDEN",
        ),
    ] {
        let answer = app.post(Some(&bob.key), query, json!({ "i": input })).await;
        assert_eq!(
            answer.refusals(),
            [format!("{refusal} workspace.quotaPreview")]
        );
    }
});
