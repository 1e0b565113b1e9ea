//! How much may be sent, and where to nothing is (JOIN-6). Limits are counted over 24 hours.

use std::sync::Arc;

use chrono::Duration;
use concierge::{
    app::{App, Edge},
    domain::{audit, blocklist::BlockList, mail::MailKind},
    job::outbox::deliver,
    service::{
        Deps,
        deps::{InvitationLimits, Limits},
    },
};
use serde_json::{Value, json};

use super::{invited, to};
use crate::support::{TestApp, app::Door, on_both, smtp::Smtp, world::Ws};

/// A way in to the same database, with other limits.
fn door(app: &TestApp, invitations: InvitationLimits) -> Door {
    let limits = Arc::new(Limits {
        invitations: Arc::new(invitations),
        ..Limits::default()
    });
    Door::of(
        App::new(
            Deps {
                limits,
                ..app.app.deps.clone()
            },
            Edge::default(),
        )
        .router()
        .expect("routes"),
    )
}

/// What became of the mails about the workspace's invitations, by address.
async fn deliveries(app: &TestApp, reader: &str, ws: &Ws) -> Vec<(String, Value, Value)> {
    let query = "query($ws: ID!) { workspace(id: $ws) { invitations(first: 100) { nodes { email delivery { state at } } } } }";
    let answer = app
        .post(Some(reader), query, json!({ "ws": ws.id.to_string() }))
        .await;
    let nodes = answer.data()["workspace"]["invitations"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    let of = |node: Value| {
        (
            node["email"].as_str().unwrap().to_owned(),
            node["delivery"]["state"].clone(),
            node["delivery"]["at"].clone(),
        )
    };
    nodes.into_iter().map(of).collect()
}

on_both!(
    join_6_the_fourth_mail_of_a_day_waits_and_the_invitation_is_made_all_the_same,
    |app| {
        let first = app.now();
        let mut last = None;
        for (slug, name) in [
            ("riverton", "Ada Veldkamp"),
            ("lakeside", "Eve Laurent"),
            ("harbour", "Bo Lindqvist"),
            ("upriver", "Cy Moreau"),
        ] {
            let ws = app.workspace(slug).await;
            let inviter = app.administrator(&ws, name).await;
            invited(app, &inviter.key, &ws, "IDA@example.org", json!({})).await;
            let state = if slug == "upriver" {
                "DEFERRED"
            } else {
                "QUEUED"
            };
            assert_eq!(
                deliveries(app, &inviter.key, &ws).await[0].1,
                json!(state),
                "{slug}"
            );
            app.pass(Duration::hours(1));
            last = Some((ws, inviter));
        }
        // Whoever comes fourth is not refused: the mail waits until the day allows it.
        let (ws, inviter) = last.unwrap();
        let allowed = json!(audit::instant(first + Duration::hours(24)));
        assert_eq!(
            deliveries(app, &inviter.key, &ws).await,
            [("IDA@example.org".to_owned(), json!("DEFERRED"), allowed)]
        );
        let queued = app.mails(MailKind::Invitation, "ida@example.org").await;
        assert_eq!(
            queued.last().unwrap().send_after,
            first + Duration::hours(24)
        );
    }
);

on_both!(join_6_sending_again_waits_too_and_is_not_refused, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let first = app.now();
    let again = json!({ "ids": [invited(app, &ada.key, &ws, "ida@example.org", json!({})).await] });
    app.pass(Duration::hours(1));
    invited(app, &eve.key, &other, "IDA@example.org", json!({})).await;
    app.pass(Duration::hours(1));
    for state in ["QUEUED", "DEFERRED"] {
        assert_eq!(
            app.mutate(&ada.key, "resendInvitations", again.clone())
                .await
                .became(),
            ["RESENT"]
        );
        assert_eq!(deliveries(app, &ada.key, &ws).await[0].1, json!(state));
    }
    let queued = app.mails(MailKind::Invitation, "ida@example.org").await;
    assert_eq!(
        queued.last().unwrap().send_after,
        first + Duration::hours(24)
    );
    assert_eq!(
        deliveries(app, &eve.key, &other).await[0].1,
        json!("QUEUED")
    );
});

on_both!(
    join_6_taking_back_and_inviting_anew_holds_up_nobody_else,
    |app| {
        let (ws, other) = (
            app.workspace("riverton").await,
            app.workspace("lakeside").await,
        );
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let eve = app.administrator(&other, "Eve Laurent").await;
        for _ in 0..5 {
            let id = invited(app, &ada.key, &ws, "ida@example.org", json!({})).await;
            assert_eq!(
                app.mutate(&ada.key, "cancelInvitations", json!({ "ids": [id] }))
                    .await
                    .became(),
                ["CANCELLED"]
            );
        }
        let id = invited(app, &ada.key, &ws, "ida@example.org", json!({})).await;
        let seen = deliveries(app, &ada.key, &ws).await;
        assert_eq!(
            seen.iter()
                .map(|(_, state, _)| state.clone())
                .collect::<Vec<_>>()[..5],
            vec![Value::Null; 5],
            "taken back"
        );
        assert_eq!(
            seen[5].1,
            json!("DEFERRED"),
            "who goes round the limit waits"
        );
        invited(app, &eve.key, &other, "ida@example.org", json!({})).await;
        assert_eq!(
            deliveries(app, &eve.key, &other).await[0].1,
            json!("QUEUED"),
            "and nobody else"
        );
        // What waits is sent once the day is over.
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        app.pass(Duration::seconds(1));
        assert_eq!(deliver(&deps).await.unwrap(), 1);
        app.pass(Duration::hours(24));
        assert_eq!(deliver(&deps).await.unwrap(), 1);
        assert_eq!(smtp.mails().len(), 2);
        assert_eq!(deliveries(app, &ada.key, &ws).await[5].1, json!("SENT"));
        let token = app.link(MailKind::Invitation, "ida@example.org").await;
        let query = "query($token: String!) { invitationByToken(token: $token) { id } }";
        let found = app.post(None, query, json!({ "token": token })).await;
        assert!(
            found.data()["invitationByToken"]["id"].is_string(),
            "{id}: the link of the mail that waited opens it"
        );
    }
);

on_both!(
    join_6_join_17_a_workspace_sends_so_many_a_day_and_is_told_until_when,
    |app| {
        let (ws, ada) = app.portal().await;
        let door = door(
            app,
            InvitationLimits {
                per_workspace_and_day: 3,
                ..InvitationLimits::default()
            },
        );
        let call = async |mutation: &str, input| {
            door.mutate(Some(&ada.key), mutation, input).await.payload()
        };
        let first = app.now();
        let done = call("inviteMembers", to(&ws, &["a@example.org"], json!({}))).await;
        let a = done.invitations();
        app.pass(Duration::hours(1));
        let done = call("inviteMembers", to(&ws, &["b@example.org"], json!({}))).await;
        assert_eq!(done.became(), ["INVITED"]);
        let both = json!({ "ids": [a[0], done.invitations()[0]] });
        let before = call("resendInvitations", both).await;
        assert_eq!(before.became(), ["RESENT", "LIMIT_REACHED"]);
        let until = json!(audit::instant(first + Duration::hours(24)));
        let refused = &before.0["results"][1];
        assert_eq!(
            (&refused["limit"], &refused["retryAt"]),
            (&json!(3), &until)
        );
        assert_eq!(
            (
                &before.0["results"][0]["limit"],
                &before.0["results"][0]["retryAt"]
            ),
            (&Value::Null, &Value::Null)
        );
        let more = to(&ws, &["c@example.org", "a@example.org"], json!({}));
        let footprint = app.footprint().await;
        let done = call("inviteMembers", more.clone()).await;
        assert_eq!(done.became(), ["LIMIT_REACHED", "ALREADY_INVITED"]);
        assert_eq!(app.footprint().await, footprint);
        let refused = &done.0["results"][0];
        assert_eq!(
            (&refused["limit"], &refused["retryAt"]),
            (&json!(3), &until)
        );
        let message = refused["message"].as_str().unwrap();
        assert!(
            message.contains("3 invitations in 24 hours") && message.contains(" UTC"),
            "{message}"
        );
        app.pass(Duration::hours(23) - Duration::microseconds(1));
        assert_eq!(
            call("inviteMembers", more.clone()).await.became(),
            ["LIMIT_REACHED", "ALREADY_INVITED"]
        );
        app.pass(Duration::microseconds(1));
        assert_eq!(
            call("inviteMembers", more).await.became(),
            ["INVITED", "ALREADY_INVITED"]
        );
    }
);

on_both!(join_17_no_seat_left_says_how_many_there_are, |app| {
    let (ws, ada) = app.portal().await;
    app.sql(
        "UPDATE workspace SET seats = 2 WHERE id = $1",
        vec![ws.id.0.into()],
    )
    .await;
    app.bump(&ws).await;
    let done = app
        .mutate(
            &ada.key,
            "inviteMembers",
            to(&ws, &["a@example.org", "b@example.org"], json!({})),
        )
        .await;
    assert_eq!(done.became(), ["INVITED", "SEATS_EXCEEDED"]);
    let refused = &done.0["results"][1];
    assert_eq!(
        (&refused["limit"], &refused["retryAt"]),
        (&json!(2), &Value::Null)
    );
    assert!(
        refused["message"].as_str().unwrap().contains("2 seats"),
        "{refused}"
    );
});

on_both!(join_6_nothing_is_sent_to_blocked_addresses, |app| {
    let (ws, ada) = app.portal().await;
    let operator = app.operator("Olu Adeyemi").await;
    let early = invited(app, &ada.key, &ws, "early@mailinator.example", json!({})).await;
    let blocked = BlockList::new(["abuse@example.org", "mailinator.example"]).unwrap();
    let door = door(
        app,
        InvitationLimits {
            blocked,
            ..InvitationLimits::default()
        },
    );
    let addresses = [
        "Abuse@example.org",
        "x@eu.MAILINATOR.example",
        "ida@example.org",
    ];
    let done = door
        .mutate(
            Some(&ada.key),
            "inviteMembers",
            to(&ws, &addresses, json!({})),
        )
        .await
        .payload();
    assert_eq!(
        done.became(),
        ["FORBIDDEN_EMAIL", "FORBIDDEN_EMAIL", "INVITED"]
    );
    let again = door
        .mutate(
            Some(&ada.key),
            "resendInvitations",
            json!({ "ids": [early] }),
        )
        .await
        .payload();
    assert_eq!(again.became(), ["FORBIDDEN_EMAIL"]);
    let input =
        json!({ "name": "Harbour", "slug": "harbour", "administratorEmail": "abuse@example.org" });
    let made = door
        .mutate(Some(&operator), "createWorkspace", input)
        .await
        .payload();
    assert_eq!(
        (made.errors(), app.count("workspace").await),
        (vec!["FORBIDDEN_EMAIL administratorEmail".to_owned()], 1)
    );
});
