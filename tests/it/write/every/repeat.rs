//! AUD-5 on every mutation: a call that comes again is answered as the first was, and done once.

use std::collections::HashSet;

use chrono::Duration;
use concierge::entity;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{call, cases, document, events, records, try_call, with};
use crate::support::{Payload, TestApp, on_both};

/// What people do about themselves, which needs no right.
const OF_ONESELF: [&str; 7] = [
    "acceptInvitation",
    "declineInvitation",
    "leaveWorkspace",
    "joinWorkspace",
    "withdrawAccessRequest",
    "requestAccessRenewal",
    "submitReuse",
];

/// The answer as the first call has it: a secret is shown once.
fn as_first(payload: &Payload) -> Value {
    let mut value = payload.0.clone();
    value["replayed"] = json!(false);
    if let Some(secret) = value.get_mut("secret") {
        *secret = Value::Null;
        value["errors"] = json!([]);
    }
    value
}

on_both!(aud_5_every_call_that_comes_again_is_replayed, |app| {
    for (number, case) in cases(app).await.into_iter().enumerate() {
        let place = case.place();
        let key = json!({ "idempotencyKey": format!("call {number}") });
        let input = with(&case.input, &key);
        if !case.wrong.is_null() {
            let kept = records(app).await.len();
            call(app, &case.by, case.mutation, &with(&input, &case.wrong)).await;
            assert_eq!(
                records(app).await.len(),
                kept,
                "what failed is not kept: {place}"
            );
        }
        let first = call(app, &case.by, case.mutation, &input).await;
        assert!(!first.replayed(), "{place}");
        let after = app.footprint().await;
        let second = call(app, &case.by, case.mutation, &input).await;
        assert!(second.replayed(), "{place}");
        assert!(app.footprint().await == after, "{place} was done twice");
        assert_eq!(as_first(&second), as_first(&first), "{place}");
        if first.0.get("secret").is_some() {
            assert_eq!(second.0["secret"], Value::Null);
            assert_eq!(second.errors(), ["SECRET_ALREADY_SHOWN idempotencyKey"]);
        } else {
            assert_eq!(second.errors().len(), 0, "{place}");
        }
        if !case.other.is_null() {
            let other = with(&input, &case.other);
            let conflict = try_call(app, Some(&case.by), case.mutation, &other).await;
            assert_eq!(conflict.refusal(), "IDEMPOTENCY_CONFLICT", "{place}");
            assert!(app.footprint().await == after, "{place} left a trace");
        }
    }
});

on_both!(threads: aud_5_of_every_two_calls_at_once_one_runs, |app| {
    for (number, case) in cases(app).await.into_iter().enumerate() {
        let place = case.place();
        let before: HashSet<_> = events(app).await.into_iter().map(|event| event.id).collect();
        let input = with(&case.input, &json!({ "idempotencyKey": format!("call {number}") }));
        let call = || (case.by.as_str(), case.mutation, input.clone());
        let [one, other] = app.at_once(call(), call()).await;
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_ne!(one.replayed(), other.replayed(), "{place}");
        assert_eq!(as_first(&one), as_first(&other), "{place}");
        let written: Vec<_> = events(app).await.into_iter().filter(|event| !before.contains(&event.id)).collect();
        let requests: HashSet<&str> = written.iter().map(|event| event.request_id.as_str()).collect();
        assert_eq!(requests.len(), 1, "{place}");
    }
});

on_both!(aud_5_every_mutation_refuses_keys_of_the_wrong_form, |app| {
    let keys = [
        String::new(),
        "k".repeat(256),
        "k".repeat(1_000),
        "a\u{0}b".to_owned(),
        "a\u{7f}".to_owned(),
        "a\u{85}".to_owned(),
    ];
    let all = cases(app).await;
    let before = app.footprint().await;
    for case in all {
        for key in &keys {
            for dry in [false, true] {
                let input = with(
                    &case.input,
                    &json!({ "idempotencyKey": key, "dryRun": dry }),
                );
                let answer = try_call(app, Some(&case.by), case.mutation, &input).await;
                assert_eq!(
                    answer.refusal(),
                    "BAD_USER_INPUT",
                    "{} {} characters",
                    case.mutation,
                    key.len()
                );
            }
        }
    }
    assert!(app.footprint().await == before);
});

on_both!(aud_5_who_lost_the_right_is_refused_what_is_kept, |app| {
    let all = cases(app).await;
    let keyed = |number: usize, input: &Value| {
        with(
            input,
            &json!({ "idempotencyKey": format!("call {number}") }),
        )
    };
    for (number, case) in all.iter().enumerate() {
        call(app, &case.by, case.mutation, &keyed(number, &case.input)).await;
    }
    let kept = records(app).await.len();
    // Ada is in no workspace any more, Olu no operator.
    for sql in [
        "UPDATE membership SET ends_at = $1, end_reason = 'REVOKED' WHERE email_canonical = 'ada.veldkamp@example.org'",
        "UPDATE workspace SET access_version = access_version + 1, last_write_at = $1",
    ] {
        app.sql(sql, vec![app.now().into()]).await;
    }
    app.sql("UPDATE account SET is_operator = FALSE", Vec::new())
        .await;
    app.pass(Duration::seconds(1));
    let before = app.footprint().await;
    for (number, case) in all
        .iter()
        .enumerate()
        .filter(|(_, case)| !OF_ONESELF.contains(&case.mutation))
    {
        for credential in std::iter::once(&case.by).chain(&case.key) {
            let answer = try_call(
                app,
                Some(credential),
                case.mutation,
                &keyed(number, &case.input),
            )
            .await;
            let expected = ["FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"];
            assert!(
                expected.contains(&answer.refusal()),
                "{}: {:#}",
                case.place(),
                answer.body
            );
        }
    }
    assert!(app.footprint().await == before);
    assert_eq!(records(app).await.len(), kept);
});

/// The texts in a value that say something: not its form, and not what any other value holds as
/// well.
fn texts_of(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if text.chars().count() >= 3 => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts_of).collect(),
        Value::Object(map) => map.values().flat_map(texts_of).collect(),
        _ => Vec::new(),
    }
}

/// The personal values that stand beside the events.
async fn personal_values(app: &TestApp) -> HashSet<String> {
    let rows = entity::audit_value::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    rows.into_iter().map(|row| row.value).collect()
}

on_both!(aud_5_no_personal_value_is_kept, |app| {
    let all = cases(app).await;
    for (number, case) in all.iter().enumerate() {
        call(
            app,
            &case.by,
            case.mutation,
            &with(
                &case.input,
                &json!({ "idempotencyKey": format!("call {number}") }),
            ),
        )
        .await;
    }
    assert_eq!(records(app).await.len(), all.len());
    let values = personal_values(app).await;
    let values = values
        .iter()
        .map(|value| serde_json::from_str::<Value>(value).unwrap());
    let mut personal: HashSet<String> = values.flat_map(|value| texts_of(&value)).collect();
    for text in ["Back", "Lost", "a loop", "Moved", "127.0.0.1"] {
        assert!(
            personal.contains(text),
            "{text} is no personal value: {personal:?}"
        );
    }
    for account in entity::account::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap()
    {
        personal.extend([account.email, account.email_canonical]);
        personal.extend(account.given_name.into_iter().chain(account.family_name));
    }
    for text in &personal {
        let rows = records(app).await;
        let row = rows
            .iter()
            .find(|row| row.result.contains(text.as_str()) || row.actor.contains(text.as_str()));
        assert!(row.is_none(), "{text} in {row:?}");
    }
});

on_both!(
    aud_5_a_value_that_was_erased_is_not_in_a_later_answer,
    |app| {
        for (number, case) in cases(app).await.into_iter().enumerate() {
            let place = case.place();
            let input = with(
                &case.input,
                &json!({ "idempotencyKey": format!("call {number}") }),
            );
            let first = call(app, &case.by, case.mutation, &input).await;
            let personal = personal_values(app).await;
            app.sql("DELETE FROM audit_value", Vec::new()).await;
            let query = document(case.mutation).replace(
                "changes { subjectId field before after }",
                "changes { field before after redacted }",
            );
            let answer = app
                .post(Some(&case.by), &query, json!({ "input": input }))
                .await
                .payload();
            assert!(answer.replayed(), "{place}");
            let (before, after) = (
                first.0["changes"].as_array().unwrap(),
                answer.0["changes"].as_array().unwrap(),
            );
            assert_eq!(before.len(), after.len(), "{place}");
            for (was, is) in before.iter().zip(after) {
                for end in ["before", "after"] {
                    let gone = !was[end].is_null() && personal.contains(&was[end].to_string());
                    assert!(
                        if gone && is["redacted"] == true {
                            is[end].is_null()
                        } else {
                            is[end] == was[end]
                        },
                        "{place}: {was} {is}"
                    );
                }
                assert_eq!(was["field"], is["field"], "{place}");
            }
            if case.input.get("reason").is_some() {
                assert!(
                    after.iter().any(|change| change["redacted"] == true),
                    "{place}: {after:#?}"
                );
            }
        }
    }
);

on_both!(
    aud_5_results_of_earlier_releases_are_replayed_or_refused,
    |app| {
        let case = cases(app)
            .await
            .into_iter()
            .find(|case| case.mutation == "disableMembers")
            .unwrap();
        let input = with(
            &case.input,
            &json!({ "idempotencyKey": "k", "reason": "Holidays" }),
        );
        let first = call(app, &case.by, case.mutation, &input).await;
        // As it was kept before: with the changes themselves.
        let mut kept: Value = serde_json::from_str(&records(app).await[0].result).unwrap();
        kept.as_object_mut().unwrap().remove("events").unwrap();
        kept["changes"] = first.0["changes"].clone();
        for change in kept["changes"].as_array_mut().unwrap() {
            let subject = change.as_object_mut().unwrap().remove("subjectId").unwrap();
            change["subject_id"] = subject;
        }
        app.sql(
            "UPDATE idempotency_record SET result = $1",
            vec![kept.to_string().into()],
        )
        .await;
        let again = call(app, &case.by, case.mutation, &input).await;
        assert_eq!(
            (again.replayed(), as_first(&again)),
            (true, as_first(&first))
        );
        // What cannot be read is not done twice.
        let before = app.footprint().await;
        for unreadable in ["", "{}", "[1]", "{\"output\": 7, \"effects\": []}"] {
            app.sql(
                "UPDATE idempotency_record SET result = $1",
                vec![unreadable.into()],
            )
            .await;
            let refused = try_call(app, Some(&case.by), case.mutation, &input).await;
            assert_eq!(refused.refusal(), "IDEMPOTENCY_CONFLICT", "{unreadable}");
        }
        app.sql(
            "UPDATE idempotency_record SET result = $1",
            vec![kept.to_string().into()],
        )
        .await;
        assert!(app.footprint().await == before, "and nothing is changed");
    }
);

/// Whether any kept result has the text.
async fn is_kept(app: &TestApp, text: &str) -> bool {
    records(app)
        .await
        .iter()
        .any(|row| row.result.contains(text))
}

on_both!(aud_5_no_secret_is_kept, |app| {
    let case = cases(app)
        .await
        .into_iter()
        .find(|case| case.mutation == "createApiKey")
        .unwrap();
    let input = with(&case.input, &json!({ "idempotencyKey": "k" }));
    let made = call(app, &case.by, case.mutation, &input).await;
    let secret = made.0["secret"].as_str().unwrap();
    let hash = <sha2::Sha256 as sha2::Digest>::digest(secret);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let bytes = format!("{:?}", hash.to_vec());
    assert_eq!(records(app).await.len(), 1);
    assert!(is_kept(app, made.0["apiKey"]["id"].as_str().unwrap()).await);
    for text in [secret, &secret[4..34], &hex, &bytes] {
        assert!(!is_kept(app, text).await, "{text}");
    }
    assert!(!app.footprint().await.contains(secret));
});
