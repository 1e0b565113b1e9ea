//! `updateRole` (PERM-10).

use concierge::domain::{
    interval::Interval,
    permission::{
        Permission::{self, BrowseAnalytics, CreatePages, EditWorkspaceProperties, ManageReuses},
        Preset,
    },
};
use concierge::entity;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

/// The rows of a role's permissions: which, from when, until when if it ended.
async fn rows(
    app: &TestApp,
    role: concierge::domain::id::RoleId,
) -> Vec<entity::role_permission::Model> {
    let rows = entity::role_permission::Entity::find()
        .filter(entity::role_permission::Column::RoleId.eq(role.0));
    let mut rows = rows.all(app.app.deps.db.writer()).await.unwrap();
    rows.sort_by_key(|row| (row.permission.clone(), row.starts_at));
    rows
}

on_both!(
    perm_10_a_change_counts_for_everybody_who_has_the_role,
    |app| {
        let (ws, ada) = app.portal().await;
        let role = app
            .role(&ws, "Moderator", &[ManageReuses, BrowseAnalytics])
            .await;
        let ben = app.member(&ws, "Ben Okafor").role(role).create().await;
        // Has one of them by a grant as well, and so does not lose it.
        let cho = app
            .member(&ws, "Cho Minh")
            .role(role)
            .with(BrowseAnalytics)
            .create()
            .await;
        let later = Interval::from(app.now() + chrono::Duration::days(1));
        app.member(&ws, "Sam Ortiz")
            .role(role)
            .during(later)
            .create()
            .await;
        app.member(&ws, "Dina Abadi")
            .role(role)
            .disabled()
            .create()
            .await;
        app.member(&ws, "Vic Viewer")
            .preset(Preset::Viewer)
            .create()
            .await;
        let input = json!({ "id": role.to_string(), "name": "Editor in chief", "permissions": ["MANAGE_REUSES", "CREATE_PAGES"] });
        let done = app.rehearsed(&ada.key, "updateRole", input).await;
        assert_eq!(done.0["role"]["name"], "Editor in chief");
        assert_eq!(
            done.0["role"]["permissions"],
            json!(["CREATE_PAGES", "MANAGE_REUSES"])
        );
        let mut effects = done.0["effects"].as_array().unwrap().clone();
        effects.sort_by_key(|effect| effect["membership"]["id"].as_str().unwrap().to_owned());
        assert_eq!(
            effects,
            [
                json!({ "membership": { "id": ben.id.to_string() }, "gained": ["CREATE_PAGES"], "lost": ["BROWSE_ANALYTICS"] }),
                json!({ "membership": { "id": cho.id.to_string() }, "gained": ["CREATE_PAGES"], "lost": [] }),
            ]
        );
        assert_eq!(
            app.permissions(&ada, &ws, ben.id).await,
            ["CREATE_PAGES", "MANAGE_REUSES"]
        );
        assert_eq!(app.role_name(&ada, &ws, &ben).await, "Editor in chief");
        let changes: Vec<_> = done.0["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| &change["field"])
            .collect();
        assert_eq!(changes, ["name", "permissions"]);
        let events = app.events(&ws).await;
        assert_eq!(
            events
                .iter()
                .map(|event| event.kind.as_str())
                .collect::<Vec<_>>(),
            ["ROLE_UPDATED"]
        );
    }
);

on_both!(time_2_a_changed_role_keeps_its_past, |app| {
    let (ws, ada) = app.portal().await;
    let role = app
        .role(&ws, "Moderator", &[ManageReuses, BrowseAnalytics])
        .await;
    let before = rows(app, role).await;
    let set =
        |permissions: &[Permission]| json!({ "id": role.to_string(), "permissions": permissions });
    app.mutate(&ada.key, "updateRole", set(&[ManageReuses]))
        .await;
    app.pass(chrono::Duration::minutes(1));
    app.mutate(
        &ada.key,
        "updateRole",
        set(&[ManageReuses, BrowseAnalytics, CreatePages]),
    )
    .await;
    let after = rows(app, role).await;
    let of = |permission: Permission| -> Vec<_> {
        after
            .iter()
            .filter(|row| row.permission == permission.as_str())
            .collect()
    };
    assert_eq!(
        of(ManageReuses),
        before
            .iter()
            .filter(|row| row.permission == "MANAGE_REUSES")
            .collect::<Vec<_>>()
    );
    let [ended, new] = of(BrowseAnalytics)[..] else {
        panic!("{after:?}")
    };
    assert_eq!(
        (ended.ended_by, ended.end_reason.as_deref()),
        (Some(ada.account.0), Some("REMOVED"))
    );
    assert!(ended.ends_at < new.starts_at);
    assert_eq!(
        (of(CreatePages).len(), new.granted_by),
        (1, Some(ada.account.0))
    );
});

on_both!(perm_10_what_is_not_said_stays, |app| {
    let (ws, ada) = app.portal().await;
    let role = app.role(&ws, "Moderator", &[ManageReuses]).await;
    app.bump(&ws).await;
    let id = role.to_string();
    let named = app
        .mutate(
            &ada.key,
            "updateRole",
            json!({ "id": id, "name": "Warden", "permissions": null }),
        )
        .await;
    assert_eq!(
        (&named.0["role"]["name"], &named.0["role"]["permissions"]),
        (&json!("Warden"), &json!(["MANAGE_REUSES"]))
    );
    let emptied = app
        .mutate(
            &ada.key,
            "updateRole",
            json!({ "id": id, "permissions": [] }),
        )
        .await;
    assert_eq!(
        (
            &emptied.0["role"]["name"],
            &emptied.0["role"]["permissions"]
        ),
        (&json!("Warden"), &json!([]))
    );
    // What is as asked already, another case of its own name excepted, changes nothing.
    let before = app.footprint().await;
    for same in [
        json!({ "id": id }),
        json!({ "id": id, "name": " Warden ", "permissions": [] }),
    ] {
        let done = app.mutate(&ada.key, "updateRole", same).await;
        assert_eq!(
            (&done.0["role"]["name"], &done.0["changes"]),
            (&json!("Warden"), &json!([]))
        );
    }
    assert_eq!(app.footprint().await, before);
    let recased = app
        .mutate(
            &ada.key,
            "updateRole",
            json!({ "id": id, "name": "WARDEN" }),
        )
        .await;
    assert_eq!(recased.0["role"]["name"], "WARDEN");
});

on_both!(perm_10_presets_and_others_roles_stay_as_they_are, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let role = app.role(&ws, "Moderator", &[ManageReuses]).await;
    app.role(&ws, "Warden", &[]).await;
    app.bump(&ws).await;
    let before = app.footprint().await;
    for preset in Preset::ALL {
        let id = app.preset(&ws, *preset).await.to_string();
        for input in [
            json!({ "id": id, "name": "Mine" }),
            json!({ "id": id, "permissions": [] }),
        ] {
            let refused = app.mutate(&ada.key, "updateRole", input).await;
            assert_eq!(
                (refused.errors(), &refused.0["role"]),
                (vec!["PRESET_ROLE id".to_owned()], &Value::Null)
            );
        }
    }
    for (name, error) in [
        ("warden", "TAKEN"),
        ("Viewer", "TAKEN"),
        ("", "TOO_SHORT"),
        (&"x".repeat(36), "TOO_LONG"),
    ] {
        let refused = app
            .mutate(
                &ada.key,
                "updateRole",
                json!({ "id": role.to_string(), "name": name }),
            )
            .await;
        assert_eq!(refused.errors(), [format!("{error} name")]);
    }
    let mine = json!({ "id": role.to_string(), "name": "Mine" });
    assert_eq!(
        app.try_mutate(&eve.key, "updateRole", mine.clone())
            .await
            .refusal(),
        "NOT_FOUND"
    );
    assert_eq!(
        app.try_mutate(&ewp.key, "updateRole", mine).await.refusal(),
        "FORBIDDEN"
    );
    let nothing = concierge::domain::id::RoleId(app.app.deps.ids.uuid(app.now())).to_string();
    assert_eq!(
        app.try_mutate(
            &ada.key,
            "updateRole",
            json!({ "id": nothing, "name": "Mine" })
        )
        .await
        .refusal(),
        "NOT_FOUND"
    );
    let wrong = json!({ "id": ws.id.to_string(), "name": "Mine" });
    assert_eq!(
        app.try_mutate(&ada.key, "updateRole", wrong)
            .await
            .refusal(),
        "BAD_USER_INPUT"
    );
    assert_eq!(app.footprint().await, before);
});

on_both!(
    p4_a_role_is_changed_in_as_many_statements_whoever_has_it,
    |app| {
        let (ws, ada) = app.portal().await;
        let (few, many) = (
            app.role(&ws, "Few", &[ManageReuses]).await,
            app.role(&ws, "Many", &[ManageReuses]).await,
        );
        app.member(&ws, "Ben Okafor").role(few).create().await;
        for number in 0..40 {
            app.member(&ws, &format!("Member {number}"))
                .role(many)
                .create()
                .await;
        }
        let set = |role: concierge::domain::id::RoleId| json!({ "id": role.to_string(), "permissions": ["CREATE_PAGES"] });
        // So that both find what the workspace shares in the cache.
        app.mutate(
            &ada.key,
            "updateRole",
            json!({ "id": few.to_string(), "name": "Few enough" }),
        )
        .await;
        app.permissions(&ada, &ws, ada.id).await;
        let of_few = app.try_mutate(&ada.key, "updateRole", set(few)).await;
        app.permissions(&ada, &ws, ada.id).await;
        let of_many = app.try_mutate(&ada.key, "updateRole", set(many)).await;
        assert_eq!(of_many.payload().0["effects"].as_array().unwrap().len(), 40);
        assert_eq!(of_few.payload().0["effects"].as_array().unwrap().len(), 1);
        assert_eq!(of_many.statements, of_few.statements);
    }
);
