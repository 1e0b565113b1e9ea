//! Setting a new password by a mailed link (ACC-7).

use chrono::Duration;
use concierge::domain::mail::MailKind;
use serde_json::json;

use super::{OTHER, call, errors, gets_in, payload, register, somebody};
use crate::support::{TestApp, on_both, person::PASSWORD};

const ADA: &str = "ada@example.org";

async fn request(app: &TestApp, email: &str) -> usize {
    let answer = call(app, "requestPasswordReset", json!({ "email": email }))
        .send()
        .await;
    assert_eq!(payload(&answer), json!({ "sent": true, "errors": [] }));
    app.mails(MailKind::PasswordReset, ADA).await.len()
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Vec<String> {
    errors(
        &call(
            app,
            "resetPassword",
            json!({ "token": token, "newPassword": password }),
        )
        .send()
        .await,
    )
}

on_both!(acc_7_a_link_lives_an_hour_and_works_once, |app| {
    let session = somebody(app, ADA).await;
    assert_eq!(request(app, "ADA@Example.org").await, 1);
    let link = app.link(MailKind::PasswordReset, ADA).await;
    assert_eq!(
        reset(app, &link, "password").await,
        ["TOO_COMMON newPassword"],
        "and the link still counts"
    );
    app.pass(Duration::hours(1) - Duration::seconds(1));
    assert_eq!(reset(app, &link, OTHER).await, [""; 0]);
    assert!(gets_in(app, ADA, OTHER).await && !gets_in(app, ADA, PASSWORD).await);
    assert_eq!(
        app.post(Some(&session), "{ viewer { kind } }", json!({}))
            .await
            .status,
        401,
        "all sessions end"
    );
    assert_eq!(app.mails(MailKind::PasswordChanged, ADA).await.len(), 1);
    assert_eq!(reset(app, &link, PASSWORD).await, ["ALREADY_USED token"]);
    assert_eq!(request(app, ADA).await, 2);
    let late = app.link(MailKind::PasswordReset, ADA).await;
    app.pass(Duration::hours(1) + Duration::seconds(1));
    assert_eq!(reset(app, &late, PASSWORD).await, ["INVALID_TOKEN token"]);
    assert_eq!(
        app.count("audit_event WHERE kind = 'PASSWORD_RESET' AND actor_kind = 'ACCOUNT'")
            .await,
        1
    );
    assert_eq!(
        app.count(
            "audit_event WHERE kind = 'PASSWORD_RESET_REQUESTED' AND actor_kind = 'ANONYMOUS'"
        )
        .await,
        2
    );
});

on_both!(acc_7_asking_again_within_two_minutes_sends_nothing, |app| {
    somebody(app, ADA).await;
    assert_eq!(request(app, ADA).await, 1);
    app.pass(Duration::minutes(2) - Duration::seconds(1));
    assert_eq!(request(app, ADA).await, 1);
    app.pass(Duration::seconds(2));
    assert_eq!(request(app, ADA).await, 2);
});

on_both!(acc_7_strangers_never_use_up_what_the_owner_needs, |app| {
    let session = somebody(app, ADA).await;
    let device = app.sign_in(ADA, PASSWORD).await.cookie("device").to_owned();
    let send = async |client: &str, device: Option<&str>| {
        let ask = call(app, "requestPasswordReset", json!({ "email": ADA })).from(client);
        let ask = if let Some(device) = device {
            ask.cookie(device)
        } else {
            ask
        };
        assert_eq!(
            payload(&ask.send().await),
            json!({ "sent": true, "errors": [] })
        );
        app.mails(MailKind::PasswordReset, ADA).await.len()
    };
    for sent in [1, 2, 3, 4, 5, 5, 5] {
        assert_eq!(
            send("192.0.2.1", None).await,
            sent,
            "five a day from one network"
        );
        app.pass(Duration::minutes(3));
    }
    assert_eq!(
        send("2001:db8:0:1::1", None).await,
        6,
        "from another one it is sent"
    );
    assert_eq!(
        send("2001:db8:0:1:ffff::2", None).await,
        6,
        "one IPv6 network"
    );
    for number in 7..=30 {
        assert_eq!(send(&format!("198.51.100.{number}"), None).await, number);
    }
    assert_eq!(send("203.0.113.1", None).await, 30, "thirty a day from all");
    assert_eq!(
        send("203.0.113.1", Some(&device)).await,
        31,
        "a device that signed in before has its own"
    );
    assert_eq!(send("203.0.113.1", Some(&device)).await, 31);
    app.pass(Duration::hours(26));
    assert_eq!(send("203.0.113.1", None).await, 32, "a day later");
    assert_eq!(
        app.post(Some(&session), "{ viewer { kind } }", json!({}))
            .await
            .status,
        200
    );
});

on_both!(
    acc_7_a_reset_names_the_keys_that_live_on_and_revokes_them_on_request,
    |app| {
        let ws = app.workspace("riverton").await;
        let other = app.workspace("lakeside").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        let far = app
            .member(&other, "Ada Veldkamp")
            .of(ada.account)
            .create()
            .await;
        let bo = app.member(&ws, "Bo Haugen").create().await;
        let works = async |key: &str| {
            app.post(Some(key), "{ viewer { kind } }", json!({}))
                .await
                .status
                == 200
        };
        let reset = async |revoke: Option<bool>| {
            app.pass(Duration::minutes(3));
            call(app, "requestPasswordReset", json!({ "email": ada.email }))
                .send()
                .await;
            let token = app.link(MailKind::PasswordReset, &ada.email).await;
            let input = json!({ "token": token, "newPassword": OTHER, "revokeApiKeys": revoke });
            payload(&call(app, "resetPassword", input).send().await)
        };
        let kept = reset(None).await;
        assert_eq!(
            (&kept["errors"], &kept["livingApiKeyCount"]),
            (&json!([]), &json!(2)),
            "{kept:#}"
        );
        let keys = kept["livingApiKeys"].as_array().unwrap();
        let names: Vec<&str> = keys
            .iter()
            .map(|key| key["workspaceName"].as_str().unwrap())
            .collect();
        assert_eq!(names.len(), 2);
        assert!(
            names.contains(&"riverton open data") && names.contains(&"lakeside open data"),
            "{names:?}"
        );
        let ids: Vec<&str> = keys
            .iter()
            .map(|key| key["apiKeyId"].as_str().unwrap())
            .collect();
        assert!(ids.contains(&ada.key_id.to_string().as_str()));
        assert!(
            keys.iter()
                .all(|key| ada.key.starts_with(key["prefix"].as_str().unwrap())
                    || far.key.starts_with(key["prefix"].as_str().unwrap()))
        );
        assert!(works(&ada.key).await && works(&far.key).await);
        let revoked = reset(Some(true)).await;
        assert_eq!(
            (&revoked["livingApiKeys"], &revoked["livingApiKeyCount"]),
            (&json!([]), &json!(0)),
            "{revoked:#}"
        );
        assert!(!works(&ada.key).await && !works(&far.key).await && works(&bo.key).await);
        assert_eq!(
            app.count("audit_event WHERE kind = 'API_KEY_REVOKED' AND actor_kind = 'ACCOUNT'")
                .await,
            2
        );
    }
);

on_both!(acc_7_using_one_link_lets_all_others_die, |app| {
    somebody(app, ADA).await;
    let mut links = Vec::new();
    for _ in 0..3 {
        request(app, ADA).await;
        links.push(app.link(MailKind::PasswordReset, ADA).await);
        app.pass(Duration::minutes(3));
    }
    assert_eq!(reset(app, &links[1], OTHER).await, [""; 0]);
    for dead in [&links[0], &links[2]] {
        assert_eq!(reset(app, dead, PASSWORD).await, ["INVALID_TOKEN token"]);
    }
});

on_both!(
    text_4_a_link_that_set_a_password_says_so_when_it_is_followed_again,
    |app| {
        somebody(app, ADA).await;
        request(app, ADA).await;
        let link = app.link(MailKind::PasswordReset, ADA).await;
        assert_eq!(reset(app, &link, OTHER).await, [""; 0]);
        let before = app.footprint().await;
        for password in [OTHER, PASSWORD, "weak"] {
            assert_eq!(reset(app, &link, password).await, ["ALREADY_USED token"]);
        }
        let french = call(
            app,
            "resetPassword",
            json!({ "token": link, "newPassword": OTHER }),
        )
        .header("accept-language", "fr")
        .send()
        .await;
        let message = payload(&french)["errors"][0]["message"].to_string();
        assert!(message.contains("déjà été défini"), "{message}");
        // It still says so after it would have expired; whoever changed a letter learns nothing.
        app.pass(Duration::hours(2));
        assert_eq!(reset(app, &link, PASSWORD).await, ["ALREADY_USED token"]);
        let altered = format!("{}x", &link[..link.len() - 1]);
        assert_eq!(
            reset(app, &altered, PASSWORD).await,
            ["INVALID_TOKEN token"]
        );
        assert_eq!(app.footprint().await, before);
        assert!(gets_in(app, ADA, OTHER).await && !gets_in(app, ADA, PASSWORD).await);
    }
);

on_both!(acc_2_resetting_discards_unverified_passwords, |app| {
    let operator = app.operator("Olu Adeyemi").await;
    register(app, ADA, OTHER).await;
    let strangers = app.link(MailKind::Registration, ADA).await;
    app.mutate(&operator, "createAccount", json!({ "email": ADA }))
        .await;
    // A registration for an address that has an account waits in vain, and goes with the reset.
    register(app, ADA, OTHER).await;
    assert_eq!(app.count("registration").await, 1);
    let link = app.link(MailKind::AccountCreated, ADA).await;
    assert_eq!(reset(app, &link, PASSWORD).await, [""; 0]);
    assert_eq!(app.count("registration").await, 0);
    let dead = call(
        app,
        "verifyEmail",
        json!({ "token": strangers, "password": OTHER }),
    )
    .send()
    .await;
    assert_eq!(errors(&dead), ["INVALID_TOKEN token"]);
    assert!(gets_in(app, ADA, PASSWORD).await && !gets_in(app, ADA, OTHER).await);
});

on_both!(
    acc_7_resetting_confirms_the_address_and_forgives_failures,
    |app| {
        somebody(app, ADA).await;
        app.sql("UPDATE account SET email_verified_at = NULL", Vec::new())
            .await;
        assert!(!gets_in(app, ADA, PASSWORD).await);
        request(app, ADA).await;
        let link = app.link(MailKind::PasswordReset, ADA).await;
        for place in 0..7 {
            call(app, "signIn", json!({ "email": ADA, "password": "wrong" }))
                .from(&format!("192.0.2.{place}"))
                .send()
                .await;
        }
        assert_eq!(reset(app, &link, OTHER).await, [""; 0]);
        let at_once = call(app, "signIn", json!({ "email": ADA, "password": OTHER }))
            .from("192.0.2.99")
            .send()
            .await;
        assert!(payload(&at_once)["token"].is_string(), "{:#}", at_once.body);
    }
);

on_both!(
    acc_7_an_erased_account_gets_no_link_and_a_link_to_it_opens_nothing,
    |app| {
        somebody(app, ADA).await;
        request(app, ADA).await;
        let link = app.link(MailKind::PasswordReset, ADA).await;
        app.sql("UPDATE account SET erased_at = created_at", Vec::new())
            .await;
        assert_eq!(reset(app, &link, OTHER).await, ["INVALID_TOKEN token"]);
        app.pass(Duration::minutes(3));
        request(app, ADA).await;
        assert_eq!(app.count("password_reset").await, 1);
    }
);

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
