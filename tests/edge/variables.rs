//! Values: refused before anything runs, or handed on as they were sent.

use serde_json::{Value, json};

use super::app::App;

#[tokio::test]
async fn omitted_is_absent_and_null_is_null() {
    let app = App::new();
    let query = "query($x: Int) { optional(x: $x) }";
    assert_eq!(
        app.with_variables(query, json!({})).await.json()["data"]["optional"],
        "absent"
    );
    assert_eq!(
        app.with_variables(query, json!({ "x": null })).await.json()["data"]["optional"],
        "null"
    );
    assert_eq!(
        app.with_variables(query, json!({ "x": 4 })).await.json()["data"]["optional"],
        "4"
    );
    assert_eq!(
        app.query("{ optional }").await.json()["data"]["optional"],
        "absent"
    );
    assert_eq!(
        app.query("{ optional(x: null) }").await.json()["data"]["optional"],
        "null"
    );
    let query = "query($x: Int = 5) { optional(x: $x) }";
    assert_eq!(
        app.with_variables(query, json!({})).await.json()["data"]["optional"],
        "5"
    );
    assert_eq!(
        app.with_variables(query, json!({ "x": null })).await.json()["data"]["optional"],
        "null"
    );
}

#[tokio::test]
async fn wrong_values_run_nothing() {
    let app = App::new();
    let input = "query($input: EchoInput!) { counted echo(input: $input) }";
    let cases: Vec<(&str, Value)> = vec![
        (input, json!({})),
        (input, json!({ "input": null })),
        (input, json!({ "input": "text" })),
        (
            input,
            json!({ "input": [{ "text": "a" }, { "text": "b" }] }),
        ),
        (input, json!({ "input": {} })),
        (input, json!({ "input": { "text": null } })),
        (input, json!({ "input": { "text": 1 } })),
        (input, json!({ "input": { "text": "a", "unknown": 1 } })),
        (
            input,
            json!({ "input": { "text": "a", "number": 2147483648_i64 } }),
        ),
        (input, json!({ "input": { "text": "a", "number": 1.5 } })),
        (input, json!({ "input": { "text": "a", "number": "1" } })),
        (input, json!({ "input": { "text": "a", "seven": null } })),
        (
            input,
            json!({ "input": { "text": "a", "long": 9007199254740992_i64 } }),
        ),
        (input, json!({ "input": { "text": "a", "long": "1" } })),
        (input, json!({ "input": { "text": "a", "colour": "BLUE" } })),
        (input, json!({ "input": { "text": "a", "colour": 1 } })),
        (input, json!({ "input": { "text": "a", "id": "" } })),
        (input, json!({ "input": { "text": "a", "id": true } })),
        (
            input,
            json!({ "input": { "text": "a", "list": [1, null] } }),
        ),
        (input, json!({ "input": { "text": "a", "list": ["x"] } })),
        (
            input,
            json!({ "input": { "text": "a", "nested": { "text": "b", "nested": {} } } }),
        ),
        (
            "query($x: Int = 5) { byDefault(x: $x) }",
            json!({ "x": null }),
        ),
        (
            "query($c: Colour!) { colour(colour: $c) }",
            json!({ "c": "red" }),
        ),
        ("query($l: Long!) { long(value: $l) }", json!({ "l": 1.5 })),
        (
            "query($ids: [ID!]!) { lists(ids: $ids) { id } }",
            json!({ "ids": ["a", null] }),
        ),
    ];
    for (query, variables) in cases {
        let answer = app.with_variables(query, variables.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (400, "BAD_USER_INPUT"),
            "{variables} {}",
            answer.text
        );
        assert!(answer.json().get("data").is_none());
        assert!(
            answer.json()["errors"][0]["locations"][0]["line"].is_u64(),
            "{}",
            answer.text
        );
    }
    assert_eq!(app.runs.0.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn wrong_literals_run_nothing() {
    let app = App::new();
    for query in [
        "{ counted long(value: 9007199254740992) }",
        "{ counted long(value: \"1\") }",
        "{ counted colour(colour: \"RED\") }",
        "{ counted colour(colour: BLUE) }",
        "{ counted people(first: 2147483648) { totalCount } }",
        "{ counted node(id: \"\") { id } }",
        "{ counted node(id: 1.5) { id } }",
        "{ counted echo(input: { text: \"a\", long: 1.5 }) }",
        "{ counted echo(input: { text: \"a\", nested: { text: \"b\", id: \"\" } }) }",
        "{ counted echo(input: { text: \"a\", text2: 1 }) }",
        "{ counted echo(input: { text: \"a\", colour: \"RED\" }) }",
        "{ counted ... @include(if: \"true\") { thing { id } } }",
        "query($l: Long = 1.5) { counted long(value: $l) }",
        "query($n: Int) { counted echo(input: { text: \"a\", number: $n, long: 1.5 }) }",
        "{ counted thing { ...f } } fragment f on Thing { name(upper: 1) }",
        "{ counted nowhere }",
        "{ counted thing }",
        "{ counted(arg: 1, arg: 2) }",
        "{ counted",
        "",
        "{}",
        "query($x: Nothing) { counted }",
        "{ counted __typename { a } }",
        "{ counted __typename(a: 1) }",
        "{ counted __typename @nothing }",
        "{ counted __typename @skip }",
        "{ counted __typename @skip(if: $x) }",
        "query($x: Int) { counted ...f } fragment f on Query { __typename }",
        "query($x: Int, $x: Int) { counted(arg: $x) }",
        "query($x: Int) { counted }",
        "{ counted(arg: $x) }",
        "query($x: String) { counted(arg: $x) }",
        "query($x: Int) { thing { name(upper: $x) } }",
        "query($x: Int) { ...f } fragment f on Query { thing { name(upper: $x) } }",
        "query($x: Int) { echo(input: { text: $x }) }",
        "query($x: String) { echo(input: { text: $x }) }",
        "query($x: [String]) { echo(input: { text: \"a\", list: $x }) }",
        "query($x: ID!) { lists(ids: $x) { id } }",
        "query($x: [ID]!) { lists(ids: $x) { id } }",
        "query($x: Boolean) { thing @skip(if: $x) { id } }",
        "query A { counted } query B { counted }",
        "query A { counted } query A { counted }",
        "fragment f on Query { counted }",
    ] {
        let answer = app.query(query).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (400, "BAD_USER_INPUT"),
            "{query} {}",
            answer.text
        );
        assert!(answer.json().get("data").is_none());
    }
    assert_eq!(app.runs.0.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn right_values_arrive() {
    let app = App::new();
    let query = "query($input: EchoInput!) { echo(input: $input) }";
    let input = json!({ "input": { "text": "a", "number": -1, "long": 9007199254740991_i64, "colour": "RED", "id": 7, "list": 3,
        "nested": { "text": "b" } }, "ignored": 1 });
    let answer = app.with_variables(query, input).await.json();
    assert_eq!(
        answer["data"]["echo"],
        r#"a Some(-1) Some(9007199254740991) Some(true) Some(ID("7")) Some([3]) 7 Some("b")"#
    );
    let answer = app
        .query("{ echo(input: { text: \"\"\"x {[( \"\"\", colour: GREEN, list: [1, 2] }) }")
        .await
        .json();
    assert_eq!(
        answer["data"]["echo"],
        "x {[(  None None Some(false) None Some([1, 2]) 7 None"
    );
    let query = "query($n: Int, $t: String!) { echo(input: { text: $t, number: $n }) }";
    let answer = app.with_variables(query, json!({ "t": "t" })).await.json();
    assert_eq!(answer["data"]["echo"], "t None None None None None 7 None");
}

#[tokio::test]
async fn variables_fit_where_the_specification_says() {
    let app = App::new();
    for (query, variables) in [
        (
            "query($x: [ID!]!) { lists(ids: $x) { id } }",
            json!({ "x": ["a"] }),
        ),
        (
            "query($x: [ID!]!) { lists(ids: $x) { id } }",
            json!({ "x": "a" }),
        ),
        (
            "query($x: ID!) { lists(ids: [$x, \"b\"]) { id } }",
            json!({ "x": "a" }),
        ),
        (
            "query($x: [Int!]!) { echo(input: { text: \"a\", list: $x }) }",
            json!({ "x": [1] }),
        ),
        (
            "query($x: String = \"a\") { echo(input: { text: $x }) }",
            json!({}),
        ),
        ("query($x: Int) { byDefault(x: $x) }", json!({})),
        ("query($x: Int!) { optional(x: $x) }", json!({ "x": 1 })),
        (
            "query($x: Boolean!) { thing { __typename @skip(if: $x) id } }",
            json!({ "x": true }),
        ),
        (
            "query($x: Int, $y: JSON!) { json(value: { a: [$x], b: { c: $y } }) }",
            json!({ "x": 1, "y": {} }),
        ),
        (
            "query($x: Boolean = true) { thing @skip(if: $x) { id } }",
            json!({}),
        ),
    ] {
        let answer = app.with_variables(query, variables).await;
        assert_eq!(answer.status, 200, "{query} {}", answer.text);
        assert!(
            answer.json().get("errors").is_none(),
            "{query} {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn at_most_twenty_errors_are_answered() {
    let app = App::new();
    let fields: String = (0..300).map(|at| format!("nowhere{at} ")).collect();
    let answer = app.query(&format!("{{ thing {{ {fields} }} }}")).await;
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 20);
    let answer = app
        .query(&format!("{{ thing {{ {} }} }}", "mustChild { mayFail }"))
        .await;
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn text_3_literals_take_pairs_and_braces() {
    let app = App::new();
    let answer = app
        .query(r#"{ echo(input: { text: "Trees \uD83C\uDF33 \u{1F333} \u{22}" }) }"#)
        .await;
    assert_eq!(
        answer.json()["data"]["echo"],
        "Trees 🌳 🌳 \" None None None None None 7 None",
        "{}",
        answer.text
    );
    let wrong = app
        .query("{\n  echo(input: { text: \"\\u{1F333} \\uD83C\" }) }")
        .await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.code().as_str()),
        (400, "BAD_USER_INPUT")
    );
    let error = &wrong.json()["errors"][0];
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("\\uD83C is half of a surrogate pair"),
        "{error}"
    );
    assert_eq!(error["locations"], json!([{ "line": 2, "column": 34 }]));
    // What stands behind a literal is found where it stands.
    let behind = app
        .query(r#"{ echo(input: { text: "\u{1F333}" }) nowhere }"#)
        .await;
    assert_eq!(
        behind.json()["errors"][0]["locations"],
        json!([{ "line": 1, "column": 38 }]),
        "{}",
        behind.text
    );
}
