//! Datasets and pages: what access is about. Records only; the data lives elsewhere.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Union};

use crate::{
    domain::{id::ItemId, vocabulary::Security},
    graphql::{
        loader,
        object::account::Account,
        scalar::{Instant, Long},
        scope::Place,
    },
    store::item::ItemRow,
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
}

/// A dataset as a record; its data lives elsewhere.
#[Object]
impl Dataset {
    /// The dataset's id (`ds_…`).
    async fn id(&self) -> ID {
        ID(self.row.facts.id.to_string())
    }

    /// Its identifier, unique in the workspace.
    async fn identifier(&self) -> &str {
        &self.row.name
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// Who owns it; null once the account is erased.
    async fn owner(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Account>> {
        loader::account(ctx, &self.place, self.row.facts.owner).await
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
}

/// A page as a record.
#[Object]
impl Page {
    /// The page's id (`page_…`).
    async fn id(&self) -> ID {
        ID(self.row.facts.id.to_string())
    }

    /// Its slug, unique in the workspace.
    async fn slug(&self) -> &str {
        &self.row.name
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// Who owns it; null once the account is erased.
    async fn owner(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Account>> {
        loader::account(ctx, &self.place, self.row.facts.owner).await
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
}
