//! The record: one event for each subject, numbered and chained, personal values aside (AUD-1,
//! AUD-2).

mod export;
mod list;
mod verify;

use concierge::{
    domain::{
        id::{AccountId, ApiKeyId},
        permission::Preset,
    },
    entity::audit_event,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

/// RFC 8785 of what events hold, written from the RFC alone.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| key.encode_utf16().collect::<Vec<_>>());
            let entries: Vec<_> = entries
                .into_iter()
                .map(|(key, value)| format!("{}:{}", json!(key), canonical(value)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(canonical).collect::<Vec<_>>().join(",")
        ),
        leaf => leaf.to_string(),
    }
}

/// What the hash of an event covers by its definition, from the stored row.
fn content(event: &audit_event::Model) -> String {
    let time = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
    let changes: Value = serde_json::from_str(&event.changes).unwrap();
    [
        r#"{"actorAccountId":"#,
        &json!(event.actor_account_id.map(|id| AccountId(id).to_string())).to_string(),
        r#","actorApiKeyId":"#,
        &json!(event.actor_api_key_id.map(|id| ApiKeyId(id).to_string())).to_string(),
        r#","actorKind":"#,
        &json!(event.actor_kind).to_string(),
        r#","at":""#,
        &time(event.at),
        r#"","changes":"#,
        &canonical(&changes),
        r#","client":"#,
        &json!(event.client).to_string(),
        r#","effectiveAt":""#,
        &time(event.effective_at),
        r#"","kind":"#,
        &json!(event.kind).to_string(),
        r#","requestId":"#,
        &json!(event.request_id).to_string(),
        r#","sequence":"#,
        &event.sequence.to_string(),
        r#","subjectId":"#,
        &json!(event.subject_id).to_string(),
        r#","v":1}"#,
    ]
    .concat()
}

/// The hash of an event by its definition.
fn hash(previous: &[u8], event: &audit_event::Model) -> Vec<u8> {
    Sha256::new()
        .chain_update(previous)
        .chain_update(content(event))
        .finalize()
        .to_vec()
}

/// The numbers follow each other, each hash covers the one before it, and the workspace's row names
/// the last.
async fn chain_holds(app: &TestApp, ws: &Ws) -> Vec<audit_event::Model> {
    let events = app.events(ws).await;
    let mut previous = vec![0; 32];
    for (place, event) in events.iter().enumerate() {
        assert_eq!(
            event.sequence,
            i64::try_from(place).unwrap() + 1,
            "no number is missing"
        );
        assert_eq!(
            event.hash,
            hash(&previous, event),
            "event {}",
            event.sequence
        );
        previous.clone_from(&event.hash);
    }
    let row = app.workspace_row(ws).await;
    assert_eq!(
        (row.audit_sequence, row.audit_hash),
        (i64::try_from(events.len()).unwrap(), previous)
    );
    events
}

struct World {
    ws: Ws,
    ada: Member,
    ben: Member,
    cho: Member,
    session: String,
}

async fn world(app: &TestApp) -> World {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let cho = app.member(&ws, "Cho Minh").create().await;
    let session = app.session_of(ada.account).await;
    World {
        ws,
        ada,
        ben,
        cho,
        session,
    }
}

on_both!(aud_1_one_event_for_each_subject_under_one_request, |app| {
    let World {
        ws,
        ada,
        ben,
        cho,
        session,
    } = world(app).await;
    let both = json!([ben.id.to_string(), cho.id.to_string()]);
    let group = app.group(&ws, "Tree wardens", &[]).await;
    let viewer = app.preset(&ws, Preset::Viewer).await.to_string();
    let key = json!({ "workspaceId": ws.id.to_string(), "name": "Harvester" });
    let made = app.mutate(&session, "createApiKey", key).await;
    let key = made.0["apiKey"]["id"].as_str().unwrap().to_owned();
    let mut expected = vec![vec![("API_KEY_CREATED", key.clone())]];
    for (mutation, input, kind, subjects) in [
        (
            "grantPermissions",
            json!({ "membershipIds": both, "permissions": ["MANAGE_REUSES", "CREATE_PAGES"] }),
            "PERMISSION_GRANTED",
            vec![ben.id.to_string(), cho.id.to_string()],
        ),
        (
            "grantPermissions",
            json!({ "groupId": group.to_string(), "permissions": ["MANAGE_REUSES"] }),
            "PERMISSION_GRANTED",
            vec![group.to_string()],
        ),
        (
            "revokePermissions",
            json!({ "membershipIds": both, "permissions": ["MANAGE_REUSES"] }),
            "PERMISSION_REVOKED",
            vec![ben.id.to_string(), cho.id.to_string()],
        ),
        (
            "setMemberRole",
            json!({ "membershipIds": both, "roleId": viewer, "startsAt": app.at(600) }),
            "ROLE_ASSIGNED",
            vec![ben.id.to_string(), cho.id.to_string()],
        ),
        (
            "setMemberRole",
            json!({ "membershipIds": both, "roleId": null }),
            "ROLE_UNASSIGNED",
            vec![ben.id.to_string(), cho.id.to_string()],
        ),
        (
            "revokeApiKeys",
            json!({ "ids": [key] }),
            "API_KEY_REVOKED",
            vec![key.clone()],
        ),
    ] {
        app.mutate(&session, mutation, input).await;
        expected.push(
            subjects
                .into_iter()
                .map(|subject| (kind, subject))
                .collect(),
        );
    }
    let events = chain_holds(app, &ws).await;
    let mut left = events.as_slice();
    let mut requests = Vec::new();
    for call in &expected {
        let (these, rest) = left.split_at(call.len());
        left = rest;
        for (event, (kind, subject)) in these.iter().zip(call) {
            assert_eq!(
                (event.kind.as_str(), event.subject_id.as_ref()),
                (*kind, Some(subject))
            );
            assert_eq!(
                (event.actor_kind.as_str(), event.actor_account_id),
                ("ACCOUNT", Some(ada.account.0))
            );
            assert_eq!(
                (&event.request_id, event.at),
                (&these[0].request_id, these[0].at)
            );
            if *kind == "ROLE_ASSIGNED" {
                assert_eq!(
                    event.effective_at,
                    app.now() + chrono::Duration::seconds(600)
                );
            } else {
                assert_eq!(event.effective_at, event.at);
            }
        }
        requests.push(these[0].request_id.clone());
    }
    assert!(left.is_empty());
    requests.sort_unstable();
    requests.dedup();
    assert_eq!(
        requests.len(),
        expected.len(),
        "each call is a request of its own"
    );
});

on_both!(aud_1_a_key_that_acts_is_named, |app| {
    let World { ws, ada, ben, .. } = world(app).await;
    let input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"] });
    app.mutate(&ada.key, "grantPermissions", input).await;
    let event = &chain_holds(app, &ws).await[0];
    assert_eq!(
        (event.actor_kind.as_str(), event.actor_api_key_id),
        ("API_KEY", Some(ada.key_id.0))
    );
    assert_eq!(event.actor_account_id, Some(ada.account.0));
});

on_both!(aud_1_an_event_stands_or_falls_with_its_change, |app| {
    let World { ws, ada, ben, .. } = world(app).await;
    let input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"] });
    app.mutate(&ada.key, "grantPermissions", input).await;
    // The next number is taken, so that the record refuses the event.
    let mut squatter = app.events(&ws).await[0].clone();
    (squatter.id, squatter.sequence) = (app.app.deps.ids.uuid(app.now()), 2);
    squatter
        .into_active_model()
        .insert(app.app.deps.db.writer())
        .await
        .unwrap();
    let before = app.footprint().await;
    let mut input = json!({ "membershipIds": [ben.id.to_string()], "permissions": ["BROWSE_ANALYTICS"], "idempotencyKey": "k" });
    assert_eq!(
        app.try_mutate(&ada.key, "grantPermissions", input.clone())
            .await
            .refusal(),
        "INTERNAL"
    );
    assert_eq!(app.footprint().await, before);
    input["dryRun"] = json!(true);
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", input)
            .await
            .became(),
        ["GRANTED"]
    );
});

on_both!(aud_2_personal_values_stand_aside_salted, |app| {
    let World {
        ws,
        ada,
        ben,
        session,
        ..
    } = world(app).await;
    let dataset = app
        .dataset(&ws, "trees", &ada, true, false)
        .await
        .to_string();
    let personal = [
        "Bens Laptop zuhause",
        "203.0.113.0/24",
        "owner = 'Ben Okafor'",
        "Ben verlor das Gerät\nim Zug",
    ];
    let input = json!({ "workspaceId": ws.id.to_string(), "name": personal[0], "allowedNetworks": [personal[1]] });
    let made = app.mutate(&session, "createApiKey", input).await;
    let input = json!({
        "membershipIds": [ben.id.to_string()], "resourceId": dataset, "access": ["BROWSE"], "recordFilter": personal[2],
    });
    app.mutate(&session, "grantPermissions", input.clone())
        .await;
    let mut taken = input;
    taken.as_object_mut().unwrap().remove("recordFilter");
    app.mutate(&session, "revokePermissions", taken).await;
    let input = json!({ "ids": [made.0["apiKey"]["id"]], "reason": personal[3] });
    // The answer shows them.
    let told = app.mutate(&session, "revokeApiKeys", input).await;
    assert!(
        told.0["changes"]
            .as_array()
            .unwrap()
            .iter()
            .any(|change| change["after"] == personal[3])
    );

    let events = chain_holds(app, &ws).await;
    assert_eq!(events.len(), 4);
    let text = format!("{events:?}");
    for value in personal.iter().chain(&[
        "Okafor",
        "Veldkamp",
        "example.org",
        "127.0.0.1",
        "203.0.113",
    ]) {
        assert!(!text.contains(value), "{value} stands in the chain");
    }
    let (mut salts, mut kept) = (Vec::new(), Vec::new());
    for event in &events {
        let changes: Value = serde_json::from_str(&event.changes).unwrap();
        let rows = app.side_rows(event).await;
        let mut stand_ins = 0;
        for (place, change) in changes.as_array().unwrap().iter().enumerate() {
            for end in ["before", "after"] {
                let Some(row) = rows
                    .iter()
                    .find(|row| row.name == format!("changes.{place}.{end}"))
                else {
                    continue;
                };
                stand_ins += 1;
                let digest = Sha256::new()
                    .chain_update(&row.salt)
                    .chain_update(&row.value)
                    .finalize();
                let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
                assert_eq!(change[end], json!(hex));
            }
        }
        assert!(stand_ins > 0);
        assert_eq!(rows.len(), stand_ins + 1, "and the client's address");
        let address = rows.iter().find(|row| row.name == "clientAddress").unwrap();
        assert_eq!(address.value, "\"127.0.0.1\"");
        let digest = Sha256::new()
            .chain_update(&address.salt)
            .chain_update(&address.value)
            .finalize();
        assert_eq!(
            event.client,
            Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
        );
        salts.extend(rows.iter().map(|row| row.salt.clone()));
        kept.extend(rows.into_iter().map(|row| row.value));
    }
    assert!(salts.iter().all(|salt| salt.len() == 16));
    let all = salts.len();
    salts.sort_unstable();
    salts.dedup();
    assert_eq!(salts.len(), all, "each value has a salt of its own");
    for value in personal {
        let json = json!(value).to_string();
        assert!(
            kept.iter().any(|kept| kept.contains(&json)),
            "{value} is kept aside"
        );
    }
});

on_both!(threads: aud_2_numbers_have_no_gaps_under_concurrency, |app| {
    let World { ws, ada, ben, cho, session } = world(app).await;
    let mut calls = Vec::new();
    for round in 0..12 {
        let (credential, member) = if round % 2 == 0 { (ada.key.clone(), &ben) } else { (session.clone(), &cho) };
        let mutation = if round % 4 < 2 { "grantPermissions" } else { "revokePermissions" };
        let input = json!({ "membershipIds": [member.id.to_string()], "permissionGroups": ["PAGE"], "dryRun": round % 5 == 4 });
        let door = app.door();
        calls.push(tokio::spawn(async move { door.mutate(Some(&credential), mutation, input).await.payload() }));
    }
    for call in calls {
        call.await.unwrap();
    }
    let events = chain_holds(app, &ws).await;
    assert!(events.windows(2).all(|pair| pair[0].at < pair[1].at), "each write is later than the last");
});

/// The source text of a folder.
fn source(folder: &std::path::Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap();
    let text = entries.map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source(&path)
        } else {
            std::fs::read_to_string(&path).unwrap_or_default()
        }
    });
    text.collect()
}

#[test]
fn aud_2_every_kind_is_recorded_by_something() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/service"));
    let source = source(folder);
    let kinds = concierge::domain::audit::AuditEventKind::ALL;
    let unused: Vec<_> = kinds
        .iter()
        .filter(|kind| !source.contains(&format!("AuditEventKind::{kind:?}")))
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}
