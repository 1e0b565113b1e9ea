//! To whom rights are given, and over which interval: members in every state, groups, other
//! workspaces, ends and starts (PERM-3, PERM-4, PERM-6, TIME-1, TIME-2, TIME-4, BULK-1).

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    permission::{
        Permission::{EditWorkspaceProperties, ManageReuses},
        Preset,
    },
    vocabulary::MembershipEndReason,
};
use serde_json::{Value, json};

use crate::support::{on_both, world::Member};

fn of(members: &[&Member], more: Value) -> Value {
    let mut input = json!({ "membershipIds": members.iter().map(|member| member.id.to_string()).collect::<Vec<_>>() });
    input["permissions"] = json!(["MANAGE_REUSES"]);
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

on_both!(
    perm_3_disabled_and_scheduled_members_are_given_rights_and_ended_ones_are_not,
    |app| {
        let (ws, ada) = app.portal().await;
        let dan = app.member(&ws, "Dan Disabled").disabled().create().await;
        let tomorrow = Interval::from(app.now() + Duration::days(1));
        let sam = app.member(&ws, "Sam Ortiz").during(tomorrow).create().await;
        let gone = app
            .member(&ws, "Eli Stone")
            .with(ManageReuses)
            .create()
            .await;
        app.end(&ws, &gone, app.now(), Some(MembershipEndReason::Revoked))
            .await;
        let all = [&dan, &sam, &gone];
        let given = app
            .mutate(&ada.key, "grantPermissions", of(&all, json!({})))
            .await;
        assert_eq!(given.became(), ["GRANTED", "GRANTED", "NOT_ACTIVE"]);
        assert_eq!(
            given.0["effects"],
            json!([]),
            "nobody may do more as of now"
        );
        let role = json!({ "membershipIds": given_ids(&all), "roleId": app.preset(&ws, Preset::Viewer).await.to_string() });
        assert_eq!(
            app.mutate(&ada.key, "setMemberRole", role).await.became(),
            ["CHANGED", "CHANGED", "NOT_ACTIVE"]
        );
        // It counts once they do (TIME-7).
        app.mutate(
            &ada.key,
            "enableMembers",
            json!({ "membershipIds": [dan.id.to_string()] }),
        )
        .await;
        assert_eq!(
            app.permissions(&ada, &ws, dan.id).await,
            ["BROWSE_ALL_DATASETS", "BROWSE_ALL_PAGES", "MANAGE_REUSES"]
        );
        assert!(app.permissions(&ada, &ws, sam.id).await.is_empty());
        app.pass(Duration::days(1));
        assert_eq!(
            app.permissions(&ada, &ws, sam.id).await,
            ["BROWSE_ALL_DATASETS", "BROWSE_ALL_PAGES", "MANAGE_REUSES"]
        );
        let taken = app
            .mutate(&ada.key, "revokePermissions", of(&all, json!({})))
            .await;
        assert_eq!(taken.became(), ["REVOKED", "REVOKED", "NOT_ACTIVE"]);
    }
);

fn given_ids(members: &[&Member]) -> Vec<String> {
    members.iter().map(|member| member.id.to_string()).collect()
}

on_both!(
    perm_3_a_grant_of_an_ended_member_is_not_ended_by_its_id,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let given = app
            .mutate(&ada.key, "grantPermissions", of(&[&ben], json!({})))
            .await;
        app.mutate(
            &ada.key,
            "revokeMembers",
            json!({ "membershipIds": [ben.id.to_string()] }),
        )
        .await;
        let before = app.footprint().await;
        let taken = app
            .mutate(
                &ada.key,
                "revokePermissions",
                json!({ "grantIds": given.grants(0) }),
            )
            .await;
        assert_eq!(taken.became(), ["NOT_ACTIVE"]);
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(
    time_4_permission_groups_over_an_interval_to_many_and_to_a_group,
    |app| {
        let (ws, ada) = app.portal().await;
        let (ben, cho) = (
            app.member(&ws, "Ben Okafor").create().await,
            app.member(&ws, "Cho Minh").create().await,
        );
        let group = app.group(&ws, "Editors", &[]).await;
        app.put_into(&ws, group, &cho, Interval::from(app.now()))
            .await;
        let mut input = of(
            &[&ben, &cho],
            json!({ "permissionGroups": ["ANALYTICS"], "startsAt": app.at(60), "endsAt": app.at(120) }),
        );
        let given = app
            .mutate(&ada.key, "grantPermissions", input.clone())
            .await;
        assert_eq!(
            (given.became(), given.grants(0).len()),
            (vec!["GRANTED"; 2], 2)
        );
        input = json!({ "groupId": group.to_string(), "permissionGroups": ["PAGE"], "startsAt": app.at(90), "endsAt": app.at(150) });
        assert_eq!(
            app.mutate(&ada.key, "grantPermissions", input)
                .await
                .became(),
            ["GRANTED"]
        );
        let pages = [
            "CREATE_PAGES",
            "EDIT_ALL_PAGES",
            "BROWSE_ALL_PAGES",
            "MANAGE_OWN_PAGES_SECURITY",
        ];
        for (wait, expected) in [
            (Duration::seconds(60) - Duration::microseconds(1), vec![]),
            (
                Duration::microseconds(1),
                vec!["BROWSE_ANALYTICS", "MANAGE_REUSES"],
            ),
            (
                Duration::seconds(30),
                [&pages[..], &["BROWSE_ANALYTICS", "MANAGE_REUSES"]].concat(),
            ),
            (Duration::seconds(30), pages.to_vec()),
            (Duration::seconds(30), vec![]),
        ] {
            app.pass(wait);
            assert_eq!(
                app.permissions(&ada, &ws, cho.id).await,
                expected,
                "{}",
                app.now()
            );
        }
        assert!(app.permissions(&ada, &ws, ben.id).await.is_empty());
    }
);

on_both!(
    time_2_bounds_in_the_past_are_refused_and_planned_grants_end_as_they_start,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let before = app.footprint().await;
        for (more, errors) in [
            (
                json!({ "startsAt": app.at(-61) }),
                vec!["STARTS_IN_PAST startsAt"],
            ),
            (json!({ "endsAt": app.at(-1) }), vec!["ENDS_IN_PAST endsAt"]),
            (
                json!({ "startsAt": app.at(60), "endsAt": app.at(59) }),
                vec!["ENDS_BEFORE_START endsAt"],
            ),
            (
                json!({ "startsAt": app.at(-90), "endsAt": app.at(-60) }),
                vec!["STARTS_IN_PAST startsAt", "ENDS_IN_PAST endsAt"],
            ),
        ] {
            let refused = app
                .mutate(&ada.key, "grantPermissions", of(&[&ben], more.clone()))
                .await;
            assert_eq!(
                (refused.errors(), refused.became().len()),
                (errors.into_iter().map(str::to_owned).collect(), 0),
                "{more}"
            );
        }
        assert_eq!(app.footprint().await, before);
        app.mutate(
            &ada.key,
            "grantPermissions",
            of(
                &[&ben],
                json!({ "startsAt": app.at(3_600), "endsAt": app.at(7_200) }),
            ),
        )
        .await;
        assert_eq!(
            app.mutate(&ada.key, "revokePermissions", of(&[&ben], json!({})))
                .await
                .became(),
            ["REVOKED"]
        );
        let row = app.grant_rows(ben.id).await.remove(0);
        assert_eq!(
            (row.starts_at, row.ends_at),
            (
                app.now() + Duration::hours(1),
                app.now() + Duration::hours(1)
            )
        );
        app.pass(Duration::minutes(90));
        assert!(app.permissions(&ada, &ws, ben.id).await.is_empty());
    }
);

on_both!(
    perm_4_a_filter_in_one_body_that_is_too_long_is_said_to_be,
    |app| {
        let (ws, ada) = app.portal().await;
        let group = app.group(&ws, "Editors", &[]).await.to_string();
        let dataset = app
            .dataset(&ws, "trees", &ada, true, false)
            .await
            .to_string();
        let input = |filter: String| json!({ "groupId": group, "resourceId": dataset, "access": ["BROWSE"], "recordFilter": filter });
        let before = app.footprint().await;
        let long = app
            .mutate(&ada.key, "grantPermissions", input("x".repeat(95_000)))
            .await;
        assert_eq!(long.errors(), ["TOO_LONG recordFilter"]);
        assert_eq!(
            app.try_mutate(&ada.key, "grantPermissions", input("x".repeat(1_500_000)))
                .await
                .status,
            413
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            app.mutate(&ada.key, "grantPermissions", input("x".repeat(10_000)))
                .await
                .became(),
            ["GRANTED"]
        );
    }
);

on_both!(
    perm_6_a_key_without_a_list_gives_as_its_member_and_a_narrowed_one_nothing_beyond_its_list,
    |app| {
        let ws = app.workspace("riverton").await;
        app.administrator(&ws, "Ada Veldkamp").await;
        let wide = app
            .member(&ws, "Ewa Kowalska")
            .with(EditWorkspaceProperties)
            .with(ManageReuses)
            .create()
            .await;
        let narrow = app
            .member(&ws, "Nils Berg")
            .with(EditWorkspaceProperties)
            .with(ManageReuses)
            .scoped(&[EditWorkspaceProperties]);
        let narrow = narrow.create().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let before = app.footprint().await;
        assert_eq!(
            app.mutate(&narrow.key, "grantPermissions", of(&[&ben], json!({})))
                .await
                .became(),
            ["FORBIDDEN"]
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            app.mutate(&wide.key, "grantPermissions", of(&[&ben], json!({})))
                .await
                .became(),
            ["GRANTED"]
        );
    }
);

on_both!(perm_10_a_role_that_is_gone_is_not_given, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let role = app.role(&ws, "Moderator", &[ManageReuses]).await;
    app.sql(
        "UPDATE role SET ends_at = $1 WHERE id = $2",
        vec![app.now().into(), role.0.into()],
    )
    .await;
    app.bump(&ws).await;
    let before = app.footprint().await;
    let input = json!({ "membershipIds": [ben.id.to_string()], "roleId": role.to_string() });
    let refused = app.mutate(&ada.key, "setMemberRole", input).await;
    assert_eq!(
        (refused.errors(), refused.became().len()),
        (vec!["NOT_FOUND roleId".to_owned()], 0)
    );
    let group = app.group(&ws, "Editors", &[]).await;
    app.end_group(&ws, group, app.now()).await;
    let gone = json!({ "groupId": group.to_string(), "permissions": ["MANAGE_REUSES"] });
    for mutation in ["grantPermissions", "revokePermissions"] {
        assert_eq!(
            app.mutate(&ada.key, mutation, gone.clone()).await.became(),
            ["NOT_FOUND"]
        );
    }
    assert_eq!(app.events(&ws).await.len(), 0);
    assert!(
        !app.footprint().await.contains("ROLE_ASSIGNED"),
        "{before:?}"
    );
});
