//! A mail that gets through: what stands in it, to whom it goes, and that it goes once.

use std::collections::BTreeSet;

use chrono::Duration;
use concierge::{
    app::{App, Edge, assemble},
    domain::{
        clock::Clock,
        id::InvitationId,
        link::{Link, LinkKind},
        mail::MailKind,
        vocabulary::Locale,
    },
    job::outbox::deliver,
    service::{
        deps::{Limits, SecretKey},
        hasher::{HashingCost, PasswordHasher},
    },
    store::{Database, engine::DatabaseOptions, outbox::Receiver},
};

use super::{invitation, new, queue, rows, tell};
use crate::support::{
    TestApp, on_both,
    smtp::{self, LINKS, Smtp},
};

on_both!(
    mail_1_a_mail_is_delivered_once_with_its_head_and_both_parts,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        tell(app, &mia).await;
        assert_eq!(deliver(&deps).await.unwrap(), 1);
        assert_eq!(deliver(&deps).await.unwrap(), 0, "once");
        let mails = smtp.mails();
        assert_eq!(mails.len(), 1);
        let (mail, row) = (&mails[0], &rows(app).await[0]);
        assert_eq!(
            (mail.from.as_str(), mail.to.as_slice()),
            ("portal@example.org", [mia.email.clone()].as_slice())
        );
        assert_eq!(mail.id(), format!("<{}@example.org>", row.id));
        assert_eq!(mail.headers["From"], "Riverton Portal <portal@example.org>");
        assert_eq!(mail.headers["To"], mia.email);
        assert_eq!(mail.headers["Auto-Submitted"], "auto-generated");
        assert_eq!(mail.headers["Date"], "Mon, 02 Mar 2026 09:00:00 +0000");
        assert_eq!(mail.subject, "Your password was changed");
        assert!(
            mail.text
                .replace("\r\n", "\n")
                .starts_with("Hello Mia,\n\nThe password of your account was changed"),
            "{}",
            mail.text
        );
        assert!(
            mail.html.starts_with("<!doctype html>") && mail.html.contains("Hello Mia,"),
            "{}",
            mail.html
        );
        assert_eq!(
            (row.sent_at, row.dead_at, row.attempts, &row.leased_until),
            (Some(app.now()), None, 1, &None)
        );
    }
);

on_both!(
    mail_2_a_mail_has_the_receiver_s_language_and_address_of_when_it_is_sent,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        tell(app, &mia).await;
        let sql =
            "UPDATE account SET locale = 'FR', email = 'Mia@b\u{fc}cher.example' WHERE id = $1";
        app.sql(sql, vec![mia.account.0.into()]).await;
        let to = Receiver::Address {
            email: "noor@example.org".to_owned(),
            key: [1; 32],
            locale: Locale::Nl,
        };
        queue(app, vec![new(app, MailKind::AddressInUse, to)]).await;
        assert_eq!(deliver(&deps).await.unwrap(), 2);
        let mut mails = smtp.mails();
        mails.sort_by(|a, b| a.subject.cmp(&b.subject));
        assert_eq!(
            (mails[0].subject.as_str(), mails[0].to[0].as_str()),
            ("U hebt al een account", "noor@example.org")
        );
        assert_eq!(mails[1].subject, "Votre mot de passe a été modifié");
        assert_eq!(mails[1].to, ["Mia@xn--bcher-kva.example"]);
        assert!(
            mails[1].text.contains("réinitialisez-le"),
            "{}",
            mails[1].text
        );
        // An address without an account is of no use once its mail is sent.
        assert!(rows(app).await.iter().all(|row| row.email.is_none()));
    }
);

on_both!(acc_1_what_is_accepted_can_be_mailed, |app| {
    let Some(smtp) = Smtp::with(serde_json::json!({ "smtputf8": true })) else {
        return;
    };
    let deps = app.mailing(&smtp);
    let odd = [
        "e\u{301}mile@example.org",
        "🌳@example.org",
        "x\u{331}y@example.org",
        "हिन्दी@b\u{fc}cher.example",
        "\"Noor  N\"@example.org",
    ];
    let to = |email: &str| Receiver::Address {
        email: email.to_owned(),
        key: [1; 32],
        locale: Locale::Nl,
    };
    queue(
        app,
        odd.into_iter()
            .map(|email| new(app, MailKind::AddressInUse, to(email)))
            .collect(),
    )
    .await;
    assert_eq!(deliver(&deps).await.unwrap(), odd.len());
    let mut got: Vec<String> = smtp.mails().into_iter().flat_map(|mail| mail.to).collect();
    let mut wanted = [
        "\u{e9}mile@example.org",
        "🌳@example.org",
        "x\u{331}y@example.org",
        "हिन्दी@xn--bcher-kva.example",
        "\"Noor  N\"@example.org",
    ];
    got.sort();
    wanted.sort();
    assert_eq!(got, wanted);
});

on_both!(mail_1_no_row_holds_the_token_that_the_mail_brings, |app| {
    let Some(smtp) = Smtp::start() else { return };
    let deps = app.mailing(&smtp);
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let id = app.app.deps.ids.uuid(app.now());
    invitation(app, &ws, id, "ivy@example.org", Some(&ada), 3).await;
    let to = Receiver::Address {
        email: "ivy@example.org".to_owned(),
        key: [2; 32],
        locale: Locale::En,
    };
    let mail = new(app, MailKind::Invitation, to)
        .of(ws.id)
        .about(InvitationId(id))
        .generation(3);
    queue(app, vec![mail]).await;
    smtp.next(&["451 4.3.0 not now"]);
    assert_eq!(deliver(&deps).await.unwrap(), 0);
    let held = format!("{:?}", rows(app).await);
    app.pass(Duration::minutes(1));
    assert_eq!(deliver(&deps).await.unwrap(), 1);
    let mail = smtp.mails().remove(0);
    let token = mail
        .text
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{LINKS}#")))
        .expect("a link")
        .to_owned();
    let link = Link::parse(&token).expect("a token");
    assert!(link.kind == LinkKind::Invitation && link.id == id);
    assert!(deps.secret.opens(&link, 3) && !deps.secret.opens(&link, 4));
    let held = held + &format!("{:?}", rows(app).await);
    assert!(
        !held.contains("ccl_") && !held.contains(&token[8..]),
        "{held}"
    );
    assert_eq!(
        mail.subject, "You are invited to a data portal",
        "ACC-4: nobody's words in the head"
    );
    assert!(
        mail.text
            .contains("Ada Admin invites you to become a member of riverton open data."),
        "{}",
        mail.text
    );
    assert!(
        mail.text
            .replace("\r\n", "\n")
            .contains("> Join <us>\n> at noon")
            && mail.html.contains("Join &lt;us&gt;<br>at noon"),
        "{}",
        mail.text
    );
});

on_both!(mail_1_a_mail_for_later_waits_for_its_time, |app| {
    let Some(smtp) = Smtp::start() else { return };
    let deps = app.mailing(&smtp);
    let ws = app.workspace("riverton").await;
    let mia = app.member(&ws, "Mia Member").create().await;
    let mail = new(
        app,
        MailKind::PasswordChanged,
        Receiver::Account(mia.account),
    )
    .about(mia.account);
    queue(app, vec![mail.after(app.now() + Duration::hours(30))]).await;
    app.pass(Duration::hours(30) - Duration::microseconds(1));
    assert_eq!(deliver(&deps).await.unwrap(), 0);
    assert_eq!(rows(app).await[0].dead_at, None, "it is not late");
    app.pass(Duration::microseconds(1));
    assert_eq!(deliver(&deps).await.unwrap(), 1);
});

on_both!(mail_1_without_a_server_mails_stay_as_they_are, |app| {
    let ws = app.workspace("riverton").await;
    let mia = app.member(&ws, "Mia Member").create().await;
    tell(app, &mia).await;
    app.pass(Duration::hours(48));
    let before = format!("{:?}", rows(app).await);
    assert_eq!(deliver(&app.app.deps).await.unwrap(), 0);
    assert_eq!(format!("{:?}", rows(app).await), before);
});

on_both!(mail_1_connections_are_used_again, |app| {
    let Some(smtp) = Smtp::start() else { return };
    let deps = app.mailing(&smtp);
    let ws = app.workspace("riverton").await;
    let mia = app.member(&ws, "Mia Member").create().await;
    for _ in 0..40 {
        tell(app, &mia).await;
    }
    assert_eq!(deliver(&deps).await.unwrap(), 40);
    assert_eq!(smtp.mails().len(), 40);
    assert!(
        smtp.connections() <= 16,
        "{} connections",
        smtp.connections()
    );
});

/// Another process over the same database, with connections of its own; the clock is one.
async fn node(app: &TestApp, smtp: &Smtp) -> App {
    let wait = std::time::Duration::from_secs(20);
    let options = DatabaseOptions {
        max_connections: 4,
        lock_timeout: wait,
        ..DatabaseOptions::new(app.url())
    };
    let db = Database::connect(&options).await.unwrap();
    let ids = std::sync::Arc::new(concierge::domain::id::IdSource::random());
    let hasher =
        PasswordHasher::new(HashingCost::default(), 2, std::sync::Arc::clone(&ids)).unwrap();
    let clock = std::sync::Arc::clone(&app.clock) as std::sync::Arc<dyn Clock>;
    let mut deps = assemble(
        db,
        clock,
        ids,
        SecretKey::new([7; 32]),
        Limits::default(),
        hasher,
        false,
    );
    deps.mailer = smtp::mailer(&smtp.url(), wait);
    App::new(deps, Edge::default())
}

on_both!(threads: mail_1_two_workers_at_once_send_each_mail_once, |app| {
    const MAILS: usize = 60;
    let Some(smtp) = Smtp::start() else { return };
    let ws = app.workspace("riverton").await;
    let mia = app.member(&ws, "Mia Member").create().await;
    for _ in 0..MAILS {
        tell(app, &mia).await;
    }
    let nodes = [node(app, &smtp).await, node(app, &smtp).await];
    let rounds = nodes.iter().map(|node| {
        let deps = node.deps.clone();
        tokio::spawn(async move { deliver(&deps).await.unwrap() })
    });
    let mut sent = 0;
    for round in rounds.collect::<Vec<_>>() {
        sent += round.await.unwrap();
    }
    // A round that claimed nothing while the other had the rest ended early; what is left is sent
    // by the next.
    sent += deliver(&nodes[0].deps).await.unwrap();
    assert_eq!(sent, MAILS);
    let mails = smtp.mails();
    let ids: BTreeSet<&str> = mails.iter().map(smtp::Received::id).collect();
    assert_eq!((mails.len(), ids.len()), (MAILS, MAILS), "each once");
    assert!(rows(app).await.iter().all(|row| row.sent_at.is_some() && row.attempts == 1));
});
