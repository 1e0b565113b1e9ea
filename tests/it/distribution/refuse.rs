//! Pairs and calls that are refused (DIST-1, DIST-3, DIST-5).

use concierge::{
    domain::{interval::Interval, permission::Permission, vocabulary::ResourceAccess},
    entity,
};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::{Family, change, datasets, id, input, only, pairs};
use crate::support::on_both;

const DISTRIBUTE: &str = "distributeDatasets";

on_both!(dist_1_pairs_are_refused_one_by_one, |app| {
    let family = Family::of(app).await;
    let world = &family.world;
    let trees = app
        .dataset(&world.main, "trees", &world.ada, true, true)
        .await
        .to_string();
    let ships = app
        .dataset(&family.harbour, "ships", &family.tess, true, true)
        .await
        .to_string();
    let page = app
        .page(&world.main, "about", &world.ada, true, true)
        .await
        .to_string();
    let gone = world.make(app, "gone").await;
    world.delete(app, &gone).await;
    let stranger = app.workspace("elsewhere").await;
    let sam = app.administrator(&stranger, "Sam Reed").await;
    let foreign = app
        .dataset(&stranger, "foreign", &sam, true, true)
        .await
        .to_string();
    let done = family
        .call(
            app,
            DISTRIBUTE,
            std::slice::from_ref(&trees),
            &[&family.harbour],
        )
        .await;
    assert_eq!(done.became(), ["DISTRIBUTED"]);
    let copies = datasets(app, &family.tess, &family.harbour).await;
    let copy = copies
        .iter()
        .find(|one| one["identifier"] == "trees")
        .unwrap();
    for (item, ws, code) in [
        (&trees, &world.main, "MAIN_WORKSPACE"),
        (&trees, &gone, "NOT_FOUND"),
        (&trees, &stranger, "NOT_FOUND"),
        (&foreign, &family.transit, "NOT_FOUND"),
        (&ships, &family.transit, "NOT_FOUND"),
        (&page, &family.transit, "NOT_FOUND"),
        (&id(copy), &family.transit, "COPY"),
    ] {
        for mutation in [DISTRIBUTE, "withdrawDatasets"] {
            let before = app.footprint().await;
            // The first workspace says which main one the call is about.
            let mut input = pairs(std::slice::from_ref(item), &[&family.harbour, ws]);
            input["atomic"] = json!(true);
            let done = app.mutate(&world.ada.key, mutation, input).await;
            assert_eq!(done.became()[1], code, "{mutation} {item}");
            assert_eq!(app.footprint().await, before, "{mutation} {item}");
        }
    }
    // A taken identifier fails alone.
    let taken = app
        .dataset(&world.main, "ships", &world.ada, true, true)
        .await
        .to_string();
    let both = [&family.harbour, &family.transit];
    let done = family.call(app, DISTRIBUTE, &[taken], &both).await;
    assert_eq!(done.became(), ["TAKEN", "DISTRIBUTED"]);
});

on_both!(
    dist_1_who_gives_sees_all_and_manages_what_is_restricted,
    |app| {
        let family = Family::of(app).await;
        let world = &family.world;
        let open = app
            .dataset(&world.main, "open", &world.ada, true, true)
            .await;
        let closed = app
            .dataset(&world.main, "closed", &world.ada, true, false)
            .await;
        let hidden = app
            .dataset(&world.main, "hidden", &world.ada, false, true)
            .await;
        let ids = [open, closed, hidden].map(|id| id.to_string());
        let input = pairs(&ids, &[&family.harbour]);
        let done = app.mutate(&world.manager, DISTRIBUTE, input.clone()).await;
        assert_eq!(done.became(), ["DISTRIBUTED", "NOT_FOUND", "NOT_FOUND"]);
        // Some of its records, all of them, and then its security.
        let mona = Some(world.mona.id);
        let give = |permission| {
            app.grant_row(
                &world.main,
                mona,
                None,
                Some(permission),
                Interval::from(app.now()),
                None,
            )
        };
        let to = (mona, None);
        let (browse, now) = (ResourceAccess::Browse, Interval::from(app.now()));
        let grant = app
            .item_grant(&world.main, to, closed.into(), browse, now)
            .await;
        let filtered = entity::permission_grant::ActiveModel {
            record_filter: Set(Some("height > 4".to_owned())),
            ..Default::default()
        };
        entity::permission_grant::Entity::update_many()
            .set(filtered)
            .filter(entity::permission_grant::Column::Id.eq(grant.0))
            .exec(app.app.deps.db.writer())
            .await
            .unwrap();
        app.bump(&world.main).await;
        let done = app.mutate(&world.manager, DISTRIBUTE, input.clone()).await;
        assert_eq!(
            done.became(),
            ["ALREADY_DISTRIBUTED", "FORBIDDEN", "NOT_FOUND"]
        );
        give(Permission::BrowseAllDatasets).await;
        let done = app.mutate(&world.manager, DISTRIBUTE, input.clone()).await;
        assert_eq!(
            done.became(),
            ["ALREADY_DISTRIBUTED", "FORBIDDEN", "NOT_FOUND"]
        );
        for permission in [
            Permission::EditAllDatasets,
            Permission::ManageOwnDatasetsSecurity,
        ] {
            give(permission).await;
        }
        let done = app.mutate(&world.manager, DISTRIBUTE, input).await;
        assert_eq!(
            done.became(),
            ["ALREADY_DISTRIBUTED", "DISTRIBUTED", "DISTRIBUTED"]
        );
        let copies = datasets(app, &family.tess, &family.harbour).await;
        let security = copies.iter().map(|copy| copy["security"].as_str().unwrap());
        assert_eq!(security.collect::<Vec<_>>(), ["RESTRICTED", "OPEN", "OPEN"]);
    }
);

on_both!(dist_5_calls_are_bounded_and_atomic, |app| {
    let family = Family::of(app).await;
    let world = &family.world;
    let trees = app
        .dataset(&world.main, "trees", &world.ada, true, true)
        .await
        .to_string();
    let before = app.footprint().await;
    let many: Vec<String> = (0..501).map(|_| trees.clone()).collect();
    let both = [&family.harbour, &family.transit];
    let hundred: Vec<_> = std::iter::repeat_n(&family.harbour, 101).collect();
    for wrong in [
        pairs(&many, &both),
        pairs(&[], &both),
        pairs(std::slice::from_ref(&trees), &[]),
        pairs(std::slice::from_ref(&trees), &hundred),
        pairs(&["ds_".to_owned()], &both),
    ] {
        let answer = app.try_mutate(&world.ada.key, DISTRIBUTE, wrong).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{:#}", answer.body);
    }
    let mut input = pairs(&[trees.clone(), trees.clone()], &both);
    input["atomic"] = json!(true);
    let done = app.mutate(&world.ada.key, DISTRIBUTE, input.clone()).await;
    assert_eq!(
        done.became(),
        ["ROLLED_BACK", "ROLLED_BACK", "DUPLICATE", "DUPLICATE"]
    );
    assert_eq!(app.footprint().await, before);
    input["atomic"] = json!(false);
    let done = app.mutate(&world.ada.key, DISTRIBUTE, input).await;
    assert_eq!(
        done.became(),
        ["DISTRIBUTED", "DISTRIBUTED", "DUPLICATE", "DUPLICATE"]
    );
});

on_both!(dist_3_only_metadata_of_a_copy_is_changed_there, |app| {
    let family = Family::of(app).await;
    let world = &family.world;
    let trees = app
        .dataset(&world.main, "trees", &world.ada, true, true)
        .await
        .to_string();
    family
        .call(app, DISTRIBUTE, &[trees], &[&family.harbour])
        .await;
    let copy = id(&only(app, &family.tess, &family.harbour).await);
    let before = app.footprint().await;
    let wrong = input(&copy, json!({ "title": "Oaks", "recordCount": 5 }));
    let done = app.mutate(&family.tess.key, "updateDataset", wrong).await;
    assert_eq!(done.errors(), ["COPY recordCount"]);
    let give = json!({ "ids": [copy], "membershipId": family.tess.id.to_string() });
    let done = app
        .mutate(&family.tess.key, "transferOwnership", give)
        .await;
    assert_eq!(done.became(), ["COPY"]);
    assert_eq!(app.footprint().await, before);
    // PERM-5 there: a member without a right changes nothing, one with EDIT does.
    let bob = app.member(&family.harbour, "Bob Stone").create().await;
    let answer = app
        .try_mutate(
            &bob.key,
            "updateDataset",
            input(&copy, json!({ "title": "Oaks" })),
        )
        .await;
    assert_eq!(answer.codes(), ["NOT_FOUND"]);
    let eve = app
        .member(&family.harbour, "Eve Lind")
        .with(Permission::EditAllDatasets)
        .create()
        .await;
    change(
        app,
        &eve,
        "updateDataset",
        &copy,
        json!({ "title": "Oaks" }),
    )
    .await;
});
