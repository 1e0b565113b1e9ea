//! Lists of datasets and pages: those that somebody may browse, as `domain::access::browsable`
//! found. Text, as all keyset pages are.

use sea_orm::{ConnectionTrait, Value};

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

/// Which items are listed.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Of which kind.
    pub kind: ItemKind,
    /// The classes that may be browsed.
    pub browsable: Browsable,
    /// The items named by a grant that may be browsed.
    pub granted: Vec<ItemId>,
}

/// Which of them; all conditions must hold.
#[derive(Debug, Clone, Default)]
pub struct ItemFilter {
    /// Published, or not.
    pub published: Option<bool>,
    /// Open, or restricted.
    pub security: Option<Security>,
    /// Owned by this account.
    pub owner: Option<AccountId>,
    /// Datasets of this theme.
    pub theme: Option<String>,
    /// Datasets that searches leave out, or those that they find.
    pub hidden_from_search: Option<bool>,
}

/// By what items are ordered; then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemOrder {
    /// By identifier or slug.
    Name,
    /// By when they were made.
    CreatedAt,
}

impl ItemOrder {
    /// Whether the list can have that sort value.
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

/// One page of what is shown.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    shown: &Shown,
    filter: &ItemFilter,
    (order, descending): (ItemOrder, bool),
    page: &PageRequest,
) -> Result<Page<ItemRow>, StoreError> {
    let mut sql = Sql::new(db, columns(shown.kind));
    condition(&mut sql, workspace, shown, filter);
    page.apply(
        &mut sql,
        Some(order.column(shown.kind)),
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

/// How many are shown.
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    shown: &Shown,
    filter: &ItemFilter,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count FROM ");
    sql.push(table(shown.kind)).push(" x WHERE ");
    condition(&mut sql, workspace, shown, filter);
    sql.count(db).await
}

fn condition(sql: &mut Sql, workspace: WorkspaceId, shown: &Shown, filter: &ItemFilter) {
    sql.bind(
        "x.workspace_id = ? AND x.deleted_at IS NULL AND (1 = 0",
        [workspace.0.into()],
    );
    for class in &shown.browsable.classes {
        in_class(sql, *class, shown.browsable.account);
    }
    if !shown.granted.is_empty() {
        sql.push(" OR ")
            .ids_in("x.id", shown.granted.iter().map(|id| id.uuid()));
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
    if shown.kind == ItemKind::Dataset {
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
        // Who has no account here owns nothing: such classes are not made.
        (None, true) => sql.push(" AND 1 = 0)"),
        (None, false) => sql.push(")"),
    };
}
