//! The record of a deleted workspace (WS-2, WS-11): who reads it, and what nobody reads any more.

use concierge::domain::permission::Permission;
use serde_json::{Value, json};

use super::World;
use crate::support::on_both;

const RECORD: &str = "query($ws: ID!) { workspace(id: $ws) { slug name deletedAt parent { slug } viewerMembership { id } \
    auditEvents { nodes { kind actor { account { displayName } } subject { id } } } } \
    verifyAudit(workspaceId: $ws) { intact verified } }";

on_both!(
    ws_11_ewp_holders_of_the_main_workspace_and_operators_read_its_record,
    |app| {
        let world = World::of(app).await;
        let ws = world.make(app, "harbour").await;
        let tess = app.administrator(&ws, "Tess Moreau").await;
        let editor = app
            .member(&world.main, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let variables = json!({ "ws": ws.id.to_string() });
        let editor_session = app.session_of(editor.account).await;
        // Not before.
        let answer = app
            .post(Some(&editor_session), RECORD, variables.clone())
            .await;
        assert_eq!(answer.codes(), ["FORBIDDEN", "FORBIDDEN"]);
        world.delete(app, &ws).await;
        for reader in [&editor_session, &world.operator] {
            let answer = app.post(Some(reader), RECORD, variables.clone()).await;
            let shown = &answer.data()["workspace"];
            assert_eq!(
                (
                    &shown["slug"],
                    &shown["deletedAt"].is_string(),
                    &shown["viewerMembership"]
                ),
                (&json!("harbour"), &true, &Value::Null)
            );
            let events = &shown["auditEvents"]["nodes"];
            assert_eq!(events[0]["kind"], "WORKSPACE_DELETED");
            assert_eq!(events[0]["actor"]["account"]["displayName"], "Mona Rask");
            assert_eq!(events[0]["subject"]["id"], json!(ws.id.to_string()));
            assert_eq!(
                answer.data()["verifyAudit"],
                json!({ "intact": true, "verified": 3 })
            );
            let path = format!("/export/audit.ndjson?workspace={}", ws.id);
            let bearer = format!("Bearer {reader}");
            let file = app.get(&path, &[("authorization", &bearer)]).await;
            assert_eq!(file.status.as_u16(), 200);
            // By its slug too, which no other workspace ever has.
            let query = "{ workspace(slug: \"harbour\") { deletedAt } }";
            let answer = app.post(Some(reader), query, json!({})).await;
            assert!(answer.data()["workspace"]["deletedAt"].is_string());
        }
        // Nobody else: not who was its administrator, nor who deleted it, nor a key.
        let tess = app.session_of(tess.account).await;
        for other in [&tess, &world.manager, &world.ada.key, &editor.key] {
            let answer = app.post(Some(other), RECORD, variables.clone()).await;
            assert_eq!(
                (&answer.data()["workspace"], &answer.data()["verifyAudit"]),
                (&Value::Null, &Value::Null)
            );
        }
        let answer = app.post(None, RECORD, variables).await;
        assert_eq!(answer.body["data"]["workspace"], Value::Null);
    }
);

on_both!(ws_11_who_reads_the_record_reads_nothing_else, |app| {
    let world = World::of(app).await;
    let ws = world.make(app, "harbour").await;
    // Ada was a member there herself.
    let own = app
        .member(&ws, "Ada Veldkamp")
        .of(world.ada.account)
        .preset(concierge::domain::permission::Preset::Administrator)
        .create()
        .await;
    let dataset = app.dataset(&ws, "ships", &own, true, true).await;
    app.sql(
        "UPDATE workspace SET access_mode = 'PUBLIC' WHERE id = $1",
        vec![ws.id.0.into()],
    )
    .await;
    world.delete(app, &ws).await;
    let ada = app.session_of(world.ada.account).await;
    for reader in [&ada, &world.operator] {
        for field in [
            "members { totalCount }",
            "groups { totalCount }",
            "datasets { totalCount }",
            "pages { totalCount }",
            "invitations { totalCount }",
            "apiKeys { totalCount }",
            "accessRequests { totalCount }",
            "quotaValues(scope: WORKSPACE_CAP) { limit }",
            "defaultPermissions",
            "directory { totalCount }",
            "member(email: \"ada.veldkamp@example.org\") { id }",
        ] {
            let query = format!(
                "{{ workspace(slug: \"harbour\") {{ viewerMembership {{ id }} {field} }} }}"
            );
            let answer = app.post(Some(reader), &query, json!({})).await;
            assert_eq!(answer.codes(), ["FORBIDDEN"], "{field}");
            assert_eq!(
                answer.body["data"]["workspace"]["viewerMembership"],
                Value::Null
            );
        }
        let query = "query($dataset: ID!, $member: ID!) { dataset: node(id: $dataset) { id } member: node(id: $member) { id } }";
        let variables = json!({ "dataset": dataset.to_string(), "member": own.id.to_string() });
        let answer = app.post(Some(reader), query, variables).await;
        assert_eq!(answer.data(), &json!({ "dataset": null, "member": null }));
    }
});

on_both!(time_7_before_its_end_what_was_there_is_still_there, |app| {
    let world = World::of(app).await;
    let ws = world.make(app, "harbour").await;
    app.member(&ws, "Ada Veldkamp")
        .of(world.ada.account)
        .preset(concierge::domain::permission::Preset::Administrator)
        .create()
        .await;
    app.pass(chrono::Duration::seconds(1));
    let before = app.at(0);
    app.pass(chrono::Duration::seconds(1));
    world.delete(app, &ws).await;
    app.pass(chrono::Duration::seconds(1));
    // Her own membership, at that instant: the row was not touched.
    let query = "query($at: DateTime) { workspace(slug: \"harbour\") { \
        member(email: \"ada.veldkamp@example.org\", asOf: $at) { state role { name } } \
        explainAccess(input: { email: \"ada.veldkamp@example.org\", permission: MANAGE_REUSES, asOf: $at }) { allowed } } }";
    let ada = app.session_of(world.ada.account).await;
    let answer = app.post(Some(&ada), query, json!({ "at": before })).await;
    assert_eq!(
        answer.data()["workspace"],
        json!({
            "member": { "state": "ACTIVE", "role": { "name": "Administrator" } },
            "explainAccess": { "allowed": true },
        })
    );
    let answer = app.post(Some(&ada), query, json!({ "at": null })).await;
    let mut codes = answer.codes();
    codes.sort_unstable();
    assert_eq!(codes, ["FORBIDDEN", "NOT_FOUND"]);
});
