//! Operators remove all factors of an owner who lost them, after notice (MFA-9).

use chrono::Duration;
use concierge::{domain::mail::MailKind, entity, job::sweeper::sweep};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{ADA, ada, enrol, enrol::token_of};
use crate::{
    account::{call, errors, somebody},
    support::{TestApp, on_both, person::PASSWORD},
};

const SCHEDULE: &str = "scheduleFactorRemoval";
const CANCEL: &str = "cancelFactorRemoval";

async fn account(app: &TestApp, session: &str) -> Value {
    let query = "{ viewer { account { id } } }";
    let answer = app.post(Some(session), query, json!({})).await;
    answer.data()["viewer"]["account"]["id"].clone()
}

async fn profile(app: &TestApp, session: &str) -> Value {
    let query =
        "{ viewer { profile { factorRemovalAt recoveryCodesLeft secondFactors { kind } } } }";
    let answer = app.post(Some(session), query, json!({})).await;
    answer.data()["viewer"]["profile"].clone()
}

async fn schedule(app: &TestApp, operator: &str, account: &Value) -> Value {
    let input = json!({ "accountId": account, "reason": "Lost phone, showed a passport." });
    let done = app.mutate(operator, SCHEDULE, input).await;
    assert_eq!(done.errors(), [""; 0]);
    done.0["removalAt"].clone()
}

/// Whether the right password is enough to sign in.
async fn password_is_enough(app: &TestApp) -> bool {
    let answer = app.sign_in(ADA, PASSWORD).await;
    let payload = &answer.data()["signIn"];
    if payload["token"].is_string() {
        return true;
    }
    assert_eq!(answer.user_errors("signIn"), ["SECOND_FACTOR_REQUIRED"]);
    false
}

on_both!(mfa_9_the_hour_ends_all_factors_and_not_the_sweeper, |app| {
    let ada = ada(app).await;
    let (id, operator) = (
        account(app, &ada.session).await,
        app.operator("Olu Adeyemi").await,
    );
    let at = schedule(app, &operator, &id).await;
    let events = app.count("audit_event").await;
    app.pass(Duration::hours(1));
    assert_eq!(schedule(app, &operator, &id).await, at, "it stays as it is");
    assert_eq!(app.count("audit_event").await, events);
    assert_eq!(
        app.mails(MailKind::FactorRemovalScheduled, ADA).await.len(),
        1
    );
    assert_eq!(profile(app, &ada.session).await["factorRemovalAt"], at);
    app.pass(Duration::hours(23) - Duration::seconds(1));
    assert!(!password_is_enough(app).await, "a second too early");
    app.pass(Duration::seconds(2));
    assert!(password_is_enough(app).await, "without the sweeper");
    let nothing =
        json!({ "factorRemovalAt": null, "recoveryCodesLeft": null, "secondFactors": [] });
    assert_eq!(profile(app, &ada.session).await, nothing);
    for code in [
        ada.authenticator.code(app.now()),
        ada.recovery_codes[0].clone(),
    ] {
        let shown = app
            .mutate(&ada.session, "reauthenticate", json!({ "code": code }))
            .await;
        assert_eq!(shown.errors(), ["INVALID_CODE code"]);
    }
    // Two nodes at once.
    let (one, other) = tokio::join!(sweep(&app.app.deps), sweep(&app.app.deps));
    assert_eq!(one.unwrap() + other.unwrap(), 1, "once");
    assert_eq!(sweep(&app.app.deps).await.unwrap(), 0);
    for table in ["second_factor", "recovery_code", "sign_in_challenge"] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    assert_eq!(
        app.mails(MailKind::SecondFactorsRemoved, ADA).await.len(),
        1
    );
    let removed = entity::audit_event::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    let removed: Vec<_> = removed
        .iter()
        .filter(|event| event.kind == "SECOND_FACTOR_REMOVED")
        .collect();
    assert_eq!(removed.len(), 1);
    assert_eq!(removed[0].actor_kind, "SYSTEM");
    assert_eq!(
        concierge::domain::audit::instant(removed[0].effective_at),
        at.as_str().unwrap()
    );
    assert!(password_is_enough(app).await);
});

on_both!(mfa_9_the_owner_cancels_by_the_link, |app| {
    let ada = ada(app).await;
    let (id, operator) = (
        account(app, &ada.session).await,
        app.operator("Olu Adeyemi").await,
    );
    schedule(app, &operator, &id).await;
    let link = app.link(MailKind::FactorRemovalScheduled, ADA).await;
    assert!(link.starts_with("ccl_fac_"));
    let cancel = async |token: &str| {
        let answer = call(app, CANCEL, json!({ "token": token })).send().await;
        (answer.payload().0["cancelled"].clone(), errors(&answer))
    };
    app.pass(Duration::hours(23));
    let events = app.count("audit_event").await;
    assert_eq!(cancel(&link).await, (json!(true), vec![]));
    assert_eq!(app.count("audit_event").await, events + 1);
    assert_eq!(cancel(&link).await, (json!(true), vec![]), "done again");
    assert_eq!(app.count("audit_event").await, events + 1);
    app.pass(Duration::hours(2));
    assert_eq!(sweep(&app.app.deps).await.unwrap(), 0);
    assert!(!password_is_enough(app).await, "the factors stay");
    assert_eq!(
        profile(app, &ada.session).await["factorRemovalAt"],
        Value::Null
    );
    // The old link cancels no other removal, and none can be cancelled when its hour has come.
    schedule(app, &operator, &id).await;
    assert_eq!(cancel(&link).await, (json!(true), vec![]));
    assert!(profile(app, &ada.session).await["factorRemovalAt"].is_string());
    let link = app.link(MailKind::FactorRemovalScheduled, ADA).await;
    app.pass(Duration::hours(24) + Duration::seconds(1));
    let late = (Value::Null, vec!["INVALID_TOKEN token".to_owned()]);
    assert_eq!(cancel(&link).await, late);
    let altered = format!("{}0", &link[..link.len() - 1]);
    assert_eq!(cancel(&altered).await.0, Value::Null);
    assert!(password_is_enough(app).await);
});

on_both!(mfa_9_signed_in_the_owner_or_an_operator_cancels, |app| {
    let ada = ada(app).await;
    let (id, operator) = (
        account(app, &ada.session).await,
        app.operator("Olu Adeyemi").await,
    );
    let input = json!({ "accountId": id });
    let none = app.mutate(&ada.session, CANCEL, input.clone()).await;
    assert_eq!(none.errors(), ["NOT_PENDING accountId"]);
    let stranger = somebody(app, "bo@example.org").await;
    for by in [&ada.session, &operator] {
        schedule(app, &operator, &id).await;
        let before = app.footprint().await;
        let refused = app.try_mutate(&stranger, CANCEL, input.clone()).await;
        assert_eq!(refused.codes(), ["NOT_FOUND"]);
        let refused = app
            .try_mutate(
                &stranger,
                SCHEDULE,
                json!({ "accountId": id, "reason": "x" }),
            )
            .await;
        assert_eq!(refused.codes(), ["FORBIDDEN"]);
        let nobody = call(app, CANCEL, input.clone()).send().await;
        assert_eq!(nobody.codes(), ["UNAUTHENTICATED"]);
        assert_eq!(app.footprint().await, before);
        let done = app.mutate(by, CANCEL, input.clone()).await;
        assert_eq!(
            (done.errors(), &done.0["cancelled"]),
            (vec![], &json!(true))
        );
        assert_eq!(
            profile(app, &ada.session).await["factorRemovalAt"],
            Value::Null
        );
    }
    let kinds = |kind: &str| {
        format!("audit_event WHERE kind = 'FACTOR_REMOVAL_CANCELLED' AND actor_kind = '{kind}'")
    };
    assert_eq!(app.count(&kinds("ACCOUNT")).await, 1);
    assert_eq!(app.count(&kinds("OPERATOR")).await, 1);
});

on_both!(
    mfa_9_what_is_set_up_meanwhile_ends_too_and_later_stays,
    |app| {
        let ada = ada(app).await;
        let (id, operator) = (
            account(app, &ada.session).await,
            app.operator("Olu Adeyemi").await,
        );
        schedule(app, &operator, &id).await;
        let anew = enrol(app, &ada.session).await;
        assert!(!password_is_enough(app).await);
        app.pass(Duration::hours(24));
        assert!(
            password_is_enough(app).await,
            "one that was set up meanwhile ends too"
        );
        // Set up again, before the sweeper comes: that one stays, with codes of its own.
        let session = token_of(&app.sign_in(ADA, PASSWORD).await);
        let later = enrol(app, &session).await;
        assert_eq!(later.recovery_codes.len(), 10);
        assert_ne!(later.recovery_codes, anew.recovery_codes);
        assert_eq!(sweep(&app.app.deps).await.unwrap(), 1);
        assert!(!password_is_enough(app).await);
        assert_eq!(profile(app, &session).await["recoveryCodesLeft"], 10);
        assert_eq!(app.count("second_factor").await, 1);
    }
);

on_both!(mfa_9_bad_input_schedules_nothing, |app| {
    let ada = ada(app).await;
    let (id, operator) = (
        account(app, &ada.session).await,
        app.operator("Olu Adeyemi").await,
    );
    let bare = somebody(app, "bo@example.org").await;
    let bare = account(app, &bare).await;
    let before = app.footprint().await;
    for (input, error) in [
        (json!({ "accountId": id, "reason": "" }), "TOO_SHORT reason"),
        (
            json!({ "accountId": id, "reason": " \u{200b}" }),
            "TOO_SHORT reason",
        ),
        (
            json!({ "accountId": id, "reason": "x".repeat(501) }),
            "TOO_LONG reason",
        ),
        (
            json!({ "accountId": id, "reason": "a\u{7}" }),
            "INVALID_CHARACTERS reason",
        ),
        (
            json!({ "accountId": bare, "reason": "lost" }),
            "NO_SECOND_FACTOR ",
        ),
    ] {
        let refused = app.mutate(&operator, SCHEDULE, input.clone()).await;
        assert_eq!(refused.errors(), [error], "{input}");
    }
    for input in [
        json!({}),
        json!({ "accountId": id, "token": "ccl_fac_0" }),
        json!({ "accountId": "mem_0" }),
        json!({ "token": "x".repeat(501) }),
    ] {
        let refused = app.try_mutate(&ada.session, CANCEL, input.clone()).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{input}");
    }
    assert_eq!(app.footprint().await, before);
});
