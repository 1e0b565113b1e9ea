//! `createRole` (PERM-10).

use concierge::domain::permission::{
    Permission::{BrowseAnalytics, CreateDatasets, EditWorkspaceProperties, ManageReuses},
    Preset,
};
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

fn role(ws: &Ws, name: &str, permissions: Value) -> Value {
    json!({ "workspaceId": ws.id.to_string(), "name": name, "permissions": permissions })
}

/// The names of the roles, as a member is told.
async fn names(app: &TestApp, ws: &Ws, reader: &Member) -> Vec<String> {
    let query = "query($ws: ID!) { workspace(id: $ws) { roles { name } } }";
    let answer = app
        .post(Some(&reader.key), query, json!({ "ws": ws.id.to_string() }))
        .await;
    let roles = answer.data()["workspace"]["roles"].as_array().unwrap();
    roles
        .iter()
        .map(|role| role["name"].as_str().unwrap().to_owned())
        .collect()
}

on_both!(perm_10_a_role_is_made_and_can_be_given, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let input = role(
        &ws,
        "  Moderator ",
        json!(["MANAGE_REUSES", "BROWSE_ANALYTICS", "MANAGE_REUSES"]),
    );
    let made = app.rehearsed(&ada.key, "createRole", input).await;
    assert_eq!(made.0["role"]["name"], "Moderator");
    assert_eq!(made.0["role"]["isPreset"], false);
    assert_eq!(
        made.0["role"]["permissions"],
        json!(["BROWSE_ANALYTICS", "MANAGE_REUSES"])
    );
    assert_eq!(made.0["effects"], json!([]));
    let fields: Vec<_> = made.0["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| &change["field"])
        .collect();
    assert_eq!(fields, ["name", "permissions"]);
    let events = app.events(&ws).await;
    assert_eq!(
        events
            .iter()
            .map(|event| event.kind.as_str())
            .collect::<Vec<_>>(),
        ["ROLE_CREATED"]
    );
    assert_eq!(
        events[0].subject_id.as_deref(),
        made.0["role"]["id"].as_str()
    );

    let given = json!({ "membershipIds": [ben.id.to_string()], "roleId": made.0["role"]["id"] });
    assert_eq!(
        app.mutate(&ada.key, "setMemberRole", given).await.became(),
        ["CHANGED"]
    );
    assert_eq!(
        app.permissions(&ada, &ws, ben.id).await,
        ["BROWSE_ANALYTICS", "MANAGE_REUSES"]
    );
});

on_both!(
    text_1_names_are_measured_and_compared_as_they_are_kept,
    |app| {
        let (ws, ada) = app.portal().await;
        let longest = "e\u{301}".repeat(35);
        let made = app
            .mutate(&ada.key, "createRole", role(&ws, &longest, json!([])))
            .await;
        assert_eq!(made.0["role"]["name"], "\u{e9}".repeat(35));
        for (name, error) in [
            (format!("{longest}e"), "TOO_LONG name"),
            ("\u{c9}".repeat(35), "TAKEN name"),
            ("\u{200b}\u{ad}".to_owned(), "TOO_SHORT name"),
            ("a\nb".to_owned(), "INVALID_CHARACTERS name"),
        ] {
            assert_eq!(
                app.mutate(&ada.key, "createRole", role(&ws, &name, json!([])))
                    .await
                    .errors(),
                [error],
                "{name:?}"
            );
        }
        let made = app
            .mutate(
                &ada.key,
                "createRole",
                role(&ws, "\u{202e}Tree\u{a0}\u{2003} war\u{ad}den ", json!([])),
            )
            .await;
        assert_eq!(made.0["role"]["name"], "Tree warden");
        assert_eq!(
            app.mutate(&ada.key, "createRole", role(&ws, "TREE  WARDEN", json!([])))
                .await
                .errors(),
            ["TAKEN name"]
        );
    }
);

on_both!(text_2_a_role_that_looks_like_a_preset_is_taken, |app| {
    let (ws, ada) = app.portal().await;
    let warden = app.role(&ws, "Warden", &[ManageReuses]).await.to_string();
    for name in [
        "administrator",
        "Аdministrаtor",
        "Adm1nistrator",
        "ADMlNlSTRATOR",
        "Edit\u{43e}r",
        "V\u{200b}iewer",
        "Ｄesigner",
    ] {
        assert_eq!(
            app.mutate(&ada.key, "createRole", role(&ws, name, json!([])))
                .await
                .errors(),
            ["TAKEN name"],
            "{name}"
        );
        let renamed = app
            .mutate(
                &ada.key,
                "updateRole",
                json!({ "id": warden, "name": name }),
            )
            .await;
        assert_eq!(renamed.errors(), ["TAKEN name"], "{name}");
    }
    for name in ["Administrators", "Editör", "Viewer of maps"] {
        assert_eq!(
            app.mutate(&ada.key, "createRole", role(&ws, name, json!([])))
                .await
                .errors(),
            [""; 0],
            "{name}"
        );
    }
});

on_both!(perm_10_a_role_begins_from_any_role, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let custom = app.role(&ws, "Moderator", &[ManageReuses]).await;
    let administrator = app.preset(&ws, Preset::Administrator).await;
    let based = |name: &str, base: concierge::domain::id::RoleId| json!({ "workspaceId": ws.id.to_string(), "name": name, "basedOnRoleId": base.to_string() });
    let made = app
        .mutate(&ada.key, "createRole", based("Second", custom))
        .await;
    assert_eq!(made.0["role"]["permissions"], json!(["MANAGE_REUSES"]));
    // All fourteen are not the ADMINISTRATOR role.
    let made = app
        .mutate(&ada.key, "createRole", based("Everything", administrator))
        .await;
    assert_eq!(made.0["role"]["permissions"].as_array().unwrap().len(), 14);
    let all: concierge::domain::id::RoleId =
        concierge::domain::id::RoleId::parse(made.0["role"]["id"].as_str().unwrap()).unwrap();
    let eva = app.member(&ws, "Eva Everything").role(all).create().await;
    let refused = app
        .try_mutate(&eva.key, "createRole", role(&ws, "Third", json!([])))
        .await;
    assert_eq!(refused.refusal(), "FORBIDDEN");

    // With both, the list wins; an empty one too. The base must be there all the same.
    let mut both = based("Both", custom);
    both["permissions"] = json!(["CREATE_PAGES"]);
    assert_eq!(
        app.mutate(&ada.key, "createRole", both).await.0["role"]["permissions"],
        json!(["CREATE_PAGES"])
    );
    let mut empty = based("Empty", custom);
    empty["permissions"] = json!([]);
    assert_eq!(
        app.mutate(&ada.key, "createRole", empty).await.0["role"]["permissions"],
        json!([])
    );
    let before = app.footprint().await;
    let foreign = based("Foreign", app.preset(&other, Preset::Viewer).await);
    assert_eq!(
        app.mutate(&ada.key, "createRole", foreign).await.errors(),
        ["NOT_FOUND basedOnRoleId"]
    );
    let neither = json!({ "workspaceId": ws.id.to_string(), "name": "Neither" });
    assert_eq!(
        app.try_mutate(&ada.key, "createRole", neither)
            .await
            .refusal(),
        "BAD_USER_INPUT"
    );
    assert_eq!(app.footprint().await, before);
});

on_both!(
    perm_10_names_are_unique_whatever_their_case_and_form,
    |app| {
        let ws = app.workspace("riverton").await;
        let other = app.workspace("lakeside").await;
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let eve = app.administrator(&other, "Eve Laurent").await;
        let made = app
            .mutate(&ada.key, "createRole", role(&ws, "Modérateur", json!([])))
            .await;
        assert!(made.errors().is_empty());
        let before = app.footprint().await;
        for taken in [
            "MODÉRATEUR",
            "mode\u{301}rateur",
            " Modérateur ",
            "viewer",
            "ADMINISTRATOR",
        ] {
            let refused = app
                .mutate(&ada.key, "createRole", role(&ws, taken, json!([])))
                .await;
            assert_eq!(refused.errors(), ["TAKEN name"], "{taken}");
            assert_eq!(refused.0["role"], Value::Null);
        }
        assert_eq!(app.footprint().await, before);
        // Accents make another name, and another workspace has names of its own.
        assert!(
            app.mutate(&ada.key, "createRole", role(&ws, "Moderateur", json!([])))
                .await
                .errors()
                .is_empty()
        );
        assert!(
            app.mutate(
                &eve.key,
                "createRole",
                role(&other, "Modérateur", json!([]))
            )
            .await
            .errors()
            .is_empty()
        );
    }
);

on_both!(perm_10_names_have_1_to_35_characters, |app| {
    let (ws, ada) = app.portal().await;
    let before = app.footprint().await;
    for (name, error) in [
        ("", "TOO_SHORT"),
        ("  ", "TOO_SHORT"),
        (&"é".repeat(36), "TOO_LONG"),
        ("a\tb", "INVALID_CHARACTERS"),
    ] {
        let refused = app
            .mutate(&ada.key, "createRole", role(&ws, name, json!([])))
            .await;
        assert_eq!(refused.errors(), [format!("{error} name")], "{name}");
    }
    assert_eq!(app.footprint().await, before);
    let made = app
        .mutate(
            &ada.key,
            "createRole",
            role(&ws, &"é".repeat(35), json!([])),
        )
        .await;
    assert!(made.errors().is_empty());
    let long = role(&ws, "Long", json!(vec!["MANAGE_REUSES"; 1_001]));
    assert_eq!(
        app.try_mutate(&ada.key, "createRole", long).await.refusal(),
        "BAD_USER_INPUT"
    );
    let most = role(&ws, "Most", json!(vec!["MANAGE_REUSES"; 1_000]));
    assert!(
        app.mutate(&ada.key, "createRole", most)
            .await
            .errors()
            .is_empty()
    );
});

on_both!(
    perm_10_a_workspace_has_at_most_a_hundred_custom_roles,
    |app| {
        let (ws, ada) = app.portal().await;
        for number in 0..99 {
            app.role(&ws, &format!("Role {number}"), &[]).await;
        }
        app.bump(&ws).await;
        let last = app
            .mutate(&ada.key, "createRole", role(&ws, "Last", json!([])))
            .await;
        assert!(last.errors().is_empty(), "presets do not count");
        let before = app.footprint().await;
        let refused = app
            .mutate(&ada.key, "createRole", role(&ws, "One more", json!([])))
            .await;
        assert_eq!(refused.errors(), ["LIMIT_REACHED workspaceId"]);
        assert_eq!(app.footprint().await, before);
        app.mutate(
            &ada.key,
            "deleteRole",
            json!({ "id": last.0["role"]["id"] }),
        )
        .await;
        assert!(
            app.mutate(&ada.key, "createRole", role(&ws, "One more", json!([])))
                .await
                .errors()
                .is_empty()
        );
        assert_eq!(names(app, &ws, &ada).await.len(), 105);
    }
);

on_both!(perm_10_only_administrators_make_roles, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .preset(Preset::Publisher)
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let tim = app
        .member(&ws, "Tim Jonsson")
        .preset(Preset::Administrator)
        .disabled()
        .create()
        .await;
    // A key counts as ADMINISTRATOR only without a list (KEY-1).
    let listed = app.member(&ws, "Lea Listed").preset(Preset::Administrator);
    let listed = listed
        .scoped(&[
            EditWorkspaceProperties,
            ManageReuses,
            BrowseAnalytics,
            CreateDatasets,
        ])
        .create()
        .await;
    let before = app.footprint().await;
    for credential in [
        ewp.key.clone(),
        app.session_of(ewp.account).await,
        listed.key.clone(),
        app.session_of(tim.account).await,
    ] {
        for dry in [false, true] {
            let mut input = role(&ws, "Moderator", json!([]));
            input["dryRun"] = json!(dry);
            let refused = app.try_mutate(&credential, "createRole", input).await;
            assert_eq!(refused.refusal(), "FORBIDDEN");
            assert_eq!(
                refused.body["errors"][0]["extensions"]["requiredPermission"],
                Value::Null
            );
        }
    }
    assert_eq!(
        app.try_mutate(&tim.key, "createRole", role(&ws, "Moderator", json!([])))
            .await
            .refusal(),
        "UNAUTHENTICATED"
    );
    assert_eq!(app.footprint().await, before);
    let session = app.session_of(listed.account).await;
    assert!(
        app.mutate(&session, "createRole", role(&ws, "Moderator", json!([])))
            .await
            .errors()
            .is_empty()
    );
});

on_both!(threads: perm_10_of_two_roles_of_one_name_one_is_made, |app| {
    let ws = app.workspace("riverton").await;
    let (ada, abe) = (app.administrator(&ws, "Ada Veldkamp").await, app.administrator(&ws, "Abe Nakamura").await);
    for round in 0..10 {
        let (one, other) = (role(&ws, &format!("Role {round}"), json!([])), role(&ws, &format!("ROLE {round}"), json!([])));
        let made = app.at_once((&ada.key, "createRole", one), (&abe.key, "createRole", other)).await;
        let mut errors: Vec<_> = made.iter().map(|made| made.as_ref().unwrap().errors()).collect();
        errors.sort_unstable();
        assert_eq!(errors, [vec![], vec!["TAKEN name".to_owned()]], "round {round}");
    }
    assert_eq!(names(app, &ws, &ada).await.len(), 15);
});
