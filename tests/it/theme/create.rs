//! `createDatasetTheme` (THEME-2).

use concierge::{
    domain::permission::{Permission, Preset},
    entity,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{create, labels, new, slugs, with};
use crate::support::{TestApp, on_both, world::Ws};

/// Adds themes past the service.
async fn many_themes(app: &TestApp, ws: &Ws, number: i32) {
    let rows = (1..=number).map(|place| {
        let label = format!("Bulk {place}");
        entity::dataset_theme::Model {
            id: app.app.deps.ids.uuid(app.now()),
            workspace_id: ws.id.0,
            slug: format!("bulk-{place}"),
            label_en: label.clone(),
            label_fr: label.clone(),
            label_nl: label,
            color: "#4b5563".to_owned(),
            icon: "folder".to_owned(),
            place,
            created_at: app.now(),
            updated_at: app.now(),
            deleted_at: None,
        }
        .into_active_model()
    });
    entity::dataset_theme::Entity::insert_many(rows)
        .exec_without_returning(app.app.deps.db.writer())
        .await
        .unwrap();
}

on_both!(theme_2_a_theme_is_made_and_shown, |app| {
    let (ws, ada) = app.portal().await;
    let input = json!({
        "workspaceId": ws.id.to_string(), "labels": labels("  Energy & climate ", "Énergie et climat", "Energie en klimaat"),
        "color": "#2E7D32", "icon": "leaf",
    });
    let done = app.rehearsed(&ada.key, "createDatasetTheme", input).await;
    let theme = done.0["datasetTheme"].clone();
    let id = theme["id"].as_str().unwrap();
    assert!(id.starts_with("dth_"));
    assert_eq!(
        theme,
        json!({ "id": id, "slug": "energy-climate", "en": "Energy & climate", "fr": "Énergie et climat",
            "nl": "Energie en klimaat", "color": "#2e7d32", "icon": "leaf", "datasetCount": 0 })
    );
    let events = app.events(&ws).await;
    let last = events.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.subject_id.as_deref()),
        ("DATASET_THEME_CREATED", Some(id))
    );
    assert!(
        last.changes.contains("Énergie et climat"),
        "labels are not personal"
    );
    let plain = app
        .mutate(&ada.key, "createDatasetTheme", new(&ws, "Roads"))
        .await;
    let plain = &plain.0["datasetTheme"];
    assert_eq!(
        (&plain["color"], &plain["icon"]),
        (&json!("#4b5563"), &json!("folder"))
    );
    assert_eq!(slugs(app, &ada.key, &ws).await, ["energy-climate", "roads"]);
});

on_both!(
    theme_2_slugs_come_from_the_english_label_and_are_never_used_again,
    |app| {
        let (ws, ada) = app.portal().await;
        let other = app.workspace("lakeside").await;
        let eve = app.administrator(&other, "Eve Laurent").await;
        let first = create(app, &ada.key, &ws, "Parks").await;
        // Another label, the same slug; accents make another label (TEXT-2).
        create(app, &ada.key, &ws, "Parks!").await;
        create(app, &ada.key, &ws, "Pärks").await;
        create(app, &ada.key, &ws, "Деревья").await;
        create(app, &eve.key, &other, "Parks").await;
        assert_eq!(
            slugs(app, &ada.key, &ws).await,
            ["parks", "parks-2", "parks-3", "theme"]
        );
        assert_eq!(slugs(app, &eve.key, &other).await, ["parks"]);
        let renamed = json!({ "id": first, "labels": [{ "locale": "EN", "text": "Gardens" }] });
        let done = app.mutate(&ada.key, "updateDatasetTheme", renamed).await;
        assert_eq!(
            (
                &done.0["datasetTheme"]["en"],
                &done.0["datasetTheme"]["slug"]
            ),
            (&json!("Gardens"), &json!("parks")),
            "it is fixed"
        );
        app.mutate(&ada.key, "deleteDatasetTheme", json!({ "id": first }))
            .await;
        create(app, &ada.key, &ws, "Gardens").await;
        create(app, &ada.key, &ws, "PARKS").await;
        assert_eq!(
            slugs(app, &ada.key, &ws).await,
            ["parks-2", "parks-3", "theme", "gardens", "parks-4"]
        );
    }
);

on_both!(theme_2_a_theme_takes_its_place_and_the_others_move, |app| {
    let (ws, ada) = app.portal().await;
    for label in ["A", "B"] {
        create(app, &ada.key, &ws, label).await;
    }
    for (label, place) in [("First", 1), ("Third", 3), ("Last", 5)] {
        let input = with(&new(&ws, label), json!({ "place": place }));
        let done = app.rehearsed(&ada.key, "createDatasetTheme", input).await;
        assert_eq!(done.errors(), [""; 0], "{label}");
    }
    assert_eq!(
        slugs(app, &ada.key, &ws).await,
        ["first", "a", "third", "b", "last"]
    );
    for place in [-1, 0, 7, i32::MAX, i32::MIN] {
        let input = with(&new(&ws, "No place"), json!({ "place": place }));
        let refused = app.mutate(&ada.key, "createDatasetTheme", input).await;
        assert_eq!(refused.errors(), ["OUT_OF_RANGE place"], "{place}");
    }
});

on_both!(
    theme_2_bad_values_of_a_theme_are_typed_and_leave_nothing,
    |app| {
        let (ws, ada) = app.portal().await;
        create(app, &ada.key, &ws, "Straße").await;
        let before = app.footprint().await;
        let own = new(&ws, "Water");
        let text = |text: &str| json!({ "labels": labels("Water", text, "Water") });
        let two = |one: &str, other: &str| json!({ "labels": [{ "locale": one, "text": "A" }, { "locale": other, "text": "B" }] });
        for (change, errors) in [
            (two("EN", "FR"), vec!["MISSING_LANGUAGE labels"]),
            (two("NL", "FR"), vec!["MISSING_LANGUAGE labels"]),
            (
                two("EN", "EN"),
                vec!["MISSING_LANGUAGE labels", "DUPLICATE labels.1.locale"],
            ),
            (text(""), vec!["TOO_SHORT labels.1.text"]),
            (text(" \u{200b}"), vec!["TOO_SHORT labels.1.text"]),
            (text("\u{301}"), vec!["TOO_SHORT labels.1.text"]),
            (text(&"é".repeat(101)), vec!["TOO_LONG labels.1.text"]),
            (text("a\u{0}b"), vec!["INVALID_CHARACTERS labels.1.text"]),
            (text("a\nb"), vec!["INVALID_CHARACTERS labels.1.text"]),
            (
                json!({ "labels": labels("STRASSE", "Rue", "Straat") }),
                vec!["TAKEN labels.0.text"],
            ),
            (json!({ "color": "green" }), vec!["INVALID_COLOR color"]),
            (json!({ "color": "" }), vec!["INVALID_COLOR color"]),
            (json!({ "icon": "" }), vec!["TOO_SHORT icon"]),
            (json!({ "icon": "Leaf" }), vec!["INVALID_IDENTIFIER icon"]),
            (json!({ "icon": "a\u{0}" }), vec!["INVALID_IDENTIFIER icon"]),
            (json!({ "icon": "<svg>" }), vec!["INVALID_IDENTIFIER icon"]),
            (json!({ "icon": "x".repeat(101) }), vec!["TOO_LONG icon"]),
        ] {
            let input = with(&own, change);
            let refused = app
                .mutate(&ada.key, "createDatasetTheme", input.clone())
                .await;
            assert_eq!(
                (refused.errors(), &refused.0["datasetTheme"]),
                (
                    errors.iter().map(|error| (*error).to_owned()).collect(),
                    &Value::Null
                ),
                "{input}"
            );
        }
        let four = json!([{ "locale": "EN", "text": "A" }, { "locale": "FR", "text": "A" }, { "locale": "NL", "text": "A" },
        { "locale": "EN", "text": "B" }]);
        for change in [
            json!({ "labels": [] }),
            json!({ "labels": four }),
            json!({ "labels": [{ "locale": "DE", "text": "A" }] }),
            json!({ "workspaceId": ada.id.to_string() }),
        ] {
            let refused = app
                .try_mutate(&ada.key, "createDatasetTheme", with(&own, change))
                .await;
            assert_eq!(refused.refusal(), "BAD_USER_INPUT");
        }
        assert_eq!(app.footprint().await, before);
        let long = json!({ "labels": labels("Water", &"é".repeat(100), "Water") });
        let fits = app
            .mutate(&ada.key, "createDatasetTheme", with(&own, long))
            .await;
        assert_eq!(fits.errors(), [""; 0]);
    }
);

on_both!(theme_2_there_are_at_most_a_hundred, |app| {
    let (ws, ada) = app.portal().await;
    many_themes(app, &ws, 99).await;
    let last = create(app, &ada.key, &ws, "The hundredth").await;
    let refused = app
        .mutate(&ada.key, "createDatasetTheme", new(&ws, "One more"))
        .await;
    assert_eq!(refused.errors(), ["LIMIT_REACHED workspaceId"]);
    assert_eq!(refused.0["errors"][0]["limit"], 100);
    app.mutate(&ada.key, "deleteDatasetTheme", json!({ "id": last }))
        .await;
    create(app, &ada.key, &ws, "One more").await;
    let all = slugs(app, &ada.key, &ws).await;
    assert_eq!((all.len(), all[99].as_str()), (100, "one-more"));
});

on_both!(
    theme_2_themes_are_changed_by_who_manages_the_theme_or_the_workspace,
    |app| {
        let (ws, ada) = app.portal().await;
        let theme = create(app, &ada.key, &ws, "Parks").await;
        let mut may = Vec::new();
        for (name, permission) in [
            ("Mae Theme", Permission::ManageWorkspaceTheme),
            ("Ewa Props", Permission::EditWorkspaceProperties),
        ] {
            may.push(app.member(&ws, name).with(permission).create().await.key);
        }
        let designer = app.member(&ws, "Des Igner").preset(Preset::Designer);
        may.push(designer.create().await.key);
        let publisher = app.member(&ws, "Pub Lisher").preset(Preset::Publisher);
        let publisher = publisher.create().await;
        let other = app.workspace("lakeside").await;
        let eve = app.administrator(&other, "Eve Laurent").await;
        let eve = app.session_of(eve.account).await;
        for (mutation, input) in [
            ("createDatasetTheme", new(&ws, "Water")),
            ("updateDatasetTheme", json!({ "id": theme, "icon": "leaf" })),
            ("deleteDatasetTheme", json!({ "id": theme })),
        ] {
            let input = with(&input, json!({ "dryRun": true }));
            for key in &may {
                assert_eq!(
                    app.mutate(key, mutation, input.clone()).await.errors(),
                    [""; 0]
                );
            }
            let refused = app
                .try_mutate(&publisher.key, mutation, input.clone())
                .await;
            assert_eq!(refused.refusal(), "FORBIDDEN", "{mutation}");
            assert_eq!(
                refused.body["errors"][0]["extensions"]["requiredPermission"],
                "MANAGE_WORKSPACE_THEME"
            );
            // Another workspace's theme is none.
            let by_id = input.get("id").is_some();
            let refused = app.try_mutate(&eve, mutation, input).await;
            let code = if by_id { "NOT_FOUND" } else { "FORBIDDEN" };
            assert_eq!(refused.refusal(), code, "{mutation}");
        }
    }
);
