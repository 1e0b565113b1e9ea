//! Races for the last administrator (R4, MEM-5): whichever two changes meet, one of them wins.

use std::sync::Arc;

use concierge::{
    domain::{interval::OPEN_END, permission::Preset},
    entity,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use super::ending::{of, temporary};
use crate::support::{TestApp, on_both, world::Ws};

type Call = (String, &'static str, Value);

/// What came of a call: the outcome or code of its one item, the code of an error, or DONE.
fn became(answer: &crate::support::app::Answer) -> String {
    if let Some(code) = answer.codes().first() {
        return (*code).to_owned();
    }
    let payload = answer.payload();
    let error = payload.0["errors"][0]["code"].as_str().map(str::to_owned);
    error
        .or_else(|| payload.became().first().map(|code| (*code).to_owned()))
        .unwrap_or_else(|| "DONE".to_owned())
}

/// Two calls, each on a thread of its own.
async fn at_once(app: &TestApp, one: Call, other: Call) -> [String; 2] {
    let gate = Arc::new(Barrier::new(2));
    let run = |(credential, mutation, input): Call| {
        let (door, gate) = (app.door(), Arc::clone(&gate));
        tokio::spawn(async move {
            gate.wait().await;
            became(&door.mutate(Some(&credential), mutation, input).await)
        })
    };
    let (one, other) = (run(one), run(other));
    [one.await.unwrap(), other.await.unwrap()]
}

/// How many administrators count, as the rows say.
async fn counting(app: &TestApp, ws: &Ws) -> usize {
    use entity::{disabled_spell, membership, role_assignment};
    let (db, role) = (
        app.app.deps.db.writer(),
        app.preset(ws, Preset::Administrator).await,
    );
    let open = membership::Entity::find()
        .filter(membership::Column::EndsAt.eq(OPEN_END))
        .all(db)
        .await
        .unwrap();
    let spells = disabled_spell::Entity::find()
        .filter(disabled_spell::Column::EndsAt.eq(OPEN_END))
        .all(db)
        .await
        .unwrap();
    let roles = role_assignment::Entity::find()
        .filter(role_assignment::Column::EndsAt.eq(OPEN_END))
        .all(db)
        .await
        .unwrap();
    let counts = |member: &&membership::Model| {
        roles
            .iter()
            .any(|row| row.role_id == role.0 && row.membership_id == member.id)
            && !spells.iter().any(|spell| spell.membership_id == member.id)
    };
    open.iter().filter(counts).count()
}

on_both!(threads: r4_a_demotion_and_an_end_never_take_the_last_two, |app| {
    let ws = app.workspace("riverton").await;
    let (ada, abe) = (app.administrator(&ws, "Ada Veldkamp").await, app.administrator(&ws, "Abe Nakamura").await);
    let tess = temporary(app, &ws, "Tess Moreau").await;
    let session = app.session(tess.account).await;
    let administrator = app.preset(&ws, Preset::Administrator).await.to_string();
    for round in 0..20 {
        let demotion = (session.clone(), "setMemberRole", of(&[&ada], json!({ "roleId": null })));
        let end = (tess.key.clone(), "setAccessPeriod", of(&[&abe], json!({ "durationSeconds": 86_400 })));
        let [first, second] = at_once(app, demotion, end).await;
        let won = [first == "CHANGED", second == "CHANGED"];
        assert!(won[0] != won[1], "round {round}: {first} {second}");
        assert!([&first, &second].contains(&&"LAST_ADMINISTRATOR".to_owned()), "round {round}: {first} {second}");
        assert_eq!(counting(app, &ws).await, 1, "round {round}");
        if won[0] {
            app.mutate(&session, "setMemberRole", of(&[&ada], json!({ "roleId": administrator }))).await;
        } else {
            app.mutate(&session, "setAccessPeriod", of(&[&abe], json!({ "unlimited": true }))).await;
        }
    }
    assert_eq!(app.events(&ws).await.len(), 40);
});

on_both!(threads: r4_a_revocation_and_a_leave_never_take_the_last_two, |app| {
    let ws = app.workspace("riverton").await;
    let tess = temporary(app, &ws, "Tess Moreau").await;
    let mut ada = app.administrator(&ws, "Ada Veldkamp").await;
    let mut abe = app.administrator(&ws, "Abe Nakamura").await;
    for round in 0..10 {
        let leave = (app.session(abe.account).await, "leaveWorkspace", json!({ "workspaceId": ws.id.to_string() }));
        let revocation = (tess.key.clone(), "revokeMembers", of(&[&ada], json!({})));
        let [revoked, left] = at_once(app, revocation, leave).await;
        let won = [revoked == "REVOKED", left == "DONE"];
        assert!(won[0] != won[1], "round {round}: {revoked} {left}");
        assert!([&revoked, &left].contains(&&"LAST_ADMINISTRATOR".to_owned()), "round {round}: {revoked} {left}");
        assert_eq!(counting(app, &ws).await, 1, "round {round}");
        let next = app.administrator(&ws, &format!("Ann Round{round}")).await;
        if won[0] { ada = next } else { abe = next }
    }
    assert_eq!(app.events(&ws).await.len(), 10);
});

on_both!(threads: r4_of_two_who_revoke_each_other_one_stays, |app| {
    let ws = app.workspace("riverton").await;
    let mut ada = app.administrator(&ws, "Ada Veldkamp").await;
    let mut abe = app.administrator(&ws, "Abe Nakamura").await;
    for round in 0..10 {
        let by_ada = (app.session(ada.account).await, "revokeMembers", of(&[&abe], json!({})));
        let by_abe = (app.session(abe.account).await, "disableMembers", of(&[&ada], json!({})));
        let [first, second] = at_once(app, by_ada, by_abe).await;
        let won = [first == "REVOKED", second == "DISABLED"];
        assert!(won[0] != won[1], "round {round}: {first} {second}");
        assert_eq!(counting(app, &ws).await, 1, "round {round}");
        let next = app.administrator(&ws, &format!("Ann Round{round}")).await;
        if won[0] { abe = next } else { ada = next }
    }
});

on_both!(threads: r4_one_who_is_revoked_by_many_at_once_ends_once, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let gate = Arc::new(Barrier::new(16));
    let call = |_| {
        let (door, gate, key, input) = (app.door(), Arc::clone(&gate), ada.key.clone(), of(&[&ben], json!({})));
        tokio::spawn(async move {
            gate.wait().await;
            became(&door.mutate(Some(&key), "revokeMembers", input).await)
        })
    };
    let mut all = Vec::new();
    for call in (0..16).map(call).collect::<Vec<_>>() {
        all.push(call.await.unwrap());
    }
    let count = |code: &str| all.iter().filter(|one| *one == code).count();
    assert_eq!((count("REVOKED"), count("ALREADY_ENDED")), (1, 15), "{all:?}");
    assert_eq!(app.events(&ws).await.len(), 1);
});
