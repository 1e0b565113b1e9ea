//! `updateSecondaryWorkspace` (WS-11).

use serde_json::{Value, json};

use super::{World, kinds};
use crate::support::on_both;

const UPDATE: &str = "updateSecondaryWorkspace";

on_both!(ws_11_name_and_description_change_and_nothing_else, |app| {
    let world = World::of(app).await;
    let ws = world.make(app, "harbour").await;
    let id = ws.id.to_string();
    let input = json!({ "id": id, "name": "Port of Upriver", "description": "Ships and tides" });
    let done = app.rehearsed(&world.manager, UPDATE, input.clone()).await;
    assert_eq!(
        (
            &done.0["workspace"]["name"],
            &done.0["workspace"]["description"]
        ),
        (&json!("Port of Upriver"), &json!("Ships and tides"))
    );
    assert_eq!(
        kinds(app, &ws).await,
        [
            "WORKSPACE_CREATED",
            "INVITATION_CREATED",
            "WORKSPACE_UPDATED"
        ]
    );
    let last = app.events(&world.main).await.pop().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.subject_id),
        ("SECONDARY_WORKSPACE_UPDATED", Some(id.clone()))
    );
    let row = app.workspace_row(&ws).await;
    assert_eq!(
        (row.slug.as_str(), row.access_mode.as_str()),
        ("harbour", "PRIVATE")
    );
    // The same again changes nothing.
    let before = app.footprint().await;
    let done = app.mutate(&world.manager, UPDATE, input).await;
    assert!(done.errors().is_empty());
    assert_eq!(app.footprint().await, before);
    let cleared = json!({ "id": id, "description": null });
    let done = app.mutate(&world.manager, UPDATE, cleared).await;
    assert_eq!(done.0["workspace"]["description"], Value::Null);

    let before = app.footprint().await;
    for (input, errors) in [
        (json!({ "id": id, "name": "" }), ["TOO_SHORT name"]),
        (
            json!({ "id": id, "description": "x".repeat(1_001) }),
            ["TOO_LONG description"],
        ),
        (
            json!({ "id": world.main.id.to_string(), "name": "Up" }),
            ["MAIN_WORKSPACE id"],
        ),
    ] {
        let done = app.mutate(&world.manager, UPDATE, input.clone()).await;
        assert_eq!(done.errors(), errors, "{input}");
        assert_eq!(done.0["workspace"], Value::Null);
    }
    assert_eq!(app.footprint().await, before);
    world.delete(app, &ws).await;
    let input = json!({ "id": id, "name": "Port" });
    let answer = app.try_mutate(&world.manager, UPDATE, input).await;
    assert_eq!(answer.refusal(), "NOT_FOUND");
});
