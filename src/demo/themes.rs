//! The dataset themes of the demo, and the themes of its portals.

use super::{draw::Draw, items, world::DemoWorkspace};
use crate::{
    domain::slug,
    entity::{dataset_theme, workspace_theme},
    store::seed::Rows,
};
use chrono::Duration;
use serde_json::json;

/// A theme: its label in English, French and Dutch, its colour and its icon.
type Theme = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// The themes that datasets name by their English label.
const THEMES: &[Theme] = &[
    ("Environment", "Environnement", "Milieu", "#2e7d32", "leaf"),
    ("Mobility", "Mobilité", "Mobiliteit", "#1d5fa8", "bicycle"),
    ("Finance", "Finances", "Financiën", "#8a4b08", "coins"),
    (
        "Planning",
        "Urbanisme",
        "Ruimtelijke ordening",
        "#5b3e96",
        "map",
    ),
    (
        "Statistics",
        "Statistiques",
        "Statistiek",
        "#0b6b5d",
        "chart",
    ),
    ("Health", "Santé", "Gezondheid", "#a3195b", "heart"),
    ("Culture", "Culture", "Cultuur", "#7a5c00", "book"),
    ("Network", "Réseau", "Netwerk", "#1d5fa8", "route"),
    (
        "Operations",
        "Exploitation",
        "Exploitatie",
        "#4b5563",
        "wrench",
    ),
];

/// The slug of a theme.
pub fn slug(label: &str) -> String {
    slug::from_title(label, "theme")
}

/// The look of a workspace, and the themes that `datasets` name.
pub fn rows(draw: &Draw, workspace: &DemoWorkspace, datasets: &[items::Dataset], rows: &mut Rows) {
    let at = workspace.opened + Duration::days(3);
    let named = |theme: &&Theme| datasets.iter().any(|dataset| dataset.2 == theme.0);
    for (place, theme) in (1..).zip(THEMES.iter().filter(named)) {
        let (en, fr, nl, color, icon) = *theme;
        rows.dataset_theme.push(dataset_theme::Model {
            id: draw.id(at),
            workspace_id: workspace.id,
            slug: slug(en),
            label_en: en.to_owned(),
            label_fr: fr.to_owned(),
            label_nl: nl.to_owned(),
            color: color.to_owned(),
            icon: icon.to_owned(),
            place,
            created_at: at,
            updated_at: at,
            deleted_at: None,
        });
    }
    let colors = json!([
        { "name": "text", "value": "#1f2933" },
        { "name": "background", "value": "#ffffff" },
        { "name": "primary", "value": "#0b6b5d" },
    ]);
    rows.workspace_theme.push(workspace_theme::Model {
        workspace_id: workspace.id,
        colors: colors.to_string(),
        logo_url: Some("https://riverton.example/logo.svg".to_owned()),
        favicon_url: None,
        font: Some("Source Sans 3".to_owned()),
        updated_at: at,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn theme_2_every_dataset_has_a_theme_that_there_is() {
        for dataset in items::DATASETS.iter().chain(items::TRANSIT_DATASETS) {
            assert!(
                THEMES.iter().any(|theme| theme.0 == dataset.2),
                "{}",
                dataset.0
            );
        }
    }
}
