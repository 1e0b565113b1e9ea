//! Inserts and changes datasets and pages. They are not dated: a change overwrites, and a deletion
//! keeps the row.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, SelectExt as _,
};
use uuid::Uuid;

use super::{
    engine::{Conditions as _, StoreError},
    item::ItemRow,
};
use crate::{
    domain::{
        id::{AccountId, ItemId, ItemKind, WorkspaceId},
        vocabulary::Security,
    },
    entity::{dataset, page},
};

/// An unpublished item to insert.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// Its id, which contains its kind.
    pub id: ItemId,
    /// A dataset's identifier, a page's slug.
    pub name: String,
    pub title: String,
    /// A dataset's description, a page's content.
    pub text: Option<String>,
    pub theme: Option<String>,
    /// A dataset's number of records.
    pub record_count: i64,
    /// Whether searches leave a dataset out.
    pub hidden_from_search: bool,
    pub security: Security,
    pub owner: AccountId,
}

/// A copy to insert (DIST-1): nobody owns it.
#[derive(Debug, Clone)]
pub struct NewCopy {
    pub workspace: WorkspaceId,
    pub id: ItemId,
    pub text: Option<String>,
    pub theme: Option<String>,
    pub published: bool,
    /// The item that it is a copy of.
    pub original: Arc<ItemRow>,
}

/// How many copies one statement inserts.
const COPIES_PER_STATEMENT: usize = 100;

/// Inserts copies, all of one kind.
pub async fn insert_copies(
    db: &impl ConnectionTrait,
    kind: ItemKind,
    copies: Vec<NewCopy>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut copies = copies.into_iter().peekable();
    while copies.peek().is_some() {
        let chunk = copies.by_ref().take(COPIES_PER_STATEMENT);
        match kind {
            ItemKind::Dataset => {
                let rows = chunk.map(|copy| dataset_copy(copy, now));
                dataset::Entity::insert_many(rows)
                    .exec_without_returning(db)
                    .await?;
            }
            ItemKind::Page => {
                let rows = chunk.map(|copy| page_copy(copy, now));
                page::Entity::insert_many(rows)
                    .exec_without_returning(db)
                    .await?;
            }
        }
    }
    Ok(())
}

fn dataset_copy(copy: NewCopy, now: DateTime<Utc>) -> dataset::ActiveModel {
    let original = copy.original;
    dataset::ActiveModel {
        id: Set(copy.id.uuid()),
        workspace_id: Set(copy.workspace.0),
        identifier: Set(original.name.clone()),
        title: Set(original.title.clone()),
        description: Set(copy.text),
        theme: Set(copy.theme),
        owner_id: Set(None),
        original_id: Set(Some(original.facts.id.uuid())),
        record_count: Set(i64::try_from(original.record_count).unwrap_or(i64::MAX)),
        published: Set(copy.published),
        security: Set(original.facts.security.as_str().to_owned()),
        hidden_from_search: Set(original.hidden_from_search),
        created_at: Set(now),
        updated_at: Set(now),
        deleted_at: Set(None),
    }
}

fn page_copy(copy: NewCopy, now: DateTime<Utc>) -> page::ActiveModel {
    let original = copy.original;
    page::ActiveModel {
        id: Set(copy.id.uuid()),
        workspace_id: Set(copy.workspace.0),
        slug: Set(original.name.clone()),
        title: Set(original.title.clone()),
        content: Set(copy.text),
        owner_id: Set(None),
        original_id: Set(Some(original.facts.id.uuid())),
        published: Set(copy.published),
        security: Set(original.facts.security.as_str().to_owned()),
        created_at: Set(now),
        updated_at: Set(now),
        deleted_at: Set(None),
    }
}

/// Deletes copies, all of one kind.
pub async fn delete_copies(
    db: &impl ConnectionTrait,
    kind: ItemKind,
    copies: &[ItemId],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let ids = || copies.iter().map(|id| id.uuid());
    match kind {
        ItemKind::Dataset => {
            dataset::Entity::update_many()
                .set(dataset::ActiveModel {
                    updated_at: Set(now),
                    deleted_at: Set(Some(now)),
                    ..Default::default()
                })
                .filter(dataset::Column::Id.in_ids(db, ids()))
                .filter(dataset::Column::DeletedAt.is_null())
                .exec(db)
                .await?;
        }
        ItemKind::Page => {
            page::Entity::update_many()
                .set(page::ActiveModel {
                    updated_at: Set(now),
                    deleted_at: Set(Some(now)),
                    ..Default::default()
                })
                .filter(page::Column::Id.in_ids(db, ids()))
                .filter(page::Column::DeletedAt.is_null())
                .exec(db)
                .await?;
        }
    }
    Ok(())
}

pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    item: NewItem,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match item.id.kind() {
        ItemKind::Dataset => {
            let row = dataset::ActiveModel {
                id: Set(item.id.uuid()),
                workspace_id: Set(workspace.0),
                identifier: Set(item.name),
                title: Set(item.title),
                description: Set(item.text),
                theme: Set(item.theme),
                owner_id: Set(Some(item.owner.0)),
                original_id: Set(None),
                record_count: Set(item.record_count),
                published: Set(false),
                security: Set(item.security.as_str().to_owned()),
                hidden_from_search: Set(item.hidden_from_search),
                created_at: Set(now),
                updated_at: Set(now),
                deleted_at: Set(None),
            };
            dataset::Entity::insert(row)
                .exec_without_returning(db)
                .await?;
        }
        ItemKind::Page => {
            let row = page::ActiveModel {
                id: Set(item.id.uuid()),
                workspace_id: Set(workspace.0),
                slug: Set(item.name),
                title: Set(item.title),
                content: Set(item.text),
                owner_id: Set(Some(item.owner.0)),
                original_id: Set(None),
                published: Set(false),
                security: Set(item.security.as_str().to_owned()),
                created_at: Set(now),
                updated_at: Set(now),
                deleted_at: Set(None),
            };
            page::Entity::insert(row).exec_without_returning(db).await?;
        }
    }
    Ok(())
}

/// A column's new value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValue {
    Title(String),
    /// A dataset's description, a page's content.
    Text(Option<String>),
    Theme(Option<String>),
    /// A dataset's number of records.
    RecordCount(i64),
    /// Whether searches leave a dataset out.
    HiddenFromSearch(bool),
    /// Whether it is published.
    Published(bool),
    Security(Security),
    /// Deleted at that instant.
    DeletedAt(DateTime<Utc>),
}

impl NewValue {
    fn set_in_dataset(self, row: &mut dataset::ActiveModel) {
        match self {
            Self::Title(title) => row.title = Set(title),
            Self::Text(text) => row.description = Set(text),
            Self::Theme(theme) => row.theme = Set(theme),
            Self::RecordCount(count) => row.record_count = Set(count),
            Self::HiddenFromSearch(hidden) => row.hidden_from_search = Set(hidden),
            Self::Published(published) => row.published = Set(published),
            Self::Security(security) => row.security = Set(security.as_str().to_owned()),
            Self::DeletedAt(at) => row.deleted_at = Set(Some(at)),
        }
    }

    fn set_in_page(self, row: &mut page::ActiveModel) {
        match self {
            Self::Title(title) => row.title = Set(title),
            Self::Text(text) => row.content = Set(text),
            Self::Published(published) => row.published = Set(published),
            Self::Security(security) => row.security = Set(security.as_str().to_owned()),
            Self::DeletedAt(at) => row.deleted_at = Set(Some(at)),
            // Only datasets have these.
            Self::Theme(_) | Self::RecordCount(_) | Self::HiddenFromSearch(_) => {}
        }
    }
}

/// Stores new values of one item of the workspace.
pub async fn update(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: ItemId,
    values: Vec<NewValue>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match id.kind() {
        ItemKind::Dataset => {
            use dataset::Column;
            let mut row = dataset::ActiveModel {
                updated_at: Set(now),
                ..Default::default()
            };
            for value in values {
                value.set_in_dataset(&mut row);
            }
            dataset::Entity::update_many()
                .set(row)
                .filter(Column::WorkspaceId.eq(workspace.0))
                .filter(Column::Id.eq(id.uuid()))
                .filter(Column::DeletedAt.is_null())
                .exec(db)
                .await?;
        }
        ItemKind::Page => {
            use page::Column;
            let mut row = page::ActiveModel {
                updated_at: Set(now),
                ..Default::default()
            };
            for value in values {
                value.set_in_page(&mut row);
            }
            page::Entity::update_many()
                .set(row)
                .filter(Column::WorkspaceId.eq(workspace.0))
                .filter(Column::Id.eq(id.uuid()))
                .filter(Column::DeletedAt.is_null())
                .exec(db)
                .await?;
        }
    }
    Ok(())
}

/// Gives items of the workspace to another owner, with one statement per kind.
pub async fn transfer(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[ItemId],
    owner: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for kind in [ItemKind::Dataset, ItemKind::Page] {
        let keys: Vec<Uuid> = ids
            .iter()
            .filter(|id| id.kind() == kind)
            .map(|id| id.uuid())
            .collect();
        if keys.is_empty() {
            continue;
        }
        match kind {
            ItemKind::Dataset => {
                use dataset::Column;
                dataset::Entity::update_many()
                    .set(dataset::ActiveModel {
                        updated_at: Set(now),
                        owner_id: Set(Some(owner.0)),
                        ..Default::default()
                    })
                    .filter(Column::WorkspaceId.eq(workspace.0))
                    .filter(Column::DeletedAt.is_null())
                    .filter(Column::Id.in_ids(db, keys))
                    .exec(db)
                    .await?;
            }
            ItemKind::Page => {
                use page::Column;
                page::Entity::update_many()
                    .set(page::ActiveModel {
                        updated_at: Set(now),
                        owner_id: Set(Some(owner.0)),
                        ..Default::default()
                    })
                    .filter(Column::WorkspaceId.eq(workspace.0))
                    .filter(Column::DeletedAt.is_null())
                    .filter(Column::Id.in_ids(db, keys))
                    .exec(db)
                    .await?;
            }
        }
    }
    Ok(())
}

/// Gives all datasets of the workspace that have the theme `slug` another one, or none. Returns how
/// many.
pub async fn replace_theme(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    slug: &str,
    replacement: Option<&str>,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    use dataset::Column;
    let replaced = dataset::Entity::update_many()
        .set(dataset::ActiveModel {
            theme: Set(replacement.map(str::to_owned)),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Theme.eq(slug))
        .filter(Column::DeletedAt.is_null())
        .exec(db)
        .await?;
    Ok(replaced.rows_affected)
}

/// Whether a dataset of the workspace has the theme `slug`.
pub async fn is_theme_used(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    slug: &str,
) -> Result<bool, StoreError> {
    use dataset::Column;
    let with_theme = dataset::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Theme.eq(slug))
        .filter(Column::DeletedAt.is_null());
    Ok(with_theme.exists(db).await?)
}
