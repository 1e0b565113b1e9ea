//! Removal of all second factors by operators after notice (MFA-9): who is waiting for it, and when a
//! factor stops counting. Nodes of the previous release ask for a factor until the sweeper of a new
//! one has removed it. Down cancels what waits; the factors stay.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the table and adds the column.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

const FACTOR: &str = "second_factor";

const ENDS_AT: &str = "ends_at";

fn removals() -> Table {
    // Waits until it is cancelled or done; `id` is what the link in the mail is about.
    Table::new("factor_removal")
        .key(Column::uuid("id"))
        .column(Column::uuid("account_id"))
        .column(Column::instant("created_at"))
        .column(Column::instant("removal_at"))
        .column(Column::instant("cancelled_at").optional())
        .column(Column::instant("done_at").optional())
        .references("account_id", "account")
        .index(&["account_id"])
        .index(&["removal_at"])
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = ColumnDef::new(ENDS_AT);
        column.timestamp_with_time_zone().null();
        let mut table = sea_orm_migration::prelude::Table::alter();
        table.table(FACTOR).add_column(column);
        manager.alter_table(table).await?;
        removals().create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        removals().drop(manager).await?;
        let mut table = sea_orm_migration::prelude::Table::alter();
        table.table(FACTOR).drop_column(ENDS_AT);
        manager.alter_table(table).await
    }
}
