//! Giving items to another owner (WS-4, PERM-6, PERM-7).

use concierge::domain::{
    permission::{Permission, Preset},
    vocabulary::{QuotaScope, QuotaType},
};
use serde_json::json;

use crate::support::{on_both, writing};

on_both!(ws_4_an_administrator_hands_items_on, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ed = app
        .member(&ws, "Ed Itor")
        .preset(Preset::Editor)
        .create()
        .await;
    let gone = app
        .member(&ws, "Go Ne")
        .until(app.now() - chrono::Duration::minutes(1))
        .create()
        .await;
    let dataset = app
        .dataset(&ws, "trees", &ada, false, true)
        .await
        .to_string();
    let page = app
        .page(&ws, "welcome", &ada, false, true)
        .await
        .to_string();
    let foreign = app
        .dataset(&other, "boats", &eve, true, true)
        .await
        .to_string();
    let ids = [&dataset, &page, &foreign, &dataset];
    let input = |to: &str, ids: &[&String]| json!({ "ids": ids, "membershipId": to });
    let before = app.footprint().await;
    let mut rehearsed = input(&ed.id.to_string(), &ids);
    rehearsed["dryRun"] = json!(true);
    let rehearsed = app.mutate(&ada.key, "transferOwnership", rehearsed).await;
    let mut atomic = input(&ed.id.to_string(), &ids);
    atomic["atomic"] = json!(true);
    let undone = app.mutate(&ada.key, "transferOwnership", atomic).await;
    assert_eq!(
        undone.became(),
        ["ROLLED_BACK", "ROLLED_BACK", "NOT_FOUND", "DUPLICATE"]
    );
    for (to, code) in [
        (&gone, "NOT_ACTIVE membershipId"),
        (&eve, "NOT_FOUND membershipId"),
    ] {
        let refused = app
            .mutate(
                &ada.key,
                "transferOwnership",
                input(&to.id.to_string(), &ids),
            )
            .await;
        assert_eq!(refused.errors(), [code]);
    }
    assert_eq!(app.footprint().await, before);
    let update = json!({ "id": dataset, "title": "Mine" });
    assert_eq!(
        app.try_mutate(&ed.key, "updateDataset", update.clone())
            .await
            .refusal(),
        "NOT_FOUND"
    );

    let done = app
        .mutate(
            &ada.key,
            "transferOwnership",
            input(&ed.id.to_string(), &ids),
        )
        .await;
    assert_eq!(
        done.became(),
        ["TRANSFERRED", "TRANSFERRED", "NOT_FOUND", "DUPLICATE"]
    );
    assert_eq!(done.0["changes"], rehearsed.0["changes"]);
    assert_eq!(
        done.0["results"][1]["resource"]["owner"]["id"],
        ed.account.to_string()
    );
    assert!(done.0["results"][2]["resource"].is_null());
    let kinds: Vec<_> = app
        .events(&ws)
        .await
        .into_iter()
        .map(|event| event.kind)
        .collect();
    assert_eq!(kinds, ["DATASET_TRANSFERRED", "PAGE_TRANSFERRED"]);
    assert_eq!(
        app.mutate(&ed.key, "updateDataset", update).await.0["dataset"]["title"],
        "Mine"
    );
    let before = app.footprint().await;
    let again = app
        .mutate(
            &ada.key,
            "transferOwnership",
            input(&ed.id.to_string(), &[&dataset, &page]),
        )
        .await;
    assert_eq!(again.became(), ["UNCHANGED", "UNCHANGED"]);
    assert_eq!(app.footprint().await, before);
});

on_both!(
    perm_6_others_hand_on_what_they_may_delete_and_not_to_themselves,
    |app| {
        let (ws, ada) = app.portal().await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let dan = app
            .member(&ws, "Dan All")
            .with(Permission::EditWorkspaceProperties)
            .with(Permission::EditAllDatasets)
            .create()
            .await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let dataset = app
            .dataset(&ws, "trees", &ada, true, true)
            .await
            .to_string();
        let page = app.page(&ws, "welcome", &ada, true, true).await.to_string();
        let before = app.footprint().await;
        for (who, to, ids, wanted) in [
            (
                &ewa,
                &ben,
                vec![&dataset, &page],
                vec!["FORBIDDEN", "FORBIDDEN"],
            ),
            (&dan, &dan, vec![&dataset], vec!["FORBIDDEN"]),
            (&dan, &ada, vec![&dataset], vec!["FORBIDDEN"]),
            (&dan, &ben, vec![&page], vec!["FORBIDDEN"]),
        ] {
            let input = json!({ "ids": ids, "membershipId": to.id.to_string() });
            assert_eq!(
                app.mutate(&who.key, "transferOwnership", input)
                    .await
                    .became(),
                wanted
            );
        }
        let input = json!({ "ids": [dataset], "membershipId": ben.id.to_string() });
        assert_eq!(
            app.try_mutate(&ben.key, "transferOwnership", input.clone())
                .await
                .refusal(),
            "FORBIDDEN"
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            app.mutate(&dan.key, "transferOwnership", input)
                .await
                .became(),
            ["TRANSFERRED"]
        );
        let own = json!({ "ids": [dataset, page], "membershipId": ada.id.to_string() });
        assert_eq!(
            app.mutate(&ada.key, "transferOwnership", own)
                .await
                .became(),
            ["TRANSFERRED", "UNCHANGED"]
        );
    }
);

on_both!(
    quota_6_whoever_is_given_datasets_needs_room_for_them,
    |app| {
        let (ws, ada) = app.portal().await;
        let dan = app
            .member(&ws, "Dan All")
            .with(Permission::EditWorkspaceProperties)
            .with(Permission::EditAllDatasets)
            .create()
            .await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        app.quota(
            &ws,
            QuotaScope::Member,
            Some(ben.id.0),
            (QuotaType::Datasets, None),
            2,
        )
        .await;
        app.dataset(&ws, "own", &ben, true, true).await;
        let mut ids = Vec::new();
        for name in ["trees", "parks", "roads"] {
            ids.push(app.dataset(&ws, name, &ada, true, true).await.to_string());
        }
        let page = app.page(&ws, "welcome", &ada, true, true).await.to_string();
        let input = |ids: &[&String], more: serde_json::Value| {
            let mut input = json!({ "ids": ids, "membershipId": ben.id.to_string() });
            input
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            input
        };
        let transfer = "transferOwnership";
        let before = app.footprint().await;
        let refused = app
            .mutate(
                &dan.key,
                transfer,
                input(&[&ids[0]], json!({ "overQuota": true })),
            )
            .await;
        assert_eq!(
            (refused.errors(), refused.became()),
            (vec!["FORBIDDEN overQuota".to_owned()], vec![])
        );
        let undone = app
            .mutate(
                &ada.key,
                transfer,
                input(&[&ids[0], &ids[1]], json!({ "atomic": true })),
            )
            .await;
        assert_eq!(undone.became(), ["ROLLED_BACK", "QUOTA_EXCEEDED"]);
        assert_eq!(app.footprint().await, before);
        // One more fits; pages are not counted, and what was theirs before takes no place.
        let done = app
            .mutate(
                &ada.key,
                transfer,
                input(&[&ids[0], &ids[1], &page, &ids[0]], json!({})),
            )
            .await;
        assert_eq!(
            done.became(),
            ["TRANSFERRED", "QUOTA_EXCEEDED", "TRANSFERRED", "DUPLICATE"]
        );
        assert_eq!(
            app.mutate(&dan.key, transfer, input(&[&ids[0], &ids[1]], json!({})))
                .await
                .became(),
            ["UNCHANGED", "QUOTA_EXCEEDED"]
        );
        let document = writing::document(transfer).replace(
            "effects { membership { id }",
            "effects { membership { id } passedLimits { type limit used }",
        );
        let input = input(&[&ids[1], &ids[2]], json!({ "overQuota": true }));
        let over = app
            .post(Some(&ada.key), &document, json!({ "input": input }))
            .await
            .payload();
        assert_eq!(over.became(), ["TRANSFERRED", "TRANSFERRED"]);
        let passed: Vec<_> = over.0["changes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|change| change["field"] == "overQuota")
            .collect();
        assert_eq!(passed.len(), 2, "the record says so");
        let effect = &over.0["effects"][0];
        assert_eq!(effect["membership"]["id"], json!(ben.id.to_string()));
        assert_eq!(
            effect["passedLimits"],
            json!([{ "type": "DATASETS", "limit": 2, "used": 4 }])
        );
        assert_eq!(
            done.0["effects"],
            json!([]),
            "a transfer within the limit has no effects"
        );
    }
);

on_both!(
    bulk_1_a_thousand_items_change_hands_in_as_many_statements_as_two,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let mut ids = Vec::new();
        for place in 0..1_001 {
            ids.push(
                app.dataset(&ws, &format!("d{place}"), &ada, true, true)
                    .await
                    .to_string(),
            );
        }
        let input = |ids: &[String]| json!({ "ids": ids, "membershipId": ben.id.to_string() });
        assert_eq!(
            app.try_mutate(&ada.key, "transferOwnership", input(&ids))
                .await
                .refusal(),
            "BAD_USER_INPUT"
        );
        assert_eq!(
            app.try_mutate(&ada.key, "transferOwnership", input(&[]))
                .await
                .refusal(),
            "BAD_USER_INPUT"
        );
        // The first call also loads what later ones have at hand.
        app.mutate(&ada.key, "transferOwnership", input(&ids[..1]))
            .await;
        let few = app
            .try_mutate(&ada.key, "transferOwnership", input(&ids[1..3]))
            .await;
        let many = app
            .try_mutate(&ada.key, "transferOwnership", input(&ids[3..1_001]))
            .await;
        assert!(
            many.payload()
                .became()
                .iter()
                .all(|became| *became == "TRANSFERRED")
        );
        assert_eq!(few.statements, many.statements);
    }
);
