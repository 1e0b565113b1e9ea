//! Where a member stands, and what is shown of what they hold (MEM-1, TIME-1, TIME-7).

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::{MembershipEndReason, QuotaScope, QuotaType},
};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both, world::Member};

const QUERY: &str = r#"query ($id: ID!) { node(id: $id) { ... on Membership {
  state endReason endedAt disabledAt accessEndsAt accessSecondsRemaining role { name }
  groups { group { title } } grants { totalCount nodes { permission } }
  effectivePermissions { permission } backOfficeSections effectiveQuota(type: API_CALLS) { limit decidedBy } } } }"#;

async fn shown(app: &TestApp, key: &str, member: &Member) -> Value {
    app.post(Some(key), QUERY, json!({ "id": member.id.to_string() }))
        .await
        .data()["node"]
        .clone()
}

/// The same member out of the list, where everything is loaded for the whole page at once.
async fn listed(app: &TestApp, key: &str, member: &Member) -> Value {
    let fields = QUERY
        .split_once("on Membership {")
        .unwrap()
        .1
        .rsplit_once("} } }")
        .unwrap()
        .0;
    let query = format!(
        "{{ workspace(slug: \"riverton\") {{ members(first: 100, filter: {{ states: [ACTIVE, DISABLED, SCHEDULED, ENDED] }}) \
         {{ nodes {{ id {fields} }} }} }} }}"
    );
    let answer = app.post(Some(key), &query, json!({})).await;
    let nodes = answer.data()["workspace"]["members"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    let mut found = nodes
        .into_iter()
        .find(|node| node["id"] == member.id.to_string())
        .unwrap();
    found.as_object_mut().unwrap().remove("id");
    found
}

fn titles(member: &Value) -> Vec<&str> {
    member["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["group"]["title"].as_str().unwrap())
        .collect()
}

fn held(member: &Value) -> Vec<&str> {
    member["effectivePermissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["permission"].as_str().unwrap())
        .collect()
}

on_both!(mem_1_ended_shows_what_held_at_the_end, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let role = app.role(&ws, "Steward", &[Permission::ManageReuses]).await;
    let eve = app
        .member(&ws, "Eve Ended")
        .role(role)
        .with(Permission::CreatePages)
        .create()
        .await;
    let (parks, old) = (
        app.group(&ws, "Parks", &[Permission::CreateDatasets]).await,
        app.group(&ws, "Old", &[]).await,
    );
    let begun = app.now() - Duration::minutes(10);
    app.put_into(&ws, parks, &eve, Interval::from(begun)).await;
    app.put_into(
        &ws,
        old,
        &eve,
        Interval::new(begun, begun + Duration::minutes(1)),
    )
    .await;
    app.put_into(
        &ws,
        old,
        &eve,
        Interval::from(app.now() + Duration::hours(5)),
    )
    .await;
    let end = app.now() + Duration::minutes(30);
    app.end(&ws, &eve, end, None).await;
    app.quota(
        &ws,
        QuotaScope::Default,
        None,
        (QuotaType::ApiCalls, None),
        10,
    )
    .await;

    let active = shown(app, &ada.key, &eve).await;
    assert_eq!(
        (&active["state"], &active["accessSecondsRemaining"]),
        (&json!("ACTIVE"), &json!(1800))
    );
    assert_eq!(
        titles(&active),
        ["Old", "Parks"],
        "a place that has not begun is listed"
    );
    assert_eq!(
        held(&active),
        ["CREATE_DATASETS", "CREATE_PAGES", "MANAGE_REUSES"]
    );
    assert_eq!(
        active["effectiveQuota"],
        json!({ "limit": 10, "decidedBy": "DEFAULT" })
    );

    // At the very instant (TIME-1); what hangs on the membership counts no more, though no row of
    // it was touched (TIME-7).
    app.pass(Duration::minutes(30) - Duration::microseconds(1));
    assert_eq!(shown(app, &ada.key, &eve).await["state"], "ACTIVE");
    app.pass(Duration::microseconds(1));
    let ended = shown(app, &ada.key, &eve).await;
    let expected = json!({
        "state": "ENDED", "endReason": "EXPIRED", "endedAt": "2026-03-02T09:30:00.000000Z", "disabledAt": null,
        "accessEndsAt": "2026-03-02T09:30:00.000000Z", "accessSecondsRemaining": 0, "role": { "name": "Steward" },
        "groups": [{ "group": { "title": "Parks" } }], "grants": { "totalCount": 1, "nodes": [{ "permission": "CREATE_PAGES" }] },
        "effectivePermissions": [], "backOfficeSections": [], "effectiveQuota": { "limit": null, "decidedBy": null },
    });
    assert_eq!(ended, expected);
    assert_eq!(listed(app, &ada.key, &eve).await, expected);

    // What ends later than the membership was still there at its end.
    app.pass(Duration::minutes(1));
    app.end_group(&ws, parks, app.now()).await;
    app.sql(
        "UPDATE role SET ends_at = $1 WHERE id = $2",
        vec![app.now().into(), role.0.into()],
    )
    .await;
    app.sql(
        "UPDATE workspace SET last_write_at = $1 WHERE id = $2",
        vec![app.now().into(), ws.id.0.into()],
    )
    .await;
    app.bump(&ws).await;
    app.pass(Duration::minutes(1));
    assert_eq!(shown(app, &ada.key, &eve).await, expected);
    assert_eq!(listed(app, &ada.key, &eve).await, expected);
});

on_both!(
    mem_1_scheduled_shows_what_will_hold_and_counts_nothing,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let start = app.now() + Duration::hours(2);
        let sam = app
            .member(&ws, "Sam Soon")
            .preset(Preset::Editor)
            .with(Permission::ManageReuses)
            .during(Interval::from(start))
            .create()
            .await;
        let (parks, brief) = (
            app.group(&ws, "Parks", &[]).await,
            app.group(&ws, "Brief", &[]).await,
        );
        app.put_into(&ws, parks, &sam, Interval::from(app.now()))
            .await;
        app.put_into(
            &ws,
            brief,
            &sam,
            Interval::new(app.now(), app.now() + Duration::hours(1)),
        )
        .await;
        for member in [
            shown(app, &ada.key, &sam).await,
            listed(app, &ada.key, &sam).await,
        ] {
            assert_eq!(
                (&member["state"], &member["role"]["name"]),
                (&json!("SCHEDULED"), &json!("Editor"))
            );
            assert_eq!(titles(&member), ["Parks"]);
            assert_eq!(
                member["grants"]["nodes"],
                json!([{ "permission": "MANAGE_REUSES" }])
            );
            assert_eq!(
                (held(&member), &member["accessEndsAt"]),
                (vec![], &Value::Null)
            );
        }
        let refused = app
            .post(Some(&sam.key), "{ viewer { kind } }", json!({}))
            .await;
        assert_eq!(refused.status, 401);
        app.pass(Duration::hours(2));
        assert_eq!(
            held(&shown(app, &ada.key, &sam).await),
            ["CREATE_DATASETS", "CREATE_PAGES", "MANAGE_REUSES"]
        );
        assert_eq!(
            app.post(Some(&sam.key), "{ viewer { kind } }", json!({}))
                .await
                .status,
            200
        );
    }
);

on_both!(mem_1_disabled_keeps_everything_and_can_nothing, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let dan = app
        .member(&ws, "Dan Disabled")
        .preset(Preset::Publisher)
        .disabled()
        .create()
        .await;
    for member in [
        shown(app, &ada.key, &dan).await,
        listed(app, &ada.key, &dan).await,
    ] {
        assert_eq!(
            (&member["state"], &member["disabledAt"]),
            (&json!("DISABLED"), &json!("2026-03-02T08:59:00.000000Z"))
        );
        assert_eq!(
            (&member["role"]["name"], held(&member)),
            (&json!("Publisher"), vec![])
        );
    }
    assert_eq!(
        app.post(Some(&dan.key), "{ viewer { kind } }", json!({}))
            .await
            .status,
        401
    );
    let session = app.session(dan.account).await;
    let query = "{ viewer { can(workspace: \"riverton\", permission: CREATE_DATASETS) membership(workspace: \"riverton\") { state } } }";
    let expected = json!({ "viewer": { "can": false, "membership": { "state": "DISABLED" } } });
    assert_eq!(
        *app.post(Some(&session), query, json!({})).await.data(),
        expected
    );
});

on_both!(mem_1_an_end_named_is_told_from_an_end_that_came, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    use MembershipEndReason as Reason;
    for (reason, told) in [
        (Some(Reason::Revoked), "REVOKED"),
        (Some(Reason::Left), "LEFT"),
        (None, "EXPIRED"),
    ] {
        let member = app.member(&ws, &format!("Eve {told}")).create().await;
        app.end(&ws, &member, app.now(), reason).await;
        assert_eq!(shown(app, &ada.key, &member).await["endReason"], told);
        assert_eq!(
            app.post(Some(&member.key), "{ viewer { kind } }", json!({}))
                .await
                .status,
            401
        );
    }
});

on_both!(time_1_access_ends_at_the_very_instant, |app| {
    let ws = app.workspace("riverton").await;
    let end = app.now() + Duration::seconds(10);
    let eve = app
        .member(&ws, "Eve Ending")
        .preset(Preset::Administrator)
        .until(end)
        .create()
        .await;
    let session = app.session(eve.account).await;
    let query = "{ viewer { can(workspace: \"riverton\", permission: MANAGE_REUSES) } workspace(slug: \"riverton\") { \
        members { totalCount } viewerCan(permission: MANAGE_REUSES) } }";
    app.pass(Duration::seconds(10) - Duration::microseconds(1));
    for credential in [&eve.key, &session] {
        let answer = app.post(Some(credential), query, json!({})).await;
        assert_eq!(answer.data()["viewer"]["can"], true);
        assert_eq!(
            answer.data()["workspace"],
            json!({ "members": { "totalCount": 1 }, "viewerCan": true })
        );
    }
    app.pass(Duration::microseconds(1));
    let answer = app.post(Some(&eve.key), query, json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (401, vec!["UNAUTHENTICATED"])
    );
    let answer = app.post(Some(&session), query, json!({})).await;
    assert_eq!(answer.refusals(), ["FORBIDDEN workspace.members"]);
    let expected =
        json!({ "viewer": { "can": false }, "workspace": { "members": null, "viewerCan": false } });
    assert_eq!(answer.body["data"], expected);
});

on_both!(
    time_7_a_row_counts_while_every_row_it_hangs_on_counts,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let bob = app.member(&ws, "Bob Bare").create().await;
        let hour = |hours: i64| app.now() + Duration::hours(hours);
        let group = app.group(&ws, "Parks", &[]).await;
        app.put_into(&ws, group, &bob, Interval::new(hour(1), hour(5)))
            .await;
        app.grant_row(
            &ws,
            None,
            Some(group),
            Some(Permission::CreatePages),
            Interval::new(hour(0), hour(3)),
            None,
        )
        .await;
        app.grant_row(
            &ws,
            None,
            Some(group),
            Some(Permission::ManageReuses),
            Interval::new(hour(2), hour(9)),
            None,
        )
        .await;
        app.grant_row(
            &ws,
            Some(bob.id),
            None,
            Some(Permission::CreateDatasets),
            Interval::new(hour(4), hour(9)),
            None,
        )
        .await;
        app.end_group(&ws, group, hour(4)).await;
        let query = "query ($id: ID!) { viewer { pages: can(workspace: \"riverton\", permission: CREATE_PAGES) } \
        node(id: $id) { ... on Membership { effectivePermissions { permission } } } }";
        for (hours, wanted) in [
            (0, vec![]),
            (1, vec!["CREATE_PAGES"]),
            (2, vec!["CREATE_PAGES", "MANAGE_REUSES"]),
            (3, vec!["MANAGE_REUSES"]),
            (4, vec!["CREATE_DATASETS"]),
            (9, vec![]),
        ] {
            app.clock
                .set(crate::support::app::start() + Duration::hours(hours));
            assert_eq!(
                held(&shown(app, &ada.key, &bob).await),
                wanted,
                "after {hours} hours"
            );
            let own = app
                .post(Some(&bob.key), query, json!({ "id": bob.id.to_string() }))
                .await;
            assert_eq!(
                held(&own.data()["node"]),
                wanted,
                "after {hours} hours, seen by themself"
            );
            assert_eq!(
                own.data()["viewer"]["pages"],
                wanted.contains(&"CREATE_PAGES")
            );
        }
    }
);
