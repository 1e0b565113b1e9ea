//! When an account signed in, when a member was active, and from where.

use chrono::Duration;
use concierge::app::Edge;
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    person::{PASSWORD, SIGN_IN, token},
};

const MINE: &str = "{ viewer { membership(workspace: \"riverton\") { lastActiveAt } apiKey { lastUsedAt lastUsedFrom } } }";

/// The instant as the API writes it.
fn shown(app: &TestApp) -> Value {
    json!(
        app.now()
            .to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
    )
}

fn same(one: &Value, other: &Value) -> bool {
    let read = |value: &Value| {
        value
            .as_str()
            .and_then(|text| text.parse::<chrono::DateTime<chrono::Utc>>().ok())
    };
    read(one).is_some() && read(one) == read(other)
}

on_both!(acc_9_the_last_sign_in_is_for_own_eyes, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    let first = app.session(ada.account).await;
    let query = "{ viewer { profile { lastSignInAt } } }";
    let before = app.post(Some(&first), query, json!({})).await;
    assert_eq!(
        *before.data(),
        json!({ "viewer": { "profile": { "lastSignInAt": null } } })
    );
    app.pass(Duration::hours(1));
    assert_eq!(
        app.sign_in(&ada.email, "wrong").await.user_errors("signIn"),
        ["INVALID_CREDENTIALS"]
    );
    let at = shown(app);
    let second = token(&app.sign_in(&ada.email, PASSWORD).await);
    let after = app.post(Some(&second), query, json!({})).await;
    let told = after.data()["viewer"]["profile"]["lastSignInAt"].clone();
    // The failure was written at the same instant, and no two writes have one.
    assert!(
        told.as_str()
            .unwrap()
            .starts_with(&at.as_str().unwrap()[..19]),
        "{told} {at}"
    );
});

on_both!(acc_9_a_member_is_active_by_key_and_by_session, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let session = app.session(ada.account).await;
    let last = async |credential: &str| {
        app.flush().await;
        let answer = app.post(Some(credential), MINE, json!({})).await;
        answer.data()["viewer"].clone()
    };
    assert_eq!(
        last(&ada.key).await["membership"]["lastActiveAt"],
        Value::Null
    );
    let by_key = shown(app);
    let seen = last(&ada.key).await;
    assert!(
        same(&seen["membership"]["lastActiveAt"], &by_key)
            && same(&seen["apiKey"]["lastUsedAt"], &by_key),
        "{seen}"
    );
    assert_eq!(seen["apiKey"]["lastUsedFrom"], "127.0.0.1");
    app.pass(Duration::seconds(30));
    last(&ada.key).await;
    assert!(
        same(&last(&ada.key).await["membership"]["lastActiveAt"], &by_key),
        "at most once a minute"
    );
    app.pass(Duration::minutes(5));
    let by_session = shown(app);
    last(&session).await;
    assert!(same(
        &last(&session).await["membership"]["lastActiveAt"],
        &by_session
    ));
    app.pass(Duration::minutes(5));
    app.post(Some(&session), "{ viewer { kind } }", json!({}))
        .await;
    assert!(
        same(
            &last(&session).await["membership"]["lastActiveAt"],
            &by_session
        ),
        "that used no workspace"
    );
});

on_both!(
    acc_11_the_client_is_the_peer_unless_a_trusted_proxy_says_otherwise,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        app.with_password(ada.account).await;
        let edge = Edge {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Edge::default()
        };
        let behind = app.another_door(edge, false);
        for (peer, forwarded, client) in [
            ("192.0.2.1", "203.0.113.5", "192.0.2.1"),
            (
                "10.0.0.1",
                "203.0.113.5, 198.51.100.7, 10.0.0.2",
                "198.51.100.7",
            ),
            ("10.0.0.1", "203.0.113.5, nonsense", "10.0.0.1"),
            ("::ffff:10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ] {
            let ask = app
                .ask(SIGN_IN)
                .input(json!({ "email": ada.email, "password": PASSWORD }));
            let answer = ask
                .through(&behind)
                .from(peer)
                .header("x-forwarded-for", forwarded)
                .send()
                .await;
            assert_eq!(
                answer.data()["signIn"]["session"]["clientAddress"],
                client,
                "{peer} {forwarded}"
            );
        }
        let ask = app
            .ask(SIGN_IN)
            .input(json!({ "email": ada.email, "password": PASSWORD }))
            .from("10.0.0.1");
        let answer = ask.header("x-forwarded-for", "203.0.113.5").send().await;
        assert_eq!(
            answer.data()["signIn"]["session"]["clientAddress"],
            "10.0.0.1",
            "nobody is trusted if nobody is configured"
        );
    }
);
