//! Tokens of invitations (JOIN-8, MAIL-1): what is none, what is not the newest, what is used or
//! too old; and what `invitationByToken` says to whoever holds one.

use chrono::Duration;
use concierge::domain::{id::InvitationId, link::LinkKind, mail::MailKind};
use serde_json::{Value, json};

use super::{accepted, invited, to};
use crate::support::{TestApp, on_both};

/// What whoever holds the token is told.
async fn seen(app: &TestApp, credential: Option<&str>, token: &str) -> Value {
    let query = "query($token: String!) { invitationByToken(token: $token) { id state accountExists note email \
         workspace { slug name } role { name } } }";
    app.post(credential, query, json!({ "token": token }))
        .await
        .data()["invitationByToken"]
        .clone()
}

on_both!(
    join_8_only_the_newest_token_of_the_right_kind_opens,
    |app| {
        let ws = app
            .workspace_with(
                "riverton",
                concierge::domain::vocabulary::AccessMode::Private,
                None,
            )
            .await;
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let session = app.outsider("Ida Holm").await;
        let id = invited(
            app,
            &ada.key,
            &ws,
            "ida.holm@example.org",
            json!({ "note": "Hello" }),
        )
        .await;
        let row = InvitationId::parse(&id).unwrap().0;
        let first = app.link(MailKind::Invitation, "ida.holm@example.org").await;
        let shown = seen(app, None, &first).await;
        assert_eq!(
            (&shown["id"], &shown["state"], &shown["accountExists"]),
            (&json!(id), &json!("PENDING"), &json!(true))
        );
        assert_eq!(
            (&shown["note"], &shown["workspace"]["slug"]),
            (&json!("Hello"), &json!("riverton"))
        );
        app.mutate(&ada.key, "resendInvitations", json!({ "ids": [id] }))
            .await;
        let newest = app.link(MailKind::Invitation, "ida.holm@example.org").await;
        assert_ne!(first, newest);
        let secret = &app.app.deps.secret;
        let stranger = app.app.deps.ids.uuid(app.now());
        let end = if newest.ends_with('0') { "1" } else { "0" };
        let altered = format!("{}{end}", &newest[..newest.len() - 1]);
        let mut wrong = vec![
            first,
            altered,
            newest.to_uppercase(),
            format!(" {newest}"),
            newest.replacen("_inv_", "_rst_", 1),
            "nonsense".to_owned(),
            "x".repeat(500),
            secret.link(LinkKind::Invitation, stranger, 1).expose(),
        ];
        wrong.extend(
            LinkKind::ALL
                .iter()
                .filter(|kind| **kind != LinkKind::Invitation)
                .map(|kind| secret.link(*kind, row, 2).expose()),
        );
        let before = app.footprint().await;
        for token in &wrong {
            assert_eq!(seen(app, None, token).await, Value::Null, "{token}");
            let accept = app
                .mutate(&session, "acceptInvitation", json!({ "token": token }))
                .await;
            assert_eq!(accept.errors(), ["INVALID_TOKEN token"], "{token}");
            let decline = app
                .door()
                .mutate(None, "declineInvitation", json!({ "token": token }))
                .await
                .payload();
            assert_eq!(decline.errors(), ["INVALID_TOKEN token"], "{token}");
        }
        for token in [String::new(), "x".repeat(501)] {
            for mutation in ["acceptInvitation", "declineInvitation"] {
                let refused = app
                    .try_mutate(&session, mutation, json!({ "token": token }))
                    .await;
                assert_eq!(refused.refusal(), "BAD_USER_INPUT");
            }
        }
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            app.mutate(&session, "acceptInvitation", json!({ "token": newest }))
                .await
                .errors(),
            Vec::<String>::new()
        );
        assert_eq!(
            seen(app, Some(&session), &newest).await,
            Value::Null,
            "it is used"
        );
    }
);

on_both!(
    join_8_a_term_ends_after_30_days_and_at_the_access_end_at_the_latest,
    |app| {
        let (ws, ada) = app.portal().await;
        let elsewhere = app.workspace("lakeside").await;
        let ida = app.member(&elsewhere, "Ida Holm").create().await;
        let zoe = app.outsider("Zoe Lark").await;
        let long = invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
        let ends = json!({ "accessEndsAt": app.at(3_600) });
        let short = invited(app, &ada.key, &ws, "zoe.lark@example.org", ends).await;
        let (long_token, short_token) = (
            app.link(MailKind::Invitation, "ida.holm@example.org").await,
            app.link(MailKind::Invitation, "zoe.lark@example.org").await,
        );
        app.pass(Duration::seconds(3_600));
        assert_eq!(
            app.mutate(&zoe, "acceptInvitation", json!({ "id": short }))
                .await
                .errors(),
            ["EXPIRED id"]
        );
        assert_eq!(
            app.mutate(&ada.key, "resendInvitations", json!({ "ids": [short] }))
                .await
                .became(),
            ["NOT_PENDING"]
        );
        let shown = seen(app, None, &short_token).await;
        assert_eq!(
            (&shown["state"], &shown["accountExists"]),
            (&json!("EXPIRED"), &Value::Null)
        );
        app.pass(Duration::days(30) - Duration::seconds(3_600));
        // Sessions run out sooner.
        let session = app.session_of(ida.account).await;
        let before = app.footprint().await;
        assert_eq!(
            app.mutate(&session, "acceptInvitation", json!({ "token": long_token }))
                .await
                .errors(),
            ["EXPIRED token"]
        );
        assert_eq!(
            app.door()
                .mutate(None, "declineInvitation", json!({ "token": long_token }))
                .await
                .payload()
                .errors(),
            ["EXPIRED token"]
        );
        assert_eq!(app.footprint().await, before);
        // A new token, a new term.
        assert_eq!(
            app.mutate(&ada.key, "resendInvitations", json!({ "ids": [long] }))
                .await
                .became(),
            ["RESENT"]
        );
        app.pass(Duration::days(29));
        accepted(app, &app.session_of(ida.account).await, &long).await;
    }
);

on_both!(
    acc_4_only_a_token_tells_whether_there_is_an_account,
    |app| {
        let (ws, ada) = app.portal().await;
        app.outsider("Ida Holm").await;
        let addresses = ["ida.holm@example.org", "nobody.yet@example.org"];
        let done = app
            .mutate(&ada.key, "inviteMembers", to(&ws, &addresses, json!({})))
            .await;
        for (address, exists) in addresses.into_iter().zip([true, false]) {
            let token = app.link(MailKind::Invitation, address).await;
            assert_eq!(
                seen(app, None, &token).await["accountExists"],
                json!(exists)
            );
        }
        let query = "query($id: ID!) { workspace(id: $id) { invitations { nodes { accountExists locale state } } } }";
        let listed = app
            .post(Some(&ada.key), query, json!({ "id": ws.id.to_string() }))
            .await;
        let nodes = listed.data()["workspace"]["invitations"]["nodes"]
            .as_array()
            .unwrap()
            .clone();
        assert_eq!((nodes.len(), &nodes[0]), (2, &nodes[1]));
        assert_eq!(nodes[0]["accountExists"], Value::Null);
        assert_eq!(
            done.0["results"][0]["outcome"],
            done.0["results"][1]["outcome"]
        );
    }
);
