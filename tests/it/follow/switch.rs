//! `followDataset`, `unfollowDataset`, and what shows who follows what.

use chrono::Duration;
use concierge::{
    domain::{
        id::{DatasetId, ItemId},
        interval::Interval,
        permission::Permission,
        vocabulary::{AccessMode, MembershipEndReason, ResourceAccess},
    },
    entity,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{FOLLOW, UNFOLLOW, follow, followed, of, seen};
use crate::support::{TestApp, on_both, world::Member, world::Ws, writing::document};

on_both!(follow_1_a_member_follows_and_unfollows, |app| {
    let (ws, ada) = app.portal().await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let adas = app.session(ada.account).await;
    let mia = app.member(&ws, "Mia Laurent").create().await;
    let mias = app.session(mia.account).await;
    assert_eq!(
        seen(app, Some(&mias), trees).await,
        (json!(false), json!(0))
    );
    let version = app.count("workspace WHERE access_version = 1").await;
    for _ in 0..2 {
        follow(app, &mias, trees).await;
        assert_eq!(seen(app, Some(&mias), trees).await, (json!(true), json!(1)));
    }
    follow(app, &adas, trees).await;
    assert_eq!(seen(app, Some(&mias), trees).await, (json!(true), json!(2)));
    // Visitors and strangers follow nothing, and see how many do; a key reads as its member.
    assert_eq!(seen(app, None, trees).await, (Value::Null, json!(2)));
    let otto = app.outsider("Otto Weiss").await;
    assert_eq!(seen(app, Some(&otto), trees).await, (Value::Null, json!(2)));
    assert_eq!(
        seen(app, Some(&mia.key), trees).await,
        (json!(true), json!(2))
    );
    assert_eq!(followed(app, &mias).await, ["trees"]);
    assert_eq!(followed(app, &otto).await, [""; 0]);
    for _ in 0..2 {
        let done = app.mutate(&mias, UNFOLLOW, of(trees)).await;
        assert_eq!(done.errors(), Vec::<String>::new());
        assert_eq!(done.0["dataset"]["viewerFollows"], false);
        assert_eq!(done.0["dataset"]["followerCount"], 1);
    }
    assert_eq!(followed(app, &mias).await, [""; 0]);
    // No event, and no version of the workspace.
    assert!(app.events(&ws).await.is_empty());
    assert_eq!(
        app.count("workspace WHERE access_version = 1").await,
        version
    );
    assert_eq!(app.count("outbox").await, 0);
});

on_both!(
    follow_1_others_are_told_that_there_is_no_such_dataset,
    |app| {
        let (ws, ada) = app.portal().await;
        let trees = app.dataset(&ws, "trees", &ada, true, true).await;
        let draft = app.dataset(&ws, "draft", &ada, false, true).await;
        let closed = app.dataset(&ws, "closed", &ada, true, false).await;
        let gone = app.dataset(&ws, "gone", &ada, true, true).await;
        app.sql(
            "UPDATE dataset SET deleted_at = updated_at WHERE id = $1",
            vec![gone.0.into()],
        )
        .await;
        let private = app
            .workspace_with("harbour", AccessMode::Private, None)
            .await;
        let abe = app.administrator(&private, "Abe Nakamura").await;
        let ships = app.dataset(&private, "ships", &abe, true, true).await;
        let otto = app.outsider("Otto Weiss").await;
        let mia = app.member(&ws, "Mia Laurent").create().await;
        let mias = app.session(mia.account).await;
        let dan = app.member(&ws, "Dan Perez").disabled().create().await;
        let dans = app.session(dan.account).await;
        let later = Interval::from(app.now() + Duration::days(1));
        let sam = app.member(&ws, "Sam Ortiz").during(later).create().await;
        let sams = app.session(sam.account).await;
        let eli = app.member(&ws, "Eli Stone").until(app.now()).create().await;
        let elis = app.session(eli.account).await;
        let before = app.footprint().await;
        for mutation in [FOLLOW, UNFOLLOW] {
            for (session, dataset) in [
                (&otto, trees),
                (&dans, trees),
                (&sams, trees),
                (&elis, trees),
                (&mias, draft),
                (&mias, closed),
                (&mias, gone),
                (&mias, ships),
            ] {
                let answer = app.try_mutate(session, mutation, of(dataset)).await;
                assert_eq!(answer.refusal(), "NOT_FOUND", "{mutation} {dataset}");
            }
            for key in [&ada.key, &mia.key] {
                let answer = app.try_mutate(key, mutation, of(trees)).await;
                assert_eq!(answer.refusal(), "FORBIDDEN");
            }
            let variables = json!({ "input": of(trees) });
            let anonymous = app.post(None, &document(mutation), variables).await;
            assert_eq!(anonymous.refusal(), "UNAUTHENTICATED");
            for id in ["ds_1", "page_01h455vb4pex5vsknk084sn02q", ""] {
                let input = json!({ "datasetId": id });
                let answer = app.try_mutate(&mias, mutation, input).await;
                assert_eq!(answer.refusal(), "BAD_USER_INPUT", "{id}");
            }
        }
        assert_eq!(app.footprint().await, before);
    }
);

/// Datasets that a member follows, written past the services.
async fn follow_many(app: &TestApp, ws: &Ws, member: &Member, count: usize) {
    let db = app.app.deps.db.writer();
    for number in 0..count {
        let dataset = app
            .dataset(ws, &format!("set-{number:04}"), member, true, true)
            .await;
        let row = entity::dataset_follow::Model {
            id: concierge::domain::follow::follow_id(member.account, dataset),
            workspace_id: ws.id.0,
            dataset_id: dataset.0,
            membership_id: member.id.0,
            account_id: member.account.0,
            followed_at: app.now(),
        };
        entity::dataset_follow::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
    }
}

on_both!(follow_1_a_member_follows_a_thousand_datasets, |app| {
    let (ws, ada) = app.portal().await;
    let mia = app.member(&ws, "Mia Laurent").create().await;
    let mias = app.session(mia.account).await;
    let (one, two) = (
        app.dataset(&ws, "one", &ada, true, true).await,
        app.dataset(&ws, "two", &ada, true, true).await,
    );
    follow_many(app, &ws, &mia, 999).await;
    let both = app
        .at_once((&mias, FOLLOW, of(one)), (&mias, FOLLOW, of(two)))
        .await;
    let mut errors: Vec<Vec<String>> = both.map(|done| done.unwrap().errors()).into();
    errors.sort();
    assert_eq!(errors, [vec![], vec!["LIMIT_REACHED datasetId".to_owned()]]);
    assert_eq!(app.count("dataset_follow").await, 1_000);
    let three = app.dataset(&ws, "three", &ada, true, true).await;
    let before = app.footprint().await;
    let refused = app.mutate(&mias, FOLLOW, of(three)).await;
    assert_eq!(refused.errors(), ["LIMIT_REACHED datasetId"]);
    let error = &refused.0["errors"][0];
    assert_eq!(
        (&error["limit"], &error["retryAt"]),
        (&json!(1_000), &Value::Null)
    );
    assert!(
        error["message"].as_str().unwrap().contains("1000"),
        "{error}"
    );
    assert_eq!(app.footprint().await, before);
    // What is deleted counts no more.
    app.sql(
        "UPDATE dataset SET deleted_at = updated_at WHERE identifier = 'set-0000'",
        vec![],
    )
    .await;
    follow(app, &mias, three).await;
    // All pages together have all of them, each once.
    let query = "query($after: String) { viewer { profile { followedDatasets(first: 100, after: $after) { \
         totalCount nodes { id } pageInfo { hasNextPage endCursor } } } } }";
    let (mut ids, mut after) = (std::collections::BTreeSet::new(), Value::Null);
    loop {
        let answer = app
            .post(Some(&mias), query, json!({ "after": after }))
            .await;
        let page = &answer.data()["viewer"]["profile"]["followedDatasets"];
        assert_eq!(page["totalCount"], 1_000);
        for node in page["nodes"].as_array().unwrap() {
            assert!(ids.insert(node["id"].as_str().unwrap().to_owned()));
        }
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(ids.len(), 1_000);
});

on_both!(follow_1_a_follow_counts_with_its_membership, |app| {
    let (ws, ada) = app.portal().await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let adas = app.session(ada.account).await;
    let mia = app.member(&ws, "Mia Laurent").create().await;
    let mias = app.session(mia.account).await;
    follow(app, &mias, trees).await;
    let one = json!({ "membershipIds": [mia.id.to_string()] });
    app.mutate(&adas, "disableMembers", one.clone()).await;
    assert_eq!(seen(app, Some(&mias), trees).await, (Value::Null, json!(0)));
    assert_eq!(followed(app, &mias).await, [""; 0]);
    app.mutate(&adas, "enableMembers", one.clone()).await;
    assert_eq!(seen(app, Some(&mias), trees).await, (json!(true), json!(1)));
    app.mutate(&adas, "revokeMembers", one.clone()).await;
    assert_eq!(
        seen(app, Some(&adas), trees).await,
        (json!(false), json!(0))
    );
    assert_eq!(followed(app, &mias).await, [""; 0]);
    // A dry run of restoring moves nothing; restoring brings it back.
    let restore = json!({ "membershipIds": [mia.id.to_string()], "unlimited": true });
    let mut dry = restore.clone();
    dry["dryRun"] = json!(true);
    app.mutate(&adas, "restoreMembers", dry).await;
    assert_eq!(
        seen(app, Some(&adas), trees).await,
        (json!(false), json!(0))
    );
    let done = app.mutate(&adas, "restoreMembers", restore).await;
    assert_eq!(done.became(), ["RESTORED"]);
    assert_eq!(seen(app, Some(&mias), trees).await, (json!(true), json!(1)));
    assert_eq!(followed(app, &mias).await, ["trees"]);
    // Whoever comes back by another way starts anew (JOIN-10), and may follow again.
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let bens = app.session(ben.account).await;
    follow(app, &bens, trees).await;
    app.end(&ws, &ben, app.now(), Some(MembershipEndReason::Revoked))
        .await;
    app.member(&ws, "Ben Again").of(ben.account).create().await;
    assert_eq!(
        seen(app, Some(&bens), trees).await,
        (json!(false), json!(1))
    );
    assert_eq!(followed(app, &bens).await, [""; 0]);
    follow(app, &bens, trees).await;
    assert_eq!(seen(app, Some(&bens), trees).await, (json!(true), json!(2)));
});

on_both!(
    follow_1_what_cannot_be_browsed_any_more_can_be_unfollowed,
    |app| {
        let (ws, ada) = app.portal().await;
        let closed = app.dataset(&ws, "closed", &ada, true, false).await;
        let adas = app.session(ada.account).await;
        let mia = app.member(&ws, "Mia Laurent").create().await;
        let mias = app.session(mia.account).await;
        let since = Interval::from(app.now());
        let item = ItemId::Dataset(closed);
        let grant = app
            .item_grant(
                &ws,
                (Some(mia.id), None),
                item,
                ResourceAccess::Browse,
                since,
            )
            .await;
        follow(app, &mias, closed).await;
        let take = json!({ "grantIds": [grant.to_string()] });
        app.mutate(&adas, "revokePermissions", take).await;
        assert_eq!(followed(app, &mias).await, [""; 0], "but it is followed");
        assert_eq!(app.count("dataset_follow").await, 1);
        let done = app.mutate(&mias, UNFOLLOW, of(closed)).await;
        assert_eq!((done.errors(), &done.0["dataset"]), (vec![], &Value::Null));
        assert_eq!(app.count("dataset_follow").await, 0);
        let again = app.try_mutate(&mias, UNFOLLOW, of(closed)).await;
        assert_eq!(again.refusal(), "NOT_FOUND");
    }
);

on_both!(follow_1_the_list_goes_over_all_workspaces, |app| {
    let (ws, ada) = app.portal().await;
    let private = app
        .workspace_with("harbour", AccessMode::Private, None)
        .await;
    let abe = app.administrator(&private, "Abe Nakamura").await;
    let mia = app.member(&ws, "Mia Laurent").create().await;
    app.member(&private, "Mia Harbour")
        .of(mia.account)
        .with(Permission::BrowseAllDatasets)
        .create()
        .await;
    let mias = app.session(mia.account).await;
    let mut ids: Vec<DatasetId> = Vec::new();
    for (ws, owner, name, open) in [
        (&ws, &ada, "trees", true),
        (&private, &abe, "ships", false),
        (&ws, &ada, "lakes", true),
        (&private, &abe, "cranes", true),
    ] {
        let id = app.dataset(ws, name, owner, true, open).await;
        follow(app, &mias, id).await;
        ids.push(id);
    }
    assert_eq!(
        followed(app, &mias).await,
        ["trees", "ships", "lakes", "cranes"]
    );
    let query = "query($after: String) { viewer { profile { followedDatasets(first: 3, after: $after) { \
         totalCount nodes { id viewerFollows } pageInfo { hasNextPage hasPreviousPage endCursor } } } } }";
    let first = app.post(Some(&mias), query, json!({})).await;
    let first = &first.data()["viewer"]["profile"]["followedDatasets"];
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let after = json!({ "after": first["pageInfo"]["endCursor"] });
    let next = app.post(Some(&mias), query, after).await;
    let next = &next.data()["viewer"]["profile"]["followedDatasets"];
    assert_eq!(
        next["nodes"],
        json!([{ "id": ids[3], "viewerFollows": true }])
    );
    assert_eq!(next["pageInfo"]["hasNextPage"], false);
    assert_eq!(next["pageInfo"]["hasPreviousPage"], true);
    let back = "{ viewer { profile { followedDatasets(last: 2) { nodes { identifier } pageInfo { hasNextPage hasPreviousPage } } } } }";
    let back = app.post(Some(&mias), back, json!({})).await;
    let back = &back.data()["viewer"]["profile"]["followedDatasets"];
    let last = json!([{ "identifier": "lakes" }, { "identifier": "cranes" }]);
    assert_eq!(back["nodes"], last);
    assert_eq!(back["pageInfo"]["hasPreviousPage"], true);
    // What she may not browse is not in it, nor what is in a workspace that is gone for her.
    app.sql(
        "UPDATE dataset SET published = FALSE WHERE identifier = 'lakes'",
        vec![],
    )
    .await;
    assert_eq!(followed(app, &mias).await, ["trees", "ships", "cranes"]);
    app.sql(
        "UPDATE workspace SET deleted_at = last_write_at WHERE slug = 'harbour'",
        vec![],
    )
    .await;
    assert_eq!(followed(app, &mias).await, ["trees"]);
    // Keys have no profile.
    let key = app
        .post(
            Some(&mia.key),
            "{ viewer { profile { followedDatasets { totalCount } } } }",
            json!({}),
        )
        .await;
    assert_eq!(key.data()["viewer"]["profile"], Value::Null);
});
