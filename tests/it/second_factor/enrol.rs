//! Setting an authenticator app up and taking it away; recovery codes (MFA-1, MFA-2, MFA-7).

use chrono::Duration;
use concierge::domain::mail::MailKind;
use serde_json::{Value, json};

use super::{ADA, Authenticator, ada, base32, challenge, complete, start};
use crate::{
    account::{OTHER, call, errors, somebody},
    support::{
        TestApp, on_both,
        person::{PASSWORD, token},
    },
};

const OWN: &str = "{ viewer { account { id } profile { recoveryCodesLeft \
    secondFactors { id kind name createdAt lastUsedAt } } } }";

async fn profile(app: &TestApp, credential: &str) -> Value {
    app.post(Some(credential), OWN, json!({})).await.data()["viewer"]["profile"].clone()
}

on_both!(mfa_1_an_app_counts_from_its_first_right_code, |app| {
    let session = somebody(app, ADA).await;
    let started = app
        .mutate(&session, "startTotpEnrolment", json!({}))
        .await
        .0;
    let secret = started["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32);
    let url = started["url"].as_str().unwrap();
    assert!(
        url.starts_with("otpauth://totp/Concierge:ada%40example.org?") && url.contains(secret),
        "{url}"
    );
    let authenticator = Authenticator::with(secret);
    assert_eq!(profile(app, &session).await["secondFactors"], json!([]));
    token(&app.sign_in(ADA, PASSWORD).await);
    for code in ["000000", "12345", "abcdefghjk"] {
        let wrong = app
            .mutate(&session, "confirmTotp", json!({ "code": code }))
            .await;
        assert_eq!(wrong.errors(), ["INVALID_CODE code"], "{code}");
    }
    assert_eq!(
        app.count("outbox WHERE kind LIKE 'SECOND_FACTOR%'").await,
        0
    );
    let code = authenticator.code(app.now());
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let confirmed = app
        .mutate(&session, "confirmTotp", json!({ "code": spaced }))
        .await
        .0;
    assert_eq!(confirmed["errors"], json!([]));
    assert_eq!(confirmed["secondFactor"]["kind"], "TOTP");
    assert_eq!(confirmed["recoveryCodes"].as_array().unwrap().len(), 10);
    let own = profile(app, &session).await;
    assert_eq!(own["recoveryCodesLeft"], 10);
    assert_eq!(
        own["secondFactors"][0]["id"],
        confirmed["secondFactor"]["id"]
    );
    let node = "query($id: ID!) { node(id: $id) { __typename id } }";
    let id = json!({ "id": confirmed["secondFactor"]["id"] });
    let found = app.post(Some(&session), node, id.clone()).await;
    assert_eq!(found.data()["node"]["__typename"], "SecondFactor");
    let stranger = somebody(app, "bo@example.org").await;
    let found = app.post(Some(&stranger), node, id).await;
    assert_eq!(found.data()["node"], Value::Null);
    assert_eq!(
        app.sign_in(ADA, PASSWORD).await.user_errors("signIn"),
        ["SECOND_FACTOR_REQUIRED"]
    );
    assert_eq!(app.mails(MailKind::SecondFactorAdded, ADA).await.len(), 1);
    assert_eq!(
        app.count("audit_event WHERE kind = 'SECOND_FACTOR_ADDED'")
            .await,
        1
    );
});

on_both!(mfa_1_an_enrolment_waits_fifteen_minutes, |app| {
    let session = somebody(app, ADA).await;
    let none = app
        .mutate(&session, "confirmTotp", json!({ "code": "123456" }))
        .await;
    assert_eq!(none.errors(), ["NO_ENROLMENT "]);
    let app_before = start(app, &session).await;
    let authenticator = start(app, &session).await;
    let replaced = json!({ "code": app_before.code(app.now()) });
    let answer = app.mutate(&session, "confirmTotp", replaced).await;
    assert_eq!(
        answer.errors(),
        ["INVALID_CODE code"],
        "the seed before is gone"
    );
    app.pass(Duration::minutes(9) + Duration::seconds(59));
    let again = json!({ "password": PASSWORD });
    app.mutate(&session, "reauthenticate", again).await;
    app.pass(Duration::minutes(5) + Duration::seconds(2));
    let late = json!({ "code": authenticator.code(app.now()) });
    let late = app.mutate(&session, "confirmTotp", late).await;
    assert_eq!(late.errors(), ["NO_ENROLMENT "]);
    token(&app.sign_in(ADA, PASSWORD).await);
});

on_both!(mfa_1_another_app_replaces_the_one_before, |app| {
    let ada = ada(app).await;
    app.pass(Duration::minutes(2));
    let session = &ada.session;
    let next = start(app, session).await;
    // Until then the one before counts.
    let waits = challenge(app).await;
    token_of(&complete(app, &waits, &ada.authenticator.code(app.now())).await);
    app.pass(Duration::minutes(1));
    let confirm = json!({ "code": next.code(app.now()) });
    let confirmed = app.mutate(session, "confirmTotp", confirm).await.0;
    assert_eq!(confirmed["errors"], json!([]));
    assert_eq!(
        confirmed["recoveryCodes"],
        Value::Null,
        "it is not the first factor"
    );
    app.pass(Duration::minutes(1));
    let waits = challenge(app).await;
    let old = complete(app, &waits, &ada.authenticator.code(app.now())).await;
    assert_eq!(errors(&old), ["INVALID_CODE code"]);
    token_of(&complete(app, &waits, &next.code(app.now())).await);
    let own = profile(app, session).await;
    assert_eq!(own["secondFactors"].as_array().unwrap().len(), 1);
    assert_eq!(own["recoveryCodesLeft"], 10);
});

#[track_caller]
pub(super) fn token_of(answer: &crate::support::app::Answer) -> String {
    let payload = answer.payload().0;
    payload["token"]
        .as_str()
        .unwrap_or_else(|| panic!("nobody signed in: {payload:#}"))
        .to_owned()
}

on_both!(mfa_2_a_recovery_code_lets_in_once_and_is_mailed, |app| {
    let ada = ada(app).await;
    assert_eq!(ada.recovery_codes.len(), 10);
    let typed = ada.recovery_codes[0].to_uppercase();
    let typed = format!(" {}-{} ", &typed[..5], &typed[5..]);
    let waits = challenge(app).await;
    let session = token_of(&complete(app, &waits, &typed).await);
    assert_eq!(profile(app, &session).await["recoveryCodesLeft"], 9);
    let mails = app.mails(MailKind::RecoveryCodeUsed, ADA).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].payload, "{\"left\":9}");
    let waits = challenge(app).await;
    let again = complete(app, &waits, &ada.recovery_codes[0]).await;
    assert_eq!(errors(&again), ["INVALID_CODE code"]);
    for code in &ada.recovery_codes[1..9] {
        let waits = challenge(app).await;
        token_of(&complete(app, &waits, code).await);
    }
    let mails = app.mails(MailKind::RecoveryCodeUsed, ADA).await;
    assert_eq!(mails.last().unwrap().payload, "{\"left\":1}");
    let waits = app.sign_in(ADA, PASSWORD).await;
    assert_eq!(waits.user_errors("signIn"), ["SECOND_FACTOR_REQUIRED"]);
});

on_both!(mfa_2_new_recovery_codes_end_the_old_ones, |app| {
    let ada = ada(app).await;
    let bare = somebody(app, "bo@example.org").await;
    let none = app
        .mutate(&bare, "regenerateRecoveryCodes", json!({}))
        .await;
    assert_eq!(none.errors(), ["NO_SECOND_FACTOR "]);
    let waits = challenge(app).await;
    let renewed = app
        .mutate(&ada.session, "regenerateRecoveryCodes", json!({}))
        .await
        .0;
    let codes: Vec<String> = serde_json::from_value(renewed["recoveryCodes"].clone()).unwrap();
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|code| !ada.recovery_codes.contains(code)));
    assert_eq!(
        app.mails(MailKind::RecoveryCodesRenewed, ADA).await.len(),
        1
    );
    assert_eq!(
        errors(&complete(app, &waits, &codes[0]).await),
        ["INVALID_CHALLENGE challenge"],
        "MFA-7: what waited has ended"
    );
    let waits = challenge(app).await;
    assert_eq!(
        errors(&complete(app, &waits, &ada.recovery_codes[3]).await),
        ["INVALID_CODE code"]
    );
    token_of(&complete(app, &waits, &codes[0]).await);
});

on_both!(threads: mfa_2_sixty_four_clients_with_one_code_and_one_gets_in, |app| {
    let ada = ada(app).await;
    let mut waiting = Vec::new();
    for _ in 0..4 {
        waiting.push(challenge(app).await);
    }
    let nodes = [app.door(), app.another_node().await];
    let tasks: Vec<_> = (0..64)
        .map(|place| {
            let door = nodes[place % 2].clone();
            let input = json!({ "challenge": waiting[place % 4], "code": ada.recovery_codes[5] });
            tokio::spawn(async move { door.mutate(None, "completeSignIn", input).await })
        })
        .collect();
    let mut tokens = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        let limited = answer.codes() == ["RATE_LIMITED"];
        let payload = &answer.body["data"]["completeSignIn"];
        let code = payload["errors"][0]["code"].as_str().unwrap_or_default();
        if payload["token"].is_string() {
            tokens += 1;
        } else {
            assert!(
                limited || code == "INVALID_CODE" || code == "INVALID_CHALLENGE",
                "{:#}",
                answer.body
            );
        }
    }
    assert_eq!(tokens, 1);
    assert_eq!(app.count("recovery_code WHERE used_at IS NOT NULL").await, 1);
});

on_both!(mfa_7_removing_ends_what_waits_and_no_session, |app| {
    let ada = ada(app).await;
    let waits = challenge(app).await;
    let other = token_of(&complete(app, &waits, &ada.recovery_codes[0]).await);
    let waits = challenge(app).await;
    let removed = app.mutate(&ada.session, "disableTotp", json!({})).await.0;
    assert_eq!(removed["errors"], json!([]));
    assert_eq!(removed["secondFactor"]["id"], ada.factor["id"]);
    assert_eq!(
        errors(&complete(app, &waits, &ada.recovery_codes[1]).await),
        ["INVALID_CHALLENGE challenge"]
    );
    for session in [&ada.session, &other] {
        let own = profile(app, session).await;
        assert_eq!(own["secondFactors"], json!([]));
        assert_eq!(own["recoveryCodesLeft"], Value::Null);
    }
    assert_eq!(app.count("recovery_code").await, 0);
    assert_eq!(app.mails(MailKind::SecondFactorRemoved, ADA).await.len(), 1);
    assert_eq!(
        app.count("audit_event WHERE kind = 'SECOND_FACTOR_REMOVED'")
            .await,
        1
    );
    token(&app.sign_in(ADA, PASSWORD).await);
    let again = app.mutate(&ada.session, "disableTotp", json!({})).await;
    assert_eq!(again.errors(), ["NO_SECOND_FACTOR "]);
});

on_both!(
    mfa_7_it_needs_password_and_factor_of_the_last_ten_minutes,
    |app| {
        let ada = ada(app).await;
        let session = &ada.session;
        let calls = [
            "startTotpEnrolment",
            "disableTotp",
            "regenerateRecoveryCodes",
        ];
        app.pass(Duration::minutes(11));
        let all_refuse = async |why: &str| {
            let before = app.footprint().await;
            for mutation in calls {
                let answer = app.mutate(session, mutation, json!({})).await;
                assert_eq!(
                    answer.errors(),
                    ["REAUTHENTICATION_REQUIRED "],
                    "{mutation}: {why}"
                );
            }
            let confirm = app
                .mutate(session, "confirmTotp", json!({ "code": "123456" }))
                .await;
            assert_eq!(confirm.errors(), ["REAUTHENTICATION_REQUIRED "], "{why}");
            assert_eq!(app.footprint().await, before, "{why}");
        };
        all_refuse("nothing was shown").await;
        let show = async |input: Value| app.mutate(session, "reauthenticate", input).await.errors();
        assert_eq!(show(json!({ "password": PASSWORD })).await, [""; 0]);
        all_refuse("the password alone").await;
        app.pass(Duration::minutes(11));
        let code = ada.authenticator.code(app.now());
        assert_eq!(show(json!({ "code": code })).await, [""; 0]);
        all_refuse("the factor alone").await;
        assert_eq!(
            show(json!({ "password": OTHER })).await,
            ["INVALID_CREDENTIALS password"]
        );
        assert_eq!(show(json!({ "password": PASSWORD })).await, [""; 0]);
        let renewed = app
            .mutate(session, "regenerateRecoveryCodes", json!({}))
            .await;
        assert_eq!(renewed.errors(), [""; 0]);
        let form = app.try_mutate(session, "reauthenticate", json!({})).await;
        assert_eq!(form.codes(), ["BAD_USER_INPUT"]);
    }
);

on_both!(
    mfa_9_resetting_the_password_neither_removes_nor_skips_a_factor,
    |app| {
        let ada = ada(app).await;
        app.pass(Duration::minutes(5));
        call(app, "requestPasswordReset", json!({ "email": ADA }))
            .send()
            .await;
        let link = app.link(MailKind::PasswordReset, ADA).await;
        let reset = json!({ "token": link, "newPassword": OTHER });
        assert_eq!(
            errors(&call(app, "resetPassword", reset).send().await),
            [""; 0]
        );
        let answer = app.sign_in(ADA, OTHER).await;
        assert_eq!(answer.user_errors("signIn"), ["SECOND_FACTOR_REQUIRED"]);
        let input = json!({ "email": ADA, "password": OTHER, "secondFactor": ada.authenticator.code(app.now()) });
        let payload = app.mutate_anonymously("signIn", input).await.payload().0;
        assert!(payload["token"].is_string(), "{payload:#}");
    }
);

on_both!(
    mfa_12_keys_reach_no_factor_and_no_row_shows_a_secret,
    |app| {
        let ws = app.workspace("riverton").await;
        let member = app.member(&ws, "Ada Veldkamp").create().await;
        app.with_password(member.account).await;
        let session = app.session_of(member.account).await;
        let started = app
            .mutate(&session, "startTotpEnrolment", json!({}))
            .await
            .0;
        let secret = started["secret"].as_str().unwrap();
        let authenticator = Authenticator::with(secret);
        let confirm = json!({ "code": authenticator.code(app.now()) });
        let confirmed = app.mutate(&session, "confirmTotp", confirm).await.0;
        for mutation in [
            "startTotpEnrolment",
            "disableTotp",
            "regenerateRecoveryCodes",
        ] {
            let answer = app.try_mutate(&member.key, mutation, json!({})).await;
            assert_eq!(answer.codes(), ["FORBIDDEN"], "{mutation}");
        }
        let seen = app.post(Some(&member.key), OWN, json!({})).await;
        assert_eq!(seen.data()["viewer"]["profile"], Value::Null);
        let node = "query($id: ID!) { node(id: $id) { id } }";
        let id = json!({ "id": confirmed["secondFactor"]["id"] });
        assert_eq!(
            app.post(Some(&member.key), node, id).await.data()["node"],
            Value::Null
        );
        let input = json!({ "email": member.email, "password": PASSWORD });
        let waits = app.mutate_anonymously("signIn", input).await.payload().0["challenge"].clone();
        let codes = confirmed["recoveryCodes"].as_array().unwrap();
        let footprint = app.footprint().await;
        let mut secrets = vec![secret, waits.as_str().unwrap()];
        secrets.extend(codes.iter().map(|code| code.as_str().unwrap()));
        for secret in secrets {
            assert!(!footprint.contains(secret));
        }
        // The bytes of the seed neither: the row's debug form has numbers.
        let seed = format!("{:?}", base32(secret));
        assert!(!footprint.contains(seed.trim_matches(['[', ']'])));
    }
);
