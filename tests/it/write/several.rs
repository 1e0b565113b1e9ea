//! Several mutations in one document: each answers for itself.

use serde_json::{Value, json};

use crate::support::on_both;

on_both!(a_refused_mutation_takes_no_answer_of_another_away, |app| {
    let ws = app.workspace("riverton").await;
    let member = app.member(&ws, "Ben Moreau").create().await;
    let session = app.session(member.account).await;
    let document = "mutation($key: CreateApiKeyInput!, $group: CreateGroupInput!) {
        before: createApiKey(input: $key) { secret apiKey { name } errors { code } }
        refused: createGroup(input: $group) { group { id } errors { code } }
        after: createApiKey(input: $key) { secret errors { code } } }";
    let workspace_id = ws.id.to_string();
    let variables = json!({
        "key": { "workspaceId": workspace_id, "name": "Nightly" },
        "group": { "workspaceId": workspace_id, "title": "Parks" },
    });
    let answer = app.post(Some(&session), document, variables).await;
    assert_eq!(
        (answer.status.as_u16(), answer.refusals()),
        (200, vec!["FORBIDDEN refused".to_owned()])
    );
    let data = &answer.body["data"];
    assert_eq!(data["refused"], Value::Null);
    for alias in ["before", "after"] {
        let secret = data[alias]["secret"].as_str().expect("a secret");
        assert_eq!(
            app.post(Some(secret), "{ viewer { kind } }", json!({}))
                .await
                .data()["viewer"]["kind"],
            "API_KEY"
        );
    }
});
