//! Datasets and pages: what access is about. Records only; the data lives elsewhere.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Union};

use crate::service::{
    Failure, follow,
    item::{self, ItemRow},
};
use crate::{
    domain::{
        access,
        id::ItemId,
        vocabulary::{ResourceAccess, Security},
    },
    graphql::{
        admission::carry,
        connection::{Connection, PageArguments},
        error::{Nullable, nullable, nullable_field},
        loader,
        object::{
            account::Account,
            dataset_theme::DatasetTheme,
            reuse::{self, Reuse, ReuseFilter},
        },
        scalar::{Id, Instant, Long},
        scope::WorkspaceView,
    },
};

/// A dataset or a page.
#[derive(Debug, Union)]
pub enum Resource {
    /// A dataset.
    Dataset(Dataset),
    /// A page.
    Page(Page),
}

/// A dataset.
#[derive(Debug, Clone)]
pub struct Dataset {
    view: WorkspaceView,
    row: Arc<ItemRow>,
}

/// A page of the portal.
#[derive(Debug, Clone)]
pub struct Page {
    view: WorkspaceView,
    row: Arc<ItemRow>,
}

impl Resource {
    /// Creates it from its row.
    pub fn of(view: &WorkspaceView, row: Arc<ItemRow>) -> Self {
        let view = view.clone();
        match row.facts.id {
            ItemId::Dataset(_) => Self::Dataset(Dataset { view, row }),
            ItemId::Page(_) => Self::Page(Page { view, row }),
        }
    }

    /// The dataset, if this is one.
    pub fn dataset(self) -> Option<Dataset> {
        match self {
            Self::Dataset(dataset) => Some(dataset),
            Self::Page(_) => None,
        }
    }

    /// The page, if this is one.
    pub fn page(self) -> Option<Page> {
        match self {
            Self::Dataset(_) => None,
            Self::Page(page) => Some(page),
        }
    }
}

/// The owner of an item, which only active members may read.
async fn owner(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    row: &ItemRow,
) -> async_graphql::Result<Option<Account>> {
    loader::account(ctx, view, item::visible_owner(&view.access, row)).await
}

/// A dataset. Concierge holds only its metadata; the data is stored elsewhere.
#[Object]
impl Dataset {
    /// The dataset's id (`ds_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.facts.id.to_string())
    }

    /// The identifier, unique in the workspace. It cannot be changed.
    async fn identifier(&self) -> &str {
        &self.row.name
    }

    /// The title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// The owner; null if the account was erased, if it was distributed, or if the viewer is not an
    /// active member.
    async fn owner(&self, ctx: &Context<'_>) -> Nullable<Account> {
        owner(ctx, &self.view, &self.row).await.transpose()
    }

    /// The description, at most 10,000 characters.
    async fn description(&self, ctx: &Context<'_>) -> Nullable<String> {
        nullable_field(async { Ok(long_text(ctx, &self.row).await?) }).await
    }

    /// The slug of the theme; null if there is none.
    async fn theme(&self) -> Option<&str> {
        self.row.theme.as_deref()
    }

    /// The theme; null if there is none.
    async fn dataset_theme(&self, ctx: &Context<'_>) -> Nullable<DatasetTheme> {
        nullable_field(async {
            let Some(slug) = self.row.theme.as_deref() else {
                return Ok(None);
            };
            let theme = loader::dataset_theme(ctx, self.row.workspace_id, slug).await?;
            Ok(theme.map(|row| DatasetTheme::new(&self.view, row)))
        })
        .await
    }

    /// Whether the portal's search leaves the dataset out. The lists of this API include it.
    async fn hidden_from_search(&self) -> bool {
        self.row.hidden_from_search
    }

    /// The number of records.
    async fn record_count(&self) -> Long {
        self.row.record_count.into()
    }

    /// Whether it is published.
    async fn is_published(&self) -> bool {
        self.row.facts.published
    }

    /// Whether, once it is published, everybody who may enter the workspace may browse it.
    async fn security(&self) -> Security {
        self.row.facts.security
    }

    /// When it was created.
    async fn created_at(&self) -> Instant {
        Instant(self.row.created_at)
    }

    /// When it was last changed, published or transferred.
    async fn updated_at(&self) -> Instant {
        Instant(self.row.updated_at)
    }

    /// Whether it was distributed from the main workspace: its content follows the original.
    async fn is_distributed(&self) -> bool {
        self.row.original.is_some()
    }

    /// The original in the main workspace; null if it was not distributed from there, or if the viewer may
    /// not browse the original.
    async fn original(&self, ctx: &Context<'_>) -> Nullable<Dataset> {
        nullable_field(async {
            let original = loader::original(ctx, &self.row).await?;
            Ok(original.and_then(Resource::dataset))
        })
        .await
    }

    /// The copies in secondary workspaces that the viewer may browse there.
    async fn copies(&self, ctx: &Context<'_>) -> Nullable<Vec<Dataset>> {
        nullable_field(async {
            let copies = loader::copies(ctx, &self.row).await?;
            let copies = copies.into_iter().filter_map(Resource::dataset);
            Ok(Some(copies.collect()))
        })
        .await
    }

    /// Whether the viewer follows the dataset; null unless the viewer is an active member.
    async fn viewer_follows(&self, ctx: &Context<'_>) -> Nullable<bool> {
        let member = follow::follower(&self.view.access.current());
        let (Some(member), ItemId::Dataset(id)) = (member, self.row.facts.id) else {
            return None;
        };
        nullable(loader::follows(ctx, member, id).await.map(Some))
    }

    /// The number of active members who follow the dataset.
    async fn follower_count(&self, ctx: &Context<'_>) -> Nullable<i32> {
        let ItemId::Dataset(id) = self.row.facts.id else {
            return None;
        };
        let now = self.view.access.clock();
        let count = loader::follower_count(ctx, id, now).await;
        nullable(count.map(|count| Some(i32::try_from(count).unwrap_or(i32::MAX))))
    }

    /// The reuses of the dataset that the viewer may see, oldest first: approved ones and their own; for
    /// holders of MANAGE_REUSES, all.
    async fn reuses(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The number of items to return from the start, 1 to `serviceLimits.maxPageSize`. Default: 20, if `last` is not given either."
        )]
        first: Option<i32>,
        #[graphql(desc = "Returns items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "The number of items to return from the end, 1 to `serviceLimits.maxPageSize`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Returns items before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<Reuse>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let ItemId::Dataset(id) = self.row.facts.id else {
            return None;
        };
        let filter = ReuseFilter {
            dataset_id: Some(Id(id)),
            ..ReuseFilter::default()
        };
        nullable(
            reuse::page(ctx, &self.view, filter, &arguments)
                .await
                .map(Some),
        )
    }

    /// Whether the viewer has this kind of access to it now.
    async fn viewer_can(
        &self,
        #[graphql(desc = "The kind of access.")] access: ResourceAccess,
    ) -> bool {
        self.view.access.can_access(&self.row.facts, access)
    }

    /// The filters on the records that the viewer may see. A record is visible if it passes any of
    /// them. Null if all records are visible.
    async fn viewer_record_filters(&self, ctx: &Context<'_>) -> Nullable<Vec<String>> {
        let access = &self.view.access;
        let browse = ResourceAccess::Browse;
        let decision = access::decide(
            access.facts(),
            access.subject(),
            &self.row.facts,
            browse,
            access.now,
        );
        let filters = decision.record_filters?;
        let bytes = filters.iter().map(|filter| filter.len()).sum();
        let shown = || filters.iter().map(ToString::to_string).collect();
        Some(carry(ctx, bytes).map(|()| shown()).map_err(Into::into))
    }
}

/// The longest text of an item.
async fn long_text(ctx: &Context<'_>, row: &ItemRow) -> Result<Option<String>, Failure> {
    let Some(text) = loader::item_text(ctx, row).await? else {
        return Ok(None);
    };
    carry(ctx, text.len())?;
    Ok(Some(text.to_string()))
}

/// A page of the portal.
#[Object]
impl Page {
    /// The page's id (`page_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.facts.id.to_string())
    }

    /// The slug, unique in the workspace. It cannot be changed.
    async fn slug(&self) -> &str {
        &self.row.name
    }

    /// The title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// The content, at most 50,000 characters.
    async fn content(&self, ctx: &Context<'_>) -> Nullable<String> {
        nullable_field(async { Ok(long_text(ctx, &self.row).await?) }).await
    }

    /// The owner; null if the account was erased, if it was distributed, or if the viewer is not an
    /// active member.
    async fn owner(&self, ctx: &Context<'_>) -> Nullable<Account> {
        owner(ctx, &self.view, &self.row).await.transpose()
    }

    /// Whether it is published.
    async fn is_published(&self) -> bool {
        self.row.facts.published
    }

    /// Whether, once it is published, everybody who may enter the workspace may browse it.
    async fn security(&self) -> Security {
        self.row.facts.security
    }

    /// When it was created.
    async fn created_at(&self) -> Instant {
        Instant(self.row.created_at)
    }

    /// When it was last changed, published or transferred.
    async fn updated_at(&self) -> Instant {
        Instant(self.row.updated_at)
    }

    /// Whether it was distributed from the main workspace: its content follows the original.
    async fn is_distributed(&self) -> bool {
        self.row.original.is_some()
    }

    /// The original in the main workspace; null if it was not distributed from there, or if the viewer may
    /// not browse the original.
    async fn original(&self, ctx: &Context<'_>) -> Nullable<Page> {
        nullable_field(async {
            let original = loader::original(ctx, &self.row).await?;
            Ok(original.and_then(Resource::page))
        })
        .await
    }

    /// The copies in secondary workspaces that the viewer may browse there.
    async fn copies(&self, ctx: &Context<'_>) -> Nullable<Vec<Page>> {
        nullable_field(async {
            let copies = loader::copies(ctx, &self.row).await?;
            let copies = copies.into_iter().filter_map(Resource::page);
            Ok(Some(copies.collect()))
        })
        .await
    }

    /// Whether the viewer has this kind of access to it now.
    async fn viewer_can(
        &self,
        #[graphql(desc = "The kind of access.")] access: ResourceAccess,
    ) -> bool {
        self.view.access.can_access(&self.row.facts, access)
    }
}
