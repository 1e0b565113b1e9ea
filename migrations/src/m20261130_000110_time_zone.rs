//! The time zone of a workspace, with its days and months (WS-13). Empty stands for UTC, by which
//! nodes of the previous release go on counting. Down loses it.

use sea_orm_migration::prelude::*;

/// Adds the column.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = ColumnDef::new("calendar");
        column.text().null();
        manager
            .alter_table(
                Table::alter()
                    .table("workspace")
                    .add_column(column)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("workspace")
                    .drop_column("calendar")
                    .to_owned(),
            )
            .await
    }
}
