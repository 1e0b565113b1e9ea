//! How sessions travel, and how long they live.

use chrono::{DateTime, Duration, Utc};
use concierge::app::Edge;
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    person::{PASSWORD, SIGN_IN, token},
    world::Member,
};

async fn ada(app: &TestApp) -> Member {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    ada
}

fn input(member: &Member, transport: &str) -> Value {
    json!({ "email": member.email, "password": PASSWORD, "transport": transport })
}

fn instant(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

on_both!(acc_6_a_token_in_the_body, |app| {
    let ada = ada(app).await;
    let ask = app
        .ask(SIGN_IN)
        .input(input(&ada, "TOKEN"))
        .from("192.0.2.44")
        .header("user-agent", "Test\u{9}Browser/1");
    let answer = ask.send().await;
    assert_eq!(answer.set_cookie("session"), None);
    let token = token(&answer);
    assert!(
        token.starts_with("ccs_") && token.len() == 4 + 43 + 6,
        "{token}"
    );
    let session = &answer.data()["signIn"]["session"];
    assert_eq!(
        (&session["clientAddress"], &session["userAgent"]),
        (&json!("192.0.2.44"), &json!("TestBrowser/1"))
    );
    assert_eq!(session["isCurrent"], true);
    assert_eq!(
        instant(&session["expiresAt"]) - instant(&session["createdAt"]),
        Duration::days(14)
    );
    // Stored hashed.
    assert_eq!(
        app.count(&format!(
            "session WHERE token_hash IS NULL OR transport LIKE '%{token}%'"
        ))
        .await,
        0
    );
    let query = "{ viewer { kind session { id isCurrent clientAddress } profile { sessions { id isCurrent } } } }";
    let seen = app.post(Some(&token), query, json!({})).await;
    assert_eq!(seen.data()["viewer"]["kind"], "SESSION");
    assert_eq!(seen.data()["viewer"]["session"]["id"], session["id"]);
    assert_eq!(
        seen.data()["viewer"]["profile"]["sessions"],
        json!([{ "id": session["id"], "isCurrent": true }])
    );
});

on_both!(acc_6_a_cookie_and_no_token, |app| {
    let ada = ada(app).await;
    let plain = app.ask(SIGN_IN).input(input(&ada, "COOKIE")).send().await;
    assert_eq!(plain.data()["signIn"]["token"], Value::Null);
    let set = plain.set_cookie("session").unwrap();
    assert!(
        set.ends_with("; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax"),
        "{set}"
    );
    let value = plain.cookie("session").split_once('=').unwrap().1;
    assert!(!plain.body.to_string().contains(value));
    let seen = app
        .ask("{ viewer { kind account { email } } }")
        .cookie(plain.cookie("session"))
        .send()
        .await;
    assert_eq!(
        *seen.data(),
        json!({ "viewer": { "kind": "SESSION", "account": { "email": ada.email } } })
    );

    let secure = app.another_door(Edge::default(), true);
    let over_tls = app
        .ask(SIGN_IN)
        .input(input(&ada, "COOKIE"))
        .through(&secure)
        .send()
        .await;
    let set = over_tls.set_cookie("__Host-session").unwrap();
    assert!(
        set.ends_with("; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax; Secure"),
        "{set}"
    );
    assert!(
        !set.contains("Domain")
            && over_tls.set_cookie("session").is_none()
            && over_tls.set_cookie("__Host-device").is_some()
    );
    let seen = app
        .ask("{ viewer { kind } }")
        .through(&secure)
        .cookie(over_tls.cookie("__Host-session"))
        .send()
        .await;
    assert_eq!(seen.data()["viewer"]["kind"], "SESSION");
    let unprefixed = format!(
        "session={}",
        over_tls.cookie("__Host-session").split_once('=').unwrap().1
    );
    let seen = app
        .ask("{ viewer { kind } }")
        .through(&secure)
        .cookie(&unprefixed)
        .send()
        .await;
    assert_eq!(
        seen.data()["viewer"]["kind"],
        "ANONYMOUS",
        "another cookie is not read"
    );
});

on_both!(acc_6_a_session_ends_after_14_idle_days, |app| {
    let token = token(&app.sign_in(&ada(app).await.email, PASSWORD).await);
    let status = async || {
        app.post(Some(&token), "{ viewer { kind } }", json!({}))
            .await
            .status
    };
    app.pass(Duration::days(14) - Duration::milliseconds(1));
    assert_eq!(status().await, 200);
    app.flush().await;
    app.pass(Duration::days(14) - Duration::seconds(1));
    assert_eq!(status().await, 200, "it was used");
    app.pass(Duration::seconds(1));
    assert_eq!(
        status().await,
        401,
        "that use was not yet written: at most a minute late"
    );
    app.flush().await;
    assert_eq!(status().await, 200);
    app.pass(Duration::days(14));
    assert_eq!(status().await, 401);
});

on_both!(
    acc_6_a_session_ends_after_90_days_however_much_it_is_used,
    |app| {
        let token = token(&app.sign_in(&ada(app).await.email, PASSWORD).await);
        let ask = async || {
            app.post(
                Some(&token),
                "{ viewer { session { expiresAt createdAt } } }",
                json!({}),
            )
            .await
        };
        for _ in 0..8 {
            app.pass(Duration::days(10));
            assert_eq!(ask().await.status, 200);
            app.flush().await;
        }
        let session = ask().await.data()["viewer"]["session"].clone();
        assert_eq!(
            instant(&session["expiresAt"]) - instant(&session["createdAt"]),
            Duration::days(90)
        );
        app.pass(Duration::days(10));
        assert_eq!(
            ask().await.status,
            200,
            "it began a little later than the account was last written"
        );
        app.pass(Duration::milliseconds(1));
        assert_eq!(ask().await.status, 401);
    }
);

on_both!(acc_6_an_ended_cookie_is_401_and_taken_back, |app| {
    let ada = ada(app).await;
    let cookie = app
        .ask(SIGN_IN)
        .input(input(&ada, "COOKIE"))
        .send()
        .await
        .cookie("session")
        .to_owned();
    app.pass(Duration::days(15));
    let refused = app.ask("{ viewer { kind } }").cookie(&cookie).send().await;
    assert_eq!(
        (refused.status.as_u16(), refused.codes()),
        (401, vec!["UNAUTHENTICATED"])
    );
    assert_eq!(
        refused.set_cookie("session"),
        Some("session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
    );
    let nonsense = app
        .ask("{ viewer { kind } }")
        .cookie("session=nonsense")
        .send()
        .await;
    assert_eq!(
        (nonsense.status.as_u16(), nonsense.set_cookie("session")),
        (200, None),
        "another server's cookie stays, and is no credential"
    );
    let bearer = app
        .ask("{ viewer { kind } }")
        .by("nonsense")
        .cookie(&cookie)
        .send()
        .await;
    assert_eq!(
        (bearer.status.as_u16(), bearer.set_cookie("session")),
        (401, None),
        "which of the two is bad is not told"
    );
});

on_both!(
    acc_6_at_most_50_sessions_and_the_one_idle_longest_ends,
    |app| {
        let ada = ada(app).await;
        let mut tokens = Vec::new();
        for _ in 0..50 {
            tokens.push(app.session(ada.account).await);
            app.pass(Duration::minutes(2));
        }
        // The first is the oldest, and was used last.
        assert_eq!(
            app.post(Some(&tokens[0]), "{ viewer { kind } }", json!({}))
                .await
                .status,
            200
        );
        app.flush().await;
        let new = token(&app.sign_in(&ada.email, PASSWORD).await);
        let status = async |token: &str| {
            app.post(Some(token), "{ viewer { kind } }", json!({}))
                .await
                .status
        };
        assert_eq!(status(&tokens[0]).await, 200);
        assert_eq!(status(&tokens[1]).await, 401);
        assert_eq!(status(&tokens[2]).await, 200);
        let listed = app
            .post(
                Some(&new),
                "{ viewer { profile { sessions { id createdAt isCurrent } } } }",
                json!({}),
            )
            .await;
        let sessions = listed.data()["viewer"]["profile"]["sessions"]
            .as_array()
            .unwrap()
            .clone();
        assert_eq!(sessions.len(), 50);
        assert_eq!(
            sessions
                .iter()
                .filter(|session| session["isCurrent"] == true)
                .count(),
            1
        );
        assert_eq!(
            app.count("audit_event WHERE kind = 'SESSION_ENDED'").await,
            1
        );
    }
);
