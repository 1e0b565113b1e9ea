//! What followers are mailed: what is news, one mail a day, to those who may browse it then, in
//! batches.

use std::collections::BTreeSet;

use chrono::Duration;
use concierge::{
    domain::{
        follow::follow_id,
        id::{DatasetId, ItemId},
        interval::{Interval, OPEN_END},
        mail::MailKind,
        vocabulary::ResourceAccess,
    },
    entity::{self, outbox},
    job::outbox::deliver,
    service::outbox::batch,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;

use super::{UNFOLLOW, follow, of};
use crate::support::{
    TestApp, on_both,
    smtp::Smtp,
    world::{Member, Ws},
};

/// The mails to followers in the outbox: those that are addressed, and those that are not yet.
async fn mails(app: &TestApp) -> (Vec<outbox::Model>, Vec<outbox::Model>) {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::Kind.eq(MailKind::DatasetUpdated.as_str()))
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    rows.into_iter().partition(|row| row.account_id.is_some())
}

async fn update(app: &TestApp, by: &Member, dataset: DatasetId, more: serde_json::Value) {
    let mut input = json!({ "id": dataset.to_string() });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let done = app.mutate(&by.key, "updateDataset", input).await;
    assert_eq!(done.errors(), Vec::<String>::new());
}

on_both!(follow_2_news_of_a_dataset_queue_one_mail_a_day, |app| {
    let (ws, ada) = app.portal().await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let lonely = app.dataset(&ws, "lonely", &ada, true, true).await;
    let mia = app.member(&ws, "Mia Laurent").create().await;
    let mias = app.session(mia.account).await;
    follow(app, &mias, trees).await;
    let id = |dataset: DatasetId| json!({ "id": dataset.to_string() });
    // Nothing that followers are told of, and a dataset without followers.
    app.dataset_theme(&ws, "nature").await;
    update(
        app,
        &ada,
        trees,
        json!({ "theme": "nature", "hiddenFromSearch": true }),
    )
    .await;
    update(
        app,
        &ada,
        trees,
        json!({ "title": "trees", "recordCount": 1_000 }),
    )
    .await;
    update(app, &ada, lonely, json!({ "title": "Lonely trees" })).await;
    let close = json!({ "id": trees.to_string(), "security": "RESTRICTED" });
    app.mutate(&ada.key, "setDatasetSecurity", close).await;
    let open = json!({ "id": trees.to_string(), "security": "OPEN" });
    app.mutate(&ada.key, "setDatasetSecurity", open).await;
    app.mutate(&ada.key, "unpublishDataset", id(trees)).await;
    let dry = json!({ "id": trees.to_string(), "title": "Oaks", "dryRun": true });
    app.mutate(&ada.key, "updateDataset", dry).await;
    let wrong = json!({ "id": trees.to_string(), "title": "Oaks", "recordCount": -1 });
    app.mutate(&ada.key, "updateDataset", wrong).await;
    assert_eq!(mails(app).await, (vec![], vec![]));
    // Each of these is news; all of one day are in one mail.
    app.mutate(&ada.key, "publishDataset", id(trees)).await;
    for more in [
        json!({ "title": "Oaks" }),
        json!({ "description": "All oaks" }),
        json!({ "recordCount": 1_001 }),
    ] {
        update(app, &ada, trees, more).await;
    }
    let (to_each, to_all) = mails(app).await;
    assert_eq!((to_each.len(), to_all.len()), (0, 1));
    let midnight: chrono::DateTime<chrono::Utc> = "2026-03-03T00:00:00Z".parse().unwrap();
    assert_eq!(to_all[0].send_after, midnight);
    assert_eq!(
        to_all[0].payload,
        json!({ "day": "2026-03-02" }).to_string()
    );
    app.pass(Duration::hours(15));
    update(app, &ada, trees, json!({ "title": "Elms" })).await;
    assert_eq!(mails(app).await.1.len(), 2, "another day, another mail");
});

on_both!(
    follow_2_who_may_still_browse_is_mailed_with_one_click,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let (ws, ada) = app.portal().await;
        let trees = app.dataset(&ws, "trees", &ada, true, true).await;
        let adas = app.session(ada.account).await;
        let mut sessions = Vec::new();
        let mut people = Vec::new();
        for name in [
            "Mia Laurent",
            "Ben Okafor",
            "Dan Perez",
            "Eli Stone",
            "Una Berg",
            "Gil Novak",
        ] {
            let member = app.member(&ws, name).create().await;
            let session = app.session(member.account).await;
            follow(app, &session, trees).await;
            sessions.push(session);
            people.push(member);
        }
        follow(app, &adas, trees).await;
        app.sql(
            "UPDATE account SET locale = 'NL' WHERE id = $1",
            vec![people[0].account.0.into()],
        )
        .await;
        update(
            app,
            &ada,
            trees,
            json!({ "title": "Trees <of> Riverton", "recordCount": 5 }),
        )
        .await;
        // Until it is sent, one is disabled, one revoked, one unfollows; then the dataset is closed, and
        // one of the others is let in.
        let one = |member: &Member| json!({ "membershipIds": [member.id.to_string()] });
        app.mutate(&adas, "disableMembers", one(&people[2])).await;
        app.mutate(&adas, "revokeMembers", one(&people[3])).await;
        app.mutate(&sessions[4], UNFOLLOW, of(trees)).await;
        let close = json!({ "id": trees.to_string(), "security": "RESTRICTED" });
        app.mutate(&adas, "setDatasetSecurity", close).await;
        let since = Interval::from(app.now());
        let (item, browse) = (ItemId::Dataset(trees), ResourceAccess::Browse);
        for member in [&people[0], &people[2], &people[3], &people[4]] {
            app.item_grant(&ws, (Some(member.id), None), item, browse, since)
                .await;
        }
        assert_eq!(deliver(&deps).await.unwrap(), 0, "the day is not over");
        app.pass(Duration::hours(15));
        // Its own row, and the disabled member's mail about being disabled is none.
        deliver(&deps).await.unwrap();
        deliver(&deps).await.unwrap();
        let of_dataset =
            |mail: &&crate::support::smtp::Received| mail.headers.contains_key("List-Unsubscribe");
        let all = smtp.mails();
        let sent: Vec<_> = all.iter().filter(of_dataset).collect();
        let to: BTreeSet<String> = sent.iter().flat_map(|mail| mail.to.clone()).collect();
        assert_eq!(to, [&people[0], &ada].map(|who| who.email.clone()).into());
        assert_eq!(sent.len(), 2, "each once");
        let dutch = sent
            .iter()
            .find(|mail| mail.to[0] == people[0].email)
            .unwrap();
        assert_eq!(
            dutch.subject,
            "“Trees <of> Riverton” is bijgewerkt in riverton open data"
        );
        assert!(dutch.text.contains("op 2 maart 2026"), "{}", dutch.text);
        assert!(
            dutch.html.contains("Trees &lt;of&gt; Riverton"),
            "{}",
            dutch.html
        );
        for mail in sent {
            assert_eq!(
                mail.headers["List-Unsubscribe-Post"],
                "List-Unsubscribe=One-Click"
            );
            let link = mail.headers["List-Unsubscribe"]
                .strip_prefix("<http://localhost/unsubscribe?token=ccl_unf_")
                .and_then(|rest| rest.strip_suffix('>'));
            let link = link.unwrap_or_else(|| panic!("{:?}", mail.headers));
            // The same link for people.
            assert!(
                mail.text.replace("\r\n", "\n").contains(link),
                "{}",
                mail.text
            );
            assert!(mail.text.contains(&format!("?workspace={}", ws.id)));
        }
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        assert!(mails(app).await.1.iter().all(|row| row.sent_at.is_some()));
        // Other mails have no such header.
        assert!(
            all.iter()
                .any(|mail| !mail.headers.contains_key("List-Unsubscribe"))
                || all.len() == 2
        );
    }
);

on_both!(
    follow_2_what_waited_for_the_mail_server_is_asked_again,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let (ws, ada) = app.portal().await;
        let trees = app.dataset(&ws, "trees", &ada, true, true).await;
        let mut sessions = Vec::new();
        for name in ["Mia Laurent", "Ben Okafor", "Una Berg"] {
            let member = app.member(&ws, name).create().await;
            sessions.push((app.session(member.account).await, member));
            follow(app, &sessions.last().unwrap().0, trees).await;
        }
        update(app, &ada, trees, json!({ "title": "Oaks" })).await;
        app.pass(Duration::hours(15));
        smtp.stop();
        for _ in 0..2 {
            assert_eq!(deliver(&deps).await.unwrap(), 0);
        }
        assert_eq!(mails(app).await.0.len(), 3, "they wait");
        app.mutate(&sessions[2].0, UNFOLLOW, of(trees)).await;
        let close = json!({ "id": trees.to_string(), "security": "RESTRICTED" });
        app.mutate(&ada.key, "setDatasetSecurity", close).await;
        let since = Interval::from(app.now());
        let (item, browse) = (ItemId::Dataset(trees), ResourceAccess::Browse);
        app.item_grant(&ws, (Some(sessions[0].1.id), None), item, browse, since)
            .await;
        smtp.come_back();
        app.pass(Duration::hours(2));
        assert_eq!(deliver(&deps).await.unwrap(), 1);
        let sent = smtp.mails();
        assert_eq!(sent[0].to, [sessions[0].1.email.clone()]);
        // A dataset that is deleted meanwhile is not told of, and no dead letter.
        update(app, &ada, trees, json!({ "title": "Elms" })).await;
        app.mutate(
            &ada.key,
            "deleteDataset",
            json!({ "id": trees.to_string() }),
        )
        .await;
        app.pass(Duration::days(1));
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        assert_eq!(
            concierge::service::outbox::state(&deps).await.unwrap().dead,
            0
        );
        assert!(mails(app).await.1.iter().all(|row| row.sent_at.is_some()));
    }
);

/// `count` followers of a dataset, written past the services.
async fn crowd(app: &TestApp, ws: &Ws, dataset: DatasetId, count: usize) {
    let members = app.crowd(ws, count, OPEN_END).await;
    let memberships = entity::membership::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    let rows: Vec<_> = memberships
        .into_iter()
        .filter(|row| members.iter().any(|id| id.0 == row.id))
        .map(|row| {
            let account = concierge::domain::id::AccountId(row.account_id);
            entity::dataset_follow::Model {
                id: follow_id(account, dataset),
                workspace_id: ws.id.0,
                dataset_id: dataset.0,
                membership_id: row.id,
                account_id: account.0,
                followed_at: app.now(),
            }
            .into_active_model()
        })
        .collect();
    for chunk in rows.chunks(500) {
        entity::dataset_follow::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(app.app.deps.db.writer())
            .await
            .unwrap();
    }
}

on_both!(
    follow_2_many_followers_are_addressed_in_batches_each_once,
    |app| {
        let (ws, ada) = app.portal().await;
        let trees = app.dataset(&ws, "trees", &ada, true, true).await;
        crowd(app, &ws, trees, 1_203).await;
        update(app, &ada, trees, json!({ "title": "Oaks" })).await;
        app.pass(Duration::hours(15));
        // A node that died after the first batch left the row behind, with how far it came.
        let mut ids: Vec<_> = entity::dataset_follow::Entity::find()
            .all(app.app.deps.db.writer())
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.membership_id)
            .collect();
        ids.sort();
        let after = concierge::domain::id::MembershipId(ids[499]);
        let said = json!({ "day": "2026-03-02", "after": after }).to_string();
        app.sql(
            "UPDATE outbox SET payload = $1 WHERE kind = 'DATASET_UPDATED'",
            vec![said.into()],
        )
        .await;
        // Two nodes at once: the row is of one of them. Nothing is sent without a mail server.
        let other = app.another_deps().await;
        let (one, two) = tokio::join!(batch(&app.app.deps), batch(&other));
        assert_eq!((one.unwrap().sent, two.unwrap().sent), (0, 0));
        let (to_each, to_all) = mails(app).await;
        assert_eq!(to_each.len(), 703);
        let accounts: BTreeSet<_> = to_each.iter().map(|row| row.account_id).collect();
        assert_eq!(accounts.len(), 703, "each once");
        let day = json!({ "day": "2026-03-02" }).to_string();
        assert!(to_each.iter().all(|row| row.payload == day));
        assert!(to_all.iter().all(|row| row.sent_at.is_some()));
    }
);
