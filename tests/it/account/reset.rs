//! Setting a new password by a mailed link (ACC-7).

use chrono::Duration;
use concierge::domain::mail::MailKind;
use serde_json::json;

use super::{OTHER, call, errors, gets_in, payload, register, somebody};
use crate::support::{TestApp, on_both, person::PASSWORD};

const ADA: &str = "ada@example.org";

async fn request(app: &TestApp, email: &str) -> usize {
    let answer = call(app, "requestPasswordReset", json!({ "email": email })).send().await;
    assert_eq!(payload(&answer), json!({ "sent": true, "errors": [] }));
    app.mails(MailKind::PasswordReset, ADA).await.len()
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Vec<String> {
    errors(&call(app, "resetPassword", json!({ "token": token, "newPassword": password })).send().await)
}

on_both!(acc_7_a_link_lives_an_hour_and_works_once, |app| {
    let session = somebody(app, ADA).await;
    assert_eq!(request(app, "ADA@Example.org").await, 1);
    let link = app.link(MailKind::PasswordReset, ADA).await;
    assert_eq!(reset(app, &link, "password").await, ["TOO_COMMON newPassword"], "and the link still counts");
    app.pass(Duration::hours(1) - Duration::seconds(1));
    assert_eq!(reset(app, &link, OTHER).await, [""; 0]);
    assert!(gets_in(app, ADA, OTHER).await && !gets_in(app, ADA, PASSWORD).await);
    assert_eq!(app.post(Some(&session), "{ viewer { kind } }", json!({})).await.status, 401, "all sessions end");
    assert_eq!(app.mails(MailKind::PasswordChanged, ADA).await.len(), 1);
    assert_eq!(reset(app, &link, PASSWORD).await, ["INVALID_TOKEN token"]);
    assert_eq!(request(app, ADA).await, 2);
    let late = app.link(MailKind::PasswordReset, ADA).await;
    app.pass(Duration::hours(1) + Duration::seconds(1));
    assert_eq!(reset(app, &late, PASSWORD).await, ["INVALID_TOKEN token"]);
    assert_eq!(app.count("audit_event WHERE kind = 'PASSWORD_RESET' AND actor_kind = 'ACCOUNT'").await, 1);
    assert_eq!(app.count("audit_event WHERE kind = 'PASSWORD_RESET_REQUESTED' AND actor_kind = 'ANONYMOUS'").await, 2);
});

on_both!(acc_7_asking_again_within_two_minutes_sends_nothing, |app| {
    somebody(app, ADA).await;
    assert_eq!(request(app, ADA).await, 1);
    app.pass(Duration::minutes(2) - Duration::seconds(1));
    assert_eq!(request(app, ADA).await, 1);
    app.pass(Duration::seconds(2));
    assert_eq!(request(app, ADA).await, 2);
});

on_both!(acc_7_using_one_link_lets_all_others_die, |app| {
    somebody(app, ADA).await;
    let mut links = Vec::new();
    for _ in 0..3 {
        request(app, ADA).await;
        links.push(app.link(MailKind::PasswordReset, ADA).await);
        app.pass(Duration::minutes(3));
    }
    assert_eq!(reset(app, &links[1], OTHER).await, [""; 0]);
    for dead in [&links[0], &links[2], &links[1]] {
        assert_eq!(reset(app, dead, PASSWORD).await, ["INVALID_TOKEN token"]);
    }
});

on_both!(acc_2_resetting_discards_unverified_passwords, |app| {
    let operator = app.operator("Olu Adeyemi").await;
    register(app, ADA, OTHER).await;
    let strangers = app.link(MailKind::Registration, ADA).await;
    app.mutate(&operator, "createAccount", json!({ "email": ADA })).await;
    // A registration for an address that has an account waits in vain, and goes with the reset.
    register(app, ADA, OTHER).await;
    assert_eq!(app.count("registration").await, 1);
    let link = app.link(MailKind::AccountCreated, ADA).await;
    assert_eq!(reset(app, &link, PASSWORD).await, [""; 0]);
    assert_eq!(app.count("registration").await, 0);
    let dead = call(app, "verifyEmail", json!({ "token": strangers, "password": OTHER })).send().await;
    assert_eq!(errors(&dead), ["INVALID_TOKEN token"]);
    assert!(gets_in(app, ADA, PASSWORD).await && !gets_in(app, ADA, OTHER).await);
});

on_both!(acc_7_resetting_confirms_the_address_and_forgives_failures, |app| {
    somebody(app, ADA).await;
    app.sql("UPDATE account SET email_verified_at = NULL", Vec::new()).await;
    assert!(!gets_in(app, ADA, PASSWORD).await);
    request(app, ADA).await;
    let link = app.link(MailKind::PasswordReset, ADA).await;
    for place in 0..7 {
        call(app, "signIn", json!({ "email": ADA, "password": "wrong" })).from(&format!("192.0.2.{place}")).send().await;
    }
    assert_eq!(reset(app, &link, OTHER).await, [""; 0]);
    let at_once = call(app, "signIn", json!({ "email": ADA, "password": OTHER })).from("192.0.2.99").send().await;
    assert!(payload(&at_once)["token"].is_string(), "{:#}", at_once.body);
});

on_both!(acc_7_an_erased_account_gets_no_link_and_a_link_to_it_opens_nothing, |app| {
    somebody(app, ADA).await;
    request(app, ADA).await;
    let link = app.link(MailKind::PasswordReset, ADA).await;
    app.sql("UPDATE account SET erased_at = created_at", Vec::new()).await;
    assert_eq!(reset(app, &link, OTHER).await, ["INVALID_TOKEN token"]);
    app.pass(Duration::minutes(3));
    request(app, ADA).await;
    assert_eq!(app.count("password_reset").await, 1);
});

on_both!(threads: acc_7_of_two_uses_of_one_link_one_counts, |app| {
    somebody(app, ADA).await;
    request(app, ADA).await;
    let link = app.link(MailKind::PasswordReset, ADA).await;
    let run = |password: &'static str| {
        let ask = call(app, "resetPassword", json!({ "token": link, "newPassword": password }));
        tokio::spawn(async move { errors(&ask.send().await).is_empty() })
    };
    let third = "nine copper kettles boil";
    let (one, other) = (run(OTHER), run(third));
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    assert!(one != other, "{one} {other}");
    assert!(gets_in(app, ADA, if one { OTHER } else { third }).await);
    assert!(!gets_in(app, ADA, if one { third } else { OTHER }).await);
});
