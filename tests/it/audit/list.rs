//! The list of events: filters, pages, what is shown, who may see it (AUD-3).

use serde_json::{Value, json};

use super::{World, world};
use crate::support::{TestApp, on_both, world::Ws};

const ALL: &str = "query($ws: ID!, $filter: AuditEventFilter, $first: Int, $after: String, $last: Int, $before: String) { \
    workspace(id: $ws) { auditEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) { \
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id sequence at effectiveAt kind \
    actor { kind account { id displayName } apiKeyId } subjectId subject { __typename id } \
    changes { subjectId field before after redacted } requestId clientAddress hash } } } }";

pub(super) async fn list(app: &TestApp, credential: &str, ws: &Ws, mut more: Value) -> Value {
    more["ws"] = json!(ws.id.to_string());
    app.post(Some(credential), ALL, more).await.data()["workspace"]["auditEvents"].clone()
}

fn numbers(list: &Value) -> Vec<i64> {
    list["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["sequence"].as_i64().unwrap())
        .collect()
}

/// Five events: a key made, three grants (two members by session, one by key), a key revoked.
pub(super) async fn five(app: &TestApp, world: &World) -> String {
    let World {
        ws,
        ada,
        ben,
        cho,
        session,
    } = world;
    let key = json!({ "workspaceId": ws.id.to_string(), "name": "Bens Laptop" });
    let made = app.mutate(session, "createApiKey", key).await.0["apiKey"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    app.pass(chrono::Duration::seconds(10));
    let both = json!([ben.id.to_string(), cho.id.to_string()]);
    app.mutate(
        session,
        "grantPermissions",
        json!({ "membershipIds": both, "permissions": ["MANAGE_REUSES"] }),
    )
    .await;
    app.pass(chrono::Duration::seconds(10));
    let one = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["BROWSE_ANALYTICS"] });
    app.mutate(&ada.key, "grantPermissions", one).await;
    app.pass(chrono::Duration::seconds(10));
    app.mutate(
        session,
        "revokeApiKeys",
        json!({ "ids": [made], "reason": "Ben lost it" }),
    )
    .await;
    made
}

on_both!(aud_3_events_are_listed_newest_first_with_all_of_it, |app| {
    let world = world(app).await;
    let key = five(app, &world).await;
    let World {
        ws,
        ada,
        ben,
        session,
        ..
    } = &world;
    let found = list(app, session, ws, json!({})).await;
    assert_eq!(
        (numbers(&found), &found["totalCount"]),
        (vec![5, 4, 3, 2, 1], &json!(5))
    );
    let nodes = found["nodes"].as_array().unwrap();
    let stored = app.events(ws).await;
    for (node, row) in nodes.iter().rev().zip(&stored) {
        let hash: String = row.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            (&node["hash"], &node["requestId"], &node["clientAddress"]),
            (&json!(hash), &json!(row.request_id), &json!("127.0.0.1"))
        );
        assert_eq!(
            (&node["subjectId"], &node["kind"]),
            (&json!(row.subject_id), &json!(row.kind))
        );
        assert_eq!(node["subject"]["id"], node["subjectId"]);
    }
    let by_key = json!({ "kind": "API_KEY", "account": { "id": ada.account.to_string(), "displayName": "Ada Veldkamp" },
        "apiKeyId": ada.key_id.to_string() });
    assert_eq!(
        (&nodes[1]["actor"], &nodes[1]["subjectId"]),
        (&by_key, &json!(ben.id.to_string()))
    );
    assert_eq!(
        (&nodes[0]["actor"]["kind"], &nodes[0]["actor"]["apiKeyId"]),
        (&json!("ACCOUNT"), &Value::Null)
    );
    assert_eq!(nodes[1]["subject"]["__typename"], "Membership");
    assert_eq!(
        nodes[0]["subject"],
        json!({ "__typename": "ApiKey", "id": key })
    );
    assert_eq!(nodes[2]["requestId"], nodes[3]["requestId"], "one request");
    let named = |node: &Value, value: &str| {
        let changes = node["changes"].as_array().unwrap();
        changes
            .iter()
            .any(|change| change["after"] == value && change["redacted"] == false)
    };
    assert!(named(&nodes[4], "Bens Laptop") && named(&nodes[0], "Ben lost it"));
    // By a key: itself alone of all keys (KEY-5), the rest the same.
    let seen = list(app, &ada.key, ws, json!({})).await;
    assert_eq!(
        (&seen["nodes"][0]["subject"], &seen["nodes"][0]["subjectId"]),
        (&Value::Null, &json!(key))
    );
    assert_eq!(seen["nodes"][1], nodes[1]);
});

on_both!(aud_3_filters_by_actor_subject_kind_and_time, |app| {
    let world = world(app).await;
    five(app, &world).await;
    let World {
        ws,
        ada,
        ben,
        session,
        ..
    } = &world;
    let all = list(app, session, ws, json!({})).await;
    let at = |place: usize| all["nodes"][place]["at"].clone();
    let account = ada.account.to_string();
    for (filter, expected) in [
        (json!({ "actorId": account }), vec![5, 4, 3, 2, 1]),
        (json!({ "actorId": ada.key_id.to_string() }), vec![4]),
        (json!({ "actorId": ben.account.to_string() }), vec![]),
        (json!({ "subjectId": ben.id.to_string() }), vec![4, 2]),
        (
            json!({ "kinds": ["API_KEY_CREATED", "API_KEY_REVOKED"] }),
            vec![5, 1],
        ),
        (json!({ "kinds": ["ROLE_CREATED"] }), vec![]),
        (json!({ "at": { "after": at(4) } }), vec![5, 4, 3, 2]),
        (json!({ "at": { "before": at(0) } }), vec![4, 3, 2, 1]),
        (
            json!({ "at": { "after": at(4), "before": at(1) } }),
            vec![3, 2],
        ),
        (json!({ "at": { "after": at(0) } }), vec![]),
        (
            json!({ "subjectId": ben.id.to_string(), "kinds": ["PERMISSION_GRANTED"], "at": { "after": at(2) } }),
            vec![4],
        ),
    ] {
        let found = list(app, session, ws, json!({ "filter": filter })).await;
        assert_eq!(
            (numbers(&found), &found["totalCount"]),
            (expected.clone(), &json!(expected.len())),
            "{filter}"
        );
    }
    for bad in [
        json!({ "kinds": [] }),
        json!({ "actorId": ben.id.to_string() }),
        json!({ "subjectId": "mem_x" }),
    ] {
        let variables = json!({ "ws": ws.id.to_string(), "filter": bad });
        assert_eq!(
            app.post(Some(session), ALL, variables).await.codes(),
            ["BAD_USER_INPUT"],
            "{bad}"
        );
    }
});

on_both!(aud_3_pages_walk_both_ways_in_as_many_statements, |app| {
    let world = world(app).await;
    five(app, &world).await;
    let World { ws, session, .. } = &world;
    for (size, bound, edge, expected) in [
        ("first", "after", "endCursor", vec![5, 4, 3, 2, 1]),
        ("last", "before", "startCursor", vec![2, 1, 4, 3, 5]),
    ] {
        let (mut walked, mut cursor) = (Vec::new(), Value::Null);
        for _ in 0..3 {
            let page = list(app, session, ws, json!({ size: 2, bound: cursor })).await;
            walked.extend(numbers(&page));
            cursor = page["pageInfo"][edge].clone();
        }
        assert_eq!(walked, expected, "{size}");
    }
    let statements = async |first: i64| {
        let variables = json!({ "ws": ws.id.to_string(), "first": first });
        app.post(Some(session), ALL, variables).await.statements
    };
    statements(1).await;
    assert_eq!(statements(2).await, statements(5).await);
    let cursor = json!({ "ws": ws.id.to_string(), "after": "eyJ4Ijo" });
    assert_eq!(
        app.post(Some(session), ALL, cursor).await.codes(),
        ["BAD_USER_INPUT"]
    );
});

on_both!(aud_3_what_was_erased_or_is_gone_is_null, |app| {
    let world = world(app).await;
    let World { ws, session, .. } = &world;
    let group = app.group(ws, "Tree wardens", &[]).await;
    five(app, &world).await;
    app.mutate(
        session,
        "grantPermissions",
        json!({ "groupId": group.to_string(), "permissions": ["MANAGE_REUSES"] }),
    )
    .await;
    assert_eq!(
        list(app, session, ws, json!({})).await["nodes"][0]["subject"]["__typename"],
        "Group"
    );
    app.sql(
        "UPDATE member_group SET ends_at = $1 WHERE id = $2",
        vec![app.now().into(), group.0.into()],
    )
    .await;
    app.bump(ws).await;
    app.sql("DELETE FROM audit_value", Vec::new()).await;
    app.pass(chrono::Duration::seconds(1));
    let found = list(app, session, ws, json!({})).await;
    assert_eq!(
        (
            &found["nodes"][0]["subject"],
            &found["nodes"][0]["subjectId"]
        ),
        (&Value::Null, &json!(group.to_string()))
    );
    let made = &found["nodes"][5];
    assert_eq!(
        (&made["kind"], &made["clientAddress"]),
        (&json!("API_KEY_CREATED"), &Value::Null)
    );
    let name = made["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|change| change["field"] == "name")
        .unwrap();
    assert_eq!(
        (&name["after"], &name["redacted"]),
        (&Value::Null, &json!(true))
    );
    assert!(
        made["changes"]
            .as_array()
            .unwrap()
            .iter()
            .any(|change| change["redacted"] == false)
    );
});

on_both!(aud_3_an_event_is_a_node_for_holders_alone, |app| {
    let world = world(app).await;
    five(app, &world).await;
    let World {
        ws, ben, session, ..
    } = &world;
    let id = list(app, session, ws, json!({})).await["nodes"][1]["id"].clone();
    let node = "query($id: ID!) { node(id: $id) { __typename id ... on AuditEvent { sequence subject { id } } } }";
    let seen = app.post(Some(session), node, json!({ "id": id })).await;
    let expected = json!({ "__typename": "AuditEvent", "id": id, "sequence": 4, "subject": { "id": ben.id.to_string() } });
    assert_eq!(seen.data()["node"], expected);
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    for credential in [Some(&*ben.key), Some(&*eve.key), None] {
        assert_eq!(
            app.post(credential, node, json!({ "id": id })).await.data()["node"],
            Value::Null
        );
    }
});
