//! `createGroup` (GRP-1).

use serde_json::{Value, json};

use super::{is_node, many_groups, row, shown, slugs};
use crate::support::{TestApp, on_both, world::Ws};

fn input(ws: &Ws, title: &str) -> Value {
    json!({ "workspaceId": ws.id.to_string(), "title": title })
}

async fn create(app: &TestApp, key: &str, ws: &Ws, title: &str) -> Value {
    let done = app.mutate(key, "createGroup", input(ws, title)).await;
    assert_eq!(done.errors(), Vec::<String>::new(), "{title}");
    done.0["group"].clone()
}

on_both!(grp_1_a_group_is_made_and_shown, |app| {
    let (ws, ada) = app.portal().await;
    assert_eq!(slugs(app, &ada.key, &ws).await, Vec::<String>::new());
    app.pass(chrono::Duration::minutes(1));
    let asked = json!({
        "workspaceId": ws.id.to_string(), "title": "  Équipe « Énergie »  ", "description": " Who looks\nafter power. ",
    });
    let done = app.mutate(&ada.key, "createGroup", asked).await;
    let group = &done.0["group"];
    let id = group["id"].as_str().unwrap();
    assert_eq!(group["title"], "Équipe « Énergie »");
    assert_eq!(group["slug"], "equipe-energie");
    assert_eq!(group["description"], "Who looks\nafter power.");
    assert_eq!(
        (&group["permissions"], &group["memberCount"]),
        (&json!([]), &json!(0))
    );
    assert_eq!(
        (&group["createdAt"], &group["updatedAt"]),
        (&json!(app.at(0)), &json!(app.at(0)))
    );
    assert_eq!(done.0["effects"], json!([]));
    let seen = shown(app, &ada.key, &ws, "equipe-energie").await;
    assert_eq!(
        (&seen["id"], &seen["description"]),
        (&group["id"], &group["description"])
    );
    assert_eq!(slugs(app, &ada.key, &ws).await, ["equipe-energie"]);
    assert!(is_node(app, &ada.key, id).await);
    let row = row(app, id).await;
    assert_eq!(
        (row.granted_by, row.updated_by),
        (Some(ada.account.0), Some(ada.account.0)),
        "who made it"
    );

    let events = app.events(&ws).await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].kind.as_str(), events[0].subject_id.as_deref()),
        ("GROUP_CREATED", Some(id))
    );
    assert!(
        events[0].changes.contains("Énergie"),
        "titles are not personal"
    );
    assert!(!events[0].changes.contains("power"), "free text is");
    assert!(
        app.side_rows(&events[0])
            .await
            .iter()
            .any(|side| side.value.contains("power"))
    );
});

on_both!(grp_1_titles_and_descriptions_have_their_lengths, |app| {
    let (ws, ada) = app.portal().await;
    let before = app.footprint().await;
    let long = "é".repeat(81);
    for (title, description, errors) in [
        ("", "", vec!["TOO_SHORT title"]),
        ("  \t ", "", vec!["TOO_SHORT title"]),
        ("\u{200b}\u{200b}", "", vec!["TOO_SHORT title"]),
        (long.as_str(), "", vec!["TOO_LONG title"]),
        ("Tree\nwardens", "", vec!["INVALID_CHARACTERS title"]),
        (
            "Tree\u{0}wardens",
            "a\u{1}b",
            vec!["INVALID_CHARACTERS title", "INVALID_CHARACTERS description"],
        ),
        (
            "Tree wardens",
            &"x".repeat(2_001),
            vec!["TOO_LONG description"],
        ),
    ] {
        let mut asked = input(&ws, title);
        asked["description"] = json!(description);
        let refused = app.mutate(&ada.key, "createGroup", asked).await;
        assert_eq!(refused.errors(), errors, "{title:?}");
        assert_eq!(
            (&refused.0["group"], &refused.0["changes"]),
            (&Value::Null, &json!([]))
        );
    }
    assert_eq!(app.footprint().await, before);
    let mut longest = input(&ws, &"é".repeat(80));
    longest["description"] = json!("x".repeat(2_000));
    assert_eq!(
        app.mutate(&ada.key, "createGroup", longest).await.errors(),
        Vec::<String>::new()
    );
    let mut blank = input(&ws, "Blank");
    blank["description"] = json!(" \n ");
    assert_eq!(
        app.mutate(&ada.key, "createGroup", blank).await.0["group"]["description"],
        Value::Null
    );
});

on_both!(grp_1_titles_are_unique_in_any_case_and_form, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let made = create(app, &ada.key, &ws, "Médiathèque Straße").await;
    let before = app.footprint().await;
    for title in [
        "Médiathèque Straße",
        "MÉDIATHÈQUE STRASSE",
        "Me\u{301}diathe\u{300}que straße",
        " médiathèque strasse ",
    ] {
        assert_eq!(
            app.mutate(&ada.key, "createGroup", input(&ws, title))
                .await
                .errors(),
            ["TAKEN title"],
            "{title}"
        );
    }
    assert_eq!(app.footprint().await, before);
    create(app, &ada.key, &ws, "Mediatheque Straße").await;
    create(app, &eve.key, &other, "Médiathèque Straße").await;
    // A deleted group's title is free again.
    app.mutate(&ada.key, "deleteGroup", json!({ "id": made["id"] }))
        .await;
    create(app, &ada.key, &ws, "MÉDIATHÈQUE Straße").await;
});

on_both!(grp_1_slugs_are_never_reused, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let first = create(app, &ada.key, &ws, "Parks").await;
    assert_eq!(first["slug"], "parks");
    app.mutate(&ada.key, "deleteGroup", json!({ "id": first["id"] }))
        .await;
    let second = create(app, &ada.key, &ws, "Parks").await;
    assert_eq!(second["slug"], "parks-2", "never that of the deleted one");
    assert_eq!(shown(app, &ada.key, &ws, "parks").await, Value::Null);
    app.mutate(
        &ada.key,
        "updateGroup",
        json!({ "id": second["id"], "title": "Trees" }),
    )
    .await;
    assert_eq!(
        create(app, &ada.key, &ws, "PARKS!").await["slug"],
        "parks-3"
    );
    assert_eq!(
        create(app, &ada.key, &ws, "Parks 4").await["slug"],
        "parks-4"
    );
    assert_eq!(create(app, &ada.key, &ws, "Pârks").await["slug"], "parks-5");
    assert_eq!(
        create(app, &eve.key, &other, "Parks").await["slug"],
        "parks",
        "each workspace has its own"
    );
    assert_eq!(create(app, &ada.key, &ws, "Деревья").await["slug"], "group");
    assert_eq!(create(app, &ada.key, &ws, "樹木").await["slug"], "group-2");
});

on_both!(grp_1_a_workspace_has_at_most_1000_groups, |app| {
    let (ws, ada) = app.portal().await;
    many_groups(app, &ws, 999).await;
    let last = create(app, &ada.key, &ws, "The thousandth").await;
    let before = app.footprint().await;
    let refused = app
        .mutate(&ada.key, "createGroup", input(&ws, "One more"))
        .await;
    assert_eq!(refused.errors(), ["LIMIT_REACHED workspaceId"]);
    assert_eq!(app.footprint().await, before);
    app.mutate(&ada.key, "deleteGroup", json!({ "id": last["id"] }))
        .await;
    create(app, &ada.key, &ws, "One more").await;
});

on_both!(
    aud_4_and_5_a_rehearsal_keeps_nothing_and_a_repeated_call_makes_one_group,
    |app| {
        let (ws, ada) = app.portal().await;
        let mut dry = input(&ws, "Parks");
        (dry["dryRun"], dry["idempotencyKey"]) = (json!(true), json!("k1"));
        let before = app.footprint().await;
        let rehearsed = app.mutate(&ada.key, "createGroup", dry.clone()).await;
        assert_eq!(rehearsed.0["group"], Value::Null);
        assert_eq!(app.footprint().await, before);
        dry["dryRun"] = json!(false);
        let done = app.mutate(&ada.key, "createGroup", dry.clone()).await;
        assert!(!done.replayed());
        let made = |changes: &Value| {
            let all = changes.as_array().unwrap().iter();
            all.map(|change| (change["field"].clone(), change["after"].clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(made(&rehearsed.0["changes"]), made(&done.0["changes"]));
        let after = app.footprint().await;
        let again = app.mutate(&ada.key, "createGroup", dry.clone()).await;
        assert!(again.replayed());
        assert_eq!(again.0["group"], done.0["group"]);
        assert_eq!(app.footprint().await, after);
        dry["title"] = json!("Trees");
        assert_eq!(
            app.try_mutate(&ada.key, "createGroup", dry).await.refusal(),
            "IDEMPOTENCY_CONFLICT"
        );
    }
);

on_both!(bad_workspaces_are_refused, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let session = app.session_of(ada.account).await;
    let before = app.footprint().await;
    for (workspace, code) in [
        (other.id.to_string(), "FORBIDDEN"),
        (ada.id.to_string(), "BAD_USER_INPUT"),
        ("riverton".to_owned(), "BAD_USER_INPUT"),
        (format!("{}@2026-01-01T00:00:00Z", ws.id), "BAD_USER_INPUT"),
    ] {
        let asked = json!({ "workspaceId": workspace, "title": "Parks" });
        assert_eq!(
            app.try_mutate(&session, "createGroup", asked)
                .await
                .refusal(),
            code,
            "{workspace}"
        );
    }
    assert_eq!(app.footprint().await, before);
});
