//! A workspace keeps an administrator that counts (MEM-5), also when two change it at once.

use concierge::domain::permission::Preset;
use serde_json::{Value, json};

use crate::support::{
    Payload, TestApp, on_both,
    world::{Member, Ws},
};

/// The input that takes the member's role, now or when `when` says.
fn demote(member: &Member, when: Value) -> Value {
    let mut input = json!({ "membershipIds": [member.id.to_string()], "roleId": null });
    input
        .as_object_mut()
        .unwrap()
        .extend(when.as_object().unwrap().clone());
    input
}

/// An administrator whose role ends, and who so does not count.
async fn temporary(app: &TestApp, ws: &Ws, name: &str) -> Member {
    let member = app.member(ws, name).create().await;
    app.role_row_of(
        ws,
        &member,
        Preset::Administrator,
        app.now() + chrono::Duration::days(300),
    )
    .await;
    member
}

on_both!(
    mem_5_the_last_administrator_is_not_demoted_now_or_later,
    |app| {
        let (ws, ada) = app.portal().await;
        let tess = temporary(app, &ws, "Tess Moreau").await;
        let viewer = app.preset(&ws, Preset::Viewer).await;
        let before = app.footprint().await;
        let as_viewer = json!({ "roleId": viewer.to_string() });
        for when in [
            json!({}),
            as_viewer.clone(),
            // A planned end, a planned removal that ends, a planned other role.
            json!({ "startsAt": app.at(86_400) }),
            json!({ "startsAt": app.at(86_400), "endsAt": app.at(2 * 86_400) }),
            json!({ "endsAt": app.at(60) }),
            json!({ "startsAt": app.at(86_400), "roleId": viewer.to_string() }),
        ] {
            let refused = app
                .mutate(&tess.key, "setMemberRole", demote(&ada, when.clone()))
                .await;
            assert_eq!(refused.became(), ["LAST_ADMINISTRATOR"], "{when}");
        }
        assert_eq!(app.footprint().await, before);

        // Of two, one may go; not both in one call.
        let abe = app.administrator(&ws, "Abe Nakamura").await;
        let both =
            json!({ "membershipIds": [ada.id.to_string(), abe.id.to_string()], "roleId": null });
        let mut atomic = both.clone();
        atomic["atomic"] = json!(true);
        assert_eq!(
            app.mutate(&tess.key, "setMemberRole", atomic)
                .await
                .became(),
            ["ROLLED_BACK", "LAST_ADMINISTRATOR"]
        );
        assert_eq!(
            app.mutate(&tess.key, "setMemberRole", both).await.became(),
            ["CHANGED", "LAST_ADMINISTRATOR"]
        );
    }
);

on_both!(
    mem_5_disabled_and_scheduled_administrators_do_not_count,
    |app| {
        let (ws, ada) = app.portal().await;
        let tess = temporary(app, &ws, "Tess Moreau").await;
        app.member(&ws, "Dina Abadi")
            .preset(Preset::Administrator)
            .disabled()
            .create()
            .await;
        let begins =
            concierge::domain::interval::Interval::from(app.now() + chrono::Duration::days(1));
        app.member(&ws, "Sam Ortiz")
            .preset(Preset::Administrator)
            .during(begins)
            .create()
            .await;
        app.member(&ws, "Tim Jonsson")
            .preset(Preset::Administrator)
            .until(begins.starts_at)
            .create()
            .await;
        let refused = app
            .mutate(&tess.key, "setMemberRole", demote(&ada, json!({})))
            .await;
        assert_eq!(refused.became(), ["LAST_ADMINISTRATOR"]);
    }
);

on_both!(threads: mem_5_of_two_who_take_each_others_role_one_succeeds, |app| {
    let ws = app.workspace("riverton").await;
    let (ada, abe) = (app.administrator(&ws, "Ada Veldkamp").await, app.administrator(&ws, "Abe Nakamura").await);
    let sessions = [app.session_of(ada.account).await, app.session_of(abe.account).await];
    let administrator = app.preset(&ws, Preset::Administrator).await;
    for round in 0..20 {
        let (by_ada, by_abe) = at_once(
            app,
            (&sessions[0], demote(&abe, json!({}))),
            (&sessions[1], demote(&ada, json!({}))),
        )
        .await;
        let won = [&by_ada, &by_abe].map(|answer| answer.as_ref().is_ok_and(|payload| payload.became() == ["CHANGED"]));
        assert!(won[0] != won[1], "round {round}: {by_ada:?} {by_abe:?}");
        let (winner, loser, refused) = if won[0] { (&sessions[0], &abe, by_abe) } else { (&sessions[1], &ada, by_ada) };
        assert_eq!(refused.unwrap_err(), "FORBIDDEN", "who lost the role is no administrator any more");
        let back = json!({ "membershipIds": [loser.id.to_string()], "roleId": administrator.to_string() });
        assert_eq!(app.mutate(winner, "setMemberRole", back).await.became(), ["CHANGED"]);
    }
    assert_eq!(app.events(&ws).await.len(), 40);
});

on_both!(threads: mem_5_of_two_demotions_of_the_last_two_one_succeeds, |app| {
    let ws = app.workspace("riverton").await;
    let (ada, abe) = (app.administrator(&ws, "Ada Veldkamp").await, app.administrator(&ws, "Abe Nakamura").await);
    let tess = temporary(app, &ws, "Tess Moreau").await;
    let session = app.session_of(tess.account).await;
    let administrator = app.preset(&ws, Preset::Administrator).await;
    for round in 0..20 {
        let (first, second) = at_once(app, (&session, demote(&ada, json!({}))), (&tess.key, demote(&abe, json!({})))).await;
        let mut became = [first.unwrap().became()[0].to_owned(), second.unwrap().became()[0].to_owned()];
        let loser = if became[0] == "CHANGED" { &ada } else { &abe };
        let back = json!({ "membershipIds": [loser.id.to_string()], "roleId": administrator.to_string() });
        became.sort_unstable();
        assert_eq!(became, ["CHANGED", "LAST_ADMINISTRATOR"], "round {round}");
        assert_eq!(app.mutate(&session, "setMemberRole", back).await.became(), ["CHANGED"]);
    }
});

on_both!(threads: r4_of_64_who_race_for_the_last_administrator_one_wins, |app| {
    let ws = app.workspace("riverton").await;
    let (ada, abe) = (app.administrator(&ws, "Ada Veldkamp").await, app.administrator(&ws, "Abe Nakamura").await);
    let tess = temporary(app, &ws, "Tess Moreau").await;
    let gate = std::sync::Arc::new(tokio::sync::Barrier::new(64));
    let mut calls = Vec::new();
    for client in 0..64 {
        let (door, gate, key) = (app.door(), std::sync::Arc::clone(&gate), tess.key.clone());
        let input = demote(if client % 2 == 0 { &ada } else { &abe }, json!({}));
        calls.push(tokio::spawn(async move {
            gate.wait().await;
            door.mutate(Some(&key), "setMemberRole", input).await.payload().became()[0].to_owned()
        }));
    }
    let mut became = Vec::new();
    for call in calls {
        became.push(call.await.unwrap());
    }
    let count = |code: &str| became.iter().filter(|one| *one == code).count();
    assert_eq!((count("CHANGED"), count("UNCHANGED"), count("LAST_ADMINISTRATOR")), (1, 31, 32), "{became:?}");
    assert_eq!(app.events(&ws).await.len(), 1);
});

type Call<'a> = (&'a str, Value);

/// Two calls of setMemberRole, each on a thread of its own: a payload, or the code of the refusal.
async fn at_once(
    app: &TestApp,
    one: Call<'_>,
    other: Call<'_>,
) -> (Result<Payload, String>, Result<Payload, String>) {
    let gate = std::sync::Arc::new(tokio::sync::Barrier::new(2));
    let run = |(credential, input): Call<'_>| {
        let (door, gate, credential) = (
            app.door(),
            std::sync::Arc::clone(&gate),
            credential.to_owned(),
        );
        tokio::spawn(async move {
            gate.wait().await;
            let answer = door.mutate(Some(&credential), "setMemberRole", input).await;
            if answer.codes().is_empty() {
                Ok(answer.payload())
            } else {
                Err(answer.refusal().to_owned())
            }
        })
    };
    let (one, other) = (run(one), run(other));
    (one.await.unwrap(), other.await.unwrap())
}
