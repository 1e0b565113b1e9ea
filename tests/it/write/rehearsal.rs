//! `dryRun` (AUD-4): the same checks and answers, and nothing kept.

use concierge::domain::{interval::Interval, permission::Preset};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

/// What two runs of the same call may differ in: the ids and secrets that they make.
fn scrubbed(value: &Value) -> Value {
    match value {
        Value::String(text)
            if ["gra_", "key_", "cck_"]
                .iter()
                .any(|made| text.starts_with(made)) =>
        {
            json!("made")
        }
        Value::Array(items) => items.iter().map(scrubbed).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), scrubbed(value)))
            .collect(),
        other => other.clone(),
    }
}

/// Rehearses the call, sees that it left nothing, and makes it.
async fn rehearse(app: &TestApp, credential: &str, mutation: &str, input: Value) {
    let mut real = input;
    let key = real.to_string().chars().take(200).collect::<String>();
    real["idempotencyKey"] = json!(key);
    let mut dry = real.clone();
    dry["dryRun"] = json!(true);
    let before = app.footprint().await;
    let rehearsed = app.mutate(credential, mutation, dry.clone()).await;
    assert_eq!(
        app.mutate(credential, mutation, dry).await.0["replayed"],
        json!(false),
        "{mutation}"
    );
    assert_eq!(app.footprint().await, before, "{mutation} left something");
    let done = app.mutate(credential, mutation, real).await;
    assert!(!done.replayed(), "a rehearsal is not replayed");
    assert_ne!(app.footprint().await, before, "{mutation} did nothing");
    for what in ["changes", "effects", "errors"] {
        assert_eq!(
            scrubbed(&rehearsed.0[what]),
            scrubbed(&done.0[what]),
            "{mutation} {what}"
        );
    }
    assert_ne!(done.0["changes"], json!([]), "{mutation}");
    assert_eq!(rehearsed.became(), done.became());
    for made in ["apiKey", "secret"] {
        assert_eq!(
            rehearsed.0.get(made).unwrap_or(&Value::Null),
            &Value::Null,
            "{mutation} {made}"
        );
    }
}

on_both!(
    aud_4_a_rehearsal_says_what_the_call_does_and_keeps_nothing,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app
            .member(&ws, "Ben Okafor")
            .preset(Preset::Viewer)
            .create()
            .await;
        let cho = app.member(&ws, "Cho Minh").create().await;
        let session = app.session_of(ada.account).await;
        let group = app.group(&ws, "Tree wardens", &[]).await;
        app.put_into(&ws, group, &cho, Interval::from(app.now()))
            .await;
        let dataset = app.dataset(&ws, "trees", &ada, true, false).await;
        let members = json!([ben.id.to_string(), cho.id.to_string()]);
        let editor = app.preset(&ws, Preset::Editor).await.to_string();
        let calls = [
            (
                "setMemberRole",
                json!({ "membershipIds": members, "roleId": editor }),
            ),
            (
                "setMemberRole",
                json!({ "membershipIds": members, "roleId": null, "startsAt": app.at(60), "endsAt": app.at(90) }),
            ),
            (
                "grantPermissions",
                json!({ "membershipIds": members, "permissionGroups": ["PAGE", "REUSES"] }),
            ),
            (
                "grantPermissions",
                json!({ "groupId": group.to_string(), "permissions": ["BROWSE_ANALYTICS"] }),
            ),
            (
                "grantPermissions",
                json!({ "membershipIds": members, "resourceId": dataset.to_string(), "access": ["BROWSE"], "recordFilter": "a = 1" }),
            ),
            (
                "revokePermissions",
                json!({ "membershipIds": members, "permissions": ["MANAGE_REUSES"] }),
            ),
            (
                "revokePermissions",
                json!({ "groupId": group.to_string(), "permissionGroups": ["ANALYTICS"] }),
            ),
            (
                "createApiKey",
                json!({ "workspaceId": ws.id.to_string(), "name": "Harvester", "permissions": ["BROWSE_ANALYTICS"] }),
            ),
            (
                "revokeApiKeys",
                json!({ "membershipId": ben.id.to_string(), "reason": "lost" }),
            ),
            (
                "setAccessPeriod",
                json!({ "membershipIds": members, "endsAt": app.at(86_400) }),
            ),
            (
                "disableMembers",
                json!({ "membershipIds": members, "reason": "Holidays" }),
            ),
            ("enableMembers", json!({ "membershipIds": members })),
            (
                "revokeMembers",
                json!({ "membershipIds": members, "cancelTheirInvitations": true }),
            ),
        ];
        for (mutation, input) in calls {
            rehearse(app, &session, mutation, input).await;
        }
    }
);

on_both!(aud_4_a_rehearsal_meets_the_same_refusals, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let before = app.footprint().await;
    let mut input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"], "dryRun": true });
    assert_eq!(
        app.try_mutate(&ben.key, "grantPermissions", input.clone())
            .await
            .refusal(),
        "FORBIDDEN"
    );
    input["endsAt"] = json!(app.at(-1));
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", input)
            .await
            .errors(),
        ["ENDS_IN_PAST endsAt"]
    );
    assert_eq!(app.footprint().await, before);
});
