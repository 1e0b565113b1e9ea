//! Calls about one's own account that come twice (AUD-5).

use chrono::Duration;
use concierge::domain::mail::MailKind;
use serde_json::{Value, json};

use super::somebody;
use crate::support::{TestApp, on_both, person::PASSWORD};

const OLD: &str = "ada@example.org";
const NEW: &str = "ada@new.example";

async fn update(app: &TestApp, session: &str, input: Value) -> crate::support::app::Answer {
    let query = "mutation($input: UpdateAccountInput!) { updateAccount(input: $input) { account { givenName } replayed errors { code } } }";
    app.post(Some(session), query, json!({ "input": input }))
        .await
}

async fn change(
    app: &TestApp,
    session: &str,
    email: &str,
    password: &str,
) -> crate::support::app::Answer {
    let query = "mutation($input: ChangeEmailInput!) { changeEmail(input: $input) { sent replayed errors { code } } }";
    let input = json!({ "newEmail": email, "password": password, "idempotencyKey": "k" });
    app.post(Some(session), query, json!({ "input": input }))
        .await
}

on_both!(aud_5_updating_an_account_twice_changes_it_once, |app| {
    let session = somebody(app, OLD).await;
    let first = json!({ "givenName": "Zoë", "idempotencyKey": "k" });
    let done = update(app, &session, first.clone()).await;
    let expected = json!({ "account": { "givenName": "Zoë" }, "replayed": false, "errors": [] });
    assert_eq!(done.data()["updateAccount"], expected);
    assert_eq!(
        update(app, &session, json!({ "givenName": "Ada" }))
            .await
            .data()["updateAccount"]["replayed"],
        false
    );
    let before = app.footprint().await;
    let again = update(app, &session, first.clone()).await;
    let expected = json!({ "account": { "givenName": "Ada" }, "replayed": true, "errors": [] });
    assert_eq!(again.data()["updateAccount"], expected, "resolved anew");
    let other = update(
        app,
        &session,
        json!({ "givenName": "Eve", "idempotencyKey": "k" }),
    )
    .await;
    assert_eq!(other.refusals(), ["IDEMPOTENCY_CONFLICT updateAccount"]);
    // Every field counts as it was sent: null is not the same as an absent field.
    let with_null = update(
        app,
        &session,
        json!({ "givenName": "Zoë", "familyName": null, "idempotencyKey": "k" }),
    )
    .await;
    assert_eq!(with_null.refusals(), ["IDEMPOTENCY_CONFLICT updateAccount"]);
    for bad in ["", "a\u{0}b", &"x".repeat(256)] {
        let refused = update(
            app,
            &session,
            json!({ "givenName": "Eve", "idempotencyKey": bad }),
        )
        .await;
        assert_eq!(
            (refused.status.as_u16(), refused.codes()),
            (400, vec!["BAD_USER_INPUT"]),
            "nothing runs"
        );
    }
    assert_eq!(app.footprint().await, before);
    // Another person's key is another key; after a day it is forgotten.
    let eve = somebody(app, "eve@example.org").await;
    assert_eq!(
        update(app, &eve, first.clone()).await.data()["updateAccount"]["replayed"],
        false
    );
    app.pass(Duration::hours(25));
    assert_eq!(
        update(app, &session, first).await.data()["updateAccount"]["replayed"],
        false
    );
});

on_both!(
    aud_5_asking_for_another_address_twice_sends_one_mail,
    |app| {
        let session = somebody(app, OLD).await;
        let done = change(app, &session, NEW, PASSWORD).await;
        assert_eq!(
            done.data()["changeEmail"],
            json!({ "sent": true, "replayed": false, "errors": [] })
        );
        let again = change(app, &session, NEW, PASSWORD).await;
        assert_eq!(
            again.data()["changeEmail"],
            json!({ "sent": true, "replayed": true, "errors": [] })
        );
        assert_eq!(
            app.mails(MailKind::EmailChangeRequested, NEW).await.len(),
            1
        );
        let other = change(app, &session, "ada@other.example", PASSWORD).await;
        assert_eq!(other.refusals(), ["IDEMPOTENCY_CONFLICT changeEmail"]);
        let wrong = change(app, &session, NEW, "a wrong password of hers").await;
        assert_eq!(
            wrong.data()["changeEmail"]["errors"],
            json!([{ "code": "INVALID_CREDENTIALS" }]),
            "the password comes first"
        );
    }
);
