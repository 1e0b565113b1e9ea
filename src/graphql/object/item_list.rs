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
        scope::{Place, Scope},
    },
    service::{
        Failure,
        item::{self as service, ItemFilter, ItemOrder},
    },
    words::message,
};

connection!(DatasetConnection, DatasetEdge, Dataset, "datasets");
connection!(PageConnection, PageEdge, Page, "pages");

/// The longest theme that a filter takes, in characters.
const LONGEST_THEME: usize = 100;

/// Which datasets; all conditions must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DatasetFilter {
    /// Published ones, or those that are not.
    pub is_published: Option<bool>,
    /// Open ones, or restricted ones.
    pub security: Option<Security>,
    /// Those of this account (`acc_…`). For active members.
    pub owner_id: Option<ID>,
    /// Those of this theme, exactly; at most 100 characters.
    pub theme: Option<String>,
    /// Those that searches leave out (true), or those that they find (false).
    pub hidden_from_search: Option<bool>,
}

/// Which pages; all conditions must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct PageFilter {
    /// Published ones, or those that are not.
    pub is_published: Option<bool>,
    /// Open ones, or restricted ones.
    pub security: Option<Security>,
    /// Those of this account (`acc_…`). For active members.
    pub owner_id: Option<ID>,
}

/// By what datasets are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DatasetOrderField {
    /// By identifier.
    Identifier,
    /// By when they were made.
    CreatedAt,
}

/// By what pages are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum PageOrderField {
    /// By slug.
    Slug,
    /// By when they were made.
    CreatedAt,
}

/// In which order datasets are listed; then by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct DatasetOrder {
    /// By what.
    pub field: DatasetOrderField,
    /// Which way.
    pub direction: OrderDirection,
}

/// In which order pages are listed; then by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct PageOrder {
    /// By what.
    pub field: PageOrderField,
    /// Which way.
    pub direction: OrderDirection,
}

/// An edge before it is known of which kind the item is.
struct Found {
    edges: Vec<(String, Resource)>,
    page_info: PageInfo,
    counter: Counter,
}

/// The datasets that the viewer may browse.
pub async fn datasets(
    ctx: &Context<'_>,
    place: &Place,
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

/// The pages that the viewer may browse.
pub async fn pages(
    ctx: &Context<'_>,
    place: &Place,
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

/// Who owns what is told to active members, by the filter too.
fn owner(place: &Place, id: Option<ID>) -> Result<Option<AccountId>, Failure> {
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
    place: &Place,
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
