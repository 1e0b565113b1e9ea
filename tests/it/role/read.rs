//! Roles: presets and the workspace's own (PERM-10).

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    permission::{Permission, Preset},
};
use serde_json::{Value, json};

use crate::support::on_both;

on_both!(
    perm_10_presets_come_first_then_custom_roles_by_name,
    |app| {
        let ws = app.workspace("riverton").await;
        let zed = app.role(&ws, "zed", &[Permission::CreatePages]).await;
        app.role(
            &ws,
            "Élan",
            &[Permission::ManageReuses, Permission::CreatePages],
        )
        .await;
        let gone = app.role(&ws, "Gone", &[]).await;
        app.sql(
            "UPDATE role SET ends_at = $1 WHERE id = $2",
            vec![app.now().into(), gone.0.into()],
        )
        .await;
        app.bump(&ws).await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        app.member(&ws, "Zoe Zed").role(zed).create().await;
        app.member(&ws, "Dan Zed")
            .role(zed)
            .disabled()
            .create()
            .await;
        app.member(&ws, "Sam Zed")
            .role(zed)
            .during(Interval::from(app.now() + Duration::hours(1)))
            .create()
            .await;
        app.member(&ws, "Gus Zed")
            .role(zed)
            .until(app.now())
            .create()
            .await;
        let query =
            "{ workspace(slug: \"riverton\") { roles { name isPreset permissions memberCount } } }";
        let answer = app.post(Some(&ada.key), query, json!({})).await;
        let roles = answer.data()["workspace"]["roles"].as_array().unwrap();
        let names: Vec<&str> = roles
            .iter()
            .map(|role| role["name"].as_str().unwrap())
            .collect();
        assert_eq!(
            names,
            [
                "Administrator",
                "Publisher",
                "Editor",
                "Designer",
                "Viewer",
                "Élan",
                "zed"
            ]
        );
        for (role, preset) in roles.iter().zip(Preset::ALL) {
            let wanted: Vec<&str> = preset
                .permissions()
                .iter()
                .map(|permission| permission.as_str())
                .collect();
            assert_eq!(
                (&role["permissions"], &role["isPreset"]),
                (&json!(wanted), &json!(true))
            );
        }
        assert_eq!(
            roles[5],
            json!({ "name": "Élan", "isPreset": false, "permissions": ["CREATE_PAGES", "MANAGE_REUSES"], "memberCount": 0 })
        );
        assert_eq!(
            (&roles[6]["memberCount"], &roles[0]["memberCount"]),
            (&json!(2), &json!(1))
        );
        assert!(answer.statements <= 4, "{}", answer.statements);
    }
);

on_both!(
    perm_10_any_active_member_reads_roles_but_not_their_counts,
    |app| {
        let ws = app.workspace("riverton").await;
        let role = app.role(&ws, "Steward", &[Permission::CreatePages]).await;
        let bob = app.member(&ws, "Bob Bare").role(role).create().await;
        let query = "{ workspace(slug: \"riverton\") { viewerMembership { role { name permissions memberCount } } } }";
        let answer = app.post(Some(&bob.key), query, json!({})).await;
        assert_eq!(
            answer.refusals(),
            ["FORBIDDEN workspace.viewerMembership.role.memberCount"]
        );
        let expected =
            json!({ "name": "Steward", "permissions": ["CREATE_PAGES"], "memberCount": null });
        assert_eq!(
            answer.body["data"]["workspace"]["viewerMembership"]["role"],
            expected
        );
        let node = "query ($id: ID!) { node(id: $id) { ... on Role { name } } }";
        let outsider = app
            .member(&app.workspace("elsewhere").await, "Otto Out")
            .create()
            .await;
        let disabled = app.member(&ws, "Dan Disabled").disabled().create().await;
        for (account, seen) in [
            (bob.account, json!({ "name": "Steward" })),
            (outsider.account, Value::Null),
            (disabled.account, Value::Null),
        ] {
            let answer = app
                .post(
                    Some(&app.session(account).await),
                    node,
                    json!({ "id": role.to_string() }),
                )
                .await;
            assert_eq!(answer.data()["node"], seen);
        }
    }
);
