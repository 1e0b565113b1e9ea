//! `requestAccessRenewal`: who may ask, when, and who is told.

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    mail::MailKind,
    permission::{Permission, Preset},
};
use serde_json::{Value, json};

use super::{DECIDE, REQUEST, of};
use crate::support::on_both;

on_both!(mem_8_a_member_asks_for_more_time, |app| {
    let ws = app.workspace("riverton").await;
    let (ada, abe) = (
        app.administrator(&ws, "Ada Veldkamp").await,
        app.administrator(&ws, "Abe Nakamura").await,
    );
    let off = app
        .member(&ws, "Oda Off")
        .preset(Preset::Administrator)
        .disabled()
        .create()
        .await;
    let mia = app
        .member(&ws, "Mia Laurent")
        .until(app.now() + Duration::days(10))
        .create()
        .await;
    let session = app.session(mia.account).await;
    let done = app
        .rehearsed(
            &session,
            REQUEST,
            of(&mia, json!({ "message": "  Until summer, please.\nMia " })),
        )
        .await;
    let renewal = &done.0["accessRenewal"];
    let id = renewal["id"].as_str().unwrap();
    assert!(id.starts_with("ren_"));
    assert_eq!(
        (&renewal["state"], &renewal["message"]),
        (&json!("PENDING"), &json!("Until summer, please.\nMia"))
    );
    assert_eq!(
        (&renewal["requestedAt"], &renewal["membership"]["id"]),
        (&json!(app.at(0)), &json!(mia.id))
    );
    let events = app.events(&ws).await;
    assert_eq!(
        events
            .iter()
            .map(|event| event.kind.as_str())
            .collect::<Vec<_>>(),
        ["ACCESS_RENEWAL_REQUESTED"]
    );
    assert_eq!(events[0].subject_id.as_deref(), Some(id));
    // What they wrote is personal: it stands beside the chain.
    assert!(
        !events[0].changes.contains("summer"),
        "{}",
        events[0].changes
    );
    for (to, mails) in [(&ada, 1), (&abe, 1), (&off, 0), (&mia, 0)] {
        let queued = app.mails(MailKind::AccessRenewalRequested, &to.email).await;
        assert_eq!(queued.len(), mails, "{}", to.email);
        assert!(queued.iter().all(
            |mail| mail.subject_id.as_deref() == Some(id) && mail.workspace_id == Some(ws.id.0)
        ));
        assert!(queued.iter().all(|mail| !mail.payload.contains("summer")));
    }
    let own = "{ workspace(slug: \"riverton\") { viewerMembership { accessRenewal { id state message decidedAt decidedBy { id } reason endsAt } } } }";
    let seen = app.post(Some(&session), own, json!({})).await;
    let seen = &seen.data()["workspace"]["viewerMembership"]["accessRenewal"];
    assert_eq!(
        (&seen["id"], &seen["state"]),
        (&json!(id), &json!("PENDING"))
    );
    for empty in ["decidedAt", "decidedBy", "reason", "endsAt"] {
        assert_eq!(seen[empty], Value::Null);
    }
});

on_both!(mem_8_one_wish_waits_at_a_time_and_a_new_one_a_week, |app| {
    let (ws, ada) = app.portal().await;
    let mia = app
        .member(&ws, "Mia Laurent")
        .until(app.now() + Duration::days(60))
        .create()
        .await;
    let session = app.session(mia.account).await;
    let first = app.mutate(&session, REQUEST, of(&mia, json!({}))).await;
    assert_eq!(first.errors(), Vec::<String>::new());
    let before = app.footprint().await;
    assert_eq!(
        app.mutate(&session, REQUEST, of(&mia, json!({})))
            .await
            .errors(),
        ["REQUEST_PENDING membershipId"]
    );
    assert_eq!(app.footprint().await, before);
    let rejected = app
        .mutate(
            &ada.key,
            DECIDE,
            json!({ "ids": [first.0["accessRenewal"]["id"]], "approve": false }),
        )
        .await;
    assert_eq!(rejected.became(), ["REJECTED"]);
    let before = app.footprint().await;
    assert_eq!(
        app.mutate(&session, REQUEST, of(&mia, json!({})))
            .await
            .errors(),
        ["WAIT membershipId"]
    );
    app.pass(Duration::days(7) - Duration::microseconds(1));
    let session = app.session(mia.account).await;
    assert_eq!(
        app.mutate(&session, REQUEST, of(&mia, json!({})))
            .await
            .errors(),
        ["WAIT membershipId"]
    );
    assert_eq!(app.footprint().await, before);
    // The rejection was written an instant after the clock's.
    app.pass(Duration::seconds(1));
    let again = app.mutate(&session, REQUEST, of(&mia, json!({}))).await;
    assert_eq!(again.0["accessRenewal"]["state"], "PENDING");
    // After an approval there is nothing to wait for.
    let input = json!({ "ids": [again.0["accessRenewal"]["id"]], "approve": true, "endsAt": app.at(90 * 86_400) });
    assert_eq!(
        app.mutate(&ada.key, DECIDE, input).await.became(),
        ["APPROVED"]
    );
    assert_eq!(
        app.mutate(&session, REQUEST, of(&mia, json!({})))
            .await
            .errors(),
        Vec::<String>::new()
    );
});

on_both!(mem_8_who_cannot_ask_is_told_why, |app| {
    let (ws, ada) = app.portal().await;
    let end = app.now() + Duration::days(10);
    let mia = app.member(&ws, "Mia Laurent").until(end).create().await;
    let open = app.member(&ws, "Olga Open").create().await;
    let off = app
        .member(&ws, "Dan Perez")
        .until(end)
        .disabled()
        .create()
        .await;
    let gone = app.member(&ws, "Eli Stone").until(app.now()).create().await;
    let sam = app
        .member(&ws, "Sam Ortiz")
        .during(Interval::new(app.now() + Duration::days(1), end))
        .create()
        .await;
    let session = app.session(mia.account).await;
    let stranger = app.outsider("Otto Weiss").await;
    let before = app.footprint().await;
    for (member, code) in [
        (&open, "NO_ACCESS_END"),
        (&off, "MEMBERSHIP_DISABLED"),
        (&gone, "NOT_ACTIVE"),
    ] {
        let theirs = app.session(member.account).await;
        let refused = app.mutate(&theirs, REQUEST, of(member, json!({}))).await;
        assert_eq!(
            (refused.errors(), &refused.0["accessRenewal"]),
            (vec![format!("{code} membershipId")], &Value::Null)
        );
        assert!(
            refused.0["errors"][0]["message"]
                .as_str()
                .unwrap()
                .ends_with('.')
        );
    }
    for (message, code) in [
        ("x".repeat(2_001), "TOO_LONG message"),
        ("a\u{0}".to_owned(), "INVALID_CHARACTERS message"),
    ] {
        assert_eq!(
            app.mutate(&session, REQUEST, of(&mia, json!({ "message": message })))
                .await
                .errors(),
            [code]
        );
    }
    // For oneself alone, and by session: administrators set the end themselves.
    let adas = app.session(ada.account).await;
    for (credential, refusal) in [
        (&adas, "FORBIDDEN"),
        (&stranger, "NOT_FOUND"),
        (&mia.key, "FORBIDDEN"),
        (&ada.key, "FORBIDDEN"),
    ] {
        assert_eq!(
            app.try_mutate(credential, REQUEST, of(&mia, json!({})))
                .await
                .refusal(),
            refusal
        );
    }
    for id in ["mem_1", "ren_01h455vb4pex5vsknk084sn02q", ""] {
        let input = json!({ "membershipId": id });
        assert_eq!(
            app.try_mutate(&session, REQUEST, input).await.refusal(),
            "BAD_USER_INPUT"
        );
    }
    let nobody = json!({ "membershipId": "mem_01h455vb4pex5vsknk084sn02q" });
    assert_eq!(
        app.try_mutate(&session, REQUEST, nobody).await.refusal(),
        "NOT_FOUND"
    );
    assert_eq!(app.footprint().await, before);
    // Whoever has not begun has an end ahead too; an empty message is none.
    let sams = app.session(sam.account).await;
    let asked = app
        .mutate(&sams, REQUEST, of(&sam, json!({ "message": " \n" })))
        .await;
    assert_eq!(asked.0["accessRenewal"]["message"], Value::Null);
    let long = app
        .mutate(
            &session,
            REQUEST,
            of(&mia, json!({ "message": "x".repeat(2_000) })),
        )
        .await;
    assert_eq!(long.errors(), Vec::<String>::new());
});

on_both!(mem_8_whoever_asks_is_not_mailed_about_themself, |app| {
    let (ws, ada) = app.portal().await;
    let end = app.now() + Duration::days(10);
    let abe = app
        .member(&ws, "Abe Nakamura")
        .preset(Preset::Administrator)
        .until(end)
        .create()
        .await;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(Permission::EditWorkspaceProperties)
        .create()
        .await;
    let session = app.session(abe.account).await;
    app.mutate(&session, REQUEST, of(&abe, json!({}))).await;
    for (to, mails) in [(&ada, 1), (&abe, 0), (&ewa, 0)] {
        assert_eq!(
            app.mails(MailKind::AccessRenewalRequested, &to.email)
                .await
                .len(),
            mails,
            "{}",
            to.email
        );
    }
});
