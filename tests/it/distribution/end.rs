//! What ends a copy (DIST-5, WS-11).

use serde_json::{Value, json};

use super::{Family, change, datasets, id, only, pairs};
use crate::{secondary::kinds, support::on_both};

const DISTRIBUTE: &str = "distributeDatasets";
const WITHDRAW: &str = "withdrawDatasets";

on_both!(
    dist_5_a_withdrawn_copy_is_gone_and_a_new_one_is_new,
    |app| {
        let family = Family::of(app).await;
        let world = &family.world;
        let trees = app
            .dataset(&world.main, "trees", &world.ada, true, true)
            .await
            .to_string();
        let both = [&family.harbour, &family.transit];
        let input = pairs(std::slice::from_ref(&trees), &[&family.harbour]);
        let done = app.mutate(&world.ada.key, WITHDRAW, input.clone()).await;
        assert_eq!(done.became(), ["NOT_DISTRIBUTED"]);
        family
            .call(app, DISTRIBUTE, std::slice::from_ref(&trees), &both)
            .await;
        let first = id(&only(app, &family.tess, &family.harbour).await);
        change(
            app,
            &family.tess,
            "updateDataset",
            &first,
            json!({ "title": "Oaks" }),
        )
        .await;
        let done = app.rehearsed(&world.ada.key, WITHDRAW, input.clone()).await;
        assert_eq!(done.became(), ["WITHDRAWN"]);
        assert_eq!(
            kinds(app, &family.harbour).await.pop().unwrap(),
            "DATASET_WITHDRAWN"
        );
        assert_eq!(
            kinds(app, &world.main).await.pop().unwrap(),
            "DATASET_WITHDRAWN"
        );
        assert_eq!(
            datasets(app, &family.tess, &family.harbour).await,
            Vec::<Value>::new()
        );
        assert_eq!(
            datasets(app, &family.theo, &family.transit).await.len(),
            1,
            "it stays there"
        );
        let answer = app
            .try_mutate(&family.tess.key, "deleteDataset", json!({ "id": first }))
            .await;
        assert_eq!(answer.codes(), ["NOT_FOUND"]);
        let done = family.call(app, DISTRIBUTE, &[trees], &both).await;
        assert_eq!(done.became(), ["DISTRIBUTED", "ALREADY_DISTRIBUTED"]);
        let second = only(app, &family.tess, &family.harbour).await;
        assert_ne!(id(&second), first);
        assert_eq!(second["title"], "trees");
    }
);

on_both!(dist_5_deleting_the_copy_or_the_original_ends_it, |app| {
    let family = Family::of(app).await;
    let world = &family.world;
    let trees = app
        .dataset(&world.main, "trees", &world.ada, true, true)
        .await
        .to_string();
    let both = [&family.harbour, &family.transit];
    family
        .call(app, DISTRIBUTE, std::slice::from_ref(&trees), &both)
        .await;
    let copy = id(&only(app, &family.tess, &family.harbour).await);
    change(app, &family.tess, "deleteDataset", &copy, json!({})).await;
    assert_eq!(
        datasets(app, &world.ada, &world.main).await.len(),
        1,
        "the original stays"
    );
    let done = family
        .call(
            app,
            WITHDRAW,
            std::slice::from_ref(&trees),
            &[&family.harbour],
        )
        .await;
    assert_eq!(done.became(), ["NOT_DISTRIBUTED"]);
    let before = kinds(app, &family.harbour).await.len();
    change(
        app,
        &world.ada,
        "updateDataset",
        &trees,
        json!({ "title": "Oaks" }),
    )
    .await;
    assert_eq!(kinds(app, &family.harbour).await.len(), before);
    change(app, &world.ada, "deleteDataset", &trees, json!({})).await;
    assert_eq!(
        datasets(app, &family.theo, &family.transit).await,
        Vec::<Value>::new()
    );
    assert_eq!(
        kinds(app, &family.transit).await.pop().unwrap(),
        "DATASET_DELETED"
    );
    let done = family.call(app, DISTRIBUTE, &[trees], &both).await;
    assert_eq!(done.became(), ["NOT_FOUND"; 2]);
});

on_both!(ws_11_a_deleted_workspace_ends_its_distributions, |app| {
    let family = Family::of(app).await;
    let world = &family.world;
    let trees = app
        .dataset(&world.main, "trees", &world.ada, true, true)
        .await
        .to_string();
    let both = [&family.harbour, &family.transit];
    family
        .call(app, DISTRIBUTE, std::slice::from_ref(&trees), &both)
        .await;
    world.delete(app, &family.harbour).await;
    // The original is changed without the workspace that is gone.
    change(
        app,
        &world.ada,
        "updateDataset",
        &trees,
        json!({ "title": "Oaks" }),
    )
    .await;
    assert_eq!(
        only(app, &family.theo, &family.transit).await["title"],
        "Oaks"
    );
    assert_eq!(
        kinds(app, &family.harbour).await.pop().unwrap(),
        "WORKSPACE_DELETED"
    );
    let done = family.call(app, WITHDRAW, &[trees], &both).await;
    assert_eq!(done.became(), ["NOT_FOUND", "WITHDRAWN"]);
});
