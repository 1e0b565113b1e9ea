//! Datasets and pages: what access is about. Records only; the data lives elsewhere.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Union};

use crate::service::item::ItemRow;
use crate::{
    domain::{
        access,
        id::ItemId,
        vocabulary::{ResourceAccess, Security},
    },
    graphql::{
        error::{Nullable, nullable_field},
        loader,
        object::account::Account,
        scalar::{Instant, Long},
        scope::Place,
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

/// A dataset as a record.
#[derive(Debug, Clone)]
pub struct Dataset {
    place: Place,
    row: Arc<ItemRow>,
}

/// A page as a record.
#[derive(Debug, Clone)]
pub struct Page {
    place: Place,
    row: Arc<ItemRow>,
}

impl Resource {
    /// From its row.
    pub fn of(place: &Place, row: Arc<ItemRow>) -> Self {
        let place = place.clone();
        match row.facts.id {
            ItemId::Dataset(_) => Self::Dataset(Dataset { place, row }),
            ItemId::Page(_) => Self::Page(Page { place, row }),
        }
    }

    /// The dataset, if it is one.
    pub fn dataset(self) -> Option<Dataset> {
        match self {
            Self::Dataset(dataset) => Some(dataset),
            Self::Page(_) => None,
        }
    }

    /// The page, if it is one.
    pub fn page(self) -> Option<Page> {
        match self {
            Self::Dataset(_) => None,
            Self::Page(page) => Some(page),
        }
    }
}

/// Who owns an item, as active members are told.
async fn owner(
    ctx: &Context<'_>,
    place: &Place,
    row: &ItemRow,
) -> async_graphql::Result<Option<Account>> {
    if !place.access.is_active_member() {
        return Ok(None);
    }
    loader::account(ctx, place, row.facts.owner).await
}

/// A dataset as a record; its data lives elsewhere.
#[Object]
impl Dataset {
    /// The dataset's id (`ds_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.facts.id.to_string())
    }

    /// Its identifier, unique in the workspace and fixed for good.
    async fn identifier(&self) -> &str {
        &self.row.name
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// Who owns it; null once the account is erased, and for whoever is no active member.
    async fn owner(&self, ctx: &Context<'_>) -> Nullable<Account> {
        owner(ctx, &self.place, &self.row).await.transpose()
    }

    /// What it is about, at most 10,000 characters.
    async fn description(&self, ctx: &Context<'_>) -> Nullable<String> {
        nullable_field(async {
            Ok(loader::item_text(ctx, &self.row)
                .await?
                .map(|text| text.to_string()))
        })
        .await
    }

    /// Its theme.
    async fn theme(&self) -> Option<&str> {
        self.row.theme.as_deref()
    }

    /// Whether searches of the portal leave it out; lists here do not.
    async fn hidden_from_search(&self) -> bool {
        self.row.hidden_from_search
    }

    /// How many records it has.
    async fn record_count(&self) -> Long {
        self.row.record_count.into()
    }

    /// Whether it is published.
    async fn is_published(&self) -> bool {
        self.row.facts.published
    }

    /// Whether everybody who may enter may browse it once published.
    async fn security(&self) -> Security {
        self.row.facts.security
    }

    /// When it was made.
    async fn created_at(&self) -> Instant {
        Instant(self.row.created_at)
    }

    /// When it was last changed, published, given away.
    async fn updated_at(&self) -> Instant {
        Instant(self.row.updated_at)
    }

    /// Whether the viewer has this access to it now.
    async fn viewer_can(&self, #[graphql(desc = "Which access.")] access: ResourceAccess) -> bool {
        self.place.access.can_access(&self.row.facts, access)
    }

    /// Which records the viewer may see: those that pass any of these filters; null = all of them.
    async fn viewer_record_filters(&self) -> Option<Vec<String>> {
        let access = &self.place.access;
        let browse = ResourceAccess::Browse;
        let decision = access::decide(
            access.facts(),
            access.subject(),
            &self.row.facts,
            browse,
            access.now,
        );
        decision
            .record_filters
            .map(|filters| filters.iter().map(ToString::to_string).collect())
    }
}

/// A page as a record.
#[Object]
impl Page {
    /// The page's id (`page_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.facts.id.to_string())
    }

    /// Its slug, unique in the workspace and fixed for good.
    async fn slug(&self) -> &str {
        &self.row.name
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// What stands on it, at most 50,000 characters.
    async fn content(&self, ctx: &Context<'_>) -> Nullable<String> {
        nullable_field(async {
            Ok(loader::item_text(ctx, &self.row)
                .await?
                .map(|text| text.to_string()))
        })
        .await
    }

    /// Who owns it; null once the account is erased, and for whoever is no active member.
    async fn owner(&self, ctx: &Context<'_>) -> Nullable<Account> {
        owner(ctx, &self.place, &self.row).await.transpose()
    }

    /// Whether it is published.
    async fn is_published(&self) -> bool {
        self.row.facts.published
    }

    /// Whether everybody who may enter may browse it once published.
    async fn security(&self) -> Security {
        self.row.facts.security
    }

    /// When it was made.
    async fn created_at(&self) -> Instant {
        Instant(self.row.created_at)
    }

    /// When it was last changed, published, given away.
    async fn updated_at(&self) -> Instant {
        Instant(self.row.updated_at)
    }

    /// Whether the viewer has this access to it now.
    async fn viewer_can(&self, #[graphql(desc = "Which access.")] access: ResourceAccess) -> bool {
        self.place.access.can_access(&self.row.facts, access)
    }
}
