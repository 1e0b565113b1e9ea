//! Datasets and pages with their owners (WS-4).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{draw::Draw, items, members::Member, profile::Kind, themes, world::DemoWorkspace};
use crate::{
    domain::permission::Preset,
    entity::{dataset, page},
    store::seed::Rows,
};

/// Every how many items one has no owner any more.
const ORPHANED: usize = 23;

/// The themes and items of a workspace, the items owned by those of `members` who create datasets.
pub fn rows(
    draw: &mut Draw,
    workspace: &DemoWorkspace,
    lists: (&[items::Dataset], &[items::Page]),
    members: &[Member],
    rows: &mut Rows,
) {
    let owners: Vec<&Member> = members
        .iter()
        .filter(|member| {
            matches!(
                member.kind,
                Kind::Preset(Preset::Publisher | Preset::Editor | Preset::Administrator)
                    | Kind::Steward
            )
        })
        .collect();
    themes::rows(draw, workspace, lists.0, rows);
    for (number, (item, (id, created_at))) in lists.0.iter().zip(&workspace.datasets).enumerate() {
        let (identifier, title, theme, record_count, published, security) = *item;
        let updated_at = updated(draw, number, *created_at);
        rows.dataset.push(dataset::Model {
            id: *id,
            workspace_id: workspace.id,
            identifier: identifier.to_owned(),
            title: title.to_owned(),
            description: (number % 4 != 3).then(|| description(title, theme, number)),
            theme: Some(themes::slug(theme)),
            owner_id: owner(&owners, number),
            original_id: None,
            record_count,
            published,
            security: security.as_str().to_owned(),
            hidden_from_search: number % 17 == 5,
            created_at: *created_at,
            updated_at,
            deleted_at: None,
        });
    }
    for (number, (item, (id, created_at))) in lists.1.iter().zip(&workspace.pages).enumerate() {
        let (slug, title, published, security) = *item;
        rows.page.push(page::Model {
            id: *id,
            workspace_id: workspace.id,
            slug: slug.to_owned(),
            title: title.to_owned(),
            content: Some(format!(
                "# {title}\n\nThis page is being written by the open data team."
            )),
            owner_id: owner(&owners, number * 5 + 2),
            original_id: None,
            published,
            security: security.as_str().to_owned(),
            created_at: *created_at,
            updated_at: updated(draw, number, *created_at),
            deleted_at: None,
        });
    }
}

fn owner(owners: &[&Member], number: usize) -> Option<Uuid> {
    if number % ORPHANED == ORPHANED - 1 {
        return None;
    }
    // 7 spreads the items over the owners, so that nobody has many.
    owners
        .get((number * 7) % owners.len().max(1))
        .map(|owner| owner.account)
}

fn updated(draw: &mut Draw, number: usize, created_at: DateTime<Utc>) -> DateTime<Utc> {
    match number % 3 {
        0 => draw.between(created_at.max(draw.days_ago(2)), draw.now),
        1 => draw.at_work(created_at, draw.now),
        _ => created_at,
    }
}

fn description(title: &str, theme: &str, number: usize) -> String {
    let rhythm = ["every hour", "each night", "each week", "twice a year"]
        .get(number % 4)
        .copied()
        .unwrap_or_default();
    format!("{title}, as the city keeps it. Theme: {theme}. Brought up to date {rhythm}.")
}
