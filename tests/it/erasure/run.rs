//! What a run does to a workspace (ERASE-2, ERASE-5, ERASE-6, WS-4, JOIN-12).

use chrono::Duration;
use concierge::domain::{id::DatasetId, mail::MailKind};
use serde_json::{Value, json};

use super::term;
use crate::{
    account::somebody,
    support::{TestApp, on_both, world::Ws},
};

on_both!(
    erase_2_memberships_end_and_the_past_is_true_under_the_id,
    |app| {
        let ws = app.workspace("riverton").await;
        let other = app.workspace("lakeside").await;
        let admin = app.administrator(&ws, "Ada Veldkamp").await;
        let zoe = app.member(&ws, "Zoe Quill").create().await;
        let there = app
            .member(&other, "Zoe Quill")
            .of(zoe.account)
            .create()
            .await;
        app.administrator(&other, "Ole Other").await;
        let owned = app.dataset(&ws, "trees", &zoe, true, true).await;
        let past = app.at(0);
        let session = app.session_of(zoe.account).await;
        app.mutate(&session, "scheduleAccountDeletion", json!({}))
            .await;
        app.pass(term());
        assert_eq!(app.erase_due().await, 1);
        let by = app.session_of(admin.account).await;
        let query = "query($id: ID!, $member: ID!, $past: DateTime!) { workspace(id: $id) { \
                     member(id: $member) { state endReason account { id displayName email } } \
                     then: members(asOf: $past) { nodes { state account { id displayName } } } \
                     datasets { nodes { identifier owner { id } } } \
                     auditEvents(filter: { kinds: [MEMBERSHIP_ERASED, DATASET_TRANSFERRED] }) { nodes { kind subjectId actor { kind } } } } }";
        let ids = json!({ "id": ws.id.to_string(), "member": zoe.id.to_string(), "past": past });
        let answer = app.post(Some(&by), query, ids).await;
        let shown = &answer.data()["workspace"];
        assert_eq!(shown["member"]["state"], "ENDED");
        assert_eq!(shown["member"]["endReason"], "ERASED");
        assert!(!shown.to_string().contains("Quill"), "{shown:#}");
        assert!(!shown.to_string().contains(&zoe.email), "{shown:#}");
        let then = shown["then"]["nodes"].as_array().unwrap();
        let was_there = then
            .iter()
            .any(|row| row["account"]["id"] == zoe.account.to_string() && row["state"] == "ACTIVE");
        assert!(was_there, "access history stays: {then:#?}");
        assert_eq!(shown["datasets"]["nodes"][0]["owner"], Value::Null);
        let events = shown["auditEvents"]["nodes"].as_array().unwrap();
        let of = |kind: &str, id: &str| {
            events
                .iter()
                .filter(|event| event["kind"] == kind && event["subjectId"] == id)
                .count()
        };
        assert_eq!(of("MEMBERSHIP_ERASED", &zoe.id.to_string()), 1);
        assert_eq!(of("DATASET_TRANSFERRED", &DatasetId::to_string(&owned)), 1);
        assert!(
            events
                .iter()
                .all(|event| event["actor"]["kind"] == "SYSTEM")
        );
        assert!(!app.is_accepted(&there.key).await);
        app.assert_chains().await;
    }
);

on_both!(erase_5_many_items_lose_their_owner_in_batches, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    let zoe = app.member(&ws, "Zoe Quill").create().await;
    for number in 0..3 {
        app.dataset(&ws, &format!("set-{number}"), &zoe, true, true)
            .await;
    }
    let sql = "INSERT INTO page (id, workspace_id, slug, title, owner_id, published, security, created_at, updated_at) \
               VALUES ($1, $2, $3, 'A page', $4, TRUE, 'OPEN', $5, $5)";
    for number in 0..1_000 {
        let id = app.app.deps.ids.uuid(app.now());
        let values = vec![
            id.into(),
            ws.id.0.into(),
            format!("page-{number}").into(),
            zoe.account.0.into(),
            app.now().into(),
        ];
        app.sql(sql, values).await;
    }
    let session = app.session_of(zoe.account).await;
    app.mutate(&session, "scheduleAccountDeletion", json!({}))
        .await;
    app.pass(term());
    assert_eq!(app.erase_due().await, 1);
    assert_eq!(app.count("page WHERE owner_id IS NOT NULL").await, 0);
    assert_eq!(app.count("dataset WHERE owner_id IS NOT NULL").await, 0);
    assert_eq!(
        app.count("audit_event WHERE kind = 'PAGE_TRANSFERRED'")
            .await,
        1_000
    );
    app.assert_chains().await;
});

async fn settings(app: &TestApp, ws: &Ws, by: &str) {
    let open =
        json!({ "workspaceId": ws.id.to_string(), "enabled": true, "approvalRequired": false });
    let set = app.mutate(by, "updateSignUpSettings", open).await;
    assert_eq!(set.errors(), [""; 0]);
}

on_both!(
    erase_2_whoever_was_revoked_does_not_come_back_by_themself_for_two_years,
    |app| {
        const ZOE: &str = "zoe@example.org";
        let ws = app.workspace("riverton").await;
        let free = app.workspace("lakeside").await;
        let admin = app.administrator(&ws, "Ada Veldkamp").await;
        app.member(&free, "Ada Veldkamp")
            .of(admin.account)
            .preset(concierge::domain::permission::Preset::Administrator)
            .create()
            .await;
        let by = app.session_of(admin.account).await;
        settings(app, &ws, &by).await;
        settings(app, &free, &by).await;
        let session = somebody(app, ZOE).await;
        for slug in ["riverton", "lakeside"] {
            let joined = app
                .mutate(&session, "joinWorkspace", json!({ "workspace": slug }))
                .await;
            assert_eq!(joined.errors(), [""; 0]);
            if slug == "riverton" {
                let id = &joined.0["membership"]["id"];
                let revoked = app
                    .mutate(&by, "revokeMembers", json!({ "membershipIds": [id] }))
                    .await;
                assert_eq!(revoked.became(), ["REVOKED"]);
            }
        }
        app.mutate(&session, "scheduleAccountDeletion", json!({}))
            .await;
        app.pass(term());
        assert_eq!(app.erase_due().await, 1);
        let by = app.session_of(admin.account).await;
        assert_eq!(app.count("barred_address").await, 1);
        app.pass(Duration::days(1));
        let anew = somebody(app, ZOE).await;
        let joins = async |session: &str, slug: &str| {
            let input = json!({ "workspace": slug });
            app.mutate(session, "joinWorkspace", input).await.errors()
        };
        assert_eq!(
            joins(&anew, "riverton").await,
            ["INVITATION_REQUIRED workspace"]
        );
        assert_eq!(joins(&anew, "lakeside").await, [""; 0]);
        let other = somebody(app, "other@example.org").await;
        assert_eq!(joins(&other, "riverton").await, [""; 0]);
        // By invitation they come back.
        let invite = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": ZOE }] });
        app.mutate(&by, "inviteMembers", invite).await;
        let token = app.link(MailKind::Invitation, ZOE).await;
        let accepted = app
            .mutate(&anew, "acceptInvitation", json!({ "token": token }))
            .await;
        assert_eq!(accepted.errors(), [""; 0]);

        // Two years later, nothing is known of the address any more.
        app.pass(Duration::days(732));
        concierge::job::pruning::prune(&app.app.deps).await.unwrap();
        assert_eq!(app.count("barred_address").await, 0);
    }
);

on_both!(erase_6_what_waits_for_the_person_is_closed, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let admin = app.administrator(&ws, "Ada Veldkamp").await;
    let by = app.session_of(admin.account).await;
    let session = somebody(app, "zoe@example.org").await;
    let account = app
        .count("account WHERE email_canonical = 'zoe@example.org'")
        .await;
    assert_eq!(account, 1);
    let invite = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": "zoe@example.org", "givenName": "Zoe" }] });
    let invited = app.mutate(&by, "inviteMembers", invite).await.invitations();
    let own = "{ viewer { account { id } } }";
    let me = app.post(Some(&session), own, json!({})).await;
    let me = me.data()["viewer"]["account"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    app.access_request(
        &other,
        concierge::domain::id::AccountId::parse(&me).unwrap(),
    )
    .await;
    app.mutate(&session, "scheduleAccountDeletion", json!({}))
        .await;
    app.pass(term());
    assert_eq!(app.erase_due().await, 1);
    let by = app.session_of(admin.account).await;
    let query = "query($id: ID!) { workspace(id: $id) { invitations { nodes { id state email givenName } } \
                     auditEvents(filter: { kinds: [INVITATION_CANCELLED] }) { totalCount } } }";
    let answer = app
        .post(Some(&by), query, json!({ "id": ws.id.to_string() }))
        .await;
    let invitation = &answer.data()["workspace"]["invitations"]["nodes"][0];
    assert_eq!(invitation["id"], invited[0]);
    assert_eq!(invitation["state"], "CANCELLED");
    assert!(!invitation.to_string().to_lowercase().contains("zoe"));
    assert_eq!(answer.data()["workspace"]["auditEvents"]["totalCount"], 1);
    assert_eq!(
        app.count("access_request WHERE state = 'WITHDRAWN' AND message IS NULL")
            .await,
        1
    );
    assert_eq!(app.count("access_request WHERE state = 'PENDING'").await, 0);
    app.assert_chains().await;
});
