//! What became of the mail about an invitation (JOIN-15), as those who invite see it.

use chrono::Duration;
use concierge::{domain::audit, job::outbox::deliver};
use serde_json::{Value, json};

use super::{invited, to};
use crate::support::{TestApp, on_both, smtp::Smtp, world::Ws};

/// What the list says of the deliveries, by address; those that the filter finds.
async fn deliveries(app: &TestApp, reader: &str, ws: &Ws, filter: Value) -> Vec<(String, Value)> {
    let query = "query($ws: ID!, $filter: InvitationFilter) { workspace(id: $ws) { invitations(first: 100, filter: $filter) { \
         totalCount nodes { email delivery { state at statusCode } } } } }";
    let answer = app
        .post(
            Some(reader),
            query,
            json!({ "ws": ws.id.to_string(), "filter": filter }),
        )
        .await;
    let list = &answer.data()["workspace"]["invitations"];
    let nodes = list["nodes"].as_array().unwrap();
    assert_eq!(list["totalCount"], json!(nodes.len()));
    nodes
        .iter()
        .map(|node| {
            (
                node["email"].as_str().unwrap().to_owned(),
                node["delivery"].clone(),
            )
        })
        .collect()
}

on_both!(
    join_15_whoever_invites_sees_what_became_of_the_mail,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let (ws, ada) = app.portal().await;
        let queued = json!(audit::instant(app.now()));
        invited(app, &ada.key, &ws, "a@example.org", json!({})).await;
        let seen = deliveries(app, &ada.key, &ws, Value::Null).await;
        assert_eq!(
            seen,
            [(
                "a@example.org".to_owned(),
                json!({ "state": "QUEUED", "at": queued, "statusCode": null })
            )]
        );
        app.pass(Duration::seconds(7));
        assert_eq!(deliver(&deps).await.unwrap(), 1);
        // Each of these fares in its own way, a second after the other.
        let mut at = vec![audit::instant(app.now())];
        for (address, answer) in [
            ("b@example.org", "451 4.3.0 <b@example.org> later"),
            ("c@example.org", "550 5.1.1 <c@example.org> who?"),
            ("d@example.org", "data 452 full"),
        ] {
            app.pass(Duration::seconds(1));
            invited(app, &ada.key, &ws, address, json!({})).await;
            smtp.next(&[answer]);
            assert_eq!(deliver(&deps).await.unwrap(), 0);
            let tried_again = if answer.starts_with("550") {
                Duration::zero()
            } else {
                Duration::minutes(1)
            };
            at.push(audit::instant(app.now() + tried_again));
        }
        let expected = [
            (
                "a@example.org",
                json!({ "state": "SENT", "at": at[0], "statusCode": null }),
            ),
            (
                "b@example.org",
                json!({ "state": "DEFERRED", "at": at[1], "statusCode": 451 }),
            ),
            (
                "c@example.org",
                json!({ "state": "FAILED", "at": at[2], "statusCode": 550 }),
            ),
            (
                "d@example.org",
                json!({ "state": "DEFERRED", "at": at[3], "statusCode": 452 }),
            ),
        ];
        let expected = expected.map(|(email, delivery)| (email.to_owned(), delivery));
        let seen = deliveries(app, &ada.key, &ws, Value::Null).await;
        assert_eq!(seen, expected);
        assert_eq!(
            deliveries(
                app,
                &ada.key,
                &ws,
                json!({ "deliveryStates": ["DEFERRED"] })
            )
            .await,
            [seen[1].clone(), seen[3].clone()]
        );
        let two =
            json!({ "deliveryStates": ["SENT", "FAILED"], "states": ["PENDING"], "search": "c@" });
        assert_eq!(deliveries(app, &ada.key, &ws, two).await, [seen[2].clone()]);
        // What is not delivered within a day has failed.
        smtp.stop();
        for _ in 0..30 {
            deliver(&deps).await.unwrap();
            app.pass(Duration::hours(1));
        }
        deliver(&deps).await.unwrap();
        let failed = deliveries(app, &ada.key, &ws, json!({ "deliveryStates": ["FAILED"] })).await;
        assert_eq!(failed.len(), 3, "{failed:?}");
    }
);

on_both!(
    join_15_a_receiver_who_refuses_further_mail_is_told_as_such,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let (ws, ada) = app.portal().await;
        let first = invited(app, &ada.key, &ws, "ida@example.org", json!({})).await;
        assert_eq!(deliver(&deps).await.unwrap(), 1);
        let token = app
            .link(
                concierge::domain::mail::MailKind::Invitation,
                "ida@example.org",
            )
            .await;
        app.mutate(&ada.key, "cancelInvitations", json!({ "ids": [first] }))
            .await;
        // The next waits to be sent as its receiver, by the link of the first, wants no more.
        let done = app
            .mutate(
                &ada.key,
                "inviteMembers",
                to(&ws, &["ida@example.org"], json!({})),
            )
            .await;
        let refuse = json!({ "token": token, "refuseFurtherMail": true });
        assert_eq!(
            app.door()
                .mutate(None, "declineInvitation", refuse)
                .await
                .payload()
                .errors(),
            Vec::<String>::new()
        );
        app.pass(Duration::seconds(1));
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        let states = |seen: Vec<(String, Value)>| {
            seen.into_iter()
                .map(|(_, delivery)| delivery["state"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            states(deliveries(app, &ada.key, &ws, Value::Null).await),
            [json!("SENT"), json!("REFUSED_BY_RECEIVER")]
        );
        app.mutate(
            &ada.key,
            "cancelInvitations",
            json!({ "ids": done.invitations() }),
        )
        .await;
        invited(app, &ada.key, &ws, "ida@example.org", json!({})).await;
        let refused = deliveries(
            app,
            &ada.key,
            &ws,
            json!({ "deliveryStates": ["REFUSED_BY_RECEIVER"] }),
        )
        .await;
        assert_eq!(
            states(refused),
            [json!("REFUSED_BY_RECEIVER"), json!("REFUSED_BY_RECEIVER")]
        );
        assert_eq!(smtp.mails().len(), 1);
    }
);

on_both!(
    join_15_the_mail_of_an_older_token_says_nothing_of_the_newer,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let (ws, ada) = app.portal().await;
        let id = invited(app, &ada.key, &ws, "ida@example.org", json!({})).await;
        smtp.next(&["451 later"]);
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        assert_eq!(
            app.mutate(&ada.key, "resendInvitations", json!({ "ids": [id] }))
                .await
                .became(),
            ["RESENT"]
        );
        assert_eq!(
            deliveries(app, &ada.key, &ws, Value::Null).await[0].1["state"],
            json!("QUEUED")
        );
        app.pass(Duration::seconds(1));
        assert_eq!(
            deliver(&deps).await.unwrap(),
            1,
            "the older is not sent any more"
        );
        app.pass(Duration::minutes(5));
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        assert_eq!(
            deliveries(app, &ada.key, &ws, Value::Null).await[0].1["state"],
            json!("SENT")
        );
    }
);

on_both!(join_15_only_those_who_may_invite_see_it, |app| {
    let (ws, ada) = app.portal().await;
    let ida = app.outsider("Ida Holm").await;
    let id = invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
    let query = "query($id: ID!) { node(id: $id) { ... on Invitation { id delivery { state } } } }";
    let seen = app.post(Some(&ada.key), query, json!({ "id": id })).await;
    assert_eq!(seen.data()["node"]["delivery"]["state"], json!("QUEUED"));
    let invited = app.post(Some(&ida), query, json!({ "id": id })).await;
    assert_eq!(
        (
            &invited.body["data"]["node"]["id"],
            &invited.body["data"]["node"]["delivery"]
        ),
        (&json!(id), &Value::Null)
    );
    assert_eq!(invited.codes(), ["FORBIDDEN"]);
});
