//! Who may give which role to whom (PERM-6, PERM-7).

use concierge::domain::{
    interval::Interval,
    permission::{
        Permission::{self, EditWorkspaceProperties},
        Preset,
    },
};
use serde_json::{Value, json};

use crate::support::{on_both, world::Member};

fn set(member: &Member, role: Option<concierge::domain::id::RoleId>) -> Value {
    json!({ "membershipIds": [member.id.to_string()], "roleId": role.map(|role| role.to_string()) })
}

on_both!(
    perm_6_a_role_is_given_by_those_who_hold_what_is_in_it,
    |app| {
        let (ws, ada) = app.portal().await;
        let ewp = app
            .member(&ws, "Ewa Kowalska")
            .preset(Preset::Viewer)
            .with(EditWorkspaceProperties)
            .create()
            .await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let (viewer, editor) = (
            app.preset(&ws, Preset::Viewer).await,
            app.preset(&ws, Preset::Editor).await,
        );
        let before = app.footprint().await;
        assert_eq!(
            app.mutate(&ewp.key, "setMemberRole", set(&ben, Some(editor)))
                .await
                .became(),
            ["FORBIDDEN"]
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            app.mutate(&ewp.key, "setMemberRole", set(&ben, Some(viewer)))
                .await
                .became(),
            ["CHANGED"]
        );
        assert_eq!(
            app.mutate(&ewp.key, "setMemberRole", set(&ben, Some(viewer)))
                .await
                .became(),
            ["UNCHANGED"]
        );
        let given = app
            .mutate(&ada.key, "setMemberRole", set(&ben, Some(editor)))
            .await;
        assert_eq!(
            given.0["effects"][0]["gained"],
            json!(["CREATE_DATASETS", "CREATE_PAGES"])
        );
        assert_eq!(
            given.0["effects"][0]["lost"],
            json!(["BROWSE_ALL_DATASETS", "BROWSE_ALL_PAGES"])
        );
        // Taking away is free.
        assert_eq!(
            app.mutate(&ewp.key, "setMemberRole", set(&ben, None))
                .await
                .became(),
            ["CHANGED"]
        );
        assert_eq!(app.role_name(&ada, &ws, &ben).await, "");
    }
);

on_both!(perm_6_a_role_is_weighed_as_long_as_it_is_given, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let until = app.now() + chrono::Duration::hours(1);
    let interval = Interval::new(app.now(), until);
    app.grant_row(
        &ws,
        Some(ewp.id),
        None,
        Some(Permission::ManageReuses),
        interval,
        None,
    )
    .await;
    let role = app
        .role(&ws, "Moderator", &[Permission::ManageReuses])
        .await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    assert_eq!(
        app.mutate(&ewp.key, "setMemberRole", set(&ben, Some(role)))
            .await
            .became(),
        ["FORBIDDEN"]
    );
    let mut until_then = set(&ben, Some(role));
    until_then["endsAt"] = json!(app.at(3_600));
    assert_eq!(
        app.mutate(&ewp.key, "setMemberRole", until_then)
            .await
            .became(),
        ["CHANGED"]
    );
});

on_both!(
    perm_6_only_administrators_give_and_take_administrator_and_no_key_gives_it,
    |app| {
        let (ws, ada) = app.portal().await;
        let abe = app.administrator(&ws, "Abe Nakamura").await;
        // All fourteen permissions make no administrator.
        let mut ewp = app.member(&ws, "Ewa Kowalska");
        for permission in Permission::ALL {
            ewp = ewp.with(*permission);
        }
        let ewp = ewp.create().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let administrator = app.preset(&ws, Preset::Administrator).await;
        let ewp_session = app.session_of(ewp.account).await;
        let before = app.footprint().await;
        assert_eq!(
            app.mutate(
                &ewp_session,
                "setMemberRole",
                set(&ben, Some(administrator))
            )
            .await
            .became(),
            ["FORBIDDEN"]
        );
        assert_eq!(
            app.mutate(&ewp_session, "setMemberRole", set(&ada, None))
                .await
                .became(),
            ["FORBIDDEN"]
        );
        assert_eq!(
            app.mutate(&ada.key, "setMemberRole", set(&ben, Some(administrator)))
                .await
                .became(),
            ["FORBIDDEN"],
            "by key"
        );
        assert_eq!(app.footprint().await, before);
        let session = app.session_of(ada.account).await;
        assert_eq!(
            app.mutate(&session, "setMemberRole", set(&ben, Some(administrator)))
                .await
                .became(),
            ["CHANGED"]
        );
        assert_eq!(
            app.mutate(&session, "setMemberRole", set(&abe, None))
                .await
                .became(),
            ["CHANGED"]
        );
    }
);

on_both!(perm_6_administrator_to_be_counts_as_administrator, |app| {
    let (ws, ada) = app.portal().await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let session = app.session_of(ada.account).await;
    let mut later = set(&ben, Some(app.preset(&ws, Preset::Administrator).await));
    later["startsAt"] = json!(app.at(86_400));
    assert_eq!(
        app.mutate(&session, "setMemberRole", later).await.became(),
        ["CHANGED"]
    );
    assert_eq!(
        app.mutate(&ewp.key, "setMemberRole", set(&ben, None))
            .await
            .became(),
        ["FORBIDDEN"]
    );
});

on_both!(
    perm_7_nobody_changes_their_own_role_administrators_neither,
    |app| {
        let (ws, ada) = app.portal().await;
        app.administrator(&ws, "Abe Nakamura").await;
        let ewp = app
            .member(&ws, "Ewa Kowalska")
            .preset(Preset::Viewer)
            .with(EditWorkspaceProperties)
            .create()
            .await;
        let viewer = app.preset(&ws, Preset::Viewer).await;
        let before = app.footprint().await;
        for (member, role) in [
            (&ada, None),
            (&ada, Some(viewer)),
            (&ewp, None),
            (&ewp, Some(viewer)),
        ] {
            let session = app.session_of(member.account).await;
            for credential in [&member.key, &session] {
                assert_eq!(
                    app.mutate(credential, "setMemberRole", set(member, role))
                        .await
                        .became(),
                    ["FORBIDDEN"]
                );
            }
        }
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(
    mem_5_operators_give_a_workspace_without_administrators_its_first,
    |app| {
        let ws = app.workspace("riverton").await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let cho = app.member(&ws, "Cho Minh").create().await;
        let operator = app.operator("Olu Adeyemi").await;
        let (administrator, viewer) = (
            app.preset(&ws, Preset::Administrator).await,
            app.preset(&ws, Preset::Viewer).await,
        );
        let before = app.footprint().await;
        assert_eq!(
            app.mutate(&operator, "setMemberRole", set(&ben, Some(viewer)))
                .await
                .became(),
            ["FORBIDDEN"]
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            app.mutate(&operator, "setMemberRole", set(&ben, Some(administrator)))
                .await
                .became(),
            ["CHANGED"]
        );
        let before = app.footprint().await;
        let second = app
            .try_mutate(&operator, "setMemberRole", set(&cho, Some(administrator)))
            .await;
        assert_eq!(second.refusal(), "NOT_FOUND", "there is one now");
        assert_eq!(app.footprint().await, before);
    }
);
