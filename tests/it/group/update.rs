//! `updateGroup` (GRP-1): what is given changes, null clears, absent leaves, the slug stays.

use chrono::Duration;
use concierge::domain::permission::Permission;
use serde_json::{Value, json};

use super::{row, shown};
use crate::support::on_both;

on_both!(grp_1_what_is_given_changes_and_the_slug_stays, |app| {
    let (ws, ada) = app.portal().await;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(Permission::EditWorkspaceProperties)
        .create()
        .await;
    let group = app
        .group(&ws, "Parks", &[Permission::CreatePages])
        .await
        .to_string();
    let made = shown(app, &ada.key, &ws, "parks").await;
    app.pass(Duration::minutes(5));
    let text = |group: &Value| (group["title"].clone(), group["description"].clone());
    for (change, title, description) in [
        (
            json!({ "title": " Parks and trees " }),
            "Parks and trees",
            Value::Null,
        ),
        (
            json!({ "description": "Green" }),
            "Parks and trees",
            json!("Green"),
        ),
        (
            json!({ "title": "PARKS AND TREES" }),
            "PARKS AND TREES",
            json!("Green"),
        ),
        (
            json!({ "title": "Gardens", "description": null }),
            "Gardens",
            Value::Null,
        ),
        (json!({ "description": "Green" }), "Gardens", json!("Green")),
        (json!({ "description": "  " }), "Gardens", Value::Null),
    ] {
        let mut asked = change;
        asked["id"] = json!(group);
        let done = app.mutate(&ewa.key, "updateGroup", asked).await;
        assert_eq!(done.errors(), Vec::<String>::new());
        assert_eq!(text(&done.0["group"]), (json!(title), description.clone()));
        let seen = shown(app, &ada.key, &ws, "parks").await;
        assert_eq!(text(&seen), (json!(title), description));
        assert_eq!(
            (&seen["createdAt"], &seen["permissions"]),
            (&made["createdAt"], &json!(["CREATE_PAGES"]))
        );
        assert_ne!(seen["updatedAt"], made["updatedAt"]);
    }
    let row = row(app, &group).await;
    assert_eq!(
        (row.granted_by, row.updated_by),
        (None, Some(ewa.account.0)),
        "who last changed it"
    );
    let events = app.events(&ws).await;
    assert!(
        events
            .iter()
            .all(|event| event.kind == "GROUP_UPDATED"
                && event.subject_id.as_deref() == Some(&group))
    );
    assert_eq!(events.len(), 6);
    assert!(
        events.iter().all(|event| !event.changes.contains("Green")),
        "descriptions are personal"
    );
});

on_both!(grp_1_what_changes_nothing_leaves_no_trace, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let session = app.session_of(ada.account).await;
    let group = app.group(&ws, "Parks", &[]).await.to_string();
    app.group(&ws, "Trees", &[]).await;
    app.group(&other, "Sailors", &[]).await;
    let before = app.footprint().await;
    for change in [
        json!({}),
        json!({ "title": " Parks " }),
        json!({ "description": null }),
        json!({ "title": "Parks", "description": "" }),
    ] {
        let mut asked = change.clone();
        asked["id"] = json!(group);
        let done = app.mutate(&session, "updateGroup", asked).await;
        assert_eq!(
            (done.errors(), &done.0["changes"]),
            (Vec::new(), &json!([])),
            "{change}"
        );
        assert_eq!(done.0["group"]["title"], "Parks");
    }
    for (change, errors) in [
        (json!({ "title": "TREES" }), vec!["TAKEN title"]),
        (json!({ "title": " " }), vec!["TOO_SHORT title"]),
        (
            json!({ "title": "x".repeat(81), "description": "x".repeat(2_001) }),
            vec!["TOO_LONG title", "TOO_LONG description"],
        ),
    ] {
        let mut asked = change;
        asked["id"] = json!(group);
        let refused = app.mutate(&session, "updateGroup", asked).await;
        assert_eq!(
            (refused.errors(), &refused.0["group"]),
            (
                errors.into_iter().map(str::to_owned).collect(),
                &Value::Null
            )
        );
    }
    let nothing = json!({ "id": group, "title": null });
    assert_eq!(
        app.try_mutate(&session, "updateGroup", nothing)
            .await
            .refusal(),
        "BAD_USER_INPUT"
    );
    let rehearsed = app
        .mutate(
            &session,
            "updateGroup",
            json!({ "id": group, "title": "Gardens", "dryRun": true }),
        )
        .await;
    assert_eq!(
        rehearsed.0["changes"],
        json!([{ "subjectId": group, "field": "title", "before": "Parks", "after": "Gardens" }])
    );
    assert_eq!(app.footprint().await, before);
    let done = app
        .mutate(
            &session,
            "updateGroup",
            json!({ "id": group, "title": "Sailors" }),
        )
        .await;
    assert_eq!(
        done.errors(),
        Vec::<String>::new(),
        "another workspace's titles are its own"
    );
});

on_both!(grp_1_a_group_that_is_not_there_is_not_found, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let session = app.session_of(ada.account).await;
    let gone = app.group(&ws, "Gone", &[]).await;
    app.end_group(&ws, gone, app.now()).await;
    let foreign = app.group(&other, "Sailors", &[]).await.to_string();
    let before = app.footprint().await;
    for id in [gone.to_string(), foreign] {
        for (mutation, input) in [
            ("updateGroup", json!({ "id": id, "title": "Anew" })),
            ("deleteGroup", json!({ "id": id })),
            (
                "addGroupMembers",
                json!({ "groupId": id, "membershipIds": [ben.id.to_string()] }),
            ),
            (
                "removeGroupMembers",
                json!({ "groupId": id, "membershipIds": [ben.id.to_string()] }),
            ),
        ] {
            assert_eq!(
                app.try_mutate(&session, mutation, input).await.refusal(),
                "NOT_FOUND",
                "{mutation} {id}"
            );
        }
    }
    for wrong in [
        ben.id.to_string(),
        "grp_".to_owned(),
        format!("{gone}@2026-01-01T00:00:00Z"),
    ] {
        let refused = app
            .try_mutate(&session, "deleteGroup", json!({ "id": wrong }))
            .await;
        assert_eq!(refused.refusal(), "BAD_USER_INPUT", "{wrong}");
    }
    assert_eq!(app.footprint().await, before);
});
