//! `updateWorkspace`: what a workspace says of itself, and who may enter (JOIN-1).

use concierge::domain::{permission::Permission::EditWorkspaceProperties, vocabulary::AccessMode};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both, world::Ws};

fn of(ws: &Ws, what: Value) -> Value {
    let mut input = json!({ "id": ws.id.to_string() });
    input
        .as_object_mut()
        .unwrap()
        .extend(what.as_object().unwrap().clone());
    input
}

/// What everybody sees of it.
async fn face(app: &TestApp, ws: &Ws) -> Value {
    let query = "query($slug: String!) { workspace(slug: $slug) { name description accessMode signInSuggested } }";
    app.post(None, query, json!({ "slug": ws.slug }))
        .await
        .data()["workspace"]
        .clone()
}

on_both!(join_1_what_a_workspace_says_is_changed_in_parts, |app| {
    let (ws, ada) = app.portal().await;
    let what = json!({ "name": " Riverton ", "description": "What the city knows.\nFree.", "signInSuggested": true });
    let done = app
        .rehearsed(&ada.key, "updateWorkspace", of(&ws, what))
        .await;
    assert_eq!(done.0["workspace"]["name"], "Riverton");
    let fields: Vec<_> = done.0["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| &change["field"])
        .collect();
    assert_eq!(fields, ["name", "description", "signInSuggested"]);
    let expected = json!({ "name": "Riverton", "description": "What the city knows.\nFree.", "accessMode": "PUBLIC", "signInSuggested": true });
    assert_eq!(face(app, &ws).await, expected);
    let events = app.events(&ws).await;
    assert_eq!(
        events
            .iter()
            .map(|event| event.kind.as_str())
            .collect::<Vec<_>>(),
        ["WORKSPACE_UPDATED"]
    );
    // Free text is personal: it stands beside the chain (AUD-2).
    assert!(!events[0].changes.contains("What the city knows"));
    let before = app.footprint().await;
    for same in [
        json!({}),
        json!({ "name": "Riverton", "accessMode": null }),
        json!({ "accessMode": "PUBLIC" }),
    ] {
        assert_eq!(
            app.mutate(&ada.key, "updateWorkspace", of(&ws, same))
                .await
                .0["changes"],
            json!([])
        );
    }
    assert_eq!(app.footprint().await, before);
    // Null clears, absent leaves; an empty text is none.
    for clearing in [Value::Null, json!(" ")] {
        app.mutate(
            &ada.key,
            "updateWorkspace",
            of(&ws, json!({ "description": "Something" })),
        )
        .await;
        let cleared = app
            .mutate(
                &ada.key,
                "updateWorkspace",
                of(&ws, json!({ "description": clearing })),
            )
            .await;
        assert_eq!(
            (
                &cleared.0["workspace"]["description"],
                &cleared.0["workspace"]["name"]
            ),
            (&Value::Null, &json!("Riverton"))
        );
    }
});

on_both!(
    join_1_closing_a_workspace_shuts_visitors_out_at_once,
    |app| {
        let (ws, ada) = app.portal().await;
        let dataset = app
            .dataset(&ws, "trees", &ada, true, true)
            .await
            .to_string();
        let seen = async || {
            let query = "query($id: ID!) { node(id: $id) { id } }";
            let answer = app.post(None, query, json!({ "id": dataset })).await;
            answer.data()["node"]["id"].is_string()
        };
        assert!(seen().await);
        let done = app
            .rehearsed(
                &ada.key,
                "updateWorkspace",
                of(&ws, json!({ "accessMode": "PRIVATE" })),
            )
            .await;
        assert_eq!(
            (&done.0["workspace"]["accessMode"], &done.0["effects"]),
            (&json!("PRIVATE"), &json!([]))
        );
        assert!(!seen().await, "open datasets are open to members alone now");
        app.mutate(
            &ada.key,
            "updateWorkspace",
            of(&ws, json!({ "accessMode": "PUBLIC" })),
        )
        .await;
        assert!(seen().await);
    }
);

on_both!(join_1_wrong_values_and_strangers_change_nothing, |app| {
    let ws = app
        .workspace_with("riverton", AccessMode::Private, None)
        .await;
    let other = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let dina = app
        .member(&ws, "Dina Abadi")
        .with(EditWorkspaceProperties)
        .disabled()
        .create()
        .await;
    let before = app.footprint().await;
    for (what, errors) in [
        (json!({ "name": "" }), vec!["TOO_SHORT name"]),
        (json!({ "name": "x".repeat(101) }), vec!["TOO_LONG name"]),
        (json!({ "name": "a\u{0}" }), vec!["INVALID_CHARACTERS name"]),
        (
            json!({ "description": "é".repeat(1_001), "name": " " }),
            vec!["TOO_SHORT name", "TOO_LONG description"],
        ),
        (
            json!({ "description": "a\u{7}" }),
            vec!["INVALID_CHARACTERS description"],
        ),
    ] {
        let refused = app.mutate(&ada.key, "updateWorkspace", of(&ws, what)).await;
        assert_eq!(
            (refused.errors(), &refused.0["workspace"]),
            (
                errors.into_iter().map(str::to_owned).collect(),
                &Value::Null
            )
        );
    }
    let name = of(&ws, json!({ "name": "Mine" }));
    for credential in [
        ben.key.clone(),
        app.session_of(dina.account).await,
        app.session_of(eve.account).await,
    ] {
        assert_eq!(
            app.try_mutate(&credential, "updateWorkspace", name.clone())
                .await
                .refusal(),
            "FORBIDDEN"
        );
    }
    assert_eq!(
        app.try_mutate(&eve.key, "updateWorkspace", name)
            .await
            .refusal(),
        "NOT_FOUND"
    );
    let wrong = json!({ "id": ben.id.to_string(), "name": "Mine" });
    assert_eq!(
        app.try_mutate(&ada.key, "updateWorkspace", wrong)
            .await
            .refusal(),
        "BAD_USER_INPUT"
    );
    assert_eq!(app.footprint().await, before);
    let longest = of(
        &ws,
        json!({ "name": "é".repeat(100), "description": "é".repeat(1_000) }),
    );
    assert!(
        app.mutate(&ada.key, "updateWorkspace", longest)
            .await
            .errors()
            .is_empty()
    );
});
