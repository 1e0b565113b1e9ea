//! What keys of the main workspace do about secondary ones (WS-9, KEY-5): members' keys list them,
//! make them and set their caps, and read nothing inside.

use concierge::domain::{
    permission::Permission::{ManageReuses, ManageSecondaryWorkspaces},
    vocabulary::AccessMode,
};
use serde_json::{Value, json};

use super::{World, made};
use crate::support::{Engine, TestApp, on_both};

const LIST: &str =
    "{ workspace(slug: \"upriver\") { secondaryWorkspaces { totalCount nodes { slug name } } } }";

on_both!(
    ws_9_a_members_key_lists_creates_and_caps_as_far_as_its_list_goes,
    |app| {
        let world = World::of(app).await;
        let listed = app
            .member(&world.main, "Lena Berg")
            .with(ManageSecondaryWorkspaces)
            .scoped(&[ManageSecondaryWorkspaces])
            .create()
            .await;
        let narrowed = app
            .member(&world.main, "Nils Berg")
            .with(ManageSecondaryWorkspaces)
            .scoped(&[ManageReuses])
            .create()
            .await;
        let done = app
            .rehearsed(
                &listed.key,
                "createSecondaryWorkspace",
                world.input("harbour"),
            )
            .await;
        let ws = made(&done);
        assert_eq!(done.0["invitation"], Value::Null, "that is inside");
        let event = app.events(&ws).await.remove(0);
        assert_eq!(
            (event.actor_kind.as_str(), event.actor_api_key_id),
            ("API_KEY", Some(listed.key_id.0))
        );
        made(
            &app.mutate(
                &world.mona.key,
                "createSecondaryWorkspace",
                world.input("transit"),
            )
            .await,
        );
        for key in [&listed.key, &world.mona.key, &world.ada.key] {
            let answer = app.post(Some(key), LIST, json!({})).await;
            assert_eq!(
                answer.data()["workspace"]["secondaryWorkspaces"],
                json!({ "totalCount": 2, "nodes": [
                    { "slug": "harbour", "name": "The harbour" }, { "slug": "transit", "name": "The transit" },
                ] })
            );
        }
        let caps = json!({
            "workspaceIds": [ws.id.to_string()], "values": [{ "type": "DATASETS", "limit": 4 }],
        });
        let done = app
            .mutate(&listed.key, "setWorkspaceCaps", caps.clone())
            .await;
        assert_eq!(done.became(), ["-"]);
        assert_eq!(done.0["results"][0]["workspace"]["slug"], "harbour");

        let before = app.footprint().await;
        let answer = app.post(Some(&narrowed.key), LIST, json!({})).await;
        assert_eq!(answer.codes(), ["FORBIDDEN"]);
        let tess = app.administrator(&ws, "Tess Moreau").await;
        let after = app.footprint().await;
        assert_ne!(before, after);
        for (key, mutation, input, code) in [
            (
                &narrowed.key,
                "createSecondaryWorkspace",
                world.input("parks"),
                "FORBIDDEN",
            ),
            (&narrowed.key, "setWorkspaceCaps", caps.clone(), "FORBIDDEN"),
            (
                &tess.key,
                "createSecondaryWorkspace",
                world.input("parks"),
                "NOT_FOUND",
            ),
            (&tess.key, "setWorkspaceCaps", caps, "NOT_FOUND"),
        ] {
            let answer = app.try_mutate(key, mutation, input).await;
            assert_eq!(answer.refusal(), code, "{mutation}");
        }
        // Changing and deleting one is by session alone.
        for (mutation, input) in [
            (
                "updateSecondaryWorkspace",
                json!({ "id": ws.id.to_string(), "name": "Port" }),
            ),
            (
                "deleteSecondaryWorkspace",
                json!({ "id": ws.id.to_string(), "slug": "harbour" }),
            ),
        ] {
            for key in [&listed.key, &world.ada.key] {
                let answer = app.try_mutate(key, mutation, input.clone()).await;
                assert_eq!(answer.refusal(), "FORBIDDEN", "{mutation}");
            }
        }
        assert_eq!(app.footprint().await, after);
    }
);

/// Workspaces inside of a workspace take more stack, in a build without optimization, than tests have:
/// this one has that of the server's threads.
mod ws_9_a_key_reads_nothing_inside_a_secondary_workspace {
    use super::{Engine, on_a_servers_stack};

    #[test]
    fn sqlite() {
        on_a_servers_stack(Engine::Sqlite);
    }

    #[test]
    fn postgres() {
        on_a_servers_stack(Engine::Postgres);
    }
}

fn on_a_servers_stack(engine: Engine) {
    let test = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            if let Some(app) = TestApp::on(engine).await {
                nothing_inside(&app).await;
            }
        });
    };
    let thread = std::thread::Builder::new().stack_size(8 << 20);
    thread.spawn(test).unwrap().join().unwrap();
}

async fn nothing_inside(app: &TestApp) {
    let world = World::of(app).await;
    let ws = app
        .workspace_with("harbour", AccessMode::Public, Some(&world.main))
        .await;
    // The key's person is an administrator there, which is nothing to the key.
    let mona = app
        .member(&ws, "Mona Rask")
        .of(world.mona.account)
        .preset(concierge::domain::permission::Preset::Administrator)
        .create()
        .await;
    app.dataset(&ws, "ships", &mona, true, true).await;
    let inside = [
        "members { totalCount }",
        "groups { totalCount }",
        "roles { name }",
        "license { seats }",
        "auditEvents { totalCount }",
        "datasets { totalCount }",
        "pages { totalCount }",
        "invitations { totalCount }",
        "quotaValues(scope: WORKSPACE_CAP) { limit }",
        "directory { totalCount }",
        "member(email: \"mona.rask@example.org\") { id }",
    ];
    for field in inside {
        let query = format!(
            "{{ workspace(slug: \"upriver\") {{ secondaryWorkspaces {{ nodes {{ slug viewerMembership {{ id }} \
                 viewerCan(permission: MANAGE_REUSES) {field} }} }} }} }}"
        );
        let answer = app.post(Some(&world.mona.key), &query, json!({})).await;
        assert_eq!(answer.codes(), ["FORBIDDEN"], "{field}");
        let node = &answer.body["data"]["workspace"]["secondaryWorkspaces"]["nodes"][0];
        assert_eq!(
            (&node["slug"], &node["viewerMembership"], &node["viewerCan"]),
            (&json!("harbour"), &Value::Null, &json!(false))
        );
    }
    let query = "{ workspace(slug: \"upriver\") { secondaryWorkspaces { nodes { parent { slug } \
            explainAccess(input: { email: \"mona.rask@example.org\", permission: MANAGE_REUSES }) { allowed } } } } }";
    let answer = app.post(Some(&world.mona.key), query, json!({})).await;
    assert_eq!(answer.codes(), ["NOT_FOUND"]);
    // By itself it is not there for a key, and its list of workspaces is its own.
    for query in [
        "{ workspace(slug: \"harbour\") { name } }".to_owned(),
        format!("{{ workspace: node(id: \"{}\") {{ id }} }}", ws.id),
    ] {
        let answer = app.post(Some(&world.mona.key), &query, json!({})).await;
        assert_eq!(answer.data()["workspace"], Value::Null);
    }
    let query = "{ workspaces { nodes { slug } } }";
    let answer = app.post(Some(&world.mona.key), query, json!({})).await;
    assert_eq!(
        answer.data()["workspaces"]["nodes"],
        json!([{ "slug": "upriver" }])
    );
}
