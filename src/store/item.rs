//! Datasets and pages as rows. Changing them is `item_write`'s, listing them `item_list`'s.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::engine::{Columns, Sql, StoreError};
use crate::domain::{
    access::facts::ItemFacts,
    id::{AccountId, ItemId, ItemKind, WorkspaceId},
    vocabulary::Security,
};

/// A dataset or a page, without its longest text.
#[derive(Debug, Clone)]
pub struct ItemRow {
    /// What access to it depends on.
    pub facts: ItemFacts,
    /// Its workspace.
    pub workspace_id: WorkspaceId,
    /// A dataset's identifier, a page's slug.
    pub name: String,
    /// Its title.
    pub title: String,
    /// How many records a dataset has.
    pub record_count: u64,
    /// A dataset's theme.
    pub theme: Option<String>,
    /// Whether searches of the portal leave a dataset out.
    pub hidden_from_search: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Whether it was deleted: the row is kept.
    pub deleted: bool,
}

/// The columns that [`ItemRow::read`] reads, of the table as `x`.
pub(super) const fn columns(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Dataset => {
            "SELECT 0, x.id, x.workspace_id, x.identifier, x.title, x.owner_id, x.published, x.security, x.record_count, x.theme, \
             x.hidden_from_search, x.created_at, x.updated_at, x.deleted_at FROM dataset x WHERE "
        }
        ItemKind::Page => {
            "SELECT 1, x.id, x.workspace_id, x.slug, x.title, x.owner_id, x.published, x.security, CAST(0 AS bigint), \
             CAST(NULL AS text), FALSE, x.created_at, x.updated_at, x.deleted_at FROM page x WHERE "
        }
    }
}

/// The table of a kind.
pub(super) const fn table(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Dataset => "dataset",
        ItemKind::Page => "page",
    }
}

impl ItemRow {
    pub(super) fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let mut columns = Columns::of(row);
        let kind = if columns.take::<i32>()? == 0 {
            ItemKind::Dataset
        } else {
            ItemKind::Page
        };
        let id = kind.id(columns.take()?);
        let workspace_id = WorkspaceId(columns.take()?);
        let (name, title) = (columns.take()?, columns.take()?);
        let owner = columns.take::<Option<Uuid>>()?.map(AccountId);
        let published = columns.take()?;
        let security = Security::parse(&columns.take::<String>()?).unwrap_or(Security::Restricted);
        Ok(Self {
            facts: ItemFacts {
                id,
                owner,
                published,
                security,
            },
            workspace_id,
            name,
            title,
            record_count: columns.take::<i64>()?.unsigned_abs(),
            theme: columns.take()?,
            hidden_from_search: columns.take()?,
            created_at: columns.take()?,
            updated_at: columns.take()?,
            deleted: columns.take::<Option<DateTime<Utc>>>()?.is_some(),
        })
    }
}

/// The keys of those `ids` that are of one kind.
fn of_kind(ids: &[ItemId], kind: ItemKind) -> impl Iterator<Item = Uuid> {
    ids.iter()
        .filter(move |id| id.kind() == kind)
        .map(|id| id.uuid())
}

/// The items with these ids, of whatever workspace; deleted ones are left out.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[ItemId]) -> Result<Vec<ItemRow>, StoreError> {
    let mut rows = with_deleted(db, ids).await?;
    rows.retain(|row| !row.deleted);
    Ok(rows)
}

/// The same with those that were deleted.
pub async fn with_deleted(
    db: &impl ConnectionTrait,
    ids: &[ItemId],
) -> Result<Vec<ItemRow>, StoreError> {
    let mut sql = Sql::new(db, columns(ItemKind::Dataset));
    sql.ids_in("x.id", of_kind(ids, ItemKind::Dataset))
        .push(" UNION ALL ")
        .push(columns(ItemKind::Page))
        .ids_in("x.id", of_kind(ids, ItemKind::Page));
    sql.rows(db).await?.iter().map(ItemRow::read).collect()
}

/// The longest text of each item: a dataset's description, a page's content.
pub async fn texts(
    db: &impl ConnectionTrait,
    ids: &[ItemId],
) -> Result<HashMap<ItemId, String>, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT 0, x.id, x.description FROM dataset x WHERE x.description IS NOT NULL AND ",
    );
    sql.ids_in("x.id", of_kind(ids, ItemKind::Dataset))
        .push(" UNION ALL SELECT 1, x.id, x.content FROM page x WHERE x.content IS NOT NULL AND ")
        .ids_in("x.id", of_kind(ids, ItemKind::Page));
    let rows: Vec<(i32, Uuid, String)> = sql.all(db).await?;
    let kind = |place| {
        if place == 0 {
            ItemKind::Dataset
        } else {
            ItemKind::Page
        }
    };
    Ok(rows
        .into_iter()
        .map(|(place, id, text)| (kind(place).id(id), text))
        .collect())
}

/// Whether an item of that kind has, or had before it was deleted, this identifier or slug.
pub async fn is_taken(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    kind: ItemKind,
    name: &str,
) -> Result<bool, StoreError> {
    let column = match kind {
        ItemKind::Dataset => "identifier",
        ItemKind::Page => "slug",
    };
    let mut sql = Sql::new(db, "SELECT x.id FROM ");
    sql.push(table(kind))
        .bind(" x WHERE x.workspace_id = ?", [workspace.0.into()])
        .bind(&format!(" AND x.{column} = ?"), [name.into()]);
    let rows: Vec<(Uuid,)> = sql.all(db).await?;
    Ok(!rows.is_empty())
}
