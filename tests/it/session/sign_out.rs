//! Ending sessions.

use serde_json::json;

use crate::support::{
    on_both,
    person::{PASSWORD, SIGN_IN, token},
};

const SIGN_OUT: &str = "mutation($input: SignOutInput!) { signOut(input: $input) { endedSessionIds errors { code } } }";
const KIND: &str = "{ viewer { kind } }";

on_both!(acc_6_sign_out_ends_this_session_or_all, |app| {
    let ws = app.workspace("riverton").await;
    let (ada, bo) = (
        app.member(&ws, "Ada Veldkamp").create().await,
        app.member(&ws, "Bo Haugen").create().await,
    );
    let (one, two, three, other) = (
        app.session(ada.account).await,
        app.session(ada.account).await,
        app.session(ada.account).await,
        app.session(bo.account).await,
    );
    let status = async |token: &str| app.post(Some(token), KIND, json!({})).await.status.as_u16();
    let out = app.ask(SIGN_OUT).by(&one).input(json!({})).send().await;
    assert_eq!(
        out.data()["signOut"]["endedSessionIds"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert!(
        !out.headers.contains_key("clear-site-data"),
        "no browser was signed in by it"
    );
    assert_eq!((status(&one).await, status(&two).await), (401, 200));
    let again = app.ask(SIGN_OUT).by(&one).input(json!({})).send().await;
    assert_eq!(
        (again.status.as_u16(), again.codes()),
        (401, vec!["UNAUTHENTICATED"])
    );
    let all = app
        .ask(SIGN_OUT)
        .by(&two)
        .input(json!({ "everywhere": true }))
        .send()
        .await;
    assert_eq!(
        all.data()["signOut"]["endedSessionIds"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        (
            status(&two).await,
            status(&three).await,
            status(&other).await,
            status(&ada.key).await
        ),
        (401, 401, 200, 200)
    );
    assert_eq!(
        app.count("audit_event WHERE kind = 'SESSION_ENDED'").await,
        3
    );
    let nobody = app.ask(SIGN_OUT).input(json!({})).send().await;
    assert_eq!(
        (nobody.status.as_u16(), nobody.codes()),
        (200, vec!["UNAUTHENTICATED"])
    );
});

on_both!(acc_6_sign_out_takes_the_cookie_back, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    app.with_password(ada.account).await;
    let input = json!({ "email": ada.email, "password": PASSWORD, "transport": "COOKIE" });
    let signed_in = app.ask(SIGN_IN).input(input).send().await;
    let out = app
        .ask(SIGN_OUT)
        .cookie(signed_in.cookie("session"))
        .input(json!({}))
        .send()
        .await;
    assert_eq!(
        out.data()["signOut"]["endedSessionIds"],
        json!([signed_in.data()["signIn"]["session"]["id"]])
    );
    assert_eq!(
        out.set_cookie("session"),
        Some("session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
    );
    assert_eq!(out.set_cookie("device"), None, "the device stays known");
    assert_eq!(
        out.headers["clear-site-data"], "\"cache\", \"storage\"",
        "and no cookies, or it would not"
    );
    assert_eq!(
        app.ask(KIND)
            .cookie(signed_in.cookie("session"))
            .send()
            .await
            .status,
        401
    );
    token(&app.sign_in(&ada.email, PASSWORD).await);
});

on_both!(acc_6_another_persons_session_is_nobodys_business, |app| {
    let ws = app.workspace("riverton").await;
    let (ada, bo) = (
        app.administrator(&ws, "Ada Veldkamp").await,
        app.member(&ws, "Bo Haugen").create().await,
    );
    let (hers, his) = (
        app.session(ada.account).await,
        app.session(bo.account).await,
    );
    let own = app
        .post(Some(&his), "{ viewer { session { id } } }", json!({}))
        .await;
    let id = own.data()["viewer"]["session"]["id"].clone();
    let query = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(
        app.post(Some(&his), query, json!({ "id": id }))
            .await
            .data()["node"]["id"],
        id
    );
    for token in [&hers, &ada.key, &bo.key] {
        assert_eq!(
            *app.post(Some(token), query, json!({ "id": id }))
                .await
                .data(),
            json!({ "node": null })
        );
    }
    assert_eq!(
        *app.post(None, query, json!({ "id": id })).await.data(),
        json!({ "node": null })
    );
});
