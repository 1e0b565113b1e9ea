//! An operator deletes an account at once (ERASE-9).

use concierge::domain::mail::MailKind;
use serde_json::{Value, json};

use crate::support::on_both;

on_both!(erase_9_an_operator_deletes_an_account_at_once, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let operator = app.operator("Olu Adeyemi").await;
    let session = app.session_of(ada.account).await;
    let by_ben = app.session_of(ben.account).await;
    let account = ada.account.to_string();
    let input = |more: Value| {
        let mut input = json!({ "accountId": account, "reason": "Asked by letter" });
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        input
    };
    let before = app.footprint().await;
    for by in [&session, &by_ben] {
        let refused = app.try_mutate(by, "eraseAccount", input(json!({}))).await;
        assert_eq!(refused.codes(), ["FORBIDDEN"]);
    }
    let by_key = app
        .try_mutate(&ada.key, "eraseAccount", input(json!({})))
        .await;
    assert_eq!(by_key.codes(), ["FORBIDDEN"]);
    let anonymous = app
        .mutate_anonymously("eraseAccount", input(json!({})))
        .await;
    assert_eq!(anonymous.codes(), ["UNAUTHENTICATED"]);
    let oneself = app.account_of("Olu Adeyemi").await.to_string();
    let own = app
        .try_mutate(
            &operator,
            "eraseAccount",
            input(json!({ "accountId": oneself })),
        )
        .await;
    assert_eq!(own.codes(), ["FORBIDDEN"]);
    let nobody = concierge::domain::id::AccountId(app.app.deps.ids.uuid(app.now())).to_string();
    let unknown = app
        .try_mutate(
            &operator,
            "eraseAccount",
            input(json!({ "accountId": nobody })),
        )
        .await;
    assert_eq!(unknown.codes(), ["NOT_FOUND"]);
    for (reason, code) in [
        (String::new(), "TOO_SHORT reason"),
        ("x".repeat(501), "TOO_LONG reason"),
    ] {
        let input = input(json!({ "reason": reason }));
        let refused = app.mutate(&operator, "eraseAccount", input).await;
        assert_eq!(refused.errors(), [code]);
    }
    let last = app
        .mutate(&operator, "eraseAccount", input(json!({})))
        .await;
    assert_eq!(last.errors(), ["LAST_ADMINISTRATOR successors"]);
    assert_eq!(last.0["blockedBy"][0]["slug"], "riverton");
    assert_eq!(app.footprint().await, before);

    let successor = json!({ "workspaceId": ws.id.to_string(), "membershipId": ben.id.to_string() });
    let with = input(json!({ "successors": [successor] }));
    for _ in 0..2 {
        // The second time, it is answered as done.
        let done = app.mutate(&operator, "eraseAccount", with.clone()).await;
        assert_eq!(done.errors(), [""; 0]);
        assert_eq!(done.0["accountId"], account);
        assert!(!app.is_accepted(&session).await && !app.is_accepted(&ada.key).await);
    }
    let state = app.member_state(&by_ben, &ws, &ada).await;
    assert_eq!(
        (&state["state"], &state["endReason"]),
        (&json!("ENDED"), &json!("ERASED"))
    );
    let role = app.member_state(&by_ben, &ws, &ben).await["role"]["name"].clone();
    assert_eq!(role, "Administrator");
    assert!(
        app.mails(MailKind::AccountDeletionScheduled, &ada.email)
            .await
            .is_empty()
    );
    assert_eq!(app.erase_due().await, 0, "nothing is left to do");
    assert_eq!(
        app.count(
            "audit_event WHERE kind = 'ACCOUNT_DELETION_STARTED' AND actor_kind = 'OPERATOR'"
        )
        .await,
        1
    );
    assert_eq!(
        app.count("account_deletion WHERE reason = 'Asked by letter' AND requested_by IS NOT NULL AND finished_at IS NOT NULL").await,
        1
    );
    app.assert_chains().await;
});
