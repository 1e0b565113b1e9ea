//! GraphQL over HTTP with the real schema: bad input is told, and nothing of it is an internal
//! error.

use std::fs;

use axum::body::Body;
use concierge::app::Edge;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::support::{TestApp, app::Answer, log::Log, on_both};

const KIND: &str = r#"{"query":"{ viewer { kind } }"}"#;

async fn post(app: &TestApp, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let mut request = Request::post("/graphql");
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        request = request.header("content-type", "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(body.into()).unwrap()).await
}

on_both!(bad_bodies_are_told_and_never_an_internal_error, |app| {
    let log = Log::listen();
    let before = app.footprint().await;
    for (body, status) in [
        (&b""[..], 400),
        (br#"{"query":"{ viewer { ki"#, 400),
        (b"{\"query\":\"{ viewer { kind } } # \xff\"}", 400),
        (b"\xff\xfe{", 400),
        (br#"[{"query":"{ viewer { kind } }"}]"#, 400),
        (br#"  [ ]"#, 400),
        (br#"{"query":"{ viewer { kind }"}"#, 400),
        (br#"{"query":"{ nowhere }"}"#, 400),
        (br#"{"query":"{ viewer { kind } }","variables":"x"}"#, 400),
        (br#"{"query":"query($id: ID!) { node(id: $id) { id } }"}"#, 400),
        (br#"{"query":"{ node(id: 1.5) { id } }"}"#, 400),
        (br#"{"query":"{ workspace(slug: \"riverton\") { members(first: 99999999999) { totalCount } } }"}"#, 400),
        (br#"{"query":"mutation { signIn(input: {email: 1, password: true}) { token } }"}"#, 400),
        (br#"{"query":"mutation { signIn(input: {email: \"a\"}) { token } }"}"#, 400),
        (br#"{"query":"subscription { x }"}"#, 400),
        (br#"{"query":"{ viewer { kind } }","operationName":"Nobody"}"#, 400),
    ] {
        let answer = post(app, &[], body.to_vec()).await;
        let shown = String::from_utf8_lossy(body);
        let codes = answer.codes();
        assert_eq!(answer.status, status, "{shown}");
        assert!(!codes.is_empty() && codes.iter().all(|code| *code == "BAD_USER_INPUT"), "{shown}: {codes:?}");
        assert!(answer.body["data"].is_null(), "{shown}");
    }
    let large = format!(
        r#"{{"query":"{{ viewer {{ kind }} }}","extensions":{{"x":"{}"}}}}"#,
        "x".repeat(201_000)
    );
    let answer = post(app, &[], large.clone()).await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (413, vec!["BAD_USER_INPUT"])
    );
    let unsized_body = async_graphql::futures_util::stream::iter([Ok::<_, std::io::Error>(large)]);
    assert_eq!(
        post(app, &[], Body::from_stream(unsized_body)).await.status,
        413
    );
    let cut = async_graphql::futures_util::stream::iter([
        Ok("{\"query\":"),
        Err(std::io::Error::other("gone")),
    ]);
    assert_eq!(post(app, &[], Body::from_stream(cut)).await.status, 400);
    // Ids and cursors that are none, while it runs.
    for query in [
        "{ node(id: \"nonsense\") { id } }",
        "{ node(id: \"acc_00000000000000000000000000x\") { id } }",
        "{ node(id: \"key_\u{0}\") { id } }",
        "{ workspace(id: \"mem_01jzmv0b0pem2r1tnhdwk2shhy\") { id } }",
        "{ workspace(slug: \"a\u{0}b\") { id } }",
        "{ workspaces(first: 0) { nodes { id } } }",
        "{ workspaces(first: -1) { nodes { id } } }",
        "{ workspaces(first: 101) { nodes { id } } }",
        "{ workspaces(first: 1, last: 1) { nodes { id } } }",
        "{ workspaces(after: \"nonsense\") { nodes { id } } }",
        "{ invitationByToken(token: \"\") { id } }",
    ] {
        let answer = app.post(None, query, json!({})).await;
        assert_eq!(
            answer.codes(),
            ["BAD_USER_INPUT"],
            "{query}: {:#}",
            answer.body
        );
    }
    // No workspace has such a name, and of those that do not exist the answer is no.
    let can = r#"{ viewer { can(workspace: "", permission: CREATE_PAGES) } }"#;
    let answer = app.post(None, can, json!({})).await;
    assert_eq!(answer.data()["viewer"]["can"], false);
    assert_eq!(app.footprint().await, before);
    log.assert_clean();
});

on_both!(methods_and_media_types, |app| {
    let log = Log::listen();
    let path = "/graphql?query=%7Bviewer%7Bkind%7D%7D";
    assert_eq!(
        app.get(path, &[]).await.data()["viewer"]["kind"],
        "ANONYMOUS"
    );
    let mutation = "/graphql?query=mutation%7BsignOut(input:%7B%7D)%7BendedSessionIds%7D%7D";
    let answer = app.get(mutation, &[]).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["allow"]),
        (405, &"POST".parse().unwrap())
    );
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let answer = app
            .send(
                Request::builder()
                    .method(method)
                    .uri("/graphql")
                    .body(Body::empty())
                    .unwrap(),
            )
            .await;
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["allow"]),
            (405, &"GET, POST".parse().unwrap())
        );
    }
    for content in [
        "text/plain",
        "application/graphql",
        "application/json; charset=latin1",
    ] {
        let answer = post(app, &[("content-type", content)], KIND).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes()),
            (415, vec!["BAD_USER_INPUT"]),
            "{content}"
        );
    }
    assert_eq!(
        post(app, &[("content-encoding", "gzip")], KIND)
            .await
            .status,
        415
    );
    let answer = post(app, &[("accept", "text/html")], KIND).await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (406, vec!["BAD_USER_INPUT"])
    );
    for (accept, media) in [
        (
            "application/graphql-response+json",
            "application/graphql-response+json; charset=utf-8",
        ),
        ("application/json", "application/json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
    ] {
        let answer = post(app, &[("accept", accept)], KIND).await;
        assert_eq!(
            (
                answer.status.as_u16(),
                answer.headers["content-type"].to_str().unwrap()
            ),
            (200, media)
        );
    }
    log.assert_clean();
});

on_both!(every_answer_has_its_headers, |app| {
    let answer = post(app, &[("x-request-id", "mine-1")], KIND).await;
    assert!(
        answer.headers["x-request-id"]
            .to_str()
            .unwrap()
            .parse::<uuid::Uuid>()
            .is_ok(),
        "no proxy said so"
    );
    assert!(!answer.headers.contains_key("strict-transport-security"));
    assert_eq!(answer.headers["content-language"], "en");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    let left = answer.headers["ratelimit"].to_str().unwrap().to_owned();
    assert!(
        left.starts_with("\"complexity\";r=1999") && left.contains(";t="),
        "{left}"
    );
    assert_eq!(
        answer.headers["ratelimit-policy"],
        "\"complexity\";q=2000000;w=60"
    );
    let answer = post(app, &[("x-request-id", "no id")], "{").await;
    assert!(
        answer.headers["x-request-id"]
            .to_str()
            .unwrap()
            .parse::<uuid::Uuid>()
            .is_ok()
    );
    assert!(answer.headers.contains_key("ratelimit"));
    for path in ["/nowhere", "/health/live", "/health/ready", "/playground"] {
        assert!(
            app.get(path, &[])
                .await
                .headers
                .contains_key("x-request-id"),
            "{path}"
        );
    }
    let cost = app
        .post(
            None,
            "{ viewer { requestCost { complexity remaining limit } } }",
            json!({}),
        )
        .await;
    assert_eq!(cost.data()["viewer"]["requestCost"]["limit"], 2_000_000);
});

on_both!(acc_5_an_ipv6_networks_visitors_share_one_budget, |app| {
    let left = async |client: &str| {
        let answer = app
            .ask("{ viewer { requestCost { remaining } } }")
            .variables(json!({}))
            .from(client)
            .send()
            .await;
        answer.data()["viewer"]["requestCost"]["remaining"]
            .as_u64()
            .unwrap()
    };
    // The document is read, and paid for, once.
    left("203.0.113.9").await;
    let first = left("2001:db8:7:1::1").await;
    assert!(
        left("2001:db8:7:1:ffff::2").await < first,
        "the same customer's network"
    );
    assert_eq!(left("2001:db8:7:2::1").await, first, "another network");
    assert_eq!(left("192.0.2.1").await, first);
    assert_eq!(left("192.0.2.2").await, first);
    assert!(left("::ffff:192.0.2.1").await < first, "the same address");
});

on_both!(documents_by_id, |app| {
    let folder = tempfile::tempdir().unwrap();
    let document = "query Kind { viewer { kind } }\n";
    fs::write(folder.path().join("kind.graphql"), document).unwrap();
    fs::write(folder.path().join("notes.txt"), "no document").unwrap();
    let door = app.another_door(
        Edge {
            documents: Some(folder.path().to_owned()),
            ..Edge::default()
        },
        false,
    );
    let id = {
        use sha2::Digest;
        let hash = sha2::Sha256::digest(document.as_bytes());
        format!(
            "sha256:{}",
            hash.iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        )
    };
    let send = async |body: Value| {
        let request = Request::post("/graphql").header("content-type", "application/json");
        door.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    };
    assert_eq!(
        send(json!({ "documentId": id })).await.data()["viewer"]["kind"],
        "ANONYMOUS"
    );
    let get = Request::get(format!("/graphql?documentId={id}"))
        .body(Body::empty())
        .unwrap();
    assert_eq!(door.send(get).await.data()["viewer"]["kind"], "ANONYMOUS");
    let unknown = format!("sha256:{}", "0".repeat(64));
    for body in [
        json!({ "documentId": unknown }),
        json!({ "documentId": "nonsense" }),
        json!({ "documentId": id, "query": "{ x }" }),
    ] {
        let answer = send(body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes()),
            (400, vec!["BAD_USER_INPUT"])
        );
    }
});

on_both!(other_routes, |app| {
    for path in ["/health/live", "/health/ready"] {
        let answer = app.get(path, &[]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body),
            (200, json!({ "status": "ok" }))
        );
    }
    for path in ["/", "/playground"] {
        let answer = app.get(path, &[]).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["location"]),
            (307, &"/playground/".parse().unwrap())
        );
    }
    let page = app.get("/playground/", &[]).await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        page.status == 200 && policy.starts_with("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    for path in [
        "/nowhere",
        "/graphql/",
        "/graphql/nowhere",
        "/metrics",
        "/.git/config",
    ] {
        let answer = app.get(path, &[]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes()),
            (404, vec!["NOT_FOUND"]),
            "{path}"
        );
    }
    for path in [
        "/playground/nowhere",
        "/playground/../Cargo.toml",
        "/playground/%2e%2e/Cargo.toml",
        "/playground/..%2fCargo.toml",
    ] {
        assert_eq!(app.get(path, &[]).await.status, 404, "{path}");
    }
    let closed = app.another_door(
        Edge {
            playground: false,
            ..Edge::default()
        },
        false,
    );
    let request = Request::get("/playground/").body(Body::empty()).unwrap();
    assert_eq!(closed.send(request).await.status, 404);
});

on_both!(
    the_playground_is_told_the_demos_credentials_only_where_the_demo_is_served,
    |app| {
        const PATH: &str = "/playground/demo.json";
        let request = || Request::get(PATH).body(Body::empty()).unwrap();
        let other = app.get(PATH, &[]).await;
        assert_eq!(
            (other.status.as_u16(), other.body),
            (200, json!({ "demo": null }))
        );
        let edge = Edge {
            demo: Some(concierge::demo::CREDENTIALS.to_json()),
            ..Edge::default()
        };
        let shown = app.another_door(edge.clone(), false).send(request()).await;
        assert_eq!(
            (shown.status.as_u16(), &shown.headers["cache-control"]),
            (200, &"no-store".parse().unwrap())
        );
        assert_eq!(
            shown.body["demo"]["email"],
            "ines.lindqvist@riverton.example"
        );
        let closed = app
            .another_door(
                Edge {
                    playground: false,
                    ..edge
                },
                false,
            )
            .send(request())
            .await;
        assert_eq!(closed.status, 404);
    }
);

on_both!(an_invitations_token_is_not_taken_from_a_url, |app| {
    let query = "query($token: String!) { invitationByToken(token: $token) { id } }";
    let by_post = app.post(None, query, json!({ "token": "something" })).await;
    assert_eq!(*by_post.data(), json!({ "invitationByToken": null }));
    let path =
        "/graphql?query=%7BinvitationByToken(token:%22something%22)%7Bid%7D%20viewer%7Bkind%7D%7D";
    let by_get = app.get(path, &[]).await;
    assert_eq!(
        (by_get.status.as_u16(), by_get.codes()),
        (200, vec!["BAD_USER_INPUT"])
    );
    assert_eq!(
        by_get.body["data"],
        json!({ "invitationByToken": null, "viewer": { "kind": "ANONYMOUS" } })
    );
});

on_both!(nothing_of_a_secret_is_logged, |app| {
    let log = Log::listen();
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    let signed_in = app
        .sign_in(&ada.email, crate::support::person::PASSWORD)
        .await;
    let token = crate::support::person::token(&signed_in);
    app.sign_in(&ada.email, "a wrong password").await;
    app.post(Some(&token), "{ viewer { profile { email } } }", json!({}))
        .await;
    app.post(Some(&ada.key), "{ viewer { kind } }", json!({}))
        .await;
    app.post(Some("cck_nonsense"), "{ viewer { kind } }", json!({}))
        .await;
    log.assert_clean();
    let text = log.text();
    for secret in [
        &ada.email,
        &token,
        &ada.key,
        "lantern",
        "wrong password",
        "cck_nonsense",
        "127.0.0.1",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains(&ada.account.to_string()) && text.contains(&ada.key_id.to_string()));
});
