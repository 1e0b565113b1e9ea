//! How strong a password is, shown while it is typed (ACC-3).

use serde_json::json;

use crate::support::on_both;

const ASK: &str = "query($p: String!, $e: String!) { passwordStrength(password: $p, email: $e) { score isAccepted codes } }";

on_both!(acc_3_strength_is_shown_to_whoever_types, |app| {
    for (password, score, codes) in [
        ("copper lantern nine bridges", 4, json!([])),
        ("short", 0, json!(["TOO_SHORT"])),
        ("Passw0rd!", 1, json!(["TOO_COMMON"])),
    ] {
        let answer = app.post(None, ASK, json!({ "p": password, "e": "ada@example.org" })).await;
        let shown = &answer.data()["passwordStrength"];
        assert!(shown["score"].as_i64().unwrap() <= score, "{password}: {shown}");
        assert_eq!((&shown["codes"], shown["isAccepted"].as_bool()), (&codes, Some(codes == json!([]))), "{password}");
    }
    let wrong = app.post(None, ASK, json!({ "p": "x", "e": "nobody" })).await;
    assert_eq!(wrong.codes(), ["BAD_USER_INPUT"]);
    let url = "/graphql?query=%7BpasswordStrength(password%3A%22x%22%2Cemail%3A%22a%40example.org%22)%7Bscore%7D%7D";
    let request = http::Request::get(url).header("accept", "application/graphql-response+json").body(axum::body::Body::empty());
    assert_eq!(app.send(request.unwrap()).await.codes(), ["BAD_USER_INPUT"]);
});
