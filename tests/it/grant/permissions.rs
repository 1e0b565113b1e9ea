//! Permissions of members and groups (PERM-3).

use concierge::domain::{
    interval::Interval,
    permission::Permission::{self, BrowseAnalytics, ManageReuses},
};
use serde_json::json;

use crate::support::on_both;

on_both!(perm_3_granted_and_revoked_singly_to_a_member, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES", "BROWSE_ANALYTICS"] });
    let given = app
        .mutate(&ada.key, "grantPermissions", input.clone())
        .await;
    assert_eq!(given.became(), ["GRANTED"]);
    assert_eq!(
        given.0["results"][0]["membership"]["id"],
        ben.id.to_string()
    );
    let effects = json!([
        { "membership": { "id": ben.id.to_string() }, "gained": ["BROWSE_ANALYTICS", "MANAGE_REUSES"], "lost": [] }
    ]);
    assert_eq!(given.0["effects"], effects);
    assert_eq!(
        app.permissions(&ada, &ws, ben.id).await,
        ["BROWSE_ANALYTICS", "MANAGE_REUSES"]
    );
    let grants = &given.0["results"][0]["grants"];
    assert_eq!(grants[0]["permission"], "BROWSE_ANALYTICS");
    assert_eq!(grants[0]["grantedBy"]["id"], ada.account.to_string());
    assert_eq!(grants[0]["endsAt"], json!(null));

    // The same again gives nothing, and names the grants that do.
    let again = app.mutate(&ada.key, "grantPermissions", input).await;
    assert_eq!(again.became(), ["ALREADY_GRANTED"]);
    assert_eq!(again.grants(0), given.grants(0));
    assert_eq!(again.0["changes"], json!([]));
    assert_eq!(app.grant_rows(ben.id).await.len(), 2);

    let input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"] });
    let taken = app
        .mutate(&ada.key, "revokePermissions", input.clone())
        .await;
    assert_eq!(taken.became(), ["REVOKED"]);
    assert_eq!(taken.0["effects"][0]["lost"], json!(["MANAGE_REUSES"]));
    assert_eq!(
        app.permissions(&ada, &ws, ben.id).await,
        ["BROWSE_ANALYTICS"]
    );
    let none = app.mutate(&ada.key, "revokePermissions", input).await;
    assert_eq!(none.became(), ["NOT_GRANTED"]);
    let ended = app
        .grant_rows(ben.id)
        .await
        .into_iter()
        .find(|row| row.end_reason.is_some())
        .unwrap();
    assert_eq!(
        (ended.end_reason.as_deref(), ended.ended_by),
        (Some("REVOKED"), Some(ada.account.0))
    );
});

on_both!(
    perm_3_a_group_of_permissions_expands_to_what_it_holds,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let input = json!({
            "membershipIds": [ben.id.to_string()],
            "permissions": ["CREATE_PAGES"],
            "permissionGroups": ["PAGE", "REUSES"],
        });
        let given = app
            .mutate(&ada.key, "grantPermissions", input.clone())
            .await;
        assert_eq!(given.grants(0).len(), 5);
        let all = [
            "CREATE_PAGES",
            "EDIT_ALL_PAGES",
            "BROWSE_ALL_PAGES",
            "MANAGE_OWN_PAGES_SECURITY",
            "MANAGE_REUSES",
        ];
        assert_eq!(app.permissions(&ada, &ws, ben.id).await, all);
        let input = json!({ "membershipIds": [ben.id.to_string()], "permissionGroups": ["PAGE"] });
        assert_eq!(
            app.mutate(&ada.key, "revokePermissions", input)
                .await
                .became(),
            ["REVOKED"]
        );
        assert_eq!(app.permissions(&ada, &ws, ben.id).await, ["MANAGE_REUSES"]);
    }
);

on_both!(perm_3_to_many_members_and_to_a_group, |app| {
    let (ws, ada) = app.portal().await;
    let mut ids = Vec::new();
    for name in ["Ben Okafor", "Cho Minh", "Dina Abadi"] {
        ids.push(app.member(&ws, name).create().await);
    }
    let named: Vec<String> = ids.iter().map(|member| member.id.to_string()).collect();
    let input = json!({ "membershipIds": named, "permissions": ["MANAGE_REUSES"] });
    let given = app.mutate(&ada.key, "grantPermissions", input).await;
    assert_eq!(given.became(), ["GRANTED"; 3]);
    for (place, member) in ids.iter().enumerate() {
        assert_eq!(given.0["results"][place]["targetId"], member.id.to_string());
        assert_eq!(
            app.permissions(&ada, &ws, member.id).await,
            ["MANAGE_REUSES"]
        );
    }

    let group = app.group(&ws, "Editors", &[]).await;
    app.put_into(&ws, group, &ids[0], Interval::from(app.now()))
        .await;
    let input = json!({ "groupId": group.to_string(), "permissions": ["BROWSE_ANALYTICS"] });
    let given = app
        .mutate(&ada.key, "grantPermissions", input.clone())
        .await;
    assert_eq!(given.became(), ["GRANTED"]);
    assert_eq!(given.0["results"][0]["group"]["id"], group.to_string());
    assert_eq!(given.0["results"][0]["membership"], json!(null));
    assert_eq!(given.0["effects"][0]["gained"], json!(["BROWSE_ANALYTICS"]));
    assert_eq!(
        app.permissions(&ada, &ws, ids[0].id).await,
        ["BROWSE_ANALYTICS", "MANAGE_REUSES"]
    );
    assert_eq!(
        app.permissions(&ada, &ws, ids[1].id).await,
        ["MANAGE_REUSES"]
    );
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", input.clone())
            .await
            .became(),
        ["ALREADY_GRANTED"]
    );
    let taken = app.mutate(&ada.key, "revokePermissions", input).await;
    assert_eq!(taken.became(), ["REVOKED"]);
    assert_eq!(taken.0["effects"][0]["lost"], json!(["BROWSE_ANALYTICS"]));
    assert_eq!(
        app.permissions(&ada, &ws, ids[0].id).await,
        ["MANAGE_REUSES"]
    );
});

on_both!(perm_3_a_grant_has_its_own_start_and_end, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let (from, until) = (app.at(3_600), app.at(7_200));
    let input = |from: &str, until: &str| json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"], "startsAt": from, "endsAt": until });
    let given = app
        .mutate(&ada.key, "grantPermissions", input(&from, &until))
        .await;
    assert_eq!(given.0["effects"], json!([]), "nothing as of now");
    let grant = &given.0["results"][0]["grants"][0];
    assert_eq!(
        (grant["startsAt"].as_str(), grant["endsAt"].as_str()),
        (Some(from.as_str()), Some(until.as_str()))
    );
    // What lies within is there already; what reaches further is not, and leaves the first grant as
    // it is.
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", input(&app.at(3_700), &until))
            .await
            .became(),
        ["ALREADY_GRANTED"]
    );
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", input(&from, &app.at(7_300)))
            .await
            .became(),
        ["GRANTED"]
    );
    assert_eq!(app.grant_rows(ben.id).await.len(), 2);
    for (seconds, holds) in [(3_599, false), (1, true), (3_699, true), (1, false)] {
        app.pass(chrono::Duration::seconds(seconds));
        assert_eq!(
            !app.permissions(&ada, &ws, ben.id).await.is_empty(),
            holds,
            "{}",
            app.now()
        );
    }
});

on_both!(perm_3_a_grant_is_ended_by_its_id, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let begun = Interval::from(app.now() - chrono::Duration::minutes(1));
    let forever = app
        .grant_row(&ws, Some(ben.id), None, Some(ManageReuses), begun, None)
        .await;
    let planned = Interval::new(
        app.now() + chrono::Duration::hours(1),
        app.now() + chrono::Duration::hours(2),
    );
    let planned = app
        .grant_row(
            &ws,
            Some(ben.id),
            None,
            Some(BrowseAnalytics),
            planned,
            None,
        )
        .await;
    let unknown = concierge::domain::id::GrantId(app.app.deps.ids.uuid(app.now()));
    let group = app.group(&ws, "Editors", &[Permission::EditAllPages]).await;
    let of_group = app
        .grant_row(
            &ws,
            None,
            Some(group),
            Some(ManageReuses),
            Interval::from(app.now()),
            None,
        )
        .await;

    let ids = [forever, planned, unknown, forever, of_group].map(|id| id.to_string());
    let taken = app
        .mutate(&ada.key, "revokePermissions", json!({ "grantIds": ids }))
        .await;
    assert_eq!(
        taken.became(),
        ["REVOKED", "REVOKED", "NOT_FOUND", "DUPLICATE", "REVOKED"]
    );
    let named: Vec<_> = taken.0["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["targetId"].as_str().unwrap())
        .collect();
    assert_eq!(named, ids);
    assert_eq!(taken.0["results"][4]["group"]["id"], group.to_string());
    assert!(app.permissions(&ada, &ws, ben.id).await.is_empty());
    let again = app
        .mutate(
            &ada.key,
            "revokePermissions",
            json!({ "grantIds": [forever.to_string()] }),
        )
        .await;
    assert_eq!(again.became(), ["NOT_GRANTED"]);
    // TIME-2: one that had begun ends now, one that had not ends as it starts.
    let rows = app.grant_rows(ben.id).await;
    assert_eq!(
        rows.iter().find(|row| row.id == forever.0).unwrap().ends_at,
        app.now()
    );
    let planned = rows.iter().find(|row| row.id == planned.0).unwrap();
    assert_eq!(planned.ends_at, planned.starts_at);
});

on_both!(
    perm_3_a_temporary_grant_never_shortens_a_permanent_one,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let input = |ends_at: Option<String>| json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"], "endsAt": ends_at });
        let short = app
            .mutate(&ada.key, "grantPermissions", input(Some(app.at(60))))
            .await;
        let long = app.mutate(&ada.key, "grantPermissions", input(None)).await;
        assert_eq!(
            (short.became(), long.became()),
            (vec!["GRANTED"], vec!["GRANTED"])
        );
        assert_eq!(
            app.mutate(&ada.key, "grantPermissions", input(Some(app.at(60))))
                .await
                .became(),
            ["ALREADY_GRANTED"]
        );
        app.pass(chrono::Duration::seconds(61));
        assert_eq!(app.permissions(&ada, &ws, ben.id).await, ["MANAGE_REUSES"]);
    }
);
