//! A normalised client cache does not mix two instants: entities are keyed by type and id, and ids
//! carry the instant.

use std::collections::HashMap;

use chrono::Duration;
use concierge::domain::permission::{Permission, Preset};
use serde_json::{Value, json};

use crate::support::on_both;

/// Puts every object with an id into the cache under it, as client caches do; fails where two
/// answers differ.
fn normalise(value: &Value, cache: &mut HashMap<String, Value>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| normalise(one, cache)),
        Value::Object(fields) => {
            if let (Some(id), Some(kind)) = (fields.get("id"), fields.get("__typename")) {
                let key = format!("{}:{}", kind.as_str().unwrap(), id.as_str().unwrap());
                let entry = cache.entry(key.clone()).or_insert_with(|| json!({}));
                for (name, field) in fields {
                    let known = entry.get(name).filter(|known| *known != field);
                    assert!(
                        known.is_none(),
                        "{key} has {known:?} and {field} for {name}"
                    );
                    entry[name] = field.clone();
                }
            }
            fields.values().for_each(|field| normalise(field, cache));
        }
        _ => {}
    }
}

on_both!(time_3_a_normalised_cache_does_not_mix_two_instants, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .preset(Preset::Viewer)
        .create()
        .await;
    let group = app
        .group(&ws, "Tree wardens", &[Permission::ManageReuses])
        .await;
    app.put_into(
        &ws,
        group,
        &ben,
        concierge::domain::interval::Interval::from(app.now()),
    )
    .await;
    let then = app.at(0);
    app.pass(Duration::hours(1));
    let session = app.session_of(ada.account).await;
    let editor = app.preset(&ws, Preset::Editor).await.to_string();
    app.mutate(
        &session,
        "setMemberRole",
        json!({ "membershipIds": [ben.id.to_string()], "roleId": editor }),
    )
    .await;
    app.mutate(
        &session,
        "grantPermissions",
        json!({ "groupId": group.to_string(), "permissions": ["CREATE_PAGES"] }),
    )
    .await;
    app.pass(Duration::hours(1));
    let member = "{ __typename id state role { __typename id name memberCount } groups { group { __typename id permissions memberCount } } \
         grants { nodes { __typename id startsAt endsAt } } effectivePermissions { permission endsAt } }";
    let query = format!(
        "query($ws: ID!, $id: ID!, $at: DateTime!) {{ workspace(id: $ws) {{ now: member(id: $id) {member} then: member(id: $id, asOf: $at) {member} \
         roles {{ __typename id memberCount }} old: roles(asOf: $at) {{ __typename id memberCount }} \
         groups {{ nodes {{ __typename id permissions }} }} before: groups(asOf: $at) {{ nodes {{ __typename id permissions }} }} }} }}"
    );
    let variables = json!({ "ws": ws.id.to_string(), "id": ben.id.to_string(), "at": then });
    let answer = app.post(Some(&ada.key), &query, variables).await;
    let mut cache = HashMap::new();
    normalise(answer.data(), &mut cache);
    assert_eq!(
        cache[&format!("Membership:{}", ben.id)]["role"]["name"],
        "Editor"
    );
    assert_eq!(
        cache[&format!("Membership:{}@{then}", ben.id)]["role"]["name"],
        "Viewer"
    );
    assert_eq!(
        cache[&format!("Group:{group}@{then}")]["permissions"],
        json!(["MANAGE_REUSES"])
    );
    // The cache goes back to the source for one entity, and gets that entity.
    let dated: Vec<String> = cache
        .keys()
        .filter(|key| key.contains('@'))
        .cloned()
        .collect();
    for key in dated {
        let id = key.split_once(':').unwrap().1;
        let answer = app
            .post(
                Some(&ada.key),
                "query($id: ID!) { node(id: $id) { __typename id } }",
                json!({ "id": id }),
            )
            .await;
        normalise(answer.data(), &mut cache);
        assert_eq!(answer.data()["node"]["id"], id);
    }
});
