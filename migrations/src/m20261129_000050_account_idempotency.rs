//! The calls that people made about their own account, for repeated calls (AUD-5). After down, a
//! repeated call is executed again.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the table.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn table() -> Table {
    Table::new("account_idempotency_record")
        .key(Column::uuid("id"))
        .column(Column::uuid("account_id"))
        .column(Column::text("mutation"))
        .column(Column::bytes("key_hash"))
        .column(Column::bytes("input_hash"))
        .column(Column::instant("created_at"))
        .column(Column::instant("expires_at"))
        .references("account_id", "account")
        .unique(&["account_id", "mutation", "key_hash"])
        .index(&["expires_at"])
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
