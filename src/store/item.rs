//! Rows of datasets and pages. `item_write` changes them, `item_list` lists them. SQL text, because
//! one statement returns both kinds, without their long text.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryResult, SelectExt as _,
};
use uuid::Uuid;

use super::{
    access::word,
    engine::{Row, Sql, StoreError},
};
use crate::{
    domain::{
        access::facts::ItemFacts,
        id::{AccountId, ItemId, ItemKind, WorkspaceId},
        vocabulary::Security,
    },
    entity::{dataset, page},
};

/// A dataset or a page, without its long text.
#[derive(Debug, Clone)]
pub struct ItemRow {
    /// What access to it depends on.
    pub facts: ItemFacts,
    pub workspace_id: WorkspaceId,
    /// What it is a copy of (DIST-1); `None`: of nothing.
    pub original: Option<ItemId>,
    /// A dataset's identifier, a page's slug.
    pub name: String,
    pub title: String,
    /// A dataset's number of records.
    pub record_count: u64,
    pub theme: Option<String>,
    /// Whether the portal's searches leave a dataset out.
    pub hidden_from_search: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Whether it was deleted. The row is kept.
    pub deleted: bool,
}

/// The columns that [`ItemRow::read`] reads, from the table as `x`.
pub(super) const fn columns(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Dataset => {
            "SELECT 'DATASET' AS kind, x.id, x.workspace_id, x.identifier AS name, x.title, x.owner_id, x.original_id, x.published, x.security, \
             x.record_count, x.theme, x.hidden_from_search, x.created_at, x.updated_at, x.deleted_at FROM dataset x WHERE "
        }
        ItemKind::Page => {
            "SELECT 'PAGE' AS kind, x.id, x.workspace_id, x.slug AS name, x.title, x.owner_id, x.original_id, x.published, x.security, \
             CAST(0 AS bigint) AS record_count, CAST(NULL AS text) AS theme, FALSE AS hidden_from_search, x.created_at, \
             x.updated_at, x.deleted_at FROM page x WHERE "
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

/// The item that a row is about.
fn id(row: Row<'_>) -> Result<ItemId, StoreError> {
    Ok(word(row, "kind", ItemKind::parse)?.id(row.get("id")?))
}

impl ItemRow {
    pub(super) fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let row = Row::of(row);
        let security = row.text("security")?.and_then(Security::parse);
        let id = id(row)?;
        let original: Option<Uuid> = row.get("original_id")?;
        Ok(Self {
            facts: ItemFacts {
                id,
                owner: row.get::<Option<Uuid>>("owner_id")?.map(AccountId),
                published: row.get("published")?,
                security: security.unwrap_or(Security::Restricted),
            },
            workspace_id: WorkspaceId(row.get("workspace_id")?),
            original: original.map(|original| id.kind().id(original)),
            name: row.get("name")?,
            title: row.get("title")?,
            record_count: row.get::<i64>("record_count")?.unsigned_abs(),
            theme: row.get("theme")?,
            hidden_from_search: row.get("hidden_from_search")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            deleted: row.get::<Option<DateTime<Utc>>>("deleted_at")?.is_some(),
        })
    }
}

/// The UUIDs of those `ids` that are of one kind.
fn of_kind(ids: &[ItemId], kind: ItemKind) -> impl Iterator<Item = Uuid> {
    ids.iter()
        .filter(move |id| id.kind() == kind)
        .map(|id| id.uuid())
}

/// The items with these ids, in any workspace. Leaves out deleted ones.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[ItemId]) -> Result<Vec<ItemRow>, StoreError> {
    let mut rows = with_deleted(db, ids).await?;
    rows.retain(|row| !row.deleted);
    Ok(rows)
}

/// Like [`by_ids`], including deleted ones.
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

/// The long text of each item: a dataset's description, a page's content.
pub async fn texts(
    db: &impl ConnectionTrait,
    ids: &[ItemId],
) -> Result<HashMap<ItemId, String>, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT 'DATASET' AS kind, x.id, x.description AS text FROM dataset x WHERE x.description IS NOT NULL AND ",
    );
    sql.ids_in("x.id", of_kind(ids, ItemKind::Dataset))
        .push(" UNION ALL SELECT 'PAGE', x.id, x.content FROM page x WHERE x.content IS NOT NULL AND ")
        .ids_in("x.id", of_kind(ids, ItemKind::Page));
    let read = |row| {
        let row = Row::of(row);
        Ok((id(row)?, row.get("text")?))
    };
    sql.rows(db).await?.iter().map(read).collect()
}

/// Whether an item of that kind has this identifier or slug. Deleted ones keep theirs, copies that
/// were deleted do not (DIST-5).
pub async fn is_taken(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    kind: ItemKind,
    name: &str,
) -> Result<bool, StoreError> {
    match kind {
        ItemKind::Dataset => {
            let named = dataset::Entity::find()
                .filter(dataset::Column::WorkspaceId.eq(workspace.0))
                .filter(dataset::Column::Identifier.eq(name))
                .filter(
                    Condition::any()
                        .add(dataset::Column::OriginalId.is_null())
                        .add(dataset::Column::DeletedAt.is_null()),
                );
            Ok(named.exists(db).await?)
        }
        ItemKind::Page => {
            let named = page::Entity::find()
                .filter(page::Column::WorkspaceId.eq(workspace.0))
                .filter(page::Column::Slug.eq(name))
                .filter(
                    Condition::any()
                        .add(page::Column::OriginalId.is_null())
                        .add(page::Column::DeletedAt.is_null()),
                );
            Ok(named.exists(db).await?)
        }
    }
}

/// Those of `names` that items of that kind have in each of `workspaces`, as [`is_taken`] says.
pub async fn taken(
    db: &impl ConnectionTrait,
    workspaces: &[WorkspaceId],
    kind: ItemKind,
    names: &[&str],
) -> Result<HashSet<(WorkspaceId, String)>, StoreError> {
    let name = match kind {
        ItemKind::Dataset => "identifier",
        ItemKind::Page => "slug",
    };
    let mut sql = Sql::new(db, "");
    sql.push(&format!(
        "SELECT x.workspace_id, x.{name} AS name FROM {} x WHERE (x.original_id IS NULL OR x.deleted_at IS NULL) AND ",
        table(kind)
    ))
    .ids_in("x.workspace_id", workspaces.iter().map(|id| id.0))
    .push(" AND ")
    .texts_in(&format!("x.{name}"), names.iter().copied());
    let read = |row| {
        let row = Row::of(row);
        Ok((WorkspaceId(row.get("workspace_id")?), row.get("name")?))
    };
    sql.rows(db).await?.iter().map(read).collect()
}
