//! Names, language and address as workspaces see them (ACC-1, MEM-7).

use chrono::Duration;
use concierge::domain::{interval::Interval, mail::MailKind};
use serde_json::{Value, json};

use super::call;
use crate::support::{
    TestApp, on_both,
    person::PASSWORD,
    world::{Member, Ws},
};

/// The members that a search finds, by name and address, as an administrator sees them.
async fn found(
    app: &TestApp,
    reader: &Member,
    ws: &Ws,
    search: &str,
    states: Value,
) -> Vec<String> {
    let query = "query($ws: ID!, $filter: MembershipFilter!) { workspace(id: $ws) { members(filter: $filter, first: 50) { nodes { \
         state account { displayName email } } } } }";
    let filter = json!({ "search": search, "states": states, "signedUpOnly": "INCLUDE" });
    let answer = app
        .post(
            Some(&reader.key),
            query,
            json!({ "ws": ws.id.to_string(), "filter": filter }),
        )
        .await;
    let nodes = answer.data()["workspace"]["members"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let show = |node: &Value| {
        format!(
            "{} {} {}",
            text(&node["state"]),
            text(&node["account"]["displayName"]),
            text(&node["account"]["email"])
        )
    };
    nodes.iter().map(show).collect()
}

on_both!(acc_1_names_follow_into_every_workspace_and_state, |app| {
    let (river, lake) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let (rina, lars) = (
        app.administrator(&river, "Rina Ruiz").await,
        app.administrator(&lake, "Lars Lund").await,
    );
    let ada = app.member(&river, "Ada Veldkamp").create().await;
    let gone = Interval::new(app.now() - Duration::days(9), app.now() - Duration::days(1));
    app.member(&lake, "Old Self")
        .of(ada.account)
        .during(gone)
        .create()
        .await;
    app.member(&lake, "New Self")
        .of(ada.account)
        .during(Interval::from(app.now() + Duration::days(3)))
        .create()
        .await;
    let session = app.session_of(ada.account).await;
    let workspaces = async || {
        app.count("workspace WHERE last_write_at > created_at")
            .await
    };
    let touched = workspaces().await;
    let input = json!({ "givenName": "  Zo\u{eb} ", "familyName": "\u{c5}ngstr\u{f6}m" });
    let answer = app.mutate(&session, "updateAccount", input).await;
    assert_eq!(
        answer.0["account"]["displayName"],
        "Zo\u{eb} \u{c5}ngstr\u{f6}m"
    );
    assert_eq!(workspaces().await, touched, "no workspace's row is touched");
    for search in ["zoe", "angstr", "ada.veld"] {
        let active = found(app, &rina, &river, search, json!(["ACTIVE"])).await;
        assert_eq!(
            active,
            ["ACTIVE Zo\u{eb} \u{c5}ngstr\u{f6}m ada.veldkamp@example.org"],
            "{search}"
        );
        let others = found(app, &lars, &lake, search, json!(["ENDED", "SCHEDULED"])).await;
        assert_eq!(others.len(), 2, "{search} {others:?}");
    }
    for search in ["old self", "new self"] {
        assert_eq!(
            found(app, &lars, &lake, search, json!(["ENDED", "SCHEDULED"])).await,
            [""; 0]
        );
    }
    // The order follows, too: Ångström, Zoë sorts before Ruiz, Rina.
    let all = found(app, &rina, &river, "", json!(["ACTIVE"])).await;
    assert!(
        all[0].contains("Zo\u{eb}") && all[1].contains("Rina"),
        "{all:?}"
    );
    assert_eq!(
        app.count("audit_event WHERE kind = 'ACCOUNT_UPDATED'")
            .await,
        1
    );
    let before = app.footprint().await;
    let same = json!({ "familyName": "\u{c5}ngstr\u{f6}m", "locale": "EN" });
    app.mutate(&session, "updateAccount", same).await;
    assert_eq!(
        app.footprint().await,
        before,
        "what is so already is no change"
    );
});

on_both!(acc_1_names_are_cleared_and_checked, |app| {
    let session = app.outsider("Otto Weiss").await;
    let answer = app
        .mutate(
            &session,
            "updateAccount",
            json!({ "givenName": null, "locale": "NL" }),
        )
        .await;
    assert_eq!(
        (
            &answer.0["account"]["givenName"],
            &answer.0["account"]["familyName"]
        ),
        (&Value::Null, &json!("Weiss"))
    );
    let query = "{ viewer { profile { locale } } }";
    assert_eq!(
        app.post(Some(&session), query, json!({})).await.data()["viewer"]["profile"]["locale"],
        "NL"
    );
    let before = app.footprint().await;
    let wrong = json!({ "givenName": "a\u{1b}b", "familyName": "x".repeat(101) });
    let answer = app.mutate(&session, "updateAccount", wrong).await;
    assert_eq!(
        answer.errors(),
        ["INVALID_CHARACTERS givenName", "TOO_LONG familyName"]
    );
    assert_eq!(
        answer.0["errors"][1]["message"],
        "Gebruik hoogstens 100 tekens."
    );
    assert_eq!(
        app.try_mutate(&session, "updateAccount", json!({ "locale": null }))
            .await
            .refusal(),
        "BAD_USER_INPUT"
    );
    assert_eq!(app.footprint().await, before);
    app.mutate(&session, "updateAccount", json!({ "familyName": " " }))
        .await;
    let name = "{ viewer { account { familyName } } }";
    assert_eq!(
        app.post(Some(&session), name, json!({})).await.data()["viewer"]["account"]["familyName"],
        Value::Null
    );
});

on_both!(acc_8_the_address_follows_into_every_workspace, |app| {
    let river = app.workspace("riverton").await;
    let rina = app.administrator(&river, "Rina Ruiz").await;
    let ada = app.member(&river, "Ada Veldkamp").disabled().create().await;
    app.with_password(ada.account).await;
    let session = app.session_of(ada.account).await;
    let input = json!({ "newEmail": "Grace@Navy.example", "password": PASSWORD });
    app.mutate(&session, "changeEmail", input).await;
    let link = app
        .link(MailKind::EmailChangeRequested, "grace@navy.example")
        .await;
    app.try_mutate(&session, "confirmEmailChange", json!({ "token": link }))
        .await;
    let disabled = json!(["DISABLED"]);
    for search in ["grace", "navy", "grace@navy.example"] {
        let seen = found(app, &rina, &river, search, disabled.clone()).await;
        assert_eq!(
            seen,
            ["DISABLED Ada Veldkamp Grace@Navy.example"],
            "{search}"
        );
    }
    assert_eq!(
        found(
            app,
            &rina,
            &river,
            "ada.veldkamp@example.org",
            disabled.clone()
        )
        .await,
        [""; 0]
    );
    let undo = app
        .link(MailKind::EmailChanged, "ada.veldkamp@example.org")
        .await;
    call(app, "undoEmailChange", json!({ "token": undo }))
        .send()
        .await;
    let seen = found(app, &rina, &river, "ada.veldkamp@example.org", disabled).await;
    assert_eq!(seen, ["DISABLED Ada Veldkamp ada.veldkamp@example.org"]);
});
