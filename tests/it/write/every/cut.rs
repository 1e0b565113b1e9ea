//! AUD-5 where the client goes away: between sending and the answer the call is done or not done,
//! and the same call again finds out which, and never does it twice.

use std::{net::SocketAddr, time::Duration};

use concierge::app::{App, Edge};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::document;
use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

async fn world(app: &TestApp) -> (Ws, Member, Member) {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    (ws, ada, ben)
}

/// The call of one round: what the round before gave is taken, so that each changes something.
fn round(ben: &Member, number: u64) -> (&'static str, Value) {
    let mutation = if number.is_multiple_of(2) {
        "grantPermissions"
    } else {
        "revokePermissions"
    };
    let key = format!("round {number}");
    (
        mutation,
        json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"], "idempotencyKey": key }),
    )
}

/// The call again until it is answered; whether it had been done.
async fn again(app: &TestApp, ada: &Member, mutation: &str, input: &Value) -> bool {
    for _ in 0..50 {
        let answer = app.try_mutate(&ada.key, mutation, input.clone()).await;
        if answer.codes().is_empty() {
            let payload = answer.payload();
            assert!(
                ["GRANTED", "REVOKED"].contains(&payload.became()[0]),
                "{:#}",
                payload.0
            );
            return payload.replayed();
        }
        assert_eq!(answer.refusal(), "UNAVAILABLE");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{mutation} {input} is never answered");
}

/// Each round was done once: one event each, one row for each that gave.
async fn once_each(app: &TestApp, ws: &Ws, ben: &Member, rounds: u64) {
    let kinds: Vec<String> = app
        .events(ws)
        .await
        .into_iter()
        .map(|event| event.kind)
        .collect();
    assert_eq!(kinds.len() as u64, rounds, "{kinds:?}");
    assert_eq!(
        app.grant_rows(ben.id).await.len() as u64,
        rounds.div_ceil(2)
    );
}

on_both!(threads: aud_5_a_client_that_goes_away_finds_its_call_done_once, |app| {
    let (ws, ada, ben) = world(app).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = App::new(app.app.deps.clone(), Edge::default()).router().unwrap();
    let server = tokio::spawn(async move {
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await.unwrap();
    });
    let mut done = 0;
    for number in 0..40_u64 {
        let (mutation, input) = round(&ben, number);
        let body = json!({ "query": document(mutation), "variables": { "input": input } }).to_string();
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json\r\n\
             authorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{body}",
            ada.key,
            body.len()
        );
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(request.as_bytes()).await.unwrap();
        if number == 39 {
            // One that waits for the answer, so that a request of this form is known to be one.
            let mut head = [0; 15];
            client.read_exact(&mut head).await.unwrap();
            assert_eq!(&head, b"HTTP/1.1 200 OK");
        } else {
            tokio::time::sleep(Duration::from_micros(250 * number)).await;
        }
        drop(client);
        done += u64::from(again(app, &ada, mutation, &input).await);
    }
    assert!(done >= 1, "the last was answered");
    once_each(app, &ws, &ben, 40).await;
    server.abort();
});

on_both!(threads: aud_5_a_call_that_is_dropped_on_its_way_is_done_once, |app| {
    let (ws, ada, ben) = world(app).await;
    let mut done = 0;
    for number in 0..60_u64 {
        let (mutation, input) = round(&ben, number);
        let call = app.try_mutate(&ada.key, mutation, input.clone());
        let _ = tokio::time::timeout(Duration::from_micros(150 * number), call).await;
        done += u64::from(again(app, &ada, mutation, &input).await);
    }
    assert!(done < 60, "some were cut before they were done");
    once_each(app, &ws, &ben, 60).await;
});
