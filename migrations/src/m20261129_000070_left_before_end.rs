//! Which memberships their members left before the end, because they may not rejoin by themselves
//! (JOIN-12). Down loses it.

use sea_orm_migration::prelude::*;

/// Adds the column.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = ColumnDef::new("left_before_end");
        column.boolean().not_null().default(false);
        manager
            .alter_table(
                Table::alter()
                    .table("membership")
                    .add_column(column)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("membership")
                    .drop_column("left_before_end")
                    .to_owned(),
            )
            .await
    }
}
