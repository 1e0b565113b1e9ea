//! What an invitation offers (JOIN-7), by whom it may be offered (PERM-6), and what the workspace
//! adds (PERM-7).

use chrono::Duration;
use concierge::domain::{
    id::{GroupId, RoleId},
    permission::{Permission, Preset},
};
use serde_json::{Value, json};

use super::{accepted, invited, member, to, with};
use crate::support::{TestApp, on_both};

on_both!(
    join_7_a_membership_starts_with_all_that_was_offered,
    |app| {
        let (ws, ada) = app.portal().await;
        let session = app.outsider("Ida Holm").await;
        let group = app
            .group(&ws, "Tree wardens", &[Permission::BrowseAnalytics])
            .await
            .to_string();
        let viewer = app.preset(&ws, Preset::Viewer).await.to_string();
        let offer = json!({
            "roleId": viewer, "permissions": ["MANAGE_REUSES"], "groupIds": [group, group],
            "quotas": [{ "type": "API_CALLS", "limit": 0 }, { "type": "RECORDS_PER_DATASET", "limit": 5_000 }],
            "accessDurationSeconds": 3_600, "locale": "NL", "note": " <b>Hello</b> & welcome\n",
        });
        let id = invited(app, &ada.key, &ws, "ida.holm@example.org", offer).await;
        let own = "{ viewer { profile { invitations { id state note locale permissions role { name } groups { title } \
         accessDurationSeconds quotaValues { type limit } workspace { slug } invitedBy { displayName } accountExists } } } }";
        let own = app.post(Some(&session), own, json!({})).await;
        let own = &own.data()["viewer"]["profile"]["invitations"][0];
        assert_eq!(
            (&own["id"], &own["note"], &own["locale"]),
            (&json!(id), &json!("<b>Hello</b> & welcome"), &json!("NL"))
        );
        assert_eq!(
            (&own["accessDurationSeconds"], &own["accountExists"]),
            (&json!(3_600), &Value::Null)
        );
        assert_eq!(own["quotaValues"].as_array().unwrap().len(), 2);
        app.pass(Duration::days(2));
        let joined = accepted(app, &session, &id).await;
        let membership = &joined.0["membership"];
        assert_eq!(
            (&membership["state"], &membership["origin"]),
            (&json!("ACTIVE"), &json!("INVITATION"))
        );
        let seen = member(app, &ada.key, &ws, &membership["id"]).await;
        assert_eq!(seen["role"]["name"], "Viewer");
        assert_eq!(
            seen["groups"],
            json!([{ "group": { "title": "Tree wardens" } }])
        );
        let grants = &seen["grants"]["nodes"];
        assert_eq!(
            *grants,
            json!([{ "permission": "MANAGE_REUSES", "grantedBy": { "displayName": "Ada Veldkamp" } }])
        );
        let permissions: Vec<&str> = seen["effectivePermissions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["permission"].as_str().unwrap())
            .collect();
        for permission in ["BROWSE_ALL_DATASETS", "MANAGE_REUSES", "BROWSE_ANALYTICS"] {
            assert!(permissions.contains(&permission), "{permissions:?}");
        }
        assert_eq!(app.count("quota_value WHERE scope = 'MEMBER'").await, 2);
        let ends = |value: &Value| value["accessEndsAt"].as_str().unwrap()[..19].to_owned();
        assert_eq!(
            ends(&seen),
            app.at(3_600)[..19],
            "an hour from the acceptance"
        );
        app.pass(Duration::seconds(3_601));
        assert_eq!(
            member(app, &ada.key, &ws, &membership["id"]).await["state"],
            "ENDED"
        );
    }
);

on_both!(
    join_7_access_may_begin_later_and_ends_when_it_was_said,
    |app| {
        let (ws, ada) = app.portal().await;
        let (ida, zoe) = (
            app.outsider("Ida Holm").await,
            app.outsider("Zoe Lark").await,
        );
        let (from, to) = (app.at(86_400), app.at(2 * 86_400));
        let offer = json!({ "accessStartsAt": from, "accessEndsAt": to });
        let id = invited(app, &ada.key, &ws, "ida.holm@example.org", offer).await;
        let joined = accepted(app, &ida, &id).await;
        assert_eq!(joined.0["membership"]["state"], "SCHEDULED");
        assert_eq!(
            (
                &joined.0["membership"]["accessStartsAt"],
                &joined.0["membership"]["accessEndsAt"]
            ),
            (&json!(from), &json!(to))
        );
        // With a duration it lasts from the later of start and acceptance.
        let offer = json!({ "accessStartsAt": from, "accessDurationSeconds": 60 });
        let id = invited(app, &ada.key, &ws, "zoe.lark@example.org", offer).await;
        let joined = accepted(app, &zoe, &id).await;
        assert_eq!(
            joined.0["membership"]["accessEndsAt"],
            json!(app.at(86_460))
        );
    }
);

on_both!(join_7_what_cannot_be_offered_is_refused, |app| {
    let (ws, ada) = app.portal().await;
    let other = app.workspace("lakeside").await;
    let (foreign_role, foreign_group) = (
        app.role(&other, "Sailor", &[]).await,
        app.group(&other, "Sailors", &[]).await,
    );
    let unknown = (
        RoleId(app.app.deps.ids.uuid(app.now())),
        GroupId(app.app.deps.ids.uuid(app.now())),
    );
    let quota = |of: &str, limit: i64| json!({ "quotas": [{ "type": of, "limit": limit }] });
    let before = app.footprint().await;
    for (more, error) in [
        (
            json!({ "roleId": foreign_role.to_string() }),
            "NOT_FOUND roleId",
        ),
        (
            json!({ "roleId": unknown.0.to_string() }),
            "NOT_FOUND roleId",
        ),
        (
            json!({ "groupIds": [foreign_group.to_string()] }),
            "NOT_FOUND groupIds.0",
        ),
        (
            json!({ "groupIds": [unknown.1.to_string()] }),
            "NOT_FOUND groupIds.0",
        ),
        (quota("DATASETS", -1), "OUT_OF_RANGE quotas.0.limit"),
        (
            quota("RECORDS_PER_DATASET", 1_500),
            "NOT_A_MULTIPLE quotas.0.limit",
        ),
        (
            json!({ "quotas": [{ "type": "DATASETS", "limit": 1 }, { "type": "DATASETS", "limit": 2 }] }),
            "DUPLICATE quotas.1",
        ),
        (
            json!({ "accessStartsAt": app.at(-120) }),
            "STARTS_IN_PAST accessStartsAt",
        ),
        (
            json!({ "accessEndsAt": app.at(0) }),
            "ENDS_IN_PAST accessEndsAt",
        ),
        (
            json!({ "accessStartsAt": app.at(60), "accessEndsAt": app.at(60) }),
            "ENDS_BEFORE_START accessEndsAt",
        ),
        (
            json!({ "accessDurationSeconds": 0 }),
            "OUT_OF_RANGE accessDurationSeconds",
        ),
        (
            json!({ "accessDurationSeconds": 3_153_600_001_i64 }),
            "OUT_OF_RANGE accessDurationSeconds",
        ),
        (json!({ "note": "\u{e9}".repeat(501) }), "TOO_LONG note"),
        (json!({ "note": "a\u{0}b" }), "INVALID_CHARACTERS note"),
    ] {
        let refused = app
            .mutate(
                &ada.key,
                "inviteMembers",
                to(&ws, &["ida@example.org"], more.clone()),
            )
            .await;
        assert_eq!(
            (refused.errors(), refused.became().len()),
            (vec![error.to_owned()], 0),
            "{more}"
        );
    }
    let many = vec![foreign_group.to_string(); 101];
    for more in [
        json!({ "groupIds": many }),
        json!({ "accessEndsAt": app.at(60), "accessDurationSeconds": 60 }),
        json!({ "roleId": foreign_group.to_string() }),
        json!({ "roleId": "nonsense" }),
        json!({ "accessEndsAt": "tomorrow" }),
        json!({ "permissions": ["FLY"] }),
    ] {
        let refused = app
            .try_mutate(
                &ada.key,
                "inviteMembers",
                to(&ws, &["ida@example.org"], more.clone()),
            )
            .await;
        assert_eq!(refused.codes().first(), Some(&"BAD_USER_INPUT"), "{more}");
    }
    assert_eq!(app.footprint().await, before);
    let longest = json!({ "note": "\u{e9}".repeat(500) });
    invited(app, &ada.key, &ws, "ida@example.org", longest).await;
});

/// What comes of inviting with that: an outcome, or the code of the refusal.
async fn tried(app: &TestApp, credential: &str, input: &Value) -> String {
    let answer = app
        .try_mutate(
            credential,
            "inviteMembers",
            with(input.clone(), json!({ "dryRun": true })),
        )
        .await;
    match answer.codes().first() {
        Some(code) => (*code).to_owned(),
        None => answer.payload().became()[0].to_owned(),
    }
}

on_both!(
    perm_6_nobody_invites_with_more_than_they_hold_or_for_longer,
    |app| {
        let (ws, ada) = app.portal().await;
        let ewp = Permission::EditWorkspaceProperties;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(ewp)
            .with(Permission::ManageReuses)
            .create()
            .await;
        // Until 40 days from now.
        let end = app.now() + Duration::days(40);
        let tom = app
            .member(&ws, "Tom Visser")
            .with(ewp)
            .with(Permission::ManageReuses)
            .until(end)
            .create()
            .await;
        let group = app
            .group(&ws, "Analysts", &[Permission::BrowseAnalytics])
            .await
            .to_string();
        let empty = app.group(&ws, "Guests", &[]).await.to_string();
        let viewer = app.preset(&ws, Preset::Viewer).await.to_string();
        let administrator = app.preset(&ws, Preset::Administrator).await.to_string();
        let of = |more: Value| to(&ws, &["ida@example.org"], more);
        let days = |days: i64| days * 86_400;
        let ewa = (ewa.key.as_str(), "Ewa");
        let tom = (tom.key.as_str(), "Tom");
        for ((key, who), more, expected) in [
            (ewa, json!({}), "INVITED"),
            (ewa, json!({ "permissions": ["MANAGE_REUSES"] }), "INVITED"),
            (ewa, json!({ "permissions": ["CREATE_PAGES"] }), "FORBIDDEN"),
            (ewa, json!({ "roleId": viewer }), "FORBIDDEN"),
            (ewa, json!({ "groupIds": [group] }), "FORBIDDEN"),
            (ewa, json!({ "groupIds": [empty] }), "INVITED"),
            (
                ewa,
                json!({ "quotas": [{ "type": "DATASETS", "limit": 9_000 }] }),
                "INVITED",
            ),
            (ewa, json!({ "roleId": administrator }), "FORBIDDEN"),
            (tom, json!({}), "INVITED"),
            (
                tom,
                json!({ "permissions": ["MANAGE_REUSES"] }),
                "FORBIDDEN",
            ),
            (
                tom,
                json!({ "permissions": ["MANAGE_REUSES"], "accessEndsAt": app.at(days(39)) }),
                "INVITED",
            ),
            (
                tom,
                json!({ "permissions": ["MANAGE_REUSES"], "accessEndsAt": app.at(days(41)) }),
                "FORBIDDEN",
            ),
            // It may be accepted on the last of 30 days.
            (
                tom,
                json!({ "permissions": ["MANAGE_REUSES"], "accessDurationSeconds": days(9) }),
                "INVITED",
            ),
            (
                tom,
                json!({ "permissions": ["MANAGE_REUSES"], "accessDurationSeconds": days(11) }),
                "FORBIDDEN",
            ),
            (
                tom,
                json!({ "permissions": ["MANAGE_REUSES"], "accessDurationSeconds": days(2), "accessStartsAt": app.at(days(39)) }),
                "FORBIDDEN",
            ),
            // No key gives ADMINISTRATOR.
            (
                (ada.key.as_str(), "Ada's key"),
                json!({ "roleId": administrator }),
                "FORBIDDEN",
            ),
        ] {
            assert_eq!(
                tried(app, key, &of(more.clone())).await,
                expected,
                "{more} by {who}"
            );
        }
        let session = app.session_of(ada.account).await;
        assert_eq!(
            tried(app, &session, &of(json!({ "roleId": administrator }))).await,
            "INVITED"
        );
    }
);

on_both!(
    perm_7_defaults_are_copied_in_and_cannot_be_left_out,
    |app| {
        let (ws, ada) = app.portal().await;
        let session = app.outsider("Ida Holm").await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let defaults = |permissions: Value| json!({ "workspaceId": ws.id.to_string(), "permissions": permissions });
        app.mutate(
            &ada.key,
            "setDefaultPermissions",
            defaults(json!(["BROWSE_ALL_PAGES", "CREATE_PAGES"])),
        )
        .await;
        // Ewa holds neither: the workspace gives them.
        let id = invited(
            app,
            &ewa.key,
            &ws,
            "ida.holm@example.org",
            json!({ "permissions": [] }),
        )
        .await;
        app.mutate(
            &ada.key,
            "setDefaultPermissions",
            defaults(json!(["MANAGE_REUSES"])),
        )
        .await;
        let update = json!({ "ids": [id], "permissions": ["CREATE_PAGES", "BROWSE_ANALYTICS"] });
        let updated = app.mutate(&ada.key, "updateInvitations", update).await;
        let offered = &updated.0["results"][0]["invitation"]["permissions"];
        assert_eq!(
            *offered,
            json!(["CREATE_PAGES", "BROWSE_ALL_PAGES", "BROWSE_ANALYTICS"]),
            "{:#}",
            updated.0
        );
        let joined = accepted(app, &session, &id).await;
        let seen = member(app, &ada.key, &ws, &joined.0["membership"]["id"]).await;
        let mut grants: Vec<(String, bool)> = seen["grants"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|grant| {
                (
                    grant["permission"].as_str().unwrap().to_owned(),
                    grant["grantedBy"].is_null(),
                )
            })
            .collect();
        grants.sort();
        let wanted = [
            ("BROWSE_ALL_PAGES", true),
            ("BROWSE_ANALYTICS", false),
            ("CREATE_PAGES", true),
        ];
        assert_eq!(
            grants,
            wanted.map(|(permission, by_workspace)| (permission.to_owned(), by_workspace))
        );
    }
);
