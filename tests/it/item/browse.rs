//! The lists of datasets and pages: each viewer sees exactly what PERM-5 lets them browse (PERM-4,
//! PERM-5, JOIN-1).

use concierge::domain::{
    id::{ItemId, MembershipId},
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::{AccessMode, ResourceAccess},
};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both, world::Ws};

const LIST: &str = "query($ws: ID!, $first: Int, $after: String, $filter: DatasetFilter, $order: DatasetOrder) { \
     workspace(id: $ws) { datasets(first: $first, after: $after, filter: $filter, orderBy: $order) { totalCount \
     pageInfo { hasNextPage endCursor } nodes { id identifier } } \
     pages(first: 100) { totalCount nodes { id slug } } } }";

/// The names of all datasets shown, page by page, and of all pages.
async fn names(
    app: &TestApp,
    credential: Option<&str>,
    ws: &Ws,
    size: i32,
) -> (Vec<String>, Vec<String>) {
    let (mut after, mut datasets) = (Value::Null, Vec::new());
    loop {
        let answer = app
            .post(
                credential,
                LIST,
                json!({ "ws": ws.id.to_string(), "first": size, "after": after }),
            )
            .await;
        let workspace = &answer.data()["workspace"];
        let list = &workspace["datasets"];
        let of = |list: &Value, name: &str| {
            list["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|node| node[name].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        datasets.extend(of(list, "identifier"));
        if list["pageInfo"]["hasNextPage"] == false {
            assert_eq!(list["totalCount"], datasets.len());
            let pages = of(&workspace["pages"], "slug");
            assert_eq!(workspace["pages"]["totalCount"], pages.len());
            return (datasets, pages);
        }
        after = list["pageInfo"]["endCursor"].clone();
    }
}

on_both!(perm_5_each_viewer_is_shown_what_they_may_browse, |app| {
    use Permission as P;
    use ResourceAccess as A;
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    app.dataset(&other, "boats", &eve, true, true).await;
    let owner = app
        .member(&ws, "Olga Owner")
        .preset(Preset::Editor)
        .create()
        .await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let plain = app.member(&ws, "Pla In").create().await;
    let viewer = app
        .member(&ws, "Vi Ewer")
        .with(P::BrowseAllDatasets)
        .with(P::BrowseAllPages)
        .create()
        .await;
    let editor = app
        .member(&ws, "Al All")
        .with(P::EditAllDatasets)
        .with(P::EditAllPages)
        .create()
        .await;
    let given = app.member(&ws, "Gi Ven").create().await;
    let grouped = app.member(&ws, "Gro Up").create().await;
    let narrowed = app
        .member(&ws, "Nar Row")
        .preset(Preset::Administrator)
        .scoped(&[])
        .create()
        .await;
    let disabled = app
        .member(&ws, "Dis Abled")
        .preset(Preset::Administrator)
        .disabled()
        .create()
        .await;
    let group = app.group(&ws, "Wardens", &[]).await;
    let since = Interval::from(app.now());
    app.put_into(&ws, group, &grouped, since).await;
    let (mut datasets, mut pages) = (Vec::new(), Vec::new());
    for (of, maker) in [("a", &ada), ("o", &owner)] {
        for published in [true, false] {
            for open in [true, false] {
                for access in ["", "b", "e"] {
                    let state = if published { "p" } else { "d" };
                    let security = if open { "o" } else { "r" };
                    let name = format!("{of}{state}{security}{access}");
                    let dataset =
                        ItemId::Dataset(app.dataset(&ws, &name, maker, published, open).await);
                    let page = ItemId::Page(app.page(&ws, &name, maker, published, open).await);
                    for item in [dataset, page].into_iter().filter(|_| !access.is_empty()) {
                        let kind = if access == "b" { A::Browse } else { A::Edit };
                        app.item_grant(&ws, (Some(given.id), None), item, kind, since)
                            .await;
                        app.item_grant(&ws, (None, Some(group)), item, kind, since)
                            .await;
                    }
                    datasets.push((name.clone(), dataset));
                    pages.push((name, page));
                }
            }
        }
    }
    let outsider = app.session_of(eve.account).await;
    let credentials = [
        None,
        Some(plain.key.clone()),
        Some(viewer.key.clone()),
        Some(editor.key.clone()),
        Some(given.key.clone()),
        Some(grouped.key.clone()),
        Some(owner.key.clone()),
        Some(ada.key.clone()),
        Some(narrowed.key.clone()),
        Some(app.session_of(disabled.account).await),
        Some(outsider),
    ];
    let mut sizes = Vec::new();
    for credential in credentials {
        let may = async |items: &[(String, ItemId)]| {
            let mut wanted = Vec::new();
            for items in items.chunks(12) {
                let fields: String = items
                    .iter()
                    .map(|(name, id)| {
                        format!("{name}: canAccess(resource: \"{id}\", access: BROWSE) ")
                    })
                    .collect();
                let answer = app
                    .post(
                        credential.as_deref(),
                        &format!("{{ viewer {{ {fields} }} }}"),
                        json!({}),
                    )
                    .await;
                let viewer = &answer.data()["viewer"];
                wanted.extend(
                    items
                        .iter()
                        .map(|(name, _)| name.clone())
                        .filter(|name| viewer[name] == true),
                );
            }
            wanted.sort_unstable();
            wanted
        };
        let wanted = (may(&datasets).await, may(&pages).await);
        assert_eq!(names(app, credential.as_deref(), &ws, 5).await, wanted);
        sizes.push(wanted.0.len());
    }
    assert_eq!(
        sizes,
        [6, 6, 12, 24, 14, 14, 15, 24, 6, 6, 6],
        "what the engine allows, counted by hand"
    );
});

on_both!(join_1_a_private_workspace_shows_outsiders_no_items, |app| {
    let ws = app
        .workspace_with("riverton", AccessMode::Private, None)
        .await;
    let owner = app
        .member(&ws, "Olga Owner")
        .preset(Preset::Editor)
        .create()
        .await;
    let plain = app.member(&ws, "Pla In").create().await;
    let disabled = app
        .member(&ws, "Dis Abled")
        .preset(Preset::Administrator)
        .disabled()
        .create()
        .await;
    let open = app.dataset(&ws, "open", &owner, true, true).await;
    app.page(&ws, "home", &owner, true, true).await;
    assert_eq!(
        names(app, Some(&plain.key), &ws, 20).await,
        (vec!["open".to_owned()], vec!["home".to_owned()])
    );
    let outsider = app.outsider("Otto Weiss").await;
    let disabled = app.session_of(disabled.account).await;
    for (credential, code) in [
        (None, "UNAUTHENTICATED"),
        (Some(&outsider), "FORBIDDEN"),
        (Some(&disabled), "FORBIDDEN"),
    ] {
        let credential = credential.map(String::as_str);
        let answer = app
            .post(credential, LIST, json!({ "ws": ws.id.to_string() }))
            .await;
        assert_eq!(
            answer.refusals(),
            [
                format!("{code} workspace.datasets"),
                format!("{code} workspace.pages")
            ]
        );
        let node = app
            .post(
                credential,
                "query($id: ID!) { node(id: $id) { id } }",
                json!({ "id": open.to_string() }),
            )
            .await;
        assert!(node.data()["node"].is_null());
    }
});

on_both!(
    ws_4_lists_take_filters_orders_and_refuse_foreign_cursors,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        for (name, owner, published, open) in [
            ("c", &ada, true, true),
            ("a", &ben, false, true),
            ("b", &ada, true, false),
        ] {
            app.dataset(&ws, name, owner, published, open).await;
            app.pass(chrono::Duration::seconds(1));
        }
        let list = async |filter: Value, order: Value| {
            let answer = app
                .post(
                    Some(&ada.key),
                    LIST,
                    json!({ "ws": ws.id.to_string(), "filter": filter, "order": order }),
                )
                .await;
            let list = answer.data()["workspace"]["datasets"].clone();
            let names: String = list["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|node| node["identifier"].as_str().unwrap())
                .collect();
            assert_eq!(list["totalCount"], names.len());
            names
        };
        assert_eq!(list(Value::Null, Value::Null).await, "abc");
        assert_eq!(
            list(
                Value::Null,
                json!({ "field": "IDENTIFIER", "direction": "DESC" })
            )
            .await,
            "cba"
        );
        assert_eq!(
            list(
                Value::Null,
                json!({ "field": "CREATED_AT", "direction": "ASC" })
            )
            .await,
            "cab"
        );
        assert_eq!(
            list(json!({ "isPublished": false }), Value::Null).await,
            "a"
        );
        assert_eq!(
            list(json!({ "security": "RESTRICTED" }), Value::Null).await,
            "b"
        );
        assert_eq!(
            list(json!({ "ownerId": ben.account.to_string() }), Value::Null).await,
            "a"
        );
        assert_eq!(list(json!({ "theme": "Nature" }), Value::Null).await, "");
        assert_eq!(
            list(json!({ "hiddenFromSearch": false }), Value::Null).await,
            "abc"
        );
        let owned =
            json!({ "ws": ws.id.to_string(), "filter": { "ownerId": ben.account.to_string() } });
        assert_eq!(
            app.post(None, LIST, owned).await.refusals(),
            ["FORBIDDEN workspace.datasets"]
        );
        let wrong = json!({ "ws": ws.id.to_string(), "after": "bm9wZQ" });
        assert_eq!(
            app.post(Some(&ada.key), LIST, wrong).await.refusals(),
            ["BAD_USER_INPUT"]
        );
    }
);

on_both!(
    perm_4_record_filters_are_alternatives_and_one_path_without_lifts_them,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let dataset = app
            .dataset(&ws, "trees", &ada, true, false)
            .await
            .to_string();
        let group = app.group(&ws, "Wardens", &[]).await;
        app.put_into(&ws, group, &ben, Interval::from(app.now()))
            .await;
        let filters = async || {
            let query = "query($id: ID!) { node(id: $id) { ... on Dataset { viewerRecordFilters browse: viewerCan(access: BROWSE) \
             edit: viewerCan(access: EDIT) } } }";
            app.post(Some(&ben.key), query, json!({ "id": dataset }))
                .await
                .data()["node"]
                .clone()
        };
        assert!(filters().await.is_null());
        let member = |id: MembershipId| json!({ "membershipIds": [id.to_string()] });
        for (to, filter, wanted) in [
            (member(ben.id), json!("height > 3"), json!(["height > 3"])),
            (
                json!({ "groupId": group.to_string() }),
                json!("district = 2"),
                json!(["district = 2", "height > 3"]),
            ),
            (
                json!({ "groupId": group.to_string() }),
                Value::Null,
                Value::Null,
            ),
        ] {
            let mut input =
                json!({ "resourceId": dataset, "access": ["BROWSE"], "recordFilter": filter });
            input
                .as_object_mut()
                .unwrap()
                .extend(to.as_object().unwrap().clone());
            assert_eq!(
                app.mutate(&ada.key, "grantPermissions", input)
                    .await
                    .became(),
                ["GRANTED"]
            );
            assert_eq!(
                filters().await,
                json!({ "viewerRecordFilters": wanted, "browse": true, "edit": false })
            );
        }
    }
);
