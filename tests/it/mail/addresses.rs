//! What is accepted as an address can be mailed, where the mail server takes it (ACC-1); where it
//! cannot, that is seen at once.

use concierge::job::outbox::deliver;
use serde_json::{Value, json};

use super::rows;
use crate::support::{TestApp, on_both, smtp::Smtp, world::Ws};

/// Invites the address; what became of the mail after one round of sending.
async fn invited(app: &TestApp, smtp: &Smtp, key: &str, ws: &Ws, address: &str) -> Value {
    // Two writes at one instant stand a microsecond apart, and the later one's mail is not due yet.
    app.pass(chrono::Duration::seconds(1));
    let input = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": address }] });
    assert_eq!(
        app.mutate(key, "inviteMembers", input).await.became(),
        ["INVITED"],
        "{address}"
    );
    deliver(&app.mailing(smtp)).await.unwrap();
    let query = "query($ws: ID!) { workspace(id: $ws) { invitations(last: 1) { nodes { delivery { state statusCode } } } } }";
    let answer = app
        .post(Some(key), query, json!({ "ws": ws.id.to_string() }))
        .await;
    answer.data()["workspace"]["invitations"]["nodes"][0]["delivery"].clone()
}

on_both!(acc_1_what_is_accepted_can_be_mailed, |app| {
    let Some(smtp) = Smtp::with(json!({ "smtputf8": true })) else {
        return;
    };
    let (ws, ada) = app.portal().await;
    for (typed, mailed) in [
        ("e\u{301}mile@example.org", "\u{e9}mile@example.org"),
        ("\u{1f333}@example.org", "\u{1f333}@example.org"),
        (
            "\u{7528}\u{6237}@b\u{fc}cher.example",
            "\u{7528}\u{6237}@xn--bcher-kva.example",
        ),
        (
            "o'neil!#$%&*/=?^_`{|}~-@example.org",
            "o'neil!#$%&*/=?^_`{|}~-@example.org",
        ),
        ("\"Ada L\"@example.org", "\"Ada L\"@example.org"),
    ] {
        let delivery = invited(app, &smtp, &ada.key, &ws, typed).await;
        assert_eq!(
            delivery,
            json!({ "state": "SENT", "statusCode": null }),
            "{typed}"
        );
        let mail = smtp.mails().pop().unwrap();
        assert_eq!(mail.to, [mailed], "{typed}");
    }
});

on_both!(
    join_15_an_address_that_the_server_cannot_take_has_failed_at_once,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let (ws, ada) = app.portal().await;
        let delivery = invited(app, &smtp, &ada.key, &ws, "\u{e9}mile@example.org").await;
        assert_eq!(delivery, json!({ "state": "FAILED", "statusCode": null }));
        let row = rows(app).await.pop().unwrap();
        assert_eq!(
            (row.last_error.as_deref(), row.attempts),
            (Some("ADDRESS_NOT_SUPPORTED"), 1)
        );
        assert_eq!(
            invited(app, &smtp, &ada.key, &ws, "emile@example.org").await["state"],
            json!("SENT"),
            "others are not held up"
        );
    }
);
