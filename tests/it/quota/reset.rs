//! `resetQuotaUsage`: what members used today is set back, with a reason (QUOTA-5, PERM-6).

use concierge::domain::{
    permission::Permission::EditWorkspaceProperties, vocabulary::QuotaPeriod::*,
    vocabulary::QuotaScope,
};
use serde_json::{Value, json};

use super::usage::{at_once, brief, calls, consume, counted, limit};
use crate::support::{on_both, world::Member};

fn of(members: &[&Member], more: Value) -> Value {
    let ids: Vec<String> = members.iter().map(|member| member.id.to_string()).collect();
    let mut input =
        json!({ "membershipIds": ids, "type": "API_CALLS", "reason": "A script ran wild." });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

on_both!(quota_5_what_members_used_is_set_back_with_a_reason, |app| {
    let (ws, ada) = app.portal().await;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let (ben, cleo) = (
        app.member(&ws, "Ben Okafor").create().await,
        app.member(&ws, "Cleo Diaz").create().await,
    );
    limit(app, &ws, QuotaScope::Default, None, Day, 5).await;
    limit(app, &ws, QuotaScope::License, None, Day, 12).await;
    consume(app, &ben.key, &ws, 5).await;
    consume(app, &ada.key, &ws, 2).await;
    let done = app
        .rehearsed(
            &ewa.key,
            "resetQuotaUsage",
            of(&[&ben, &cleo, &ben, &ewa, &ada], json!({})),
        )
        .await;
    assert_eq!(
        done.became(),
        [
            "RESET",
            "NOTHING_USED",
            "DUPLICATE",
            "FORBIDDEN",
            "FORBIDDEN"
        ]
    );
    assert_eq!(done.0["changes"][0]["field"], "used");
    assert_eq!(
        (
            &done.0["changes"][0]["before"],
            &done.0["changes"][0]["after"]
        ),
        (&json!(5), &json!(0))
    );
    assert_eq!(counted(app, &ws, Some(&ben), Day, app.now()).await, 0);
    assert_eq!(counted(app, &ws, Some(&ada), Day, app.now()).await, 2);
    // What the workspace used was used.
    assert_eq!(counted(app, &ws, None, Day, app.now()).await, 7);
    assert_eq!(
        brief(&consume(app, &ben.key, &ws, 5).await),
        (true, 5, Some(5), Some(0), None)
    );
    let events = app.events(&ws).await;
    assert_eq!(
        events.iter().map(|event| &*event.kind).collect::<Vec<_>>(),
        ["QUOTA_USAGE_RESET"]
    );
    assert_eq!(events[0].subject_id, Some(ben.id.to_string()));
    assert!(
        !events[0].changes.contains("ran wild"),
        "free text stands beside the event"
    );
    assert!(
        app.side_rows(&events[0])
            .await
            .iter()
            .any(|row| row.value.contains("ran wild"))
    );
    // Administrators set back each other's, and nobody their own.
    let abe = app.administrator(&ws, "Abe Nakamura").await;
    let by_abe = app
        .mutate(&abe.key, "resetQuotaUsage", of(&[&ada, &abe], json!({})))
        .await;
    assert_eq!(by_abe.became(), ["RESET", "FORBIDDEN"]);
    let atomic = app
        .mutate(
            &abe.key,
            "resetQuotaUsage",
            of(&[&ben, &abe], json!({ "atomic": true })),
        )
        .await;
    assert_eq!(atomic.became(), ["ROLLED_BACK", "FORBIDDEN"]);
    assert_eq!(counted(app, &ws, Some(&ben), Day, app.now()).await, 5);
});

on_both!(
    mem_10_whoever_leaves_and_comes_back_goes_on_counting,
    |app| {
        let (ws, ada) = app.portal().await;
        let settings =
            json!({ "workspaceId": ws.id.to_string(), "enabled": true, "approvalRequired": false });
        app.mutate(&ada.key, "updateSignUpSettings", settings).await;
        limit(app, &ws, QuotaScope::Default, None, Day, 1).await;
        let sia = app.outsider("Sia Novak").await;
        let of = json!({ "workspaceId": ws.id.to_string() });
        let call = json!({ "workspaceId": ws.id.to_string(), "type": "API_CALLS", "amount": 1 });
        let mut allowed = Vec::new();
        let mut memberships = Vec::new();
        for _ in 0..3 {
            let joined = app
                .mutate(&sia, "joinWorkspace", json!({ "workspace": ws.slug }))
                .await;
            memberships.push(joined.0["membership"]["id"].as_str().unwrap().to_owned());
            allowed.push(
                app.mutate(&sia, "consumeQuota", call.clone()).await.0["decision"]["allowed"]
                    .clone(),
            );
            if allowed.len() < 3 {
                assert_eq!(
                    app.mutate(&sia, "leaveWorkspace", of.clone())
                        .await
                        .errors(),
                    [""; 0]
                );
            }
        }
        assert_eq!(allowed, [json!(true), json!(false), json!(false)]);
        // An operator of the workspace sets back what the account used, whichever membership it used it
        // in.
        let reset = json!({ "membershipIds": [memberships[2]], "type": "API_CALLS", "reason": "A script ran wild." });
        assert_eq!(
            app.mutate(&ada.key, "resetQuotaUsage", reset)
                .await
                .became(),
            ["RESET"]
        );
        assert_eq!(
            app.mutate(&sia, "consumeQuota", call).await.0["decision"]["allowed"],
            true
        );
        // Another workspace counts by itself.
        let other = app.workspace("lakeside").await;
        let abe = app
            .member(&other, "Abe Nakamura")
            .of(app.account_of("Sia Novak").await)
            .create()
            .await;
        limit(app, &other, QuotaScope::Default, None, Day, 1).await;
        assert_eq!(
            brief(&consume(app, &abe.key, &other, 1).await),
            (true, 1, Some(1), Some(0), None)
        );
    }
);

on_both!(quota_5_setting_back_takes_a_reason_and_a_counter, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let eve = app.member(&other, "Eve Laurent").create().await;
    consume(app, &ben.key, &ws, 5).await;
    consume(app, &eve.key, &other, 5).await;
    let before = app.footprint().await;
    for (more, errors) in [
        (json!({ "reason": "" }), vec!["TOO_SHORT reason"]),
        (json!({ "reason": " \n " }), vec!["TOO_SHORT reason"]),
        (
            json!({ "reason": "é".repeat(501) }),
            vec!["TOO_LONG reason"],
        ),
        (
            json!({ "reason": "a\u{0}" }),
            vec!["INVALID_CHARACTERS reason"],
        ),
        (
            json!({ "type": "DATASETS", "reason": "" }),
            vec!["NOT_A_COUNTER type", "TOO_SHORT reason"],
        ),
    ] {
        let payload = app
            .mutate(&ada.key, "resetQuotaUsage", of(&[&ben], more))
            .await;
        assert_eq!(payload.errors(), errors);
        assert!(payload.became().is_empty());
    }
    let none = of(&[], json!({}));
    assert_eq!(
        app.try_mutate(&ada.key, "resetQuotaUsage", none)
            .await
            .refusal(),
        "BAD_USER_INPUT"
    );
    let many = of(
        &[],
        json!({ "membershipIds": vec![ben.id.to_string(); 1_001] }),
    );
    assert_eq!(
        app.try_mutate(&ada.key, "resetQuotaUsage", many)
            .await
            .refusal(),
        "BAD_USER_INPUT"
    );
    assert_eq!(
        app.try_mutate(&ada.key, "resetQuotaUsage", of(&[&eve], json!({})))
            .await
            .refusal(),
        "NOT_FOUND"
    );
    assert_eq!(app.footprint().await, before);
    let mixed = app
        .mutate(
            &ada.key,
            "resetQuotaUsage",
            of(&[&ben, &eve], json!({ "reason": "é".repeat(500) })),
        )
        .await;
    assert_eq!(mixed.became(), ["RESET", "NOT_FOUND"]);
    assert_eq!(counted(app, &other, Some(&eve), Day, app.now()).await, 5);
    // What is at nothing stays so, and says so.
    let after = app.footprint().await;
    assert_eq!(
        app.mutate(&ada.key, "resetQuotaUsage", of(&[&ben], json!({})))
            .await
            .became(),
        ["NOTHING_USED"]
    );
    assert_eq!(app.footprint().await, after);
});

on_both!(threads: quota_5_setting_back_while_calls_go_on_loses_none, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let client = |_| (app.door(), ben.key.clone(), vec![calls(&ws, 1, json!({})); 6]);
    let load = tokio::spawn(at_once((0..32).map(client).collect()));
    let mut taken = 0;
    for _ in 0..10 {
        let done = app.mutate(&ada.key, "resetQuotaUsage", of(&[&ben], json!({}))).await;
        taken += done.0["changes"][0]["before"].as_i64().unwrap_or_default();
    }
    let answers = load.await.unwrap();
    assert!(answers.iter().all(|answer| answer.payload().0["decision"]["allowed"] == true));
    assert_eq!(taken + counted(app, &ws, Some(&ben), Day, app.now()).await, 192);
    assert_eq!(counted(app, &ws, None, Day, app.now()).await, 192);
});
