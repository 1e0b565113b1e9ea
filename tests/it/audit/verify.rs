//! Does the record tell when somebody with the database was at it (AUD-2)?

use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{World, canonical, content, export, list::five, world};
use crate::support::{TestApp, on_both, world::Ws};

const VERIFY: &str = "query($ws: ID!, $from: Long, $to: Long, $pinned: AuditPinInput) { \
    verifyAudit(workspaceId: $ws, from: $from, to: $to, pinned: $pinned) { \
    intact from to verified redacted brokenAt { sequence kind } last { sequence hash } nextFrom } }";

async fn verify(app: &TestApp, credential: &str, ws: &Ws, mut more: Value) -> Value {
    more["ws"] = json!(ws.id.to_string());
    app.post(Some(credential), VERIFY, more).await.data()["verifyAudit"].clone()
}

/// Where it breaks: `3 EVENT_ALTERED`, or nothing.
fn broken(found: &Value) -> String {
    assert_eq!(
        found["intact"].as_bool().unwrap(),
        found["brokenAt"].is_null()
    );
    match &found["brokenAt"] {
        Value::Null => String::new(),
        at => format!("{} {}", at["sequence"], at["kind"].as_str().unwrap()),
    }
}

on_both!(aud_2_an_intact_record_is_told_whole_and_in_parts, |app| {
    let world = world(app).await;
    let World { ws, session, .. } = &world;
    let none = verify(app, session, ws, json!({})).await;
    assert_eq!(
        (broken(&none), &none["verified"], &none["last"]),
        (String::new(), &json!(0), &Value::Null)
    );
    five(app, &world).await;
    let whole = verify(app, session, ws, json!({})).await;
    assert_eq!(
        (broken(&whole), &whole["verified"], &whole["redacted"]),
        (String::new(), &json!(5), &json!(0))
    );
    assert_eq!(
        (&whole["from"], &whole["to"], &whole["nextFrom"]),
        (&json!(1), &json!(5), &Value::Null)
    );
    assert_eq!(whole["last"]["sequence"], 5);
    for (range, verified) in [
        (json!({ "from": 2, "to": 4 }), 3),
        (json!({ "from": 5 }), 1),
        (json!({ "to": 99 }), 5),
        (json!({ "from": 6 }), 0),
        (json!({ "from": 90, "to": 99 }), 0),
        (json!({ "pinned": whole["last"] }), 5),
        (json!({ "from": 1, "to": 2, "pinned": whole["last"] }), 2),
    ] {
        let part = verify(app, session, ws, range.clone()).await;
        assert_eq!(
            (broken(&part), &part["verified"]),
            (String::new(), &json!(verified)),
            "{range}"
        );
    }
    app.sql(
        "DELETE FROM audit_value WHERE name = 'changes.0.after' OR name = 'changes.1.after'",
        Vec::new(),
    )
    .await;
    let erased = verify(app, session, ws, json!({})).await;
    assert_eq!(broken(&erased), "");
    assert!(erased["redacted"].as_i64().unwrap() > 0);
});

async fn tampered(app: &TestApp, sqls: &[&str]) -> (World, Value, Value) {
    let world = world(app).await;
    five(app, &world).await;
    let pin = verify(app, &world.session, &world.ws, json!({})).await["last"].clone();
    for sql in sqls {
        app.sql(sql, Vec::new()).await;
    }
    let found = verify(app, &world.session, &world.ws, json!({})).await;
    (world, pin, found)
}

macro_rules! tampering {
    ($($name:ident: $sqls:expr => $expected:literal),+ $(,)?) => {
        $(on_both!($name, |app| {
            let (_, _, found) = tampered(app, &$sqls).await;
            assert_eq!(broken(&found), $expected);
        });)+
    };
}

tampering! {
    aud_2_an_altered_event_is_found: ["UPDATE audit_event SET kind = 'ROLE_CREATED' WHERE sequence = 3"] => "3 EVENT_ALTERED",
    aud_2_altered_changes_are_found: ["UPDATE audit_event SET changes = '[]' WHERE sequence = 2"] => "2 EVENT_ALTERED",
    aud_2_an_altered_actor_is_found: ["UPDATE audit_event SET actor_api_key_id = NULL WHERE sequence = 4"] => "4 EVENT_ALTERED",
    aud_2_another_kind_of_actor_is_found: ["UPDATE audit_event SET actor_kind = 'SYSTEM' WHERE sequence = 4"] => "4 EVENT_ALTERED",
    aud_2_an_account_made_an_operator_is_found: ["UPDATE audit_event SET actor_kind = 'OPERATOR' WHERE sequence = 3"] => "3 EVENT_ALTERED",
    aud_2_an_altered_client_address_is_found: [
        "UPDATE audit_value SET value = '\"192.0.2.99\"' WHERE name = 'clientAddress' \
         AND event_id IN (SELECT id FROM audit_event WHERE sequence = 3)",
    ] => "3 VALUE_ALTERED",
    aud_2_an_altered_stand_in_of_a_client_is_found: [
        "UPDATE audit_event SET client = (SELECT e.client FROM audit_event e WHERE e.sequence = 2) WHERE sequence = 3",
    ] => "3 EVENT_ALTERED",
    aud_2_a_client_that_is_taken_away_is_found: ["UPDATE audit_event SET client = NULL WHERE sequence = 3"] => "3 EVENT_ALTERED",
    aud_2_an_unknown_kind_of_actor_is_found: ["UPDATE audit_event SET actor_kind = 'NOBODY' WHERE sequence = 4"] => "4 EVENT_ALTERED",
    aud_2_an_altered_value_is_found: ["UPDATE audit_value SET value = '\"Eves Laptop\"' WHERE value = '\"Bens Laptop\"'"] => "1 VALUE_ALTERED",
    aud_2_a_missing_event_is_found: [
        "DELETE FROM audit_value WHERE event_id IN (SELECT id FROM audit_event WHERE sequence = 3)",
        "DELETE FROM audit_event WHERE sequence = 3",
    ] => "3 EVENT_MISSING",
    aud_2_swapped_events_are_found: [
        "UPDATE audit_event SET sequence = 99 WHERE sequence = 2",
        "UPDATE audit_event SET sequence = 2 WHERE sequence = 4",
        "UPDATE audit_event SET sequence = 4 WHERE sequence = 99",
    ] => "2 EVENT_ALTERED",
    aud_2_missing_newest_events_are_found: [
        "DELETE FROM audit_value WHERE event_id IN (SELECT id FROM audit_event WHERE sequence = 5)",
        "DELETE FROM audit_event WHERE sequence = 5",
    ] => "5 EVENT_MISSING",
    aud_2_events_behind_the_end_are_found: [
        "UPDATE workspace SET audit_sequence = 4, audit_hash = (SELECT e.hash FROM audit_event e WHERE e.sequence = 4)",
    ] => "5 EVENT_UNEXPECTED",
    aud_2_another_end_is_found: [
        "UPDATE workspace SET audit_hash = (SELECT e.hash FROM audit_event e WHERE e.sequence = 4)",
    ] => "5 END_ALTERED",
}

/// Makes the workspace's first `length` events those of a release that left actor kind and client
/// out of the chain.
async fn as_written_before(app: &TestApp, ws: &Ws, length: usize) {
    let db = app.app.deps.db.writer();
    let mut previous = vec![0; 32];
    let events = app.events(ws).await;
    for (place, event) in events.into_iter().enumerate() {
        let is_earlier = place < length;
        let client = event.client.clone().filter(|_| !is_earlier);
        let mut covered = serde_json::from_str::<Value>(&content(&event)).unwrap();
        if is_earlier {
            covered
                .as_object_mut()
                .unwrap()
                .retain(|field, _| field != "actorKind" && field != "client");
        }
        let hash = Sha256::new()
            .chain_update(&previous)
            .chain_update(canonical(&covered))
            .finalize()
            .to_vec();
        let mut row = event.into_active_model();
        (row.client, row.hash) = (Set(client), Set(hash.clone()));
        row.update(db).await.unwrap();
        previous = hash;
    }
    app.sql(
        "UPDATE workspace SET audit_hash = $1 WHERE audit_sequence > 0",
        vec![previous.into()],
    )
    .await;
}

on_both!(
    aud_2_a_chain_begun_before_it_covered_clients_holds_and_goes_on,
    |app| {
        let world = world(app).await;
        five(app, &world).await;
        let World {
            ws, session, ben, ..
        } = &world;
        as_written_before(app, ws, 3).await;
        let found = verify(app, session, ws, json!({})).await;
        assert_eq!(
            (broken(&found), &found["verified"], &found["redacted"]),
            (String::new(), &json!(5), &json!(0))
        );
        let input =
            json!({ "membershipIds": [ben.id.to_string()], "permissions": ["CREATE_PAGES"] });
        app.mutate(session, "grantPermissions", input).await;
        assert_eq!(broken(&verify(app, session, ws, json!({})).await), "");
        assert_eq!(
            concierge::app::record::examine(&app.app.deps.db, None)
                .await
                .unwrap()
                .broken,
            0
        );
        let (lines, _) = export::lines(app, session, "?workspace=riverton").await;
        for (line, earlier) in lines.iter().zip([true, true, true, false, false, false]) {
            let text = canonical(&line["content"]);
            let previous = export::bytes(&line["previousHash"]);
            assert_eq!(
                export::bytes(&line["hash"]),
                Sha256::new()
                    .chain_update(previous)
                    .chain_update(text)
                    .finalize()[..]
            );
            assert_eq!(line["content"].get("actorKind").is_none(), earlier);
            assert_eq!(
                (&line["clientAddress"], &line["actorKind"]),
                (&json!("127.0.0.1"), &json!(line["actorKind"]))
            );
        }
        // An event of today does not pass for one of before.
        app.sql(
            "UPDATE audit_event SET client = NULL, actor_kind = 'OPERATOR' WHERE sequence = 5",
            Vec::new(),
        )
        .await;
        assert_eq!(
            broken(&verify(app, session, ws, json!({})).await),
            "5 EVENT_ALTERED"
        );
    }
);

on_both!(aud_2_a_truncated_record_is_found_by_its_pin_alone, |app| {
    let (world, pin, found) = tampered(
        app,
        &[
            "DELETE FROM audit_value WHERE event_id IN (SELECT id FROM audit_event WHERE sequence = 5)",
            "DELETE FROM audit_event WHERE sequence = 5",
            "UPDATE workspace SET audit_sequence = 4, audit_hash = (SELECT e.hash FROM audit_event e WHERE e.sequence = 4)",
        ],
    )
    .await;
    let World { ws, session, .. } = &world;
    assert_eq!(broken(&found), "");
    assert_eq!(
        broken(&verify(app, session, ws, json!({ "pinned": pin })).await),
        "5 PIN_UNMATCHED"
    );
    let last = found["last"].clone();
    assert_eq!(
        broken(&verify(app, session, ws, json!({ "pinned": last })).await),
        ""
    );
    for (sequence, hash) in [
        (99, "0".repeat(64)),
        (4, "0".repeat(64)),
        (1, last["hash"].as_str().unwrap().to_owned()),
    ] {
        let pin = json!({ "sequence": sequence, "hash": hash });
        let found = verify(app, session, ws, json!({ "pinned": pin })).await;
        assert_eq!(
            broken(&found),
            format!("{sequence} PIN_UNMATCHED"),
            "a pin that never was"
        );
    }
});

on_both!(aud_2_holders_verify_and_nobody_else, |app| {
    let world = world(app).await;
    let World {
        ws,
        ada,
        ben,
        session,
        ..
    } = &world;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let ask = async |credential: Option<&str>, more: Value| {
        let mut variables = more;
        variables["ws"] = json!(ws.id.to_string());
        app.post(credential, VERIFY, variables).await
    };
    assert_eq!(ask(None, json!({})).await.codes(), ["UNAUTHENTICATED"]);
    assert_eq!(ask(Some(&ben.key), json!({})).await.codes(), ["FORBIDDEN"]);
    assert_eq!(
        ask(Some(&eve.key), json!({})).await.data()["verifyAudit"],
        Value::Null,
        "a key knows no other workspace"
    );
    assert_eq!(
        ask(Some(&ada.key), json!({})).await.data()["verifyAudit"]["intact"],
        true
    );
    let hash = "0".repeat(64);
    for bad in [
        json!({ "from": 0 }),
        json!({ "from": -1 }),
        json!({ "from": 3, "to": 2 }),
        json!({ "to": 0 }),
        json!({ "pinned": { "sequence": 0, "hash": hash } }),
        json!({ "pinned": { "sequence": 1, "hash": "00" } }),
        json!({ "pinned": { "sequence": 1, "hash": "X".repeat(64) } }),
    ] {
        let answer = ask(Some(session), bad.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes()),
            (400, vec!["BAD_USER_INPUT"]),
            "{bad}"
        );
    }
});

on_both!(aud_2_the_doctor_walks_every_chain, |app| {
    use concierge::app::record::examine;
    let world = world(app).await;
    five(app, &world).await;
    app.with_password(world.ada.account).await;
    app.sign_in(&world.ada.email, "something wrong").await;
    let db = &app.app.deps.db;
    let found = examine(db, None).await.unwrap();
    assert_eq!(
        (found.workspaces, found.accounts, found.events, found.broken),
        (1, 1, 6, 0)
    );
    // Who failed to sign in is not known (AUD-1).
    let failed = "audit_event WHERE kind = 'SIGN_IN_FAILED' AND actor_kind = 'ANONYMOUS' AND actor_account_id IS NULL";
    assert_eq!(app.count(failed).await, 1);
    app.sql(
        "UPDATE audit_event SET request_id = 'x' WHERE account_id IS NOT NULL OR sequence = 3",
        Vec::new(),
    )
    .await;
    let found = examine(db, None).await.unwrap();
    let account = format!("account {}: EVENT_ALTERED at event 1", world.ada.account);
    let workspace = format!("workspace {}: EVENT_ALTERED at event 3", world.ws.id);
    assert_eq!(
        (found.broken, found.breaks),
        (2, vec![workspace.clone(), account])
    );
    assert_eq!(
        examine(db, Some("riverton")).await.unwrap().breaks,
        [workspace]
    );
    app.workspace("lakeside").await;
    assert_eq!(examine(db, Some("lakeside")).await.unwrap().broken, 0);
    assert!(examine(db, Some("nowhere")).await.is_err());
});
