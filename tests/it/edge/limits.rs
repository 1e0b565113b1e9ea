//! Limits that are set count, and every documented maximum fits.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use concierge::{app::Edge, graphql::admission};
use http::Method;
use serde_json::json;

use crate::support::on_both;

fn edge(max_page: u64) -> Edge {
    Edge {
        limits: admission::Limits {
            max_page,
            ..admission::Limits::default()
        },
        ..Edge::default()
    }
}

on_both!(the_largest_page_is_the_one_that_is_set, |app| {
    let (ws, ada) = app.portal().await;
    for number in 0..130 {
        app.group(&ws, &format!("Group {number:03}"), &[]).await;
    }
    for (max, sizes) in [(30, &[1, 30][..]), (100, &[100]), (120, &[101, 120])] {
        let door = app.another_door(edge(max), false);
        let limits = app
            .ask("{ serviceLimits { maxPageSize } }")
            .through(&door)
            .send()
            .await;
        assert_eq!(limits.data()["serviceLimits"]["maxPageSize"], max);
        for argument in ["first", "last"] {
            let by_literal = |size: u64| {
                format!(
                    "{{ workspace(slug: \"riverton\") {{ groups({argument}: {size}) {{ nodes {{ id }} }} }} }}"
                )
            };
            let by_variable = format!(
                "query($n: Int) {{ workspace(slug: \"riverton\") {{ groups({argument}: $n) {{ nodes {{ id }} }} }} }}"
            );
            for size in sizes {
                let answer = app
                    .ask(&by_literal(*size))
                    .through(&door)
                    .by(&ada.key)
                    .send()
                    .await;
                assert_eq!(
                    answer.data()["workspace"]["groups"]["nodes"]
                        .as_array()
                        .unwrap()
                        .len() as u64,
                    *size
                );
            }
            for size in [max + 1, 0] {
                let literal = app
                    .ask(&by_literal(size))
                    .through(&door)
                    .by(&ada.key)
                    .send()
                    .await;
                let variable = app
                    .ask(&by_variable)
                    .variables(json!({ "n": size }))
                    .through(&door)
                    .by(&ada.key)
                    .send()
                    .await;
                for answer in [literal, variable] {
                    assert_eq!(
                        (answer.status.as_u16(), answer.codes()),
                        (400, vec!["BAD_USER_INPUT"]),
                        "{argument} {size}"
                    );
                    let message = answer.body["errors"][0]["message"].as_str().unwrap();
                    assert!(
                        message.contains(&format!("\"{argument}\" of \"groups\" must be")),
                        "{message}"
                    );
                    let range = format!("1 to {max}, not {size}.");
                    assert!(message.contains(&range), "{message}");
                }
            }
        }
    }
});

on_both!(every_documented_maximum_fits_into_a_body, |app| {
    let (ws, ada) = app.portal().await;
    let dataset = app
        .dataset(&ws, "trees", &ada, true, false)
        .await
        .to_string();
    let check = json!({ "membershipId": ada.id.to_string(), "resource": dataset });
    let query =
        "query($inputs: [CheckAccessInput!]!) { checkAccessBatch(inputs: $inputs) { index } }";
    let checked = app
        .ask(query)
        .by(&ada.key)
        .variables(json!({ "inputs": vec![check; 1_000] }))
        .send()
        .await;
    assert_eq!(
        checked.data()["checkAccessBatch"].as_array().unwrap().len(),
        1_000
    );

    // Names of 100 characters beyond the first plane, as clients write them that send ASCII alone:
    // 12 bytes each.
    let name = "\\ud83c\\udf33".repeat(100);
    let invitee = |number: usize| {
        let local = format!("{number:0>64}");
        let domain = format!("{}.example.org", "d".repeat(60));
        format!(r#"{{"email":"{local}@{domain}","givenName":"{name}","familyName":"{name}"}}"#)
    };
    let invitees: Vec<String> = (0..500).map(invitee).collect();
    let body = format!(
        r#"{{"query":"mutation($input: InviteMembersInput!) {{ inviteMembers(input: $input) {{ errors {{ code path }} }} }}","variables":{{"input":{{"workspaceId":"{}","invitees":[{}],"dryRun":true}}}}}}"#,
        ws.id,
        invitees.join(",")
    );
    assert!(body.len() > 1_250_000, "{}", body.len());
    let request = http::Request::post("/graphql")
        .header("content-type", "application/json")
        .header("accept", "application/graphql-response+json")
        .header("authorization", format!("Bearer {}", ada.key));
    let answer = app
        .send(request.body(axum::body::Body::from(body.clone())).unwrap())
        .await;
    assert_ne!(answer.status, 413, "{:#}", answer.body);
    let anonymous = http::Request::post("/graphql").header("content-type", "application/json");
    let answer = app
        .send(anonymous.body(axum::body::Body::from(body)).unwrap())
        .await;
    assert_eq!(answer.status, 413, "strangers send less");
    let message = answer.body["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("200000") && message.contains("1500000 if you are signed in"),
        "{message}"
    );
});

on_both!(
    listed_origins_may_send_any_header_and_read_what_answers_tell,
    |app| {
        let edge = Edge {
            allowed_origins: vec!["https://portal.example.org".to_owned()],
            ..Edge::default()
        };
        let door = app.another_door(edge, false);
        let preflight = async |origin: &str, path: &str, headers: &str| {
            let request = http::Request::builder()
                .method(Method::OPTIONS)
                .uri(path)
                .header("origin", origin);
            let request = request
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", headers);
            let answer = door
                .send(request.body(axum::body::Body::empty()).unwrap())
                .await;
            let header = |name: &str| {
                answer
                    .headers
                    .get(name)
                    .map(|value| value.to_str().unwrap().to_owned())
            };
            (
                header("access-control-allow-origin"),
                header("access-control-allow-headers"),
            )
        };
        let headers = "apollo-require-preflight,content-type,traceparent,x-anything";
        for path in ["/graphql", "/export/members.csv"] {
            let (origin, allowed) = preflight("https://portal.example.org", path, headers).await;
            assert_eq!(
                (origin.as_deref(), allowed.as_deref()),
                (Some("https://portal.example.org"), Some(headers))
            );
            assert_eq!(
                preflight("https://evil.example", path, headers).await.0,
                None
            );
        }
        let (_, ada) = app.portal().await;
        let export = http::Request::get("/export/members.csv?workspace=riverton")
            .header("origin", "https://portal.example.org")
            .header("authorization", format!("Bearer {}", ada.key));
        let export = door
            .send(export.body(axum::body::Body::empty()).unwrap())
            .await;
        assert!(export.headers.contains_key("content-disposition"));
        let shown = export.headers["access-control-expose-headers"]
            .to_str()
            .unwrap()
            .to_lowercase();
        for name in [
            "content-disposition",
            "ratelimit",
            "ratelimit-policy",
            "retry-after",
            "x-request-id",
        ] {
            assert!(
                shown.split(',').any(|shown| shown.trim() == name),
                "{name}: {shown}"
            );
        }
    }
);

on_both!(
    a2_one_client_behind_a_proxy_has_so_many_requests_at_once,
    |app| {
        let door = app.another_door(
            Edge {
                requests_per_client: 3,
                trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
                ..Edge::default()
            },
            false,
        );
        let response = async |peer: [u8; 4], forwarded: Option<&str>| {
            let mut request = http::Request::get("/graphql?query=%7Bviewer%7Bkind%7D%7D")
                .extension(ConnectInfo(SocketAddr::from((peer, 40_000))));
            if let Some(forwarded) = forwarded {
                request = request.header("x-forwarded-for", forwarded);
            }
            door.response(request.body(axum::body::Body::empty()).unwrap())
                .await
        };
        const PROXY: [u8; 4] = [10, 0, 0, 1];
        // Answers that are not read yet are still being sent.
        let mut held = Vec::new();
        for address in ["198.51.100.7", "198.51.100.7, 10.0.0.2", "198.51.100.7"] {
            let answer = response(PROXY, Some(address)).await;
            assert_eq!(answer.status(), 200);
            held.push(answer);
        }
        for peer in [PROXY, [10, 0, 0, 9], [198, 51, 100, 7]] {
            let refused = response(peer, Some("198.51.100.7")).await;
            assert_eq!(refused.status(), 429, "by whatever way");
            assert_eq!(refused.headers()["retry-after"], "1");
            let body = axum::body::to_bytes(refused.into_body(), 10_000)
                .await
                .unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["errors"][0]["extensions"]["code"], "RATE_LIMITED");
            assert_eq!(body["errors"][0]["extensions"]["retryAfter"], 1);
        }
        assert_eq!(
            response(PROXY, Some("198.51.100.8")).await.status(),
            200,
            "another client of the same proxy"
        );
        // The proxy itself, which checks the health of the server, is not bounded.
        let mut own = Vec::new();
        for _ in 0..5 {
            own.push(response(PROXY, None).await);
        }
        assert!(own.iter().all(|answer| answer.status() == 200));
        drop(held.pop());
        assert_eq!(
            response(PROXY, Some("198.51.100.7")).await.status(),
            200,
            "the place is free again"
        );
    }
);
