//! Groups changed by two at once (R4): both are answered as if one came after the other.

use std::sync::Arc;

use concierge::{domain::id::GroupId, domain::permission::Permission::CreatePages, entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use super::{ids, places, row, slugs};
use crate::support::{Payload, TestApp, on_both};

type Call<'a> = (&'a str, &'a str, Value);

/// Calls at once, each on a thread of its own: payloads, or the codes of refusals.
async fn at_once(app: &TestApp, calls: Vec<Call<'_>>) -> Vec<Result<Payload, String>> {
    let gate = Arc::new(Barrier::new(calls.len()));
    let run = |(credential, mutation, input): Call<'_>| {
        let (door, gate) = (app.door(), Arc::clone(&gate));
        let (credential, mutation) = (credential.to_owned(), mutation.to_owned());
        tokio::spawn(async move {
            gate.wait().await;
            let answer = door.mutate(Some(&credential), &mutation, input).await;
            if answer.codes().is_empty() {
                Ok(answer.payload())
            } else {
                Err(answer.refusal().to_owned())
            }
        })
    };
    let mut answers = Vec::new();
    for call in calls.into_iter().map(run).collect::<Vec<_>>() {
        answers.push(call.await.unwrap());
    }
    answers
}

on_both!(threads: r4_a_group_is_deleted_while_members_are_added, |app| {
    let (ws, ada) = app.portal().await;
    let (ben, cho) = (app.member(&ws, "Ben Okafor").create().await, app.member(&ws, "Cho Minh").create().await);
    let session = app.session_of(ada.account).await;
    for round in 0..20 {
        let group = app.group(&ws, &format!("Round {round}"), &[CreatePages]).await;
        let deletion = json!({ "id": group.to_string() });
        let addition = json!({ "groupId": group.to_string(), "membershipIds": ids([&ben, &cho]) });
        let mut calls = vec![(session.as_str(), "deleteGroup", deletion), (ada.key.as_str(), "addGroupMembers", addition)];
        if round % 2 == 1 {
            calls.reverse();
        }
        let mut answers = at_once(app, calls).await;
        if round % 2 == 1 {
            answers.reverse();
        }
        assert_eq!(answers[0].as_ref().unwrap().0["deletedGroupId"], group.to_string(), "round {round}");
        let rows = entity::group_membership::Entity::find().filter(entity::group_membership::Column::GroupId.eq(group.0));
        let rows = rows.all(app.app.deps.db.writer()).await.unwrap();
        let ended = row(app, &group.to_string()).await.ends_at;
        match &answers[1] {
            Ok(added) => {
                assert_eq!(added.became(), ["ADDED", "ADDED"], "they came first");
                assert!(rows.len() == 2 && rows.iter().all(|row| row.starts_at < ended), "round {round}");
            }
            Err(code) => assert_eq!((code.as_str(), rows.len()), ("NOT_FOUND", 0), "round {round}"),
        }
        for member in [&ben, &cho] {
            assert_eq!(app.permissions(&ada, &ws, member.id).await, Vec::<String>::new(), "nothing counts in a group that is gone");
        }
    }
});

on_both!(threads: r4_of_two_who_make_one_title_one_succeeds, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    for round in 0..20 {
        let input = |title: String| json!({ "workspaceId": ws.id.to_string(), "title": title });
        let calls = vec![
            (session.as_str(), "createGroup", input(format!("Élan {round}"))),
            (ada.key.as_str(), "createGroup", input(format!("ÉLAN {round}"))),
        ];
        let answers = at_once(app, calls).await;
        let mut errors: Vec<_> = answers.iter().map(|answer| answer.as_ref().unwrap().errors()).collect();
        errors.sort_unstable();
        assert_eq!(errors, [Vec::new(), vec!["TAKEN title".to_owned()]], "round {round}");
    }
    assert_eq!((slugs(app, &ada.key, &ws).await.len(), app.events(&ws).await.len()), (20, 20));
});

on_both!(threads: r4_titles_that_differ_never_share_a_slug, |app| {
    let (ws, ada) = app.portal().await;
    let titles = ["Elan", "Élan", "Èlan", "Elan!", "Elan?", "(Elan)", "Êlan", "Ëlan"];
    let input = |title: &str| json!({ "workspaceId": ws.id.to_string(), "title": title });
    let answers = at_once(app, titles.iter().map(|title| (ada.key.as_str(), "createGroup", input(title))).collect()).await;
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap().errors().is_empty()));
    let mut found = slugs(app, &ada.key, &ws).await;
    found.sort_unstable();
    assert_eq!(found, ["elan", "elan-2", "elan-3", "elan-4", "elan-5", "elan-6", "elan-7", "elan-8"]);
});

on_both!(threads: r4_one_member_is_added_by_two_at_once, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    for round in 0..20 {
        let group: GroupId = app.group(&ws, &format!("Round {round}"), &[]).await;
        let ben = app.member(&ws, &format!("Ben Okafor{round}")).create().await;
        let input = json!({ "groupId": group.to_string(), "membershipIds": ids([&ben]) });
        let calls =
            vec![(session.as_str(), "addGroupMembers", input.clone()), (ada.key.as_str(), "addGroupMembers", input.clone())];
        let answers = at_once(app, calls).await;
        let mut became: Vec<_> = answers.iter().map(|answer| answer.as_ref().unwrap().became()[0].to_owned()).collect();
        became.sort_unstable();
        assert_eq!(became, ["ADDED", "ALREADY_IN"], "round {round}");
        assert_eq!(places(app, ben.id).await.len(), 1);
        let calls = vec![(session.as_str(), "deleteGroup", json!({ "id": group.to_string() })); 2];
        let mut deleted: Vec<_> = at_once(app, calls).await.into_iter().map(|answer| answer.err().unwrap_or_default()).collect();
        deleted.sort_unstable();
        assert_eq!(deleted, ["", "NOT_FOUND"], "of two deletions one succeeds");
    }
});
