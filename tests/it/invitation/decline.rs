//! `declineInvitation`: by token or signed in, and no more mail if asked for (JOIN-6, JOIN-8).

use concierge::domain::mail::MailKind;
use serde_json::{Value, json};

use super::{accepted, invited, to};
use crate::support::on_both;

on_both!(join_8_the_invited_decline_by_token_or_signed_in, |app| {
    let ws = app
        .workspace_with(
            "riverton",
            concierge::domain::vocabulary::AccessMode::Private,
            None,
        )
        .await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let (ida, otto) = (
        app.outsider("Ida Holm").await,
        app.outsider("Otto Weiss").await,
    );
    let by_id = invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
    let by_token = invited(app, &ada.key, &ws, "nobody.yet@example.org", json!({})).await;
    let token = app
        .link(MailKind::Invitation, "nobody.yet@example.org")
        .await;
    let anonymous = app
        .door()
        .mutate(None, "declineInvitation", json!({ "id": by_id }))
        .await;
    assert_eq!(anonymous.refusal(), "UNAUTHENTICATED");
    assert_eq!(
        app.try_mutate(&otto, "declineInvitation", json!({ "id": by_id }))
            .await
            .refusal(),
        "NOT_FOUND"
    );
    assert_eq!(
        app.try_mutate(&ada.key, "declineInvitation", json!({ "token": token }))
            .await
            .refusal(),
        "FORBIDDEN"
    );
    let session = app.session_of(ada.account).await;
    let mismatch = app
        .mutate(&session, "declineInvitation", json!({ "id": by_id }))
        .await;
    assert_eq!(mismatch.errors(), ["INVITATION_EMAIL_MISMATCH id"]);
    let done = app
        .rehearsed(&ida, "declineInvitation", json!({ "id": by_id }))
        .await;
    assert_eq!(done.0["invitation"]["state"], "DECLINED");
    let done = app
        .door()
        .mutate(None, "declineInvitation", json!({ "token": token }))
        .await
        .payload();
    assert_eq!(
        (done.errors().len(), &done.0["invitation"]["state"]),
        (0, &json!("DECLINED"))
    );
    let events = app.events(&ws).await;
    let said: Vec<_> = events
        .iter()
        .filter(|event| event.kind == "INVITATION_DECLINED")
        .collect();
    assert_eq!(
        said.iter()
            .map(|event| event.actor_kind.as_str())
            .collect::<Vec<_>>(),
        ["ACCOUNT", "ANONYMOUS"]
    );
    // Once is for good; both can be invited again.
    let again = app
        .door()
        .mutate(None, "declineInvitation", json!({ "token": token }))
        .await
        .payload();
    assert_eq!(again.errors(), ["NOT_PENDING token"]);
    assert_eq!(
        app.mutate(&ada.key, "resendInvitations", json!({ "ids": [by_token] }))
            .await
            .became(),
        ["NOT_PENDING"]
    );
    let id = invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
    accepted(app, &ida, &id).await;
});

on_both!(
    aud_5_declining_by_token_can_be_repeated_from_any_network,
    |app| {
        let (ws, ada) = app.portal().await;
        invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
        let token = app.link(MailKind::Invitation, "ida.holm@example.org").await;
        let input = json!({ "token": token, "idempotencyKey": "no-thanks" });
        let query = "mutation($input: DeclineInvitationInput!) { declineInvitation(input: $input) \
         { invitation { state } errors { code path } replayed } }";
        let decline = async |client: [u8; 4]| {
            let body = json!({ "query": query, "variables": { "input": input } }).to_string();
            let request = http::Request::post("/graphql")
                .header(http::header::CONTENT_TYPE, "application/json");
            let request = request.body(axum::body::Body::from(body)).unwrap();
            let answer = app
                .door()
                .send_from(std::net::SocketAddr::from((client, 40_000)), request)
                .await;
            answer.data()["declineInvitation"].clone()
        };
        let first = decline([198, 51, 100, 7]).await;
        assert_eq!(
            (&first["invitation"]["state"], &first["replayed"]),
            (&json!("DECLINED"), &json!(false))
        );
        let before = app.footprint().await;
        for client in [[198, 51, 100, 7], [203, 0, 113, 9]] {
            let again = decline(client).await;
            assert_eq!(
                (
                    &again["invitation"]["state"],
                    &again["replayed"],
                    &again["errors"]
                ),
                (&json!("DECLINED"), &json!(true), &json!([]))
            );
        }
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(
    join_6_who_refuses_further_mail_gets_none_from_there,
    |app| {
        let (ws, other) = (
            app.workspace("riverton").await,
            app.workspace("lakeside").await,
        );
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let eve = app.administrator(&other, "Eve Laurent").await;
        let ida = app.outsider("Ida Holm").await;
        invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
        let token = app.link(MailKind::Invitation, "ida.holm@example.org").await;
        let input = json!({ "token": token, "refuseFurtherMail": true });
        app.door()
            .mutate(None, "declineInvitation", input)
            .await
            .payload();
        let mails = async || {
            app.mails(MailKind::Invitation, "ida.holm@example.org")
                .await
                .len()
        };
        assert_eq!(mails().await, 1);
        // Invited all the same, and whoever invites is told what they are told of anybody.
        let done = app
            .mutate(
                &ada.key,
                "inviteMembers",
                to(&ws, &["IDA.holm@example.org", "zoe@example.org"], json!({})),
            )
            .await;
        assert_eq!(
            (done.became(), mails().await),
            (vec!["INVITED", "INVITED"], 1)
        );
        let id = done.invitations()[0].clone();
        assert_eq!(
            app.mutate(&ada.key, "resendInvitations", json!({ "ids": [id] }))
                .await
                .became(),
            ["RESENT"]
        );
        assert_eq!(mails().await, 1);
        let own = app
            .post(
                Some(&ida),
                "{ viewer { profile { invitations { id } } } }",
                json!({}),
            )
            .await;
        assert_eq!(
            own.data()["viewer"]["profile"]["invitations"],
            json!([{ "id": id }])
        );
        // Other workspaces may still write.
        invited(app, &eve.key, &other, "ida.holm@example.org", json!({})).await;
        assert_eq!(mails().await, 2);
        let joined = accepted(app, &ida, &id).await;
        assert_ne!(joined.0["membership"], Value::Null);
        // A second refusal is the same one; the link works for that though the invitation was accepted
        // by now.
        let again = app.link(MailKind::Invitation, "ida.holm@example.org").await;
        let input = json!({ "token": again, "refuseFurtherMail": true });
        assert_eq!(
            app.mutate(&ida, "declineInvitation", input).await.errors(),
            Vec::<String>::new()
        );
        assert_eq!(app.count("mail_refusal").await, 2);
    }
);

on_both!(
    join_6_the_link_refuses_further_mail_also_when_its_invitation_is_over,
    |app| {
        let (ws, ada) = app.portal().await;
        for (address, end) in [
            ("ida@example.org", "CANCELLED"),
            ("zoe@example.org", "EXPIRED"),
            ("kim@example.org", "DECLINED"),
        ] {
            let id = invited(app, &ada.key, &ws, address, json!({})).await;
            let token = app.link(MailKind::Invitation, address).await;
            let refuse = |further: bool| json!({ "token": token, "refuseFurtherMail": further });
            match end {
                "CANCELLED" => drop(
                    app.mutate(&ada.key, "cancelInvitations", json!({ "ids": [id] }))
                        .await,
                ),
                "EXPIRED" => app.pass(chrono::Duration::days(31)),
                _ => drop(
                    app.door()
                        .mutate(None, "declineInvitation", refuse(false))
                        .await,
                ),
            }
            let code = if end == "EXPIRED" {
                "EXPIRED token"
            } else {
                "NOT_PENDING token"
            };
            let late = app
                .door()
                .mutate(None, "declineInvitation", refuse(false))
                .await
                .payload();
            assert_eq!(late.errors(), [code], "{end}");
            let done = app
                .door()
                .mutate(None, "declineInvitation", refuse(true))
                .await
                .payload();
            assert_eq!(
                (done.errors().len(), &done.0["invitation"]["state"]),
                (0, &json!(end))
            );
            let again = app
                .mutate(&ada.key, "inviteMembers", to(&ws, &[address], json!({})))
                .await;
            assert_eq!(
                (
                    again.became(),
                    app.mails(MailKind::Invitation, address).await.len()
                ),
                (vec!["INVITED"], 1)
            );
        }
        assert_eq!(
            app.count("audit_event WHERE kind = 'INVITATION_MAIL_REFUSED'")
                .await,
            3
        );
    }
);
