//! One life of one member, read at instants of the past and the future.

use chrono::Duration;
use concierge::domain::{
    audit,
    interval::Interval,
    permission::{Permission, Preset},
};
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

const MEMBER: &str =
    "query($ws: ID!, $id: ID!, $at: DateTime) { workspace(id: $ws) { member(id: $id, asOf: $at) {
    id asOf state role { id name } groups { group { id title } } effectivePermissions { permission }
    workspace { id name } accessSecondsRemaining viewerCan(action: SET_ROLE) } } }";

async fn member_at(app: &TestApp, reader: &Member, ws: &Ws, member: &Member, at: Value) -> Value {
    let variables = json!({ "ws": ws.id.to_string(), "id": member.id.to_string(), "at": at });
    app.post(Some(&reader.key), MEMBER, variables).await.data()["workspace"]["member"].clone()
}

on_both!(time_3_the_past_keeps_roles_groups_and_states, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .preset(Preset::Viewer)
        .create()
        .await;
    let session = app.session_of(ada.account).await;
    let group = app
        .group(&ws, "Tree wardens", &[Permission::ManageReuses])
        .await;
    app.put_into(
        &ws,
        group,
        &ben,
        Interval::new(app.now(), app.now() + Duration::hours(2)),
    )
    .await;
    let monday = audit::instant(app.now());
    app.pass(Duration::hours(1));
    let none = json!({ "membershipIds": [ben.id.to_string()], "roleId": null });
    assert_eq!(
        app.mutate(&session, "setMemberRole", none).await.became(),
        ["CHANGED"]
    );
    app.pass(Duration::hours(5));

    let now = member_at(app, &ada, &ws, &ben, Value::Null).await;
    assert_eq!(
        (&now["id"], &now["asOf"]),
        (&json!(ben.id.to_string()), &Value::Null)
    );
    assert_eq!((&now["role"], &now["groups"]), (&Value::Null, &json!([])));

    let then = member_at(app, &ada, &ws, &ben, json!(monday)).await;
    assert_eq!(then["id"], format!("{}@{monday}", ben.id));
    assert_eq!(then["asOf"], monday);
    assert_eq!(then["role"]["name"], "Viewer");
    assert!(
        then["role"]["id"]
            .as_str()
            .unwrap()
            .ends_with(&format!("@{monday}")),
        "{then}"
    );
    assert_eq!(
        then["groups"][0]["group"]["id"],
        format!("{group}@{monday}")
    );
    let held: Vec<&str> = then["effectivePermissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["permission"].as_str().unwrap())
        .collect();
    assert_eq!(
        held,
        ["BROWSE_ALL_DATASETS", "BROWSE_ALL_PAGES", "MANAGE_REUSES"]
    );
    assert_eq!(
        then["workspace"]["id"],
        ws.id.to_string(),
        "workspaces are not dated"
    );
    assert_eq!(then["viewerCan"], true, "what may be done is done now");

    // node() resolves what it was given, nested objects too.
    for (id, field) in [
        (&then["id"], "role { name }"),
        (&then["role"]["id"], "name"),
        (&then["groups"][0]["group"]["id"], "title"),
    ] {
        let kind = match id.as_str().unwrap().split('_').next().unwrap() {
            "mem" => "Membership",
            "role" => "Role",
            _ => "Group",
        };
        let query =
            format!("query($id: ID!) {{ node(id: $id) {{ id ... on {kind} {{ {field} }} }} }}");
        let answer = app.post(Some(&ada.key), &query, json!({ "id": id })).await;
        assert_eq!(answer.data()["node"]["id"], *id);
    }
});

on_both!(time_3_the_future_is_what_will_hold_if_nobody_acts, |app| {
    let (ws, ada) = app.portal().await;
    let soon = Interval::new(app.now() + Duration::days(2), app.now() + Duration::days(9));
    let sam = app
        .member(&ws, "Sam Ortiz")
        .preset(Preset::Editor)
        .during(soon)
        .create()
        .await;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .until(app.now() + Duration::days(1))
        .create()
        .await;
    let states = async |at: Value| {
        let query = "query($ws: ID!, $at: DateTime) { workspace(id: $ws) { members(asOf: $at, \
             filter: { states: [SCHEDULED, ACTIVE, ENDED] }) { totalCount nodes { account { givenName } state } } } }";
        let answer = app
            .post(
                Some(&ada.key),
                query,
                json!({ "ws": ws.id.to_string(), "at": at }),
            )
            .await;
        let members = answer.data()["workspace"]["members"].clone();
        let shown = members["nodes"].as_array().unwrap().iter();
        let shown: Vec<String> = shown
            .map(|one| {
                format!(
                    "{} {}",
                    one["account"]["givenName"].as_str().unwrap(),
                    one["state"].as_str().unwrap()
                )
            })
            .collect();
        assert_eq!(members["totalCount"], shown.len());
        shown
    };
    assert_eq!(
        states(Value::Null).await,
        ["Ewa ACTIVE", "Sam SCHEDULED", "Ada ACTIVE"]
    );
    assert_eq!(
        states(json!(app.at(0))).await,
        ["Ewa ACTIVE", "Sam SCHEDULED", "Ada ACTIVE"]
    );
    assert_eq!(
        states(json!(app.at(3 * 86_400))).await,
        ["Ewa ENDED", "Sam ACTIVE", "Ada ACTIVE"]
    );
    assert_eq!(
        states(json!(app.at(10 * 86_400))).await,
        ["Ewa ENDED", "Sam ENDED", "Ada ACTIVE"]
    );
    // Of the past, only what had begun.
    assert_eq!(
        states(json!(app.at(-1))).await,
        ["Ewa ACTIVE", "Ada ACTIVE"]
    );
    assert_eq!(
        member_at(app, &ada, &ws, &sam, json!(app.at(-1))).await,
        Value::Null
    );
    let later = member_at(app, &ada, &ws, &sam, json!(app.at(3 * 86_400))).await;
    assert_eq!(
        (&later["state"], &later["role"]["name"]),
        (&json!("ACTIVE"), &json!("Editor"))
    );
    assert_eq!(later["accessSecondsRemaining"], 6 * 86_400);
    assert_eq!(
        member_at(app, &ada, &ws, &ewa, json!(app.at(3 * 86_400))).await["effectivePermissions"],
        json!([])
    );
});

on_both!(time_3_who_may_ask_is_judged_now, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    let ewp = Permission::EditWorkspaceProperties;
    let was = app.member(&ws, "Ewa Kowalska").create().await;
    app.grant_row(
        &ws,
        Some(was.id),
        None,
        Some(ewp),
        Interval::new(app.now(), app.now() + Duration::hours(1)),
        None,
    )
    .await;
    let then = app.at(0);
    app.pass(Duration::hours(2));
    let query = "query($ws: ID!, $at: DateTime) { workspace(id: $ws) { members(asOf: $at) { totalCount } roles(asOf: $at) { id } } }";
    let variables = json!({ "ws": ws.id.to_string(), "at": then });
    let answer = app.post(Some(&was.key), query, variables.clone()).await;
    assert_eq!(
        answer.refusals(),
        ["FORBIDDEN workspace.members"],
        "it was theirs to see then, and is not now"
    );
    // One's own past needs no permission.
    let own = member_at(app, &was, &ws, &was, json!(then)).await;
    assert_eq!(
        own["effectivePermissions"],
        json!([{ "permission": "EDIT_WORKSPACE_PROPERTIES" }])
    );
    // And who came later reads what was before.
    let new = app.member(&ws, "Nora Lind").with(ewp).create().await;
    let answer = app.post(Some(&new.key), query, variables).await;
    assert_eq!(answer.data()["workspace"]["members"]["totalCount"], 2);
});
