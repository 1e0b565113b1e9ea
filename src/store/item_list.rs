//! Lists the datasets and pages that a subject may browse, according to
//! `domain::access::browsable`. SQL text, as all keyset pages are.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{
    engine::{Sql, StoreError},
    item::{ItemRow, columns, table},
    page::{Page, PageRequest, instant},
};
use crate::domain::{
    access::{Browsable, Class},
    id::{AccountId, ItemId, ItemKind, WorkspaceId},
    vocabulary::Security,
};

/// Which items to list.
#[derive(Debug, Clone)]
pub struct Listing {
    pub kind: ItemKind,
    /// The classes that may be browsed.
    pub browsable: Browsable,
    /// The items named by a grant that may be browsed.
    pub granted: Vec<ItemId>,
}

/// The filters of the list. All of them must match.
#[derive(Debug, Clone, Default)]
pub struct ItemFilter {
    /// Published or unpublished ones.
    pub published: Option<bool>,
    /// Open or restricted ones.
    pub security: Option<Security>,
    /// Owned by this account.
    pub owner: Option<AccountId>,
    /// Datasets with the theme of this slug.
    pub theme: Option<String>,
    /// Datasets that searches leave out, or those that they find.
    pub hidden_from_search: Option<bool>,
}

/// The order of the list; then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemOrder {
    /// By identifier or slug.
    Name,
    /// By creation.
    CreatedAt,
}

impl ItemOrder {
    /// Whether a row can have that sort value.
    pub fn takes(self, key: &str) -> bool {
        self == Self::Name || instant(key).is_some()
    }

    const fn column(self, kind: ItemKind) -> &'static str {
        match (self, kind) {
            (Self::Name, ItemKind::Dataset) => "x.identifier",
            (Self::Name, ItemKind::Page) => "x.slug",
            (Self::CreatedAt, _) => "x.created_at",
        }
    }
}

/// One page of the listed items.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    listing: &Listing,
    filter: &ItemFilter,
    (order, descending): (ItemOrder, bool),
    page: &PageRequest,
) -> Result<Page<ItemRow>, StoreError> {
    let mut sql = Sql::new(db, columns(listing.kind));
    condition(&mut sql, workspace, listing, filter);
    page.apply(
        &mut sql,
        Some(order.column(listing.kind)),
        "x.id",
        descending,
        |key| match order {
            ItemOrder::Name => Some(key.into()),
            ItemOrder::CreatedAt => instant(key).map(Value::from),
        },
    );
    let rows = sql.rows(db).await?;
    Ok(page.page(
        rows.iter()
            .map(ItemRow::read)
            .collect::<Result<Vec<_>, _>>()?,
    ))
}

/// The number of listed items.
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    listing: &Listing,
    filter: &ItemFilter,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count FROM ");
    sql.push(table(listing.kind)).push(" x WHERE ");
    condition(&mut sql, workspace, listing, filter);
    sql.count(db).await
}

/// How many of the listed datasets have each theme, by slug.
pub async fn count_by_theme(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    listing: &Listing,
) -> Result<HashMap<String, i64>, StoreError> {
    #[derive(FromQueryResult)]
    struct Count {
        theme: String,
        count: i64,
    }
    let mut sql = Sql::new(db, "SELECT x.theme, COUNT(*) AS count FROM ");
    sql.push(table(listing.kind)).push(" x WHERE ");
    condition(&mut sql, workspace, listing, &ItemFilter::default());
    sql.push(" AND x.theme IS NOT NULL GROUP BY x.theme");
    let read = |row: Count| (row.theme, row.count);
    Ok(sql.all(db).await?.into_iter().map(read).collect())
}

pub(super) fn condition(
    sql: &mut Sql,
    workspace: WorkspaceId,
    listing: &Listing,
    filter: &ItemFilter,
) {
    sql.bind(
        "x.workspace_id = ? AND x.deleted_at IS NULL AND (1 = 0",
        [workspace.0.into()],
    );
    for class in &listing.browsable.classes {
        in_class(sql, *class, listing.browsable.account);
    }
    if !listing.granted.is_empty() {
        sql.push(" OR ")
            .ids_in("x.id", listing.granted.iter().map(|id| id.uuid()));
    }
    sql.push(")");
    if let Some(published) = filter.published {
        sql.bind(" AND x.published = ?", [published.into()]);
    }
    if let Some(security) = filter.security {
        sql.bind(" AND x.security = ?", [security.as_str().into()]);
    }
    if let Some(owner) = filter.owner {
        sql.bind(" AND x.owner_id = ?", [owner.0.into()]);
    }
    if listing.kind == ItemKind::Dataset {
        if let Some(theme) = &filter.theme {
            sql.bind(" AND x.theme = ?", [theme.as_str().into()]);
        }
        if let Some(hidden) = filter.hidden_from_search {
            sql.bind(" AND x.hidden_from_search = ?", [hidden.into()]);
        }
    }
}

fn in_class(sql: &mut Sql, class: Class, account: Option<AccountId>) {
    sql.bind(
        " OR (x.published = ? AND x.security = ?",
        [class.published.into(), class.security.as_str().into()],
    );
    match (account, class.own) {
        (Some(AccountId(account)), true) => sql.bind(" AND x.owner_id = ?)", [account.into()]),
        (Some(AccountId(account)), false) => sql.bind(
            " AND (x.owner_id IS NULL OR x.owner_id <> ?))",
            [account.into()],
        ),
        // A caller without an account here owns nothing, so there are no such classes.
        (None, true) => sql.push(" AND 1 = 0)"),
        (None, false) => sql.push(")"),
    };
}
