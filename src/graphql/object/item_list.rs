//! The lists of datasets and pages: filters, orders, pages of what the viewer may browse (PERM-5,
//! JOIN-1).

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject};

use super::{
    filters::OrderDirection,
    resource::{Dataset, Page, Resource},
};
use crate::service::list::{Position, instant_key};
use crate::{
    domain::{
        id::{AccountId, ItemKind},
        vocabulary::Security,
    },
    graphql::{
        connection::{Counter, PageArguments, PageInfo, check_bounds, connection},
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure,
        item::{self as service, ItemFilter, ItemOrder},
    },
    words::message,
};

connection!(DatasetConnection, DatasetEdge, Dataset, "datasets");
connection!(PageConnection, PageEdge, Page, "pages");

/// The maximum length of `theme` in a filter, in characters.
const LONGEST_THEME: usize = 100;

/// Filter for datasets. All given conditions must match.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DatasetFilter {
    /// If true, only published datasets; if false, only unpublished ones.
    pub is_published: Option<bool>,
    /// Datasets with this security: open or restricted.
    pub security: Option<Security>,
    /// Datasets of this owner (`acc_…`). Available to active members only.
    pub owner_id: Option<ID>,
    /// Datasets with exactly this theme. At most 100 characters.
    pub theme: Option<String>,
    /// If true, only datasets that are hidden from searches; if false, only those that searches
    /// find.
    pub hidden_from_search: Option<bool>,
}

/// Filter for pages. All given conditions must match.
#[derive(Debug, Clone, Default, InputObject)]
pub struct PageFilter {
    /// If true, only published pages; if false, only unpublished ones.
    pub is_published: Option<bool>,
    /// Pages with this security: open or restricted.
    pub security: Option<Security>,
    /// Pages of this owner (`acc_…`). Available to active members only.
    pub owner_id: Option<ID>,
}

/// The fields that datasets can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DatasetOrderField {
    /// The identifier.
    Identifier,
    /// The time of creation.
    CreatedAt,
}

/// The fields that pages can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum PageOrderField {
    /// The slug.
    Slug,
    /// The time of creation.
    CreatedAt,
}

/// The order of datasets. Ties are ordered by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct DatasetOrder {
    /// The field to order by.
    pub field: DatasetOrderField,
    /// The direction of the order.
    pub direction: OrderDirection,
}

/// The order of pages. Ties are ordered by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct PageOrder {
    /// The field to order by.
    pub field: PageOrderField,
    /// The direction of the order.
    pub direction: OrderDirection,
}

/// A page of items before they are split into datasets and pages.
struct Found {
    edges: Vec<(String, Resource)>,
    page_info: PageInfo,
    counter: Counter,
}

/// Returns the datasets that the viewer may browse.
pub async fn datasets(
    ctx: &Context<'_>,
    place: &WorkspaceView,
    arguments: &PageArguments,
    filter: Option<DatasetFilter>,
    order: Option<DatasetOrder>,
) -> Result<DatasetConnection, Failure> {
    let filter = filter.unwrap_or_default();
    if filter
        .theme
        .as_ref()
        .is_some_and(|theme| theme.chars().count() > LONGEST_THEME || theme.contains('\0'))
    {
        return Err(Failure::bad_input(message::theme_form(LONGEST_THEME)));
    }
    let filter = ItemFilter {
        published: filter.is_published,
        security: filter.security,
        owner: owner(place, filter.owner_id)?,
        theme: filter.theme.as_deref().map(crate::domain::text::line),
        hidden_from_search: filter.hidden_from_search,
    };
    let order = order.map_or((ItemOrder::Name, false), |order| {
        let field = match order.field {
            DatasetOrderField::Identifier => ItemOrder::Name,
            DatasetOrderField::CreatedAt => ItemOrder::CreatedAt,
        };
        (field, order.direction == OrderDirection::Desc)
    });
    let Found {
        edges,
        page_info,
        counter,
    } = page(ctx, place, ItemKind::Dataset, arguments, filter, order).await?;
    let edge = |(cursor, item): (String, Resource)| {
        Some(DatasetEdge {
            cursor,
            node: item.dataset()?,
        })
    };
    Ok(DatasetConnection {
        edges: edges.into_iter().filter_map(edge).collect(),
        page_info,
        counter,
    })
}

/// Returns the pages that the viewer may browse.
pub async fn pages(
    ctx: &Context<'_>,
    place: &WorkspaceView,
    arguments: &PageArguments,
    filter: Option<PageFilter>,
    order: Option<PageOrder>,
) -> Result<PageConnection, Failure> {
    let filter = filter.unwrap_or_default();
    let filter = ItemFilter {
        published: filter.is_published,
        security: filter.security,
        owner: owner(place, filter.owner_id)?,
        ..ItemFilter::default()
    };
    let order = order.map_or((ItemOrder::Name, false), |order| {
        let field = match order.field {
            PageOrderField::Slug => ItemOrder::Name,
            PageOrderField::CreatedAt => ItemOrder::CreatedAt,
        };
        (field, order.direction == OrderDirection::Desc)
    });
    let Found {
        edges,
        page_info,
        counter,
    } = page(ctx, place, ItemKind::Page, arguments, filter, order).await?;
    let edge = |(cursor, item): (String, Resource)| {
        Some(PageEdge {
            cursor,
            node: item.page()?,
        })
    };
    Ok(PageConnection {
        edges: edges.into_iter().filter_map(edge).collect(),
        page_info,
        counter,
    })
}

/// Reads the filter by owner. Only active members may use it, because only they may see owners.
fn owner(place: &WorkspaceView, id: Option<ID>) -> Result<Option<AccountId>, Failure> {
    let Some(id) = id else { return Ok(None) };
    let owner = AccountId::parse(&id)?;
    if place.access.is_active_member() {
        Ok(Some(owner))
    } else {
        Err(Failure::forbidden(message::requires_active_member()))
    }
}

async fn page(
    ctx: &Context<'_>,
    place: &WorkspaceView,
    kind: ItemKind,
    arguments: &PageArguments,
    filter: ItemFilter,
    order: (ItemOrder, bool),
) -> Result<Found, Failure> {
    let scope = Scope::of(ctx)?;
    let access = &place.access;
    service::require_entry(access, &scope.caller)?;
    let list = place.list(scope, &format!("items {kind:?} {:?} {}", order.0, order.1));
    let request = arguments.request(&list, access.now)?;
    check_bounds(&request, |key| order.0.takes(key))?;
    let shown = service::shown(&scope.deps, access, kind).await?;
    let mut found = service::page(&scope.deps, access, &shown, &filter, order, &request).await?;
    let edge = |row: service::ItemRow| {
        let key = match order.0 {
            ItemOrder::Name => row.name.clone(),
            ItemOrder::CreatedAt => instant_key(row.created_at),
        };
        let position = Position {
            key,
            id: row.facts.id.uuid(),
        };
        (
            list.cursor(request.page_one, &position),
            Resource::of(place, Arc::new(row)),
        )
    };
    let edges: Vec<(String, Resource)> = std::mem::take(&mut found.rows)
        .into_iter()
        .map(edge)
        .collect();
    let page_info = PageInfo::of(
        &found,
        edges.first().map(|(cursor, _)| cursor),
        edges.last().map(|(cursor, _)| cursor),
    );
    let (deps, access) = (scope.deps.clone(), Arc::clone(access));
    let counter: Counter = Box::new(move || {
        let (deps, access, shown, filter) = (
            deps.clone(),
            Arc::clone(&access),
            shown.clone(),
            filter.clone(),
        );
        Box::pin(async move { service::count(&deps, &access, &shown, &filter).await })
    });
    Ok(Found {
        edges,
        page_info,
        counter,
    })
}
