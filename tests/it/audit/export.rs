//! The record as a file: verified elsewhere, refused as the list is, broken off visibly (AUD-3).

use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use super::{World, canonical, list::five, world};
use crate::support::{TestApp, on_both};

async fn begun(app: &TestApp, credential: Option<&str>, query: &str) -> http::Response<Body> {
    let mut request = Request::get(format!("/export/audit.ndjson{query}"));
    if let Some(credential) = credential {
        request = request.header("authorization", format!("Bearer {credential}"));
    }
    let mut request = request.body(Body::empty()).unwrap();
    request
        .extensions_mut()
        .insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
    app.app.router().unwrap().oneshot(request).await.unwrap()
}

/// The lines, without the last one, and that.
pub(super) async fn lines(app: &TestApp, credential: &str, query: &str) -> (Vec<Value>, Value) {
    let response = begun(app, Some(credential), query).await;
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let text = std::str::from_utf8(&bytes).unwrap();
    let mut lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let end = lines.pop().unwrap()["end"].clone();
    (lines, end)
}

pub(super) fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

on_both!(aud_3_an_export_is_verified_without_concierge, |app| {
    let world = world(app).await;
    five(app, &world).await;
    let World { ws, session, .. } = &world;
    let (events, end) = lines(app, session, "?workspace=riverton").await;
    assert_eq!(
        (events.len(), &end["events"], &end["sequence"]),
        (5, &json!(5), &json!(5))
    );
    let (mut previous, mut values, mut addresses) = ("0".repeat(64), 0, 0);
    for (event, row) in events.iter().zip(app.events(ws).await) {
        assert_eq!(event["previousHash"], json!(previous));
        let digest = Sha256::new()
            .chain_update(bytes(&event["previousHash"]))
            .chain_update(canonical(&event["content"]))
            .finalize();
        assert_eq!(
            (&event["hash"], hex(&row.hash)),
            (&json!(hex(&digest)), hex(&digest))
        );
        previous = hex(&digest);
        assert_eq!(
            (&event["content"]["v"], &event["content"]["actorKind"]),
            (&json!(1), &event["actorKind"])
        );
        assert_eq!(
            event["content"]["client"].is_null(),
            event["clientAddress"].is_null()
        );
        for (name, side) in event["values"].as_object().unwrap() {
            let digest = Sha256::new()
                .chain_update(bytes(&side["salt"]))
                .chain_update(side["value"].as_str().unwrap())
                .finalize();
            if name == "clientAddress" {
                assert_eq!(event["content"]["client"], json!(hex(&digest)));
                assert_eq!(
                    json!(side["value"]),
                    json!(event["clientAddress"].to_string())
                );
                addresses += 1;
                continue;
            }
            let mut parts = name.split('.').skip(1);
            let place: usize = parts.next().unwrap().parse().unwrap();
            let change = &event["content"]["changes"][place];
            assert_eq!(
                (&change[parts.next().unwrap()], &change["personal"]),
                (&json!(hex(&digest)), &json!(true))
            );
            values += 1;
        }
    }
    assert_eq!(end["hash"], json!(previous));
    assert!(values > 0 && addresses > 0);
    let (filtered, end) = lines(
        app,
        session,
        &format!("?workspace={}&kinds=API_KEY_REVOKED,API_KEY_CREATED", ws.id),
    )
    .await;
    assert_eq!(
        (filtered, &end["events"]),
        (vec![events[0].clone(), events[4].clone()], &json!(2))
    );
    let after = events[2]["content"]["at"].as_str().unwrap();
    assert_eq!(
        lines(app, session, &format!("?workspace=riverton&after={after}"))
            .await
            .0,
        events[3..]
    );
});

on_both!(aud_3_an_export_is_refused_as_the_list_is, |app| {
    let world = world(app).await;
    let World { ben, session, .. } = &world;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    for (credential, query, status) in [
        (None, "?workspace=riverton", 401),
        (Some("cck_nonsense"), "?workspace=riverton", 401),
        (Some(&*ben.key), "?workspace=riverton", 403),
        (Some(&*eve.key), "?workspace=riverton", 404),
        (Some(&**session), "?workspace=nowhere", 404),
        (Some(&**session), "", 400),
        (Some(&**session), "?workspace=ws_x", 400),
        (Some(&**session), "?workspace=riverton&kinds=SOMETHING", 400),
        (Some(&**session), "?workspace=riverton&after=yesterday", 400),
        (
            Some(&**session),
            "?workspace=riverton&since=2026-01-01T00:00:00Z",
            400,
        ),
        (Some(&**session), "?workspace=riverton", 200),
    ] {
        assert_eq!(
            begun(app, credential, query).await.status().as_u16(),
            status,
            "{query} by {credential:?}"
        );
    }
});

on_both!(aud_3_an_export_says_which_kind_of_event_is_not_one, |app| {
    let world = world(app).await;
    for (kinds, named) in [
        ("", "\"\" is not"),
        ("SOMETHING", "\"SOMETHING\" is not"),
        ("GROUP_CREATED,", "\"\" is not"),
        ("group_created", "\"group_created\" is not"),
    ] {
        let query = format!("?workspace=riverton&kinds={kinds}");
        let response = begun(app, Some(&world.session), &query).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{kinds}");
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&bytes).unwrap();
        let message = body["errors"][0]["message"].as_str().unwrap();
        assert!(
            message.starts_with(named) && message.contains("AuditEventKind"),
            "{message}"
        );
    }
});

on_both!(aud_3_an_export_that_fails_on_the_way_breaks_off, |app| {
    let world = world(app).await;
    five(app, &world).await;
    let response = begun(app, Some(&world.session), "?workspace=riverton").await;
    assert_eq!(response.status(), StatusCode::OK, "the first page is there");
    app.sql("ALTER TABLE audit_event RENAME TO gone", Vec::new())
        .await;
    assert!(response.into_body().collect().await.is_err());
});
