//! An index to find the members who are to be warned about their end, without reading those who
//! were (MEM-8). Down forgets which warning came last, but the table of warnings still prevents a
//! second one.

use sea_orm_migration::prelude::*;

use crate::table::OPEN_END;

/// Adds the column and its index.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "membership";
const COLUMN: &str = "warned_days";
const INDEX: &str = "membership_ending_soon";

/// More days than any warning precedes an end: none was sent yet.
const NOT_WARNED: i32 = 9_999;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = ColumnDef::new(COLUMN);
        column.integer().not_null().default(NOT_WARNED);
        manager
            .alter_table(Table::alter().table(TABLE).add_column(column).to_owned())
            .await?;
        let mut index = Index::create();
        index
            .name(INDEX)
            .table(TABLE)
            .col(COLUMN)
            .col("ends_at")
            .col("workspace_id");
        index.and_where(Expr::cust(format!(
            "end_reason IS NULL AND ends_at < '{OPEN_END}'"
        )));
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name(INDEX).table(TABLE).to_owned())
            .await?;
        manager
            .alter_table(Table::alter().table(TABLE).drop_column(COLUMN).to_owned())
            .await
    }
}
