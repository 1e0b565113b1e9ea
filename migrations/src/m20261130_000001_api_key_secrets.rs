//! The secrets of keys that were rotated (KEY-9): each with its own interval, so that an old one
//! can live on for a while beside the new. A key that was never rotated has its only secret in its
//! own row. Nodes of the previous release accept the newest secret alone until they are replaced.
//! Down loses the old secrets: the newest goes on.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the table.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn table() -> Table {
    Table::new("api_key_secret")
        .key(Column::uuid("id"))
        .column(Column::uuid("workspace_id"))
        .column(Column::uuid("api_key_id"))
        .column(Column::text("prefix"))
        .column(Column::bytes("secret_hash"))
        .dated()
        .column(Column::instant("last_used_at").optional())
        .references("api_key_id", "api_key")
        .unique(&["secret_hash"])
        .index(&["api_key_id"])
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table().create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table().drop(manager).await
    }
}
