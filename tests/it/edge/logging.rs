//! What the log line of a request tells, and who names a request.

use concierge::app::Edge;
use serde_json::json;

use crate::support::{log::Log, on_both, person::SIGN_IN};

const KIND: &str = "{ viewer { kind } }";

on_both!(refusals_are_in_the_log_with_code_and_network, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    let log = Log::listen();
    app.ask(KIND)
        .from("192.0.2.77")
        .by("cck_nonsense")
        .send()
        .await;
    let wrong = json!({ "email": ada.email, "password": "a wrong password" });
    app.ask(SIGN_IN)
        .from("198.51.100.77")
        .input(wrong)
        .send()
        .await;
    app.ask("{ nowhere }").from("203.0.113.77").send().await;
    app.ask("{ workspace(slug: \"riverton\") { members { totalCount } } }")
        .from("2001:db8:7:7::7")
        .by(&ada.key)
        .send()
        .await;
    app.ask(KIND).from("192.0.2.99").send().await;
    let text = log.text();
    let line = |network: &str| {
        text.lines()
            .find(|line| line.contains(network))
            .unwrap_or_else(|| panic!("{network}: {text}"))
    };
    for (network, code) in [
        ("192.0.2.0/24", "UNAUTHENTICATED"),
        ("198.51.100.0/24", "INVALID_CREDENTIALS"),
        ("203.0.113.0/24", "BAD_USER_INPUT"),
        ("2001:db8:7::/48", "FORBIDDEN"),
    ] {
        assert!(line(network).contains(code), "{code}: {}", line(network));
    }
    assert_eq!(
        text.lines()
            .filter(|line| line.contains("192.0.2."))
            .count(),
        1,
        "what was not refused names no network"
    );
    for secret in [
        "192.0.2.77",
        "198.51.100.77",
        &ada.email,
        "wrong password",
        "cck_nonsense",
        &ada.key,
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
});

on_both!(a_long_name_of_an_operation_is_cut_in_the_log, |app| {
    let log = Log::listen();
    let name = "N".repeat(5_000);
    app.ask(&format!("query {name} {{ viewer {{ kind }} }}"))
        .send()
        .await;
    let text = log.text();
    assert!(
        text.contains(&name[..100]) && !text.contains(&name[..101]),
        "{}",
        text.len()
    );
});

on_both!(only_a_trusted_proxy_names_a_request, |app| {
    let trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    let door = app.another_door(
        Edge {
            trusted_proxies,
            ..Edge::default()
        },
        false,
    );
    let named = async |peer: &str, id: &str| {
        let answer = app
            .ask(KIND)
            .through(&door)
            .from(peer)
            .header("x-request-id", id)
            .send()
            .await;
        answer.headers["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(
        named("10.1.2.3", "from-the-proxy_1").await,
        "from-the-proxy_1"
    );
    assert_ne!(
        named("192.0.2.1", "from-a-stranger").await,
        "from-a-stranger"
    );
    assert_ne!(named("10.1.2.3", "no id").await, "no id");
});

on_both!(
    browsers_are_told_to_stay_with_https_where_users_have_it,
    |app| {
        for (url, wanted) in [
            (Some("https://accounts.example.org"), true),
            (Some("http://localhost:8080"), false),
            (None, false),
        ] {
            let door = app.another_door(
                Edge {
                    public_url: url.map(str::to_owned),
                    ..Edge::default()
                },
                true,
            );
            let answer = app.ask(KIND).through(&door).send().await;
            assert_eq!(
                answer.headers.contains_key("strict-transport-security"),
                wanted,
                "{url:?}"
            );
        }
    }
);
