//! How the engine behaves behind admission: the test of an upgrade.

use std::sync::atomic::Ordering;

use concierge::graphql::admission::{Admission, Asking, RefusalKind, RequestData};
use serde_json::json;

use super::{
    app::App,
    toy::{options, schema},
};

#[tokio::test]
async fn keys_stand_in_the_order_of_the_document() {
    let app = App::new();
    let answer = app
        .query(
            "{ b: slow(ms: 40, value: 1) thing { name id } a: slow(ms: 1, value: 2) __typename }",
        )
        .await;
    assert_eq!(
        answer.text,
        r#"{"data":{"b":1,"thing":{"name":"thing","id":"thing_1"},"a":2,"__typename":"Query"}}"#
    );
    let answer = app
        .query("{ thing { ...f name } } fragment f on Thing { id name }")
        .await;
    assert_eq!(
        answer.text,
        r#"{"data":{"thing":{"id":"thing_1","name":"thing"}}}"#
    );
}

#[tokio::test]
async fn null_goes_up_to_the_next_nullable() {
    let app = App::new();
    let root = app.query("{ viewer { kind } fails }").await;
    assert_eq!(root.status, 200);
    assert_eq!(root.json()["data"], json!(null));
    assert_eq!(root.json()["errors"][0]["path"], json!(["fails"]));
    assert_eq!(root.code(), "FORBIDDEN");

    let object = app
        .query("{ viewer { kind } maybeThing { id fails } }")
        .await
        .json();
    assert_eq!(
        object["data"],
        json!({ "viewer": { "kind": "ANONYMOUS" }, "maybeThing": null })
    );
    assert_eq!(object["errors"][0]["path"], json!(["maybeThing", "fails"]));

    let nested = app
        .query("{ maybeThing { mustChild { a: fails } } }")
        .await
        .json();
    assert_eq!(nested["data"], json!({ "maybeThing": null }));
    assert_eq!(
        nested["errors"][0]["path"],
        json!(["maybeThing", "mustChild", "a"])
    );
}

#[tokio::test]
async fn the_path_of_an_error_in_a_list_is_whole() {
    let app = App::new();
    for (query, path) in [
        ("{ things { id fails } }", json!(["things", 0, "fails"])),
        ("{ things { id a: fails } }", json!(["things", 0, "a"])),
        (
            "{ things { mustChild { fails } } }",
            json!(["things", 0, "mustChild", "fails"]),
        ),
        (
            "{ maybeThings { id fails } }",
            json!(["maybeThings", 0, "fails"]),
        ),
        ("{ things { mayFail } }", json!(["things", 0, "mayFail"])),
        (
            "{ things { child { children { b: fails } } } }",
            json!(["things", 0, "child", "children", 0, "b"]),
        ),
        (
            "{ maybeThing { children { ...f } } } fragment f on Thing { x: mustChild { y: fails } }",
            json!(["maybeThing", "children", 0, "x", "y"]),
        ),
    ] {
        let answer = app.query(query).await.json();
        assert_eq!(answer["errors"][0]["path"], path, "{query} {answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
    }
    // Lists within lists: the inner index is lost, the inner list is named.
    let answer = app.query("{ things { children { fails } } }").await.json();
    assert_eq!(
        answer["errors"][0]["path"],
        json!(["things", 0, "children"])
    );
}

#[tokio::test]
async fn a_nullable_field_that_fails_is_null_alone() {
    let app = App::new();
    let right = app.query("{ thing { id mayFail } }").await.json();
    assert_eq!(
        right["data"],
        json!({ "thing": { "id": "thing_1", "mayFail": null } })
    );
    assert_eq!(right["errors"][0]["path"], json!(["thing", "mayFail"]));
    // The engine nulls the parent of a Result<Option<T>>: why the house type is the other way
    // round.
    let wrong = app.query("{ viewer { kind } wrongMayFail }").await.json();
    assert_eq!(wrong["data"], json!(null));
}

#[tokio::test]
async fn what_is_selected_twice_runs_once() {
    for query in [
        "{ counted counted }",
        "{ counted ... { counted } ...f } fragment f on Query { counted }",
        "{ thing { counted } thing { counted id } }",
        "{ thing { ...a ...b } } fragment a on Thing { counted } fragment b on Thing { id counted }",
        "{ thing { ... @include(if: true) { counted } counted @skip(if: false) other: id @skip(if: true) } }",
        "{ node(id: \"p\") { id ... on Human { id name } ... on Node { id } } }",
        "{ node(id: \"p\") { ...n ... on Human { age id } } } fragment n on Node { ... on Human { id } ... on Thing { name } }",
    ] {
        let app = App::new();
        let answer = app.query(query).await;
        assert_eq!(answer.status, 200, "{query} {}", answer.text);
        assert!(
            answer.json().get("errors").is_none(),
            "{query} {}",
            answer.text
        );
        assert_eq!(
            app.runs.0.load(Ordering::SeqCst),
            1,
            "{query} {}",
            answer.text
        );
    }
    let app = App::new();
    let query = "query($yes: Boolean!, $no: Boolean = false) { counted @include(if: $yes) counted @include(if: $no) thing @skip(if: $yes) { id } }";
    let answer = app.with_variables(query, json!({ "yes": true })).await;
    assert_eq!(answer.text, r#"{"data":{"counted":1}}"#);
    let answer = app
        .with_variables(query, json!({ "yes": false, "no": true }))
        .await;
    assert_eq!(
        answer.text,
        r#"{"data":{"counted":2,"thing":{"id":"thing_1"}}}"#
    );
    let answer = app
        .with_variables(query, json!({ "yes": false, "no": null }))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (400, "BAD_USER_INPUT")
    );
}

#[tokio::test]
async fn an_abstract_type_written_out_keeps_its_fields() {
    let app = App::new();
    let query = "query($id: ID!) { node(id: $id) { __typename id ... on Thing { id n: name children { id } } ... on Human { id n: name } } }";
    let thing = app.with_variables(query, json!({ "id": "thing" })).await;
    assert_eq!(
        thing.text,
        r#"{"data":{"node":{"__typename":"Thing","id":"thing_1","n":"thing","children":[{"id":"thing_2"},{"id":"thing_3"}]}}}"#
    );
    let human = app.with_variables(query, json!({ "id": "h" })).await;
    assert_eq!(
        human.text,
        r#"{"data":{"node":{"__typename":"Human","id":"h","n":"Ada"}}}"#
    );
}

#[tokio::test]
async fn mutations_run_one_after_the_other_and_not_twice() {
    let app = App::new();
    let answer = app.query("mutation { a: add(n: 1) b: add(n: 2) }").await;
    assert_eq!(answer.text, r#"{"data":{"a":1,"b":2}}"#);
    for query in [
        "mutation { add(n: 1) add(n: 1) }",
        "mutation { add(n: 1) ...f } fragment f on Mutation { add(n: 1) }",
        "mutation { ... { add(n: 1) } ... on Mutation { add(n: 1) } }",
    ] {
        let answer = app.query(query).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (400, "BAD_USER_INPUT"),
            "{query}"
        );
    }
    let failed = app
        .query("mutation { a: add(n: 1) fail b: add(n: 2) }")
        .await;
    assert_eq!(failed.json()["data"], json!(null));
    assert_eq!(
        app.runs.0.load(Ordering::SeqCst),
        3,
        "nothing runs after a failed mutation"
    );
}

#[tokio::test]
async fn subscriptions_are_not_answered_by_post() {
    let app = App::new();
    let answer = app.query("subscription { ticks(n: 3) }").await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (400, "BAD_USER_INPUT")
    );
    let two = app
        .query("subscription { ticks(n: 3) b: ticks(n: 1) }")
        .await;
    assert_eq!(two.status, 400);
}

#[tokio::test]
async fn a_stream_answers_each_event() {
    let admission = Admission::new(schema, options()).unwrap();
    let asking = || Asking {
        budget_key: "a",
        now: chrono::DateTime::from_timestamp(0, 0).unwrap(),
        data: RequestData::default(),
        locale: concierge::domain::vocabulary::Locale::En,
        request_id: "r",
        read_only: false,
        persisted_only: false,
    };
    let read =
        |query: &str| Admission::read(json!({ "query": query }).to_string().as_bytes()).unwrap();
    let mut stream = admission
        .subscribe(read("subscription S { x: ticks(n: 2) }"), asking())
        .await
        .unwrap();
    assert_eq!(stream.operation().unwrap().name.as_deref(), Some("S"));
    let mut answers = Vec::new();
    while let Some(answer) = admission.next(&mut stream).await {
        answers.push(String::from_utf8(answer).unwrap());
    }
    assert_eq!(answers, [r#"{"data":{"x":0}}"#, r#"{"data":{"x":1}}"#]);
    let mut stream = admission
        .subscribe(read("{ viewer { kind } }"), asking())
        .await
        .unwrap();
    assert_eq!(
        admission.next(&mut stream).await.unwrap(),
        br#"{"data":{"viewer":{"kind":"ANONYMOUS"}}}"#
    );
    for query in [
        "subscription { ticks(n: 1) b: ticks(n: 1) }",
        "subscription { ...f ...g } fragment f on Ticks { ticks(n: 1) } fragment g on Ticks { a: ticks(n: 1) }",
        "subscription { ticks(n: 1.5) }",
    ] {
        let refused = admission
            .subscribe(read(query), asking())
            .await
            .unwrap_err();
        assert_eq!(refused.refused, Some(RefusalKind::Document), "{query}");
    }
}

#[tokio::test]
async fn internal_errors_show_an_id_alone() {
    let app = App::new();
    for query in [
        "{ internal }",
        "{ thing { internal } }",
        "{ things { internal } }",
    ] {
        let answer = app.query(query).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.code(), "INTERNAL");
        assert!(!answer.text.contains("secret"), "{}", answer.text);
        let id = answer.headers["x-request-id"].to_str().unwrap();
        assert_eq!(answer.json()["errors"][0]["extensions"]["requestId"], id);
    }
    assert_eq!(
        app.query("{ absent }").await.code(),
        "NOT_FOUND",
        "the hook knows it by its source"
    );
    let answer = app.query("{ panics }").await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (500, "INTERNAL")
    );
    assert!(!answer.text.contains("index"), "{}", answer.text);
}

#[tokio::test]
async fn introspection_works_and_names_are_not_suggested() {
    let app = App::new();
    let answer = app.query(INTROSPECTION).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.json().get("errors").is_none());
    let answer = app.query("{ viewr }").await;
    assert!(!answer.text.contains("Did you mean"), "{}", answer.text);
    let mut options = super::toy::options();
    options.introspection = false;
    let app = App::with(options, |_| {});
    assert_eq!(
        app.query("{ __schema { queryType { name } } }")
            .await
            .status,
        400
    );
    assert_eq!(
        app.query("{ ...f } fragment f on Query { x: __type(name: \"Query\") { name } }")
            .await
            .status,
        400
    );
    assert_eq!(app.query("{ __typename }").await.status, 200);
}

const INTROSPECTION: &str = "query IntrospectionQuery { __schema { description queryType { name kind } mutationType { name kind }
  subscriptionType { name kind } types { ...FullType } directives { name description isRepeatable locations
  args(includeDeprecated: true) { ...InputValue } } } }
  fragment FullType on __Type { kind name description specifiedByURL isOneOf fields(includeDeprecated: true) { name description
  args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
  inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true)
  { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
  fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
  fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }";
