//! Documents made to hurt: refused quickly, and the process lives.

use std::{fmt::Write, time::Instant};

use serde_json::json;

use super::app::App;

async fn refused(app: &App, query: &str, code: &str) {
    let began = Instant::now();
    let answer = app.query(query).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (400, code),
        "{}",
        answer.text
    );
    assert!(answer.json().get("data").is_none());
    assert!(began.elapsed().as_secs() < 3, "{:?}", began.elapsed());
    assert_eq!(
        app.query("{ viewer { kind } }").await.text,
        r#"{"data":{"viewer":{"kind":"ANONYMOUS"}}}"#
    );
}

#[tokio::test]
async fn a_fragment_bomb_of_744_bytes() {
    let mut query = "{ thing { ...f0 } }".to_owned();
    for at in 0..15 {
        write!(
            query,
            " fragment f{at} on Thing {{ ...f{n} ...f{n} ...f{n} }}",
            n = at + 1
        )
        .unwrap();
    }
    query += " fragment f15 on Thing { id }";
    assert!(query.len() < 760, "{}", query.len());
    refused(&App::new(), &query, "QUERY_TOO_COMPLEX").await;
}

#[tokio::test]
async fn chained_unused_fragments() {
    let mut query = "{ thing { id } }".to_owned();
    let mut at = 0;
    while query.len() < 90_000 {
        write!(query, " fragment f{at} on Thing {{ ...f{n} }}", n = at + 1).unwrap();
        at += 1;
    }
    write!(query, " fragment f{at} on Thing {{ id }}").unwrap();
    refused(&App::new(), &query, "QUERY_TOO_COMPLEX").await;
    let mut query = "{ thing { id } }".to_owned();
    for at in 0..30 {
        write!(query, " fragment f{at} on Thing {{ ...f{n} }}", n = at + 1).unwrap();
    }
    query += " fragment f30 on Thing { id }";
    refused(&App::new(), &query, "QUERY_TOO_COMPLEX").await;
    // Over the limit of bodies: 190 kB.
    let answer = App::new().query(&"{ thing { id } } ".repeat(12_000)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (413, "BAD_USER_INPUT")
    );
}

#[tokio::test]
async fn deep_brackets() {
    let app = App::new();
    refused(&app, &"{ thing ".repeat(10_000), "QUERY_TOO_COMPLEX").await;
    refused(
        &app,
        &format!("{{ lists(ids: {}) {{ id }} }}", "[".repeat(45_000)),
        "QUERY_TOO_COMPLEX",
    )
    .await;
    refused(
        &app,
        &format!("{{ echo(input: {}) }}", "{nested:".repeat(9_000)),
        "QUERY_TOO_COMPLEX",
    )
    .await;
    refused(
        &app,
        &format!("query($x: {}) {{ __typename }}", "[".repeat(45_000)),
        "QUERY_TOO_COMPLEX",
    )
    .await;
    let deep = |n| {
        format!(
            "{{ thing {} id {} }}",
            "{ mustChild ".repeat(n) + "{",
            "}".repeat(n + 1)
        )
    };
    assert_eq!(app.query(&deep(18)).await.status, 200);
    refused(&app, &deep(19), "QUERY_TOO_COMPLEX").await;
    refused(&app, &deep(40), "QUERY_TOO_COMPLEX").await;
    // Within the limit of brackets, but deeper through fragments.
    let chain = "{ thing { mustChild { ".to_owned()
        + &"mustChild { ".repeat(10)
        + "...f } } "
        + &"}".repeat(11)
        + " fragment f on Thing { "
        + &"mustChild { ".repeat(10)
        + "id "
        + &"}".repeat(11);
    refused(&app, &chain, "QUERY_TOO_COMPLEX").await;
    let inline = format!(
        "{{ {} __typename {} }}",
        "... { ".repeat(60),
        "}".repeat(60)
    );
    assert_eq!(app.query(&inline).await.status, 200);
}

#[tokio::test]
async fn aliases_and_root_fields() {
    let app = App::new();
    let aliased = |n| (0..n).map(|at| format!("a{at}: id ")).collect::<String>();
    assert_eq!(
        app.query(&format!("{{ thing {{ {} }} }}", aliased(50)))
            .await
            .status,
        200
    );
    refused(
        &app,
        &format!("{{ thing {{ {} }} }}", aliased(51)),
        "QUERY_TOO_COMPLEX",
    )
    .await;
    refused(
        &app,
        &format!(
            "{{ thing {{ ...f mustChild {{ ...f }} }} }} fragment f on Thing {{ {} }}",
            aliased(26)
        ),
        "QUERY_TOO_COMPLEX",
    )
    .await;
    refused(
        &app,
        &format!("{{ {} }}", "__typename ".repeat(500)),
        "QUERY_TOO_COMPLEX",
    )
    .await;
    refused(
        &app,
        &format!("{{ __typename {} }}", "@aa".repeat(10)),
        "QUERY_TOO_COMPLEX",
    )
    .await;
    refused(
        &app,
        &format!("{{ thing {{ {} }} }}", "id ".repeat(12_000)),
        "QUERY_TOO_COMPLEX",
    )
    .await;
}

#[tokio::test]
async fn circular_fragments() {
    let app = App::new();
    refused(
        &app,
        "{ thing { ...a } } fragment a on Thing { child { ...a } }",
        "BAD_USER_INPUT",
    )
    .await;
    refused(
        &app,
        "{ thing { ...a } } fragment a on Thing { ...b } fragment b on Thing { ...a }",
        "BAD_USER_INPUT",
    )
    .await;
    refused(
        &app,
        "{ thing { id } } fragment a on Thing { ...b } fragment b on Thing { ...a }",
        "BAD_USER_INPUT",
    )
    .await;
    refused(&app, "{ thing { ...nowhere } }", "BAD_USER_INPUT").await;
}

#[tokio::test]
async fn page_sizes() {
    let app = App::new();
    for first in ["-1", "0", "101", "2147483647", "-2147483648"] {
        let literal = app
            .query(&format!(
                "{{ people(first: {first}) {{ nodes {{ id }} }} }}"
            ))
            .await;
        assert_eq!(
            (literal.status.as_u16(), literal.code().as_str()),
            (400, "BAD_USER_INPUT"),
            "{first}"
        );
        let query = "query($n: Int) { people(first: $n) { nodes { id } } }";
        let number: i64 = first.parse().unwrap();
        let variable = app.with_variables(query, json!({ "n": number })).await;
        assert_eq!(
            (variable.status.as_u16(), variable.code().as_str()),
            (400, "BAD_USER_INPUT"),
            "{first}"
        );
    }
    for first in [
        "2147483648",
        "-2147483649",
        "99999999999999999999",
        "1e300",
        "1.5",
        "\"1\"",
        "true",
    ] {
        refused(
            &app,
            &format!("{{ people(first: {first}) {{ nodes {{ id }} }} }}"),
            "BAD_USER_INPUT",
        )
        .await;
        let body = format!(
            r#"{{"query":"query($n: Int) {{ people(first: $n) {{ nodes {{ id }} }} }}","variables":{{"n":{first}}}}}"#
        );
        let answer = app.post_text(body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (400, "BAD_USER_INPUT"),
            "{first}"
        );
    }
}

#[tokio::test]
async fn cost_multiplies_and_is_shown() {
    let app = App::new();
    let spent = |answer: &super::app::Answer| {
        let header = answer.headers["ratelimit"].to_str().unwrap().to_owned();
        let left: u64 = header
            .split("r=")
            .nth(1)
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        2_000_000 - left
    };
    let answer = app
        .query("{ people(first: 100) { totalCount nodes { id name } } }")
        .await;
    // people 1, totalCount 50, each of 100 nodes 1 and two fields.
    assert_eq!(
        (answer.status.as_u16(), spent(&answer)),
        (200, 1 + 50 + 300)
    );
    let before = spent(&answer);
    let answer = app
        .with_variables(
            "query($n: Int = 7) { people(first: $n) { nodes { id } } }",
            json!({}),
        )
        .await;
    assert_eq!(spent(&answer) - before, 1 + 7 * 2);
    let nested = "{ things { children { children { children { children { id } } } } } }";
    refused(&app, nested, "QUERY_TOO_COMPLEX").await;
    let circular = "{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }";
    refused(&app, circular, "QUERY_TOO_COMPLEX").await;
}

#[tokio::test]
async fn overlapping_fields() {
    let app = App::new();
    refused(&app, "{ thing { a: id a: name } }", "BAD_USER_INPUT").await;
    refused(
        &app,
        "{ thing { name name(upper: true) } }",
        "BAD_USER_INPUT",
    )
    .await;
    refused(
        &app,
        "{ node(id: \"x\") { ... on Thing { a: id } ... on Node { a: __typename } } }",
        "BAD_USER_INPUT",
    )
    .await;
    refused(
        &app,
        "{ node(id: \"x\") { ... on Thing { a: name } ... on Human { a: age } } }",
        "BAD_USER_INPUT",
    )
    .await;
    // Quadratic for naive rules: many fragments over the same fields, nested.
    let mut query = "{ thing {".to_owned();
    for at in 0..90 {
        write!(query, " ...f{at}").unwrap();
    }
    query += " } }";
    for at in 0..90 {
        write!(query, " fragment f{at} on Thing {{ mustChild {{ id mustChild {{ id name mustChild {{ name }} }} }} }}").unwrap();
    }
    assert_eq!(app.query(&query).await.status, 200);
    let nested = "... on Node { ".repeat(55)
        + "id "
        + &"... on Thing { name } ... on Human { age } ".repeat(400)
        + &"}".repeat(55);
    let answer = app
        .query(&format!("{{ node(id: \"x\") {{ {nested} }} }}"))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}
