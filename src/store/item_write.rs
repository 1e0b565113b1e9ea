//! Making and changing datasets and pages. They are not dated: a change overwrites, and a deletion
//! keeps the row.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, Value};
use uuid::Uuid;

use super::{
    engine::{Sql, StoreError},
    item::table,
};
use crate::{
    domain::{
        id::{AccountId, ItemId, ItemKind, WorkspaceId},
        vocabulary::Security,
    },
    entity::{dataset, page},
};

/// An item to be made; unpublished.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// Its id, which says of which kind it is.
    pub id: ItemId,
    /// A dataset's identifier, a page's slug.
    pub name: String,
    /// Its title.
    pub title: String,
    /// A dataset's description, a page's content.
    pub text: Option<String>,
    /// A dataset's theme.
    pub theme: Option<String>,
    /// How many records a dataset has.
    pub record_count: i64,
    /// Whether searches leave a dataset out.
    pub hidden_from_search: bool,
    /// Open or restricted.
    pub security: Security,
    /// Who owns it.
    pub owner: AccountId,
}

/// Adds an item.
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

/// One column's new value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValue {
    /// The title.
    Title(String),
    /// A dataset's description, a page's content.
    Text(Option<String>),
    /// A dataset's theme.
    Theme(Option<String>),
    /// How many records a dataset has.
    RecordCount(i64),
    /// Whether searches leave a dataset out.
    HiddenFromSearch(bool),
    /// Whether it is published.
    Published(bool),
    /// Open or restricted.
    Security(Security),
    /// Deleted at that instant.
    DeletedAt(DateTime<Utc>),
}

impl NewValue {
    fn column(self, kind: ItemKind) -> (&'static str, Value) {
        match self {
            Self::Title(title) => ("title", title.into()),
            Self::Text(text) if kind == ItemKind::Dataset => ("description", text.into()),
            Self::Text(text) => ("content", text.into()),
            Self::Theme(theme) => ("theme", theme.into()),
            Self::RecordCount(count) => ("record_count", count.into()),
            Self::HiddenFromSearch(hidden) => ("hidden_from_search", hidden.into()),
            Self::Published(published) => ("published", published.into()),
            Self::Security(security) => ("security", security.as_str().into()),
            Self::DeletedAt(at) => ("deleted_at", at.into()),
        }
    }
}

/// Writes new values of one item of the workspace.
pub async fn update(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: ItemId,
    values: Vec<NewValue>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new(db, "UPDATE ");
    sql.push(table(id.kind()))
        .bind(" SET updated_at = ?", [now.into()]);
    for value in values {
        let (column, value) = value.column(id.kind());
        sql.bind(&format!(", {column} = ?"), [value]);
    }
    sql.bind(
        " WHERE workspace_id = ? AND id = ? AND deleted_at IS NULL",
        [workspace.0.into(), id.uuid().into()],
    );
    sql.execute(db).await?;
    Ok(())
}

/// Gives items of the workspace to another owner, with one statement a kind.
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
        let mut sql = Sql::new(db, "UPDATE ");
        sql.push(table(kind))
            .bind(
                " SET updated_at = ?, owner_id = ? WHERE workspace_id = ?",
                [now.into(), owner.0.into(), workspace.0.into()],
            )
            .push(" AND deleted_at IS NULL AND ")
            .ids_in("id", keys);
        sql.execute(db).await?;
    }
    Ok(())
}
