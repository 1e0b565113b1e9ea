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
        connection::{Connection, ConnectionNode, Counter, ListRow, PageArguments},
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure,
        item::{self as service, ItemFilter, ItemOrder, LONGEST_THEME},
    },
    words::message::{self, Message},
};

impl ConnectionNode for Dataset {
    const CONNECTION: &'static str = "DatasetConnection";
    const EDGE: &'static str = "DatasetEdge";
    const DESCRIPTION: &'static str = "A page of datasets.";
}

impl ConnectionNode for Page {
    const CONNECTION: &'static str = "PageConnection";
    const EDGE: &'static str = "PageEdge";
    const DESCRIPTION: &'static str = "A page of pages.";
}

/// Filter for datasets. All given conditions must match.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DatasetFilter {
    /// If true, only published datasets; if false, only unpublished ones.
    pub is_published: Option<bool>,
    /// Datasets with this security: open or restricted.
    pub security: Option<Security>,
    /// Datasets of this owner (`acc_…`). Available to active members only.
    pub owner_id: Option<ID>,
    /// Datasets with the theme of this slug. At most 100 characters.
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

/// Says why no dataset can have this theme.
pub(crate) fn check_theme(theme: &str) -> Result<(), Message> {
    if theme.chars().count() > LONGEST_THEME || theme.contains('\0') {
        return Err(message::theme_form(LONGEST_THEME));
    }
    Ok(())
}

/// Returns the datasets that the viewer may browse.
pub async fn datasets(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    arguments: &PageArguments,
    filter: Option<DatasetFilter>,
    order: Option<DatasetOrder>,
) -> Result<Connection<Dataset>, Failure> {
    let filter = filter.unwrap_or_default();
    if let Some(theme) = &filter.theme {
        check_theme(theme).map_err(Failure::bad_input)?;
    }
    let filter = ItemFilter {
        published: filter.is_published,
        security: filter.security,
        owner: owner(view, filter.owner_id)?,
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
    let (kind, node) = (ItemKind::Dataset, Resource::dataset);
    page(ctx, view, kind, node, arguments, filter, order).await
}

/// Returns the pages that the viewer may browse.
pub async fn pages(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    arguments: &PageArguments,
    filter: Option<PageFilter>,
    order: Option<PageOrder>,
) -> Result<Connection<Page>, Failure> {
    let filter = filter.unwrap_or_default();
    let filter = ItemFilter {
        published: filter.is_published,
        security: filter.security,
        owner: owner(view, filter.owner_id)?,
        ..ItemFilter::default()
    };
    let order = order.map_or((ItemOrder::Name, false), |order| {
        let field = match order.field {
            PageOrderField::Slug => ItemOrder::Name,
            PageOrderField::CreatedAt => ItemOrder::CreatedAt,
        };
        (field, order.direction == OrderDirection::Desc)
    });
    let (kind, node) = (ItemKind::Page, Resource::page);
    page(ctx, view, kind, node, arguments, filter, order).await
}

/// Reads the filter by owner. Only active members may use it, because only they may see owners.
fn owner(view: &WorkspaceView, id: Option<ID>) -> Result<Option<AccountId>, Failure> {
    let Some(id) = id else { return Ok(None) };
    let owner = AccountId::parse(&id)?;
    service::require_sight_of_owners(&view.access)?;
    Ok(Some(owner))
}

async fn page<N: ConnectionNode>(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    kind: ItemKind,
    node: impl Fn(Resource) -> Option<N>,
    arguments: &PageArguments,
    filter: ItemFilter,
    order: (ItemOrder, bool),
) -> Result<Connection<N>, Failure> {
    let (scope, access) = (Scope::of(ctx)?, &view.access);
    service::require_entry(access, &scope.caller)?;
    let shown = service::shown(&scope.deps, access, kind).await?;
    let takes = |key: &str| order.0.takes(key);
    let counter = Counter::new(
        (
            scope.deps.clone(),
            Arc::clone(access),
            shown.clone(),
            filter.clone(),
        ),
        |(deps, access, shown, filter)| Box::pin(service::count(deps, access, shown, filter)),
    );
    view.list(scope, &format!("items {kind:?} {:?} {}", order.0, order.1))
        .connection(arguments, takes, counter, async |request| {
            let mut page =
                service::page(&scope.deps, access, &shown, &filter, order, &request).await?;
            let row = |row: service::ItemRow| {
                let position = Position {
                    key: match order.0 {
                        ItemOrder::Name => row.name.clone(),
                        ItemOrder::CreatedAt => instant_key(row.created_at),
                    },
                    id: row.facts.id.uuid(),
                };
                let resource = Resource::of(view, Arc::new(row));
                Some(ListRow::new(position, node(resource)?))
            };
            let rows = std::mem::take(&mut page.rows);
            Ok(page.with_rows(rows.into_iter().filter_map(row).collect()))
        })
        .await
}
