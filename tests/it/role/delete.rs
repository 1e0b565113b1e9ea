//! `deleteRole` (PERM-10), also against what happens at the same time.

use chrono::{DateTime, Utc};
use concierge::{
    domain::{
        id::RoleId,
        interval::Interval,
        permission::{Permission::ManageReuses, Preset},
    },
    entity,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both, world::Ws};

fn the(role: RoleId) -> Value {
    json!({ "id": role.to_string() })
}

/// An invitation that brings the role.
async fn invitation(
    app: &TestApp,
    ws: &Ws,
    role: RoleId,
    expires_at: DateTime<Utc>,
    cancelled_at: Option<DateTime<Utc>>,
) {
    let id = app.app.deps.ids.uuid(app.now());
    let row = entity::invitation::Model {
        id,
        workspace_id: ws.id.0,
        email: format!("{}@example.org", id.simple()),
        email_canonical: format!("{}@example.org", id.simple()),
        given_name: None,
        family_name: None,
        role_id: Some(role.0),
        permissions: "[]".to_owned(),
        group_ids: "[]".to_owned(),
        quotas: "[]".to_owned(),
        access_starts_at: None,
        access_ends_at: None,
        access_duration_seconds: None,
        locale: "EN".to_owned(),
        note: None,
        invited_by: None,
        created_at: app.now(),
        expires_at,
        generation: 1,
        accepted_at: None,
        declined_at: None,
        cancelled_at,
        membership_id: None,
        default_permissions: None,
        delivery_state: None,
        delivery_at: None,
        delivery_status: None,
        reminded_generation: None,
    };
    let db = app.app.deps.db.writer();
    entity::invitation::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await
        .unwrap();
}

on_both!(perm_10_a_role_that_nobody_has_is_deleted, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let role = app.role(&ws, "Moderator", &[ManageReuses]).await;
    // Had it, and is gone; was to have it, and was not to in the end.
    let gone = Interval::new(
        app.now() - chrono::Duration::days(2),
        app.now() - chrono::Duration::days(1),
    );
    app.member(&ws, "Eli Stone")
        .role(role)
        .during(gone)
        .create()
        .await;
    let set = |role: Option<RoleId>| json!({ "membershipIds": [ben.id.to_string()], "roleId": role.map(|id| id.to_string()) });
    app.mutate(&ada.key, "setMemberRole", set(Some(role))).await;
    app.mutate(&ada.key, "setMemberRole", set(None)).await;
    invitation(
        app,
        &ws,
        role,
        app.now() + chrono::Duration::days(30),
        Some(app.now()),
    )
    .await;
    invitation(app, &ws, role, app.now(), None).await;

    let done = app.rehearsed(&ada.key, "deleteRole", the(role)).await;
    assert_eq!(
        (&done.0["deletedRoleId"], &done.0["effects"]),
        (&json!(role.to_string()), &json!([]))
    );
    let query = "query($ws: ID!) { workspace(id: $ws) { roles { name } } }";
    let answer = app
        .post(Some(&ada.key), query, json!({ "ws": ws.id.to_string() }))
        .await;
    assert_eq!(
        answer.data()["workspace"]["roles"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
    let last = app.events(&ws).await.pop().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.subject_id),
        ("ROLE_DELETED", Some(role.to_string()))
    );
    // It is as if it never was, but its row stays, ended; its name is free.
    assert_eq!(
        app.try_mutate(&ada.key, "deleteRole", the(role))
            .await
            .refusal(),
        "NOT_FOUND"
    );
    let renamed = json!({ "id": role.to_string(), "name": "Warden" });
    assert_eq!(
        app.try_mutate(&ada.key, "updateRole", renamed)
            .await
            .refusal(),
        "NOT_FOUND"
    );
    assert_eq!(
        app.mutate(&ada.key, "setMemberRole", set(Some(role)))
            .await
            .errors(),
        ["NOT_FOUND roleId"]
    );
    let based = json!({ "workspaceId": ws.id.to_string(), "name": "Next", "basedOnRoleId": role.to_string() });
    assert_eq!(
        app.mutate(&ada.key, "createRole", based).await.errors(),
        ["NOT_FOUND basedOnRoleId"]
    );
    let row = entity::role::Entity::find_by_id(role.0)
        .one(app.app.deps.db.writer())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.ended_by, row.end_reason.as_deref()),
        (Some(ada.account.0), Some("DELETED"))
    );
    let again = json!({ "workspaceId": ws.id.to_string(), "name": "Moderator", "permissions": [] });
    assert!(
        app.mutate(&ada.key, "createRole", again)
            .await
            .errors()
            .is_empty()
    );
});

on_both!(perm_10_a_role_in_use_stays, |app| {
    let (ws, ada) = app.portal().await;
    let mut used = Vec::new();
    for name in ["Active", "Disabled", "Scheduled", "Later", "Invited"] {
        used.push(app.role(&ws, name, &[ManageReuses]).await);
    }
    let later = Interval::from(app.now() + chrono::Duration::days(1));
    app.member(&ws, "Ben Okafor").role(used[0]).create().await;
    app.member(&ws, "Dina Abadi")
        .role(used[1])
        .disabled()
        .create()
        .await;
    app.member(&ws, "Sam Ortiz")
        .role(used[2])
        .during(later)
        .create()
        .await;
    let cho = app.member(&ws, "Cho Minh").create().await;
    let planned = json!({ "membershipIds": [cho.id.to_string()], "roleId": used[3].to_string(), "startsAt": app.at(3_600), "endsAt": app.at(7_200) });
    assert_eq!(
        app.mutate(&ada.key, "setMemberRole", planned)
            .await
            .became(),
        ["CHANGED"]
    );
    invitation(
        app,
        &ws,
        used[4],
        app.now() + chrono::Duration::days(30),
        None,
    )
    .await;
    let before = app.footprint().await;
    for role in &used {
        for dry in [true, false] {
            let mut input = the(*role);
            input["dryRun"] = json!(dry);
            let refused = app.mutate(&ada.key, "deleteRole", input).await;
            assert_eq!(
                (refused.errors(), &refused.0["deletedRoleId"]),
                (vec!["IN_USE id".to_owned()], &Value::Null)
            );
        }
    }
    for preset in Preset::ALL {
        let refused = app
            .mutate(&ada.key, "deleteRole", the(app.preset(&ws, *preset).await))
            .await;
        assert_eq!(refused.errors(), ["PRESET_ROLE id"]);
    }
    assert_eq!(app.footprint().await, before);
    // Once the planned role has come and gone, and the invitation has run out, both can go.
    app.pass(chrono::Duration::days(31));
    assert!(
        app.mutate(&ada.key, "deleteRole", the(used[3]))
            .await
            .errors()
            .is_empty()
    );
    assert!(
        app.mutate(&ada.key, "deleteRole", the(used[4]))
            .await
            .errors()
            .is_empty()
    );
});

on_both!(perm_10_strangers_delete_no_role, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let role = app.role(&ws, "Moderator", &[]).await;
    let strangers = [
        eve.key.clone(),
        app.session_of(eve.account).await,
        app.outsider("Otto Weiss").await,
    ];
    let before = app.footprint().await;
    for credential in strangers {
        assert_eq!(
            app.try_mutate(&credential, "deleteRole", the(role))
                .await
                .refusal(),
            "NOT_FOUND"
        );
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(threads: perm_10_of_two_deletions_one_wins, |app| {
    let ws = app.workspace("riverton").await;
    let (ada, abe) = (app.administrator(&ws, "Ada Veldkamp").await, app.administrator(&ws, "Abe Nakamura").await);
    for round in 0..10 {
        let role = app.role(&ws, &format!("Role {round}"), &[]).await;
        app.bump(&ws).await;
        let done = app.at_once((&ada.key, "deleteRole", the(role)), (&abe.key, "deleteRole", the(role))).await;
        let won = done.iter().filter(|done| done.is_ok()).count();
        let lost: Vec<_> = done.iter().filter_map(|done| done.as_ref().err()).collect();
        assert_eq!((won, lost), (1, vec![&"NOT_FOUND".to_owned()]), "round {round}");
    }
    assert_eq!(app.events(&ws).await.len(), 10);
});

on_both!(threads: perm_10_a_role_is_not_deleted_while_it_is_given, |app| {
    let ws = app.workspace("riverton").await;
    let (ada, abe) = (app.administrator(&ws, "Ada Veldkamp").await, app.administrator(&ws, "Abe Nakamura").await);
    let ben = app.member(&ws, "Ben Okafor").create().await;
    for round in 0..10 {
        let role = app.role(&ws, &format!("Role {round}"), &[]).await;
        app.bump(&ws).await;
        let give = json!({ "membershipIds": [ben.id.to_string()], "roleId": role.to_string() });
        let [deleted, given] = app.at_once((&ada.key, "deleteRole", the(role)), (&abe.key, "setMemberRole", give)).await;
        let (deleted, given) = (deleted.unwrap().errors(), given.unwrap());
        if deleted.is_empty() {
            assert_eq!(given.errors(), ["NOT_FOUND roleId"], "round {round}");
        } else {
            assert_eq!((deleted, given.became()), (vec!["IN_USE id".to_owned()], vec!["CHANGED"]), "round {round}");
        }
    }
});
