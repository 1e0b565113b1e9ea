//! `workspace.accessRenewals`: who reads the list, by state, page by page; where a wish stands once
//! there is nothing to decide.

use chrono::Duration;
use serde_json::{Value, json};

use super::{DAY, DECIDE};
use crate::support::{TestApp, on_both};

const LIST: &str = "query($states: [AccessRenewalState!], $first: Int, $after: String) { workspace(slug: \"riverton\") { \
    accessRenewals(filter: { states: $states }, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } \
    nodes { id state membership { id account { displayName } } workspace { slug } } } } }";

async fn list(app: &TestApp, credential: &str, variables: Value) -> Value {
    app.post(Some(credential), LIST, variables).await.data()["workspace"]["accessRenewals"].clone()
}

on_both!(mem_8_wishes_are_listed_by_state, |app| {
    let (ws, ada) = app.portal().await;
    let end = app.now() + Duration::days(2);
    let mut ids = Vec::new();
    for (name, days) in [
        ("Mia Laurent", 1),
        ("Ben Okafor", 2),
        ("Cho Minh", 3),
        ("Dan Perez", 4),
    ] {
        let member = app
            .member(&ws, name)
            .until(end + Duration::days(days))
            .create()
            .await;
        ids.push(app.renewal(&ws, &member).await.to_string());
        app.pass(Duration::milliseconds(2));
    }
    app.mutate(
        &ada.key,
        DECIDE,
        json!({ "ids": [ids[1]], "approve": true, "endsAt": app.at(30 * DAY) }),
    )
    .await;
    app.mutate(
        &ada.key,
        DECIDE,
        json!({ "ids": [ids[2]], "approve": false }),
    )
    .await;
    let all = list(app, &ada.key, json!({})).await;
    assert_eq!(all["totalCount"], 4);
    let states: Vec<&Value> = all["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| &node["state"])
        .collect();
    assert_eq!(states, ["PENDING", "APPROVED", "REJECTED", "PENDING"]);
    assert_eq!(
        all["nodes"][0]["membership"]["account"]["displayName"],
        "Mia Laurent"
    );
    let waiting = list(app, &ada.key, json!({ "states": ["PENDING"], "first": 1 })).await;
    assert_eq!(
        (&waiting["totalCount"], &waiting["nodes"][0]["id"]),
        (&json!(2), &json!(ids[0]))
    );
    let next =
        json!({ "states": ["PENDING"], "first": 1, "after": waiting["pageInfo"]["endCursor"] });
    let next = list(app, &ada.key, next).await;
    assert_eq!(
        (&next["nodes"][0]["id"], &next["pageInfo"]["hasNextPage"]),
        (&json!(ids[3]), &json!(false))
    );
    // The end closes a wish by itself; what was decided stays as it was.
    app.pass(Duration::days(3));
    let closed = list(app, &ada.key, json!({ "states": ["CLOSED"] })).await;
    assert_eq!(
        (&closed["totalCount"], &closed["nodes"][0]["id"]),
        (&json!(1), &json!(ids[0]))
    );
    assert_eq!(
        list(app, &ada.key, json!({ "states": ["PENDING", "REJECTED"] })).await["totalCount"],
        2
    );
    assert_eq!(
        app.post(Some(&ada.key), LIST, json!({ "states": [] }))
            .await
            .codes(),
        ["BAD_USER_INPUT"]
    );
});

on_both!(mem_8_the_list_of_wishes_is_for_those_who_decide, |app| {
    let ws = app.workspace("riverton").await;
    let mia = app
        .member(&ws, "Mia Laurent")
        .until(app.now() + Duration::days(1))
        .create()
        .await;
    let id = app.renewal(&ws, &mia).await.to_string();
    let eve = app
        .administrator(&app.workspace("lakeside").await, "Eve Laurent")
        .await;
    for credential in [
        &mia.key,
        &app.session(mia.account).await,
        &app.session(eve.account).await,
    ] {
        let refused = app.post(Some(credential), LIST, json!({})).await;
        assert_eq!(
            (
                refused.codes(),
                &refused.body["data"]["workspace"]["accessRenewals"]
            ),
            (vec!["FORBIDDEN"], &Value::Null)
        );
    }
    let query = "query($id: ID!) { node(id: $id) { id } }";
    for (credential, seen) in [
        (Some(&mia.key), true),
        (Some(&eve.key), false),
        (None, false),
    ] {
        let answer = app
            .post(credential.map(String::as_str), query, json!({ "id": id }))
            .await;
        assert_eq!(answer.data()["node"].is_object(), seen);
    }
});

on_both!(
    mem_8_the_waiting_wishes_of_a_page_of_members_are_one_statement,
    |app| {
        let (ws, ada) = app.portal().await;
        let query = "{ workspace(slug: \"riverton\") { members(first: 100) { nodes { id accessRenewal { id } } } } }";
        let mut statements = Vec::new();
        for round in 0..2 {
            for number in 0..5 {
                let member = app
                    .member(&ws, &format!("M{round} {number}"))
                    .until(app.now() + Duration::days(1))
                    .create()
                    .await;
                app.renewal(&ws, &member).await;
            }
            app.post(Some(&ada.key), query, json!({})).await;
            let answer = app.post(Some(&ada.key), query, json!({})).await;
            let nodes = answer.data()["workspace"]["members"]["nodes"]
                .as_array()
                .unwrap()
                .clone();
            assert_eq!(
                nodes
                    .iter()
                    .filter(|node| node["accessRenewal"].is_object())
                    .count(),
                5 * (round + 1)
            );
            statements.push(answer.statements);
        }
        assert_eq!(statements[0], statements[1]);
    }
);
