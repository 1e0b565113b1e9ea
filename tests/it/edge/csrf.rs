//! Where a session cookie counts: nowhere that another site could have sent it.

use concierge::app::Edge;
use http::Method;
use serde_json::json;

use crate::support::{
    on_both,
    person::{PASSWORD, SIGN_IN},
};

const KIND: &str = "{ viewer { kind } }";

on_both!(
    acc_6_a_cookie_counts_only_where_no_other_site_can_have_sent_it,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        app.with_password(ada.account).await;
        let input = json!({ "email": ada.email, "password": PASSWORD, "transport": "COOKIE" });
        let cookie = app
            .ask(SIGN_IN)
            .input(input)
            .send()
            .await
            .cookie("session")
            .to_owned();
        let edge = Edge {
            allowed_origins: vec!["https://portal.example.org".to_owned()],
            ..Edge::default()
        };
        let door = app.another_door(edge, false);
        let kind = async |headers: &[(&str, &str)]| {
            let mut ask = app
                .ask(KIND)
                .through(&door)
                .cookie(&cookie)
                .header("host", "accounts.example.org");
            for (name, value) in headers {
                ask = ask.header(name, value);
            }
            let answer = ask.send().await;
            (
                answer.status.as_u16(),
                answer.body["data"]["viewer"]["kind"]
                    .as_str()
                    .unwrap_or("-")
                    .to_owned(),
            )
        };
        let (origin, site) = ("origin", "sec-fetch-site");
        for headers in [
            &[][..],
            &[(origin, "https://accounts.example.org")],
            &[
                (origin, "https://accounts.example.org"),
                (site, "same-origin"),
            ],
            &[(origin, "https://portal.example.org"), (site, "same-site")],
            &[
                ("content-type", "application/json; charset=utf-8"),
                (site, "same-origin"),
            ],
        ] {
            assert_eq!(
                kind(headers).await,
                (200, "SESSION".to_owned()),
                "{headers:?}"
            );
        }
        for headers in [
            &[(origin, "https://evil.example")][..],
            &[(origin, "null")],
            &[(origin, "https://portal.example.org.evil.example")],
            &[(origin, "http://portal.example.org")],
            &[(site, "cross-site")],
            &[(site, "same-site")],
            &[
                (origin, "https://accounts.example.org"),
                (site, "cross-site"),
            ],
        ] {
            assert_eq!(
                kind(headers).await,
                (200, "ANONYMOUS".to_owned()),
                "{headers:?}"
            );
        }
        // What a form can send is not read at all.
        for content in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        ] {
            assert_eq!(
                kind(&[("content-type", content)]).await,
                (415, "-".to_owned()),
                "{content}"
            );
        }
        // A link cannot either; the playground's own page could.
        let path = "/graphql?query=%7Bviewer%7Bkind%7D%7D";
        assert_eq!(
            app.get(path, &[("cookie", &cookie)]).await.data()["viewer"]["kind"],
            "ANONYMOUS"
        );
        let same = [("cookie", cookie.as_str()), (site, "same-origin")];
        assert_eq!(
            app.get(path, &same).await.data()["viewer"]["kind"],
            "SESSION"
        );
        assert_eq!(
            app.get(path, &[("cookie", &cookie), (site, "cross-site")])
                .await
                .data()["viewer"]["kind"],
            "ANONYMOUS"
        );
        // A mutation from elsewhere changes nothing.
        let out = app
            .ask("mutation { signOut(input: {}) { endedSessionIds } }")
            .cookie(&cookie);
        let out = out
            .header(origin, "https://evil.example")
            .header("host", "accounts.example.org")
            .send()
            .await;
        assert_eq!(out.codes(), ["UNAUTHENTICATED"]);
        assert_eq!(out.set_cookie("session"), None);
        assert_eq!(kind(&[]).await.1, "SESSION");
    }
);

on_both!(scripts_of_listed_origins_alone_may_read_answers, |app| {
    let edge = Edge {
        allowed_origins: vec!["https://portal.example.org".to_owned()],
        ..Edge::default()
    };
    let door = app.another_door(edge, false);
    let preflight = async |origin: &str| {
        let request = http::Request::builder()
            .method(Method::OPTIONS)
            .uri("/graphql")
            .header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        let request = request.header(
            "access-control-request-headers",
            "content-type,authorization",
        );
        let answer = door
            .send(request.body(axum::body::Body::empty()).unwrap())
            .await;
        answer
            .headers
            .get("access-control-allow-origin")
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(
        preflight("https://portal.example.org").await.as_deref(),
        Some("https://portal.example.org")
    );
    assert_eq!(preflight("https://evil.example").await, None);
    let answer = app
        .ask(KIND)
        .through(&door)
        .header("origin", "https://portal.example.org")
        .send()
        .await;
    assert_eq!(answer.headers["access-control-allow-credentials"], "true");
    let shown = answer.headers["access-control-expose-headers"]
        .to_str()
        .unwrap()
        .to_lowercase();
    assert!(
        ["ratelimit", "retry-after", "x-request-id"]
            .iter()
            .all(|name| shown.contains(name)),
        "{shown}"
    );
});
