//! What graphql-cop tries, with the defaults: none of it works.

use axum::body::Body;
use http::Request;
use serde_json::json;

use super::app::App;

#[tokio::test]
async fn overloads_are_refused() {
    let app = App::new();
    let aliases: String = (0..101)
        .map(|at| format!("alias{at}: __typename "))
        .collect();
    let circular = "query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }";
    for query in [
        format!("query cop {{ {aliases} }}"),
        format!("query cop {{ __typename {} }}", "@aa".repeat(10)),
        format!("query cop {{ {} }}", "__typename ".repeat(500)),
        circular.to_owned(),
    ] {
        let answer = app.query(&query).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (400, "QUERY_TOO_COMPLEX")
        );
        assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 1);
    }
    let batch =
        json!([{ "query": "query cop { __typename }" }, { "query": "query cop { __typename }" }]);
    assert_eq!(app.post(batch).await.status, 400);
}

#[tokio::test]
async fn nothing_is_told_that_was_not_asked() {
    let app = App::new();
    let answer = app.query("query cop { __schema { directive } }").await;
    assert_eq!(answer.status, 400);
    assert!(!answer.text.contains("mean"), "{}", answer.text);
    let answer = app.query("qwerty cop { abc }").await;
    assert!(
        !answer.text.contains("exception") && !answer.text.contains("-->"),
        "{}",
        answer.text
    );
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("x-apollo-tracing", "1")
        .body(Body::from(
            r#"{"query":"query cop { __typename }","extensions":{"tracing":true}}"#,
        ));
    assert!(
        app.send(request.unwrap())
            .await
            .json()
            .get("extensions")
            .is_none()
    );
}

#[tokio::test]
async fn no_form_reaches_a_mutation() {
    let app = App::new();
    let get = Request::get("/graphql?query=mutation+cop+%7B__typename%7D").body(Body::empty());
    assert_eq!(app.send(get.unwrap()).await.status, 405);
    let form = Request::post("/graphql")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("query=query+cop+%7B__typename%7D"));
    assert_eq!(app.send(form.unwrap()).await.status, 415);
    let in_url = Request::post("/graphql?query=%7B__typename%7D").body(Body::empty());
    assert_eq!(app.send(in_url.unwrap()).await.status, 415);
}
