//! Who sees which reuses: the list of the workspace, that of a dataset, and `node`.

use chrono::Duration;
use concierge::domain::{
    id::ItemId,
    interval::Interval,
    permission::Permission,
    vocabulary::{AccessMode, ResourceAccess},
};
use serde_json::{Value, json};

use super::{APPROVE, REJECT, state, submitted};
use crate::support::{TestApp, on_both};

const LIST: &str = "query($slug: String!, $filter: ReuseFilter, $first: Int, $after: String, $last: Int, $before: String) { \
     workspace(slug: $slug) { reuses(filter: $filter, first: $first, after: $after, last: $last, before: $before) { \
     totalCount nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";

/// The titles of a list as `credential` sees it.
async fn titles(app: &TestApp, credential: Option<&str>, filter: Value) -> Vec<String> {
    let variables = json!({ "slug": "riverton", "filter": filter });
    let answer = app.post(credential, LIST, variables).await;
    let reuses = &answer.data()["workspace"]["reuses"];
    let titles: Vec<String> = reuses["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["title"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(reuses["totalCount"], titles.len());
    titles
}

on_both!(reuse_1_each_sees_what_is_theirs_to_see, |app| {
    let (ws, ada) = app.portal().await;
    let open = app.dataset(&ws, "trees", &ada, true, true).await;
    let closed = app.dataset(&ws, "closed", &ada, true, false).await;
    let adas = app.session(ada.account).await;
    let otto = app.outsider("Otto Weiss").await;
    let mia = app.member(&ws, "Mia Laurent").create().await;
    let mias = app.session(mia.account).await;
    let rex = app
        .member(&ws, "Rex Vos")
        .with(Permission::ManageReuses)
        .create()
        .await;
    let rexs = app.session(rex.account).await;
    let bea = app.member(&ws, "Bea Novak").create().await;
    let since = Interval::from(app.now());
    let item = ItemId::Dataset(closed);
    app.item_grant(
        &ws,
        (Some(bea.id), None),
        item,
        ResourceAccess::Browse,
        since,
    )
    .await;
    let beas = app.session(bea.account).await;
    let waits = submitted(app, &otto, open, "Waits").await;
    let shown = submitted(app, &otto, open, "Shown").await;
    let refused = submitted(app, &otto, open, "Refused").await;
    let inside = submitted(app, &beas, closed, "Inside").await;
    let approve = json!({ "ids": [shown, inside], "reason": "Nice" });
    app.mutate(&rexs, APPROVE, approve).await;
    app.mutate(
        &rexs,
        REJECT,
        json!({ "ids": [refused], "reason": "Off topic" }),
    )
    .await;
    let all = ["Waits", "Shown", "Refused", "Inside"];
    for (who, credential, seen) in [
        ("visitor", None, vec!["Shown"]),
        (
            "stranger who submitted",
            Some(&otto),
            vec!["Waits", "Shown", "Refused"],
        ),
        ("member", Some(&mias), vec!["Shown"]),
        ("member's key", Some(&mia.key), vec!["Shown"]),
        (
            "who browses by a grant",
            Some(&beas),
            vec!["Shown", "Inside"],
        ),
        ("manager of reuses", Some(&rexs), all.to_vec()),
        ("their key", Some(&rex.key), all.to_vec()),
        ("administrator", Some(&adas), all.to_vec()),
    ] {
        let credential = credential.map(String::as_str);
        assert_eq!(titles(app, credential, Value::Null).await, seen, "{who}");
        for (id, title) in [&waits, &shown, &refused, &inside].into_iter().zip(all) {
            let is_seen = !state(app, credential, id).await.is_null();
            assert_eq!(is_seen, seen.contains(&title), "{who}: {title}");
        }
    }
    // Details of a decision are for the submitter and for whoever decides.
    let query = "query($id: ID!) { node(id: $id) { ... on Reuse { reason decidedBy { id } decidedAt submittedBy { id } dataset { id } } } }";
    let details = async |credential: Option<&str>, id: &str| {
        let answer = app.post(credential, query, json!({ "id": id })).await;
        answer.data()["node"].clone()
    };
    let of_otto = details(Some(&otto), &refused).await;
    assert_eq!(of_otto["reason"], "Off topic");
    assert_eq!(of_otto["decidedBy"]["id"], json!(rex.account));
    assert_eq!(details(Some(&rexs), &shown).await["reason"], "Nice");
    let of_mia = details(Some(&mias), &shown).await;
    assert_eq!(
        (&of_mia["reason"], &of_mia["decidedBy"]),
        (&Value::Null, &Value::Null)
    );
    assert!(of_mia["submittedBy"]["id"].is_string());
    let of_visitor = details(None, &shown).await;
    assert_eq!(of_visitor["submittedBy"], Value::Null);
    assert_eq!(of_visitor["dataset"]["id"], json!(open));
    // Whoever manages reuses need not be able to browse the dataset.
    assert_eq!(details(Some(&rexs), &inside).await["dataset"], Value::Null);
    // What the dataset becomes counts at once.
    let close = json!({ "id": open.to_string(), "security": "RESTRICTED" });
    app.mutate(&adas, "setDatasetSecurity", close).await;
    assert_eq!(titles(app, None, Value::Null).await, [""; 0]);
    assert_eq!(
        titles(app, Some(&otto), Value::Null).await,
        ["Waits", "Shown", "Refused"]
    );
    let delete = json!({ "id": closed.to_string() });
    app.mutate(&adas, "deleteDataset", delete).await;
    assert_eq!(
        titles(app, Some(&beas), Value::Null).await,
        ["Inside"],
        "her own"
    );
    assert_eq!(titles(app, Some(&adas), Value::Null).await, all);
});

on_both!(reuse_1_the_list_has_pages_and_filters, |app| {
    let (ws, ada) = app.portal().await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let lakes = app.dataset(&ws, "lakes", &ada, true, true).await;
    let adas = app.session(ada.account).await;
    let otto = app.outsider("Otto Weiss").await;
    let mut ids = Vec::new();
    for number in 0..6 {
        let dataset = if number % 2 == 0 { trees } else { lakes };
        ids.push(submitted(app, &otto, dataset, &format!("Map {number}")).await);
    }
    submitted(app, &adas, trees, "Ada's").await;
    app.mutate(&adas, APPROVE, json!({ "ids": ids[..3] })).await;
    app.mutate(&adas, REJECT, json!({ "ids": [ids[3]] })).await;
    let filtered =
        async |credential: &str, filter: Value| titles(app, Some(credential), filter).await;
    let maps = |numbers: &[u32]| -> Vec<String> {
        numbers
            .iter()
            .map(|number| format!("Map {number}"))
            .collect()
    };
    let states = json!({ "states": ["APPROVED", "REJECTED"] });
    assert_eq!(filtered(&adas, states).await, maps(&[0, 1, 2, 3]));
    let of_lakes = json!({ "datasetId": lakes.to_string(), "states": ["PENDING"] });
    assert_eq!(filtered(&adas, of_lakes).await, maps(&[5]));
    assert_eq!(filtered(&adas, json!({ "mine": true })).await, ["Ada's"]);
    assert_eq!(
        filtered(&otto, json!({ "mine": true })).await,
        maps(&[0, 1, 2, 3, 4, 5])
    );
    assert_eq!(titles(app, None, json!({ "mine": true })).await, [""; 0]);
    assert_eq!(filtered(&adas, json!({ "mine": false })).await.len(), 7);
    // Pages, forward and backward, give the whole list.
    let page = async |more: Value| {
        let mut variables = json!({ "slug": "riverton" });
        variables
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = app.post(Some(&otto), LIST, variables).await;
        answer.data()["workspace"]["reuses"].clone()
    };
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let next = page(json!({ "first": 2, "after": after })).await;
        seen.extend(next["nodes"].as_array().unwrap().clone());
        if next["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = next["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen.len(), 6);
    let back = page(json!({ "last": 2 })).await;
    assert_eq!(
        back["nodes"],
        json!([{ "title": "Map 4" }, { "title": "Map 5" }])
    );
    let query = "query($id: ID!) { node(id: $id) { ... on Dataset { reuses(first: 2) { totalCount nodes { title dataset { id } } } } } }";
    let answer = app
        .post(None, query, json!({ "id": trees.to_string() }))
        .await;
    let reuses = &answer.data()["node"]["reuses"];
    assert_eq!(reuses["totalCount"], 2);
    assert_eq!(reuses["nodes"][1]["title"], "Map 2");
    assert_eq!(reuses["nodes"][1]["dataset"]["id"], json!(trees));
    for filter in [
        json!({ "datasetId": "page_01h455vb4pex5vsknk084sn02q" }),
        json!({ "states": [] }),
        json!({ "states": ["GONE"] }),
    ] {
        let variables = json!({ "slug": "riverton", "filter": filter });
        let answer = app.post(Some(&adas), LIST, variables).await;
        assert_eq!(answer.status, 400, "{filter}");
    }
});

on_both!(
    reuse_1_a_private_workspace_shows_outsiders_their_own_alone,
    |app| {
        let ws = app
            .workspace_with("riverton", AccessMode::Private, None)
            .await;
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let trees = app.dataset(&ws, "trees", &ada, true, true).await;
        let adas = app.session(ada.account).await;
        let end = app.now() + Duration::days(1);
        let mia = app.member(&ws, "Mia Laurent").until(end).create().await;
        let mias = app.session(mia.account).await;
        let own = submitted(app, &mias, trees, "Mia's").await;
        let hers = submitted(app, &adas, trees, "Ada's").await;
        app.mutate(&adas, APPROVE, json!({ "ids": [hers] })).await;
        assert_eq!(
            titles(app, Some(&mias), Value::Null).await,
            ["Mia's", "Ada's"]
        );
        app.pass(Duration::days(2));
        let variables = json!({ "slug": "riverton" });
        for (credential, code) in [
            (Some(mias.as_str()), "FORBIDDEN"),
            (None, "UNAUTHENTICATED"),
        ] {
            let answer = app.post(credential, LIST, variables.clone()).await;
            assert_eq!(answer.refusals(), [format!("{code} workspace.reuses")]);
        }
        assert_eq!(state(app, Some(&mias), &own).await, "PENDING");
        assert_eq!(state(app, Some(&mias), &hers).await, Value::Null);
        assert_eq!(state(app, None, &hers).await, Value::Null);
    }
);
