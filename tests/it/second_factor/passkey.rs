//! Passkeys: registering, signing in with nothing typed, as a second factor, shown again (MFA-3,
//! MFA-4).

mod authenticator;

use chrono::Duration;
use concierge::domain::mail::MailKind;
use serde_json::{Value, json};

use super::{ADA, challenge, complete, enrol::token_of};
use crate::{
    account::{call, errors, somebody},
    support::{TestApp, app::Answer, on_both, person::PASSWORD},
};
use authenticator::Authenticator;

/// Registers a passkey; answers the payload.
async fn register(app: &TestApp, session: &str, key: &mut Authenticator, name: &str) -> Value {
    let begun = app
        .mutate(session, "startPasskeyRegistration", json!({}))
        .await
        .0;
    assert_eq!(begun["errors"], json!([]));
    let input = json!({
        "ceremony": begun["ceremony"],
        "credential": key.create(&begun["options"]),
        "name": name,
    });
    app.mutate(session, "finishPasskeyRegistration", input)
        .await
        .0
}

/// Begins to have a passkey shown.
async fn begin(app: &TestApp, input: Value) -> (String, Value) {
    let begun = app
        .mutate_anonymously("startPasskeySignIn", input)
        .await
        .payload()
        .0;
    assert_eq!(begun["errors"], json!([]));
    (
        begun["ceremony"].as_str().unwrap().to_owned(),
        begun["options"].clone(),
    )
}

/// Signs in with a passkey alone.
async fn sign_in(app: &TestApp, key: &mut Authenticator) -> Answer {
    let (ceremony, options) = begin(app, json!({})).await;
    let input = json!({ "ceremony": ceremony, "credential": key.get(&options) });
    app.mutate_anonymously("signInWithPasskey", input).await
}

on_both!(mfa_3_a_passkey_is_registered_named_and_removed, |app| {
    let session = somebody(app, ADA).await;
    let begun = app
        .mutate(&session, "startPasskeyRegistration", json!({}))
        .await
        .0;
    let options = &begun["options"];
    assert_eq!(
        options["authenticatorSelection"]["residentKey"],
        "preferred"
    );
    assert_eq!(
        options["authenticatorSelection"]["userVerification"],
        "required"
    );
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["rp"]["id"], "localhost");
    let mut key = Authenticator::new(1);
    let registered = register(app, &session, &mut key, "  Blue   key ").await;
    assert_eq!(registered["errors"], json!([]), "{registered:#}");
    let factor = &registered["secondFactor"];
    assert_eq!(
        (&factor["kind"], &factor["name"]),
        (&json!("PASSKEY"), &json!("Blue key"))
    );
    assert_eq!(factor["isSynced"], false);
    assert_eq!(registered["recoveryCodes"].as_array().unwrap().len(), 10);
    assert_eq!(app.mails(MailKind::SecondFactorAdded, ADA).await.len(), 1);
    let again = app
        .mutate(&session, "startPasskeyRegistration", json!({}))
        .await
        .0;
    assert_eq!(
        again["options"]["excludeCredentials"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let twice = register(app, &session, &mut key, "Twice").await;
    assert_eq!(
        twice["errors"][0]["code"], "INVALID_PASSKEY",
        "the same credential"
    );
    let mut other = Authenticator::new(2);
    let second = register(app, &session, &mut other, "").await;
    assert_eq!(second["secondFactor"]["name"], "Passkey");
    assert_eq!(second["recoveryCodes"], Value::Null);
    let rename = json!({ "id": factor["id"], "name": "Red key" });
    let renamed = app.mutate(&session, "renamePasskey", rename).await.0;
    assert_eq!(renamed["secondFactor"]["name"], "Red key");
    for (name, code) in [
        ("x".repeat(51), "TOO_LONG name"),
        (" ".to_owned(), "TOO_SHORT name"),
    ] {
        let wrong = json!({ "id": factor["id"], "name": name });
        assert_eq!(
            app.mutate(&session, "renamePasskey", wrong).await.errors(),
            [code]
        );
    }
    let stranger = somebody(app, "bo@example.org").await;
    for mutation in ["renamePasskey", "removePasskey"] {
        let mut input = json!({ "id": factor["id"] });
        if mutation == "renamePasskey" {
            input["name"] = json!("Mine");
        }
        let theirs = app.mutate(&stranger, mutation, input).await;
        assert_eq!(theirs.errors(), ["NO_SECOND_FACTOR id"], "{mutation}");
    }
    for id in [&factor["id"], &second["secondFactor"]["id"]] {
        let removed = app
            .mutate(&session, "removePasskey", json!({ "id": id }))
            .await;
        assert_eq!(removed.errors(), [""; 0]);
    }
    assert_eq!(
        app.count("second_factor").await + app.count("recovery_code").await,
        0
    );
    assert_eq!(
        errors(&sign_in(app, &mut key).await),
        ["INVALID_PASSKEY credential"]
    );
    assert_eq!(
        app.count("audit_event WHERE kind = 'SECOND_FACTOR_RENAMED'")
            .await,
        1
    );
});

on_both!(
    mfa_3_a_ceremony_is_for_one_use_in_five_minutes_by_who_began_it,
    |app| {
        let session = somebody(app, ADA).await;
        let stranger = somebody(app, "bo@example.org").await;
        let begun = app
            .mutate(&session, "startPasskeyRegistration", json!({}))
            .await
            .0;
        let mut key = Authenticator::new(1);
        let input =
            json!({ "ceremony": begun["ceremony"], "credential": key.create(&begun["options"]) });
        let theirs = app
            .mutate(&stranger, "finishPasskeyRegistration", input.clone())
            .await;
        assert_eq!(theirs.errors(), ["INVALID_PASSKEY ceremony"]);
        let used = app
            .mutate(&session, "finishPasskeyRegistration", input)
            .await;
        assert_eq!(
            used.errors(),
            ["INVALID_PASSKEY ceremony"],
            "whoever took it used it up"
        );
        let begun = app
            .mutate(&session, "startPasskeyRegistration", json!({}))
            .await
            .0;
        let late =
            json!({ "ceremony": begun["ceremony"], "credential": key.create(&begun["options"]) });
        app.pass(Duration::minutes(5));
        let late = app
            .mutate(&session, "finishPasskeyRegistration", late)
            .await;
        assert_eq!(late.errors(), ["INVALID_PASSKEY ceremony"]);
        assert_eq!(
            register(app, &session, &mut key, "Key").await["errors"],
            json!([])
        );
        // A sign-in: once, in the browser that began it, and for nothing else.
        let (ceremony, options) = begin(app, json!({})).await;
        let input = json!({ "ceremony": ceremony, "credential": key.get(&options) });
        let elsewhere = call(app, "signInWithPasskey", input.clone()).from("198.51.100.7");
        assert_eq!(
            errors(&elsewhere.send().await),
            ["INVALID_PASSKEY ceremony"]
        );
        let (ceremony, options) = begin(app, json!({})).await;
        let input = json!({ "ceremony": ceremony, "credential": key.get(&options) });
        token_of(
            &app.mutate_anonymously("signInWithPasskey", input.clone())
                .await,
        );
        let again = app.mutate_anonymously("signInWithPasskey", input).await;
        assert_eq!(errors(&again), ["INVALID_PASSKEY ceremony"]);
        let (ceremony, _) = begin(app, json!({})).await;
        let (_, other_options) = begin(app, json!({})).await;
        let swapped = json!({ "ceremony": ceremony, "credential": key.get(&other_options) });
        let swapped = app.mutate_anonymously("signInWithPasskey", swapped).await;
        assert_eq!(
            errors(&swapped),
            ["INVALID_PASSKEY credential"],
            "another challenge"
        );
    }
);

on_both!(mfa_3_another_host_or_page_or_no_user_is_refused, |app| {
    let session = somebody(app, ADA).await;
    let wrong: [fn(&mut Authenticator); 4] = [
        |key| key.origin = "https://evil.example",
        |key| key.host = "evil.example",
        |key| key.verifies = false,
        |key| key.framed = true,
    ];
    for (place, spoil) in wrong.iter().enumerate() {
        let mut key = Authenticator::new(9);
        spoil(&mut key);
        let refused = register(app, &session, &mut key, "Key").await;
        assert_eq!(refused["errors"][0]["code"], "INVALID_PASSKEY", "{place}");
    }
    assert_eq!(app.count("second_factor").await, 0);
    let begun = app
        .mutate(&session, "startPasskeyRegistration", json!({}))
        .await
        .0;
    let nonsense = json!({ "ceremony": begun["ceremony"], "credential": { "id": 5 } });
    let nonsense = app
        .mutate(&session, "finishPasskeyRegistration", nonsense)
        .await;
    assert_eq!(nonsense.errors(), ["INVALID_PASSKEY credential"]);
    let mut key = Authenticator::new(1);
    assert_eq!(
        register(app, &session, &mut key, "Key").await["errors"],
        json!([])
    );
    let sessions = app.count("session").await;
    for (place, spoil) in wrong.iter().enumerate() {
        let mut spoiled = key.clone();
        spoil(&mut spoiled);
        let refused = sign_in(app, &mut spoiled).await;
        assert_eq!(errors(&refused), ["INVALID_PASSKEY credential"], "{place}");
    }
    let unknown = sign_in(app, &mut Authenticator::new(7)).await;
    assert_eq!(
        errors(&unknown),
        ["INVALID_PASSKEY credential"],
        "the same answer"
    );
    assert_eq!(app.count("session").await, sessions);
    token_of(&sign_in(app, &mut key).await);
});

on_both!(mfa_3_at_most_twenty, |app| {
    let session = somebody(app, ADA).await;
    let door = app.tireless_door();
    for number in 1..=20 {
        let begun = door
            .mutate(Some(&session), "startPasskeyRegistration", json!({}))
            .await
            .payload()
            .0;
        let mut key = Authenticator::new(number);
        let input =
            json!({ "ceremony": begun["ceremony"], "credential": key.create(&begun["options"]) });
        let done = door
            .mutate(Some(&session), "finishPasskeyRegistration", input)
            .await;
        assert_eq!(errors(&done), [""; 0], "{number}");
    }
    let more = door
        .mutate(Some(&session), "startPasskeyRegistration", json!({}))
        .await
        .payload();
    assert_eq!(more.errors(), ["LIMIT_REACHED "]);
    let ceremonies = app.count("passkey_ceremony").await;
    let mut limited = 0;
    for _ in 0..40 {
        let answer = app
            .mutate_anonymously("startPasskeySignIn", json!({}))
            .await;
        limited += i64::from(answer.codes() == ["RATE_LIMITED"]);
    }
    assert!(limited > 0, "a minute has thirty");
    assert_eq!(
        app.count("passkey_ceremony").await,
        ceremonies + 40 - limited
    );
});

on_both!(mfa_4_a_passkey_alone_signs_in_and_is_both_factors, |app| {
    let session = somebody(app, ADA).await;
    let mut key = Authenticator::new(1);
    register(app, &session, &mut key, "Key").await;
    app.pass(Duration::minutes(20));
    let (_, options) = begin(app, json!({})).await;
    assert_eq!(
        options["allowCredentials"],
        json!([]),
        "no address is typed"
    );
    let answer = sign_in(app, &mut key).await;
    assert_eq!(answer.payload().0["account"]["email"], ADA);
    let session = token_of(&answer);
    let renewed = app
        .mutate(&session, "regenerateRecoveryCodes", json!({}))
        .await;
    assert_eq!(
        renewed.errors(),
        [""; 0],
        "it is the password and the factor"
    );
    let own = "{ viewer { profile { secondFactors { lastUsedAt } } } }";
    let own = app.post(Some(&session), own, json!({})).await;
    assert!(own.data()["viewer"]["profile"]["secondFactors"][0]["lastUsedAt"].is_string());
});

on_both!(mfa_4_a_counter_that_goes_back_is_refused_and_told, |app| {
    let session = somebody(app, ADA).await;
    let mut key = Authenticator::new(1);
    register(app, &session, &mut key, "Key").await;
    token_of(&sign_in(app, &mut key).await);
    let mut clone = key.clone();
    token_of(&sign_in(app, &mut key).await);
    token_of(&sign_in(app, &mut key).await);
    let refused = sign_in(app, &mut clone).await;
    assert_eq!(errors(&refused), ["INVALID_PASSKEY credential"]);
    assert_eq!(app.mails(MailKind::PasskeyRefused, ADA).await.len(), 1);
    let told =
        "audit_event WHERE kind = 'SECOND_FACTOR_FAILED' AND changes LIKE '%COUNTER_WENT_BACK%'";
    assert_eq!(app.count(told).await, 1);
    token_of(&sign_in(app, &mut key).await);
});

on_both!(mfa_4_a_passkey_is_the_second_factor_of_its_account, |app| {
    let session = somebody(app, ADA).await;
    // One that keeps no name: it can be a second factor alone.
    let mut key = Authenticator::new(1);
    key.resident = false;
    register(app, &session, &mut key, "Key").await;
    let bo = somebody(app, "bo@example.org").await;
    let mut theirs = Authenticator::new(2);
    register(app, &bo, &mut theirs, "Key").await;
    let waits = challenge(app).await;
    let (ceremony, options) = begin(app, json!({ "challenge": waits })).await;
    assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 1);
    let input = |ceremony: &str, credential: Value| json!({ "challenge": waits, "passkey": { "ceremony": ceremony, "credential": credential } });
    let other = app
        .mutate_anonymously("completeSignIn", input(&ceremony, theirs.get(&options)))
        .await;
    assert_eq!(
        errors(&other),
        ["INVALID_PASSKEY passkey"],
        "of another account"
    );
    for _ in 0..6 {
        complete(app, &waits, "000000").await;
    }
    let (ceremony, options) = begin(app, json!({ "challenge": waits })).await;
    let done = app
        .mutate_anonymously("completeSignIn", input(&ceremony, key.get(&options)))
        .await;
    token_of(&done);
    let nothing = app
        .mutate_anonymously("completeSignIn", json!({ "challenge": waits }))
        .await;
    assert_eq!(nothing.codes(), ["BAD_USER_INPUT"]);
});

on_both!(mfa_8_a_passkey_is_shown_again, |app| {
    let session = somebody(app, ADA).await;
    let mut key = Authenticator::new(1);
    register(app, &session, &mut key, "Key").await;
    app.pass(Duration::minutes(11));
    let change = json!({ "newEmail": "new@example.org", "password": PASSWORD });
    let stale = app.mutate(&session, "changeEmail", change.clone()).await;
    assert_eq!(stale.errors(), ["REAUTHENTICATION_REQUIRED "]);
    let begun = app
        .mutate(&session, "startPasskeySignIn", json!({}))
        .await
        .0;
    assert_eq!(
        begun["options"]["allowCredentials"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let input = json!({ "passkey": {
        "ceremony": begun["ceremony"], "credential": key.get(&begun["options"]),
    } });
    let shown = app.mutate(&session, "reauthenticate", input).await;
    assert_eq!(shown.errors(), [""; 0]);
    assert_eq!(
        app.mutate(&session, "changeEmail", change).await.errors(),
        [""; 0]
    );
});
