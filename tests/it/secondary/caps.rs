//! `setWorkspaceCaps` (WS-12, QUOTA-1, QUOTA-9): caps in bulk, their sum, and what they do.

use concierge::domain::{id::WorkspaceId, vocabulary::AccessMode};
use serde_json::{Value, json};

use super::{World, kinds};
use crate::support::{
    Payload, TestApp, on_both,
    world::{Member, Ws},
};

const SET: &str = "setWorkspaceCaps";

fn caps(of: &[&Ws], values: Value) -> Value {
    let ids: Vec<_> = of.iter().map(|ws| ws.id.to_string()).collect();
    json!({ "workspaceIds": ids, "values": values })
}

fn datasets(limit: Option<i64>) -> Value {
    json!([{ "type": "DATASETS", "limit": limit }])
}

/// The code of each item, "-" for one that was done.
fn codes(done: &Payload) -> Vec<&str> {
    assert!(done.errors().is_empty(), "{:?}", done.errors());
    done.became()
}

/// The sums of caps beside the license's limits, by type.
async fn sums(app: &TestApp, world: &World) -> Vec<(Value, Value)> {
    let query = "{ workspace(slug: \"upriver\") { license { quotas { limit sumOfCaps } } } }";
    let answer = app.post(Some(&world.ada.key), query, json!({})).await;
    let quotas = answer.data()["workspace"]["license"]["quotas"].clone();
    let pair = |quota: &Value| (quota["limit"].clone(), quota["sumOfCaps"].clone());
    quotas.as_array().unwrap().iter().map(pair).collect()
}

async fn consume(app: &TestApp, member: &Member, ws: &Ws, amount: i64) -> Value {
    let input = json!({ "workspaceId": ws.id.to_string(), "type": "API_CALLS", "amount": amount });
    app.mutate(&member.key, "consumeQuota", input).await.0["decision"].clone()
}

on_both!(
    ws_12_caps_are_set_in_bulk_and_summed_beside_the_license,
    |app| {
        let world = World::of(app).await;
        let license = json!([
            { "type": "DATASETS", "limit": 10 }, { "type": "API_CALLS", "limit": 100, "period": "MONTH" },
        ]);
        world.license(app, json!({ "values": license })).await;
        let (harbour, transit) = (
            world.make(app, "harbour").await,
            world.make(app, "transit").await,
        );
        let both = [&harbour, &transit];
        let values = json!([
            { "type": "DATASETS", "limit": 8 }, { "type": "API_CALLS", "limit": 90, "period": "MONTH" },
            { "type": "RECORDS_PER_DATASET", "limit": 5_000 },
        ]);
        let done = app
            .rehearsed(&world.manager, SET, caps(&both, values))
            .await;
        assert_eq!(codes(&done), ["-", "-"]);
        assert_eq!(
            (
                &done.0["results"][1]["targetId"],
                &done.0["results"][1]["workspace"]["slug"]
            ),
            (&json!(transit.id.to_string()), &json!("transit"))
        );
        assert_eq!(
            (
                &done.0["effects"],
                done.0["changes"].as_array().unwrap().len()
            ),
            (&json!([]), 6)
        );
        // More than the license together: caps may be oversold.
        assert_eq!(
            sums(app, &world).await,
            [
                (json!(100), json!(180)),
                (json!(10), json!(16)),
                (Value::Null, json!(10_000))
            ]
        );
        let last = kinds(app, &harbour).await.pop().unwrap();
        assert_eq!(last, "WORKSPACE_CAPS_UPDATED");
        let main = kinds(app, &world.main).await;
        assert_eq!(
            main[main.len() - 2..],
            ["SECONDARY_WORKSPACE_CAPS_UPDATED"; 2]
        );
        // One of another period counts in no sum; null removes; what is not named stays.
        let values =
            json!([{ "type": "API_CALLS", "limit": 7 }, { "type": "DATASETS", "limit": null }]);
        app.mutate(&world.manager, SET, caps(&[&harbour], values))
            .await;
        assert_eq!(
            sums(app, &world).await,
            [
                (json!(100), json!(90)),
                (json!(10), json!(8)),
                (Value::Null, json!(10_000))
            ]
        );
        // Whoever sets them reads them; nobody else from outside does.
        let query = "query($ws: ID!) { workspace(id: $ws) { quotaValues(scope: WORKSPACE_CAP) { type limit period } } }";
        let variables = json!({ "ws": harbour.id.to_string() });
        let answer = app
            .post(Some(&world.manager), query, variables.clone())
            .await;
        assert_eq!(
            answer.data()["workspace"]["quotaValues"],
            json!([
                { "type": "API_CALLS", "limit": 7, "period": "DAY" },
                { "type": "RECORDS_PER_DATASET", "limit": 5_000, "period": null },
            ])
        );
        let answer = app.post(Some(&world.operator), query, variables).await;
        assert_eq!(answer.codes(), ["FORBIDDEN"]);
        // The same again changes nothing.
        let before = app.footprint().await;
        let again = caps(&[&transit], datasets(Some(8)));
        assert_eq!(codes(&app.mutate(&world.manager, SET, again).await), ["-"]);
        assert_eq!(app.footprint().await, before);
        // A deleted one has no part in the sum.
        world.delete(app, &transit).await;
        assert_eq!(sums(app, &world).await[1], (json!(10), json!(0)));
    }
);

on_both!(ws_12_each_item_has_its_code_and_atomic_undoes_all, |app| {
    let world = World::of(app).await;
    let (harbour, gone) = (
        world.make(app, "harbour").await,
        world.make(app, "transit").await,
    );
    world.delete(app, &gone).await;
    let other = app.workspace("lakeside").await;
    app.administrator(&other, "Eve Laurent").await;
    let theirs = app
        .workspace_with("lakeside-parks", AccessMode::Public, Some(&other))
        .await;
    let of = [&harbour, &gone, &theirs, &world.main, &harbour];
    let mut input = caps(&of, datasets(Some(3)));
    input["workspaceIds"].as_array_mut().unwrap().push(json!(
        WorkspaceId(app.app.deps.ids.uuid(app.now())).to_string()
    ));
    let expected = [
        "-",
        "NOT_FOUND",
        "NOT_FOUND",
        "MAIN_WORKSPACE",
        "DUPLICATE",
        "NOT_FOUND",
    ];
    input["atomic"] = json!(true);
    let before = app.footprint().await;
    let done = app.mutate(&world.manager, SET, input.clone()).await;
    assert_eq!(codes(&done)[..3], ["ROLLED_BACK", "NOT_FOUND", "NOT_FOUND"]);
    assert_eq!(app.footprint().await, before);
    input["atomic"] = json!(false);
    let done = app.mutate(&world.manager, SET, input).await;
    assert_eq!(codes(&done), expected);
    for index in [1, 2, 5] {
        assert_eq!(done.0["results"][index]["workspace"], Value::Null);
    }
    // Whose first id is of another family is told that there is nothing.
    let input = caps(&[&theirs], datasets(Some(3)));
    let answer = app.try_mutate(&world.manager, SET, input).await;
    assert_eq!(answer.refusal(), "NOT_FOUND");
    let input = caps(&[&theirs, &harbour], datasets(Some(4)));
    let done = app.mutate(&world.manager, SET, input).await;
    assert_eq!(
        codes(&done),
        ["NOT_FOUND", "-"],
        "the first that she may see"
    );
    let done = app
        .mutate(&world.manager, SET, caps(&[&world.main], datasets(Some(4))))
        .await;
    assert_eq!(codes(&done), ["MAIN_WORKSPACE"]);
});

on_both!(ws_12_values_that_are_none_change_nothing, |app| {
    let world = World::of(app).await;
    let license = json!([{ "type": "DATASETS", "limit": 10 }]);
    world.license(app, json!({ "values": license })).await;
    let ws = world.make(app, "harbour").await;
    let before = app.footprint().await;
    for (values, errors) in [
        (datasets(Some(-1)), vec!["OUT_OF_RANGE values.0.limit"]),
        (datasets(Some(11)), vec!["LICENSE_EXCEEDED values.0.limit"]),
        (
            json!([{ "type": "DATASETS", "limit": 1 }, { "type": "DATASETS", "limit": null }]),
            vec!["DUPLICATE values.1"],
        ),
        (
            json!([{ "type": "RECORDS_PER_DATASET", "limit": 1, "period": "DAY" }]),
            vec![
                "NOT_A_MULTIPLE values.0.limit",
                "PERIOD_NOT_ALLOWED values.0.period",
            ],
        ),
    ] {
        let done = app
            .mutate(&world.manager, SET, caps(&[&ws], values.clone()))
            .await;
        assert_eq!(done.errors(), errors, "{values}");
        assert_eq!(done.0["results"], json!([]));
    }
    let many = vec![&ws; 101];
    for input in [
        caps(&[], datasets(Some(1))),
        caps(&many, datasets(Some(1))),
        caps(&[&ws], json!([])),
        caps(&[&ws], datasets(Some(1 << 53))),
        caps(&[&ws], json!([{ "type": "DATASETS" }])),
        json!({ "workspaceIds": ["ws_"], "values": datasets(Some(1)) }),
    ] {
        let answer = app.try_mutate(&world.manager, SET, input).await;
        assert_eq!(answer.refusal(), "BAD_USER_INPUT");
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(
    quota_1_a_cap_below_what_is_used_leaves_nothing_and_takes_nothing_away,
    |app| {
        let world = World::of(app).await;
        let ws = world.make(app, "harbour").await;
        let tess = app.administrator(&ws, "Tess Moreau").await;
        app.dataset(&ws, "one", &tess, true, true).await;
        app.dataset(&ws, "two", &tess, true, true).await;
        let set = caps(&[&ws], datasets(Some(1)));
        app.mutate(&world.manager, SET, set).await;
        // The clock stands still: the cap is in force at the very instant.
        let create =
            json!({ "workspaceId": ws.id.to_string(), "identifier": "three", "title": "Three" });
        let done = app.mutate(&tess.key, "createDataset", create.clone()).await;
        assert_eq!(done.errors(), ["QUOTA_EXCEEDED workspaceId"]);
        let query = "query($ws: ID!) { workspace(id: $ws) { datasets { totalCount } \
            quotaPreview(input: { type: DATASETS }) { limit decidedBy } } }";
        let variables = json!({ "ws": ws.id.to_string() });
        let answer = app.post(Some(&tess.key), query, variables).await;
        let shown = &answer.data()["workspace"];
        assert_eq!(shown["datasets"]["totalCount"], 2);
        assert_eq!(
            shown["quotaPreview"],
            json!({ "limit": 1, "decidedBy": "WORKSPACE_CAP" })
        );
        let set = caps(&[&ws], datasets(None));
        app.mutate(&world.manager, SET, set).await;
        let done = app.mutate(&tess.key, "createDataset", create).await;
        assert!(done.errors().is_empty(), "{:?}", done.errors());
    }
);

on_both!(
    quota_9_calls_count_on_both_and_stay_counted_on_the_main_one,
    |app| {
        let world = World::of(app).await;
        let license = json!([{ "type": "API_CALLS", "limit": 10, "period": "MONTH" }]);
        world.license(app, json!({ "values": license })).await;
        let ws = world.make(app, "harbour").await;
        let tess = app.administrator(&ws, "Tess Moreau").await;
        let month = json!([{ "type": "API_CALLS", "limit": 6, "period": "MONTH" }]);
        app.mutate(&world.manager, SET, caps(&[&ws], month)).await;
        let decision = consume(app, &tess, &ws, 6).await;
        assert_eq!(
            (&decision["allowed"], &decision["remaining"]),
            (&json!(true), &json!(0))
        );
        let decision = consume(app, &tess, &ws, 1).await;
        assert_eq!(
            (&decision["allowed"], &decision["refusedBy"]),
            (&json!(false), &json!("WORKSPACE_CAP"))
        );
        world.delete(app, &ws).await;
        // What was used there is used, and the rest is left to the main workspace.
        let decision = consume(app, &world.ada, &world.main, 5).await;
        assert_eq!(
            (&decision["allowed"], &decision["refusedBy"]),
            (&json!(false), &json!("LICENSE"))
        );
        let decision = consume(app, &world.ada, &world.main, 4).await;
        assert_eq!(
            (&decision["allowed"], &decision["remaining"]),
            (&json!(true), &json!(0))
        );
    }
);
