//! `deleteSecondaryWorkspace` (WS-2, WS-11, MFA-8): who, how, and once.

use concierge::domain::permission::Permission;
use serde_json::{Value, json};

use super::{World, kinds, made};
use crate::support::on_both;

const DELETE: &str = "deleteSecondaryWorkspace";

on_both!(
    ws_11_deleting_takes_the_slug_typed_again_and_happens_once,
    |app| {
        let world = World::of(app).await;
        let ws = world.make(app, "harbour").await;
        let id = ws.id.to_string();
        let before = app.footprint().await;
        for (input, errors) in [
            (
                json!({ "id": id, "slug": "harbor" }),
                ["SLUG_MISMATCH slug"],
            ),
            (
                json!({ "id": id, "slug": "HARBOUR" }),
                ["SLUG_MISMATCH slug"],
            ),
            (json!({ "id": id, "slug": "" }), ["SLUG_MISMATCH slug"]),
            (
                json!({ "id": world.main.id.to_string(), "slug": "upriver" }),
                ["MAIN_WORKSPACE id"],
            ),
        ] {
            let done = app.mutate(&world.manager, DELETE, input.clone()).await;
            assert_eq!(done.errors(), errors, "{input}");
            assert_eq!(done.0["workspace"], Value::Null);
        }
        assert_eq!(app.footprint().await, before);
        let input = json!({ "id": id, "slug": " harbour" });
        let done = app.rehearsed(&world.manager, DELETE, input.clone()).await;
        assert_eq!(
            (
                &done.0["workspace"]["slug"],
                &done.0["workspace"]["deletedAt"].is_string()
            ),
            (&json!("harbour"), &true)
        );
        assert_eq!(kinds(app, &ws).await.pop().unwrap(), "WORKSPACE_DELETED");
        let last = app.events(&world.main).await.pop().unwrap();
        assert_eq!(
            (last.kind.as_str(), last.subject_id),
            ("SECONDARY_WORKSPACE_DELETED", Some(id))
        );
        let stranger = app.outsider("Otto Weiss").await;
        let before = app.footprint().await;
        let answer = app.try_mutate(&world.manager, DELETE, input.clone()).await;
        assert_eq!(answer.refusal(), "NOT_FOUND", "it is gone");
        // To others it never was.
        let answer = app.try_mutate(&stranger, DELETE, input).await;
        assert_eq!(answer.refusal(), "NOT_FOUND");
        assert_eq!(app.footprint().await, before);
        // Its slug is never free again.
        let done = app
            .mutate(
                &world.manager,
                "createSecondaryWorkspace",
                world.input("harbour"),
            )
            .await;
        assert_eq!(done.errors(), ["TAKEN slug"]);
    }
);

on_both!(ws_11_of_two_deletions_at_once_one_is_done, |app| {
    let world = World::of(app).await;
    let ws = world.make(app, "harbour").await;
    let ada = app.session_of(world.ada.account).await;
    let input = json!({ "id": ws.id.to_string(), "slug": "harbour" });
    let both = app
        .at_once(
            (world.manager.as_str(), DELETE, input.clone()),
            (ada.as_str(), DELETE, input),
        )
        .await;
    let done: Vec<_> = both.iter().filter_map(|done| done.as_ref().ok()).collect();
    let refused: Vec<_> = both.iter().filter_map(|done| done.as_ref().err()).collect();
    assert_eq!((done.len(), refused), (1, vec![&"NOT_FOUND".to_owned()]));
    let deleted = kinds(app, &ws).await;
    let deleted = deleted.iter().filter(|kind| *kind == "WORKSPACE_DELETED");
    assert_eq!(deleted.count(), 1);
});

on_both!(
    mfa_8_creating_and_deleting_a_secondary_workspace_take_a_step_up,
    |app| {
        let world = World::of(app).await;
        let ws = world.make(app, "harbour").await;
        let mia = app
            .member(&world.main, "Mia Lund")
            .with(Permission::ManageSecondaryWorkspaces)
            .create()
            .await;
        let session = app.session_of(mia.account).await;
        app.sql(
            "UPDATE session SET password_at = $1 WHERE account_id = $2",
            vec![
                (app.now() - chrono::Duration::minutes(11)).into(),
                mia.account.0.into(),
            ],
        )
        .await;
        let before = app.footprint().await;
        let slug = json!({ "id": ws.id.to_string(), "slug": "harbour" });
        for (mutation, input) in [
            ("createSecondaryWorkspace", world.input("parks")),
            (DELETE, slug.clone()),
        ] {
            let done = app.mutate(&session, mutation, input).await;
            assert_eq!(done.errors(), ["REAUTHENTICATION_REQUIRED "], "{mutation}");
        }
        assert_eq!(app.footprint().await, before);
        // What takes nothing away takes none.
        let name = json!({ "id": ws.id.to_string(), "name": "Port" });
        let done = app.mutate(&session, "updateSecondaryWorkspace", name).await;
        assert!(done.errors().is_empty());
        app.sql(
            "UPDATE session SET password_at = $1 WHERE account_id = $2",
            vec![app.now().into(), mia.account.0.into()],
        )
        .await;
        made(&app.mutate(&session, DELETE, slug).await);
    }
);
