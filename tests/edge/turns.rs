//! What takes much processor time waits its turn, client by client, and what takes little does not
//! wait.

use std::time::Duration;

use async_graphql::futures_util::{FutureExt, future::join_all};
use axum::body::Body;
use chrono::DateTime;
use concierge::graphql::admission::{AdmissionOptions, Limits, RequestTurn};
use http::Request;
use serde_json::json;

use super::{
    app::{Answer, App},
    toy::options,
};

const LIGHT: &str = "{viewer{kind}}";

/// One hundred people.
const DEAR: &str = "{people(first:100){edges{node{id}}}}";

fn large() -> String {
    format!("{LIGHT} # {}", "and more ".repeat(1_000))
}

fn app(timeout: Duration) -> App {
    let limits = Limits {
        timeout,
        ..Limits::default()
    };
    let options = AdmissionOptions {
        heavy_at_once: 1,
        limits,
        ..options()
    };
    App::with(options, |_| {})
}

/// Takes the one turn.
async fn hold(app: &App) -> RequestTurn {
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    app.admission
        .wait_for_turn("held", now, 10_000)
        .await
        .unwrap()
}

async fn ask(app: &App, client: &str, query: &str) -> Answer {
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("x-client", client);
    let body = json!({ "query": query }).to_string();
    app.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a5_small_requests_do_not_wait_behind_large_ones() {
    let app = app(Duration::from_secs(60));
    let held = hold(&app).await;
    let large = large();
    for heavy in [&large, DEAR] {
        let mut waiting = Box::pin(ask(&app, "a", heavy));
        assert!(
            (&mut waiting).now_or_never().is_none(),
            "waits: {heavy:.20}"
        );
        for client in ["a", "b"] {
            let answer = ask(&app, client, LIGHT).now_or_never();
            assert_eq!(answer.expect("answered at once").status, 200);
        }
    }
    let waiting = [&large, DEAR].map(|heavy| ask(&app, "a", heavy));
    let (answers, ()) = tokio::join!(join_all(waiting), async { drop(held) });
    assert!(answers.iter().all(|answer| answer.status == 200));
}

#[tokio::test]
async fn a5_a_client_waits_in_a_line_of_its_own() {
    let app = app(Duration::from_secs(60));
    let held = hold(&app).await;
    let (large, mut line) = (large(), Vec::new());
    for _ in 0..64 {
        let mut waiting = Box::pin(ask(&app, "a", &large));
        assert!((&mut waiting).now_or_never().is_none());
        line.push(waiting);
    }
    for heavy in [&large, DEAR] {
        let refused = ask(&app, "a", heavy).await;
        assert_eq!(
            (refused.status.as_u16(), refused.code().as_str()),
            (429, "RATE_LIMITED")
        );
        assert_eq!(refused.headers["retry-after"], "1");
        assert_eq!(refused.json()["errors"][0]["extensions"]["retryAfter"], 1);
    }
    let mut other = Box::pin(ask(&app, "b", &large));
    assert!((&mut other).now_or_never().is_none(), "waits, not refused");
    drop(held);
    // The others of the first client are not polled, so that they keep the turn that they get: one
    // of them is before the other client, and not all.
    assert_eq!(line.remove(0).await.status, 200);
    assert_eq!(other.await.status, 200);
    assert!(
        join_all(line)
            .await
            .iter()
            .all(|answer| answer.status == 200)
    );
}

#[tokio::test]
async fn a5_waiting_counts_as_time_of_the_request() {
    let app = app(Duration::from_millis(1));
    let _held = hold(&app).await;
    let late = ask(&app, "a", &large()).await;
    assert_eq!(
        (late.status.as_u16(), late.code().as_str()),
        (503, "UNAVAILABLE")
    );
    assert_eq!(late.headers["retry-after"], "1");
    let late = ask(&app, "a", DEAR).await;
    assert_eq!(
        (late.status.as_u16(), late.code().as_str()),
        (200, "TIMEOUT")
    );
}
