//! Leaving (JOIN-12, MEM-5, PERM-7).

use chrono::Duration;
use concierge::domain::{
    id::WorkspaceId,
    interval::Interval,
    permission::{Permission::ManageReuses, Preset},
    vocabulary::AccessMode,
};
use serde_json::{Value, json};

use super::ending::{kinds, shown, status, temporary};
use crate::support::{on_both, world::Ws};

const LEAVE: &str = "leaveWorkspace";

fn of(ws: &Ws) -> Value {
    json!({ "workspaceId": ws.id.to_string() })
}

on_both!(mem_1_a_member_leaves_and_is_gone, |app| {
    let ws = app
        .workspace_with("riverton", AccessMode::Private, None)
        .await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .with(ManageReuses)
        .create()
        .await;
    let session = app.session(ben.account).await;
    let mut input = of(&ws);
    input["dryRun"] = json!(true);
    let before = app.footprint().await;
    let rehearsed = app.mutate(&session, LEAVE, input.clone()).await;
    assert_eq!(app.footprint().await, before);
    assert_eq!(rehearsed.0["membership"]["state"], "ACTIVE");
    input = of(&ws);
    input["idempotencyKey"] = json!("bye");
    let left = app.mutate(&session, LEAVE, input.clone()).await;
    assert_eq!(
        (&left.0["changes"], left.0["effects"][0]["lost"].clone()),
        (&rehearsed.0["changes"], json!(["MANAGE_REUSES"]))
    );
    let expected = json!({ "id": ben.id.to_string(), "state": "ENDED", "endReason": "LEFT", "endedAt": app.at(0) });
    assert_eq!(left.0["membership"], expected);
    assert_eq!(status(app, &ben.key).await, 401);
    assert_eq!(shown(app, &ada.key, &ben).await["endReason"], "LEFT");
    // Told so again, though there is nothing to leave any more (AUD-5).
    let after = app.footprint().await;
    let again = app.mutate(&session, LEAVE, input).await;
    assert_eq!(
        (again.replayed(), &again.0["membership"]),
        (true, &expected)
    );
    assert_eq!(
        app.try_mutate(&session, LEAVE, of(&ws)).await.refusal(),
        "FORBIDDEN"
    );
    assert_eq!(app.footprint().await, after);
    assert_eq!(kinds(app, &ws).await, ["MEMBERSHIP_LEFT"]);
});

on_both!(
    join_12_a_disabled_member_cannot_leave_and_a_scheduled_one_can,
    |app| {
        let (ws, ada) = app.portal().await;
        let dan = app.member(&ws, "Dan Disabled").disabled().create().await;
        let tomorrow = Interval::from(app.now() + Duration::days(1));
        let sam = app.member(&ws, "Sam Ortiz").during(tomorrow).create().await;
        let before = app.footprint().await;
        let refused = app
            .mutate(&app.session(dan.account).await, LEAVE, of(&ws))
            .await;
        assert_eq!(
            (refused.errors(), &refused.0["membership"]),
            (
                vec!["MEMBERSHIP_DISABLED workspaceId".to_owned()],
                &Value::Null
            )
        );
        assert_eq!(app.footprint().await, before);
        let left = app
            .mutate(&app.session(sam.account).await, LEAVE, of(&ws))
            .await;
        assert_eq!(
            (&left.0["membership"]["state"], left.errors().len()),
            (&json!("ENDED"), 0)
        );
        app.pass(Duration::days(2));
        assert_eq!(shown(app, &ada.key, &sam).await["endReason"], "LEFT");
        assert_eq!(status(app, &sam.key).await, 401);
    }
);

on_both!(mem_5_the_last_administrator_does_not_leave, |app| {
    let (ws, ada) = app.portal().await;
    let tess = temporary(app, &ws, "Tess Moreau").await;
    let session = app.session(ada.account).await;
    let before = app.footprint().await;
    let refused = app.mutate(&session, LEAVE, of(&ws)).await;
    assert_eq!(refused.errors(), ["LAST_ADMINISTRATOR workspaceId"]);
    assert_eq!(app.footprint().await, before);
    // Whoever does not count may, and one of two.
    assert_eq!(
        app.mutate(&app.session(tess.account).await, LEAVE, of(&ws))
            .await
            .errors()
            .len(),
        0
    );
    app.member(&ws, "Abe Nakamura")
        .preset(Preset::Administrator)
        .create()
        .await;
    assert_eq!(app.mutate(&session, LEAVE, of(&ws)).await.errors().len(), 0);
});

on_both!(
    key_5_nobody_leaves_by_key_and_strangers_have_nothing_to_leave,
    |app| {
        let (ws, other) = (
            app.workspace("riverton").await,
            app.workspace("lakeside").await,
        );
        app.administrator(&ws, "Ada Veldkamp").await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let eve = app.member(&other, "Eve Laurent").create().await;
        let unknown =
            json!({ "workspaceId": WorkspaceId(app.app.deps.ids.uuid(app.now())).to_string() });
        let (outsider, operator) = (
            app.outsider("Otto Weiss").await,
            app.operator("Olu Adeyemi").await,
        );
        let before = app.footprint().await;
        for credential in [
            &ben.key,
            &eve.key,
            &outsider,
            &operator,
            &app.session(eve.account).await,
        ] {
            assert_eq!(
                app.try_mutate(credential, LEAVE, of(&ws)).await.refusal(),
                "FORBIDDEN"
            );
        }
        assert_eq!(
            app.door().mutate(None, LEAVE, of(&ws)).await.refusal(),
            "UNAUTHENTICATED"
        );
        assert_eq!(
            app.try_mutate(&outsider, LEAVE, unknown).await.refusal(),
            "NOT_FOUND"
        );
        assert_eq!(app.footprint().await, before);
    }
);
