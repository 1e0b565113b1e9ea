//! Any object by its id.

use chrono::Duration;
use concierge::domain::{interval::Interval, permission::Permission};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

async fn node(app: &TestApp, credential: Option<&str>, id: String) -> Value {
    app.post(credential, "query ($id: ID!) { node(id: $id) { __typename id } }", json!({ "id": id })).await.data()["node"].clone()
}

on_both!(every_object_that_a_list_shows_is_found_by_its_id, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let bob = app.member(&ws, "Bob Bare").create().await;
    let outsider = app.administrator(&app.workspace("elsewhere").await, "Otto Out").await;
    let group = app.group(&ws, "Parks", &[]).await;
    let role = app.role(&ws, "Steward", &[]).await;
    let since = Interval::from(app.now() - Duration::minutes(1));
    let grant = app.grant_row(&ws, Some(bob.id), None, Some(Permission::CreatePages), since, None).await;
    let theirs = app.grant_row(&ws, Some(ada.id), None, Some(Permission::CreatePages), since, None).await;
    let of_group = app.grant_row(&ws, None, Some(group), Some(Permission::CreatePages), since, None).await;
    let renewal = app.renewal(&ws, &bob).await;
    let (ada_s, bob_s, out_s) =
        (app.session(ada.account).await, app.session(bob.account).await, app.session(outsider.account).await);
    for (id, name, by_bob) in [
        (ws.id.to_string(), "Workspace", true),
        (bob.id.to_string(), "Membership", true),
        (ada.id.to_string(), "Membership", false),
        (bob.account.to_string(), "Account", true),
        (group.to_string(), "Group", false),
        (role.to_string(), "Role", true),
        (grant.to_string(), "PermissionGrant", true),
        (theirs.to_string(), "PermissionGrant", false),
        (of_group.to_string(), "PermissionGrant", false),
        (renewal.to_string(), "AccessRenewal", true),
    ] {
        let seen = json!({ "__typename": name, "id": id });
        assert_eq!(node(app, Some(&ada_s), id.clone()).await, seen);
        assert_eq!(node(app, Some(&ada.key), id.clone()).await, seen);
        let by_bob = if by_bob { seen.clone() } else { Value::Null };
        assert_eq!(node(app, Some(&bob_s), id.clone()).await, by_bob, "{name}");
        assert_eq!(node(app, Some(&bob.key), id.clone()).await, by_bob, "{name}");
        let by_all = if name == "Workspace" { seen } else { Value::Null };
        assert_eq!(node(app, Some(&out_s), id.clone()).await, by_all, "{name}");
        assert_eq!(node(app, None, id.clone()).await, by_all, "{name}");
        assert_eq!(node(app, Some(&outsider.key), id).await, Value::Null, "{name}");
    }
    // Whoever is in a group sees it.
    app.put_into(&ws, group, &bob, since).await;
    assert_eq!(node(app, Some(&bob_s), group.to_string()).await["id"], group.to_string());
});

on_both!(mem_1_grants_are_there_until_they_end, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let bob = app.member(&ws, "Bob Bare").create().await;
    let group = app.group(&ws, "Parks", &[]).await;
    let hour = |hours: i64| app.now() + Duration::hours(hours);
    for (of, into) in [(Some(bob.id), None), (None, Some(group))] {
        let grant =
            async |interval| app.grant_row(&ws, of, into, Some(Permission::CreatePages), interval, None).await.to_string();
        let now = grant(Interval::new(hour(0), hour(1))).await;
        let later = grant(Interval::new(hour(2), hour(3))).await;
        let cancelled = grant(Interval::new(hour(2), hour(2))).await;
        let over = grant(Interval::new(hour(-1), hour(0))).await;
        for (id, there) in [(now, true), (later, true), (cancelled, false), (over, false)] {
            assert_eq!(node(app, Some(&ada.key), id.clone()).await.is_object(), there);
            if of.is_some() {
                assert_eq!(node(app, Some(&bob.key), id).await.is_object(), there);
            }
        }
    }
});

on_both!(nodes_come_in_the_order_asked_for, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let missing = ada.id.to_string().replace("mem_", "grp_");
    let ids = [ada.id.to_string(), missing, ws.id.to_string(), ada.id.to_string()];
    let answer = app.post(Some(&ada.key), "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;
    let expected = json!([{ "id": ids[0] }, null, { "id": ids[2] }, { "id": ids[0] }]);
    assert_eq!(answer.data()["nodes"], expected);
});
