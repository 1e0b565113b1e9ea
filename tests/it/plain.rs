//! What is at hand is written in one go; the answer must be the one that the resolvers give.

use concierge::demo::{self, DemoOptions};
use serde_json::{Value, json};

use crate::support::on_both;

const FIELDS: &str = "__typename id at: state origin joinedAt accessStartsAt accessEndsAt lastActiveAt \
     account { __typename id displayName givenName familyName email } role { __typename id name isPreset permissions } \
     groups { __typename id startsAt endsAt group { __typename id slug title permissions } } \
     effectivePermissions { __typename permission } \
     effectiveQuota(type: API_CALLS) { __typename type limit period used remaining resetsAt decidedBy defaultLimit memberLimit } \
     datasets: effectiveQuota(type: $type) { limit used }";

/// The same members, and a field that is never at hand, so that the resolvers answer.
fn resolved(query: &str) -> String {
    query.replace(
        "__typename id at: state",
        "viewerCan(action: GRANT) __typename id at: state",
    )
}

fn without(mut member: Value) -> Value {
    member
        .as_object_mut()
        .unwrap()
        .remove("viewerCan")
        .expect("the resolvers answered");
    member
}

on_both!(written_at_once_is_as_resolved, |app| {
    assert!(
        app.app
            .load_demo(DemoOptions::default(), |_| ())
            .await
            .unwrap()
    );
    let key = demo::CREDENTIALS.api_key;
    let states = ["[ACTIVE]", "[DISABLED]", "[SCHEDULED]", "[ENDED]"];
    for state in states {
        let query = format!(
            "query All($type: QuotaType!) {{ workspace(slug: \"riverton\") {{ members(last: 40, filter: {{ states: {state}, \
             signedUpOnly: INCLUDE }}) {{ nodes {{ {FIELDS} }} edges {{ node {{ {FIELDS} }} }} }} }} }}"
        );
        let variables = json!({ "type": "DATASETS" });
        let at_once = app.post(Some(key), &query, variables.clone()).await;
        let resolved = app.post(Some(key), &resolved(&query), variables).await;
        let members =
            |of: &Value, list: &str| of["workspace"]["members"][list].as_array().unwrap().clone();
        let nodes = members(at_once.data(), "nodes");
        assert!(!nodes.is_empty(), "the demo has members that are {state}");
        assert_eq!(
            nodes,
            members(resolved.data(), "nodes")
                .into_iter()
                .map(without)
                .collect::<Vec<_>>()
        );
        let edges = members(at_once.data(), "edges")
            .into_iter()
            .map(|edge| edge["node"].clone());
        assert_eq!(nodes, edges.collect::<Vec<_>>());

        let one = format!(
            "query One($id: ID!, $type: QuotaType!) {{ workspace(slug: \"riverton\") {{ member(id: $id) {{ {FIELDS} }} }} }}"
        );
        for node in nodes.iter().take(5) {
            let variables = json!({ "id": node["id"], "type": "DATASETS" });
            let at_once = app.post(Some(key), &one, variables).await;
            assert_eq!(at_once.data()["workspace"]["member"], *node);
        }
    }
});
