//! What is mailed about reuses: the decision to the submitter, one digest a day to whoever decides.
//! What becomes of the reuses of a person who is erased.

use std::collections::BTreeSet;

use chrono::Duration;
use concierge::{domain::permission::Permission, entity, job::outbox::deliver};
use sea_orm::EntityTrait;
use serde_json::json;

use super::{APPROVE, DELETE, REJECT, SUBMIT, of, state, submitted};
use crate::support::{on_both, smtp::Smtp};

on_both!(reuse_1_the_submitter_is_mailed_what_was_decided, |app| {
    let Some(smtp) = Smtp::start() else { return };
    let deps = app.mailing(&smtp);
    let (ws, ada) = app.portal().await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let otto = app.outsider("Otto Weiss").await;
    app.sql(
        "UPDATE account SET locale = 'FR' WHERE email = 'otto.weiss@example.org'",
        vec![],
    )
    .await;
    let one = submitted(app, &otto, trees, "Tree <map>").await;
    let linked = of(trees, json!({ "title": "See www.maps.example" }));
    let two = app.mutate(&otto, SUBMIT, linked).await.0["reuse"]["id"].clone();
    let three = submitted(app, &otto, trees, "Reversed").await;
    let four = submitted(app, &otto, trees, "Deleted").await;
    let approve = json!({ "ids": [one, three, four], "reason": "Très bien" });
    app.mutate(&ada.key, APPROVE, approve).await;
    let reject = json!({ "ids": [two, three], "reason": "Hors sujet" });
    app.mutate(&ada.key, REJECT, reject).await;
    app.mutate(&ada.key, DELETE, json!({ "ids": [four] })).await;
    app.pass(Duration::seconds(1));
    assert_eq!(deliver(&deps).await.unwrap(), 3);
    let mails = smtp.mails();
    assert!(
        mails
            .iter()
            .all(|mail| mail.to == ["otto.weiss@example.org"])
    );
    let text = |part: &str| {
        let mail = mails.iter().find(|mail| mail.text.contains(part));
        let mail = mail.unwrap_or_else(|| panic!("{part}: {mails:?}"));
        (
            mail.subject.clone(),
            mail.text.replace("\r\n", "\n"),
            mail.html.clone(),
        )
    };
    let (subject, approved, html) = text("Tree <map>");
    assert_eq!(
        subject,
        "Votre réutilisation est publiée dans riverton open data"
    );
    assert!(approved.contains("> Très bien"), "{approved}");
    assert!(approved.contains("?workspace=ws_"), "{approved}");
    assert!(html.contains("Tree &lt;map&gt;"), "{html}");
    let (subject, rejected, _) = text("Reversed");
    assert!(subject.contains("pas été publiée"), "{subject}");
    assert!(rejected.contains("> Hors sujet"), "{rejected}");
    // A title that a mail program would turn into a link is left out.
    assert!(mails.iter().all(|mail| !mail.text.contains("maps.example")));
    assert_eq!(deliver(&deps).await.unwrap(), 0);
});

on_both!(reuse_1_who_decides_has_one_digest_a_day, |app| {
    let Some(smtp) = Smtp::start() else { return };
    let deps = app.mailing(&smtp);
    let (ws, ada) = app.portal().await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let permission = Permission::ManageReuses;
    let rex = app.member(&ws, "Rex Vos").with(permission).create().await;
    app.member(&ws, "Mia Laurent").create().await;
    app.member(&ws, "Dan Perez")
        .with(permission)
        .disabled()
        .create()
        .await;
    let otto = app.outsider("Otto Weiss").await;
    let nina = app.outsider("Nina Berg").await;
    let first = submitted(app, &otto, trees, "Rude words").await;
    submitted(app, &nina, trees, "Walks").await;
    submitted(app, &nina, trees, "Rides").await;
    app.mutate(&ada.key, DELETE, json!({ "ids": [first] }))
        .await;
    app.pass(Duration::hours(14));
    assert_eq!(deliver(&deps).await.unwrap(), 0, "the day is not over");
    app.pass(Duration::hours(1));
    let lea = app.member(&ws, "Lea Late").with(permission).create().await;
    assert_eq!(deliver(&deps).await.unwrap(), 3);
    assert_eq!(deliver(&deps).await.unwrap(), 0);
    let mails = smtp.mails();
    let to: BTreeSet<String> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
    assert_eq!(to, [&ada, &rex, &lea].map(|who| who.email.clone()).into());
    for mail in &mails {
        assert_eq!(
            mail.subject,
            "2 reuses are waiting for a decision in riverton open data"
        );
        // What strangers wrote stands with the reuses alone (ACC-4).
        for words in ["Rude", "Walks", "Nina"] {
            assert!(!mail.text.contains(words), "{}", mail.text);
        }
    }
    // A day on which nothing is submitted has none, nor one whose reuses were all decided.
    app.pass(Duration::days(1));
    assert_eq!(deliver(&deps).await.unwrap(), 0);
    let waiting: Vec<String> = entity::reuse::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap()
        .into_iter()
        .filter(|row| row.deleted_at.is_none())
        .map(|row| concierge::domain::id::ReuseId(row.id).to_string())
        .collect();
    let more = submitted(app, &otto, trees, "More").await;
    let ids = [waiting, vec![more]].concat();
    app.mutate(&ada.key, DELETE, json!({ "ids": ids })).await;
    app.pass(Duration::days(1));
    assert_eq!(deliver(&deps).await.unwrap(), 0);
    assert_eq!(smtp.mails().len(), 3);
});

on_both!(reuse_1_reuses_of_an_erased_person_are_gone, |app| {
    let (ws, ada) = app.portal().await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let otto = app.outsider("Otto Weiss").await;
    let account = app.account_of("Otto Weiss").await;
    let one = submitted(app, &otto, trees, "Otto's map").await;
    submitted(app, &otto, trees, "Otto's walk").await;
    app.mutate(&ada.key, APPROVE, json!({ "ids": [one] })).await;
    let olu = app.operator("Olu Adeyemi").await;
    let erase = json!({ "accountId": account.to_string(), "reason": "Asked for by letter" });
    let done = app.mutate(&olu, "eraseAccount", erase).await;
    assert_eq!(done.errors(), Vec::<String>::new());
    app.erase_due().await;
    let rows = entity::reuse::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert!(row.deleted_at.is_some());
        assert_eq!((row.title.as_str(), row.url.as_str()), ("", ""));
        assert_eq!((row.description, row.reason), (None, None));
        assert_eq!(row.submitted_by, account.0, "ids stay");
    }
    let last: Vec<String> = app
        .events(&ws)
        .await
        .into_iter()
        .rev()
        .take(2)
        .map(|event| event.kind)
        .collect();
    assert_eq!(last, ["REUSE_DELETED", "REUSE_DELETED"]);
    assert_eq!(state(app, None, &one).await, serde_json::Value::Null);
    app.assert_chains().await;
});
