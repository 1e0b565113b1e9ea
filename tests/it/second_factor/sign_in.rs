//! Signing in with a second factor (MFA-1, MFA-5), and showing it again (MFA-8).

use chrono::Duration;
use serde_json::{Value, json};

use super::{ADA, ada, challenge, complete, enrol::token_of};
use crate::{
    account::{OTHER, call, errors, somebody},
    support::{on_both, person::PASSWORD},
};

on_both!(mfa_1_a_code_works_once_and_one_step_either_way, |app| {
    let ada = ada(app).await;
    let waits = challenge(app).await;
    let at = |seconds: i64| {
        ada.authenticator
            .code(app.now() + Duration::seconds(seconds))
    };
    // A clock that is off by a minute.
    for off in [-60, 60] {
        let answer = complete(app, &waits, &at(off)).await;
        assert_eq!(errors(&answer), ["INVALID_CODE code"], "{off}");
    }
    let behind = at(-30);
    let session = token_of(&complete(app, &waits, &behind).await);
    let waits = challenge(app).await;
    assert_eq!(
        errors(&complete(app, &waits, &behind).await),
        ["INVALID_CODE code"],
        "a code works once"
    );
    let ahead = at(30);
    token_of(&complete(app, &waits, &ahead).await);
    let waits = challenge(app).await;
    assert_eq!(
        errors(&complete(app, &waits, &at(0)).await),
        ["INVALID_CODE code"],
        "a step before the last one that was used"
    );
    let shown = app
        .mutate(&session, "reauthenticate", json!({ "code": ahead }))
        .await;
    assert_eq!(shown.errors(), ["INVALID_CODE code"], "also elsewhere");
});

on_both!(mfa_5_a_sign_in_waits_for_its_factor, |app| {
    let ada = ada(app).await;
    let sessions = app.count("session").await;
    let input = json!({ "email": ADA, "password": PASSWORD });
    let payload = app.mutate_anonymously("signIn", input).await.payload().0;
    assert_eq!(payload["secondFactors"], json!(["TOTP", "RECOVERY_CODE"]));
    assert_eq!(payload["token"], Value::Null);
    assert_eq!(app.count("session").await, sessions);
    let waits = payload["challenge"].as_str().unwrap();
    assert!(waits.starts_with("cct_"));
    let done = complete(app, waits, &ada.authenticator.code(app.now())).await;
    assert_eq!(done.payload().0["account"]["email"], ADA);
    let session = token_of(&done);
    app.pass(Duration::minutes(1));
    assert_eq!(
        errors(&complete(app, waits, &ada.authenticator.code(app.now())).await),
        ["INVALID_CHALLENGE challenge"],
        "one session"
    );
    let query = "{ viewer { profile { lastSignInAt } session { isCurrent } } }";
    let seen = app.post(Some(&session), query, json!({})).await;
    assert_eq!(seen.data()["viewer"]["session"]["isCurrent"], true);
    let started = "audit_event WHERE kind = 'SESSION_STARTED' AND changes LIKE '%secondFactor%'";
    assert_eq!(app.count(started).await, 1);
});

on_both!(mfa_5_it_waits_five_minutes_on_one_device, |app| {
    let ada = ada(app).await;
    let waits = challenge(app).await;
    let input = |waits: &str, code: String| json!({ "challenge": waits, "code": code });
    let code = || ada.authenticator.code(app.now());
    let elsewhere = call(app, "completeSignIn", input(&waits, code())).from("198.51.100.7");
    assert_eq!(
        errors(&elsewhere.send().await),
        ["INVALID_CHALLENGE challenge"]
    );
    let other = call(app, "completeSignIn", input(&waits, code())).header("user-agent", "other");
    assert_eq!(errors(&other.send().await), ["INVALID_CHALLENGE challenge"]);
    for wrong in ["cct_0".to_owned(), ada.session.clone(), format!("{waits}0")] {
        assert_eq!(
            errors(&complete(app, &wrong, &code()).await),
            ["INVALID_CHALLENGE challenge"]
        );
    }
    app.pass(Duration::minutes(5));
    assert_eq!(
        errors(&complete(app, &waits, &code()).await),
        ["INVALID_CHALLENGE challenge"]
    );
    // A device that has a cookie is known by it, on whatever network it is by then.
    let waits = challenge(app).await;
    let device = complete(app, &waits, &code())
        .await
        .cookie("device")
        .to_owned();
    app.pass(Duration::minutes(1));
    let sign_in = json!({ "email": ADA, "password": PASSWORD });
    let payload = call(app, "signIn", sign_in)
        .cookie(&device)
        .send()
        .await
        .payload()
        .0;
    let waits = payload["challenge"].as_str().unwrap();
    assert_eq!(
        errors(&complete(app, waits, &code()).await),
        ["INVALID_CHALLENGE challenge"],
        "without the cookie"
    );
    let moved = call(app, "completeSignIn", input(waits, code()))
        .cookie(&device)
        .from("198.51.100.7");
    token_of(&moved.send().await);
});

on_both!(mfa_5_only_the_right_password_tells_of_a_factor, |app| {
    ada(app).await;
    somebody(app, "bo@example.org").await;
    let mut answers = Vec::new();
    for (email, client) in [
        (ADA, "192.0.2.1"),
        ("bo@example.org", "192.0.2.2"),
        ("nobody@example.org", "192.0.2.3"),
    ] {
        let input = json!({ "email": email, "password": OTHER, "secondFactor": "123456" });
        let answer = call(app, "signIn", input).from(client).send().await;
        answers.push((answer.body, answer.statements));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    assert_eq!(
        answers[0].0["data"]["signIn"]["errors"][0]["code"],
        "INVALID_CREDENTIALS"
    );
});

on_both!(mfa_5_one_call_signs_in_with_a_code, |app| {
    let ada = ada(app).await;
    let sign_in =
        |code: String| json!({ "email": ADA, "password": PASSWORD, "secondFactor": code });
    let wrong = app
        .mutate_anonymously("signIn", sign_in("000000".to_owned()))
        .await;
    assert_eq!(errors(&wrong), ["INVALID_CODE secondFactor"]);
    assert_eq!(wrong.payload().0["challenge"], Value::Null);
    let right = sign_in(ada.authenticator.code(app.now()));
    token_of(&app.mutate_anonymously("signIn", right.clone()).await);
    assert_eq!(
        errors(&app.mutate_anonymously("signIn", right).await),
        ["INVALID_CODE secondFactor"]
    );
    let long = app
        .mutate_anonymously("signIn", sign_in("1".repeat(65)))
        .await;
    assert_eq!(long.codes(), ["BAD_USER_INPUT"]);
});

on_both!(mfa_5_a_browser_gets_a_cookie_and_no_token, |app| {
    let ada = ada(app).await;
    let waits = challenge(app).await;
    let input = json!({ "challenge": waits, "code": ada.authenticator.code(app.now()), "transport": "COOKIE" });
    let answer = app.mutate_anonymously("completeSignIn", input).await;
    assert_eq!(answer.payload().0["token"], Value::Null);
    assert!(answer.set_cookie("session").is_some() && answer.set_cookie("device").is_some());
    let by_key = app
        .member(&app.workspace("riverton").await, "Kay Key")
        .create()
        .await
        .key;
    let input = json!({ "challenge": waits, "code": "123456" });
    let by_key = app.try_mutate(&by_key, "completeSignIn", input).await;
    assert_eq!(by_key.codes(), ["FORBIDDEN"]);
});

on_both!(mfa_8_what_is_shown_again_is_told_and_recorded, |app| {
    let ada = ada(app).await;
    let before = app.count("audit_event").await;
    let code = ada.authenticator.code(app.now());
    let input = json!({ "password": PASSWORD, "code": code });
    let shown = app.mutate(&ada.session, "reauthenticate", input).await.0;
    assert_eq!(shown["session"]["isCurrent"], true);
    assert_eq!(app.count("audit_event").await, before + 1);
    // The password is right and the code is not: nothing is shown.
    app.pass(Duration::minutes(11));
    let input = json!({ "password": PASSWORD, "code": "000000" });
    let wrong = app.mutate(&ada.session, "reauthenticate", input).await;
    assert_eq!(wrong.errors(), ["INVALID_CODE code"]);
    let none = app.mutate(&ada.session, "disableTotp", json!({})).await;
    assert_eq!(none.errors(), ["REAUTHENTICATION_REQUIRED "]);
    let bare = somebody(app, "bo@example.org").await;
    let no_factor = app
        .mutate(&bare, "reauthenticate", json!({ "code": "123456" }))
        .await;
    assert_eq!(no_factor.errors(), ["INVALID_CODE code"]);
});
