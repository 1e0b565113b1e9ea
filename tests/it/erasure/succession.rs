//! The last administrator goes only when somebody takes over (MEM-5, ERASE-2, ERASE-4).

use chrono::Duration;
use concierge::domain::{mail::MailKind, permission::Preset};
use serde_json::{Value, json};

use super::term;
use crate::support::{
    on_both,
    world::{Member, Ws},
};

fn successor(ws: &Ws, member: &Member) -> Value {
    json!({ "workspaceId": ws.id.to_string(), "membershipId": member.id.to_string() })
}

on_both!(
    erase_4_the_last_administrator_names_a_successor_who_counts_at_once,
    |app| {
        let ws = app.workspace("riverton").await;
        let second = app.workspace("lakeside").await;
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        app.member(&second, "Ada Veldkamp")
            .of(ada.account)
            .preset(Preset::Administrator)
            .create()
            .await;
        app.administrator(&second, "Cyd Moreau").await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let session = app.session_of(ada.account).await;
        let before = app.footprint().await;
        let refused = app
            .mutate(&session, "scheduleAccountDeletion", json!({}))
            .await;
        assert_eq!(refused.errors(), ["LAST_ADMINISTRATOR successors"]);
        assert_eq!(refused.0["blockedBy"][0]["slug"], "riverton");
        assert_eq!(refused.0["blockedBy"].as_array().unwrap().len(), 1);
        assert_eq!(refused.0["deletionScheduledAt"], Value::Null);
        assert_eq!(app.footprint().await, before);

        let input = json!({ "successors": [successor(&ws, &ben)] });
        let done = app.mutate(&session, "scheduleAccountDeletion", input).await;
        assert_eq!(
            (done.errors().len(), &done.0["blockedBy"]),
            (0, &Value::Null)
        );
        let role = app.member_state(&session, &ws, &ben).await["role"]["name"].clone();
        assert_eq!(role, "Administrator");

        // Ben counts, Ada does not any more: he is the last now.
        let by_ben = app.session_of(ben.account).await;
        let leave = json!({ "workspaceId": ws.id.to_string() });
        let left = app.mutate(&by_ben, "leaveWorkspace", leave).await;
        assert_eq!(left.errors(), ["LAST_ADMINISTRATOR workspaceId"]);
        let also = app
            .mutate(&by_ben, "scheduleAccountDeletion", json!({}))
            .await;
        assert_eq!(also.errors(), ["LAST_ADMINISTRATOR successors"]);

        app.mutate(&session, "cancelAccountDeletion", json!({}))
            .await;
        let role = app.member_state(&session, &ws, &ben).await["role"]["name"].clone();
        assert_eq!(role, "Administrator", "kept when the deletion is cancelled");
    }
);

on_both!(erase_4_a_successor_is_an_active_member_without_end, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let until = app.now() + Duration::days(30);
    let limited = app.member(&ws, "Lim Ited").until(until).create().await;
    let disabled = app.member(&ws, "Dis Abled").disabled().create().await;
    let leaving = app.member(&ws, "Lea Ving").create().await;
    let elsewhere = app.member(&other, "Els Where").create().await;
    let fit = app.member(&ws, "Fit Forit").create().await;
    let by_leaving = app.session_of(leaving.account).await;
    app.mutate(&by_leaving, "scheduleAccountDeletion", json!({}))
        .await;
    let session = app.session_of(ada.account).await;
    let before = app.footprint().await;
    for (named, code) in [
        (&limited, "NOT_ACTIVE"),
        (&disabled, "NOT_ACTIVE"),
        (&leaving, "NOT_ACTIVE"),
        (&ada, "NOT_ACTIVE"),
        (&elsewhere, "NOT_FOUND"),
    ] {
        let input = json!({ "successors": [successor(&ws, named)] });
        let refused = app.mutate(&session, "scheduleAccountDeletion", input).await;
        let expected = [
            format!("{code} successors.0.membershipId"),
            "LAST_ADMINISTRATOR successors".to_owned(),
        ];
        assert_eq!(refused.errors(), expected, "{}", named.email);
        assert_eq!(app.footprint().await, before, "{}", named.email);
    }
    let twice = json!({ "successors": [successor(&ws, &fit), successor(&ws, &fit)] });
    let refused = app.mutate(&session, "scheduleAccountDeletion", twice).await;
    assert_eq!(refused.errors(), ["DUPLICATE successors.1.workspaceId"]);
    // For a workspace of which she is no administrator, a successor is ignored.
    let more = json!({ "successors": [successor(&other, &elsewhere), successor(&ws, &fit)] });
    let done = app.mutate(&session, "scheduleAccountDeletion", more).await;
    assert_eq!(done.errors(), [""; 0]);
    let by_elsewhere = app.session_of(elsewhere.account).await;
    let state = app.member_state(&by_elsewhere, &other, &elsewhere).await;
    assert_eq!(state["role"], Value::Null);
    let by_101 = json!({ "successors": vec![successor(&ws, &fit); 101] });
    let refused = app
        .try_mutate(&session, "scheduleAccountDeletion", by_101)
        .await;
    assert_eq!(refused.codes(), ["BAD_USER_INPUT"]);
});

on_both!(threads: erase_4_two_last_administrators_do_not_go_at_once, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ben = app.administrator(&ws, "Ben Okafor").await;
    let sessions = [app.session_of(ada.account).await, app.session_of(ben.account).await];
    let mut calls = Vec::new();
    for session in sessions {
        let door = app.door();
        calls.push(tokio::spawn(async move {
            let answer = door.mutate(Some(&session), "scheduleAccountDeletion", json!({})).await;
            answer.payload().errors()
        }));
    }
    let mut became = Vec::new();
    for call in calls {
        became.push(call.await.unwrap().join(","));
    }
    became.sort();
    assert_eq!(became, ["", "LAST_ADMINISTRATOR successors"]);
});

on_both!(
    erase_4_a_run_that_would_leave_a_workspace_alone_is_put_off,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let ben = app.administrator(&ws, "Ben Okafor").await;
        app.operator("Olu Adeyemi").await;
        let session = app.session_of(ada.account).await;
        app.mutate(&session, "scheduleAccountDeletion", json!({}))
            .await;
        // Past the rules, as a restored backup or an older release may leave it.
        app.end(&ws, &ben, app.now(), None).await;
        app.pass(term());
        let session = app.session_of(ada.account).await;
        for day in 1..=2 {
            assert_eq!(app.erase_due().await, 0);
            assert_eq!(app.erase_due().await, 0, "not again on the same day");
            let date = app.deletion_date(&session).await;
            let date: chrono::DateTime<chrono::Utc> = date.as_str().unwrap().parse().unwrap();
            assert!(date - app.now() <= Duration::days(1) && date > app.now());
            for to in ["olu.adeyemi@example.org", ada.email.as_str()] {
                let mails = app.mails(MailKind::AccountDeletionPostponed, to).await;
                assert_eq!(mails.len(), day, "{to}");
            }
            app.pass(Duration::days(1) + Duration::seconds(1));
        }
        let cyd = app.administrator(&ws, "Cyd Moreau").await;
        assert_eq!(app.erase_due().await, 1);
        let by_cyd = app.session_of(cyd.account).await;
        let state = app.member_state(&by_cyd, &ws, &ada).await;
        assert_eq!(state["endReason"], "ERASED");
        app.assert_chains().await;
    }
);
