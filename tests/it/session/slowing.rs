//! The slow-down of failed sign-ins: for an address from a network, for a network, never a
//! lock-out.

use async_graphql::futures_util::future::join_all;
use chrono::Duration;
use concierge::service::hasher::Urgency;
use serde_json::json;

use crate::support::{
    TestApp,
    app::Answer,
    on_both,
    person::{PASSWORD, SIGN_IN, token},
};

async fn attempt(app: &TestApp, email: &str, password: &str, client: &str) -> Answer {
    app.ask(SIGN_IN)
        .input(json!({ "email": email, "password": password }))
        .from(client)
        .send()
        .await
}

/// What an attempt came to: the seconds to wait, or `None` if the password was looked at and wrong.
#[track_caller]
fn wait(answer: &Answer) -> Option<u64> {
    if answer.user_errors("signIn") == ["INVALID_CREDENTIALS"] {
        return None;
    }
    assert_eq!(answer.codes(), ["RATE_LIMITED"], "{:#}", answer.body);
    let error = &answer.body["errors"][0];
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with("Too many attempts."), "{message}");
    let seconds = error["extensions"]["retryAfter"].as_u64();
    Some(seconds.expect("retryAfter"))
}

fn client(number: u64) -> String {
    format!("10.{}.{}.1", number / 250, number % 250)
}

on_both!(
    acc_5_an_address_is_slowed_for_a_network_from_the_fifth_failure,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        app.with_password(ada.account).await;
        for (email, network) in [
            (ada.email.as_str(), "192.0.2.1"),
            ("nobody@example.org", "2001:db8:0:1::1"),
        ] {
            let fail = async || wait(&attempt(app, &email.to_uppercase(), "wrong", network).await);
            for _ in 0..5 {
                assert_eq!(fail().await, None);
            }
            for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
                assert_eq!(fail().await, Some(seconds), "{email}");
                app.pass(
                    Duration::seconds(i64::try_from(seconds).unwrap()) - Duration::milliseconds(1),
                );
                assert_eq!(fail().await, Some(1), "what waits is not counted");
                app.pass(Duration::milliseconds(1));
                assert_eq!(fail().await, None);
            }
            token(&attempt(app, &ada.email, PASSWORD, "192.0.2.9").await);
            assert_eq!(fail().await, Some(60), "that network still waits");
        }
        assert_eq!(
            wait(&attempt(app, "nobody@example.org", "wrong", "2001:db8:0:1:ffff::2").await),
            Some(60),
            "one IPv6 network"
        );
    }
);

on_both!(
    acc_5_whoever_guesses_without_end_does_not_keep_the_owner_out,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        app.with_password(ada.account).await;
        for number in 0..64 {
            for _ in 0..3 {
                attempt(app, &ada.email, "wrong", "192.0.2.1").await;
            }
            token(&attempt(app, &ada.email, PASSWORD, &client(number)).await);
            app.pass(Duration::seconds(30));
        }
    }
);

on_both!(
    acc_5_an_address_has_a_hundred_failures_a_day_across_networks,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        app.with_password(ada.account).await;
        for number in 0..100 {
            assert_eq!(
                wait(&attempt(app, &ada.email, "wrong", &client(number)).await),
                None
            );
        }
        assert_eq!(
            wait(&attempt(app, &ada.email, "wrong", &client(7)).await),
            Some(60),
            "this network has failed"
        );
        assert_eq!(
            wait(&attempt(app, &ada.email, "wrong", "192.0.2.1").await),
            None,
            "this one has one attempt"
        );
        assert_eq!(
            wait(&attempt(app, &ada.email, PASSWORD, "192.0.2.1").await),
            Some(60)
        );
        assert_eq!(
            wait(&attempt(app, "bo@example.org", "wrong", &client(7)).await),
            None,
            "another address"
        );
        token(&attempt(app, &ada.email, PASSWORD, "192.0.2.2").await);
        app.pass(Duration::seconds(60));
        token(&attempt(app, &ada.email, PASSWORD, "192.0.2.1").await);
        assert_eq!(
            wait(&attempt(app, &ada.email, "wrong", &client(8)).await),
            None
        );
        app.pass(Duration::hours(23));
        assert_eq!(
            wait(&attempt(app, &ada.email, "wrong", &client(8)).await),
            None
        );
        assert_eq!(
            wait(&attempt(app, &ada.email, "wrong", &client(8)).await),
            Some(60),
            "still that day"
        );
        app.pass(Duration::hours(2));
        assert_eq!(
            wait(&attempt(app, &ada.email, "wrong", &client(8)).await),
            None
        );
        assert_eq!(
            wait(&attempt(app, &ada.email, "wrong", &client(8)).await),
            None,
            "a day later"
        );
    }
);

on_both!(
    acc_5_a_known_device_is_slowed_from_a_hundred_failures_an_hour,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        app.with_password(ada.account).await;
        let device = attempt(app, &ada.email, PASSWORD, "192.0.2.1")
            .await
            .cookie("device")
            .to_owned();
        let by_device = async |password: &str| {
            let ask = app
                .ask(SIGN_IN)
                .input(json!({ "email": ada.email, "password": password }))
                .cookie(&device);
            ask.from("192.0.2.1").send().await
        };
        for _ in 0..100 {
            assert_eq!(wait(&by_device("wrong").await), None);
        }
        assert_eq!(wait(&by_device(PASSWORD).await), Some(1));
        app.pass(Duration::seconds(1));
        token(&by_device(PASSWORD).await);
        assert_eq!(
            wait(&by_device("wrong").await),
            None,
            "whoever got in begins anew"
        );
    }
);

on_both!(
    acc_5_a_links_token_is_slowed_from_a_hundred_failures_an_hour,
    |app| {
        use concierge::domain::mail::MailKind;
        let ws = app.workspace("riverton").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        let request = crate::support::writing::document("requestPasswordReset");
        app.ask(&request)
            .input(json!({ "email": ada.email }))
            .send()
            .await;
        let link = app.link(MailKind::PasswordReset, &ada.email).await;
        let reset = crate::support::writing::document("resetPassword");
        let call = async |password: &str| {
            app.ask(&reset)
                .input(json!({ "token": link, "newPassword": password }))
                .send()
                .await
        };
        for _ in 0..100 {
            assert_eq!(
                call("short").await.payload().errors(),
                ["TOO_SHORT newPassword"]
            );
        }
        assert_eq!(call(PASSWORD).await.codes(), ["RATE_LIMITED"]);
        app.pass(Duration::seconds(1));
        assert_eq!(call(PASSWORD).await.payload().errors(), [""; 0]);
    }
);

on_both!(acc_5_the_right_password_waits_too, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    for _ in 0..5 {
        attempt(app, &ada.email, "wrong", "192.0.2.1").await;
    }
    assert_eq!(
        wait(&attempt(app, &ada.email, PASSWORD, "192.0.2.1").await),
        Some(1),
        "else guessing goes on at full speed"
    );
    app.pass(Duration::seconds(1));
    token(&attempt(app, &ada.email, PASSWORD, "192.0.2.1").await);
});

on_both!(acc_5_a_client_is_slowed_whatever_it_types, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    for number in 0..5 {
        assert_eq!(
            wait(
                &attempt(
                    app,
                    &format!("person{number}@example.org"),
                    "wrong",
                    "192.0.2.7"
                )
                .await
            ),
            None
        );
    }
    assert_eq!(
        wait(&attempt(app, "other@example.org", "wrong", "192.0.2.7").await),
        Some(1)
    );
    assert_eq!(
        wait(&attempt(app, &ada.email, PASSWORD, "::ffff:192.0.2.7").await),
        Some(1),
        "the same client"
    );
    token(&attempt(app, &ada.email, PASSWORD, "192.0.2.8").await);
    app.pass(Duration::seconds(1));
    token(&attempt(app, &ada.email, PASSWORD, "192.0.2.7").await);
    // To sign in with an own account between guesses buys no new guesses.
    assert_eq!(
        wait(&attempt(app, "other@example.org", "wrong", "192.0.2.7").await),
        Some(1)
    );
    app.pass(Duration::seconds(1));
    assert_eq!(
        wait(&attempt(app, "other@example.org", "wrong", "192.0.2.7").await),
        None
    );
    assert_eq!(
        wait(&attempt(app, "other@example.org", "wrong", "192.0.2.7").await),
        Some(2)
    );
});

on_both!(acc_5_failures_count_for_fifteen_minutes, |app| {
    for _ in 0..2 {
        for _ in 0..4 {
            assert_eq!(
                wait(&attempt(app, "nobody@example.org", "wrong", "192.0.2.1").await),
                None
            );
        }
        app.pass(Duration::minutes(15));
    }
});

on_both!(acc_5_attempts_at_one_instant_count_each_other, |app| {
    let attempts = (0..12)
        .map(async |_| wait(&attempt(app, "nobody@example.org", "wrong", "192.0.2.1").await));
    let waits = join_all(attempts).await;
    assert_eq!(
        waits.iter().filter(|wait| wait.is_none()).count(),
        5,
        "{waits:?}"
    );
});

on_both!(acc_5_a_device_that_signed_in_before_is_not_slowed, |app| {
    let ws = app.workspace("riverton").await;
    let (ada, bo) = (
        app.member(&ws, "Ada Veldkamp").create().await,
        app.member(&ws, "Bo Haugen").create().await,
    );
    app.with_password(ada.account).await;
    app.with_password(bo.account).await;
    let first = attempt(app, &ada.email, PASSWORD, "192.0.2.1").await;
    let set = first.set_cookie("device").unwrap().to_owned();
    assert!(
        set.ends_with("; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax"),
        "{set}"
    );
    let device = first.cookie("device").to_owned();
    for _ in 0..5 {
        for member in [&ada, &bo] {
            attempt(app, &member.email, "wrong", "192.0.2.9").await;
        }
    }
    let by_device = async |email: &str, password: &str| {
        let ask = app
            .ask(SIGN_IN)
            .input(json!({ "email": email, "password": password }))
            .cookie(&device);
        ask.from("192.0.2.9").send().await
    };
    assert_eq!(
        wait(&attempt(app, &ada.email, PASSWORD, "192.0.2.9").await),
        Some(1)
    );
    assert_eq!(
        wait(&by_device(&bo.email, PASSWORD).await),
        Some(1),
        "known to Ada's account, not to Bo's"
    );
    let again = by_device(&ada.email, PASSWORD).await;
    token(&again);
    assert_eq!(again.set_cookie("device"), None, "it has its name");
    app.pass(Duration::days(180) + Duration::seconds(1));
    for _ in 0..5 {
        attempt(app, &ada.email, "wrong", "192.0.2.9").await;
    }
    assert_eq!(
        wait(&by_device(&ada.email, PASSWORD).await),
        Some(1),
        "after 180 days it is forgotten"
    );
});

on_both!(acc_5_the_owner_is_told_once_a_burst, |app| {
    const MAILS: &str = "outbox WHERE kind = 'SIGN_IN_FAILURES'";
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    for (burst, email) in [
        (1, ada.email.as_str()),
        (2, ada.email.as_str()),
        (2, "nobody@example.org"),
    ] {
        for number in 1..=12 {
            assert_eq!(
                wait(&attempt(app, email, "wrong", &client(number)).await),
                None
            );
            let told = if number < 10 && email == ada.email {
                burst - 1
            } else {
                burst
            };
            assert_eq!(
                app.count(MAILS).await,
                told,
                "{number} of burst {burst} at {email}"
            );
            app.pass(Duration::seconds(60));
        }
        app.pass(Duration::minutes(15));
    }
    assert_eq!(app.count("outbox").await, 2);
});

on_both!(acc_5_registrations_are_sent_away_before_sign_ins, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    let first = attempt(app, &ada.email, PASSWORD, "192.0.2.1").await;
    let device = first.cookie("device").to_owned();
    let by_device = async || {
        let ask = app
            .ask(SIGN_IN)
            .input(json!({ "email": ada.email, "password": PASSWORD }))
            .cookie(&device);
        ask.from("192.0.2.2").send().await
    };
    let register = async || {
        let ask = app
            .ask(
                "mutation($input: CreateAccountInput!) {
                        createAccount(input: $input) { sent errors { code } }
                    }",
            )
            .input(json!({
                "email": "new@example.org", "password": "lantern nine bridges copper",
                "givenName": "New", "familyName": "Somebody",
            }));
        ask.from("192.0.2.3").send().await
    };
    let turns = app.app.deps.hasher.turns().clone();
    let take = |urgency| turns.queue(urgency as u8, "");
    let held: Vec<_> = (0..2).map(|_| take(Urgency::Other).unwrap()).collect();
    let fill = |urgency| std::iter::from_fn(|| take(urgency).ok()).collect::<Vec<_>>();

    let registrations = fill(Urgency::Other);
    assert_eq!(register().await.codes(), ["UNAVAILABLE"]);
    // Answered next: whoever else waits keeps the turn that comes after.
    let when_it_waits = async |urgency, held: Vec<_>| {
        while turns.waiting(urgency as u8) == 0 {
            tokio::task::yield_now().await;
        }
        drop(held);
    };
    let (answer, ()) = tokio::join!(
        attempt(app, &ada.email, PASSWORD, "192.0.2.4"),
        when_it_waits(Urgency::SignIn, held)
    );
    token(&answer);
    drop(registrations);

    let held: Vec<_> = (0..2).map(|_| take(Urgency::Other).unwrap()).collect();
    let sign_ins = fill(Urgency::SignIn);
    let refused = attempt(app, &ada.email, PASSWORD, "192.0.2.5").await;
    assert_eq!(refused.codes(), ["UNAVAILABLE"]);
    let (answer, ()) = tokio::join!(by_device(), when_it_waits(Urgency::KnownDevice, held));
    token(&answer);
    drop(sign_ins);
    token(&attempt(app, &ada.email, PASSWORD, "192.0.2.5").await);
    assert_eq!(register().await.data()["createAccount"]["sent"], true);
});
