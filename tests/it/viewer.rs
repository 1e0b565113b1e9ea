//! Who is asking.

use serde_json::json;

use crate::support::on_both;

on_both!(key_6_a_key_names_its_member, |app| {
    let (_, ada) = app.portal().await;
    let query = "{ viewer { kind account { displayName email } can(workspace: \"riverton\", permission: MANAGE_REUSES) } }";
    let answer = app.post(Some(&ada.key), query, json!({})).await;
    let expected = json!({ "viewer": {
        "kind": "API_KEY",
        "account": { "displayName": "Ada Veldkamp", "email": ada.email },
        "can": true,
    } });
    assert_eq!(*answer.data(), expected);
});

on_both!(key_2_a_bad_key_is_refused_and_never_anonymous, |app| {
    let (_, ada) = app.portal().await;
    let mut altered = ada.key.clone();
    altered.replace_range(10..11, if &altered[10..11] == "a" { "b" } else { "a" });
    for bad in [
        altered.as_str(),
        "cck_",
        "nonsense",
        "cck_000000000000000000000000000000000000",
    ] {
        let answer = app.post(Some(bad), "{ viewer { kind } }", json!({})).await;
        assert_eq!(answer.status, 401, "{bad}");
        assert_eq!(answer.codes(), ["UNAUTHENTICATED"]);
    }
});
