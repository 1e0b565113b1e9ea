//! Which memberships their members left before their end: they do not come back by themselves
//! (JOIN-12). Going down forgets it.

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
