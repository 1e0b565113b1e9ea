//! What a member holds, by which paths and until when (PERM-2).

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    permission::{Permission, Preset},
};
use serde_json::{Value, json};

use crate::support::on_both;

on_both!(
    perm_2_role_grants_and_groups_together_with_their_sources,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let pages = Permission::CreatePages;
        let role = app.role(&ws, "Writer", &[pages]).await;
        let now = app.now();
        let hour = |hours: i64| now + Duration::hours(hours);
        let bob = app
            .member(&ws, "Bob Bare")
            .role(role)
            .until(hour(10))
            .create()
            .await;
        let direct = app
            .grant_row(
                &ws,
                Some(bob.id),
                None,
                Some(pages),
                Interval::new(now, hour(2)),
                Some(ada.account),
            )
            .await;
        let reuses = Permission::ManageReuses;
        let first = app
            .grant_row(
                &ws,
                Some(bob.id),
                None,
                Some(reuses),
                Interval::new(now, hour(1)),
                Some(ada.account),
            )
            .await;
        // Takes over without a gap: the end that is shown is the later one.
        app.grant_row(
            &ws,
            Some(bob.id),
            None,
            Some(reuses),
            Interval::new(hour(1), hour(3)),
            None,
        )
        .await;
        app.grant_row(
            &ws,
            Some(bob.id),
            None,
            Some(Permission::BrowseAnalytics),
            Interval::from(hour(1)),
            None,
        )
        .await;
        let group = app.group(&ws, "Parks", &[pages]).await;
        app.put_into(&ws, group, &bob, Interval::new(now, hour(4)))
            .await;
        let query =
        "query ($id: ID!) { node(id: $id) { ... on Membership { backOfficeSections effectivePermissions { permission endsAt
        sources { kind grantId role { name } group { title } startsAt endsAt grantedBy { displayName } } } } } }";
        let answer = app
            .post(Some(&ada.key), query, json!({ "id": bob.id.to_string() }))
            .await;
        let member = &answer.data()["node"];
        let held = member["effectivePermissions"].as_array().unwrap();
        assert_eq!(held.len(), 2);
        assert_eq!(
            (&held[0]["permission"], &held[0]["endsAt"]),
            (
                &json!("CREATE_PAGES"),
                &json!("2026-03-02T19:00:00.000000Z")
            )
        );
        assert_eq!(
            (&held[1]["permission"], &held[1]["endsAt"]),
            (
                &json!("MANAGE_REUSES"),
                &json!("2026-03-02T12:00:00.000000Z")
            )
        );
        let sources = held[0]["sources"].as_array().unwrap();
        let kinds: Vec<&Value> = sources.iter().map(|source| &source["kind"]).collect();
        assert_eq!(kinds, ["ROLE", "DIRECT", "GROUP"]);
        let expected = json!({
            "kind": "ROLE", "grantId": null, "role": { "name": "Writer" }, "group": null,
            "startsAt": "2026-03-02T08:30:00.000000Z", "endsAt": "2026-03-02T19:00:00.000000Z", "grantedBy": null,
        });
        assert_eq!(sources[0], expected);
        let expected = json!({
            "kind": "DIRECT", "grantId": direct.to_string(), "role": null, "group": null,
            "startsAt": "2026-03-02T09:00:00.000000Z", "endsAt": "2026-03-02T11:00:00.000000Z",
            "grantedBy": { "displayName": "Ada Admin" },
        });
        assert_eq!(sources[1], expected);
        assert_eq!(
            (&sources[2]["group"]["title"], &sources[2]["endsAt"]),
            (&json!("Parks"), &json!("2026-03-02T13:00:00.000000Z"))
        );
        assert_eq!(held[1]["sources"].as_array().unwrap().len(), 1);
        assert_eq!(held[1]["sources"][0]["grantId"], first.to_string());
        assert_eq!(
            member["backOfficeSections"],
            json!(["PAGES", "REUSES", "ASSETS"])
        );
    }
);

on_both!(perm_2_the_administrator_role_is_all_of_them, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let query = "{ workspace(slug: \"riverton\") { viewerMembership { effectivePermissions { permission endsAt sources { kind } } backOfficeSections } } }";
    let answer = app.post(Some(&ada.key), query, json!({})).await;
    let held = answer.data()["workspace"]["viewerMembership"]["effectivePermissions"]
        .as_array()
        .unwrap();
    assert_eq!(held.len(), Permission::ALL.len());
    assert!(
        held.iter()
            .all(|one| one["endsAt"].is_null() && one["sources"] == json!([{ "kind": "ROLE" }]))
    );
    assert_eq!(
        answer.data()["workspace"]["viewerMembership"]["backOfficeSections"]
            .as_array()
            .unwrap()
            .len(),
        14
    );
});

on_both!(
    perm_2_a_list_says_the_same_with_and_without_reasons,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let group = app.group(&ws, "Parks", &[Permission::ManageReuses]).await;
        for (name, preset) in [
            ("Eve Editor", Preset::Editor),
            ("Vic Viewer", Preset::Viewer),
            ("Pat Publisher", Preset::Publisher),
        ] {
            let member = app
                .member(&ws, name)
                .preset(preset)
                .with(Permission::BrowseAnalytics)
                .create()
                .await;
            app.put_into(&ws, group, &member, Interval::from(app.now()))
                .await;
        }
        app.member(&ws, "Dan Disabled")
            .preset(Preset::Editor)
            .disabled()
            .create()
            .await;
        let ask = async |fields: &str| {
            let query = format!(
                "{{ workspace(slug: \"riverton\") {{ members {{ nodes {{ id {fields} }} }} }} }}"
            );
            app.post(Some(&ada.key), &query, json!({})).await.data()["workspace"]["members"]["nodes"].clone()
        };
        let bare = ask("effectivePermissions { permission }").await;
        let mut reasoned = ask("effectivePermissions { permission endsAt sources { kind } }").await;
        let aliased = ask("effectivePermissions { permission } why: effectivePermissions { permission sources { kind } }").await;
        for (node, alias) in reasoned
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .zip(aliased.as_array().unwrap())
        {
            for permission in node["effectivePermissions"].as_array_mut().unwrap() {
                assert!(!permission["sources"].as_array().unwrap().is_empty());
                *permission = json!({ "permission": permission["permission"] });
            }
            assert_eq!(node["effectivePermissions"], alias["effectivePermissions"]);
            assert!(
                alias["why"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|one| !one["sources"].as_array().unwrap().is_empty())
            );
        }
        assert_eq!(bare, reasoned);
    }
);
