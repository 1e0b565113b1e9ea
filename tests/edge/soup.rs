//! Any text is answered, whatever it is.

use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::json;

use super::app::App;

const WORDS: [&str; 46] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!",
    "$",
    "@",
    "...",
    "=",
    "\"",
    "\"\"\"",
    "\"a\"",
    "#",
    "\n",
    "on",
    "query",
    "mutation",
    "subscription",
    "fragment",
    "f",
    "g",
    "x",
    "Query",
    "Thing",
    "Node",
    "Human",
    "thing",
    "things",
    "node(id: \"a\")",
    "people",
    "first: $x",
    "$x: Int",
    "nodes",
    "id",
    "name",
    "__typename",
    "@include(if: true)",
    "@skip(if: $b)",
    "-1",
    "1.5",
    "null",
    "\u{1F3C3}",
    "\\u00",
];

const SELECTIONS: [&str; 14] = [
    "id",
    "name",
    "...f",
    "...g",
    "... on Thing { name ...g }",
    "... on Human { age id }",
    "... on Node { id ...f }",
    "... @include(if: $b) { id }",
    "id @skip(if: $b)",
    "a: id",
    "a: __typename",
    "__typename",
    "... on Query { counted }",
    "... { id }",
];

fn app() -> &'static (App, tokio::runtime::Runtime) {
    static APP: OnceLock<(App, tokio::runtime::Runtime)> = OnceLock::new();
    APP.get_or_init(|| {
        (
            App::new(),
            tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
                .unwrap(),
        )
    })
}

fn answered(query: &str, variables: serde_json::Value) {
    let (app, runtime) = app();
    let answer = runtime.block_on(app.with_variables(query, variables));
    let status = answer.status.as_u16();
    assert!(
        matches!(status, 200 | 400 | 413 | 429),
        "{query}: {status} {}",
        answer.text
    );
    assert!(
        !answer.text.contains("INTERNAL"),
        "{query}: {}",
        answer.text
    );
    assert_eq!(
        status == 200,
        answer.json().get("data").is_some(),
        "{query}: {}",
        answer.text
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn token_soup(words in prop::collection::vec(prop::sample::select(&WORDS[..]), 0..60)) {
        answered(&words.join(" "), json!({ "x": 1, "b": true }));
    }

    #[test]
    fn any_text(text in ".{0,200}") {
        answered(&text, json!({}));
    }

    #[test]
    fn selections_over_abstract_types(
        top in prop::collection::vec(prop::sample::select(&SELECTIONS[..]), 1..8),
        f in prop::collection::vec(prop::sample::select(&SELECTIONS[..]), 1..5),
        g in prop::collection::vec(prop::sample::select(&SELECTIONS[..]), 1..5),
        on in prop::sample::select(&["Node", "Thing", "Human"][..]),
        id in prop::sample::select(&["thing", "human"][..]),
        b in any::<bool>(),
    ) {
        let (top, f, g) = (top.join(" "), f.join(" "), g.join(" "));
        let query = format!(
            "query($b: Boolean!, $id: ID!) {{ viewer @include(if: $b) {{ kind }} node(id: $id) {{ {top} ...f ...g }} }} \
             fragment f on {on} {{ {f} }} fragment g on Node {{ {g} }}"
        );
        answered(&query, json!({ "b": b, "id": id }));
    }

    #[test]
    fn any_variables(number in any::<i64>(), float in any::<f64>(), text in ".{0,20}") {
        let query = "query($x: Int, $l: Long!, $i: EchoInput!) { people(first: $x) { nodes { id } } long(value: $l) echo(input: $i) }";
        for value in [json!(number), json!(float), json!(text), json!([number]), json!({ "text": text })] {
            answered(query, json!({ "x": value, "l": 1, "i": { "text": "" } }));
            answered(query, json!({ "x": 1, "l": value, "i": { "text": "" } }));
            answered(query, json!({ "x": 1, "l": 1, "i": value }));
        }
    }
}
