//! `deleteGroup` (GRP-3): all that came through a group ends with it, at once.

use chrono::Duration;
use concierge::domain::{
    id::ItemId,
    interval::Interval,
    permission::Permission::{self, CreatePages, EditWorkspaceProperties, ManageReuses},
    vocabulary::{QuotaScope, QuotaType, ResourceAccess},
};
use serde_json::{Value, json};

use super::{crowd, is_node, places, row, shown};
use crate::support::on_both;

on_both!(grp_3_all_that_came_through_a_group_ends_with_it, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .with(ManageReuses)
        .create()
        .await;
    let cho = app.member(&ws, "Cho Minh").create().await;
    let group = app.group(&ws, "Parks", &[CreatePages, ManageReuses]).await;
    app.put_into(&ws, group, &ben, Interval::from(app.now()))
        .await;
    app.put_into(
        &ws,
        group,
        &cho,
        Interval::from(app.now() + Duration::hours(1)),
    )
    .await;
    let dataset = app.dataset(&ws, "trees", &ada, true, false).await;
    app.item_grant(
        &ws,
        (None, Some(group)),
        ItemId::Dataset(dataset),
        ResourceAccess::Browse,
        Interval::from(app.now()),
    )
    .await;
    app.quota(
        &ws,
        QuotaScope::Group,
        Some(group.0),
        (QuotaType::Datasets, None),
        7,
    )
    .await;
    let before = places(app, ben.id).await;
    let query = format!(
        "{{ workspace(slug: \"riverton\") {{ viewerMembership {{ groups {{ group {{ id }} }} \
         effectivePermissions {{ permission }} effectiveQuotas {{ decidedBy }} }} }} \
         viewer {{ canAccess(resource: \"{}\", access: BROWSE) }} }}",
        ItemId::Dataset(dataset)
    );
    let own = async || {
        app.post(Some(&ben.key), &query, json!({}))
            .await
            .data()
            .clone()
    };
    let had = own().await;
    assert_eq!(had["viewer"]["canAccess"], true);
    assert_eq!(
        had["workspace"]["viewerMembership"]["groups"][0]["group"]["id"],
        group.to_string()
    );
    assert!(
        had["workspace"]["viewerMembership"]["effectiveQuotas"]
            .to_string()
            .contains("GROUP"),
        "{had}"
    );

    let rehearsed = app
        .mutate(
            &ada.key,
            "deleteGroup",
            json!({ "id": group.to_string(), "dryRun": true }),
        )
        .await;
    assert_eq!(own().await, had, "a rehearsal changes nothing");
    let done = app
        .mutate(&ada.key, "deleteGroup", json!({ "id": group.to_string() }))
        .await;
    for what in ["deletedGroupId", "changes", "effects"] {
        assert_eq!(rehearsed.0[what], done.0[what], "{what}");
    }
    assert_eq!(done.0["deletedGroupId"], group.to_string());
    let lost = json!([{ "membership": { "id": ben.id.to_string() }, "gained": [], "lost": ["CREATE_PAGES"] }]);
    assert_eq!(
        done.0["effects"], lost,
        "what Ben has otherwise stays; Cho was not in yet"
    );

    let has = own().await;
    assert_eq!(has["viewer"]["canAccess"], false);
    let member = &has["workspace"]["viewerMembership"];
    assert_eq!(
        (&member["groups"], &member["effectivePermissions"]),
        (&json!([]), &json!([{ "permission": "MANAGE_REUSES" }]))
    );
    assert!(
        !member["effectiveQuotas"].to_string().contains("GROUP"),
        "{has}"
    );
    assert_eq!(shown(app, &ada.key, &ws, "parks").await, Value::Null);
    assert!(
        !is_node(app, &ada.key, &group.to_string()).await
            && !is_node(app, &ben.key, &group.to_string()).await
    );
    app.pass(Duration::hours(2));
    assert_eq!(
        app.permissions(&ada, &ws, cho.id).await,
        Vec::<String>::new(),
        "who would have come later gets nothing"
    );

    // One row ended, none that hangs on it (TIME-7).
    assert_eq!(places(app, ben.id).await, before);
    let row = row(app, &group.to_string()).await;
    assert_eq!(
        (row.ended_by, row.end_reason.as_deref()),
        (Some(ada.account.0), Some("DELETED"))
    );
    let events = app.events(&ws).await;
    assert_eq!(events.len(), 1);
    let event = (events[0].kind.as_str(), events[0].subject_id.as_deref());
    assert_eq!(event, ("GROUP_DELETED", Some(group.to_string().as_str())));
});

on_both!(grp_3_a_group_is_deleted_once, |app| {
    let (ws, ada) = app.portal().await;
    let group = app.group(&ws, "Parks", &[]).await.to_string();
    let input = json!({ "id": group, "idempotencyKey": "k1" });
    let done = app.mutate(&ada.key, "deleteGroup", input.clone()).await;
    let after = app.footprint().await;
    let again = app.mutate(&ada.key, "deleteGroup", input).await;
    assert!(again.replayed(), "the same call");
    assert_eq!(
        (&again.0["deletedGroupId"], &again.0["changes"]),
        (&done.0["deletedGroupId"], &done.0["changes"])
    );
    assert_eq!(
        app.try_mutate(&ada.key, "deleteGroup", json!({ "id": group }))
            .await
            .refusal(),
        "NOT_FOUND",
        "another call"
    );
    assert_eq!(app.footprint().await, after);
});

on_both!(perm_7_who_is_in_a_group_does_not_delete_it, |app| {
    let (ws, ada) = app.portal().await;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let (inside, later, was) = (
        app.group(&ws, "Inside", &[]).await,
        app.group(&ws, "Later", &[]).await,
        app.group(&ws, "Was", &[]).await,
    );
    app.put_into(&ws, inside, &ewa, Interval::from(app.now()))
        .await;
    app.put_into(
        &ws,
        later,
        &ewa,
        Interval::from(app.now() + Duration::hours(1)),
    )
    .await;
    app.put_into(
        &ws,
        was,
        &ewa,
        Interval::new(app.now() - Duration::hours(1), app.now()),
    )
    .await;
    app.put_into(&ws, inside, &ada, Interval::from(app.now()))
        .await;
    let before = app.footprint().await;
    for group in [inside, later] {
        let refused = app
            .try_mutate(&ewa.key, "deleteGroup", json!({ "id": group.to_string() }))
            .await;
        assert_eq!(refused.refusal(), "FORBIDDEN");
    }
    assert_eq!(app.footprint().await, before);
    assert_eq!(
        app.mutate(&ewa.key, "deleteGroup", json!({ "id": was.to_string() }))
            .await
            .errors(),
        Vec::<String>::new()
    );
    assert_eq!(
        app.mutate(&ada.key, "deleteGroup", json!({ "id": inside.to_string() }))
            .await
            .errors(),
        Vec::<String>::new()
    );
});

on_both!(
    grp_3_the_rehearsal_counts_all_10000_members_in_as_many_statements,
    |app| {
        let (ws, ada) = app.portal().await;
        let small = app.group(&ws, "Small", &[Permission::ManageReuses]).await;
        let large = app
            .group(
                &ws,
                "Large",
                &[Permission::ManageReuses, Permission::CreatePages],
            )
            .await;
        crowd(app, &ws, Some(small), 3).await;
        crowd(app, &ws, Some(large), 10_000).await;
        let mut counts = Vec::new();
        for (group, size) in [(small, 3), (small, 3), (large, 10_000)] {
            let input = json!({ "id": group.to_string(), "dryRun": true });
            let answer = app.try_mutate(&ada.key, "deleteGroup", input).await;
            let payload = answer.payload();
            let effects = payload.0["effects"].as_array().unwrap().clone();
            assert_eq!(
                (effects.len(), &payload.0["effectCount"]),
                (size.min(1_000), &json!(size))
            );
            let all = if group == large {
                json!(["CREATE_PAGES", "MANAGE_REUSES"])
            } else {
                json!(["MANAGE_REUSES"])
            };
            assert!(
                effects
                    .iter()
                    .all(|effect| effect["lost"] == all && effect["gained"] == json!([])),
                "{}",
                effects[0]
            );
            counts.push(answer.statements);
        }
        assert_eq!(counts[1], counts[2], "{counts:?}");
        assert_eq!(
            shown(app, &ada.key, &ws, "large").await["memberCount"],
            10_000
        );
    }
);
