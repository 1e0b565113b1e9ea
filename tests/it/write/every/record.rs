//! AUD-1 on every mutation: one event for each subject changed, and what the answer says is what
//! the record says.

use std::collections::{HashMap, HashSet};

use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{Case, call, cases, events, try_call, with};
use crate::support::{TestApp, on_both};
use concierge::entity::{self, audit_event::Model as Event};
use uuid::Uuid;

/// How the kinds of events end: in what was done.
const DONE: [&str; 8] = [
    "ED",
    "_LEFT",
    "_SET",
    "_SENT",
    "_RESENT",
    "_RESET",
    "_GIVEN",
    "_WITHDRAWN",
];

/// The changes of an event as the answer shows them, personal values put back.
async fn changes(app: &TestApp, event: &Event) -> Vec<Value> {
    let mut changes: Value = serde_json::from_str(&event.changes).unwrap();
    for side in app.side_rows(event).await {
        let value: Value = serde_json::from_str(&side.value).unwrap();
        if let Some(path) = side.name.strip_prefix("changes.") {
            let (place, end) = path.split_once('.').unwrap();
            changes[place.parse::<usize>().unwrap()][end] = value;
        }
    }
    let with_subject = |change: &Value| {
        let mut change = with(change, &json!({ "subjectId": event.subject_id }));
        // The record says which values are personal; the answer shows them to who made them.
        change.as_object_mut().unwrap().remove("personal");
        change
    };
    changes
        .as_array()
        .unwrap()
        .iter()
        .map(with_subject)
        .collect()
}

/// Makes the call and holds what it records to AUD-1.
async fn recorded(app: &TestApp, case: &Case, by_key: bool) {
    let place = case.place();
    let credential = case.key.as_ref().filter(|_| by_key).unwrap_or(&case.by);
    let known: HashSet<_> = events(app)
        .await
        .into_iter()
        .map(|event| event.id)
        .collect();
    let done = call(app, credential, case.mutation, &case.input).await;
    // What an account's own record says besides is not the workspace's.
    let is_new = |event: &Event| event.workspace_id.is_some() && !known.contains(&event.id);
    let written: Vec<Event> = events(app).await.into_iter().filter(is_new).collect();
    assert!(!written.is_empty(), "{place}");
    // What a main workspace does to a secondary one stands in the record of both; the answer is about
    // the main one.
    let of_family = |event: &&Event| event.kind.starts_with("SECONDARY_WORKSPACE_");
    let home = written.iter().find(of_family).unwrap_or(&written[0]);
    let home = home.workspace_id;
    let mut told = Vec::new();
    let mut subjects = HashSet::new();
    for event in &written {
        if event.workspace_id == home {
            told.extend(changes(app, event).await);
        }
        assert!(
            subjects.insert((&event.kind, &event.subject_id)),
            "{place}: twice {} {:?}",
            event.kind,
            event.subject_id
        );
        let well_formed = event.kind.contains('_')
            && event
                .kind
                .chars()
                .all(|c| c == '_' || c.is_ascii_uppercase());
        assert!(
            well_formed && DONE.iter().any(|end| event.kind.ends_with(end)),
            "{place}: {}",
            event.kind
        );
        assert!(event.subject_id.is_some(), "{place}");
        assert_eq!(event.request_id, written[0].request_id, "{place}");
        assert_eq!(event.at, written[0].at, "{place}");
        let is_key = by_key && case.key.is_some();
        assert_eq!(
            event.actor_kind,
            if is_key { "API_KEY" } else { case.actor },
            "{place}"
        );
        assert_eq!(event.actor_api_key_id.is_some(), is_key, "{place}");
        assert!(event.actor_account_id.is_some(), "{place}");
    }
    let shown: Vec<Value> = done.0["changes"].as_array().unwrap().clone();
    assert_eq!(shown, told, "{place}");
    let ends: HashMap<Uuid, &Event> = written
        .iter()
        .map(|event| (event.workspace_id.unwrap(), event))
        .collect();
    for (id, last) in ends {
        let row = entity::workspace::Entity::find_by_id(id)
            .one(app.app.deps.db.writer())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (row.audit_sequence, &row.audit_hash, row.last_write_at),
            (last.sequence, &last.hash, last.at),
            "{place}"
        );
    }
}

on_both!(aud_1_every_mutation_by_session_is_recorded_once, |app| {
    for case in cases(app).await {
        recorded(app, &case, false).await;
    }
});

on_both!(
    aud_1_every_mutation_by_key_is_recorded_with_the_key,
    |app| {
        for case in cases(app).await {
            recorded(app, &case, true).await;
        }
    }
);

on_both!(aud_1_a_call_that_changes_nothing_records_nothing, |app| {
    for case in cases(app).await {
        call(app, &case.by, case.mutation, &case.input).await;
        // A second key or reuse of the same name is another one, and what is sent again is sent.
        let makes_another = [
            "createApiKey",
            "rotateApiKey",
            "resendInvitations",
            "submitReuse",
        ];
        if !makes_another.contains(&case.mutation) {
            let before = app.footprint().await;
            try_call(app, Some(&case.by), case.mutation, &case.input).await;
            assert!(app.footprint().await == before, "{}", case.place());
        }
    }
});
