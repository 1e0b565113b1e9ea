//! Signing in by cookie: from where it can work, and what a cookie that is already there does.

use chrono::Duration;
use concierge::{
    app::Edge,
    domain::{id::IdSource, secret::SessionToken},
};
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    person::{PASSWORD, SIGN_IN},
    world::Member,
};

const KIND: &str = "{ viewer { kind } }";

async fn ada(app: &TestApp) -> Member {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    ada
}

fn by(ada: &Member, transport: &str) -> Value {
    json!({ "email": ada.email, "password": PASSWORD, "transport": transport })
}

on_both!(
    acc_6_a_cookie_that_the_browser_would_drop_is_refused_and_said,
    |app| {
        let ada = ada(app).await;
        let edge = Edge {
            allowed_origins: vec!["https://portal.example.org".to_owned()],
            ..Edge::default()
        };
        let door = app.another_door(edge, false);
        let before = app.footprint().await;
        for origin in ["https://portal.example.org", "https://evil.example"] {
            let ask = app
                .ask(SIGN_IN)
                .through(&door)
                .header("origin", origin)
                .header("sec-fetch-site", "cross-site");
            let refused = ask.input(by(&ada, "COOKIE")).send().await;
            assert_eq!(
                refused.codes(),
                ["BAD_USER_INPUT"],
                "{origin}: {:#}",
                refused.body
            );
            let message = refused.body["errors"][0]["message"].as_str().unwrap();
            assert!(
                message.contains("TOKEN") && message.contains("SameSite"),
                "{message}"
            );
            assert_eq!(refused.set_cookie("session"), None);
        }
        assert_eq!(app.footprint().await, before, "nobody was signed in");
        let ask = |site: &str, transport: &str| {
            let ask = app
                .ask(SIGN_IN)
                .through(&door)
                .header("origin", "https://portal.example.org");
            ask.header("sec-fetch-site", site)
                .input(by(&ada, transport))
                .send()
        };
        assert!(ask("cross-site", "TOKEN").await.data()["signIn"]["token"].is_string());
        assert!(
            ask("same-site", "COOKIE")
                .await
                .set_cookie("session")
                .is_some()
        );
        assert!(
            ask("same-origin", "COOKIE")
                .await
                .set_cookie("session")
                .is_some()
        );

        let create = "mutation($input: CreateAccountInput!) { createAccount(input: $input) { sent errors { code } } }";
        let input =
            json!({ "email": "new@example.org", "password": PASSWORD, "transport": "COOKIE" });
        let refused = app
            .ask(create)
            .through(&door)
            .header("sec-fetch-site", "cross-site")
            .input(input)
            .send()
            .await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"]);
    }
);

on_both!(
    acc_6_a_stale_cookie_does_not_keep_anybody_from_signing_in,
    |app| {
        let ada = ada(app).await;
        let stale = app
            .ask(SIGN_IN)
            .input(by(&ada, "COOKIE"))
            .send()
            .await
            .cookie("session")
            .to_owned();
        app.pass(Duration::days(15));
        assert_eq!(app.ask(KIND).cookie(&stale).send().await.status, 401);
        let again = app
            .ask(SIGN_IN)
            .cookie(&stale)
            .input(by(&ada, "COOKIE"))
            .send()
            .await;
        assert_eq!(again.data()["signIn"]["errors"], json!([]));
        assert_eq!(
            app.ask(KIND)
                .cookie(again.cookie("session"))
                .send()
                .await
                .data()["viewer"]["kind"],
            "SESSION"
        );
        let wrong = json!({ "email": ada.email, "password": "wrong", "transport": "COOKIE" });
        let wrong = app.ask(SIGN_IN).cookie(&stale).input(wrong).send().await;
        assert_eq!(
            (wrong.status.as_u16(), wrong.user_errors("signIn")),
            (200, vec!["INVALID_CREDENTIALS"])
        );
        // Whatever else is asked for in the same request would be asked anonymously.
        let both = "mutation($input: SignInInput!) { signIn(input: $input) { token } other: signIn(input: $input) { token } }";
        assert_eq!(
            app.ask(both)
                .cookie(&stale)
                .input(by(&ada, "TOKEN"))
                .send()
                .await
                .status,
            401
        );
        assert_eq!(
            app.ask("mutation { signIn")
                .cookie(&stale)
                .send()
                .await
                .status,
            401
        );
        let bearer = app
            .ask(SIGN_IN)
            .by("nonsense")
            .input(by(&ada, "TOKEN"))
            .send()
            .await;
        assert_eq!(bearer.status, 401, "a header is sent on purpose");
    }
);

on_both!(acc_6_another_servers_cookie_is_left_alone, |app| {
    let ada = ada(app).await;
    let visitor = app.ask(KIND).cookie("session=another-servers").send().await;
    assert_eq!(
        (
            &visitor.data()["viewer"]["kind"],
            visitor.set_cookie("session")
        ),
        (&json!("ANONYMOUS"), None)
    );
    let own = app.ask("{ viewer { profile { invitations { id } } } }");
    let own = own.cookie("session=another-servers").send().await;
    assert_eq!(own.data()["viewer"]["profile"], Value::Null);
    let unknown = SessionToken::generate(&IdSource::seeded(9));
    let unknown = format!("session={}", unknown.expose());
    let refused = app.ask(KIND).cookie(&unknown).send().await;
    assert_eq!(
        refused.status, 401,
        "one of this server's form that is unknown"
    );
    assert!(refused.set_cookie("session").is_some());
    let token = app
        .ask(SIGN_IN)
        .cookie("session=another-servers")
        .input(by(&ada, "TOKEN"))
        .send()
        .await;
    assert_eq!(
        (token.status.as_u16(), token.set_cookie("session")),
        (200, None)
    );
    let token = token.data()["signIn"]["token"].as_str().unwrap().to_owned();
    let beside = app
        .ask(KIND)
        .by(&token)
        .cookie("session=another-servers")
        .send()
        .await;
    assert_eq!(beside.data()["viewer"]["kind"], "SESSION");
    let both = app
        .ask(KIND)
        .cookie(&format!("session=another-servers; session={token}"))
        .send()
        .await;
    assert_eq!(both.data()["viewer"]["kind"], "SESSION");
});

on_both!(acc_6_the_public_address_is_the_servers_own, |app| {
    let ada = ada(app).await;
    let cookie = app
        .ask(SIGN_IN)
        .input(by(&ada, "COOKIE"))
        .send()
        .await
        .cookie("session")
        .to_owned();
    let public_url = Some("https://accounts.example.org".to_owned());
    let door = app.another_door(
        Edge {
            public_url,
            ..Edge::default()
        },
        false,
    );
    let kind = async |origin: &str, site: &str| {
        let ask = app
            .ask(KIND)
            .through(&door)
            .cookie(&cookie)
            .header("host", "concierge:8080");
        let answer = ask
            .header("origin", origin)
            .header("sec-fetch-site", site)
            .send()
            .await;
        answer.data()["viewer"]["kind"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        kind("https://accounts.example.org", "same-origin").await,
        "SESSION"
    );
    assert_eq!(
        kind("https://accounts.example.org", "cross-site").await,
        "ANONYMOUS"
    );
    assert_eq!(
        kind("https://evil.example", "same-origin").await,
        "ANONYMOUS"
    );
    assert_eq!(
        kind("http://accounts.example.org", "same-origin").await,
        "ANONYMOUS"
    );
});
