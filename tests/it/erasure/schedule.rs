//! The owner schedules the deletion, is told, may cancel, and otherwise it runs (ERASE-1, ERASE-4).

use chrono::Duration;
use concierge::domain::mail::MailKind;
use serde_json::{Value, json};

use super::term;
use crate::{
    account::somebody,
    support::{
        on_both,
        person::{PASSWORD, token},
    },
};

const ZOE: &str = "zoe@example.org";

on_both!(
    erase_1_the_owner_schedules_it_and_it_runs_after_fourteen_days,
    |app| {
        let session = somebody(app, ZOE).await;
        assert_eq!(app.deletion_date(&session).await, Value::Null);
        let payload = app
            .mutate(&session, "scheduleAccountDeletion", json!({}))
            .await;
        assert_eq!(payload.errors(), [""; 0]);
        let date = payload.0["deletionScheduledAt"].clone();
        assert_eq!(app.deletion_date(&session).await, date);
        let after: chrono::DateTime<chrono::Utc> = date.as_str().unwrap().parse().unwrap();
        let days = after - app.now();
        assert!(days >= Duration::days(14) && days < term(), "{days}");
        let scheduled = MailKind::AccountDeletionScheduled;
        assert_eq!(app.mails(scheduled, ZOE).await.len(), 1);

        // Asked again, it is answered as done: no other date, no other mail.
        app.pass(Duration::minutes(5));
        let again = app
            .mutate(&session, "scheduleAccountDeletion", json!({}))
            .await;
        assert_eq!(again.0["deletionScheduledAt"], date);
        assert_eq!(app.mails(scheduled, ZOE).await.len(), 1);

        // Signing in works and cancels nothing.
        let other = token(&app.sign_in(ZOE, PASSWORD).await);
        app.pass(Duration::days(10));
        assert_eq!(app.erase_due().await, 0);
        assert_eq!(app.mails(MailKind::AccountDeletionNear, ZOE).await.len(), 0);
        app.pass(Duration::days(1) + Duration::seconds(1));
        for _ in 0..2 {
            assert_eq!(app.erase_due().await, 0);
            assert_eq!(app.mails(MailKind::AccountDeletionNear, ZOE).await.len(), 1);
        }
        assert_eq!(app.deletion_date(&other).await, date);

        app.pass(Duration::days(3));
        assert_eq!(app.erase_due().await, 1);
        assert!(!app.is_accepted(&session).await && !app.is_accepted(&other).await);
        assert_eq!(
            app.sign_in(ZOE, PASSWORD).await.data()["signIn"]["errors"][0]["code"],
            "INVALID_CREDENTIALS"
        );
        assert_eq!(app.erase_due().await, 0, "a run happens once");
        assert!(app.assert_chains().await > 0);
    }
);

on_both!(erase_1_the_owner_cancels_it, |app| {
    let session = somebody(app, ZOE).await;
    // Nothing to cancel is answered as done, and leaves no trace.
    let before = app.footprint().await;
    let payload = app
        .mutate(&session, "cancelAccountDeletion", json!({}))
        .await;
    assert_eq!(payload.0["cancelled"], true);
    assert_eq!(app.footprint().await, before);

    app.mutate(&session, "scheduleAccountDeletion", json!({}))
        .await;
    app.pass(Duration::days(13));
    let payload = app
        .mutate(&session, "cancelAccountDeletion", json!({}))
        .await;
    assert_eq!(
        (payload.0["cancelled"].clone(), payload.errors().len()),
        (json!(true), 0)
    );
    assert_eq!(app.deletion_date(&session).await, Value::Null);
    let cancelled = app.mails(MailKind::AccountDeletionCancelled, ZOE).await;
    assert_eq!(cancelled.len(), 1);
    app.pass(Duration::days(10));
    assert_eq!(app.erase_due().await, 0);
    // It can be scheduled anew, with its own fourteen days.
    let session = token(&app.sign_in(ZOE, PASSWORD).await);
    let anew = app
        .mutate(&session, "scheduleAccountDeletion", json!({}))
        .await;
    let date = anew.0["deletionScheduledAt"].as_str().unwrap();
    assert!(
        date.parse::<chrono::DateTime<chrono::Utc>>().unwrap() - app.now() >= Duration::days(14)
    );
    assert_eq!(
        app.count("audit_event WHERE kind LIKE 'ACCOUNT_DELETION_%'")
            .await,
        3
    );
});

on_both!(erase_4_a_key_and_a_stranger_cannot_ask_for_it, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let before = app.footprint().await;
    for mutation in ["scheduleAccountDeletion", "cancelAccountDeletion"] {
        let by_key = app.try_mutate(&ada.key, mutation, json!({})).await;
        assert_eq!(by_key.codes(), ["FORBIDDEN"], "{mutation}");
        let anonymous = app.mutate_anonymously(mutation, json!({})).await;
        assert_eq!(anonymous.codes(), ["UNAUTHENTICATED"], "{mutation}");
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(erase_2_the_address_can_be_used_anew, |app| {
    let session = somebody(app, ZOE).await;
    app.mutate(&session, "scheduleAccountDeletion", json!({}))
        .await;
    app.pass(term());
    assert_eq!(app.erase_due().await, 1);
    app.pass(Duration::days(1));
    let anew = somebody(app, ZOE).await;
    assert_eq!(app.deletion_date(&anew).await, Value::Null);
    assert!(!app.is_accepted(&session).await);
});
