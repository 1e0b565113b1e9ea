//! The list of groups, one group, who is in it.

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    permission::Permission,
    vocabulary::{QuotaScope, QuotaType},
};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

async fn titles(app: &TestApp, key: &str, arguments: Value) -> Vec<String> {
    let query =
        "query ($filter: GroupFilter, $orderBy: GroupOrder) { workspace(slug: \"riverton\") {
        groups(first: 100, filter: $filter, orderBy: $orderBy) { totalCount nodes { title } } } }";
    let answer = app.post(Some(key), query, arguments).await;
    let groups = &answer.data()["workspace"]["groups"];
    let titles: Vec<String> = groups["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["title"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(groups["totalCount"], titles.len());
    titles
}

on_both!(grp_1_groups_are_listed_searched_and_ordered, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    for (title, permissions) in [
        ("Zoning", &[Permission::CreatePages] as &[Permission]),
        (
            "Éducation",
            &[Permission::CreatePages, Permission::ManageReuses],
        ),
        ("parks and trees", &[]),
        ("Élections", &[]),
    ] {
        app.group(&ws, title, permissions).await;
    }
    let gone = app.group(&ws, "Gone", &[]).await;
    app.end_group(&ws, gone, app.now()).await;
    let by_title = ["Éducation", "Élections", "parks and trees", "Zoning"];
    assert_eq!(titles(app, &ada.key, json!({})).await, by_title);
    let order = |field: &str, direction: &str| json!({ "orderBy": { "field": field, "direction": direction } });
    let mut reversed = by_title;
    reversed.reverse();
    assert_eq!(
        titles(app, &ada.key, order("TITLE", "DESC")).await,
        reversed
    );
    assert_eq!(
        titles(app, &ada.key, order("CREATED_AT", "ASC")).await,
        ["Zoning", "Éducation", "parks and trees", "Élections"]
    );
    assert_eq!(
        titles(app, &ada.key, json!({ "filter": { "search": "TREE" } })).await,
        ["parks and trees"]
    );
    assert_eq!(
        titles(app, &ada.key, json!({ "filter": { "search": "edu" } })).await,
        ["Éducation"]
    );
    let permissions = |list: Value| json!({ "filter": { "permissions": list } });
    assert_eq!(
        titles(app, &ada.key, permissions(json!(["CREATE_PAGES"]))).await,
        ["Éducation", "Zoning"]
    );
    assert_eq!(
        titles(
            app,
            &ada.key,
            permissions(json!(["CREATE_PAGES", "MANAGE_REUSES"]))
        )
        .await,
        ["Éducation"]
    );
});

on_both!(grp_1_every_walk_over_groups_gives_the_full_list, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    for number in 0..9 {
        app.group(&ws, &format!("Group {}", number * 7 % 9), &[])
            .await;
    }
    let query =
        "query ($first: Int, $last: Int, $after: String, $before: String, $o: GroupOrder) { workspace(slug: \"riverton\") {
        groups(first: $first, last: $last, after: $after, before: $before, orderBy: $o) {
        nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";
    for order in [
        json!({ "field": "TITLE", "direction": "ASC" }),
        json!({ "field": "CREATED_AT", "direction": "DESC" }),
    ] {
        let full = titles(app, &ada.key, json!({ "orderBy": order })).await;
        for size in [1, 2, 4, 9, 10] {
            for forward in [true, false] {
                let (mut found, mut cursor): (Vec<String>, Value) = (Vec::new(), Value::Null);
                loop {
                    let variables = if forward {
                        json!({ "first": size, "after": cursor, "o": order })
                    } else {
                        json!({ "last": size, "before": cursor, "o": order })
                    };
                    let page = app.post(Some(&ada.key), query, variables).await.data()["workspace"]
                        ["groups"]
                        .clone();
                    let rows: Vec<String> = page["nodes"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|n| n["title"].as_str().unwrap().to_owned())
                        .collect();
                    found = if forward {
                        [found, rows].concat()
                    } else {
                        [rows, found].concat()
                    };
                    let (more, next) = if forward {
                        ("hasNextPage", "endCursor")
                    } else {
                        ("hasPreviousPage", "startCursor")
                    };
                    if page["pageInfo"][more] == false {
                        break;
                    }
                    cursor = page["pageInfo"][next].clone();
                }
                assert_eq!(found, full, "{size} {forward}");
            }
        }
    }
});

on_both!(
    time_7_a_group_shows_what_has_not_ended_and_counts_what_counts,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let group = app.group(&ws, "Parks", &[Permission::CreatePages]).await;
        let now = app.now();
        let hour = |hours: i64| now + Duration::hours(hours);
        app.grant_row(
            &ws,
            None,
            Some(group),
            Some(Permission::ManageReuses),
            Interval::new(now, hour(1)),
            None,
        )
        .await;
        app.grant_row(
            &ws,
            None,
            Some(group),
            Some(Permission::CreateDatasets),
            Interval::from(hour(2)),
            None,
        )
        .await;
        app.grant_row(
            &ws,
            None,
            Some(group),
            Some(Permission::BrowseAnalytics),
            Interval::new(hour(9), hour(9)),
            None,
        )
        .await;
        app.quota(
            &ws,
            QuotaScope::Group,
            Some(group.0),
            (QuotaType::Datasets, None),
            7,
        )
        .await;
        for (name, place) in [
            ("Ann Always", Interval::from(now)),
            ("Bea Brief", Interval::new(now, hour(1))),
            ("Cy Coming", Interval::from(hour(2))),
            ("Di Cancelled", Interval::new(hour(9), hour(9))),
        ] {
            let member = app.member(&ws, name).create().await;
            app.put_into(&ws, group, &member, place).await;
        }
        let gone = app.member(&ws, "Gus Gone").until(hour(1)).create().await;
        app.put_into(&ws, group, &gone, Interval::from(now)).await;
        let disabled = app.member(&ws, "Dan Disabled").disabled().create().await;
        app.put_into(&ws, group, &disabled, Interval::from(now))
            .await;
        let query = "{ workspace(slug: \"riverton\") { group(slug: \"parks\") { title permissions memberCount
        grants { totalCount nodes { permission } } quotaValues { type limit }
        members { totalCount edges { startsAt endsAt node { account { displayName } } } } } } }";
        let ask = async || {
            app.post(Some(&ada.key), query, json!({})).await.data()["workspace"]["group"].clone()
        };
        let names = |group: &Value| -> Vec<String> {
            let edges = group["members"]["edges"].as_array().unwrap();
            assert_eq!(group["members"]["totalCount"], edges.len());
            edges
                .iter()
                .map(|edge| {
                    edge["node"]["account"]["displayName"]
                        .as_str()
                        .unwrap()
                        .to_owned()
                })
                .collect()
        };
        let grants = |group: &Value| -> Vec<String> {
            let nodes = group["grants"]["nodes"].as_array().unwrap();
            assert_eq!(group["grants"]["totalCount"], nodes.len());
            nodes
                .iter()
                .map(|node| node["permission"].as_str().unwrap().to_owned())
                .collect()
        };
        let shown = ask().await;
        assert_eq!(
            shown["permissions"],
            json!(["CREATE_PAGES", "MANAGE_REUSES"])
        );
        assert_eq!(
            grants(&shown),
            ["CREATE_PAGES", "MANAGE_REUSES", "CREATE_DATASETS"]
        );
        assert_eq!(
            shown["quotaValues"],
            json!([{ "type": "DATASETS", "limit": 7 }])
        );
        assert_eq!(
            names(&shown),
            [
                "Ann Always",
                "Bea Brief",
                "Cy Coming",
                "Gus Gone",
                "Dan Disabled"
            ]
        );
        assert_eq!(shown["memberCount"], 4);
        assert_eq!(
            shown["members"]["edges"][1]["endsAt"],
            "2026-03-02T10:00:00.000000Z"
        );
        app.pass(Duration::hours(1));
        let shown = ask().await;
        assert_eq!(shown["permissions"], json!(["CREATE_PAGES"]));
        assert_eq!(grants(&shown), ["CREATE_PAGES", "CREATE_DATASETS"]);
        assert_eq!(names(&shown), ["Ann Always", "Cy Coming", "Dan Disabled"]);
        assert_eq!(shown["memberCount"], 2);
        app.pass(Duration::hours(1));
        let shown = ask().await;
        assert_eq!(
            (&shown["permissions"], &shown["memberCount"]),
            (&json!(["CREATE_DATASETS", "CREATE_PAGES"]), &json!(3))
        );
        app.end_group(&ws, group, app.now()).await;
        assert_eq!(ask().await, Value::Null);
    }
);

on_both!(p_4_groups_with_members_take_two_statements_each, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let members = [
        app.member(&ws, "Ann One").create().await,
        app.member(&ws, "Ben Two").create().await,
    ];
    for number in 0..6 {
        let group = app.group(&ws, &format!("Group {number}"), &[]).await;
        for member in &members {
            app.put_into(&ws, group, member, Interval::from(app.now()))
                .await;
        }
    }
    let ask = async |groups: usize, fields: &str| {
        let query = format!(
            "{{ workspace(slug: \"riverton\") {{ groups(first: {groups}) {{ nodes {{ title {fields} }} }} }} }}"
        );
        let answer = app.post(Some(&ada.key), &query, json!({})).await;
        assert_eq!(
            answer.data()["workspace"]["groups"]["nodes"]
                .as_array()
                .unwrap()
                .len(),
            groups
        );
        answer.statements
    };
    let warm = ask(6, "").await;
    assert!(warm <= 3, "{warm}");
    assert_eq!(ask(6, "").await, 1, "the key alone: facts are kept");
    assert_eq!(ask(6, "memberCount").await, 2, "counts go together");
    assert_eq!(ask(2, "memberCount").await, 2);
    assert_eq!(ask(6, "members { nodes { id } }").await, 1 + 2 * 6);
    assert_eq!(
        ask(3, "members { nodes { id account { email } } }").await,
        1 + 2 * 3
    );
});
