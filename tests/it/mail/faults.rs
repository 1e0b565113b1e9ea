//! A mail server that refuses, keeps silent, breaks off, is gone: nothing is lost, nothing is sent
//! twice without need, and what cannot be delivered is seen.

use chrono::Duration;
use concierge::{
    job::outbox::deliver,
    service::{Deps, outbox},
    store::outbox::claim::{Lease, claim},
};

use super::{rows, tell};
use crate::support::{
    log::Log,
    on_both,
    smtp::{self, Smtp},
};

on_both!(
    mail_1_a_deferred_mail_is_tried_again_with_growing_waits,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        tell(app, &mia).await;
        smtp.next(&[
            "451 4.3.0 try later",
            "data 452 4.2.2 mailbox full",
            "450 busy",
        ]);
        for (minutes, error) in [
            (1, "SMTP 451 4.3.0"),
            (2, "SMTP 452 4.2.2"),
            (4, "SMTP 450"),
        ] {
            assert_eq!(deliver(&deps).await.unwrap(), 0);
            let row = &rows(app).await[0];
            let until = app.now() + Duration::minutes(minutes);
            assert_eq!(
                (row.leased_until, row.last_error.as_deref()),
                (Some(until), Some(error))
            );
            app.pass(Duration::minutes(minutes) - Duration::microseconds(1));
            assert_eq!(
                deliver(&deps).await.unwrap(),
                0,
                "not before {minutes} minutes"
            );
            assert_eq!(rows(app).await[0].leased_until, Some(until));
            app.pass(Duration::microseconds(1));
        }
        assert_eq!(deliver(&deps).await.unwrap(), 1);
        assert_eq!(smtp.mails().len(), 1);
        let row = &rows(app).await[0];
        assert_eq!(
            (row.attempts, row.sent_at, &row.last_error),
            (4, Some(app.now()), &None)
        );
    }
);

on_both!(
    mail_1_a_refused_receiver_is_a_dead_letter_at_once_and_holds_nobody_up,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let log = Log::listen();
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        let bea = app.member(&ws, "Bea Both").create().await;
        tell(app, &mia).await;
        smtp.next(&["550 5.1.1 <mia.member@example.org>: no such user here"]);
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        tell(app, &bea).await;
        assert_eq!(deliver(&deps).await.unwrap(), 1);
        let all = rows(app).await;
        assert_eq!(
            (all[0].dead_at, all[0].last_error.as_deref()),
            (Some(app.now()), Some("SMTP 550 5.1.1"))
        );
        assert_eq!((all[0].attempts, all[1].sent_at), (1, Some(app.now())));
        app.pass(Duration::hours(2));
        assert_eq!(deliver(&deps).await.unwrap(), 0, "never again");
        let state = outbox::state(&deps).await.unwrap();
        assert_eq!(
            (state.queued, state.dead, state.reasons),
            (0, 1, vec![("SMTP 550 5.1.1".to_owned(), 1)])
        );
        let text = log.text();
        assert_eq!(
            text.matches("gave up delivering a mail").count(),
            1,
            "{text}"
        );
        assert!(
            text.contains(&all[0].id.to_string()) && text.contains("SMTP 550 5.1.1"),
            "{text}"
        );
        assert!(!text.contains('@') && !text.contains("Mia"), "{text}");
    }
);

on_both!(
    mail_1_no_such_mailbox_without_an_enhanced_code_is_a_dead_letter_at_once,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        for (place, answer) in ["550 no such user", "551 moved", "553 no such name"]
            .into_iter()
            .enumerate()
        {
            let member = app.member(&ws, &format!("Nr Person{place}")).create().await;
            tell(app, &member).await;
            smtp.next(&[answer]);
            assert_eq!(deliver(&deps).await.unwrap(), 0);
            let row = rows(app).await.pop().unwrap();
            assert_eq!(
                (row.dead_at, row.attempts),
                (Some(app.now()), 1),
                "{answer}"
            );
            assert_eq!(row.last_error, Some(format!("SMTP {}", &answer[..3])));
        }
        app.pass(Duration::hours(2));
        assert_eq!(deliver(&deps).await.unwrap(), 0, "never again");
    }
);

on_both!(mail_1_a_sender_that_is_refused_kills_no_mail, |app| {
    let Some(smtp) = Smtp::start() else { return };
    let deps = app.mailing(&smtp);
    let ws = app.workspace("riverton").await;
    let mia = app.member(&ws, "Mia Member").create().await;
    tell(app, &mia).await;
    smtp.next(&["mail 550 no"]);
    assert_eq!(deliver(&deps).await.unwrap(), 0);
    let row = &rows(app).await[0];
    assert_eq!(
        (row.dead_at, row.last_error.as_deref()),
        (None, Some("SMTP 550"))
    );
    app.pass(Duration::minutes(1));
    assert_eq!(deliver(&deps).await.unwrap(), 1);
});

on_both!(
    mail_1_a_rule_of_the_server_against_us_kills_no_mail,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        let refusals = [
            "550 5.7.1 relaying denied",
            "554 not from you",
            "550 5.1.8 sender unknown",
            "data 554 5.6.0 no",
            "data 550 no",
        ];
        for (place, _) in refusals.iter().enumerate() {
            let member = app.member(&ws, &format!("Nr Person{place}")).create().await;
            tell(app, &member).await;
        }
        smtp.next(&refusals);
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        let all = rows(app).await;
        assert!(
            all.iter()
                .all(|row| row.dead_at.is_none() && row.attempts == 1),
            "{all:?}"
        );
        // Once it is mended, they all arrive.
        app.pass(Duration::minutes(1));
        assert_eq!(deliver(&deps).await.unwrap(), refusals.len());
        assert_eq!(smtp.mails().len(), refusals.len());
    }
);

on_both!(
    mail_1_a_server_that_falls_silent_with_connections_idle_does_not_hold_the_worker,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let short = std::time::Duration::from_secs(2);
        let deps = Deps {
            mailer: smtp::mailer(&smtp.url(), short),
            ..app.app.deps.clone()
        };
        let ws = app.workspace("riverton").await;
        for place in 0..8 {
            let member = app.member(&ws, &format!("Nr Person{place}")).create().await;
            tell(app, &member).await;
        }
        assert_eq!(deliver(&deps).await.unwrap(), 8);
        let mia = app.member(&ws, "Mia Member").create().await;
        tell(app, &mia).await;
        smtp.freeze();
        let done = tokio::time::timeout(std::time::Duration::from_secs(60), deliver(&deps)).await;
        smtp.thaw();
        assert_eq!(done.expect("it gives up").unwrap(), 0);
        assert_eq!(
            rows(app).await.pop().unwrap().last_error.as_deref(),
            Some("TIMEOUT")
        );
        app.pass(Duration::minutes(1));
        assert_eq!(deliver(&deps).await.unwrap(), 1);
    }
);

on_both!(
    mail_1_a_server_that_does_not_let_us_in_kills_no_mail,
    |app| {
        let Some(smtp) = Smtp::with(serde_json::json!({ "auth": true })) else {
            return;
        };
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        tell(app, &mia).await;
        let with = |user: &str| {
            let url = format!("smtp://{user}@127.0.0.1:{}", smtp.port());
            Deps {
                mailer: smtp::mailer(&url, std::time::Duration::from_secs(20)),
                ..app.app.deps.clone()
            }
        };
        assert_eq!(deliver(&with("concierge:wrong")).await.unwrap(), 0);
        let row = &rows(app).await[0];
        assert_eq!(
            (row.dead_at, row.last_error.as_deref()),
            (None, Some("SMTP 535 5.7.8"))
        );
        app.pass(Duration::minutes(1));
        assert_eq!(
            deliver(&with("concierge:geheim+%2F%20pass")).await.unwrap(),
            1,
            "the password is decoded"
        );
        assert_eq!(smtp.mails().len(), 1);
    }
);

on_both!(
    mail_1_no_answer_in_time_is_a_failure_and_spoils_no_other_mail,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let short = std::time::Duration::from_secs(2);
        let deps = Deps {
            mailer: smtp::mailer(&smtp.url(), short),
            ..app.app.deps.clone()
        };
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        let bea = app.member(&ws, "Bea Both").create().await;
        for (silence, tries) in [("mute", 1), ("silent", 2)] {
            tell(app, &mia).await;
            smtp.next(&[silence]);
            assert_eq!(deliver(&deps).await.unwrap(), 0);
            let row = rows(app).await.pop().unwrap();
            assert_eq!(
                (row.last_error.as_deref(), row.dead_at),
                (Some("TIMEOUT"), None)
            );
            // What follows goes over a new connection: nothing of the broken one gets into it.
            tell(app, &bea).await;
            assert_eq!(deliver(&deps).await.unwrap(), 1);
            let mails = smtp.mails();
            let last = mails.last().unwrap();
            assert_eq!(
                (last.to[0].as_str(), mails.len()),
                (bea.email.as_str(), 2 * tries - 1)
            );
            assert!(
                last.text.contains("Bea") && !last.text.contains("Mia"),
                "{}",
                last.text
            );
            app.pass(Duration::minutes(1));
            assert_eq!(deliver(&deps).await.unwrap(), 1);
            assert_eq!(smtp.mails().last().unwrap().to[0], mia.email);
        }
    }
);

on_both!(
    mail_1_a_server_that_is_gone_is_asked_once_a_round_and_its_mails_wait,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        for _ in 0..30 {
            tell(app, &mia).await;
        }
        smtp.stop();
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        let tried = rows(app)
            .await
            .iter()
            .filter(|row| row.attempts > 0)
            .count();
        assert!(
            tried > 0 && tried < 30,
            "{tried}: a batch, and no more until the next round"
        );
        let wrong: Vec<_> = rows(app)
            .await
            .into_iter()
            .filter_map(|row| row.last_error)
            .filter(|error| error != "CONNECTION")
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        smtp.come_back();
        app.pass(Duration::minutes(1));
        assert_eq!(deliver(&deps).await.unwrap(), 30);
        assert_eq!(smtp.mails().len(), 30);
    }
);

on_both!(
    mail_1_a_connection_that_breaks_in_the_middle_of_a_mail_loses_nothing,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        tell(app, &mia).await;
        smtp.next(&["cut"]);
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        assert_eq!(
            (smtp.mails().len(), rows(app).await[0].last_error.as_deref()),
            (0, Some("CONNECTION"))
        );
        app.pass(Duration::minutes(1));
        assert_eq!(deliver(&deps).await.unwrap(), 1);
        assert_eq!(smtp.mails().len(), 1);
    }
);

on_both!(
    mail_1_only_a_server_that_dies_after_accepting_makes_a_double_with_the_same_message_id,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        tell(app, &mia).await;
        smtp.next(&["vanish"]);
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        app.pass(Duration::minutes(1));
        assert_eq!(deliver(&deps).await.unwrap(), 1);
        let mails = smtp.mails();
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0].id(), mails[1].id());
        app.pass(Duration::hours(2));
        assert_eq!(deliver(&deps).await.unwrap(), 0);
    }
);

on_both!(
    mail_1_what_is_not_delivered_within_a_day_is_dead_and_said_once,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let log = Log::listen();
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        let queued = app.now();
        tell(app, &mia).await;
        smtp.stop();
        for _ in 0..200 {
            assert_eq!(deliver(&deps).await.unwrap(), 0);
            let row = &rows(app).await[0];
            match row.leased_until {
                Some(at) => app.clock.set(at),
                None => break,
            }
        }
        let row = &rows(app).await[0];
        assert_eq!(
            (row.dead_at, row.last_error.as_deref()),
            (Some(queued + Duration::hours(24)), Some("CONNECTION"))
        );
        assert!((20..40).contains(&row.attempts), "{} tries", row.attempts);
        smtp.come_back();
        app.pass(Duration::hours(1));
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        assert_eq!(smtp.mails().len(), 0);
        let text = log.text();
        assert_eq!(
            text.matches("gave up delivering a mail").count(),
            1,
            "{text}"
        );
        assert!(!text.contains('@') && !text.contains("Mia"), "{text}");
        // A server that was away for longer does not send what is out of date.
        tell(app, &mia).await;
        app.pass(Duration::hours(24));
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        assert_eq!(rows(app).await[1].last_error.as_deref(), Some("NOT_TRIED"));
    }
);

on_both!(
    mail_1_a_node_that_died_while_sending_is_followed_when_its_lease_is_over,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        tell(app, &mia).await;
        // It claimed the row and was never heard of again.
        let (now, until) = (app.now(), app.now() + Duration::seconds(30));
        let claimed = claim(
            deps.db.writer(),
            8,
            now,
            Lease {
                holder: app.app.deps.ids.uuid(now),
                until,
            },
        )
        .await
        .unwrap();
        assert_eq!(claimed.len(), 1);
        app.pass(Duration::seconds(30) - Duration::microseconds(1));
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        app.pass(Duration::microseconds(1));
        assert_eq!(deliver(&deps).await.unwrap(), 1);
        assert_eq!((smtp.mails().len(), rows(app).await[0].attempts), (1, 2));
    }
);

on_both!(
    mail_1_a_lease_is_short_and_lasts_as_long_as_its_mail_is_handed_over,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let slow = std::time::Duration::from_secs(14);
        let deps = Deps {
            mailer: smtp::mailer(&smtp.url(), slow),
            ..app.app.deps.clone()
        };
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        tell(app, &mia).await;
        smtp.next(&["silent"]);
        let sending = tokio::spawn(async move { deliver(&deps).await.unwrap() });
        let claimed = loop {
            match rows(app).await[0].leased_until {
                Some(until) => break until,
                None => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
        };
        assert_eq!(
            claimed,
            app.now() + Duration::seconds(30),
            "whoever follows a node that died waits for no longer"
        );
        // Half a lease later the mail is still handed over, and the lease is renewed; nobody else takes
        // it.
        app.pass(Duration::seconds(15));
        let renewed = app.now() + Duration::seconds(30);
        while rows(app).await[0].leased_until != Some(renewed) {
            assert!(
                !sending.is_finished(),
                "the lease was not renewed: {:?}",
                rows(app).await[0].leased_until
            );
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(sending.await.unwrap(), 0);
        let row = &rows(app).await[0];
        assert_eq!(
            (row.leased_by, row.last_error.as_deref()),
            (None, Some("TIMEOUT"))
        );
    }
);
