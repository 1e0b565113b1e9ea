//! Dataset themes, and how many datasets have each: one statement for all that a page names.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::Arc,
};

use async_graphql::{Context, dataloader::Loader};

use super::{Shared, failure};
use crate::{
    domain::id::WorkspaceId,
    graphql::scope::WorkspaceView,
    service::{
        Deps, Failure,
        dataset_theme::{self, DatasetThemeRow},
    },
};

/// A theme by its workspace and slug.
type ThemeKey = (WorkspaceId, String);

pub(super) struct DatasetThemeLoader(pub(super) Deps);

impl Loader<ThemeKey> for DatasetThemeLoader {
    type Value = Arc<DatasetThemeRow>;
    type Error = Shared;

    async fn load(&self, keys: &[ThemeKey]) -> Result<HashMap<ThemeKey, Self::Value>, Shared> {
        let mut grouped: HashMap<WorkspaceId, Vec<&str>> = HashMap::new();
        keys.iter()
            .for_each(|(workspace, slug)| grouped.entry(*workspace).or_default().push(slug));
        let mut themes_by_key = HashMap::with_capacity(keys.len());
        for (workspace, slugs) in grouped {
            let themes = dataset_theme::by_slugs(&self.0, workspace, &slugs)
                .await
                .map_err(Arc::new)?;
            themes_by_key.extend(
                themes
                    .into_iter()
                    .map(|theme| ((workspace, theme.slug.clone()), Arc::new(theme))),
            );
        }
        Ok(themes_by_key)
    }
}

/// A theme of a workspace by its slug.
pub async fn dataset_theme(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    slug: &str,
) -> Result<Option<Arc<DatasetThemeRow>>, Failure> {
    let loaders = super::loaders(ctx)?;
    loaders
        .get(&loaders.dataset_themes, DatasetThemeLoader)
        .load_one((workspace, slug.to_owned()))
        .await
        .map_err(failure)
}

/// A theme, and where it is seen from: whoever may browse other datasets counts others.
#[derive(Debug, Clone)]
pub(super) struct CountKey {
    view: WorkspaceView,
    slug: String,
}

impl PartialEq for CountKey {
    fn eq(&self, other: &Self) -> bool {
        let (own, its) = (&self.view.access, &other.view.access);
        (own.workspace.id, own.now, &self.slug) == (its.workspace.id, its.now, &other.slug)
    }
}

impl Eq for CountKey {}

impl Hash for CountKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.view.access.workspace.id.hash(state);
        self.slug.hash(state);
    }
}

pub(super) struct DatasetThemeCountLoader(pub(super) Deps);

impl Loader<CountKey> for DatasetThemeCountLoader {
    type Value = i64;
    type Error = Shared;

    async fn load(&self, keys: &[CountKey]) -> Result<HashMap<CountKey, i64>, Shared> {
        let mut grouped: HashMap<_, Vec<&CountKey>> = HashMap::new();
        for key in keys {
            let access = &key.view.access;
            grouped
                .entry((access.workspace.id, access.now))
                .or_default()
                .push(key);
        }
        let mut counts_by_key = HashMap::with_capacity(keys.len());
        for keys in grouped.into_values() {
            let Some(first) = keys.first() else { continue };
            let counts = dataset_theme::dataset_counts(&self.0, &first.view.access)
                .await
                .map_err(Arc::new)?;
            let counted = |key: &CountKey| Some((key.clone(), *counts.get(&key.slug)?));
            counts_by_key.extend(keys.into_iter().filter_map(counted));
        }
        Ok(counts_by_key)
    }
}

/// How many datasets that the caller may browse have the theme.
pub async fn dataset_count(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    slug: &str,
) -> Result<i64, Failure> {
    let loaders = super::loaders(ctx)?;
    let key = CountKey {
        view: view.clone(),
        slug: slug.to_owned(),
    };
    let count = loaders
        .get(&loaders.dataset_counts, DatasetThemeCountLoader)
        .load_one(key)
        .await
        .map_err(failure)?;
    Ok(count.unwrap_or_default())
}
