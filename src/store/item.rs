//! Datasets and pages as far as access to them goes.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::engine::{Sql, StoreError};
use crate::domain::{
    access::facts::ItemFacts,
    id::{AccountId, DatasetId, ItemId, PageId, WorkspaceId},
    vocabulary::Security,
};

/// A dataset or a page.
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
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

type Columns = (i32, Uuid, Uuid, String, String, Option<Uuid>, bool, String, i64, DateTime<Utc>);

/// The items with these ids, of whatever workspace; deleted ones are left out.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[ItemId]) -> Result<Vec<ItemRow>, StoreError> {
    let of = |dataset: bool| {
        ids.iter().filter(move |id| matches!(id, ItemId::Dataset(_)) == dataset).map(|id| id.uuid()).collect::<Vec<_>>()
    };
    let mut sql = Sql::new(
        db,
        "SELECT 0, d.id, d.workspace_id, d.identifier, d.title, d.owner_id, d.published, d.security, d.record_count, d.created_at \
         FROM dataset d WHERE d.deleted_at IS NULL AND ",
    );
    sql.ids_in("d.id", of(true))
        .push(
            " UNION ALL SELECT 1, p.id, p.workspace_id, p.slug, p.title, p.owner_id, p.published, p.security, 0, p.created_at \
             FROM page p WHERE p.deleted_at IS NULL AND ",
        )
        .ids_in("p.id", of(false));
    let rows: Vec<Columns> = sql.all(db).await?;
    Ok(rows
        .into_iter()
        .map(|(kind, id, workspace, name, title, owner, published, security, record_count, created_at)| ItemRow {
            facts: ItemFacts {
                id: if kind == 0 { ItemId::Dataset(DatasetId(id)) } else { ItemId::Page(PageId(id)) },
                owner: owner.map(AccountId),
                published,
                security: Security::parse(&security).unwrap_or(Security::Restricted),
            },
            workspace_id: WorkspaceId(workspace),
            name,
            title,
            record_count: record_count.unsigned_abs(),
            created_at,
        })
        .collect())
}
