//! Making, changing and deleting pages: EDIT of a page publishes it too (PERM-5, WS-4).

use concierge::domain::{
    id::ItemId, interval::Interval, permission::Preset, vocabulary::ResourceAccess,
};
use serde_json::{Value, json};

use crate::support::on_both;

on_both!(ws_4_a_page_from_its_making_to_its_end, |app| {
    let ws = app.workspace("riverton").await;
    let ed = app
        .member(&ws, "Ed Itor")
        .preset(Preset::Editor)
        .create()
        .await;
    let input = json!({ "workspaceId": ws.id.to_string(), "slug": "welcome", "title": "Welcome", "content": "# Hello\n" });
    let made = app.mutate(&ed.key, "createPage", input.clone()).await;
    let page = made.0["page"].clone();
    assert_eq!(
        (&page["slug"], &page["content"], &page["isPublished"]),
        (&json!("welcome"), &json!("# Hello\n"), &json!(false))
    );
    assert_eq!(
        app.mutate(&ed.key, "createPage", input).await.errors(),
        ["TAKEN slug"]
    );
    let id = page["id"].clone();
    let title = async |credential: Option<&str>| {
        let query = "query($id: ID!) { node(id: $id) { ... on Page { title } } }";
        app.post(credential, query, json!({ "id": id }))
            .await
            .data()["node"]["title"]
            .clone()
    };
    assert_eq!(title(None).await, Value::Null);
    let changed = app
        .mutate(
            &ed.key,
            "updatePage",
            json!({ "id": id, "title": "Hello", "published": true }),
        )
        .await;
    assert_eq!(changed.0["page"]["isPublished"], true);
    assert_eq!(title(None).await, "Hello");
    let kinds: Vec<_> = app
        .events(&ws)
        .await
        .into_iter()
        .map(|event| event.kind)
        .collect();
    assert_eq!(kinds, ["PAGE_CREATED", "PAGE_UPDATED", "PAGE_PUBLISHED"]);
    let before = app.footprint().await;
    assert_eq!(
        app.mutate(
            &ed.key,
            "updatePage",
            json!({ "id": id, "published": true })
        )
        .await
        .0["changes"],
        json!([])
    );
    let long = app
        .mutate(
            &ed.key,
            "updatePage",
            json!({ "id": id, "content": "x".repeat(50_001) }),
        )
        .await;
    assert_eq!(long.errors(), ["TOO_LONG content"]);
    let refused = app
        .try_mutate(
            &ed.key,
            "setPageSecurity",
            json!({ "id": id, "security": "RESTRICTED" }),
        )
        .await;
    assert_eq!(refused.refusal(), "FORBIDDEN");
    assert_eq!(app.footprint().await, before);
    assert_eq!(
        app.mutate(&ed.key, "deletePage", json!({ "id": id }))
            .await
            .0["deletedPageId"],
        id
    );
    assert_eq!(title(Some(&ed.key)).await, Value::Null);
    assert_eq!(
        app.try_mutate(&ed.key, "deletePage", json!({ "id": id }))
            .await
            .refusal(),
        "NOT_FOUND"
    );
});

on_both!(
    perm_5_an_edit_grant_publishes_a_page_and_does_not_delete_it,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let page = app.page(&ws, "welcome", &ada, false, true).await;
        let since = Interval::from(app.now());
        app.item_grant(
            &ws,
            (Some(ben.id), None),
            ItemId::Page(page),
            ResourceAccess::Edit,
            since,
        )
        .await;
        let id = page.to_string();
        let published = app
            .mutate(
                &ben.key,
                "updatePage",
                json!({ "id": id, "published": true }),
            )
            .await;
        assert_eq!(published.0["page"]["isPublished"], true);
        let refused = app
            .try_mutate(&ben.key, "deletePage", json!({ "id": id }))
            .await;
        assert_eq!(refused.refusal(), "FORBIDDEN");
        assert_eq!(
            refused.body["errors"][0]["extensions"]["requiredPermission"],
            "EDIT_ALL_PAGES"
        );
    }
);
