//! The console's files and documents (R-1): served at any of its addresses under its own policy, and
//! its documents known without configuration (UI-80, UI-84).

use std::collections::BTreeMap;

use axum::body::Body;
use concierge::app::Edge;
use http::Request;
use serde_json::{Value, json};

use crate::support::{TestApp, app::Answer, on_both, person::PASSWORD};

const DOCUMENTS: &str =
    include_str!("../../../playground/src/console/api/gql/persisted-documents.json");
const KIND: &str = "query { viewer { kind } }";

fn documents() -> BTreeMap<String, String> {
    serde_json::from_str(DOCUMENTS).unwrap()
}

fn id_of(operation: &str) -> String {
    documents()
        .into_iter()
        .find(|(_, text)| text.contains(operation))
        .unwrap_or_else(|| panic!("no document {operation}"))
        .0
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn policy(answer: &Answer) -> &str {
    answer.headers["content-security-policy"].to_str().unwrap()
}

/// The session cookie of somebody who signed in with the console's own document.
async fn cookie(app: &TestApp, email: &str) -> String {
    let body = json!({
        "documentId": id_of("mutation SignIn("),
        "variables": { "input": { "email": email, "password": PASSWORD, "transport": "COOKIE" } },
    });
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("sec-fetch-site", "same-origin");
    let answer = app
        .send(request.body(Body::from(body.to_string())).unwrap())
        .await;
    assert_eq!(answer.data()["signIn"]["errors"], json!([]));
    answer.cookie("session").to_owned()
}

fn by_cookie(cookie: &str, body: &Value) -> Request<Body> {
    Request::post("/graphql")
        .header("content-type", "application/json")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", cookie)
        .body(Body::from(body.to_string()))
        .unwrap()
}

on_both!(ui_2_every_address_of_the_console_shows_its_page, |app| {
    let redirect = app.get("/console", &[]).await;
    assert_eq!(
        (redirect.status.as_u16(), &redirect.headers["location"]),
        (307, &"/console/".parse().unwrap())
    );
    for path in [
        "/console/",
        "/console/sign-in?to=%2Fconsole%2Friverton%2Fusers",
        "/console/riverton/users?q=jo%C3%ABlle",
        "/console/riverton/users/mem_01ksmknq3ve8mt9d17agh3tjrp",
    ] {
        let page = app.get(path, &[]).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(
            page.headers["content-type"], "text/html; charset=utf-8",
            "{path}"
        );
        assert_eq!(page.headers["cache-control"], "no-cache", "{path}");
    }
    for path in [
        "/console/assets/nowhere.js",
        "/console/nowhere.js",
        "/console/index.html.br",
        "/console/../Cargo.toml",
        "/console/%2e%2e/Cargo.toml",
        "/console/..%2fCargo.toml",
    ] {
        assert_eq!(app.get(path, &[]).await.status, 404, "{path}");
    }
    let posted = Request::post("/console/").body(Body::empty()).unwrap();
    assert_eq!(app.send(posted).await.status, 405);
});

on_both!(ui_80_the_console_has_its_own_strict_policy, |app| {
    for path in ["/console/", "/console/riverton/users", "/console/no.js"] {
        let answer = app.get(path, &[]).await;
        let policy = policy(&answer);
        assert!(!policy.contains("unsafe"), "{policy}");
        for part in [
            "default-src 'none'",
            "script-src 'self';",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types default",
        ] {
            assert!(policy.contains(part), "{path}: {part} in {policy}");
        }
        for (name, value) in [
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.headers[name], value, "{path}: {name}");
        }
        assert!(answer.headers.contains_key("permissions-policy"), "{path}");
    }
    // GraphiQL needs inline styles, and keeps its own policy.
    assert!(policy(&app.get("/playground/", &[]).await).contains("'unsafe-inline'"));
});

on_both!(r_1_the_console_can_be_switched_off, |app| {
    let closed = app.another_door(
        Edge {
            console: false,
            ..Edge::default()
        },
        false,
    );
    for path in ["/console", "/console/", "/console/demo.json"] {
        assert_eq!(closed.send(get(path)).await.status, 404, "{path}");
    }
    let body = json!({ "documentId": id_of("mutation SignOut") }).to_string();
    let request = Request::post("/graphql").header("content-type", "application/json");
    let unknown = closed.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(unknown.codes(), ["BAD_USER_INPUT"]);
    // Without the playground, the console is what the server shows.
    let alone = app.another_door(
        Edge {
            playground: false,
            ..Edge::default()
        },
        false,
    );
    let root = alone.send(get("/")).await;
    assert_eq!(root.headers["location"], "/console/");
});

on_both!(
    ui_84_the_consoles_documents_are_known_without_configuration,
    |app| {
        let documents = documents();
        assert!(documents.len() > 30, "{} documents", documents.len());
        for (id, text) in documents {
            // Variables are missing: a document that is known and valid is refused for them alone.
            let body = json!({ "documentId": id, "variables": { "of no": "use" } });
            let request = Request::post("/graphql").header("content-type", "application/json");
            let answer = app
                .send(request.body(Body::from(body.to_string())).unwrap())
                .await;
            let message = answer.body["errors"][0]["message"]
                .as_str()
                .unwrap_or_default();
            assert!(
                !message.contains("documentId") && !message.contains("Cannot query"),
                "{message}: {text}"
            );
        }
    }
);

on_both!(ui_84_cookies_can_be_bound_to_persisted_documents, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    let cookie = cookie(app, &ada.email).await;
    let edge = Edge {
        persisted_only: true,
        ..Edge::default()
    };
    let bound = app.another_door(edge, false);
    let text = json!({ "query": KIND });
    let by_id = json!({
        "documentId": id_of("query Viewer("),
        "variables": { "workspace": ws.slug },
    });

    let open = app.send(by_cookie(&cookie, &text)).await;
    assert_eq!(open.data()["viewer"]["kind"], "SESSION", "off by default");

    let before = app.footprint().await;
    let refused = bound.send(by_cookie(&cookie, &text)).await;
    assert_eq!(
        (refused.status.as_u16(), refused.codes()),
        (400, vec!["BAD_USER_INPUT"])
    );
    assert_eq!(app.footprint().await, before);

    let named = bound.send(by_cookie(&cookie, &by_id)).await;
    assert_eq!(named.data()["viewer"]["kind"], "SESSION");
    // The text of a document that the server has is that document.
    let known = documents()[&id_of("query Viewer(")].clone();
    let sent = json!({ "query": known, "variables": { "workspace": ws.slug } });
    let sent = bound.send(by_cookie(&cookie, &sent)).await;
    assert_eq!(sent.data()["viewer"]["kind"], "SESSION");
    // Credentials in headers are not a browser's, and visitors have nothing to lose.
    for header in [Some(("authorization", format!("Apikey {}", ada.key))), None] {
        let mut request = Request::post("/graphql").header("content-type", "application/json");
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let answer = bound
            .send(request.body(Body::from(text.to_string())).unwrap())
            .await;
        assert_eq!(answer.status, 200, "{:#}", answer.body);
    }
});

on_both!(
    the_console_is_told_the_demos_credentials_only_where_the_demo_is_served,
    |app| {
        const PATH: &str = "/console/demo.json";
        assert_eq!(app.get(PATH, &[]).await.body, json!({ "demo": null }));
        let edge = Edge {
            demo: Some(concierge::demo::CREDENTIALS.to_json()),
            playground: false,
            ..Edge::default()
        };
        let shown = app.another_door(edge, false).send(get(PATH)).await;
        assert_eq!(shown.headers["cache-control"], "no-store");
        assert_eq!(
            shown.body["demo"]["email"],
            "ines.lindqvist@riverton.example"
        );
    }
);
