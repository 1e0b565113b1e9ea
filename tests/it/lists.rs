//! What every list does: orders, walks, cursors that are opaque and belong to their list.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    vocabulary::{QuotaScope, QuotaType},
};
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

/// A workspace with some of everything that it lists; the administrator and their session.
async fn full(app: &TestApp, slug: &str) -> (Ws, Member, String) {
    let ws = app.workspace(slug).await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let session = app.session(ada.account).await;
    for number in 0..6_i64 {
        let name = format!(
            "{} {slug}{}",
            ["Ben", "Zoë"][number as usize % 2],
            number % 3
        );
        let member = app.member(&ws, &format!("{name}{number}")).create().await;
        app.group(&ws, &format!("Group {}", 9 - number), &[]).await;
        app.role(&ws, &format!("Role {}", 9 - number), &[]).await;
        app.dataset(&ws, &format!("set-{}", 9 - number), &ada, true, true)
            .await;
        app.page(&ws, &format!("page-{}", 9 - number), &ada, true, true)
            .await;
        app.quota(
            &ws,
            QuotaScope::Member,
            Some(member.id.0),
            (QuotaType::Datasets, None),
            number,
        )
        .await;
        let invitees = json!([{ "email": format!("{}{slug}@example.org", 9 - number) }]);
        let input = json!({ "workspaceId": ws.id.to_string(), "invitees": invitees });
        assert_eq!(
            app.mutate(&session, "inviteMembers", input).await.became(),
            ["INVITED"]
        );
        let key =
            json!({ "workspaceId": ws.id.to_string(), "name": format!("Key {}", number % 2) });
        assert_eq!(
            app.mutate(&session, "createApiKey", key).await.errors(),
            Vec::<String>::new()
        );
        let stranger = format!("Stranger {slug}{number}");
        app.outsider(&stranger).await;
        app.access_request(&ws, app.account_of(&stranger).await)
            .await;
        app.pass(Duration::seconds(1));
    }
    (ws, ada, session)
}

/// One page of a list of the workspace.
async fn page(app: &TestApp, session: &str, list: &str, arguments: &str) -> Value {
    let query = format!(
        "{{ workspace(slug: \"riverton\") {{ {list}({arguments}) {{ totalCount nodes {{ id }} edges {{ cursor node {{ id }} }} \
         pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"
    );
    app.post(Some(session), &query, json!({})).await.data()["workspace"][list].clone()
}

fn ids(page: &Value) -> Vec<String> {
    page["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn walk(app: &TestApp, session: &str, list: &str, order: &str, forward: bool) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let (size, bound, next, more) = match forward {
            true => ("first: 2", "after", "endCursor", "hasNextPage"),
            false => ("last: 2", "before", "startCursor", "hasPreviousPage"),
        };
        let bound = if cursor.is_empty() {
            String::new()
        } else {
            format!(", {bound}: \"{cursor}\"")
        };
        let page = page(app, session, list, &format!("{size}{bound}{order}")).await;
        found = if forward {
            [found, ids(&page)].concat()
        } else {
            [ids(&page), found].concat()
        };
        if page["pageInfo"][more] == false {
            return found;
        }
        cursor = page["pageInfo"][next].as_str().unwrap().to_owned();
    }
}

/// The lists of a workspace that can be ordered, each with the fields of its order.
async fn orders(app: &TestApp) -> Vec<(String, Vec<String>)> {
    let query = "{ __type(name: \"Workspace\") { fields { name type { name ofType { name } }
        args { name type { inputFields { name type { ofType { enumValues { name } } } } } } } } }";
    let answer = app.post(None, query, json!({})).await;
    let mut found = Vec::new();
    for list in answer.data()["__type"]["fields"].as_array().unwrap() {
        let arguments = list["args"].as_array().unwrap();
        let Some(order) = arguments.iter().find(|one| one["name"] == "orderBy") else {
            continue;
        };
        let fields = order["type"]["inputFields"].as_array().unwrap();
        let field = fields.iter().find(|one| one["name"] == "field").unwrap();
        let values = field["type"]["ofType"]["enumValues"].as_array().unwrap();
        let values = values
            .iter()
            .map(|value| value["name"].as_str().unwrap().to_owned())
            .collect();
        found.push((list["name"].as_str().unwrap().to_owned(), values));
    }
    found
}

on_both!(mem_7_every_list_walks_in_every_order, |app| {
    let (_, _, session) = full(app, "riverton").await;
    let orders = orders(app).await;
    let named: Vec<&str> = orders.iter().map(|(list, _)| list.as_str()).collect();
    for list in [
        "members",
        "groups",
        "roles",
        "invitations",
        "apiKeys",
        "accessRequests",
        "datasets",
        "pages",
    ] {
        assert!(named.contains(&list), "{list} has no order: {named:?}");
    }
    for (list, fields) in orders.iter().filter(|(list, _)| list != "roles") {
        for field in fields {
            let mut ascending = Vec::new();
            for direction in ["ASC", "DESC"] {
                let order = format!(", orderBy: {{ field: {field}, direction: {direction} }}");
                let whole = page(app, &session, list, &format!("first: 100{order}")).await;
                let full = ids(&whole);
                assert_eq!(whole["totalCount"], full.len(), "{list}");
                assert!(full.len() >= 6, "{list}");
                assert_eq!(
                    walk(app, &session, list, &order, true).await,
                    full,
                    "{list} {field} {direction}"
                );
                assert_eq!(
                    walk(app, &session, list, &order, false).await,
                    full,
                    "{list} {field} {direction}"
                );
                if direction == "ASC" {
                    ascending = full;
                } else {
                    ascending.reverse();
                    assert_eq!(full, ascending, "{list} {field}");
                }
            }
        }
    }
});

on_both!(lists_are_sorted_by_what_they_say, |app| {
    let (_, _, session) = full(app, "riverton").await;
    for (list, order, value, expected) in [
        (
            "invitations",
            "EMAIL",
            "email",
            (4..10)
                .map(|n| json!(format!("{n}riverton@example.org")))
                .collect::<Vec<_>>(),
        ),
        (
            "apiKeys",
            "NAME",
            "name",
            ["Key 0", "Key 0", "Key 0", "Key 1", "Key 1", "Key 1"]
                .map(|name| json!(name))
                .to_vec(),
        ),
    ] {
        let query = format!(
            "{{ workspace(slug: \"riverton\") {{ {list}(first: 100, orderBy: {{ field: {order}, direction: ASC }}) \
             {{ nodes {{ value: {value} }} }} }} }}"
        );
        let answer = app.post(Some(&session), &query, json!({})).await;
        let mut found: Vec<Value> = answer.data()["workspace"][list]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["value"].clone())
            .filter(|value| value != "Ada Veldkamp")
            .collect();
        found.truncate(expected.len());
        assert_eq!(found, expected, "{list}");
    }
    let query = "{ workspace(slug: \"riverton\") { roles(orderBy: { field: NAME, direction: DESC }) { name } } }";
    let answer = app.post(Some(&session), query, json!({})).await;
    let names = answer.data()["workspace"]["roles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| role["name"].as_str().unwrap());
    let own: Vec<&str> = names.filter(|name| name.starts_with("Role")).collect();
    assert_eq!(
        own,
        ["Role 9", "Role 8", "Role 7", "Role 6", "Role 5", "Role 4"]
    );
});

on_both!(mem_7_members_are_sorted_by_role_and_by_state, |app| {
    let (ws, ada) = app.portal().await;
    let steward = app.role(&ws, "Éclairs", &[]).await;
    let baker = app.role(&ws, "baker", &[]).await;
    let day = Duration::days(1);
    app.member(&ws, "Ben Moreau").role(steward).create().await;
    app.member(&ws, "Cem Baker")
        .role(baker)
        .disabled()
        .create()
        .await;
    app.member(&ws, "Dina None")
        .during(Interval::from(app.now() + day))
        .create()
        .await;
    app.member(&ws, "Eli Gone")
        .during(Interval::new(app.now() - day - day, app.now() - day))
        .create()
        .await;
    let names = async |order: &str| -> Vec<String> {
        let query = format!(
            "{{ workspace(slug: \"riverton\") {{ members(filter: {{ states: [SCHEDULED, ACTIVE, DISABLED, ENDED] }}, \
             orderBy: {order}) {{ nodes {{ account {{ givenName }} }} }} }} }}"
        );
        let answer = app.post(Some(&ada.key), &query, json!({})).await;
        let nodes = answer.data()["workspace"]["members"]["nodes"]
            .as_array()
            .unwrap()
            .clone();
        nodes
            .iter()
            .map(|node| node["account"]["givenName"].as_str().unwrap().to_owned())
            .collect()
    };
    // Nobody's role, presets, then the workspace's own by folded name; equal ones by id.
    assert_eq!(
        names("{ field: ROLE, direction: ASC }").await,
        ["Dina", "Eli", "Ada", "Cem", "Ben"]
    );
    assert_eq!(
        names("{ field: ROLE, direction: DESC }").await,
        ["Ben", "Cem", "Ada", "Eli", "Dina"]
    );
    assert_eq!(
        names("{ field: STATE, direction: ASC }").await,
        ["Dina", "Ada", "Ben", "Cem", "Eli"]
    );
});

on_both!(cursors_show_nothing_and_belong_to_one_list, |app| {
    let (_, ada, session) = full(app, "riverton").await;
    let other = app.workspace("lakeside").await;
    app.member(&other, "Ada Second")
        .of(ada.account)
        .preset(concierge::domain::permission::Preset::Administrator)
        .create()
        .await;
    let members = page(app, &session, "members", "first: 2").await;
    let cursor = members["pageInfo"]["endCursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let plain = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
    assert!(
        !plain
            .windows(6)
            .any(|part| part == b"member" || part == b"rivert"),
        "no names"
    );
    assert!(serde_json::from_slice::<Value>(&plain).is_err());
    let next = |slug: &str, list: &str, more: &str| {
        format!(
            "{{ workspace(slug: \"{slug}\") {{ {list}(first: 1, after: \"{cursor}\"{more}) {{ nodes {{ id }} }} }} }}"
        )
    };
    // On another node it is the same cursor.
    let there = app.another_node().await;
    let here = app
        .post(Some(&session), &next("riverton", "members", ""), json!({}))
        .await;
    let elsewhere = there
        .post(Some(&session), &next("riverton", "members", ""), json!({}))
        .await;
    assert_eq!(here.data(), elsewhere.data());
    for (slug, list, more) in [
        ("lakeside", "members", ""),
        (
            "riverton",
            "members",
            ", orderBy: { field: NAME, direction: DESC }",
        ),
        ("riverton", "members", ", asOf: \"2026-03-02T09:00:01Z\""),
        ("riverton", "groups", ""),
        ("riverton", "invitations", ""),
        ("riverton", "apiKeys", ""),
        ("riverton", "accessRequests", ""),
        ("riverton", "auditEvents", ""),
        ("riverton", "allQuotaValues", ", scope: MEMBER"),
    ] {
        let answer = app
            .post(Some(&session), &next(slug, list, more), json!({}))
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.refusals()),
            (400, vec!["BAD_USER_INPUT".to_owned()]),
            "{slug} {list} {more}: {:#}",
            answer.body
        );
        assert!(answer.body.get("data").is_none(), "{:#}", answer.body);
    }
});

on_both!(
    d3_a_cursor_of_another_list_has_one_status_wherever_it_stands,
    |app| {
        let (ws, ada, session) = full(app, "riverton").await;
        app.workspace("lakeside").await;
        let cursor = async |query: &str, at: &str| {
            let answer = app.post(Some(&session), query, json!({})).await;
            let cursor = answer.data().pointer(at).unwrap().as_str().unwrap();
            cursor.to_owned()
        };
        let members = cursor(
            "{ workspace(slug: \"riverton\") { members(first: 1) { pageInfo { endCursor } } } }",
            "/workspace/members/pageInfo/endCursor",
        )
        .await;
        let by_slug = cursor(
            "{ workspaces(first: 1, orderBy: { field: SLUG, direction: DESC }) { pageInfo { endCursor } } }",
            "/workspaces/pageInfo/endCursor",
        )
        .await;
        let own = cursor(
            "{ viewer { profile { memberships(first: 1) { pageInfo { endCursor } } } } }",
            "/viewer/profile/memberships/pageInfo/endCursor",
        )
        .await;
        // The right form, made by nobody.
        let forged = URL_SAFE_NO_PAD.encode([7; 64]);
        let mut changed = URL_SAFE_NO_PAD.decode(&members).unwrap();
        changed[20] ^= 1;
        let changed = URL_SAFE_NO_PAD.encode(changed);
        let root = |cursor: &str| {
            format!(
                "{{ viewer {{ kind }} workspaces(first: 1, after: \"{cursor}\") {{ nodes {{ id }} }} }}"
            )
        };
        let nested = |cursor: &str| {
            format!(
                "{{ workspace(slug: \"riverton\") {{ members(first: 5) {{ nodes {{ id grants(first: 1, after: \"{cursor}\") {{ totalCount }} }} }} }} }}"
            )
        };
        let groups = |cursor: &str| {
            format!(
                "{{ workspace(slug: \"riverton\") {{ name groups(last: 1, before: \"{cursor}\") {{ totalCount }} }} }}"
            )
        };
        let list = |cursor: &str| {
            format!(
                "{{ workspace(slug: \"riverton\") {{ members(first: 1, after: \"{cursor}\") {{ totalCount }} }} }}"
            )
        };
        for query in [
            root("nonsense"),
            root(&forged),
            root(&members),
            root(&by_slug),
            nested("nonsense"),
            nested(&forged),
            nested(&members),
            groups(&changed),
            groups(&members),
            list(&changed),
            // The same type of connection, but another list.
            list(&own),
        ] {
            let answer = app.post(Some(&session), &query, json!({})).await;
            assert_eq!(
                (answer.status.as_u16(), answer.codes()),
                (400, vec!["BAD_USER_INPUT"]),
                "{query}: {:#}",
                answer.body
            );
            assert!(answer.body.get("data").is_none(), "{query}");
        }
        // Before a mutation runs, too.
        let before = app.footprint().await;
        let mutation = format!(
            "mutation($input: CreateGroupInput!) {{ createGroup(input: $input) {{ group {{ members(first: 1, after: \"{forged}\") {{ totalCount }} }} }} }}"
        );
        let input = json!({ "input": { "workspaceId": ws.id.to_string(), "title": "New" } });
        let answer = app.post(Some(&ada.key), &mutation, input).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes()),
            (400, vec!["BAD_USER_INPUT"]),
            "{:#}",
            answer.body
        );
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(quota_values_come_page_by_page, |app| {
    let (ws, _, session) = full(app, "riverton").await;
    let whole = page(app, &session, "allQuotaValues", "scope: MEMBER, first: 100").await;
    let full = ids(&whole);
    assert_eq!((full.len(), &whole["totalCount"]), (6, &json!(6)));
    assert_eq!(
        walk(app, &session, "allQuotaValues", ", scope: MEMBER", true).await,
        full
    );
    assert_eq!(
        walk(app, &session, "allQuotaValues", ", scope: MEMBER", false).await,
        full
    );
    let group = app.group(&ws, "Parks", &[]).await;
    for quota_type in QuotaType::ALL {
        app.quota(
            &ws,
            QuotaScope::Group,
            Some(group.0),
            (*quota_type, None),
            1_000,
        )
        .await;
    }
    assert_eq!(
        walk(app, &session, "allQuotaValues", ", scope: GROUP", true)
            .await
            .len(),
        3
    );
    assert_eq!(
        walk(app, &session, "allQuotaValues", ", scope: GROUP", false)
            .await
            .len(),
        3
    );
});

on_both!(
    a_5_more_quota_values_than_a_list_holds_are_paged_alone,
    |app| {
        let (ws, ada) = app.portal().await;
        app.crowd(&ws, 3_001, concierge::domain::interval::OPEN_END)
            .await;
        let sql = "INSERT INTO quota_value (id, workspace_id, scope, membership_id, quota_type, limit_value, starts_at, ends_at) \
               SELECT m.id, m.workspace_id, 'MEMBER', m.id, 'DATASETS', 5, m.starts_at, m.ends_at FROM membership m \
               WHERE m.workspace_id = $1 AND m.origin = 'INVITATION' AND m.sort_name = ''";
        app.sql(sql, vec![ws.id.0.into()]).await;
        let query = "{ workspace(slug: \"riverton\") { slug quotaValues(scope: MEMBER) { id } \
         allQuotaValues(scope: MEMBER, first: 1) { totalCount } } }";
        let answer = app.post(Some(&ada.key), query, json!({})).await;
        assert_eq!(answer.refusals(), ["BAD_USER_INPUT workspace.quotaValues"]);
        assert!(
            answer.body["errors"][0]["message"]
                .as_str()
                .unwrap()
                .contains("allQuotaValues")
        );
        let expected = json!({ "slug": "riverton", "quotaValues": null, "allQuotaValues": { "totalCount": 3_001 } });
        assert_eq!(answer.body["data"]["workspace"], expected);
    }
);
