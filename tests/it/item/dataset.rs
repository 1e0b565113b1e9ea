//! Making, changing, publishing, opening and deleting datasets (WS-4, PERM-5).

use concierge::domain::{
    id::ItemId,
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::ResourceAccess,
};
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

async fn world(app: &TestApp) -> (Ws, Member) {
    let (ws, ada) = app.portal().await;
    (ws, ada)
}

fn new(ws: &Ws, identifier: &str, more: Value) -> Value {
    let mut input =
        json!({ "workspaceId": ws.id.to_string(), "identifier": identifier, "title": "Trees" });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

async fn shown(app: &TestApp, credential: Option<&str>, id: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Dataset { id identifier title description theme recordCount \
         isPublished security hiddenFromSearch owner { id } } } }";
    app.post(credential, query, json!({ "id": id }))
        .await
        .data()["node"]
        .clone()
}

on_both!(
    ws_4_a_dataset_is_made_unpublished_and_its_maker_owns_it,
    |app| {
        let (ws, ada) = world(app).await;
        let ed = app
            .member(&ws, "Ed Itor")
            .preset(Preset::Editor)
            .create()
            .await;
        app.dataset_theme(&ws, "nature").await;
        let input = new(
            &ws,
            "trees-2026_a",
            json!({ "title": "  Trees ", "description": "All of them.\nEvery one.", "theme": " nature ", "recordCount": 1500,
            "hiddenFromSearch": true }),
        );
        let made = app.mutate(&ed.key, "createDataset", input).await;
        assert_eq!(made.errors(), [""; 0]);
        let dataset = made.0["dataset"].clone();
        let wanted = json!({ "id": dataset["id"], "identifier": "trees-2026_a", "title": "Trees", "theme": "nature",
        "description": "All of them.\nEvery one.", "recordCount": 1500, "isPublished": false, "security": "OPEN",
        "hiddenFromSearch": true, "owner": { "id": ed.account.to_string() } });
        let id = dataset["id"].as_str().unwrap();
        assert_eq!(shown(app, Some(&ed.key), id).await, wanted);
        assert_eq!(shown(app, Some(&ada.key), id).await, wanted);
        assert_eq!(shown(app, None, id).await, Value::Null);
        let events = app.events(&ws).await;
        assert_eq!(
            events
                .iter()
                .map(|event| event.kind.as_str())
                .collect::<Vec<_>>(),
            ["DATASET_CREATED"]
        );
        let personal = app.side_rows(&events[0]).await;
        assert_eq!(
            personal
                .iter()
                .filter(|row| row.name.starts_with("changes."))
                .count(),
            1,
            "the description is personal"
        );
    }
);

on_both!(
    ws_4_bad_values_of_a_dataset_are_typed_and_leave_nothing,
    |app| {
        let (ws, ada) = world(app).await;
        let taken = app
            .mutate(&ada.key, "createDataset", new(&ws, "taken", json!({})))
            .await;
        let gone = app
            .mutate(&ada.key, "createDataset", new(&ws, "gone", json!({})))
            .await;
        let gone = gone.0["dataset"]["id"].clone();
        assert_eq!(
            app.mutate(&ada.key, "deleteDataset", json!({ "id": gone }))
                .await
                .0["deletedDatasetId"],
            gone
        );
        let before = app.footprint().await;
        for (identifier, more, code) in [
            ("", json!({}), "TOO_SHORT identifier"),
            ("Trees", json!({}), "INVALID_IDENTIFIER identifier"),
            ("-trees", json!({}), "INVALID_IDENTIFIER identifier"),
            ("a\u{0}", json!({}), "INVALID_IDENTIFIER identifier"),
            (&"x".repeat(101), json!({}), "TOO_LONG identifier"),
            ("taken", json!({}), "TAKEN identifier"),
            ("gone", json!({}), "TAKEN identifier"),
            ("fine", json!({ "title": " " }), "TOO_SHORT title"),
            (
                "fine",
                json!({ "title": "x".repeat(201) }),
                "TOO_LONG title",
            ),
            (
                "fine",
                json!({ "title": "a\u{7}" }),
                "INVALID_CHARACTERS title",
            ),
            (
                "fine",
                json!({ "description": "x".repeat(10_001) }),
                "TOO_LONG description",
            ),
            (
                "fine",
                json!({ "description": "a\u{0}" }),
                "INVALID_CHARACTERS description",
            ),
            (
                "fine",
                json!({ "theme": "x".repeat(101) }),
                "UNKNOWN_THEME theme",
            ),
            (
                "fine",
                json!({ "recordCount": -1 }),
                "OUT_OF_RANGE recordCount",
            ),
        ] {
            let refused = app
                .mutate(&ada.key, "createDataset", new(&ws, identifier, more))
                .await;
            assert_eq!(
                (refused.errors(), &refused.0["dataset"]),
                (vec![code.to_owned()], &Value::Null)
            );
        }
        let id = taken.0["dataset"]["id"].clone();
        for (change, code) in [
            (json!({ "title": "" }), "TOO_SHORT title"),
            (json!({ "recordCount": -5 }), "OUT_OF_RANGE recordCount"),
            (
                json!({ "description": "x".repeat(10_001) }),
                "TOO_LONG description",
            ),
        ] {
            let mut input = json!({ "id": id });
            input
                .as_object_mut()
                .unwrap()
                .extend(change.as_object().unwrap().clone());
            assert_eq!(
                app.mutate(&ada.key, "updateDataset", input).await.errors(),
                [code]
            );
        }
        for (mutation, input) in [
            (
                "createDataset",
                new(
                    &ws,
                    "fine",
                    json!({ "recordCount": 9_007_199_254_740_992_i64 }),
                ),
            ),
            ("updateDataset", json!({ "id": ada.id.to_string() })),
            (
                "updateDataset",
                json!({ "id": format!("{}@2026-01-01T00:00:00Z", id.as_str().unwrap()) }),
            ),
        ] {
            assert_eq!(
                app.try_mutate(&ada.key, mutation, input).await.refusal(),
                "BAD_USER_INPUT"
            );
        }
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(
    ws_4_an_update_changes_what_is_given_and_null_clears,
    |app| {
        let (ws, ada) = world(app).await;
        app.dataset_theme(&ws, "nature").await;
        let made = app
            .mutate(
                &ada.key,
                "createDataset",
                new(
                    &ws,
                    "trees",
                    json!({ "description": "Old", "theme": "nature" }),
                ),
            )
            .await;
        let id = made.0["dataset"]["id"].clone();
        app.pass(chrono::Duration::seconds(5));
        let changed = app
            .mutate(
                &ada.key,
                "updateDataset",
                json!({ "id": id, "title": "Plane trees", "theme": null }),
            )
            .await;
        assert_eq!(changed.0["dataset"]["title"], "Plane trees");
        assert_eq!(
            (
                &changed.0["dataset"]["theme"],
                &changed.0["dataset"]["description"]
            ),
            (&Value::Null, &json!("Old"))
        );
        assert_ne!(
            changed.0["dataset"]["updatedAt"],
            made.0["dataset"]["updatedAt"]
        );
        let fields: Vec<_> = changed.0["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| change["field"].clone())
            .collect();
        assert_eq!(fields, ["title", "theme"]);
        let before = app.footprint().await;
        let again = app
            .mutate(
                &ada.key,
                "updateDataset",
                json!({ "id": id, "title": "Plane trees", "theme": null }),
            )
            .await;
        assert_eq!(again.0["changes"], json!([]));
        let rehearsed = app
            .mutate(
                &ada.key,
                "updateDataset",
                json!({ "id": id, "description": null, "dryRun": true }),
            )
            .await;
        assert_eq!(
            rehearsed.0["changes"],
            json!([{ "subjectId": id, "field": "description", "before": "Old", "after": null }])
        );
        assert_eq!(rehearsed.0["dataset"]["description"], "Old");
        assert_eq!(app.footprint().await, before);
        let cleared = app
            .mutate(
                &ada.key,
                "updateDataset",
                json!({ "id": id, "description": null }),
            )
            .await;
        assert_eq!(
            (&cleared.0["changes"], &cleared.0["dataset"]["description"]),
            (&rehearsed.0["changes"], &Value::Null)
        );
    }
);

on_both!(
    perm_5_publishing_and_security_count_on_the_next_request,
    |app| {
        let (ws, ada) = world(app).await;
        let id = app
            .mutate(&ada.key, "createDataset", new(&ws, "trees", json!({})))
            .await
            .0["dataset"]["id"]
            .clone();
        let name = id.as_str().unwrap();
        for (mutation, more, seen, kind) in [
            ("publishDataset", json!({}), true, "DATASET_PUBLISHED"),
            (
                "setDatasetSecurity",
                json!({ "security": "RESTRICTED" }),
                false,
                "DATASET_SECURITY_CHANGED",
            ),
            (
                "setDatasetSecurity",
                json!({ "security": "OPEN" }),
                true,
                "DATASET_SECURITY_CHANGED",
            ),
            ("unpublishDataset", json!({}), false, "DATASET_UNPUBLISHED"),
            ("publishDataset", json!({}), true, "DATASET_PUBLISHED"),
            ("deleteDataset", json!({}), false, "DATASET_DELETED"),
        ] {
            let mut input = json!({ "id": id });
            input
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            let done = app.mutate(&ada.key, mutation, input.clone()).await;
            assert_eq!(done.errors(), [""; 0]);
            assert_eq!(!shown(app, None, name).await.is_null(), seen, "{mutation}");
            assert_eq!(app.events(&ws).await.last().unwrap().kind, kind);
            if mutation != "deleteDataset" {
                let before = app.footprint().await;
                assert_eq!(
                    app.mutate(&ada.key, mutation, input).await.0["changes"],
                    json!([]),
                    "{mutation} again"
                );
                assert_eq!(app.footprint().await, before);
            }
        }
        assert!(shown(app, Some(&ada.key), name).await.is_null());
        let before = app.footprint().await;
        for (mutation, input) in [
            ("deleteDataset", json!({ "id": id })),
            ("updateDataset", json!({ "id": id, "title": "X" })),
            ("publishDataset", json!({ "id": id })),
            (
                "setDatasetSecurity",
                json!({ "id": id, "security": "OPEN" }),
            ),
        ] {
            assert_eq!(
                app.try_mutate(&ada.key, mutation, input).await.refusal(),
                "NOT_FOUND",
                "{mutation}"
            );
        }
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(
    aud_5_a_repeated_creation_and_deletion_are_answered_as_the_first,
    |app| {
        let (ws, ada) = world(app).await;
        let input = new(&ws, "trees", json!({ "idempotencyKey": "make" }));
        let first = app.mutate(&ada.key, "createDataset", input.clone()).await;
        let again = app.mutate(&ada.key, "createDataset", input).await;
        assert!(again.replayed() && first.0["dataset"] == again.0["dataset"]);
        let id = first.0["dataset"]["id"].clone();
        let conflict = new(&ws, "birds", json!({ "idempotencyKey": "make" }));
        assert_eq!(
            app.try_mutate(&ada.key, "createDataset", conflict)
                .await
                .refusal(),
            "IDEMPOTENCY_CONFLICT"
        );
        let input = json!({ "id": id, "idempotencyKey": "drop" });
        app.mutate(&ada.key, "deleteDataset", input.clone()).await;
        let again = app.mutate(&ada.key, "deleteDataset", input).await;
        assert!(again.replayed() && again.0["deletedDatasetId"] == id);
    }
);

/// What `member` is answered to each mutation of the dataset, rehearsed.
async fn answers(app: &TestApp, credential: &str, id: ItemId) -> Vec<String> {
    let mut found = Vec::new();
    for (mutation, more) in [
        ("updateDataset", json!({ "title": "New" })),
        ("deleteDataset", json!({})),
        ("unpublishDataset", json!({})),
        ("setDatasetSecurity", json!({ "security": "OPEN" })),
    ] {
        let mut input = json!({ "id": id.to_string(), "dryRun": true });
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = app.try_mutate(credential, mutation, input).await;
        found.push(match answer.codes().first() {
            None => "yes".to_owned(),
            Some(code) => {
                let required = answer.body["errors"][0]["extensions"]["requiredPermission"]
                    .as_str()
                    .unwrap_or_default();
                format!("{code} {required}").trim().to_owned()
            }
        });
    }
    found
}

on_both!(perm_5_every_act_on_a_dataset_by_every_way, |app| {
    use Permission as P;
    use ResourceAccess as A;
    let (ws, ada) = world(app).await;
    let since = Interval::from(app.now());
    let owner = app
        .member(&ws, "Olga Owner")
        .with(P::CreateDatasets)
        .create()
        .await;
    let restricted = ItemId::Dataset(app.dataset(&ws, "restricted", &owner, true, false).await);
    let idle = app.member(&ws, "Ida Idle").create().await;
    let idles = ItemId::Dataset(app.dataset(&ws, "idles", &idle, true, true).await);
    let all = app
        .member(&ws, "Al All")
        .with(P::EditAllDatasets)
        .create()
        .await;
    let both = app
        .member(&ws, "Bo Both")
        .with(P::EditAllDatasets)
        .with(P::PublishOwnDatasets)
        .create()
        .await;
    let viewer = app
        .member(&ws, "Vi Ewer")
        .with(P::BrowseAllDatasets)
        .with(P::PublishOwnDatasets)
        .create()
        .await;
    let given = app.member(&ws, "Gi Ven").create().await;
    for access in [A::Edit, A::Publish, A::ManageSecurity] {
        app.item_grant(&ws, (Some(given.id), None), restricted, access, since)
            .await;
    }
    let group = app.group(&ws, "Wardens", &[]).await;
    let grouped = app.member(&ws, "Gro Up").create().await;
    app.put_into(&ws, group, &grouped, since).await;
    app.item_grant(&ws, (None, Some(group)), restricted, A::Edit, since)
        .await;
    let narrowed = app
        .member(&ws, "Nar Row")
        .with(P::EditAllDatasets)
        .scoped(&[P::BrowseAllDatasets])
        .create()
        .await;
    let disabled = app
        .member(&ws, "Dis Abled")
        .preset(Preset::Administrator)
        .disabled()
        .create()
        .await;
    let plain = app.member(&ws, "Pla In").create().await;
    let (yes, no, edit) = ("yes", "NOT_FOUND", "FORBIDDEN EDIT_ALL_DATASETS");
    let (publish, secure) = (
        "FORBIDDEN PUBLISH_OWN_DATASETS",
        "FORBIDDEN MANAGE_OWN_DATASETS_SECURITY",
    );
    for (who, item, wanted) in [
        (&ada.key, restricted, [yes, yes, yes, yes]),
        (&owner.key, restricted, [yes, yes, publish, secure]),
        (&idle.key, idles, [edit, edit, publish, secure]),
        (&all.key, restricted, [yes, yes, publish, secure]),
        (&both.key, restricted, [yes, yes, yes, secure]),
        (&viewer.key, restricted, [edit, edit, edit, secure]),
        (&given.key, restricted, [yes, edit, yes, yes]),
        (&grouped.key, restricted, [yes, edit, publish, secure]),
        (&narrowed.key, restricted, [no, no, no, no]),
        (
            &app.session_of(narrowed.account).await,
            restricted,
            [yes, yes, publish, secure],
        ),
        (
            &app.session_of(disabled.account).await,
            restricted,
            [no, no, no, no],
        ),
        (&plain.key, restricted, [no, no, no, no]),
        (&plain.key, idles, [edit, edit, publish, secure]),
    ] {
        assert_eq!(answers(app, who, item).await, wanted, "{item}");
    }
});

on_both!(
    perm_5_security_is_chosen_at_creation_by_who_manages_it,
    |app| {
        let (ws, ada) = world(app).await;
        let ed = app
            .member(&ws, "Ed Itor")
            .preset(Preset::Editor)
            .create()
            .await;
        let input = new(&ws, "trees", json!({ "security": "RESTRICTED" }));
        let before = app.footprint().await;
        let refused = app
            .try_mutate(&ed.key, "createDataset", input.clone())
            .await;
        assert_eq!(refused.refusal(), "FORBIDDEN");
        assert_eq!(
            refused.body["errors"][0]["extensions"]["requiredPermission"],
            "MANAGE_OWN_DATASETS_SECURITY"
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            app.mutate(&ada.key, "createDataset", input).await.0["dataset"]["security"],
            "RESTRICTED"
        );
    }
);
