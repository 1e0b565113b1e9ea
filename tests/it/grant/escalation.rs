//! No escalation (PERM-6), and nobody changes their own access (PERM-7).

use concierge::domain::{
    interval::Interval,
    permission::Permission::{BrowseAnalytics, EditWorkspaceProperties, ManageReuses},
};
use serde_json::{Value, json};

use crate::support::{on_both, world::Member};

fn give(member: &Member, permission: &str, ends_at: Option<String>) -> Value {
    json!({ "membershipIds": [member.id.to_string()], "permissions": [permission], "endsAt": ends_at })
}

on_both!(perm_6_only_rights_that_one_holds_and_as_long, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let hour = app.now() + chrono::Duration::hours(1);
    app.grant_row(
        &ws,
        Some(ewp.id),
        None,
        Some(ManageReuses),
        Interval::new(app.now(), hour),
        None,
    )
    .await;
    let ben = app.member(&ws, "Ben Okafor").create().await;

    let before = app.footprint().await;
    assert_eq!(
        app.mutate(
            &ewp.key,
            "grantPermissions",
            give(&ben, "BROWSE_ANALYTICS", None)
        )
        .await
        .became(),
        ["FORBIDDEN"]
    );
    assert_eq!(
        app.mutate(
            &ewp.key,
            "grantPermissions",
            give(&ben, "MANAGE_REUSES", None)
        )
        .await
        .became(),
        ["FORBIDDEN"]
    );
    let longer = give(&ben, "MANAGE_REUSES", Some(app.at(3_601)));
    assert_eq!(
        app.mutate(&ewp.key, "grantPermissions", longer)
            .await
            .became(),
        ["FORBIDDEN"],
        "never clipped"
    );
    // A whole group of permissions is more than some of it.
    let group = json!({ "membershipIds": [ben.id.to_string()], "permissionGroups": ["DOMAIN"] });
    assert_eq!(
        app.mutate(&ewp.key, "grantPermissions", group)
            .await
            .became(),
        ["FORBIDDEN"]
    );
    assert_eq!(app.footprint().await, before);

    let as_long = give(&ben, "MANAGE_REUSES", Some(app.at(3_600)));
    assert_eq!(
        app.mutate(&ewp.key, "grantPermissions", as_long)
            .await
            .became(),
        ["GRANTED"]
    );
    assert_eq!(
        app.mutate(
            &ewp.key,
            "grantPermissions",
            give(&ben, "EDIT_WORKSPACE_PROPERTIES", None)
        )
        .await
        .became(),
        ["GRANTED"]
    );
});

on_both!(perm_6_taking_away_is_free, |app| {
    let ws = app.workspace("riverton").await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .with(BrowseAnalytics)
        .create()
        .await;
    assert_eq!(
        app.mutate(
            &ewp.key,
            "revokePermissions",
            give_up(&ben, "BROWSE_ANALYTICS")
        )
        .await
        .became(),
        ["REVOKED"]
    );
});

fn give_up(member: &Member, permission: &str) -> Value {
    json!({ "membershipIds": [member.id.to_string()], "permissions": [permission] })
}

on_both!(
    perm_6_rights_of_disabled_and_scheduled_members_count,
    |app| {
        let ws = app.workspace("riverton").await;
        let ewp = app
            .member(&ws, "Ewa Kowalska")
            .with(EditWorkspaceProperties)
            .create()
            .await;
        let disabled = app.member(&ws, "Dina Abadi").disabled().create().await;
        let begins = Interval::from(app.now() + chrono::Duration::days(1));
        let scheduled = app.member(&ws, "Sam Ortiz").during(begins).create().await;
        for member in [&disabled, &scheduled] {
            assert_eq!(
                app.mutate(
                    &ewp.key,
                    "grantPermissions",
                    give(member, "MANAGE_REUSES", None)
                )
                .await
                .became(),
                ["FORBIDDEN"]
            );
            let held = give(member, "EDIT_WORKSPACE_PROPERTIES", None);
            assert_eq!(
                app.mutate(&ewp.key, "grantPermissions", held)
                    .await
                    .became(),
                ["GRANTED"]
            );
        }
        let gone = Interval::new(
            app.now() - chrono::Duration::days(2),
            app.now() - chrono::Duration::days(1),
        );
        let ended = app.member(&ws, "Eli Berg").during(gone).create().await;
        assert_eq!(
            app.mutate(
                &ewp.key,
                "grantPermissions",
                give(&ended, "MANAGE_REUSES", None)
            )
            .await
            .became(),
            ["NOT_ACTIVE"]
        );
    }
);

on_both!(
    perm_6_only_an_administrator_touches_an_administrator,
    |app| {
        let (ws, ada) = app.portal().await;
        let ewp = app
            .member(&ws, "Ewa Kowalska")
            .with(EditWorkspaceProperties)
            .create()
            .await;
        let disabled = app
            .member(&ws, "Dina Abadi")
            .preset(concierge::domain::permission::Preset::Administrator)
            .disabled()
            .create()
            .await;
        let before = app.footprint().await;
        for target in [&ada, &disabled] {
            for mutation in ["grantPermissions", "revokePermissions"] {
                let refused = app
                    .mutate(
                        &ewp.key,
                        mutation,
                        give_up(target, "EDIT_WORKSPACE_PROPERTIES"),
                    )
                    .await;
                assert_eq!(refused.became(), ["FORBIDDEN"], "{mutation}");
            }
        }
        assert_eq!(app.footprint().await, before);
        let other = app.administrator(&ws, "Abe Nakamura").await;
        assert_eq!(
            app.mutate(
                &other.key,
                "grantPermissions",
                give_up(&ada, "MANAGE_REUSES")
            )
            .await
            .became(),
            ["GRANTED"]
        );
    }
);

on_both!(
    perm_7_nobody_but_an_administrator_changes_own_grants,
    |app| {
        let (ws, ada) = app.portal().await;
        let ewp = app
            .member(&ws, "Ewa Kowalska")
            .with(EditWorkspaceProperties)
            .with(ManageReuses)
            .create()
            .await;
        let before = app.footprint().await;
        for mutation in ["grantPermissions", "revokePermissions"] {
            assert_eq!(
                app.mutate(&ewp.key, mutation, give_up(&ewp, "MANAGE_REUSES"))
                    .await
                    .became(),
                ["FORBIDDEN"],
                "{mutation}"
            );
        }
        let grant = app.grant_rows(ewp.id).await[0].id;
        let by_id = json!({ "grantIds": [concierge::domain::id::GrantId(grant).to_string()] });
        assert_eq!(
            app.mutate(&ewp.key, "revokePermissions", by_id)
                .await
                .became(),
            ["FORBIDDEN"]
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            app.mutate(&ada.key, "grantPermissions", give_up(&ada, "MANAGE_REUSES"))
                .await
                .became(),
            ["GRANTED"]
        );
    }
);

on_both!(perm_7_nobody_raises_a_group_that_they_are_in, |app| {
    let (ws, ada) = app.portal().await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .with(ManageReuses)
        .create()
        .await;
    let (own, planned, other) = (
        app.group(&ws, "Own", &[]).await,
        app.group(&ws, "Planned", &[]).await,
        app.group(&ws, "Other", &[]).await,
    );
    app.put_into(&ws, own, &ewp, Interval::from(app.now()))
        .await;
    app.put_into(
        &ws,
        planned,
        &ewp,
        Interval::from(app.now() + chrono::Duration::days(1)),
    )
    .await;
    let input = |group: concierge::domain::id::GroupId| json!({ "groupId": group.to_string(), "permissions": ["MANAGE_REUSES"] });
    for group in [own, planned] {
        assert_eq!(
            app.mutate(&ewp.key, "grantPermissions", input(group))
                .await
                .became(),
            ["FORBIDDEN"]
        );
    }
    assert_eq!(
        app.mutate(&ewp.key, "grantPermissions", input(other))
            .await
            .became(),
        ["GRANTED"]
    );
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", input(own))
            .await
            .became(),
        ["GRANTED"]
    );
    // Lowering is free.
    assert_eq!(
        app.mutate(&ewp.key, "revokePermissions", input(own))
            .await
            .became(),
        ["REVOKED"]
    );
});
