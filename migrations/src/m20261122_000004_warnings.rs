//! Which quota warnings were queued in which period, so that each is queued once (QUOTA-8). After
//! down, warnings of the current period may be sent again.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the table.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn warning() -> Table {
    Table::new("quota_warning")
        .key(Column::uuid("workspace_id"))
        .key(Column::text("subject"))
        .key(Column::text("quota_type"))
        .key(Column::instant("period_start"))
        .key(Column::integer("threshold"))
        .references("workspace_id", "workspace")
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        warning().create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        warning().drop(manager).await
    }
}
