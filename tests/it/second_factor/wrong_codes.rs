//! Wrong codes (MFA-6).

use chrono::Duration;
use concierge::domain::mail::MailKind;
use serde_json::json;

use super::{ADA, ada, challenge, complete, enrol::token_of, start};
use crate::{
    account::errors,
    support::{on_both, person::PASSWORD},
};

on_both!(mfa_6_five_wrong_codes_end_the_window_on_every_node, |app| {
    let ada = ada(app).await;
    let node = app.another_node().await;
    let waits = challenge(app).await;
    app.pass(Duration::seconds(7));
    for place in 0..5 {
        app.pass(Duration::seconds(10));
        // Each from a sign-in, a node, and a field of its own.
        let answer = match place % 3 {
            0 => complete(app, &waits, "000000").await,
            1 => {
                let input = json!({ "challenge": waits, "code": "nonsense" });
                node.mutate(None, "completeSignIn", input).await
            }
            _ => {
                let input = json!({ "code": "000000" });
                app.try_mutate(&ada.session, "reauthenticate", input).await
            }
        };
        assert_eq!(errors(&answer), ["INVALID_CODE code"], "{place}");
    }
    assert_eq!(
        app.mails(MailKind::SecondFactorFailures, ADA).await.len(),
        1
    );
    let events = app
        .count("audit_event WHERE kind = 'SECOND_FACTOR_FAILED'")
        .await;
    assert_eq!(events, 5);
    let right = json!({ "challenge": waits, "code": ada.authenticator.code(app.now()) });
    let codes = app.count("recovery_code WHERE used_at IS NULL").await;
    for door in [app.door(), node] {
        let answer = door.mutate(None, "completeSignIn", right.clone()).await;
        assert_eq!(answer.codes(), ["RATE_LIMITED"], "{:#}", answer.body);
        let wait = answer.body["errors"][0]["extensions"]["retryAfter"]
            .as_i64()
            .unwrap();
        assert!((255..=261).contains(&wait), "{wait}");
        let recovery = json!({ "challenge": waits, "code": ada.recovery_codes[0] });
        let answer = door.mutate(None, "completeSignIn", recovery).await;
        assert_eq!(answer.codes(), ["RATE_LIMITED"]);
    }
    assert_eq!(
        app.count("recovery_code WHERE used_at IS NULL").await,
        codes
    );
    assert_eq!(
        app.count("audit_event WHERE kind = 'SECOND_FACTOR_FAILED'")
            .await,
        events,
        "what is not looked at is not recorded"
    );
    // The password is still told to be right, and nobody else is slowed.
    assert_eq!(
        app.sign_in(ADA, PASSWORD).await.user_errors("signIn"),
        ["SECOND_FACTOR_REQUIRED"]
    );
    app.pass(Duration::seconds(262));
    let waits = challenge(app).await;
    token_of(&complete(app, &waits, &ada.authenticator.code(app.now())).await);
});

on_both!(mfa_6_the_owner_is_told_once, |app| {
    let ada = ada(app).await;
    for _ in 0..3 {
        let waits = challenge(app).await;
        for _ in 0..5 {
            assert_eq!(
                errors(&complete(app, &waits, "000000").await),
                ["INVALID_CODE code"]
            );
        }
        assert_eq!(
            complete(app, &waits, "000000").await.codes(),
            ["RATE_LIMITED"]
        );
        app.pass(Duration::minutes(6));
    }
    assert_eq!(
        app.mails(MailKind::SecondFactorFailures, ADA).await.len(),
        1
    );
    let waits = challenge(app).await;
    token_of(&complete(app, &waits, &ada.authenticator.code(app.now())).await);
    for _ in 0..4 {
        let waits = challenge(app).await;
        assert_eq!(
            errors(&complete(app, &waits, "000000").await),
            ["INVALID_CODE code"]
        );
    }
    app.pass(Duration::minutes(1));
    let waits = challenge(app).await;
    token_of(&complete(app, &waits, &ada.authenticator.code(app.now())).await);
});

on_both!(
    mfa_6_tries_of_an_enrolment_are_limited_and_told_to_nobody,
    |app| {
        let session = crate::account::somebody(app, ADA).await;
        let authenticator = start(app, &session).await;
        for _ in 0..5 {
            let wrong = app
                .mutate(&session, "confirmTotp", json!({ "code": "000000" }))
                .await;
            assert_eq!(wrong.errors(), ["INVALID_CODE code"]);
        }
        let right = json!({ "code": authenticator.code(app.now()) });
        let limited = app.try_mutate(&session, "confirmTotp", right).await;
        assert_eq!(limited.codes(), ["RATE_LIMITED"]);
        assert_eq!(
            app.count("outbox WHERE kind = 'SECOND_FACTOR_FAILURES'")
                .await,
            0
        );
        app.pass(Duration::minutes(5) + Duration::seconds(1));
        let right = json!({ "code": authenticator.code(app.now()) });
        let confirmed = app.mutate(&session, "confirmTotp", right).await;
        assert_eq!(confirmed.errors(), [""; 0]);
    }
);
