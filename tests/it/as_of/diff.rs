//! Who gained and lost what between two instants.

use chrono::Duration;
use concierge::domain::{
    id::ItemId,
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::ResourceAccess,
};
use serde_json::{Value, json};

use crate::support::on_both;

const DIFF: &str = "query($ws: ID!, $from: DateTime!, $to: DateTime!, $first: Int, $after: String) { workspace(id: $ws) {
    accessDiff(from: $from, to: $to, first: $first, after: $after) { edges { cursor node { membership { id account { givenName } }
        gained lost gainedAccess { access resource { ... on Dataset { id } } } lostAccess { access } } } pageInfo { hasNextPage endCursor }
        totalCount nodes { membership { id } } } } }";

on_both!(time_3_access_diff_says_who_gained_and_lost_what, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .preset(Preset::Viewer)
        .create()
        .await;
    let cleo = app
        .member(&ws, "Cleo Duarte")
        .until(app.now() + Duration::hours(3))
        .with(Permission::ManageReuses)
        .create()
        .await;
    let dirk = app.member(&ws, "Dirk Aalbers").create().await;
    let still = app
        .member(&ws, "Ewa Kowalska")
        .preset(Preset::Editor)
        .create()
        .await;
    let group = app
        .group(&ws, "Tree wardens", &[Permission::BrowseAnalytics])
        .await;
    app.put_into(
        &ws,
        group,
        &dirk,
        Interval::from(app.now() + Duration::hours(2)),
    )
    .await;
    let trees = app.dataset(&ws, "trees", &ada, true, false).await;
    let later = Interval::new(
        app.now() + Duration::hours(1),
        app.now() + Duration::hours(20),
    );
    app.item_grant(
        &ws,
        (Some(ben.id), None),
        ItemId::Dataset(trees),
        ResourceAccess::Browse,
        later,
    )
    .await;
    let (from, to) = (app.at(0), app.at(4 * 3_600));
    let ask = async |from: &str, to: &str, first: Value, after: Value| {
        let variables = json!({ "ws": ws.id.to_string(), "from": from, "to": to, "first": first, "after": after });
        app.post(Some(&ada.key), DIFF, variables).await
    };
    let told = async |from: &str, to: &str| {
        let answer = ask(from, to, Value::Null, Value::Null).await;
        let edges = answer.data()["workspace"]["accessDiff"]["edges"]
            .as_array()
            .unwrap()
            .clone();
        let one = |edge: &Value| {
            let node = &edge["node"];
            let access = |side: &str| {
                node[side]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one["access"].clone())
                    .collect::<Vec<_>>()
            };
            json!([
                node["membership"]["account"]["givenName"],
                node["gained"],
                node["lost"],
                access("gainedAccess"),
                access("lostAccess")
            ])
        };
        edges.iter().map(one).collect::<Vec<_>>()
    };
    let expected = [
        json!(["Ben", [], [], ["BROWSE"], []]),
        json!(["Cleo", [], ["MANAGE_REUSES"], [], []]),
        json!(["Dirk", ["BROWSE_ANALYTICS"], [], [], []]),
    ];
    // As it will be, and, seen from the end, as it was.
    assert_eq!(told(&from, &to).await, expected);
    app.pass(Duration::hours(30));
    assert_eq!(told(&from, &to).await, expected);
    // Of a role that is changed, everybody who has it; who is revoked loses all.
    let session = app.session_of(ada.account).await;
    let before = app.at(0);
    app.pass(Duration::hours(1));
    let (ben_id, still_id) = (ben.id.to_string(), still.id.to_string());
    app.mutate(
        &session,
        "setMemberRole",
        json!({ "membershipIds": [ben_id, still_id], "roleId": null }),
    )
    .await;
    app.pass(Duration::hours(1));
    let now = app.at(0);
    let lost = told(&before, &now).await;
    assert_eq!(lost.len(), 2);
    assert_eq!(
        lost[0],
        json!([
            "Ben",
            [],
            ["BROWSE_ALL_DATASETS", "BROWSE_ALL_PAGES"],
            [],
            []
        ])
    );
    assert_eq!(lost[1][2], json!(["CREATE_DATASETS", "CREATE_PAGES"]));
    // The same instant twice is no span.
    assert_eq!(
        ask(&now, &now, Value::Null, Value::Null).await.codes(),
        ["BAD_USER_INPUT"]
    );
    assert_eq!(
        ask(&to, &from, Value::Null, Value::Null).await.codes(),
        ["BAD_USER_INPUT"]
    );
    assert_eq!(
        ask(&app.at(-400_000), &now, Value::Null, Value::Null)
            .await
            .codes(),
        ["BAD_USER_INPUT"]
    );
    // Page by page.
    let first = ask(&from, &now, json!(1), Value::Null).await;
    let page = &first.data()["workspace"]["accessDiff"];
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let second = ask(
        &from,
        &now,
        json!(100),
        page["pageInfo"]["endCursor"].clone(),
    )
    .await;
    let page = &second.data()["workspace"]["accessDiff"];
    assert_eq!(
        (
            page["edges"].as_array().unwrap().len(),
            &page["pageInfo"]["hasNextPage"]
        ),
        (3, &json!(false))
    );
    let of_edges: Vec<&Value> = page["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| &edge["node"]["membership"]["id"])
        .collect();
    let of_nodes: Vec<&Value> = page["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| &node["membership"]["id"])
        .collect();
    assert_eq!((of_nodes, &page["totalCount"]), (of_edges, &json!(4)));
    let refused = app
        .post(
            Some(&cleo.key),
            DIFF,
            json!({ "ws": ws.id.to_string(), "from": from, "to": to }),
        )
        .await;
    assert_eq!(
        refused.status.as_u16(),
        401,
        "the membership of that key has ended"
    );
});
