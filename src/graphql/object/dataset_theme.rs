//! Dataset themes: the categories of a workspace's datasets.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::sign_up::language;
use crate::{
    domain::{id::DatasetThemeId, vocabulary::Locale},
    graphql::{
        error::{Nullable, nullable},
        loader,
        scope::{Scope, WorkspaceView, timed},
    },
    service::{
        Failure,
        dataset_theme::{self as service, DatasetThemeRow},
        item,
    },
};

/// A category of datasets.
#[derive(Debug, Clone)]
pub struct DatasetTheme {
    view: WorkspaceView,
    row: Arc<DatasetThemeRow>,
}

impl DatasetTheme {
    /// Creates it from its row.
    pub fn new(view: &WorkspaceView, row: Arc<DatasetThemeRow>) -> Self {
        Self {
            view: view.clone(),
            row,
        }
    }

    /// The theme with this id, if the viewer may enter its workspace.
    pub async fn find(
        ctx: &Context<'_>,
        view: &WorkspaceView,
        id: DatasetThemeId,
    ) -> Result<Option<Self>, Failure> {
        let row = service::visible(&Scope::of(ctx)?.deps, &view.access, id).await?;
        Ok(row.map(|row| Self::new(view, Arc::new(row))))
    }

    async fn count(&self, ctx: &Context<'_>) -> Result<i32, Failure> {
        item::require_entry(&self.view.access, &Scope::of(ctx)?.caller)?;
        let count = loader::dataset_count(ctx, &self.view, &self.row.slug).await?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}

/// The themes of a workspace, in their order.
pub(super) async fn all(
    ctx: &Context<'_>,
    view: &WorkspaceView,
) -> Result<Vec<DatasetTheme>, Failure> {
    let scope = Scope::of(ctx)?;
    let rows = service::all(&scope.deps, &view.access, &scope.caller).await?;
    let theme = |row| DatasetTheme::new(view, Arc::new(row));
    Ok(rows.into_iter().map(theme).collect())
}

/// A category of datasets.
#[Object]
impl DatasetTheme {
    /// The theme's id (`dth_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// A slug that is made from the English label on creation and never changes. It is unique in
    /// the workspace and never reused. `Dataset.theme` holds it.
    async fn slug(&self) -> &str {
        &self.row.slug
    }

    /// The label, 1 to 100 characters.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language. Default: the viewer's.")] locale: Option<Locale>,
    ) -> async_graphql::Result<&str> {
        Ok(self.row.labels.get(language(ctx, locale)?))
    }

    /// The colour, `#rrggbb` in small letters.
    async fn color(&self) -> &str {
        &self.row.color
    }

    /// The name of the icon, 1 to 100 characters of a-z, 0-9, - and _.
    async fn icon(&self) -> &str {
        &self.row.icon
    }

    /// The number of datasets with this theme that the viewer may browse. In a private workspace,
    /// null with FORBIDDEN for all but active members.
    async fn dataset_count(&self, ctx: &Context<'_>) -> Nullable<i32> {
        nullable(timed(ctx, self.count(ctx)).await.map(Some))
    }
}
