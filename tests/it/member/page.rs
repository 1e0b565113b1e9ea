//! Pages of members: every walk gives the full list; what no page is, is refused.

use chrono::Duration;
use concierge::{
    domain::permission::Preset,
    graphql::cursor::{Cursor, CursorKey},
    service::deps::SecretKey,
    store::page::Position,
};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both, world::Ws};

const QUERY: &str = r#"query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: MembershipOrder) {
  workspace(slug: "riverton") { members(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
    totalCount edges { cursor node { id } } nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"#;

const ORDERS: [&str; 7] = [
    "NAME",
    "EMAIL",
    "JOINED_AT",
    "LAST_ACTIVE_AT",
    "ACCESS_ENDS_AT",
    "ROLE",
    "STATE",
];

/// Forty members with many equal names and times.
async fn crowd(app: &TestApp, ws: &Ws) -> String {
    let ada = app.administrator(ws, "Ada Admin").await;
    let roles = [
        app.role(ws, "Steward", &[]).await,
        app.preset(ws, Preset::Editor).await,
    ];
    for number in 0..39_i64 {
        let name = format!(
            "{} Family{}",
            ["Kim", "Sam", "Zoë"][number as usize % 3],
            number % 5
        );
        let email = format!("{name}{number}");
        let mut member = app.member(ws, &email);
        if number % 4 == 0 {
            member = member.until(app.now() + Duration::days(1 + number % 3));
        }
        if number % 5 == 2 {
            member = member.role(roles[number as usize % 2]);
        }
        if number % 6 == 5 {
            member = member.disabled();
        }
        let member = member.create().await;
        let sql = "UPDATE membership SET sort_name = $1 WHERE id = $2";
        app.sql(
            sql,
            vec![format!("family{}", number % 5).into(), member.id.0.into()],
        )
        .await;
        if number % 3 == 0 {
            app.last_active(&member, app.now() - Duration::days(number % 2))
                .await;
        }
        app.joined(&member, app.now() - Duration::microseconds(number % 7))
            .await;
    }
    ada.key
}

async fn page(app: &TestApp, key: &str, variables: Value) -> Value {
    let answer = app.post(Some(key), QUERY, variables).await;
    let members = answer.data()["workspace"]["members"].clone();
    let edges: Vec<&Value> = members["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| &edge["node"])
        .collect();
    assert_eq!(
        edges,
        members["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .collect::<Vec<_>>()
    );
    let cursor = |edge: Option<&Value>| edge.map_or(Value::Null, |edge| edge["cursor"].clone());
    assert_eq!(
        members["pageInfo"]["startCursor"],
        cursor(members["edges"].as_array().unwrap().first())
    );
    assert_eq!(
        members["pageInfo"]["endCursor"],
        cursor(members["edges"].as_array().unwrap().last())
    );
    members
}

fn ids(page: &Value) -> Vec<String> {
    page["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn walk(app: &TestApp, key: &str, order: &Value, size: usize, forward: bool) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let variables = if forward {
            json!({ "first": size, "after": cursor, "orderBy": order })
        } else {
            json!({ "last": size, "before": cursor, "orderBy": order })
        };
        let page = page(app, key, variables).await;
        let (info, rows) = (&page["pageInfo"], ids(&page));
        assert_eq!(page["totalCount"], 40);
        assert!(rows.len() <= size);
        let (more, back, next) = if forward {
            ("hasNextPage", "hasPreviousPage", "endCursor")
        } else {
            ("hasPreviousPage", "hasNextPage", "startCursor")
        };
        assert_eq!(info[back], !cursor.is_null());
        found = if forward {
            [found, rows].concat()
        } else {
            [rows, found].concat()
        };
        cursor = info[next].clone();
        if info[more] == false {
            return found;
        }
        assert_eq!(ids(&page).len(), size, "a page with more behind it is full");
    }
}

on_both!(mem_7_every_walk_gives_exactly_the_full_list, |app| {
    let ws = app.workspace("riverton").await;
    let key = crowd(app, &ws).await;
    for field in ORDERS {
        let mut ascending = Vec::new();
        for direction in ["ASC", "DESC"] {
            let order = json!({ "field": field, "direction": direction });
            let full = ids(&page(app, &key, json!({ "first": 100, "orderBy": order })).await);
            let mut unique = full.clone();
            unique.sort();
            unique.dedup();
            assert_eq!((full.len(), unique.len()), (40, 40));
            for size in [3, 8, 39, 40] {
                assert_eq!(
                    walk(app, &key, &order, size, true).await,
                    full,
                    "{field} {direction} first {size}"
                );
                assert_eq!(
                    walk(app, &key, &order, size, false).await,
                    full,
                    "{field} {direction} last {size}"
                );
            }
            if direction == "ASC" {
                ascending = full;
            } else {
                ascending.reverse();
                assert_eq!(full, ascending, "{field}");
            }
        }
    }
});

on_both!(
    mem_7_rows_that_come_and_go_between_pages_disturb_no_others,
    |app| {
        let ws = app.workspace("riverton").await;
        let key = crowd(app, &ws).await;
        for field in ORDERS {
            let order = json!({ "field": field, "direction": "ASC" });
            let full = ids(&page(app, &key, json!({ "first": 100, "orderBy": order })).await);
            let one = page(app, &key, json!({ "first": 10, "orderBy": order })).await;
            // The row of the cursor itself leaves the list; others enter on either side of it.
            app.sql(
            "UPDATE membership SET origin = 'SIGN_UP' WHERE id = (SELECT m.id FROM membership m WHERE m.id = $1)",
            vec![concierge::domain::id::MembershipId::parse(&ids(&one)[9]).unwrap().0.into()],
        )
        .await;
            let aaron = app.member(&ws, &format!("Aaron Aa{field}")).create().await;
            let zora = app.member(&ws, &format!("Zora Zz{field}")).create().await;
            let two = page(
                app,
                &key,
                json!({ "first": 100, "after": one["pageInfo"]["endCursor"], "orderBy": order }),
            )
            .await;
            let new = [aaron.id.to_string(), zora.id.to_string()];
            let old: Vec<String> = ids(&two)
                .into_iter()
                .filter(|id| !new.contains(id))
                .collect();
            assert_eq!(old, full[10..], "{field}");
            for member in [aaron, zora] {
                app.end(&ws, &member, app.now() - Duration::minutes(1), None)
                    .await;
            }
            app.sql(
                "UPDATE membership SET origin = 'INVITATION' WHERE workspace_id = $1",
                vec![ws.id.0.into()],
            )
            .await;
        }
    }
);

on_both!(mem_7_pages_between_two_cursors, |app| {
    let ws = app.workspace("riverton").await;
    let key = crowd(app, &ws).await;
    let all = page(app, &key, json!({ "first": 100 })).await;
    let cursor = |at: usize| all["edges"][at]["cursor"].clone();
    let between = page(
        app,
        &key,
        json!({ "first": 3, "after": cursor(4), "before": cursor(20) }),
    )
    .await;
    assert_eq!(ids(&between), ids(&all)[5..8]);
    let between = page(
        app,
        &key,
        json!({ "last": 3, "after": cursor(4), "before": cursor(20) }),
    )
    .await;
    assert_eq!(ids(&between), ids(&all)[17..20]);
    assert_eq!(
        ids(&page(app, &key, json!({})).await).len(),
        20,
        "without a size"
    );
    let none = page(app, &key, json!({ "first": 5, "after": cursor(39) })).await;
    assert_eq!(
        (ids(&none).len(), &none["pageInfo"]["hasNextPage"]),
        (0, &json!(false))
    );
});

on_both!(mem_7_what_is_no_page_is_bad_input, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let group = app.group(&ws, "Parks", &[]).await;
    app.put_into(
        &ws,
        group,
        &ada,
        concierge::domain::interval::Interval::from(app.now()),
    )
    .await;
    let good = page(app, &ada.key, json!({ "first": 1 })).await["edges"][0]["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let foreign = app
        .post(
            Some(&ada.key),
            "{ workspace(slug: \"riverton\") { groups { edges { cursor } } } }",
            json!({}),
        )
        .await
        .data()["workspace"]["groups"]["edges"][0]["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    // With the installation's own key: what no list gives out is refused all the same.
    let forge = |order: &str, page_one: i64, key: &str| {
        let list = CursorKey::new(
            &SecretKey::new([7; 32]),
            "MembershipConnection",
            &format!("members {order} Asc of {}", ws.id),
        );
        let position = Position {
            key: key.to_owned(),
            id: ada.id.0,
        };
        list.seal(&Cursor { page_one, position })
    };
    let now = app.now().timestamp_micros();
    let own = page(
        app,
        &ada.key,
        json!({ "first": 1, "after": forge("Name", now, "") }),
    )
    .await;
    assert_eq!(
        ids(&own),
        [ada.id.to_string()],
        "what is forged is of this list"
    );
    let mut bad: Vec<Value> = [0, -1, 101, i32::MIN, i32::MAX]
        .into_iter()
        .flat_map(|size| [json!({ "first": size }), json!({ "last": size })])
        .collect();
    bad.push(json!({ "first": 1, "last": 1 }));
    bad.push(
        json!({ "first": 1, "after": good, "orderBy": { "field": "EMAIL", "direction": "ASC" } }),
    );
    bad.push(
        json!({ "first": 1, "after": good, "orderBy": { "field": "NAME", "direction": "DESC" } }),
    );
    let made_up = [
        String::new(),
        "nonsense".to_owned(),
        "\u{0}".to_owned(),
        "é".repeat(10_000),
        "e30".to_owned(),
        format!("{good}="),
        good[1..].to_owned(),
        foreign,
        forge("Name", i64::MAX, "admin ada"),
        forge("Name", -1, "admin ada"),
    ];
    for cursor in made_up {
        bad.push(json!({ "first": 1, "after": cursor }));
        bad.push(json!({ "last": 1, "before": cursor }));
    }
    for field in ["JOINED_AT", "LAST_ACTIVE_AT", "ACCESS_ENDS_AT"] {
        for key in [
            "",
            "x",
            "-999999999999999999",
            "8210266876799999999",
            "-8334601228800000000",
            "9223372036854775807",
            "1e3",
        ] {
            let order = json!({ "field": field, "direction": "ASC" });
            let name = match field {
                "JOINED_AT" => "JoinedAt",
                "LAST_ACTIVE_AT" => "LastActiveAt",
                _ => "AccessEndsAt",
            };
            bad.push(json!({ "first": 1, "after": forge(name, now, key), "orderBy": order }));
        }
    }
    for variables in bad {
        let answer = app.post(Some(&ada.key), QUERY, variables.clone()).await;
        assert_eq!(
            answer.codes(),
            ["BAD_USER_INPUT"],
            "{variables}: {:#}",
            answer.body
        );
        assert_eq!(answer.status, 400, "{variables}");
    }
});

on_both!(p_4_statements_do_not_grow_with_the_page, |app| {
    let ws = app.workspace("riverton").await;
    let key = crowd(app, &ws).await;
    let query = |size: usize, fields: &str| {
        format!(
            "{{ workspace(slug: \"riverton\") {{ members(first: {size}) {{ nodes {{ {fields} }} }} }} }}"
        )
    };
    let p1 = "id account { email displayName } state role { name } groups { group { title } } \
        effectiveQuota(type: API_CALLS) { limit decidedBy used }";
    for fields in [
        p1.to_owned(),
        format!("{p1} effectivePermissions {{ permission }}"),
        "id".to_owned(),
    ] {
        let mut counts = Vec::new();
        for size in [1, 10, 40] {
            let answer = app.post(Some(&key), &query(size, &fields), json!({})).await;
            assert_eq!(
                answer.data()["workspace"]["members"]["nodes"]
                    .as_array()
                    .unwrap()
                    .len(),
                size
            );
            counts.push(answer.statements);
        }
        assert!(counts.iter().all(|count| *count <= 8), "{counts:?}");
        assert_eq!(counts[1], counts[2], "{fields}");
    }
    // Everything that a list of members can show, at once.
    let all = format!(
        "{p1} effectivePermissions {{ permission sources {{ kind }} }} effectiveQuotas {{ type limit }} backOfficeSections \
         grants {{ nodes {{ id }} }} isSignedUpOnly viewerCan(action: DISABLE)"
    );
    let few = app.post(Some(&key), &query(2, &all), json!({})).await;
    let many = app.post(Some(&key), &query(40, &all), json!({})).await;
    few.data();
    many.data();
    assert_eq!(few.statements, many.statements);
    assert!(many.statements <= 8, "{}", many.statements);
    let _ = Preset::ALL;
});
