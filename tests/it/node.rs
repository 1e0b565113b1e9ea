//! Any object by its id.

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    permission::Permission,
    vocabulary::{AccessMode, QuotaPeriod, QuotaScope, QuotaType},
};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

async fn node(app: &TestApp, credential: Option<&str>, id: String) -> Value {
    app.post(
        credential,
        "query ($id: ID!) { node(id: $id) { __typename id } }",
        json!({ "id": id }),
    )
    .await
    .data()["node"]
        .clone()
}

on_both!(every_object_that_a_list_shows_is_found_by_its_id, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let bob = app.member(&ws, "Bob Bare").create().await;
    let outsider = app
        .administrator(&app.workspace("elsewhere").await, "Otto Out")
        .await;
    let group = app.group(&ws, "Parks", &[]).await;
    let role = app.role(&ws, "Steward", &[]).await;
    let since = Interval::from(app.now() - Duration::minutes(1));
    let grant = app
        .grant_row(
            &ws,
            Some(bob.id),
            None,
            Some(Permission::CreatePages),
            since,
            None,
        )
        .await;
    let theirs = app
        .grant_row(
            &ws,
            Some(ada.id),
            None,
            Some(Permission::CreatePages),
            since,
            None,
        )
        .await;
    let of_group = app
        .grant_row(
            &ws,
            None,
            Some(group),
            Some(Permission::CreatePages),
            since,
            None,
        )
        .await;
    let renewal = app.renewal(&ws, &bob).await;
    let dataset = app.dataset(&ws, "trees", &ada, true, true).await;
    let own_reuse = app.reuse(&ws, dataset, bob.account).await;
    let other_reuse = app.reuse(&ws, dataset, ada.account).await;
    let rangers = app.group(&ws, "Rangers", &[]).await;
    app.put_into(&ws, rangers, &bob, since).await;
    app.put_into(&ws, rangers, &ada, since).await;
    app.quota(
        &ws,
        QuotaScope::Member,
        Some(bob.id.0),
        (QuotaType::Datasets, None),
        5,
    )
    .await;
    app.quota(
        &ws,
        QuotaScope::Group,
        Some(rangers.0),
        (QuotaType::Datasets, None),
        7,
    )
    .await;
    let query = "query($bob: ID!, $ada: ID!) { workspace(slug: \"riverton\") { bob: member(id: $bob) { groups { id } }
        ada: member(id: $ada) { groups { id } } of_member: quotaValues(scope: MEMBER) { id }
        of_group: quotaValues(scope: GROUP) { id } } }";
    let answer = app
        .post(
            Some(&ada.key),
            query,
            json!({ "bob": bob.id.to_string(), "ada": ada.id.to_string() }),
        )
        .await;
    let shown = &answer.data()["workspace"];
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let (place, theirs_in) = (
        id(&shown["bob"]["groups"][0]),
        id(&shown["ada"]["groups"][0]),
    );
    let (of_member, of_rangers) = (id(&shown["of_member"][0]), id(&shown["of_group"][0]));
    let (ada_s, bob_s, out_s) = (
        app.session(ada.account).await,
        app.session(bob.account).await,
        app.session(outsider.account).await,
    );
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
        (own_reuse.to_string(), "Reuse", true),
        (other_reuse.to_string(), "Reuse", false),
        (place, "GroupMembership", true),
        (theirs_in, "GroupMembership", false),
        (of_member, "QuotaValue", false),
        (of_rangers, "QuotaValue", false),
    ] {
        let seen = json!({ "__typename": name, "id": id });
        assert_eq!(node(app, Some(&ada_s), id.clone()).await, seen);
        assert_eq!(node(app, Some(&ada.key), id.clone()).await, seen);
        let by_bob = if by_bob { seen.clone() } else { Value::Null };
        assert_eq!(node(app, Some(&bob_s), id.clone()).await, by_bob, "{name}");
        assert_eq!(
            node(app, Some(&bob.key), id.clone()).await,
            by_bob,
            "{name}"
        );
        let by_all = if name == "Workspace" {
            seen
        } else {
            Value::Null
        };
        assert_eq!(node(app, Some(&out_s), id.clone()).await, by_all, "{name}");
        assert_eq!(node(app, None, id.clone()).await, by_all, "{name}");
        assert_eq!(
            node(app, Some(&outsider.key), id).await,
            Value::Null,
            "{name}"
        );
    }
    // Whoever is in a group sees it.
    app.put_into(&ws, group, &bob, since).await;
    assert_eq!(
        node(app, Some(&bob_s), group.to_string()).await["id"],
        group.to_string()
    );
});

on_both!(mem_1_grants_are_there_until_they_end, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let bob = app.member(&ws, "Bob Bare").create().await;
    let group = app.group(&ws, "Parks", &[]).await;
    let hour = |hours: i64| app.now() + Duration::hours(hours);
    for (of, into) in [(Some(bob.id), None), (None, Some(group))] {
        let grant = async |interval| {
            app.grant_row(&ws, of, into, Some(Permission::CreatePages), interval, None)
                .await
                .to_string()
        };
        let now = grant(Interval::new(hour(0), hour(1))).await;
        let later = grant(Interval::new(hour(2), hour(3))).await;
        let cancelled = grant(Interval::new(hour(2), hour(2))).await;
        let over = grant(Interval::new(hour(-1), hour(0))).await;
        for (id, there) in [
            (now, true),
            (later, true),
            (cancelled, false),
            (over, false),
        ] {
            assert_eq!(
                node(app, Some(&ada.key), id.clone()).await.is_object(),
                there
            );
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
    let ids = [
        ada.id.to_string(),
        missing,
        ws.id.to_string(),
        ada.id.to_string(),
    ];
    let answer = app
        .post(
            Some(&ada.key),
            "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
            json!({ "ids": ids }),
        )
        .await;
    let expected = json!([{ "id": ids[0] }, null, { "id": ids[2] }, { "id": ids[0] }]);
    assert_eq!(answer.data()["nodes"], expected);
});

on_both!(a_quota_value_is_found_wherever_it_stands, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let session = app.session(ada.account).await;
    let transit = app
        .workspace_with("transit", AccessMode::Private, Some(&ws))
        .await;
    let tess = app.administrator(&transit, "Tess Transit").await;
    let tess_session = app.session(tess.account).await;
    let calls = (QuotaType::ApiCalls, Some(QuotaPeriod::Day));
    app.quota(&ws, QuotaScope::License, None, calls, 9_000)
        .await;
    app.bump(&transit).await;
    // A license's value stands in the secondary workspace too.
    let query =
        "query($slug: String!) { workspace(slug: $slug) { quotaValues(scope: LICENSE) { id } } }";
    let mut ids = Vec::new();
    for (credential, slug) in [
        (&session, "riverton"),
        (&tess_session, "transit"),
        (&tess.key, "transit"),
    ] {
        let answer = app
            .post(Some(credential), query, json!({ "slug": slug }))
            .await;
        let id = answer.data()["workspace"]["quotaValues"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(
            node(app, Some(credential), id.clone()).await,
            json!({ "__typename": "QuotaValue", "id": id }),
            "{slug}"
        );
        ids.push(id);
    }
    assert!(
        ids.iter().all(|id| *id == ids[0] && id.starts_with("quo_")),
        "{ids:?}"
    );
    // What an invitation offers is found by whoever sees the invitation.
    let invite = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": "ida@example.org" }],
        "quotas": [{ "type": "DATASETS", "limit": 3 }, { "type": "API_CALLS", "limit": 70 }] });
    let invited = app.mutate(&session, "inviteMembers", invite).await;
    let query =
        "query($id: ID!) { node(id: $id) { ... on Invitation { quotaValues { id type limit } } } }";
    let shown = app
        .post(
            Some(&session),
            query,
            json!({ "id": invited.invitations()[0] }),
        )
        .await;
    for value in shown.data()["node"]["quotaValues"].as_array().unwrap() {
        let query = "query($id: ID!) { node(id: $id) { ... on QuotaValue { id type limit } } }";
        let again = app
            .post(Some(&session), query, json!({ "id": value["id"] }))
            .await;
        assert_eq!(again.data()["node"], *value);
        assert_eq!(
            node(
                app,
                Some(&tess_session),
                value["id"].as_str().unwrap().to_owned()
            )
            .await,
            Value::Null
        );
    }
    // Read at an instant, it carries it.
    let at = app.at(0);
    let query = "query($at: DateTime!) { workspace(slug: \"riverton\") { quotaValues(scope: LICENSE, asOf: $at) { id } } }";
    let dated = app.post(Some(&session), query, json!({ "at": at })).await;
    let id = dated.data()["workspace"]["quotaValues"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(id, format!("{}@{at}", ids[0]));
    assert_eq!(node(app, Some(&session), id.clone()).await["id"], id);
});
