//! The texts that datasets had for themes become themes, once (THEME-2).

use concierge::entity;
use migrations::Migrator;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sea_orm_migration::MigratorTrait;
use serde_json::{Value, json};

use super::back_to;
use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

const NAME: &str = "m20261130_000100_themes";

/// Datasets that have these texts for themes, by identifier.
async fn datasets(app: &TestApp, ws: &Ws, owner: &Member, texts: &[(&str, Option<&str>)]) {
    for (identifier, text) in texts {
        let id = app.dataset(ws, identifier, owner, true, true).await;
        let text = text.map(str::to_owned);
        let values = vec![text.into(), id.0.into()];
        app.sql("UPDATE dataset SET theme = $1 WHERE id = $2", values)
            .await;
    }
}

/// What each dataset of the workspace has for a theme, by identifier.
async fn texts(app: &TestApp, ws: &Ws) -> Vec<(String, Option<String>)> {
    use entity::dataset::{Column, Entity};
    // Columns that the oldest of these tables has.
    let rows = Entity::find()
        .select_only()
        .column(Column::Identifier)
        .column(Column::Theme)
        .filter(Column::WorkspaceId.eq(ws.id.0))
        .order_by_asc(Column::Identifier)
        .into_tuple();
    rows.all(app.app.deps.db.writer()).await.unwrap()
}

/// The workspace's themes in their order.
async fn themes(app: &TestApp, ws: &Ws) -> Vec<entity::dataset_theme::Model> {
    use entity::dataset_theme::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::WorkspaceId.eq(ws.id.0))
        .order_by_asc(Column::Place);
    rows.all(app.app.deps.db.writer()).await.unwrap()
}

fn owned(texts: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
    texts
        .iter()
        .map(|(identifier, text)| ((*identifier).to_owned(), text.map(str::to_owned)))
        .collect()
}

on_both!(theme_2_texts_become_themes_once, |app| {
    let (ws, ada) = app.portal().await;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let empty = app.workspace("empty").await;
    let db = app.app.deps.db.for_migrations().unwrap();
    datasets(
        app,
        &ws,
        &ada,
        &[
            ("a", Some("Énergie")),
            ("b", Some("énergie")),
            ("c", Some("Énergie")),
            ("d", Some("ENERGIE")),
            ("e", Some("Energie")),
            ("f", Some("C")),
            ("g", Some("C++")),
            ("h", Some("c-2")),
            ("i", Some("")),
            ("j", Some("  ")),
            ("k", None),
            ("l", Some("Straße")),
            ("m", Some("STRASSE")),
            ("n", Some("Деревья")),
            ("o", Some("樹木")),
            ("p", Some("Gone")),
            ("q", Some("L’eau & l'air")),
        ],
    )
    .await;
    app.sql(
        "UPDATE dataset SET deleted_at = updated_at WHERE identifier = 'p'",
        Vec::new(),
    )
    .await;
    datasets(
        app,
        &other,
        &eve,
        &[
            ("a", Some("Parks")),
            ("b", Some("PARKS")),
            ("c", Some("Energie")),
        ],
    )
    .await;
    // Unknown texts stay as they are.
    Migrator::down(db, back_to(NAME)).await.unwrap();
    Migrator::up(db, None).await.unwrap();
    let wanted = owned(&[
        ("a", Some("energie-2")),
        ("b", Some("energie-2")),
        ("c", Some("energie-2")),
        ("d", Some("energie")),
        ("e", Some("energie")),
        ("f", Some("c")),
        ("g", Some("c-2")),
        ("h", Some("c-2-2")),
        ("i", None),
        ("j", None),
        ("k", None),
        ("l", Some("strasse")),
        ("m", Some("strasse")),
        ("n", Some("theme")),
        ("o", Some("theme-2")),
        ("p", Some("Gone")),
        ("q", Some("leau-lair")),
    ]);
    assert_eq!(texts(app, &ws).await, wanted);
    let rows = themes(app, &ws).await;
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (row.place, row.slug.as_str(), row.label_en.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            (1, "c", "C"),
            (2, "c-2", "C++"),
            (3, "c-2-2", "c-2"),
            (4, "energie", "ENERGIE"),
            (5, "energie-2", "Énergie"),
            (6, "leau-lair", "L’eau & l'air"),
            (7, "strasse", "STRASSE"),
            (8, "theme", "Деревья"),
            (9, "theme-2", "樹木"),
        ],
        "as most datasets call it"
    );
    for row in rows.iter().chain(&themes(app, &other).await) {
        assert_eq!(
            (&row.label_fr, &row.label_nl),
            (&row.label_en, &row.label_en)
        );
        assert_eq!(
            (row.color.as_str(), row.icon.as_str()),
            ("#4b5563", "folder")
        );
        assert!(row.deleted_at.is_none() && row.created_at == app.now());
        assert_eq!(row.id.get_version_num(), 7);
    }
    let slugs: Vec<String> = themes(app, &other)
        .await
        .into_iter()
        .map(|row| row.slug)
        .collect();
    assert_eq!(slugs, ["energie", "parks"]);
    assert!(themes(app, &empty).await.is_empty());

    // Down and up again: the slugs stay, and what was merged stays merged.
    Migrator::down(db, back_to(NAME)).await.unwrap();
    let labels = texts(app, &ws).await;
    assert_eq!(
        labels[..9],
        owned(&[
            ("a", Some("Énergie")),
            ("b", Some("Énergie")),
            ("c", Some("Énergie")),
            ("d", Some("ENERGIE")),
            ("e", Some("ENERGIE")),
            ("f", Some("C")),
            ("g", Some("C++")),
            ("h", Some("c-2")),
            ("i", None),
        ])
    );
    Migrator::up(db, None).await.unwrap();
    assert_eq!(texts(app, &ws).await, wanted);
    assert_eq!(themes(app, &ws).await, rows);
});

on_both!(theme_2_more_texts_than_a_hundred_all_become_themes, |app| {
    let (ws, ada) = app.portal().await;
    let db = app.app.deps.db.for_migrations().unwrap();
    // Several batches of datasets, and texts that all want one slug.
    let text = |number: usize| match number % 2 {
        0 => format!("Theme {:03}", number % 150),
        _ => "!".repeat(number % 100 + 1),
    };
    app.many_datasets(&ws, &ada, 2_400, |number| Some(text(number)))
        .await;
    Migrator::down(db, back_to(NAME)).await.unwrap();
    Migrator::up(db, None).await.unwrap();
    let rows = themes(app, &ws).await;
    let places: Vec<i32> = rows.iter().map(|row| row.place).collect();
    assert_eq!(places, (1..=125).collect::<Vec<_>>());
    for (identifier, slug) in texts(app, &ws).await {
        let number = identifier.trim_start_matches("bulk-").parse().unwrap();
        let theme = rows.iter().find(|row| Some(&row.slug) == slug.as_ref());
        assert_eq!(theme.unwrap().label_en, text(number), "{identifier}");
    }
    // All are there and can be used; another one cannot be made.
    let query = "query($ws: ID!) { workspace(id: $ws) { datasetThemes { slug datasetCount } } }";
    let answer = app
        .post(Some(&ada.key), query, json!({ "ws": ws.id.to_string() }))
        .await;
    let all = answer.data()["workspace"]["datasetThemes"].clone();
    let counts = all.as_array().unwrap().iter();
    let counted: i64 = counts
        .map(|theme: &Value| theme["datasetCount"].as_i64().unwrap())
        .sum();
    assert_eq!((all.as_array().unwrap().len(), counted), (125, 2_400));
    let label = |locale: &str| json!({ "locale": locale, "text": "One more" });
    let more = json!({ "workspaceId": ws.id.to_string(), "labels": [label("EN"), label("FR"), label("NL")] });
    let refused = app.mutate(&ada.key, "createDatasetTheme", more).await;
    assert_eq!(refused.errors(), ["LIMIT_REACHED workspaceId"]);
});
