//! The end by time as people see it: the countdown before (MEM-2), everything gone at once (MEM-3),
//! the mail behind.

use chrono::Duration;
use concierge::{
    domain::{
        id::ItemId,
        interval::Interval,
        mail::MailKind,
        permission::{Permission, Preset},
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType, ResourceAccess},
    },
    job::sweeper::sweep,
};
use serde_json::{Value, json};

use super::ending::{held, keys, kinds, of, shown, status};
use crate::support::{TestApp, on_both};

/// What a member is told of their own access.
async fn countdown(app: &TestApp, session: &str) -> (Value, Value) {
    let query = "{ workspace(slug: \"riverton\") { viewerMembership { accessEndsAt accessSecondsRemaining } } }";
    let answer = app.post(Some(session), query, json!({})).await;
    let own = &answer.data()["workspace"]["viewerMembership"];
    (
        own["accessEndsAt"].clone(),
        own["accessSecondsRemaining"].clone(),
    )
}

on_both!(mem_2_members_see_how_much_time_is_left, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let session = app.session(ben.account).await;
    assert_eq!(
        countdown(app, &session).await,
        (Value::Null, Value::Null),
        "without an end"
    );
    let end = app.at(3_600);
    app.mutate(
        &ada.key,
        "setAccessPeriod",
        of(&[&ben], json!({ "endsAt": end })),
    )
    .await;
    assert_eq!(countdown(app, &session).await, (json!(end), json!(3_600)));
    app.pass(Duration::milliseconds(1_500));
    assert_eq!(
        countdown(app, &session).await,
        (json!(end), json!(3_598)),
        "whole seconds"
    );
    // The list says the same as the member is told, also where it is asked for by filter.
    let list = "query($before: DateTime!) { workspace(slug: \"riverton\") { members(filter: { accessEnds: { before: $before } }) { \
        nodes { id accessEndsAt accessSecondsRemaining } } } }";
    let listed = app
        .post(Some(&ada.key), list, json!({ "before": app.at(4_000) }))
        .await;
    let expected = json!([{ "id": ben.id, "accessEndsAt": end, "accessSecondsRemaining": 3_598 }]);
    assert_eq!(listed.data()["workspace"]["members"]["nodes"], expected);
    app.pass(Duration::milliseconds(3_598_499));
    assert_eq!(
        countdown(app, &session).await,
        (json!(end), json!(0)),
        "less than a second, and still in"
    );
    assert_eq!(status(app, &ben.key).await, 200);
    app.pass(Duration::milliseconds(1));
    assert_eq!(
        countdown(app, &session).await,
        (Value::Null, Value::Null),
        "no member any more"
    );
    assert_eq!(
        shown(app, &ada.key, &ben).await["accessSecondsRemaining"],
        0
    );
});

on_both!(
    mem_3_at_the_end_by_time_everything_here_is_lost_at_once,
    |app| {
        let (ws, other) = (
            app.workspace("riverton").await,
            app.workspace("lakeside").await,
        );
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let end = app.now() + Duration::hours(1);
        let ben = app
            .member(&ws, "Ben Okafor")
            .preset(Preset::Editor)
            .with(Permission::ManageReuses)
            .until(end)
            .create()
            .await;
        let elsewhere = app
            .member(&other, "Ben Okafor")
            .of(ben.account)
            .with(Permission::ManageReuses)
            .create()
            .await;
        let since = Interval::from(app.now() - Duration::minutes(1));
        let group = app
            .group(&ws, "Parks", &[Permission::BrowseAnalytics])
            .await;
        app.put_into(&ws, group, &ben, since).await;
        app.quota(
            &ws,
            QuotaScope::Member,
            Some(ben.id.0),
            (QuotaType::ApiCalls, Some(QuotaPeriod::Day)),
            7,
        )
        .await;
        let trees = app.dataset(&ws, "trees", &ada, true, false).await;
        app.item_grant(
            &ws,
            (Some(ben.id), None),
            ItemId::Dataset(trees),
            ResourceAccess::Browse,
            since,
        )
        .await;
        let (session, adas) = (
            app.session(ben.account).await,
            app.session(ada.account).await,
        );
        let node = app.another_node().await;
        let ask = "query($trees: ID!) { viewer { here: can(workspace: \"riverton\", permission: MANAGE_REUSES) \
        there: can(workspace: \"lakeside\", permission: MANAGE_REUSES) canAccess(resource: $trees, access: BROWSE) } }";
        let asked = json!({ "trees": trees });
        for door in [&node, &app.door()] {
            // Both nodes have seen the member, and remember.
            let told = door.post(Some(&session), ask, asked.clone()).await;
            assert_eq!(
                told.data()["viewer"],
                json!({ "here": true, "there": true, "canAccess": true })
            );
            assert_eq!(
                door.post(Some(&ben.key), "{ viewer { kind } }", json!({}))
                    .await
                    .status,
                200
            );
        }
        let before = shown(app, &ada.key, &ben).await;
        assert_eq!(
            held(&before),
            [
                "CREATE_DATASETS",
                "CREATE_PAGES",
                "BROWSE_ANALYTICS",
                "MANAGE_REUSES"
            ]
        );
        app.pass(Duration::hours(1));
        for door in [&node, &app.door()] {
            let told = door.post(Some(&session), ask, asked.clone()).await;
            assert_eq!(
                told.data()["viewer"],
                json!({ "here": false, "there": true, "canAccess": false })
            );
            assert_eq!(
                door.post(Some(&ben.key), "{ viewer { kind } }", json!({}))
                    .await
                    .status,
                401
            );
        }
        let gone = shown(app, &ada.key, &ben).await;
        assert_eq!(
            (&gone["state"], &gone["endReason"], held(&gone).len()),
            (&json!("ENDED"), &json!("EXPIRED"), 0)
        );
        // What held at the end is shown, and counts for nothing (MEM-1).
        assert_eq!(
            (&gone["role"]["name"], &gone["groups"][0]["group"]["title"]),
            (&json!("Editor"), &json!("Parks"))
        );
        assert_eq!(
            keys(app, &adas, &ben).await,
            json!([{ "state": "REVOKED" }])
        );
        let lists = "query($group: ID!, $ben: ID!) { workspace(slug: \"riverton\") { members { nodes { id } } \
        inGroup: members(filter: { groupIds: [$group] }) { totalCount } \
        holders: members(filter: { permissions: [MANAGE_REUSES] }) { nodes { id } } \
        ended: members(filter: { states: [ENDED] }) { nodes { id } } \
        } node(id: $ben) { ... on Membership { effectiveQuota(type: API_CALLS) { limit } } } }";
        let listed = app
            .post(
                Some(&ada.key),
                lists,
                json!({ "group": group, "ben": ben.id }),
            )
            .await;
        assert_eq!(
            listed.data()["node"]["effectiveQuota"]["limit"],
            Value::Null
        );
        let listed = &listed.data()["workspace"];
        assert_eq!(listed["members"]["nodes"], json!([{ "id": ada.id }]));
        assert_eq!(
            (
                &listed["inGroup"]["totalCount"],
                &listed["holders"]["nodes"]
            ),
            (&json!(0), &json!([{ "id": ada.id }]))
        );
        assert_eq!(listed["ended"]["nodes"], json!([{ "id": ben.id }]));
        // The account and its other memberships are untouched.
        assert_eq!(status(app, &elsewhere.key).await, 200);
        assert!(
            kinds(app, &ws).await.is_empty()
                && app
                    .mails(MailKind::AccessEnded, &ben.email)
                    .await
                    .is_empty()
        );
        // The job adds what the end brings about besides: one event, one mail, to the member.
        assert_eq!(sweep(&app.app.deps).await.unwrap(), 1);
        assert_eq!(kinds(app, &ws).await, ["MEMBERSHIP_EXPIRED"]);
        let mails = app.mails(MailKind::AccessEnded, &ben.email).await;
        assert_eq!(
            (mails.len(), mails[0].subject_id.as_deref()),
            (1, Some(ben.id.to_string().as_str()))
        );
        assert_eq!(shown(app, &ada.key, &ben).await, gone);
    }
);
