//! `approveReuses`, `rejectReuses`, `deleteReuses`: what they do, and to whom they are refused.

use concierge::domain::{mail::MailKind, permission::Permission};
use serde_json::{Value, json};

use super::{APPROVE, DELETE, REJECT, state, submitted};
use crate::support::on_both;

on_both!(
    reuse_1_decisions_can_be_reversed_and_deleting_is_the_end,
    |app| {
        let (ws, ada) = app.portal().await;
        let trees = app.dataset(&ws, "trees", &ada, true, true).await;
        let adas = app.session(ada.account).await;
        let otto = app.outsider("Otto Weiss").await;
        let (one, two) = (
            submitted(app, &otto, trees, "One").await,
            submitted(app, &otto, trees, "Two").await,
        );
        let both = json!([one, two]);
        let approve = json!({ "ids": both, "reason": "  Lovely \n" });
        let done = app.rehearsed(&adas, APPROVE, approve.clone()).await;
        assert_eq!(done.became(), ["APPROVED", "APPROVED"]);
        let shown = &done.0["results"][0]["reuse"];
        assert_eq!(
            (&shown["state"], &shown["reason"], &shown["decidedBy"]["id"]),
            (&json!("APPROVED"), &json!("Lovely"), &json!(ada.account))
        );
        let events = app.events(&ws).await;
        let last: Vec<&str> = events[2..]
            .iter()
            .map(|event| event.kind.as_str())
            .collect();
        assert_eq!(last, ["REUSE_APPROVED", "REUSE_APPROVED"]);
        assert!(!events[2].changes.contains("Lovely"));
        let mails = app
            .mails(MailKind::ReuseApproved, "otto.weiss@example.org")
            .await;
        assert_eq!(mails.len(), 2);
        assert!(mails.iter().all(|mail| !mail.payload.contains("Lovely")));
        // Twice is once.
        let before = app.footprint().await;
        let again = app.mutate(&adas, APPROVE, approve).await;
        assert_eq!(again.became(), ["UNCHANGED", "UNCHANGED"]);
        assert_eq!(app.footprint().await, before);
        let done = app
            .rehearsed(&adas, REJECT, json!({ "ids": [two, one] }))
            .await;
        assert_eq!(done.became(), ["REJECTED", "REJECTED"]);
        assert_eq!(done.0["results"][1]["reuse"]["reason"], Value::Null);
        assert_eq!(
            app.mails(MailKind::ReuseRejected, "otto.weiss@example.org")
                .await
                .len(),
            2
        );
        let mixed = app.mutate(&adas, REJECT, json!({ "ids": [one] })).await;
        assert_eq!(mixed.became(), ["UNCHANGED"]);
        let back = app.mutate(&adas, APPROVE, json!({ "ids": [one] })).await;
        assert_eq!(back.became(), ["APPROVED"]);
        assert_eq!(state(app, None, &one).await, "APPROVED");
        let outbox = app.count("outbox").await;
        let delete = json!({ "ids": [one, two], "reason": "Spam" });
        let done = app.rehearsed(&adas, DELETE, delete.clone()).await;
        assert_eq!(done.became(), ["DELETED", "DELETED"]);
        assert_eq!(done.0["results"][0]["reuse"], Value::Null);
        assert_eq!(app.count("outbox").await, outbox, "nobody is mailed");
        for (mutation, id) in [(DELETE, &one), (APPROVE, &two), (REJECT, &one)] {
            let before = app.footprint().await;
            let gone = app.mutate(&adas, mutation, json!({ "ids": [id] })).await;
            assert_eq!(gone.became(), ["NOT_FOUND"], "{mutation}");
            assert_eq!(app.footprint().await, before);
        }
        assert_eq!(state(app, Some(&otto), &one).await, Value::Null);
        app.assert_chains().await;
    }
);

on_both!(reuse_1_only_holders_of_manage_reuses_decide, |app| {
    let (ws, ada) = app.portal().await;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let eves = app.session(eve.account).await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let lakes = app.dataset(&other, "lakes", &eve, true, true).await;
    let otto = app.outsider("Otto Weiss").await;
    let mia = app.member(&ws, "Mia Laurent").create().await;
    let mias = app.session(mia.account).await;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(Permission::EditWorkspaceProperties)
        .create()
        .await;
    let ewas = app.session(ewa.account).await;
    let dan = app
        .member(&ws, "Dan Perez")
        .with(Permission::ManageReuses)
        .disabled()
        .create()
        .await;
    let dans = app.session(dan.account).await;
    let rex = app
        .member(&ws, "Rex Vos")
        .with(Permission::ManageReuses)
        .create()
        .await;
    let id = submitted(app, &otto, trees, "Tree map").await;
    let own = submitted(app, &mias, trees, "Mia's").await;
    let elsewhere = submitted(app, &otto, lakes, "Lake map").await;
    let before = app.footprint().await;
    for mutation in [APPROVE, REJECT, DELETE] {
        for (session, ids, code) in [
            (&mias, json!([id]), "FORBIDDEN"),
            (&mias, json!([own]), "FORBIDDEN"),
            (&mia.key, json!([id]), "FORBIDDEN"),
            (&ewas, json!([id]), "FORBIDDEN"),
            (&otto, json!([id]), "NOT_FOUND"),
            (&dans, json!([id]), "NOT_FOUND"),
            (&eves, json!([id]), "NOT_FOUND"),
            (&eve.key, json!([id]), "NOT_FOUND"),
            (&rex.key, json!([]), "BAD_USER_INPUT"),
            (&rex.key, json!(["reu_1"]), "BAD_USER_INPUT"),
            (&rex.key, json!([trees]), "BAD_USER_INPUT"),
            (&rex.key, json!(vec![&id; 1_001]), "BAD_USER_INPUT"),
            (
                &rex.key,
                json!(["reu_01h455vb4pex5vsknk084sn02q"]),
                "NOT_FOUND",
            ),
        ] {
            let answer = app
                .try_mutate(session, mutation, json!({ "ids": ids }))
                .await;
            assert_eq!(answer.refusal(), code, "{mutation} {ids}");
            if code == "FORBIDDEN" {
                let named = &answer.body["errors"][0]["extensions"]["requiredPermission"];
                assert_eq!(*named, "MANAGE_REUSES");
            }
        }
        let long = json!({ "ids": [id], "reason": "x".repeat(501) });
        let refused = app.mutate(&rex.key, mutation, long).await;
        assert_eq!(refused.errors(), ["TOO_LONG reason"]);
    }
    // One bad item stops the others only if that is asked for.
    let ids = json!([id, elsewhere, id, "reu_01h455vb4pex5vsknk084sn02q"]);
    let atomic = json!({ "ids": ids, "atomic": true });
    let undone = app.mutate(&rex.key, APPROVE, atomic).await;
    assert_eq!(
        undone.became(),
        ["ROLLED_BACK", "NOT_FOUND", "DUPLICATE", "NOT_FOUND"]
    );
    assert_eq!(app.footprint().await, before);
    let done = app.mutate(&rex.key, APPROVE, json!({ "ids": ids })).await;
    assert_eq!(
        done.became(),
        ["APPROVED", "NOT_FOUND", "DUPLICATE", "NOT_FOUND"]
    );
    assert_eq!(state(app, Some(&otto), &elsewhere).await, "PENDING");
});

on_both!(
    reuse_1_two_decisions_at_once_come_one_after_the_other,
    |app| {
        let (ws, ada) = app.portal().await;
        let rex = app
            .member(&ws, "Rex Vos")
            .with(Permission::ManageReuses)
            .create()
            .await;
        let trees = app.dataset(&ws, "trees", &ada, true, true).await;
        let otto = app.outsider("Otto Weiss").await;
        let id = submitted(app, &otto, trees, "Tree map").await;
        let input = json!({ "ids": [id] });
        let both = app
            .at_once(
                (&ada.key, APPROVE, input.clone()),
                (&rex.key, APPROVE, input.clone()),
            )
            .await;
        let mut became: Vec<String> = both
            .iter()
            .map(|done| done.as_ref().unwrap().became()[0].to_owned())
            .collect();
        became.sort();
        assert_eq!(became, ["APPROVED", "UNCHANGED"]);
        let mails = app
            .mails(MailKind::ReuseApproved, "otto.weiss@example.org")
            .await;
        assert_eq!(mails.len(), 1);
        let both = app
            .at_once(
                (&ada.key, REJECT, input.clone()),
                (&rex.key, DELETE, input.clone()),
            )
            .await;
        let became: Vec<&str> = both
            .iter()
            .map(|done| done.as_ref().unwrap().became()[0])
            .collect();
        assert!(["REJECTED", "NOT_FOUND"].contains(&became[0]), "{became:?}");
        assert_eq!(became[1], "DELETED");
        app.assert_chains().await;
    }
);
