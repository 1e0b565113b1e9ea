//! Whoever invited is told of answers, and the invited are reminded, once each (JOIN-15).

use chrono::Duration;
use concierge::{
    domain::mail::MailKind,
    job::{outbox::deliver, reminder::remind},
};
use serde_json::{Value, json};

use super::{accepted, invited, to};
use crate::support::{TestApp, on_both, smtp::Smtp, world::Ws};

async fn declined(app: &TestApp, address: &str) {
    let token = app.link(MailKind::Invitation, address).await;
    let done = app
        .door()
        .mutate(None, "declineInvitation", json!({ "token": token }))
        .await
        .payload();
    assert_eq!(done.errors(), Vec::<String>::new());
}

on_both!(
    join_15_whoever_invited_is_told_of_all_answers_in_one_mail,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let (ws, ada) = app.portal().await;
        let eve = app.administrator(&ws, "Eve Laurent").await;
        let session = app.outsider("Ida Holm").await;
        let id = invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
        for address in ["bo@example.org", "cy@example.org"] {
            invited(app, &ada.key, &ws, address, json!({})).await;
        }
        invited(app, &eve.key, &ws, "di@example.org", json!({})).await;
        accepted(app, &session, &id).await;
        app.pass(Duration::minutes(30));
        declined(app, "bo@example.org").await;
        deliver(&deps).await.unwrap();
        let told = async |to: &str| app.mails(MailKind::InvitationAnswered, to).await.len();
        assert_eq!(
            told("ada.veldkamp@example.org").await,
            1,
            "one for all answers of a while"
        );
        assert!(
            smtp.mails()
                .iter()
                .all(|mail| !mail.subject.contains("replies")),
            "not yet"
        );
        app.pass(Duration::minutes(31) + Duration::seconds(1));
        deliver(&deps).await.unwrap();
        let mails = smtp.mails();
        let mail = mails
            .iter()
            .find(|mail| mail.subject.contains("replies to your invitations"))
            .expect("the mail");
        assert_eq!(mail.to, ["ada.veldkamp@example.org"]);
        let text = mail.text.replace("\r\n", "\n");
        assert!(
            text.contains("- Ida Holm accepted and is now a member.\n- bo@example.org declined.\n"),
            "{text}"
        );
        // Each answer is told once, the next one in a mail of its own; nobody is told of what others
        // invited.
        declined(app, "cy@example.org").await;
        app.pass(Duration::hours(2));
        deliver(&deps).await.unwrap();
        app.pass(Duration::hours(2));
        deliver(&deps).await.unwrap();
        let mails = smtp.mails();
        let all: Vec<String> = mails
            .iter()
            .filter(|mail| mail.subject.contains("replies"))
            .map(|mail| mail.text.replace("\r\n", "\n"))
            .collect();
        assert_eq!(
            (
                all.len(),
                all[1].contains("cy@example.org declined"),
                all[1].contains("bo@")
            ),
            (2, true, false),
            "{all:?}"
        );
        assert_eq!(told("eve.laurent@example.org").await, 0);
    }
);

on_both!(
    join_15_nobody_is_told_where_it_is_switched_off_nor_who_has_left,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let (ws, ada) = app.portal().await;
        let eve = app.administrator(&ws, "Eve Laurent").await;
        let off = json!({ "workspaceId": ws.id.to_string(), "notifyInviters": false });
        let done = app.mutate(&ada.key, "updateSignUpSettings", off).await;
        assert_eq!(done.errors(), Vec::<String>::new());
        invited(app, &ada.key, &ws, "bo@example.org", json!({})).await;
        declined(app, "bo@example.org").await;
        assert_eq!(
            app.mails(MailKind::InvitationAnswered, "ada.veldkamp@example.org")
                .await
                .len(),
            0
        );
        let on = json!({ "workspaceId": ws.id.to_string(), "notifyInviters": true });
        app.mutate(&ada.key, "updateSignUpSettings", on).await;
        let query = "query($ws: ID!) { workspace(id: $ws) { signUp { notifyInviters } } }";
        let seen = app
            .post(Some(&ada.key), query, json!({ "ws": ws.id.to_string() }))
            .await;
        assert_eq!(
            seen.data()["workspace"]["signUp"]["notifyInviters"],
            json!(true)
        );
        invited(app, &eve.key, &ws, "cy@example.org", json!({})).await;
        declined(app, "cy@example.org").await;
        app.sql(
            "UPDATE membership SET ends_at = $1 WHERE id = $2",
            vec![app.now().into(), eve.id.0.into()],
        )
        .await;
        app.pass(Duration::hours(2));
        deliver(&deps).await.unwrap();
        let row = app
            .mails(MailKind::InvitationAnswered, "eve.laurent@example.org")
            .await
            .remove(0);
        assert_eq!(
            (row.sent_at, row.last_error.as_deref()),
            (None, Some("OBSOLETE"))
        );
    }
);

/// How many reminders were queued to an address.
async fn reminders(app: &TestApp, address: &str) -> usize {
    app.mails(MailKind::InvitationReminder, address).await.len()
}

/// Invites one address in a term of so many days from now, and has the mail sent.
async fn sent(
    app: &TestApp,
    smtp: &Smtp,
    key: &str,
    ws: &Ws,
    address: &str,
    more: Value,
) -> String {
    // Two writes at one instant stand a microsecond apart, and the later one's mail is not due yet.
    app.pass(Duration::seconds(1));
    let id = invited(app, key, ws, address, more).await;
    deliver(&app.mailing(smtp)).await.unwrap();
    id
}

on_both!(
    join_15_the_invited_are_reminded_once_three_days_before_the_lapse,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let (ws, ada) = app.portal().await;
        let more = json!({ "locale": "NL", "note": "Tot gauw" });
        sent(app, &smtp, &ada.key, &ws, "ida@example.org", more).await;
        app.pass(Duration::days(27) - Duration::microseconds(1));
        assert_eq!(remind(&deps).await.unwrap(), 0);
        app.pass(Duration::microseconds(1));
        assert_eq!(
            (remind(&deps).await.unwrap(), remind(&deps).await.unwrap()),
            (1, 0)
        );
        assert_eq!(deliver(&deps).await.unwrap(), 1);
        let mail = smtp.mails().pop().unwrap();
        assert_eq!(
            (mail.to[0].as_str(), mail.subject.as_str()),
            (
                "ida@example.org",
                "Uw uitnodiging voor een dataportaal verloopt binnenkort"
            )
        );
        assert!(
            mail.text.contains("Ada Veldkamp heeft u uitgenodigd")
                && !mail.text.contains("Tot gauw"),
            "{}",
            mail.text
        );
        let token = app
            .link(MailKind::InvitationReminder, "ida@example.org")
            .await;
        assert!(
            mail.text.contains(&token),
            "the link of the invitation itself"
        );
        app.pass(Duration::days(2));
        assert_eq!(
            (remind(&deps).await.unwrap(), deliver(&deps).await.unwrap()),
            (0, 0)
        );
        assert_eq!(reminders(app, "ida@example.org").await, 1);
    }
);

on_both!(
    join_15_only_those_are_reminded_who_have_the_invitation_and_did_not_answer,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let (ws, ada) = app.portal().await;
        let cancelled = sent(app, &smtp, &ada.key, &ws, "a@example.org", json!({})).await;
        sent(app, &smtp, &ada.key, &ws, "b@example.org", json!({})).await;
        declined(app, "b@example.org").await;
        app.mutate(&ada.key, "cancelInvitations", json!({ "ids": [cancelled] }))
            .await;
        smtp.next(&["550 5.1.1 no such user"]);
        sent(app, &smtp, &ada.key, &ws, "failed@example.org", json!({})).await;
        // Whose term is shorter from the start.
        sent(
            app,
            &smtp,
            &ada.key,
            &ws,
            "short@example.org",
            json!({ "accessEndsAt": app.at(2 * 86_400) }),
        )
        .await;
        // Whose access ends before the term does.
        sent(
            app,
            &smtp,
            &ada.key,
            &ws,
            "early@example.org",
            json!({ "accessEndsAt": app.at(10 * 86_400) }),
        )
        .await;
        let again = sent(app, &smtp, &ada.key, &ws, "again@example.org", json!({})).await;
        app.pass(Duration::days(8));
        remind(&deps).await.unwrap();
        assert_eq!(
            (
                reminders(app, "early@example.org").await,
                reminders(app, "short@example.org").await
            ),
            (1, 0)
        );
        app.pass(Duration::days(20));
        remind(&deps).await.unwrap();
        for address in [
            "a@example.org",
            "b@example.org",
            "failed@example.org",
            "short@example.org",
        ] {
            assert_eq!(reminders(app, address).await, 0, "{address}");
        }
        assert_eq!(reminders(app, "again@example.org").await, 1);
        // A reminder that waits is not sent once the invitation is sent again; the new term has one of
        // its own.
        assert_eq!(
            app.mutate(&ada.key, "resendInvitations", json!({ "ids": [again] }))
                .await
                .became(),
            ["RESENT"]
        );
        let before = smtp.mails().len();
        deliver(&deps).await.unwrap();
        assert_eq!(smtp.mails().len(), before + 1, "the invitation alone");
        app.pass(Duration::days(28));
        remind(&deps).await.unwrap();
        assert_eq!(reminders(app, "again@example.org").await, 2);
        // Who wants no more mail gets none.
        let done = app
            .mutate(
                &ada.key,
                "inviteMembers",
                to(&ws, &["no@example.org"], json!({})),
            )
            .await;
        assert_eq!(done.became(), ["INVITED"]);
        deliver(&deps).await.unwrap();
        let key = app.app.deps.secret.mail_key("no@example.org").to_vec();
        let refuse =
            "INSERT INTO mail_refusal (workspace_id, email_key, refused_at) VALUES ($1, $2, $3)";
        app.sql(refuse, vec![ws.id.0.into(), key.into(), app.now().into()])
            .await;
        app.pass(Duration::days(28));
        remind(&deps).await.unwrap();
        assert_eq!(reminders(app, "no@example.org").await, 0);
    }
);
