//! GraphQL over HTTP: methods, media types, statuses, headers.

use axum::body::Body;
use concierge::graphql::admission::{AdmissionOptions, Limits, PersistedDocuments};
use http::Request;
use serde_json::json;

use super::{
    app::{Answer, App},
    toy::options,
};

async fn get(app: &App, path: &str) -> Answer {
    app.send(Request::get(path).body(Body::empty()).unwrap())
        .await
}

async fn post(app: &App, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let mut request = Request::post("/graphql");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(body.into()).unwrap()).await
}

const JSON: (&str, &str) = ("content-type", "application/json");
const VIEWER: &str = r#"{"query":"{ viewer { kind } }"}"#;

#[tokio::test]
async fn get_reads_and_never_writes() {
    let app = App::new();
    let answer = get(&app, "/graphql?query=%7Bviewer%7Bkind%7D%7D").await;
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str()),
        (200, r#"{"data":{"viewer":{"kind":"ANONYMOUS"}}}"#)
    );
    assert_eq!(answer.headers["cache-control"], "no-store");
    let answer =
        get(&app, "/graphql?query=query($x:Int)%7Boptional(x:$x)%7D&variables=%7B%22x%22:2%7D&operationName=&extensions=%7B%7D")
            .await;
    assert_eq!(answer.json()["data"]["optional"], "2");
    let answer = get(&app, "/graphql?query=mutation%7Badd(n:1)%7D").await;
    assert_eq!(
        (
            answer.status.as_u16(),
            answer.headers["allow"].to_str().unwrap()
        ),
        (405, "POST")
    );
    let both = "/graphql?query=mutation%20M%7Badd(n:1)%7D%20query%20Q%7Bviewer%7Bkind%7D%7D&operationName=";
    assert_eq!(get(&app, &format!("{both}M")).await.status, 405);
    assert_eq!(get(&app, &format!("{both}Q")).await.status, 200);
    assert_eq!(get(&app, "/graphql").await.status, 400);
    assert_eq!(
        get(
            &app,
            "/graphql?query=%7Bviewer%7Bkind%7D%7D&variables=%5B%5D"
        )
        .await
        .status,
        400
    );
    assert_eq!(app.runs.0.load(std::sync::atomic::Ordering::SeqCst), 0);
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
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
            (
                answer.status.as_u16(),
                answer.headers["allow"].to_str().unwrap()
            ),
            (405, "GET, POST"),
            "{method}"
        );
    }
}

#[tokio::test]
async fn bodies() {
    let app = App::new();
    for content in [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
    ] {
        assert_eq!(
            post(&app, &[("content-type", content)], VIEWER)
                .await
                .status,
            200,
            "{content}"
        );
    }
    for content in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin1",
        "application/graphql",
        "application/xml",
    ] {
        let answer = post(&app, &[("content-type", content)], VIEWER).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (415, "BAD_USER_INPUT"),
            "{content}"
        );
    }
    assert_eq!(post(&app, &[], VIEWER).await.status, 415);
    assert_eq!(
        post(&app, &[JSON, ("content-encoding", "gzip")], VIEWER)
            .await
            .status,
        415
    );
    for body in [
        &b""[..],
        b"{",
        b"null",
        b"1",
        b"\"a\"",
        b"[]",
        br#"[{"query":"{ __typename }"}]"#,
        b"{\"query\":\"\xff\"}",
        br#"{"query":1}"#,
        br#"{"query":"{ __typename }","variables":[]}"#,
        br#"{"query":"{ __typename }","extensions":1}"#,
        br#"{"query":"{ __typename }","operationName":1}"#,
        br#"{"query":"{ __typename }"} x"#,
        br#"{"query":null}"#,
        br#"{"query":"{ __typename }","query":"{ counted }"}"#,
    ] {
        let answer = post(&app, &[JSON], body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (400, "BAD_USER_INPUT"),
            "{}",
            String::from_utf8_lossy(body)
        );
    }
    for open in ["[", "{\"a\":"] {
        let deep = format!(
            r#"{{"query":"query($x: Int) {{ optional(x: $x) }}","variables":{{"x":{}"#,
            open.repeat(15_000)
        );
        assert_eq!(post(&app, &[JSON], deep).await.status, 400);
    }
    let large = format!(
        r#"{{"query":"{{ viewer {{ kind }} }}{}"}}"#,
        " ".repeat(200_000)
    );
    let answer = post(&app, &[JSON], large.clone()).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (413, "BAD_USER_INPUT")
    );
    // Without a length in front.
    let chunks = async_graphql::futures_util::stream::iter([Ok::<_, std::io::Error>(large)]);
    let answer = post(&app, &[JSON], Body::from_stream(chunks)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (413, "BAD_USER_INPUT")
    );
    let broken = async_graphql::futures_util::stream::iter([
        Ok("{\"query\":"),
        Err(std::io::Error::other("gone")),
    ]);
    assert_eq!(
        post(&app, &[JSON], Body::from_stream(broken)).await.status,
        400
    );
}

#[tokio::test]
async fn media_types_and_statuses() {
    let app = App::new();
    let newer = ("accept", "application/graphql-response+json");
    let old = ("accept", "application/json");
    let answer = post(&app, &[JSON, newer], VIEWER).await;
    assert_eq!(
        answer.headers["content-type"],
        "application/graphql-response+json; charset=utf-8"
    );
    assert_eq!(
        post(&app, &[JSON, old], VIEWER).await.headers["content-type"],
        "application/json; charset=utf-8"
    );
    assert_eq!(
        post(&app, &[JSON, ("accept", "text/html")], VIEWER)
            .await
            .status,
        406
    );
    let wrong = [
        r#"{"query":"{"}"#,
        r#"{"query":"{ nowhere }"}"#,
        r#"{"query":"query($x: Int!) { optional(x: $x) }"}"#,
    ];
    for body in wrong {
        for accept in [
            newer,
            ("accept", "*/*"),
            ("accept", "application/json, */*"),
            ("x-nothing", ""),
        ] {
            let answer = post(&app, &[JSON, accept], body).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (400, "BAD_USER_INPUT"),
                "{body} {accept:?}"
            );
        }
        assert_eq!(
            post(&app, &[JSON, old], body).await.status,
            200,
            "the specification's exception for clients of old"
        );
    }
    let complex = format!(r#"{{"query":"{{ {} }}"}}"#, "__typename ".repeat(21));
    assert_eq!(post(&app, &[JSON, old], complex).await.status, 400);
    assert_eq!(post(&app, &[JSON, old], "{").await.status, 400);
    let strict = App::with(options(), |edge| edge.ok_for_json_only = false);
    assert_eq!(post(&strict, &[JSON, old], wrong[0]).await.status, 400);
}

#[tokio::test]
async fn who_asks_comes_before_what() {
    let app = App::new();
    for (token, status, code) in [
        ("bad", 401, "UNAUTHENTICATED"),
        ("busy", 429, "RATE_LIMITED"),
        ("away", 503, "UNAVAILABLE"),
        ("broken", 500, "INTERNAL"),
    ] {
        let credential = format!("Bearer {token}");
        for body in [VIEWER, "{", "[]"] {
            let answer = post(&app, &[JSON, ("authorization", &credential)], body).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (status, code),
                "{token}"
            );
            assert_eq!(
                answer.headers.contains_key("retry-after"),
                matches!(status, 429 | 503)
            );
            assert_eq!(
                answer.headers.contains_key("www-authenticate"),
                status == 401
            );
        }
    }
}

#[tokio::test]
async fn headers_of_every_answer() {
    let app = App::new();
    let answer = post(&app, &[JSON], VIEWER).await;
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert_eq!(answer.headers["ratelimit"], "\"complexity\";r=1999998;t=60");
    assert_eq!(
        answer.headers["ratelimit-policy"],
        "\"complexity\";q=2000000;w=60"
    );
    // Nobody but a trusted proxy names a request.
    for id in ["given-1_A", "", "a b", "é", &"x".repeat(65)] {
        let answer = post(&app, &[JSON, ("x-request-id", id)], VIEWER).await;
        assert!(
            answer.headers["x-request-id"]
                .to_str()
                .unwrap()
                .parse::<uuid::Uuid>()
                .is_ok()
        );
    }
    assert!(
        get(&app, "/nowhere")
            .await
            .headers
            .contains_key("x-request-id")
    );
    assert_eq!(get(&app, "/nowhere").await.status, 404);
    let cookie = app.query("mutation { signIn }").await;
    assert_eq!(cookie.headers["set-cookie"], "__Host-session=x; HttpOnly");
}

#[tokio::test]
async fn budgets() {
    let limits = Limits {
        budget: 10,
        ..Limits::default()
    };
    let app = App::with(
        AdmissionOptions {
            limits,
            ..options()
        },
        |_| {},
    );
    assert_eq!(
        app.query("{ viewer { kind } remaining }").await.json()["data"]["remaining"],
        7
    );
    assert_eq!(
        app.query("{ a: remaining b: remaining c: remaining d: remaining e: remaining }")
            .await
            .json()["data"]["e"],
        2
    );
    let answer = app
        .query("{ a: remaining b: remaining c: remaining }")
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (429, "RATE_LIMITED")
    );
    assert_eq!(answer.headers["retry-after"], "60");
    assert_eq!(answer.json()["errors"][0]["extensions"]["retryAfter"], 60);
    assert_eq!(answer.headers["ratelimit"], "\"complexity\";r=2;t=60");
    assert_eq!(app.query("{ a: remaining b: remaining }").await.status, 200);
}

#[tokio::test]
async fn time_runs_out() {
    let limits = Limits {
        timeout: std::time::Duration::from_millis(50),
        ..Limits::default()
    };
    let app = App::with(
        AdmissionOptions {
            limits,
            ..options()
        },
        |_| {},
    );
    let answer = app.query("{ slow(ms: 60000, value: 1) }").await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (200, "TIMEOUT")
    );
    assert_eq!(answer.json()["data"], json!(null));
    assert_eq!(
        app.query("{ slow(ms: 1, value: 1) }").await.json()["data"]["slow"],
        1
    );
}

#[tokio::test]
async fn a_mutation_cut_short_says_which_roots_were_committed() {
    let limits = Limits {
        timeout: std::time::Duration::from_millis(50),
        ..Limits::default()
    };
    let app = App::with(
        AdmissionOptions {
            limits,
            ..options()
        },
        |_| {},
    );
    let answer =
        app.query("mutation { a: mayAdd(n: 1) x: mayAdd(n: -1) b: mayWait(ms: 60000) c: mayAdd(n: 3) d: mayAdd(n: 4) }").await;
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(
        body["data"],
        json!({ "a": 1, "x": null, "b": null, "c": null, "d": null }),
        "{body:#}"
    );
    assert_eq!(body["errors"][0]["path"], json!(["x"]));
    assert_eq!(body["errors"][1]["path"], json!(["b"]));
    let told = &body["errors"][1]["extensions"];
    assert_eq!(
        (&told["code"], &told["committed"], &told["notRun"]),
        (&json!("TIMEOUT"), &json!(["a"]), &json!(["c", "d"]))
    );
    assert_eq!(body["errors"].as_array().unwrap().len(), 2);
    assert_eq!(app.runs.0.load(std::sync::atomic::Ordering::SeqCst), 2);
    // A root that is not run and may not be null leaves no data; what was committed is told all the
    // same.
    let strict = app
        .query("mutation { a: mayAdd(n: 1) b: mayWait(ms: 60000) c: add(n: 3) }")
        .await
        .json();
    assert_eq!(
        (
            &strict["data"],
            &strict["errors"][0]["extensions"]["committed"]
        ),
        (&json!(null), &json!(["a"]))
    );
    // One root: nothing else to tell.
    let alone = app.query("mutation { b: mayWait(ms: 60000) }").await.json();
    assert_eq!(
        (&alone["data"], &alone["errors"][0]["path"]),
        (&json!({ "b": null }), &json!(["b"]))
    );
    assert_eq!(alone["errors"][0]["extensions"]["code"], "TIMEOUT");
}

#[tokio::test]
async fn apollos_persisted_queries_are_told_to_send_the_document() {
    let app = App::new();
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(64) } });
    let answer = app
        .post(json!({ "extensions": extensions, "operationName": "Viewer" }))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (400, "PERSISTED_QUERY_NOT_SUPPORTED")
    );
    assert_eq!(
        answer.json()["errors"][0]["message"],
        "PersistedQueryNotSupported"
    );
    let path = "/graphql?extensions=%7B%22persistedQuery%22:%7B%22version%22:1,%22sha256Hash%22:%22ab%22%7D%7D";
    assert_eq!(
        get(&app, path).await.code(),
        "PERSISTED_QUERY_NOT_SUPPORTED"
    );
    // What is not accepted as an error's status by older clients: 200 for those that take
    // application/json alone.
    let body = json!({ "extensions": extensions }).to_string();
    assert_eq!(
        post(&app, &[JSON, ("accept", "application/json")], body)
            .await
            .status,
        200
    );
    let whole = app
        .post(json!({ "extensions": extensions, "query": "{ viewer { kind } }" }))
        .await;
    assert_eq!(whole.json()["data"]["viewer"]["kind"], "ANONYMOUS");
    assert_eq!(
        app.post(json!({ "extensions": { "tracing": {} } }))
            .await
            .code(),
        "BAD_USER_INPUT"
    );
    assert_eq!(
        app.post(json!({ "extensions": { "persistedQuery": {} }, "documentId": "sha256:00" }))
            .await
            .code(),
        "BAD_USER_INPUT"
    );
}

#[tokio::test]
async fn persisted_documents() {
    let mut options = options();
    let mut known = PersistedDocuments::default();
    let id = known.insert("{ viewer { kind } }");
    options.persisted = known;
    let app = App::with(options, |_| {});
    assert_eq!(app.post(json!({ "documentId": id })).await.status, 200);
    assert_eq!(
        get(&app, &format!("/graphql?documentId={id}")).await.status,
        200
    );
    assert_eq!(
        app.post(json!({ "documentId": id, "query": "{ viewer { kind } }" }))
            .await
            .status,
        200
    );
    for body in [
        json!({ "documentId": id, "query": "{ counted }" }),
        json!({ "documentId": "sha256:00" }),
        json!({ "documentId": format!("sha256:{}", "0".repeat(64)) }),
        json!({ "documentId": 1 }),
    ] {
        let answer = app.post(body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (400, "BAD_USER_INPUT")
        );
    }
}

#[tokio::test]
async fn other_routes() {
    let app = App::with(options(), |edge| {
        edge.allowed_origins = vec!["https://app.example".into()]
    });
    let root = get(&app, "/").await;
    assert_eq!(
        (
            root.status.as_u16(),
            root.headers["location"].to_str().unwrap()
        ),
        (307, "/playground/")
    );
    let page = get(&app, "/playground/").await;
    assert_eq!(page.status, 200);
    assert!(
        page.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("default-src 'none'; script-src 'self'")
    );
    assert_eq!(get(&app, "/playground/nowhere.js").await.status, 404);
    assert_eq!(get(&app, "/playground/../Cargo.toml").await.status, 404);
    assert_eq!(get(&app, "/health/live").await.status, 200);
    assert_eq!(get(&app, "/health/ready").await.status, 200);
    assert_eq!(get(&app, "/metrics").await.status, 404);
    let preflight = |origin: &'static str| {
        Request::options("/graphql")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .body(Body::empty())
            .unwrap()
    };
    assert_eq!(
        app.send(preflight("https://app.example")).await.headers["access-control-allow-origin"],
        "https://app.example"
    );
    assert!(
        !app.send(preflight("https://evil.example"))
            .await
            .headers
            .contains_key("access-control-allow-origin")
    );
    let away = App::with(options(), |edge| {
        edge.ready = std::sync::Arc::new(|| Box::pin(async { Err("no database".into()) }))
    });
    let answer = get(&away, "/health/ready").await;
    assert_eq!(
        (
            answer.status.as_u16(),
            answer.headers.contains_key("retry-after")
        ),
        (503, true)
    );
    assert!(!answer.text.contains("database"));
}
