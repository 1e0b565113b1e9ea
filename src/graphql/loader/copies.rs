//! The copies of datasets and pages: one statement for all that a page names (DIST-1).

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, dataloader::Loader};

use super::{ItemLoader, Shared, failure};
use crate::{
    domain::id::ItemId,
    graphql::{
        object::resource::Resource,
        scope::{Scope, WorkspaceView},
    },
    service::{
        Deps, Failure, distribution,
        item::{self, ItemRow},
    },
};

pub(super) struct CopyLoader(pub(super) Deps);

impl Loader<ItemId> for CopyLoader {
    type Value = Vec<Arc<ItemRow>>;
    type Error = Shared;

    async fn load(&self, keys: &[ItemId]) -> Result<HashMap<ItemId, Self::Value>, Shared> {
        distribution::copies(&self.0, keys).await.map_err(Arc::new)
    }
}

/// An item of another workspace, if the viewer may browse it there.
async fn seen_there(ctx: &Context<'_>, row: Arc<ItemRow>) -> Result<Option<Resource>, Failure> {
    let access = Scope::of(ctx)?.open_id(row.workspace_id).await?;
    let view = access.map(WorkspaceView::from);
    let view = view.filter(|view| item::may_browse(&view.access, &row));
    Ok(view.map(|view| Resource::of(&view, row)))
}

/// What an item is a copy of, if the viewer may browse it there.
pub async fn original(ctx: &Context<'_>, row: &ItemRow) -> Result<Option<Resource>, Failure> {
    let Some(original) = row.original else {
        return Ok(None);
    };
    let loaders = super::loaders(ctx)?;
    let loaded = loaders
        .get(&loaders.items, ItemLoader)
        .load_one(original)
        .await
        .map_err(failure)?;
    match loaded {
        Some(row) => seen_there(ctx, row).await,
        None => Ok(None),
    }
}

/// The copies of an item that the viewer may browse where they are.
pub async fn copies(ctx: &Context<'_>, row: &ItemRow) -> Result<Vec<Resource>, Failure> {
    if row.original.is_some() {
        return Ok(Vec::new());
    }
    let loaders = super::loaders(ctx)?;
    let loaded = loaders
        .get(&loaders.copies, CopyLoader)
        .load_one(row.facts.id)
        .await
        .map_err(failure)?;
    let mut copies = Vec::new();
    for row in loaded.unwrap_or_default() {
        copies.extend(seen_there(ctx, row).await?);
    }
    Ok(copies)
}
