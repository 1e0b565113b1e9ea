//! What a stranger typed cannot speak in our mails (MAIL-3): names with a link are refused where
//! they are given.

use concierge::domain::mail::MailKind;
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

const EVIL: &str = "Claim your prize at https://evil.example/x";

async fn errors(
    app: &TestApp,
    credential: Option<&str>,
    mutation: &str,
    input: Value,
) -> Vec<String> {
    let query = format!(
        "mutation($input: {}Input!) {{ {mutation}(input: $input) {{ errors {{ code message path }} }} }}",
        mutation[..1].to_uppercase() + &mutation[1..]
    );
    let answer = app
        .post(credential, &query, json!({ "input": input }))
        .await;
    let errors = answer.data()[mutation]["errors"].as_array().unwrap();
    assert!(
        errors.iter().all(|error| error["message"] != error["code"]),
        "{errors:?}"
    );
    errors
        .iter()
        .map(|error| {
            format!(
                "{} {}",
                error["code"].as_str().unwrap(),
                error["path"][0].as_str().unwrap()
            )
        })
        .collect()
}

on_both!(
    mail_3_names_with_a_link_are_refused_where_they_are_given,
    |app| {
        let (ws, ada) = app.portal().await;
        let session = app.session_of(ada.account).await;
        let operator = app.operator("Olu Adeyemi").await;
        let group = app.group(&ws, "Tree wardens", &[]).await.to_string();
        let account = json!({ "email": "eve@example.org", "password": "copper lantern nine bridges", "givenName": EVIL, "familyName": "WWW.evil" });
        let both = ["CONTAINS_LINK givenName", "CONTAINS_LINK familyName"];
        assert_eq!(errors(app, None, "createAccount", account).await, both);
        let own = json!({ "givenName": EVIL, "familyName": "see www.evil.example" });
        assert_eq!(
            errors(app, Some(&session), "updateAccount", own).await,
            both
        );
        let before = app.footprint().await;
        let id = ws.id.to_string();
        let one = ["CONTAINS_LINK name"];
        assert_eq!(
            errors(
                app,
                Some(&session),
                "updateWorkspace",
                json!({ "id": id, "name": EVIL })
            )
            .await,
            one
        );
        let new =
            json!({ "name": EVIL, "slug": "harbour", "administratorEmail": "bo@example.org" });
        assert_eq!(
            errors(app, Some(&operator), "createWorkspace", new).await,
            one
        );
        let one = ["CONTAINS_LINK title"];
        assert_eq!(
            errors(
                app,
                Some(&session),
                "createGroup",
                json!({ "workspaceId": id, "title": EVIL })
            )
            .await,
            one
        );
        assert_eq!(
            errors(
                app,
                Some(&session),
                "updateGroup",
                json!({ "id": group, "title": "www.evil.example" })
            )
            .await,
            one
        );
        let invitees = json!([
            { "email": "a@example.org", "givenName": EVIL }, { "email": "b@example.org", "familyName": "www.evil.example" },
        ]);
        let done = app
            .mutate(
                &ada.key,
                "inviteMembers",
                json!({ "workspaceId": id, "invitees": invitees }),
            )
            .await;
        assert_eq!(done.became(), ["CONTAINS_LINK", "CONTAINS_LINK"]);
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            app.mails(MailKind::Registration, "eve@example.org")
                .await
                .len(),
            0
        );
    }
);
