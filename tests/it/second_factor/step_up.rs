//! What is dangerous needs a factor that was shown lately (MFA-8).

use std::collections::BTreeSet;

use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use chrono::Duration;
use concierge::domain::{mail::MailKind, permission::Preset, vocabulary::AccessMode};
use serde_json::{Value, json};

use super::{ADA, ada};
use crate::{
    account::somebody,
    support::{TestApp, on_both, person::PASSWORD},
};

/// The mutations that `@stepUp` marks in the schema.
pub(crate) fn marked() -> BTreeSet<String> {
    let schema = async_graphql::parser::parse_schema(concierge::app::schema_sdl()).unwrap();
    let mut marked = BTreeSet::new();
    for definition in schema.definitions {
        let TypeSystemDefinition::Type(ty) = definition else {
            continue;
        };
        let TypeKind::Object(object) = &ty.node.kind else {
            continue;
        };
        for field in &object.fields {
            let directives = &field.node.directives;
            if directives.iter().any(|one| one.node.name.node == "stepUp") {
                assert_eq!(ty.node.name.node, "Mutation");
                marked.insert(field.node.name.node.to_string());
            }
        }
    }
    marked
}

/// One call of each marked mutation that needs it, by its caller: the table is held to the schema.
async fn calls(app: &TestApp) -> Vec<(&'static str, String, Value)> {
    let ws = app.workspace("riverton").await;
    let admin = app.administrator(&ws, "Ada Admin").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let operator = app.operator("Olu Adeyemi").await;
    let role = app.preset(&ws, Preset::Administrator).await.to_string();
    let session = app.session_of(admin.account).await;
    let id = ws.id.to_string();
    app.outsider("Ria Request").await;
    let request = app
        .access_request(&ws, app.account_of("Ria Request").await)
        .await
        .to_string();
    let invite = json!({ "workspaceId": id, "invitees": [{ "email": "ida@example.org" }] });
    let invited = app
        .mutate(&session, "inviteMembers", invite)
        .await
        .invitations();
    let former = app.administrator(&ws, "Fay Former").await;
    let revoke = json!({ "membershipIds": [former.id.to_string()] });
    let revoked = app.mutate(&session, "revokeMembers", revoke).await;
    assert_eq!(revoked.became(), ["REVOKED"]);
    let no_factor =
        concierge::domain::id::SecondFactorId(app.app.deps.ids.uuid(app.now())).to_string();
    let port = app
        .workspace_with("riverton-port", AccessMode::Private, Some(&ws))
        .await;
    let by = |who: &String| who.clone();
    vec![
        ("startTotpEnrolment", by(&session), json!({})),
        ("confirmTotp", by(&session), json!({ "code": "123456" })),
        ("disableTotp", by(&session), json!({})),
        ("regenerateRecoveryCodes", by(&session), json!({})),
        ("startPasskeyRegistration", by(&session), json!({})),
        (
            "finishPasskeyRegistration",
            by(&session),
            json!({ "ceremony": "ccy_0", "credential": {} }),
        ),
        (
            "renamePasskey",
            by(&session),
            json!({ "id": no_factor, "name": "Key" }),
        ),
        ("removePasskey", by(&session), json!({ "id": no_factor })),
        (
            "changeEmail",
            by(&session),
            json!({ "newEmail": "new@example.org", "password": "no" }),
        ),
        (
            "createAccount",
            by(&operator),
            json!({ "email": "new@example.org" }),
        ),
        (
            "createApiKey",
            by(&session),
            json!({ "workspaceId": id, "name": "Servers", "kind": "GATEWAY" }),
        ),
        (
            "setMemberRole",
            by(&session),
            json!({ "membershipIds": [ben.id.to_string()], "roleId": role }),
        ),
        (
            "inviteMembers",
            by(&session),
            json!({ "workspaceId": id, "invitees": [{ "email": "eve@example.org" }], "roleId": role }),
        ),
        (
            "inviteMembers",
            by(&session),
            json!({ "workspaceId": id, "invitees": [{ "email": ben.email }], "roleId": role, "onExisting": "APPLY" }),
        ),
        (
            "updateInvitations",
            by(&session),
            json!({ "ids": invited, "roleId": role }),
        ),
        (
            "approveAccessRequests",
            by(&session),
            json!({ "ids": [request], "roleId": role }),
        ),
        (
            "restoreMembers",
            by(&session),
            json!({ "membershipIds": [former.id.to_string()] }),
        ),
        (
            "importMembers",
            by(&session),
            json!({ "workspaceId": id, "format": "SOCRATA", "csv": "email,role\nzoe@example.org,Administrator\n" }),
        ),
        (
            "createWorkspace",
            by(&operator),
            json!({ "name": "Harbour", "slug": "harbour", "administratorEmail": ben.email }),
        ),
        (
            "createSecondaryWorkspace",
            by(&session),
            json!({ "parentId": id, "name": "Quay", "slug": "quay", "administratorEmail": ben.email }),
        ),
        (
            "deleteSecondaryWorkspace",
            by(&session),
            json!({ "id": port.id.to_string(), "slug": "riverton-port" }),
        ),
        ("exportAccountData", by(&session), json!({})),
        ("scheduleAccountDeletion", by(&session), json!({})),
        (
            "scheduleFactorRemoval",
            by(&operator),
            json!({ "accountId": ben.account.to_string(), "reason": "lost" }),
        ),
        (
            "setSignInPolicy",
            by(&session),
            json!({ "workspaceId": id, "secondFactor": "EVERYBODY" }),
        ),
        (
            "setLicense",
            by(&operator),
            json!({ "workspaceId": id, "seats": 50 }),
        ),
        (
            "eraseAccount",
            by(&operator),
            json!({ "accountId": ben.account.to_string(), "reason": "Asked by letter" }),
        ),
    ]
}

on_both!(mfa_8_the_list_is_what_the_guards_ask_for, |app| {
    let calls = calls(app).await;
    let listed: BTreeSet<String> = calls.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(listed, marked(), "the schema marks what the table lists");
    let at = |minutes: i64| app.now() - Duration::minutes(minutes);
    let show = async |at: chrono::DateTime<chrono::Utc>| {
        app.sql("UPDATE session SET password_at = $1", vec![at.into()])
            .await;
    };
    show(at(10)).await;
    let before = app.footprint().await;
    for (mutation, by, input) in &calls {
        for dry_run in [false, true] {
            let mut input = input.clone();
            if dry_run
                && [
                    "createApiKey",
                    "setMemberRole",
                    "setLicense",
                    "setSignInPolicy",
                ]
                .contains(mutation)
            {
                input["dryRun"] = json!(true);
            }
            let answer = app.mutate(by, mutation, input.clone()).await;
            assert_eq!(
                answer.errors(),
                ["REAUTHENTICATION_REQUIRED "],
                "{mutation} {input}"
            );
            assert_eq!(app.footprint().await, before, "{mutation} left a trace");
        }
    }
    show(at(9)).await;
    for (mutation, by, input) in &calls {
        let answer = app.mutate(by, mutation, input.clone()).await;
        assert_ne!(
            answer.errors(),
            ["REAUTHENTICATION_REQUIRED "],
            "{mutation}"
        );
    }
});

on_both!(mfa_8_the_strongest_factor_is_what_counts, |app| {
    let ada = ada(app).await;
    let session = &ada.session;
    let change = json!({ "newEmail": "new@example.org", "password": PASSWORD });
    app.pass(Duration::minutes(11));
    let refused = async || {
        let answer = app.mutate(session, "changeEmail", change.clone()).await;
        answer.errors() == ["REAUTHENTICATION_REQUIRED "]
    };
    assert!(refused().await);
    let show = async |input: Value| app.mutate(session, "reauthenticate", input).await.errors();
    assert_eq!(show(json!({ "password": PASSWORD })).await, [""; 0]);
    assert!(refused().await, "with a factor, the password is not enough");
    let code = ada.authenticator.code(app.now());
    assert_eq!(show(json!({ "code": code })).await, [""; 0]);
    assert!(!refused().await);
    assert_eq!(
        app.mails(MailKind::EmailChangeRequested, "new@example.org")
            .await
            .len(),
        1
    );
});

on_both!(mfa_8_what_one_field_shows_counts_for_the_next, |app| {
    let session = somebody(app, ADA).await;
    app.pass(Duration::minutes(11));
    let document = "mutation($shown: ReauthenticateInput!, $change: ChangeEmailInput!) { \
        before: changeEmail(input: $change) { errors { code } } \
        reauthenticate(input: $shown) { errors { code } } \
        after: changeEmail(input: $change) { sent errors { code } } }";
    let variables = json!({
        "shown": { "password": PASSWORD },
        "change": { "newEmail": "new@example.org", "password": PASSWORD },
    });
    let answer = app.post(Some(&session), document, variables).await;
    let data = answer.data();
    assert_eq!(
        data["before"]["errors"][0]["code"],
        "REAUTHENTICATION_REQUIRED"
    );
    assert_eq!(data["after"], json!({ "sent": true, "errors": [] }));
});

on_both!(mfa_8_accepting_what_was_offered_needs_no_step_up, |app| {
    let ws = app.workspace("riverton").await;
    let admin = app.administrator(&ws, "Ada Admin").await;
    let role = app.preset(&ws, Preset::Administrator).await.to_string();
    let invitee = app.outsider("Ivo Marsh").await;
    let invite = json!({ "workspaceId": ws.id.to_string(), "roleId": role,
        "invitees": [{ "email": "ivo.marsh@example.org" }] });
    let session = app.session_of(admin.account).await;
    let invited = app
        .mutate(&session, "inviteMembers", invite)
        .await
        .invitations();
    let long_ago = app.now() - Duration::hours(1);
    app.sql("UPDATE session SET password_at = $1", vec![long_ago.into()])
        .await;
    let accepted = app
        .mutate(&invitee, "acceptInvitation", json!({ "id": invited[0] }))
        .await;
    assert_eq!(accepted.errors(), [""; 0]);
    assert_eq!(
        accepted.0["membership"]["state"], "ACTIVE",
        "{:#}",
        accepted.0
    );
});
