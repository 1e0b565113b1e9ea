//! The data of an account as one document (ERASE-3, ERASE-8).

use std::{
    env,
    process::{Command, Stdio},
};

use chrono::Duration;
use concierge::domain::{interval::Interval, permission::Permission};
use serde_json::{Value, json};

use super::somebody;
use crate::support::{
    TestApp, on_both,
    person::{PASSWORD, token},
};

const ZOE: &str = "zoe@example.org";

/// The path and the query of a new link.
async fn link(app: &TestApp, session: &str) -> String {
    let payload = app.mutate(session, "exportAccountData", json!({})).await;
    assert_eq!(payload.errors(), [""; 0]);
    let url = payload.0["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("http://localhost").unwrap();
    assert!(
        path.starts_with("/export/account.json?token=ccl_exp_"),
        "{path}"
    );
    path.to_owned()
}

async fn download(app: &TestApp, session: &str) -> Value {
    let answer = app.get(&link(app, session).await, &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.headers["content-type"],
        "application/json; charset=utf-8"
    );
    assert_eq!(answer.headers["cache-control"], "no-store");
    answer.body
}

/// A Python that has jsonschema: the one that tests/setup chose, else the system's.
fn python() -> Option<String> {
    let knows = |python: &String| {
        let mut command = Command::new(python);
        command
            .args(["-c", "import jsonschema"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let chosen = env::var("TEST_JSONSCHEMA_PYTHON").ok();
    chosen.into_iter().chain(["python3".to_owned()]).find(knows)
}

/// What jsonschema says of a document; nothing if it is valid.
fn judged(python: &str, schema: &Value, document: &Value) -> String {
    const JUDGE: &str = "import json, sys\n\
        from jsonschema import Draft202012Validator as V\n\
        schema, document = json.load(sys.stdin)\n\
        V.check_schema(schema)\n\
        print('\\n'.join(f'{e.json_path}: {e.message}' for e in V(schema).iter_errors(document)))";
    let mut child = Command::new(python)
        .args(["-c", JUDGE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    serde_json::to_writer(child.stdin.take().unwrap(), &json!([schema, document])).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Somebody with an entry in every list.
async fn full(app: &TestApp) -> (String, String) {
    let ws = app.workspace("riverton").await;
    let lakeside = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let by = app.session(ada.account).await;
    let session = somebody(app, ZOE).await;
    crate::second_factor::enrol(app, &session).await;
    let query = "{ viewer { account { id } } }";
    let me = app.post(Some(&session), query, json!({})).await;
    let me = me.data()["viewer"]["account"]["id"].as_str().unwrap();
    let me = concierge::domain::id::AccountId::parse(me).unwrap();
    let invite = json!({
        "workspaceId": ws.id.to_string(), "note": "Join us", "accessEndsAt": app.at(90 * 86_400),
        "invitees": [{ "email": ZOE }], "permissions": ["EDIT_WORKSPACE_PROPERTIES"],
    });
    app.mutate(&by, "inviteMembers", invite).await;
    let token = app
        .link(concierge::domain::mail::MailKind::Invitation, ZOE)
        .await;
    let joined = app
        .mutate(&session, "acceptInvitation", json!({ "token": token }))
        .await;
    let id = joined.0["membership"]["id"].clone();
    let group = app
        .group(&ws, "Tree wardens", &[Permission::BrowseAnalytics])
        .await;
    let add = json!({ "groupId": group.to_string(), "membershipIds": [id] });
    app.mutate(&by, "addGroupMembers", add).await;
    let quota = json!({
        "workspaceId": ws.id.to_string(), "scope": "MEMBER", "subjectId": id,
        "values": [{ "type": "DATASETS", "limit": 3 }],
    });
    app.mutate(&by, "setQuotas", quota).await;
    let viewer = app
        .preset(&ws, concierge::domain::permission::Preset::Viewer)
        .await;
    let role = json!({ "membershipIds": [id], "roleId": viewer.to_string() });
    app.mutate(&by, "setMemberRole", role).await;
    for mutation in ["disableMembers", "enableMembers"] {
        app.mutate(
            &by,
            mutation,
            json!({ "membershipIds": [id], "reason": "Holiday" }),
        )
        .await;
    }
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let reuse = json!({ "datasetId": trees.to_string(), "title": "Tree map", "url": "https://maps.example/" });
    app.mutate(&session, "submitReuse", reuse).await;
    let follow = json!({ "datasetId": trees.to_string() });
    app.mutate(&session, "followDataset", follow).await;
    let ask = json!({ "membershipId": id, "message": "A week more" });
    app.mutate(&session, "requestAccessRenewal", ask).await;
    let key = json!({ "workspaceId": ws.id.to_string(), "name": "Laptop", "allowedNetworks": ["10.0.0.0/8"] });
    let key = app.mutate(&session, "createApiKey", key).await;
    let secret = key.0["secret"].as_str().unwrap().to_owned();
    // Somebody else, whose data is none of hers.
    let invite = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": "secret.friend@example.org", "givenName": "Xaver" }] });
    let sent = app.mutate(&session, "inviteMembers", invite).await;
    assert_eq!(sent.became(), ["INVITED"]);
    app.access_request(&lakeside, me).await;
    app.member(&lakeside, "Zoe Quill")
        .of(me)
        .during(Interval::new(
            app.now() - Duration::days(9),
            app.now() - Duration::days(2),
        ))
        .create()
        .await;
    (session, secret)
}

on_both!(erase_8_the_document_has_all_and_nothing_of_others, |app| {
    let (session, secret) = full(app).await;
    let document = download(app, &session).await;
    let lists = [
        "memberships",
        "apiKeys",
        "invitationsReceived",
        "invitationsSent",
        "accessRequests",
        "accessRenewals",
        "reuses",
        "followedDatasets",
        "sessions",
        "secondFactors",
        "accountEvents",
        "workspaceEvents",
    ];
    for list in lists {
        let entries = document[list].as_array().unwrap();
        assert!(!entries.is_empty(), "{list}");
    }
    assert_eq!(document["profile"]["email"], ZOE);
    let memberships = document["memberships"].as_array().unwrap();
    assert_eq!(memberships.len(), 2, "ended ones too");
    let member = memberships
        .iter()
        .find(|one| one["workspace"]["slug"] == "riverton")
        .unwrap();
    assert_eq!(member["groups"][0]["title"], "Tree wardens");
    assert_eq!(member["roles"][0]["name"], "Viewer");
    assert_eq!(member["quotaValues"][0]["limit"], 3);
    assert_eq!(member["disabled"][0]["reason"], "Holiday");
    assert!(member["endsAt"].is_string());
    let kinds: Vec<&str> = document["accountEvents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        *kinds.last().unwrap(),
        "ACCOUNT_EXPORTED",
        "asking is an event"
    );
    let text = document.to_string();
    for none_of_hers in ["secret.friend", "Xaver", "ada.veldkamp", &secret] {
        assert!(!text.contains(none_of_hers), "{none_of_hers}");
    }

    let schema = app.get("/export/account.schema.json", &[]).await;
    assert_eq!(schema.headers["content-type"], "application/schema+json");
    assert_eq!(
        document["$schema"],
        "http://localhost/export/account.schema.json"
    );
    let Some(python) = python() else {
        let advice = "there is no jsonschema here; run `eval \"$(tests/setup)\"` first";
        assert!(env::var("CI").as_deref() != Ok("true"), "{advice}");
        eprintln!("\n*** NOT COMPARED WITH THE SCHEMA: {advice} ***\n");
        return;
    };
    assert_eq!(judged(&python, &schema.body, &document), "");
    // The judge finds what is wrong.
    for (pointer, wrong) in [
        ("/profile/id", json!("mem_1")),
        ("/memberships/0/startsAt", json!("yesterday")),
        ("/apiKeys/0", json!({ "secret": secret })),
    ] {
        let mut document = document.clone();
        *document.pointer_mut(pointer).unwrap() = wrong;
        assert_ne!(judged(&python, &schema.body, &document), "", "{pointer}");
    }
});

on_both!(erase_8_the_link_works_once_and_for_five_minutes, |app| {
    let session = somebody(app, ZOE).await;
    let first = link(app, &session).await;
    // To look at it does not use it up.
    let head = http::Request::head(&first).body(axum::body::Body::empty());
    assert_eq!(app.send(head.unwrap()).await.status, 405);
    assert_eq!(app.get(&first, &[]).await.status, 200);
    for _ in 0..2 {
        let again = app.get(&first, &[]).await;
        assert_eq!(
            (again.status.as_u16(), again.codes()),
            (404, vec!["NOT_FOUND"])
        );
    }
    let late = link(app, &session).await;
    app.pass(Duration::minutes(5) + Duration::seconds(1));
    assert_eq!(app.get(&late, &[]).await.status, 404);
    let (path, token) = late.split_once('=').unwrap();
    let mut other = token.to_owned();
    other.replace_range(
        8..9,
        if token.as_bytes()[8] == b'0' {
            "1"
        } else {
            "0"
        },
    );
    for bad in ["", "nonsense", &other, &"x".repeat(2_000)] {
        let answer = app.get(&format!("{path}={bad}"), &[]).await;
        assert!(
            answer.status == 404 || answer.status == 400,
            "{bad}: {}",
            answer.status
        );
    }
    assert_eq!(app.get("/export/account.json", &[]).await.status, 404);
});

on_both!(threads: erase_8_of_many_downloads_at_once_one_succeeds, |app| {
    let session = somebody(app, ZOE).await;
    let link = link(app, &session).await;
    let mut calls = Vec::new();
    for _ in 0..8 {
        let (door, link) = (app.door(), link.clone());
        calls.push(tokio::spawn(async move {
            let request = http::Request::get(&link).body(axum::body::Body::empty());
            door.send(request.unwrap()).await.status.as_u16()
        }));
    }
    let mut became = Vec::new();
    for call in calls {
        became.push(call.await.unwrap());
    }
    became.sort_unstable();
    assert_eq!(became, [200, 404, 404, 404, 404, 404, 404, 404]);
});

on_both!(erase_8_a_link_of_an_erased_account_opens_nothing, |app| {
    let session = somebody(app, ZOE).await;
    app.mutate(&session, "scheduleAccountDeletion", json!({}))
        .await;
    app.pass(Duration::days(14) - Duration::minutes(1));
    let session = token(&app.sign_in(ZOE, PASSWORD).await);
    let link = link(app, &session).await;
    app.pass(Duration::minutes(2));
    assert_eq!(app.erase_due().await, 1);
    assert_eq!(app.get(&link, &[]).await.status, 404);
});

on_both!(erase_8_long_lists_come_whole, |app| {
    let session = somebody(app, ZOE).await;
    for _ in 0..205 {
        app.mutate(&session, "updateAccount", json!({ "givenName": "Zoe" }))
            .await;
        app.mutate(&session, "updateAccount", json!({ "givenName": "Zoé" }))
            .await;
    }
    let document = download(app, &session).await;
    let events = document["accountEvents"].as_array().unwrap();
    let numbers: Vec<i64> = events
        .iter()
        .map(|event| event["sequence"].as_i64().unwrap())
        .collect();
    let all: Vec<i64> = (1..=numbers.len() as i64).collect();
    assert_eq!(numbers, all);
    assert!(numbers.len() > 410);
});
